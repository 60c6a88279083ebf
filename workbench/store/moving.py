"""Moving a store into another database: everything, in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, insert, literal, select, tuple_, update

from workbench.errors import Text, WorkbenchError
from workbench.store import tables
from workbench.store.faults import unfit
from workbench.store.guards import MOVED

if TYPE_CHECKING:
    from workbench.store.session import Store

PAGE = 2000
"""Rows in memory at a time."""
_LARGE = {tables.told_pages: 4}
"""The same of tables whose rows have megabytes."""

_ORDERED = {
    tables.users: (tables.users.c.id,),
    tables.revocations: (tables.revocations.c.grant_id,),
    tables.entries: (tables.entries.c.seq,),
    tables.statements: (tables.statements.c.seq,),
    tables.owner: (tables.owner.c.fingerprint,),
    tables.allowances: (tables.allowances.c.subject, tables.allowances.c.day),
    tables.tries: (tables.tries.c.subject, tables.tries.c.item),
    tables.profiles: (tables.profiles.c.version,),
    tables.cases: (tables.cases.c.id,),
    tables.commands: (tables.commands.c.key,),
    tables.messages: (tables.messages.c.key,),
    tables.consents: (
        tables.consents.c.scenario,
        tables.consents.c.subject,
        tables.consents.c.change,
    ),
    tables.consent_sets: (tables.consent_sets.c.scenario,),
    tables.noise_budgets: (tables.noise_budgets.c.grant_id,),
    tables.noise_cells: (tables.noise_cells.c.cell,),
    tables.told_pages: tuple(tables.told_pages.primary_key.columns),
    tables.procedure_kinds: (tables.procedure_kinds.c.version,),
    tables.procedures: (tables.procedures.c.id,),
    tables.disputed: tuple(tables.disputed.primary_key.columns),
    tables.procedure_effects: tuple(tables.procedure_effects.primary_key.columns),
    tables.rulings: tuple(tables.rulings.primary_key.columns),
    tables.anomalies: (tables.anomalies.c.id,),
    tables.what_ifs: (tables.what_ifs.c.id,),
}
"""What is copied, by which key; failed sign-ins are forgotten, and uses and the sums of the anomaly
watch are counted anew."""


def move(source: Store, target: Store, whole: Callable[[], bool]) -> Mapping[str, int]:
    """Copy all of ``source`` into the empty ``target``; returns how many rows of which table.

    ``whole`` looks at the copy before it is committed. Then ``source`` is closed for good: its
    database refuses further entries, also of a process that has it open. Until that moment the
    source is the store; whoever stops this in between has lost nothing.

    Raises ``Unavailable``: a target that is not empty, a copy that is not whole.
    """
    with source.writing() as old, target.writing() as new:
        if _is_used(new):
            raise _not_empty(target.shown)
        if target.kind == "postgresql":
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                new.exec_driver_sql(f"SET LOCAL {name} = 0")
        new.execute(delete(tables.owner))
        counts = {table.name: _copied(table, old, new) for table in _ORDERED}
        version = select(tables.meta.c.value).where(tables.meta.c.key == "version")
        known = tables.meta.c.key == "version"
        value = old.execute(version).scalar_one() + 1
        new.execute(update(tables.meta).where(known).values(value=value))
        if not whole():
            raise _not_whole(source.shown)
    _close(source)
    return counts


def _close(source: Store) -> None:
    with source.writing() as old:
        for statement in MOVED[source.kind]:
            old.exec_driver_sql(statement)
        old.execute(insert(tables.meta).values(key="moved", value=1))
        source.changed(old)


def _is_used(connection: Connection) -> bool:
    used = (tables.users, tables.revocations, tables.entries, tables.statements)
    return any(connection.execute(select(table).limit(1)).first() is not None for table in used)


def _copied(table: Table, old: Connection, new: Connection) -> int:
    count = 0
    for rows in _pages(table, old):
        new.execute(insert(table), rows)
        count += len(rows)
    return count


def _pages(table: Table, old: Connection) -> Iterator[list[dict[str, Any]]]:
    key = _ORDERED[table]
    page = select(table).order_by(*key).limit(_LARGE.get(table, PAGE))
    rows = old.execute(page).all()
    while rows:
        yield [dict(row._mapping) for row in rows]
        last = [literal(rows[-1]._mapping[part.name], part.type) for part in key]
        rows = old.execute(page.where(tuple_(*key) > tuple_(*last))).all()


def _not_empty(shown: str) -> WorkbenchError:
    return unfit(
        f"目标 {shown} 不是空的。",
        f"The destination {shown} is not empty.",
        Text(
            "请指定另一个 schema（?schema=...），或由数据库管理员清除上次中断留下的 schema。",
            "Name another schema (?schema=...), or have an interrupted earlier copy dropped.",
        ),
        Text("两条链不能合为一条。", "Two chains cannot become one."),
    )


def _not_whole(shown: str) -> WorkbenchError:
    return unfit(
        f"{shown} 的副本未通过校验，未搬迁任何内容。",
        f"The copy of {shown} does not verify; nothing was moved.",
        Text("请先运行 workbench audit verify。", "Run workbench audit verify first."),
    )
