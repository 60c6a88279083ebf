"""A catalogue in a workbook: one sheet, its cells as people see them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from workbench.extracts import archive_reasons, workbook_guard, workbook_reasons
from workbench.extracts import reasons as delivery_reasons
from workbench.extracts.cells import Cell
from workbench.extracts.conversion import plain
from workbench.extracts.scan import Scanned
from workbench.portals import reasons
from workbench.portals.delivered import ENTRIES
from workbench.portals.mapping import PortalMapping


def read(
    found: Scanned, mapping: PortalMapping
) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """Rows below the heading with their numbers, and the headings. Raises InvalidInput."""
    name = found.source.name
    try:
        sheet = _sheet(found, mapping)
        with CalamineWorkbook.from_path(found.path) as book:
            cells = book.get_sheet_by_name(sheet.name)
            rows = [[_said(cell) for cell in row] for row in cells.iter_rows()]
            left = cells.start[1] if cells.start else 0
    except PasswordError:
        raise archive_reasons.encrypted(name) from None
    except (CalamineError, zlib.error):
        raise workbook_reasons.broken_workbook(name) from None
    if len(rows) > ENTRIES:
        raise reasons.too_many(name, ENTRIES)
    for (row, column), fault in sheet.faults.items():
        rows[row][column - left] = f"#{fault}"  # the reader gives it as empty, which it is not
    at = mapping.file.heading_row
    headings = rows[at - 1] if len(rows) >= at else []
    while headings and not headings[-1].strip():
        headings.pop()
    return iter(list(enumerate(rows, 1))[at:]), headings


def _sheet(found: Scanned, mapping: PortalMapping) -> workbook_guard.Sheet:
    """The one that the mapping names, or the only one with anything in it."""
    name, parts = found.source.name, workbook_guard.sheets(found)
    wanted = mapping.file.sheet
    if wanted is not None:
        if wanted not in parts:
            raise workbook_reasons.sheet_missing(name, [wanted], list(parts))
        return workbook_guard.look(found, wanted, parts[wanted])
    filled = [
        s for title, part in parts.items() if (s := workbook_guard.look(found, title, part)).rows
    ]
    if len(filled) > 1:
        raise workbook_reasons.several_sheets(name, [(s.name, s.rows) for s in filled])
    if not filled:
        raise delivery_reasons.empty_file(name)
    return filled[0]


def _said(cell: Cell) -> str:
    """A date as that date, a number as its shortest exact decimal."""
    if isinstance(cell, bool | str):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return plain(Decimal(repr(cell))) if isinstance(cell, int | float) else str(cell)
