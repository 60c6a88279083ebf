"""Where the bad rows of a delivery are written down, so that the provider can mend them.

A line names file, row, column, rule and the kind of the value; never a raw value that
``checks.may_show`` does not allow. UTF-8 with a byte order mark, because spreadsheets ask for it.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

LIMIT = 100_000
"""Lines of one quarantine file (our default); the report says where there were more."""

_HEADER = ("文件 file", "行 row", "列 column", "规则 rule", "值 value")


@dataclass(frozen=True)
class Line:
    file: str
    row: int
    column: str
    rule: str
    value: str


def write(folder: Path, resource: str, now: datetime, lines: Iterable[Line]) -> tuple[Path, int]:
    """``(file, lines written)``. The file is new and its owner's alone. Raises OSError."""
    place = folder / resource
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, descriptor = _new_file(place, f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}")
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        written = 0
        for line in islice(lines, LIMIT):
            writer.writerow((line.file, line.row, line.column, line.rule, line.value))
            written += 1
    return file, written


def _new_file(folder: Path, stem: str) -> tuple[Path, int]:
    for number in count():
        file = folder / (f"{stem}.csv" if number == 0 else f"{stem}-{number}.csv")
        try:
            return file, os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
    raise AssertionError("count() has no end")
