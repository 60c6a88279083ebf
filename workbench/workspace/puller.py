"""The process that pulls from an attached source: ``python -m workbench.workspace.puller FD``.

It is trusted and runs nothing that an analyst wrote. It alone loads a scanner extension and knows
a source's password, which it is told over its socket. What it writes is one encrypted file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from workbench.engine.duckdb import Resources, literal, open_builder
from workbench.model.grant import Operator
from workbench.workspace.child import Message, Report, serve
from workbench.workspace.source_connection import Connection, Problem, connected
from workbench.workspace.source_sql import Condition, Fitted, Found, Item, odd_rows, select
from workbench.workspace.source_values import canonical, digest, misfits, values

_RAW, _VALUES = "temp.raw", "temp.pulled"
_KEY_NAME = "pull"


def work(job: dict[str, Any], report: Report) -> Message:
    """``job``: task (``pull``, ``look`` or ``connect``), source, items, conditions, limits,
    resources, scratch; for a pull also file and key.

    Raises Problem: its detail names the cause and the columns, never a value.
    """
    con = open_builder(Resources(**job["resources"]), Path(job["scratch"]))
    try:
        items = [Item(*item) for item in job["items"]]
        report({"stage": "connecting"})
        with connected(con, job["source"], job["limits"]) as connection:
            report({"stage": "connected"})
            if job["task"] == "connect":
                return {}
            if job["task"] == "look":
                return _look(connection, items)
            _fetch(connection, job, items)
        return _write(con, job, items, tagged=connection.dialect.tagged_text)
    finally:
        con.close()


def _fetch(connection: Connection, job: Mapping[str, Any], items: Sequence[Item]) -> None:
    """The rows as texts, into a temporary table of this process (spilt only encrypted)."""
    conditions = conditions_of(connection, job["conditions"])
    fitted = fitted_of(connection, [*items, *(c.item for c in conditions)])
    _check_scope(connection, fitted, conditions)
    rows = job["limits"]["rows"]
    sql = select(connection.dialect, connection.table, items, fitted, conditions, rows)
    connection.query(sql, into=_RAW)
    (count,) = connection.con.execute(f"SELECT count(*) FROM {_RAW}").fetchone() or (0,)  # noqa: S608
    if count > rows:
        raise Problem("too_many_rows")


def _write(
    con: duckdb.DuckDBPyConnection, job: Mapping[str, Any], items: Sequence[Item], *, tagged: bool
) -> Message:
    wrong = misfits(con, _RAW, items, tagged=tagged)
    if wrong:
        raise Problem("value_wrong", {name: str(n) for name, n in wrong.items()})
    listed = values(items, tagged=tagged)
    con.execute(f"CREATE TEMP TABLE pulled AS SELECT {listed} FROM {_RAW} ORDER BY ALL")  # noqa: S608
    con.execute(f"DROP TABLE {_RAW}")
    found = digest(con, _VALUES, items)
    con.execute(f"PRAGMA add_parquet_key({literal(_KEY_NAME)}, {literal(job['key'])})")
    options = f"FORMAT parquet, ENCRYPTION_CONFIG {{footer_key: {literal(_KEY_NAME)}}}"
    con.execute(f"COPY {_VALUES} TO {literal(job['file'])} ({options})")
    (rows,) = con.execute(f"SELECT count(*) FROM {_VALUES}").fetchone() or (0,)  # noqa: S608
    size = Path(job["file"]).stat().st_size
    if size > job["limits"]["mb"] << 20:
        raise Problem("too_big")
    return {"rows": rows, "digest": found, "bytes": size}


def conditions_of(connection: Connection, given: Sequence[Sequence[Any]]) -> list[Condition]:
    """The row scope with canonical values; ``given`` as in a job."""
    out = []
    for item, op, written in given:
        wanted = Item(*item)
        texts = tuple(canonical(connection.con, value, wanted) for value in written)
        out.append(Condition(wanted, Operator(op), texts))
    return out


def fitted_of(connection: Connection, items: Sequence[Item]) -> dict[str, Fitted]:
    """How each column is asked for. Raises Problem for those that are not there or do not fit."""
    found = connection.columns([item.source for item in items])
    if not found:
        raise Problem("table_missing")
    named = {item.name: _named(connection, found, item) for item in items}
    missing = [name for name, column in named.items() if column is None]
    if missing:
        raise Problem("column_missing", dict.fromkeys(missing, ""))
    closed = [n for n, column in named.items() if column is not None and not column.readable]
    if closed:
        raise Problem("column_denied", dict.fromkeys(closed, ""))
    out, wrong = {}, {}
    for item in items:
        column = named[item.name]
        assert column is not None  # those that are missing have been told
        fitted = connection.dialect.fit(item, column.type)
        if fitted is None:
            wrong[item.name] = column.type
        else:
            out[item.source] = fitted
    if wrong:
        raise Problem("type_wrong", wrong)
    return out


def _named(connection: Connection, found: Sequence[Found], item: Item) -> Found | None:
    same = connection.dialect.same
    return next((f for f in found if same(f.name, item.source)), None)


def _check_scope(
    connection: Connection, fitted: Mapping[str, Fitted], conditions: Sequence[Condition]
) -> None:
    """A value that cannot be compared would be in or out of scope by accident."""
    names, sql = odd_rows(connection.dialect, connection.table, fitted, conditions)
    if not sql:
        return
    counts = connection.query(sql)[0]
    shown = {c.item.source: c.item.name for c in conditions}
    odd = {shown[name]: n for name, n in zip(names, counts, strict=True) if n != "0"}
    if odd:
        raise Problem("scope_wrong", odd)


def _look(connection: Connection, items: Sequence[Item]) -> Message:
    """Every column of the contract beside the source's, and the source's others."""
    found = connection.columns(None)
    if not found:
        raise Problem("table_missing")
    columns = []
    for item in items:
        there = _named(connection, found, item)
        state = _state(connection, item, there)
        type_ = there.type if there else ""
        columns.append({"name": item.name, "type": item.type, "there": type_, "state": state})
    same = connection.dialect.same
    others = [f.name for f in found if not any(same(f.name, i.source) for i in items)]
    return {"columns": columns, "others": others}


def _state(connection: Connection, item: Item, there: Found | None) -> str:
    if there is None:
        return "column_missing"
    if not there.readable:
        return "column_denied"
    return "fits" if connection.dialect.fit(item, there.type) else "type_wrong"


if __name__ == "__main__":
    serve(work)
