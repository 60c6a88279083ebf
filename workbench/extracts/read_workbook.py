"""Workbooks (xlsx) into the table of text: the sheets that the contract names, or the only one.

Cells have types: a date is taken as that date, a number as its shortest exact decimal. An empty
cell is NULL; a workbook does not tell it from an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import duckdb
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from workbench.extracts import (
    archive_reasons,
    headers,
    reasons,
    text_reasons,
    workbook_guard,
    workbook_reasons,
)
from workbench.extracts.cells import Cell, heading_of, text_of
from workbench.extracts.faults import Unfit, ragged
from workbench.extracts.footers import check_footer
from workbench.extracts.misreads import mark
from workbench.extracts.scan import Scanned
from workbench.extracts.table import Field, Part, Read, insert, skips_of
from workbench.extracts.workbook_guard import Sheet

Range = tuple[tuple[int, int], tuple[int, int]]


def read(
    con: duckdb.DuckDBPyConnection, file: Scanned, fields: Sequence[Field], start: int
) -> list[Read]:
    """One Read a sheet; ``start`` is the first rowid of the file. Raises InvalidInput."""
    parts = workbook_guard.sheets(file)
    found: list[Read] = []
    try:
        with CalamineWorkbook.from_path(file.path) as book:
            for sheet in _chosen(book, file, parts):
                place = start + sum(r.part.rows for r in found)
                cells = book.get_sheet_by_name(sheet.name)
                several = len(file.delivery.sheets) > 1
                found.append(_Reader(con, file, fields, sheet, several).read(cells, place))
                del cells
    except PasswordError:
        raise archive_reasons.encrypted(file.source.name) from None
    except CalamineError:
        raise workbook_reasons.broken_workbook(file.source.name) from None
    return found


def _chosen(book: CalamineWorkbook, file: Scanned, parts: Mapping[str, str]) -> Iterator[Sheet]:
    """The sheets to read, each looked at first. Hidden ones count: somebody's data lie there."""
    name, wanted = file.source.name, file.delivery.sheets
    missing = [sheet for sheet in wanted if sheet not in parts]
    if missing:
        raise workbook_reasons.sheet_missing(name, missing, list(book.sheet_names))
    if wanted:
        for sheet in wanted:
            yield workbook_guard.look(file, sheet, parts[sheet])
        return
    looked = [workbook_guard.look(file, sheet, part) for sheet, part in parts.items()]
    filled = [sheet for sheet in looked if sheet.rows]
    if len(filled) > 1:
        raise workbook_reasons.several_sheets(name, [(s.name, s.rows) for s in filled])
    if not filled:
        raise reasons.empty_file(name)
    yield filled[0]


class _Reader:
    """One sheet of one file."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        file: Scanned,
        fields: Sequence[Field],
        sheet: Sheet,
        several: bool,
    ) -> None:
        self.con, self.file, self.fields, self.sheet = con, file, fields, sheet
        self.name = f"{file.source.name}#{sheet.name}" if several else file.source.name
        self.heading_row = file.delivery.header_row
        self.unfit: list[Unfit] = []
        self.rows_of_faults = frozenset(row for row, _ in sheet.faults)

    def read(self, cells: CalamineSheet, start: int) -> Read:
        left = cells.start[1] if cells.start else 0
        merged = cells.merged_cell_ranges or []
        self._check_merged(merged)
        stream = iter(enumerate(cells.iter_rows(), 1))
        heading = next(islice(stream, self.heading_row - 1, None), None)
        if heading is None and self.sheet.rows >= self.heading_row:
            raise workbook_reasons.broken_workbook(self.name)
        if heading is None:
            raise text_reasons.no_header_row(self.name, self.heading_row, self.sheet.rows)
        names = self._names(heading[1])
        columns = tuple(f.column for f in self.fields)
        header = headers.match(self.name, names, columns)
        places = [header.positions.get(c.name) for c in columns]
        below = self._filled(self._repeated(stream, merged, left), len(names))
        rows = (self._row(number, row, places, left) for number, row in below)
        count = insert(self.con, self.fields, self._dense(places), rows)
        first = self.heading_row + 1
        skips = skips_of(sorted(u.row for u in self.unfit), first)
        part = Part(self.name, start, count, first, skips)
        return Read(part, tuple(self.unfit), header.absent)

    def _names(self, heading: Sequence[Cell]) -> list[str]:
        """Empty cells after the last heading are nobody's column."""
        names = [heading_of(cell) for cell in heading]
        while names and not names[-1].strip():
            names.pop()
        return names

    def _check_merged(self, merged: Sequence[Range]) -> None:
        """Merged cells have one value and hide the others."""
        row = self.heading_row - 1
        in_heading = [m for m in merged if m[0][0] <= row <= m[1][0]]
        if in_heading:
            raise workbook_reasons.merged_heading(
                self.name, row + 1, [_range(m) for m in in_heading]
            )
        below = [m for m in merged if m[0][0] > row and m[0][0] < self.sheet.rows]
        footer = len(self.file.delivery.footer)
        data = [m for m in below if m[0][0] < self.sheet.rows - footer]
        if data and not self.file.delivery.merged_cells:
            raise workbook_reasons.merged_cells(self.name, [_range(m) for m in data])

    def _repeated(
        self, rows: Iterable[tuple[int, list[Cell]]], merged: Sequence[Range], left: int
    ) -> Iterator[tuple[int, list[Cell]]]:
        """Each cell of a merged range with the range's value, where the contract says so."""
        if not self.file.delivery.merged_cells:
            yield from rows
            return
        waiting = sorted(merged)
        open_ranges: list[tuple[Range, Cell]] = []
        for number, row in rows:
            while waiting and waiting[0][0][0] < number - 1:
                waiting.pop(0)
            while waiting and waiting[0][0][0] == number - 1:
                found = waiting.pop(0)
                open_ranges.append((found, row[found[0][1] - left]))
            open_ranges = [(r, v) for r, v in open_ranges if r[1][0] >= number - 1]
            for ((_, first), (_, last)), value in open_ranges:
                for at in range(first - left, min(last - left + 1, len(row))):
                    row[at] = value
            yield number, row

    def _filled(
        self, rows: Iterable[tuple[int, list[Cell]]], width: int
    ) -> Iterator[tuple[int, list[Cell]]]:
        """Rows of data without the footer. Empty rows between them, and cells beyond the
        headings, are faults; empty rows at the end are nobody's."""
        held: list[tuple[int, list[Cell]]] = []
        empty: list[int] = []
        for number, row in rows:
            if not self._is_filled(number, row):
                empty.append(number)
                continue
            self.unfit += [ragged(self.name, n, 0, width) for n in empty]
            empty = []
            held.append((number, row))
            if len(held) > len(self.file.delivery.footer):
                yield from self._within(*held.pop(0), width)
        check_footer(
            self.name,
            [(n, next((str(c) for c in row if c != ""), "")) for n, row in held],
            self.file.delivery.footer,
        )

    def _is_filled(self, number: int, row: Sequence[Cell]) -> bool:
        return any(c != "" for c in row) or number - 1 in self.rows_of_faults

    def _within(self, number: int, row: list[Cell], width: int) -> Iterator[tuple[int, list[Cell]]]:
        last = max((at for at, cell in enumerate(row, 1) if cell != ""), default=0)
        if last > width:
            self.unfit.append(ragged(self.name, number, last, width))
        else:
            yield number, row

    def _row(
        self, number: int, row: Sequence[Cell], places: Sequence[int | None], left: int
    ) -> list[str | None]:
        return [
            self._text(number, row, place, field, left)
            for field, place in zip(self.fields, places, strict=True)
            if place is not None
        ]

    def _text(
        self, number: int, row: Sequence[Cell], place: int, field: Field, left: int
    ) -> str | None:
        fault = self.sheet.faults.get((number - 1, place + left)) if self.sheet.faults else None
        return mark(fault) if fault else text_of(row[place], field.type)

    def _dense(self, places: Sequence[int | None]) -> list[int | None]:
        """Places in the rows that ``_row`` makes."""
        taken = -1
        dense: list[int | None] = []
        for place in places:
            taken += place is not None
            dense.append(None if place is None else taken)
        return dense


def _range(found: Range) -> str:
    return f"{_cell(found[0])}:{_cell(found[1])}"


def _cell(place: tuple[int, int]) -> str:
    row, column = place
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
