"""What came from a source as text, as values of the contract's types: all of them, or none.

A value that does not fit is counted and never taken for something near it, nor for NULL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import duckdb

from workbench.catalogue.types import Family
from workbench.engine.duckdb import identifier, literal
from workbench.extracts.strict import strict_type
from workbench.workspace.source_sql import Item

_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
_UNSIGNED = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_BATCH = 1_000


def canonical(con: duckdb.DuckDBPyConnection, value: str, item: Item) -> str:
    """A row scope's value as the engine casts it to the column's type, as text.

    A FLOAT is given as the double that it is, so that a source does not round it anew.
    """
    inner = f"CAST({literal(value)} AS {item.type})"
    if item.type == "FLOAT":
        inner = f"CAST({inner} AS DOUBLE)"
    row = con.execute(f"SELECT CAST({inner} AS VARCHAR)").fetchone()
    return str(row[0]) if row else ""


def misfits(
    con: duckdb.DuckDBPyConnection, table: str, items: Sequence[Item], *, tagged: bool
) -> dict[str, int]:
    """How many values of each column of ``table`` (texts ``c0``, ``c1`` ...) do not fit."""
    if not items:
        return {}
    counts = ", ".join(
        f"count(*) FILTER (c{n} IS NOT NULL AND NOT {_fits(item, f'c{n}', tagged)})"
        for n, item in enumerate(items)
    )
    row = con.execute(f"SELECT {counts} FROM {table}").fetchone() or ()  # noqa: S608
    return {item.name: n for item, n in zip(items, row, strict=True) if n}


def values(items: Sequence[Item], *, tagged: bool) -> str:
    """The select list that turns such a table into the contract's columns."""
    return ", ".join(
        f"{_value(item, f'c{n}', tagged)} AS {identifier(item.name)}"
        for n, item in enumerate(items)
    )


def digest(con: duckdb.DuckDBPyConnection, table: str, items: Sequence[Item]) -> str:
    """sha256 over names, types and the sorted sha256 of the rows: rows have no order of their own.

    Within a row each value stands with its length, so that no two rows are written alike.
    """
    total = hashlib.sha256("\n".join(f"{i.name}\0{i.type}" for i in items).encode())
    parts = " || ".join(
        f"coalesce('V' || length({text}) || ':' || {text}, 'N')"
        for text in (f"CAST({identifier(i.name)} AS VARCHAR)" for i in items)
    )
    con.execute(f"SELECT sha256({parts}) AS h FROM {table} ORDER BY h")  # noqa: S608
    while rows := con.fetchmany(_BATCH):
        total.update("".join(f"\n{row[0]}" for row in rows).encode())
    return total.hexdigest()


def _value(item: Item, text: str, tagged: bool) -> str:
    if item.family is Family.text:
        return f"substr({text}, 2)" if tagged else text
    return f"TRY_CAST({text} AS {item.type})"


def _fits(item: Item, text: str, tagged: bool) -> str:
    """TRUE or FALSE where ``text`` is not NULL."""
    value = _value(item, text, tagged)
    if item.family is Family.text:
        tag = f"starts_with({text}, 't') AND " if tagged else ""
        return f"({tag}NOT contains({value}, chr(0)))"
    if item.type in _UNSIGNED:
        return f"coalesce(CAST({value} AS VARCHAR) = {text}, false)"
    if item.family is Family.time:
        return f"(regexp_full_match({text}, {literal(_CLOCK)}) AND {value} IS NOT NULL)"
    return strict_type("", item.name, item.type).fits(text)
