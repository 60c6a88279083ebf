"""Data files that no version names: an ingest died after it had written them, before its commit.

They hold rows of a delivery, and nobody would ever look for them again.
"""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote


def remove_strays(table: Path) -> int:
    """Remove them from the folder of a Delta table whose lock is held; how many there were."""
    data = list(table.glob("*.parquet"))
    named = _named(table / "_delta_log") if data else set()
    strays = [file for file in data if file.name not in named]
    for file in strays:
        file.unlink()
    return len(strays)


def _named(log: Path) -> set[str]:
    """Every file that any commit has ever added: old versions stay readable."""
    found = set()
    for commit in log.glob("*.json"):
        for line in commit.read_text(encoding="utf-8").splitlines():
            action = json.loads(line).get("add")
            if action is not None:
                found.add(unquote(action["path"]))
    return found
