"""The first line of a file against the contract's columns.

Names compare as SQL compares them, without regard to case; order is free. A file may not bring
columns that the contract does not have (the least data: Foshan 2019 art. 5(4)); a column that is
neither required nor an entity key may be missing and is then empty.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.errors import WorkbenchError
from workbench.extracts import reasons
from workbench.extracts.scan import Scanned
from workbench.model.contract import Column

DELIMITERS = (",", ";", "\t", "|")
"""Tried in this order where the contract names none; the one that finds most columns counts."""

_LONGEST = 65_536
_SHOWN = 40


@dataclass(frozen=True)
class Header:
    """``names`` as in the file; ``positions``: contract column -> its place (from 0);
    ``absent``: columns of the contract that the file does not bring, and need not."""

    delimiter: str
    names: tuple[str, ...]
    positions: Mapping[str, int]
    absent: tuple[str, ...]


def read(file: Scanned, columns: Sequence[Column], delimiter: str) -> Header:
    """The header of a CSV file. Raises InvalidInput."""
    tried = (delimiter,) if delimiter else DELIMITERS
    found = [(d, _first_record(file, d)) for d in tried]
    wanted = set(_headings(columns))
    best, names = max(found, key=lambda pair: len(wanted & set(map(_folded, pair[1]))))
    matched = match(file.source.name, names, columns)
    return Header(best, matched.names, matched.positions, matched.absent)


def match(file: str, names: Sequence[str], columns: Sequence[Column]) -> Header:
    """Find each column of the contract. Raises InvalidInput with one reason a fault.

    Names of the first line are shown only where one of them is the contract's: without a header
    that line is somebody's data.
    """
    places = {_folded(name): at for at, name in reversed(list(enumerate(names)))}
    positions: dict[str, int] = {}
    for heading, column in _headings(columns).items():
        if heading in places:
            if column.name in positions:
                raise reasons.columns_twice(file, [f"{column.name} = {printable(heading)}"])
            positions[column.name] = places[heading]
    if not positions:
        raise reasons.no_header(file, len(names), [c.name for c in columns])
    faults = _faults(file, names, columns, positions)
    if faults:
        raise WorkbenchError.of([reason for fault in faults for reason in fault.reasons])
    absent = tuple(c.name for c in columns if c.name not in positions)
    return Header("", tuple(names), positions, absent)


def _faults(
    file: str, names: Sequence[str], columns: Sequence[Column], positions: Mapping[str, int]
) -> list[WorkbenchError]:
    counted = Counter(map(_folded, names))
    twice = [name for name, count in counted.items() if count > 1]
    known = set(_headings(columns))
    extra = [(at + 1, n) for at, n in enumerate(names) if _folded(n) not in known]
    missing = [c.name for c in columns if c.name not in positions and (c.required or c.entity_key)]
    faults = []
    if missing:
        faults.append(reasons.columns_missing(file, missing))
    if twice:
        faults.append(reasons.columns_twice(file, [printable(name) for name in twice]))
    if extra:
        faults.append(reasons.columns_extra(file, [(at, printable(n)) for at, n in extra]))
    return faults


def _headings(columns: Sequence[Column]) -> dict[str, Column]:
    """Folded heading -> the column that it means."""
    return {
        _folded(heading): column
        for column in columns
        for heading in (column.name, *column.source_names)
    }


def printable(name: str) -> str:
    """Nothing that a terminal would act on."""
    return "".join(c if c.isprintable() else "?" for c in name[:_SHOWN])


def _folded(name: str) -> str:
    return name.strip().casefold()


def _first_record(file: Scanned, delimiter: str) -> list[str]:
    with file.text.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.read(_LONGEST)
    if len(head) == _LONGEST and not re.search(r"[\r\n]", head):
        raise reasons.header_too_long(file.source.name, _LONGEST)
    try:
        return next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
    except csv.Error as error:
        raise reasons.not_csv(file.source.name, 1) from error
