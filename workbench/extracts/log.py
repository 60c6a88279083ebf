"""The log of one Delta table: our record in each commit, and what they leave standing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    """The records of the commits up to the newest of ``key``, read from their files: ``history``
    of deltalake 1.6.6 numbers them wrongly where another commit comes while it reads.

    A commit that somebody else wrote, or that is damaged, has no record.
    """
    folder = table / "_delta_log"
    found: dict[int, Record] = {}
    for number in range(key[0] + 1):
        record = _record(folder / f"{number:020}.json")
        if record is not None and record.get("version") == number:
            found[number] = record
    return Log(key, found, standing(found))


def _record(commit: Path) -> Record | None:
    try:
        lines = [json.loads(line) for line in commit.read_text("utf-8").splitlines() if line]
        infos = [line["commitInfo"] for line in lines if "commitInfo" in line]
        texts = [info[METADATA] for info in infos if METADATA in info]
        return json.loads(texts[0]) if texts else None
    except (FileNotFoundError, ValueError, TypeError):
        return None
