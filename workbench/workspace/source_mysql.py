"""MySQL and MariaDB: their types, and how they are asked.

Text constants are written in hexadecimal, so that they mean the same in every SQL mode.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.catalogue.types import Family
from workbench.workspace.source_sql import Dialect, Fitted, Item

ZONE = "+08:00"
"""Session time zone: a TIMESTAMP arrives as the wall clock of China."""

_TEXT = ("char", "varchar", "tinytext", "text", "mediumtext", "longtext")
_AS_TEXT = ("enum", "set", "json", "uuid")
_SMALL = ("tinyint", "smallint", "mediumint", "int")
_INTEGERS = (*_SMALL, "bigint", "year")
_BOOLEAN = ("tinyint(1)", "bit(1)")
_SAME = {
    Family.date: ("date",),
    Family.timestamp: ("datetime", "timestamp"),
    Family.time: ("time",),
}


class MySQL(Dialect):
    """``type_`` is the whole type (``tinyint(1) unsigned``)."""

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def table(self, schema: str, table: str) -> str:
        """The database of the connection is meant, whatever ``schema`` says."""
        return self.quoted(table)

    def lookup(self, schema: str, table: str, names: Sequence[str] | None) -> str:
        """A column that the account may not read does not show at all."""
        columns = [f"lower(CONVERT({_hex(n)} USING utf8mb4))" for n in names or ()]
        chosen = "" if names is None else f" AND lower(COLUMN_NAME) IN ({', '.join(columns)})"
        return (
            "SELECT CAST(COLUMN_NAME AS CHAR) AS name, "  # noqa: S608
            "CAST(COLUMN_TYPE AS CHAR) AS type, 'true' AS readable "
            "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() "
            f"AND TABLE_NAME = CONVERT({_hex(table)} USING utf8mb4){chosen}"
        )

    def same(self, one: str, other: str) -> bool:
        return one.casefold() == other.casefold()

    def limited(self, sql: str, seconds: int) -> str:
        """Either server knows its own form and takes the other's for a comment."""
        head = f"SELECT /*+ MAX_EXECUTION_TIME({seconds * 1000}) */"
        return f"/*M!100100 SET STATEMENT max_statement_time={seconds} FOR */ " + sql.replace(
            "SELECT", head, 1
        )

    def fit(self, item: Item, type_: str) -> Fitted | None:
        column, name = self.quoted(item.source), type_.split("(")[0].split()[0]
        match item.family:
            case Family.text if name in (*_TEXT, *_AS_TEXT):
                by_bytes = f"CAST(CONVERT({column} USING utf8mb4) AS BINARY)"
                return Fitted(f"CAST({column} AS CHAR)", by_bytes, column if name in _TEXT else "")
            case Family.integer if name in (*_INTEGERS, "decimal"):
                return Fitted(f"CAST({column} + 0 AS CHAR)", column)
            case Family.number:
                return self._number(item.type, column, name)
            case Family.boolean if type_.startswith(_BOOLEAN):
                return Fitted(_boolean(column), f"({column} + 0)")
        if name not in _SAME.get(item.family, ()):
            return None
        zero = f"CAST({column} AS CHAR) REGEXP '^0000|-00'" if item.family != Family.time else ""
        return Fitted(f"CAST({column} AS CHAR)", column, odd=zero)

    def _number(self, wanted: str, column: str, name: str) -> Fitted | None:
        double = f"({column} + 0e0)"
        if wanted == "FLOAT":
            return Fitted(f"CAST({double} AS CHAR)", double) if name == "float" else None
        if wanted == "DOUBLE":
            if name in ("float", "double", *_SMALL):
                return Fitted(f"CAST({double} AS CHAR)", double)
            return Fitted(f"CAST({column} AS CHAR)", double) if name == "decimal" else None
        fits = name in (*_INTEGERS, "decimal")
        return Fitted(f"CAST({column} + 0 AS CHAR)", column) if fits else None

    def literal(self, value: str, item: Item) -> str:
        match item.family:
            case Family.text:
                return _hex(value)
            case Family.integer:
                return f"({value})"
            case Family.number:
                exact = item.type.startswith("DECIMAL") or "e" in value
                return f"({value})" if exact else f"({value}e0)"
            case Family.boolean:
                return "1" if value == "true" else "0"
        return f"{item.family.upper()}'{value}'"

    def plain_literal(self, value: str, item: Item) -> str:
        return f"_utf8mb4 {_hex(value)}"

    def starts_with(self, fitted: Fitted, value: str, item: Item) -> str:
        return f"LEFT({fitted.value}, {len(value.encode())}) = {_hex(value)}"

    def is_null(self, item: Item) -> str:
        """Not IS NULL, which finds the zero date of a NOT NULL column too."""
        return f"{self.quoted(item.source)} <=> NULL"


def _hex(text: str) -> str:
    return f"X'{text.encode().hex()}'"


def _boolean(column: str) -> str:
    return (
        f"CASE WHEN {column} + 0 = 1 THEN 'true' WHEN {column} + 0 = 0 THEN 'false' "
        f"ELSE CAST({column} + 0 AS CHAR) END"
    )
