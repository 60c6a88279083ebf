"""The lines of a portal's file, each either a row of texts or set aside with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.errors import Text

ENTRIES = 2_000_000
"""Lines of one file (our default: fifty times the largest catalogues known to us)."""


class Aside(StrEnum):
    """Why a line is no entry."""

    blank_line = "blank_line"
    too_few_fields = "too_few_fields"
    too_many_fields = "too_many_fields"
    no_object = "no_object"
    no_title = "no_title"
    no_portal = "no_portal"


ASIDE: dict[Aside, Text] = {
    Aside.blank_line: Text("空行", "an empty line"),
    Aside.too_few_fields: Text("字段比表头少", "fewer fields than headings"),
    Aside.too_many_fields: Text("字段比表头多", "more fields than headings"),
    Aside.no_object: Text("不是“键: 值”", "no object of keys and values"),
    Aside.no_title: Text("没有标题", "no title"),
    Aside.no_portal: Text("没有门户", "no portal"),
}


@dataclass(frozen=True)
class Line:
    """``number`` counts from 1, with the heading; in a JSON list it is the place of the item."""

    number: int
    reason: Aside


@dataclass(frozen=True)
class Delivered:
    """``rows`` are as wide as ``headings``; ``numbers`` are their lines. ``sha256`` is that of the
    file as it was handed in."""

    name: str
    sha256: str
    encoding: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    aside: tuple[Line, ...] = ()

    @property
    def entries(self) -> int:
        """All lines below the heading: none is left out."""
        return len(self.rows) + len(self.aside)


@dataclass
class Collector:
    """Sorts records into rows and lines set aside."""

    width: int
    numbers: list[int] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)
    aside: list[Line] = field(default_factory=list)

    def take(self, number: int, record: Sequence[str]) -> None:
        """Empty fields beyond the last heading are nobody's (a delimiter at the end of lines)."""
        if not any(cell.strip() for cell in record):
            self.aside.append(Line(number, Aside.blank_line))
        elif len(record) < self.width:
            self.aside.append(Line(number, Aside.too_few_fields))
        elif any(cell.strip() for cell in record[self.width :]):
            self.aside.append(Line(number, Aside.too_many_fields))
        else:
            self.numbers.append(number)
            self.rows.append(tuple(record[: self.width]))

    def take_all(self, records: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Blank lines at the end of a file are no entries; those between are set aside."""
        blank: list[int] = []
        for number, record in records:
            if not any(cell.strip() for cell in record):
                blank.append(number)
                continue
            self.aside += [Line(n, Aside.blank_line) for n in blank]
            blank = []
            self.take(number, record)
