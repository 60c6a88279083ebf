"""The log of one Delta table: our record in each commit, and what they leave standing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable

from workbench.extracts.recalls import Record, Standing, is_delivery, standing

METADATA = "workbench"
"""The key of the record in a commit's custom metadata."""

LogKey = tuple[int, int, int]
"""The newest commit's number, inode and time of writing."""


@dataclass(frozen=True)
class Log:
    key: LogKey
    records: Mapping[int, Record]
    standing: Standing

    @property
    def newest(self) -> int:
        return self.key[0]

    def deliveries(self) -> list[int]:
        """Newest first."""
        return sorted((n for n, r in self.records.items() if is_delivery(r)), reverse=True)


def read_log(table: Path, key: LogKey) -> Log:
    """From the newest table: the history of an older one is numbered wrongly by deltalake 1.6.6.

    A commit that somebody else wrote has no record.
    """
    found: dict[int, Record] = {}
    for commit in DeltaTable(str(table)).history():
        text = commit.get(METADATA)
        if isinstance(text, str):
            record = json.loads(text)
            if record.get("version") == commit["version"]:
                found[commit["version"]] = record
    return Log(key, found, standing(found))
