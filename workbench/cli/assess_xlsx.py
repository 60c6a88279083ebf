"""Tables of text as a workbook with the same bytes each time: no moment is in it.

Text is written as text, never as a formula or a link, however it begins; numbers as numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from workbench.client.export.write_xlsx import MAX_ROWS
from workbench.errors import Code, Text, simple

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,2})?")
_AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False}  # fmt: skip
_WIDE = 40

Sheet = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Its name, its headings, its rows."""


def workbook(about: Sequence[str], sheets: Sequence[Sheet], day: str, mark: str = "") -> bytes:
    """``day`` (ISO) stands as the day on which it was made; ``mark`` on top of every sheet and of
    every page that is printed. Raises InvalidInput for more rows than
    a sheet can hold."""
    import xlsxwriter

    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, _AS_TEXT)
    book.set_properties({"created": datetime.fromisoformat(day)})
    for name, headings, rows in sheets:
        _fits(name, rows)
        _sheet(book, name, headings, rows, mark)
    page = book.add_worksheet("about 说明")
    page.set_column(0, 0, 2 * _WIDE)
    _marked(book, page, mark)
    for number, line in enumerate(about, start=1 if mark else 0):
        page.write_string(number, 0, line)
    book.close()
    return kept.getvalue()


def _sheet(
    book: Any, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]], mark: str
) -> None:
    page, top = book.add_worksheet(name), 1 if mark else 0
    page.freeze_panes(top + 1, 0)
    _marked(book, page, mark)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, heading in enumerate(headings):
        page.write_string(top, column, heading, bold)
        longest = max((len(row[column]) for row in rows), default=0)
        page.set_column(column, column, min(max(longest, 2 * len(heading)) + 2, _WIDE))
    for number, row in enumerate(rows, start=top + 1):
        for column, cell in enumerate(row):
            if _NUMBER.fullmatch(cell):
                page.write_number(number, column, float(cell))
            else:
                page.write_string(number, column, cell)


def _marked(book: Any, page: Any, mark: str) -> None:
    """In the first row, and above each page on paper (``&`` begins a code there)."""
    if mark:
        page.write_string(0, 0, mark, book.add_format({"bold": True, "font_color": "#b3261e"}))
        page.set_header("&C" + mark.replace("&", "&&"))


def _fits(name: str, rows: Sequence[Sequence[str]]) -> None:
    if len(rows) >= MAX_ROWS:
        raise simple(
            Code.invalid_request,
            f"“{name}”有 {len(rows):,} 行，表格文件放不下。",
            f"{name} has {len(rows):,} rows, more than a workbook holds.",
            next=Text(
                "改用 --format json，或用 assess show --department 分部门输出。",
                "Write --format json, or one department at a time: assess show --department.",
            ),
            subject=name,
        )
