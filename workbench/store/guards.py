"""Rows of the ledger are only ever added: what the database itself refuses.

Against mistakes of ours, not against someone with the file or the owner's role in hand: the chain
is for that.
"""

from __future__ import annotations

from collections.abc import Mapping

_TABLES = ("entries", "statements")

_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
    for table in _TABLES
    for verb in ("update", "delete")
)

_POSTGRESQL = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' are append-only'; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in _TABLES
    ),
)

APPEND_ONLY: Mapping[str, tuple[str, ...]] = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

MOVED: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER entries_moved BEFORE INSERT ON entries "
        "BEGIN SELECT RAISE(ABORT, 'this store was moved'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'this store was moved'; END $$",
        "CREATE TRIGGER entries_moved BEFORE INSERT ON entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_moved()",
    ),
}
"""After a move: a gateway that still has the old store open can add nothing to it."""
