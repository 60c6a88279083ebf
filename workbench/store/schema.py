"""Which version of the schema a store has, and how it gets ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select

from workbench.errors import Text
from workbench.store import tables
from workbench.store.faults import unfit
from workbench.store.guards import APPEND_ONLY

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")

_ALEMBIC = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    f"INSERT INTO alembic_version VALUES ('{tables.REVISION}')",  # noqa: S608 - a name of ours
)


def version(connection: Connection, shown: str) -> int | None:
    """The version, None where there are no tables. Raises ``Unavailable`` for tables of somebody
    else."""
    names = set(inspect(connection).get_table_names())
    if not names:
        return None
    if tables.meta.name in names:
        found = _meta(connection, "schema_version")
        if found is not None:
            return found
    raise unfit(
        f"{shown} 中已有其他程序的表，不是存储库。",
        f"{shown} holds tables of something else; it is no store.",
        Text(
            "请换一个空的 schema 或文件。",
            "Name an empty schema (?schema=...) or another file.",
        ),
    )


def version_of_file(file: Path) -> int | None:
    """Of a SQLite store that may not be there yet, without making it."""
    if not file.is_file():
        return None
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            sql = "SELECT value FROM meta WHERE key = 'schema_version'"
            row = connection.execute(sql).fetchone()
        except sqlite3.Error:
            return None
    return None if row is None else int(row[0])


def _meta(connection: Connection, key: str) -> int | None:
    wanted = select(tables.meta.c.value).where(tables.meta.c.key == key)
    found = connection.execute(wanted).scalar_one_or_none()
    return None if found is None else int(found)


def bring_up(connection: Connection, found: int | None, shown: str) -> None:
    """In the caller's transaction: make what is missing, or run the migrations that are."""
    if found is None:
        _make(connection)
    elif found < tables.SCHEMA_VERSION:
        _migrate(connection, found)
    else:
        refuse_other(found, shown)


def refuse_other(found: int, shown: str) -> None:
    ours = tables.SCHEMA_VERSION
    if found == ours:
        return
    older = Text(
        "先备份，再运行 workbench store upgrade（--dry-run 可先看 SQL）。",
        "Make a backup, then run workbench store upgrade (--dry-run shows the SQL).",
    )
    newer = Text("请使用新版本的程序。", "Use the newer version of the program.")
    raise unfit(
        f"存储库 {shown} 的结构版本为 {found}，本程序的为 {ours}。",
        f"The store {shown} has schema version {found}; this program has {ours}.",
        older if found < ours else newer,
    )


def is_moved(connection: Connection) -> bool:
    return _meta(connection, "moved") is not None


def refuse_moved(connection: Connection, shown: str) -> None:
    if not is_moved(connection):
        return
    raise unfit(
        f"存储库 {shown} 已搬往别处，不能再用。",
        f"The store {shown} was moved to another one and is not used any more.",
        Text(
            "请用 WORKBENCH_STORE 或 .workbench/store.url 指明新的存储库。",
            "Name the new one by WORKBENCH_STORE or .workbench/store.url.",
        ),
        Text("账本只有一条链。", "The ledger is one chain."),
    )


def _make(connection: Connection) -> None:
    """What the migrations would have made, in one step; a test compares the two."""
    tables.metadata.create_all(connection, checkfirst=False)
    for statement in (*APPEND_ONLY[connection.dialect.name], *_ALEMBIC):
        connection.exec_driver_sql(statement)
    first = {"schema_version": tables.SCHEMA_VERSION, "version": 0}
    values = [{"key": key, "value": value} for key, value in first.items()]
    connection.execute(insert(tables.meta), values)


def _migrate(connection: Connection, found: int) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    if "alembic_version" not in inspect(connection).get_table_names():
        command.stamp(config, revision(found))  # the first version was made without Alembic
    command.upgrade(config, "head")


def migrated(connection: Connection) -> None:
    """Every migration from nothing, as an upgrade runs them."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def script(kind: str, found: int | None) -> str:
    """The SQL that an upgrade from this version runs on this kind of store."""
    from alembic import command

    written = StringIO()
    config = _config(written)
    config.attributes["kind"] = kind
    first = "base" if found is None else revision(found)
    command.upgrade(config, f"{first}:head", sql=True)
    return written.getvalue()


def revision(number: int) -> str:
    return f"{number:04d}"


def _config(output: StringIO | None = None) -> Config:
    from alembic.config import Config

    config = Config(output_buffer=output or StringIO(), stdout=StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
