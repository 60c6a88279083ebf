"""A release as a workbook: one sheet of data, one that says where they come from.

Text is written as text, never as a formula or a link, however it begins. What a workbook cannot
hold is either text (and noted) or refused with the next step; nothing is cut.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from workbench.client.export.cells import Cells, cells_of
from workbench.client.export.forms import Form, Noted, refuse_nested, too_big
from workbench.errors import Text

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
"""Excel specifications and limits (Microsoft): rows with the heading, columns, and characters of
one cell, which Excel counts in UTF-16."""
BATCH_ROWS = 8192
"""Rows turned to cells at a time (our default)."""
_HEADING = {"bold": True, "bottom": 1}


def write(table: pa.Table, out: BinaryIO, noted: Noted, about: str, folder: Path) -> None:
    """``about`` is the caption. Rows wait in a folder of their owner alone inside ``folder``, and
    not in one that the machine shares. Raises InvalidInput for what a workbook cannot hold."""
    import xlsxwriter

    refuse_nested(table.schema, Form.xlsx)
    _check_size(table)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as private:
        book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "tmpdir": private,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        try:
            _data(book, table, noted)
            _about(book, about, noted)
        finally:
            book.close()


def _check_size(table: pa.Table) -> None:
    if table.num_rows + 1 > MAX_ROWS:
        rows = Text(f"结果有 {table.num_rows:,} 行", f"The result has {table.num_rows:,} rows")
        raise too_big(rows, MAX_ROWS - 1)
    if table.num_columns > MAX_COLUMNS:
        what = Text(f"结果有 {table.num_columns:,} 列", f"It has {table.num_columns:,} columns")
        raise too_big(what, MAX_COLUMNS)
    for name in table.column_names:
        _check_text(name, Text("有列名过长", "The name of a column is too long"))


def _check_text(text: str, what: Text) -> None:
    units = len(text) if len(text) * 2 <= MAX_TEXT else len(text.encode("utf-16-le")) // 2
    if units > MAX_TEXT:
        raise too_big(what, MAX_TEXT)


def _data(book: Any, table: pa.Table, noted: Noted) -> None:
    sheet = book.add_worksheet("data 数据")
    sheet.freeze_panes(1, 0)
    heading = book.add_format(_HEADING)
    for index, name in enumerate(table.column_names):
        sheet.write_string(0, index, name, heading)
    cells = [
        cells_of(name, table.column(index), noted) for index, name in enumerate(table.column_names)
    ]
    formats = [book.add_format({"num_format": c.shown}) if c.shown else None for c in cells]
    row = 0
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        columns = [_values(c, col) for c, col in zip(cells, batch.columns, strict=True)]
        for values in zip(*columns, strict=True):
            row += 1
            for index, value in enumerate(values):
                if value is not None:
                    _cell(sheet, (row, index), value, formats[index], table.column_names)


def _values(cells: Cells, column: pa.Array) -> list[Any]:
    return cells.values(column)


def _cell(sheet: Any, at: tuple[int, int], value: Any, shown: Any, names: list[str]) -> None:
    if isinstance(value, str):
        named = names[at[1]]
        what = Text(f"列 {named} 第 {at[0]:,} 行的文本过长",
                    f"The text of {named} in row {at[0]:,} is too long")  # fmt: skip
        _check_text(value, what)
        sheet.write_string(*at, value)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value)
    else:
        sheet.write_number(*at, value, shown)


def _about(book: Any, about: str, noted: Noted) -> None:
    sheet = book.add_worksheet("source 来源")
    sheet.set_column(0, 0, 120)
    lines = [*about.split("\n"), *(f"{c.text.zh} / {c.text.en}" for c in noted.all())]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line[: MAX_TEXT // 2])
