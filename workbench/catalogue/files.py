"""The files of a city's contracts: which there are, and whether one has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from workbench.catalogue.regulations import FOLDER as REGULATIONS

CONTRACTS = Path("data_contracts")
CITY_FILE = CONTRACTS / "city.yaml"
RESOURCES = CONTRACTS / "resources"
SCENARIOS = CONTRACTS / "scenarios"
YAML = (".yaml", ".yml", ".json")

UNSETTLED_NS = 100_000_000
"""A file written this short a time ago may be written again without a trace: the kernel's clock
for files moves in steps of some milliseconds. Its stamp will differ at the next look."""

Stamp = tuple[int, ...]
"""Times of content and of inode, size, inode; equal ones mean that a file has not changed."""

Stamps = Mapping[str, Stamp]
"""By path in the city."""


def look(root: Path, now_ns: Callable[[], int] = time.time_ns) -> Stamps:
    """The stamps of every contract, scenario, regulation and of the city file."""
    now = now_ns()
    found: dict[str, Stamp] = {}
    for folder, wanted in _PLACES:
        for entry in _entries(root / folder, wanted):
            try:
                stat = entry.stat()
            except FileNotFoundError:
                continue  # gone since it was listed: its absence is the change
            stamp = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
            fresh = abs(now - stat.st_mtime_ns) < UNSETTLED_NS
            found[f"{folder.as_posix()}/{entry.name}"] = (*stamp, now) if fresh else stamp
    return found


def listed(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files in ``folder`` whose names end so, by name; none where there is no folder."""
    names = sorted(entry.name for entry in _entries(folder, suffixes) if entry.is_file())
    return [folder / name for name in names]


_PLACES = (
    (CONTRACTS, (CITY_FILE.name,)),
    (RESOURCES, YAML),
    (SCENARIOS, YAML),
    (REGULATIONS, YAML),
)


def _entries(folder: Path, wanted: tuple[str, ...]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry for entry in entries if entry.name.endswith(wanted))
    except (FileNotFoundError, NotADirectoryError):
        return
