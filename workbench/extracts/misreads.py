"""Cells that a reader could not take as they are: marked in the table of text, told by rule.

A mark is NUL and the rule's name, which no delivered text is: NUL fits no type. Marks become rows
of ``MISREAD`` and their cells NULL, so that no other rule judges them a second time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from workbench.errors import Text
from workbench.extracts.sql import literal

MISREAD = "misread"
"""The table ``(row, field, rule)``: rowid of a staged row, name of its column there, rule."""

RULES: Mapping[str, Text] = {
    "read": Text("写法与合同 read 的规定不符", "it is not written as “read” of the contract says"),
    "error_cell": Text(
        "单元格是公式错误（如 #N/A、#DIV/0!）", "the cell is an error (like #N/A or #DIV/0!)"
    ),
    "formula_without_value": Text(
        "公式没有保存结果：请在表格软件中打开、重算并保存",
        "the formula has no stored result: open, calculate and save it in a spreadsheet",
    ),
    "digits_lost": Text(
        "表格中的数只有 15 位有效数字，更长的号码已丢失末位：请设为文本后重新填写",
        "a spreadsheet keeps 15 digits of a number; of a longer one the last are lost: format the "
        "column as text and fill it in again",
    ),
    "date_before_1900_03": Text(
        "1900-03-01 以前的日期，表格软件的日序有误：请写成文本",
        "spreadsheets count days before 1900-03-01 wrongly: write it as text",
    ),
    "cell_kind": Text(
        "单元格存的是日期、时间或真假值，不是文字：请设为文本后重新填写（如 1-2 被改成日期）",
        "the cell holds a date, a time or a truth value and no text: format it as text and fill it "
        "in again (1-2 becomes a date)",
    ),
    "nested": Text("值是对象或列表，不是单个值", "the value is an object or a list"),
}


def mark(rule: str) -> str:
    if rule not in RULES:
        raise KeyError(rule)
    return f"\0{rule}"


def settle(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
    """Move the marks of these columns from ``table`` into ``MISREAD``."""
    con.execute(f"CREATE TABLE {MISREAD} (row BIGINT, field VARCHAR, rule VARCHAR)")
    listed = ", ".join(literal(rule) for rule in RULES)
    for column in columns:
        marked = f"starts_with({column}, chr(0)) AND substr({column}, 2) IN ({listed})"
        con.execute(
            f"INSERT INTO {MISREAD} SELECT rowid, {literal(column)}, substr({column}, 2) "
            f"FROM {table} WHERE {marked}"
        )
        con.execute(f"UPDATE {table} SET {column} = NULL WHERE {marked}")


def of_column(con: duckdb.DuckDBPyConnection, column: str) -> tuple[tuple[str, int], ...]:
    """``(rule, rows)`` of one column."""
    return tuple(
        con.execute(
            f"SELECT rule, count(*) FROM {MISREAD} WHERE field = {literal(column)} "
            "GROUP BY rule ORDER BY rule"
        ).fetchall()
    )
