"""SQLite: a value has a type, a column has not. Each value must have the one that fits."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.catalogue.types import Family
from workbench.engine.duckdb import identifier, literal
from workbench.workspace.source_sql import Dialect, Fitted, Item

_EXACT = 2**53
"""Whole numbers up to here are exact as DOUBLE."""
_FORMS = {
    Family.date: "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]",
    Family.timestamp: (
        "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
    ),
    Family.time: "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]",
}


class SQLite(Dialect):
    """A value of another type is sent as ``x``, which no type of a contract takes."""

    tagged_text = True

    def quoted(self, name: str) -> str:
        return identifier(name)

    def table(self, schema: str, table: str) -> str:
        return f"main.{identifier(table)}"

    def lookup(self, schema: str, table: str, names: Sequence[str] | None) -> str:
        folded = ", ".join(f"lower({literal(n)})" for n in names or ())
        chosen = "" if names is None else f" WHERE lower(name) IN ({folded})"
        listed = f"pragma_table_info({literal(table)}, 'main')"
        return f"SELECT name, lower(type) AS type, 'true' AS readable FROM {listed}{chosen}"  # noqa: S608

    def same(self, one: str, other: str) -> bool:
        return one.casefold() == other.casefold()

    def fit(self, item: Item, type_: str) -> Fitted | None:
        column, kind = identifier(item.source), item.family
        if item.type == "FLOAT":
            return None  # its numbers are doubles, and would be rounded
        if kind is Family.text:
            text = _case(column, "text", f"'t' || {column}")
            return Fitted(text, f"{column} COLLATE BINARY", odd=_other(column, "text"))
        if kind is Family.integer:
            text = _case(column, "integer", f"CAST({column} AS TEXT)")
            return Fitted(text, column, odd=_other(column, "integer"))
        if kind is Family.boolean:
            text = _case(column, "integer", _boolean(column))
            return Fitted(text, column, odd=_other(column, "integer"))
        if kind is Family.number:
            return _number(column, item.type)
        form = f"{column} NOT GLOB '{_FORMS[kind]}'"
        return Fitted(
            _case(column, "text", column),
            f"{column} COLLATE BINARY",
            odd=f"({_other(column, 'text')} OR {form})",
        )

    def literal(self, value: str, item: Item) -> str:
        match item.family:
            case Family.integer | Family.number:
                return f"({value})"
            case Family.boolean:
                return "1" if value == "true" else "0"
        return literal(value)

    def starts_with(self, fitted: Fitted, value: str, item: Item) -> str:
        return f"substr({fitted.value}, 1, {len(value)}) = {literal(value)}"


def _case(column: str, type_: str, text: str) -> str:
    return f"CASE typeof({column}) WHEN '{type_}' THEN {text} WHEN 'null' THEN NULL ELSE 'x' END"


def _other(column: str, *types: str) -> str:
    listed = ", ".join(f"'{t}'" for t in (*types, "null"))
    return f"typeof({column}) NOT IN ({listed})"


def _boolean(column: str) -> str:
    return f"CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'x' END"


def _number(column: str, type_: str) -> Fitted:
    """A DECIMAL is stored as a double here: taken where its 15 digits give that double again."""
    whole = f"CAST({column} AS TEXT)"
    real = f"printf('%!.17g', {column})"
    if type_ == "DOUBLE":
        whole = f"CASE WHEN {column} BETWEEN -{_EXACT} AND {_EXACT} THEN {whole} ELSE 'x' END"
    else:
        short = f"printf('%!.15g', {column})"
        real = f"CASE WHEN CAST({short} AS REAL) = {column} THEN {short} ELSE 'x' END"
    text = (
        f"CASE typeof({column}) WHEN 'real' THEN {real} WHEN 'integer' THEN {whole} "
        "WHEN 'null' THEN NULL ELSE 'x' END"
    )
    return Fitted(text, column, odd=_other(column, "integer", "real"))
