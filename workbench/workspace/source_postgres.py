"""PostgreSQL (12 and later): its types, and how it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.catalogue.types import Family
from workbench.engine.duckdb import identifier, literal
from workbench.workspace.source_sql import Dialect, Fitted, Item

_TEXT = ("text", "character varying", "character", "name")
_AS_TEXT = ("enum", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr", "citext")
_INTEGERS = ("smallint", "integer", "bigint")
_INSTANT = "timestamp with time zone"
SESSION = (
    "-c default_transaction_read_only=on -c datestyle=ISO,YMD -c extra_float_digits=3 "
    "-c standard_conforming_strings=on"
)
"""Settings of the connection: what text looks like must not depend on the server's own."""


class Postgres(Dialect):
    """An instant (``timestamptz``) arrives as the wall clock of Asia/Shanghai."""

    def quoted(self, name: str) -> str:
        return identifier(name)

    def table(self, schema: str, table: str) -> str:
        return f"{identifier(schema)}.{identifier(table)}"

    def lookup(self, schema: str, table: str, names: Sequence[str] | None) -> str:
        """A domain counts as the type below it, an enumeration as ``enum``."""
        chosen = "" if names is None else f" AND a.attname IN ({_list(names)})"
        return (
            "SELECT a.attname::text AS name, "  # noqa: S608
            "CASE WHEN b.typtype = 'e' THEN 'enum' ELSE format_type(b.oid, NULL) END AS type, "
            "has_column_privilege(a.attrelid, a.attnum, 'SELECT')::text AS readable "
            "FROM pg_catalog.pg_attribute a "
            "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
            "JOIN pg_catalog.pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid) "
            f"WHERE a.attrelid = to_regclass({literal(self.table(schema, table))}) "
            f"AND a.attnum > 0 AND NOT a.attisdropped{chosen}"
        )

    def fit(self, item: Item, type_: str) -> Fitted | None:
        column = identifier(item.source)
        match item.family:
            case Family.text if type_ in (*_TEXT, *_AS_TEXT):
                by_bytes = f'({column}::text COLLATE "C")'
                return Fitted(f"{column}::text", by_bytes, column if type_ in _TEXT else "")
            case Family.integer if type_ in (*_INTEGERS, "numeric"):
                return Fitted(f"{column}::text", column)
            case Family.number:
                return self._number(item.type, column, type_)
            case Family.timestamp if type_ == _INSTANT:
                local = f"({column} AT TIME ZONE 'Asia/Shanghai')"
                return Fitted(f"{local}::text", local)
        return self._same_name(item.family, column, type_)

    def _number(self, wanted: str, column: str, type_: str) -> Fitted | None:
        double = f"{column}::float8"
        if wanted == "FLOAT":
            return Fitted(f"{column}::text", double) if type_ == "real" else None
        if wanted == "DOUBLE":
            exact = ("real", "double precision", "smallint", "integer")
            if type_ in exact:
                return Fitted(f"{double}::text", double)
            return Fitted(f"{column}::text", double) if type_ == "numeric" else None
        fits = type_ in (*_INTEGERS, "numeric")
        return Fitted(f"{column}::text", column) if fits else None

    def _same_name(self, wanted: Family, column: str, type_: str) -> Fitted | None:
        same = {
            Family.date: "date",
            Family.timestamp: "timestamp without time zone",
            Family.time: "time without time zone",
            Family.boolean: "boolean",
        }
        return Fitted(f"{column}::text", column) if same.get(wanted) == type_ else None

    def literal(self, value: str, item: Item) -> str:
        match item.family:
            case Family.text:
                return f"{literal(value)}::text"
            case Family.integer:
                return f"({value})"
            case Family.number:
                type_ = "numeric" if item.type.startswith("DECIMAL") else "float8"
                return f"{literal(value)}::{type_}"
        return f"{literal(value)}::{item.family}"

    def plain_literal(self, value: str, item: Item) -> str:
        return literal(value)

    def starts_with(self, fitted: Fitted, value: str, item: Item) -> str:
        return f"left({fitted.value}, {len(value)}) = {self.literal(value, item)}"


def _list(names: Sequence[str]) -> str:
    return ", ".join(literal(name) for name in names)
