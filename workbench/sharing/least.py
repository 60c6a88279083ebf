"""Least privilege (Foshan 2019 art. 5(4), 8(2), 29): what of an application must be argued, and
where less would do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workbench.errors import Text
from workbench.model.case import Application, AskedColumn
from workbench.model.contract import Column, Personal, Resource, SharingMode
from workbench.model.grant import ColumnGrant, Use
from workbench.model.scenario import ResourceUse, Scenario
from workbench.sharing.stated import is_stated

_STRENGTH = {Use.compare: 0, Use.statistics: 1, Use.join_key: 2, Use.value: 3}


class Kind(StrEnum):
    unargued = "unargued"
    """Beyond the scenario's purpose, and nobody says why: such an application is incomplete."""
    beyond = "beyond"
    """Beyond the purpose, with its argument: the reviewer decides."""
    weaker = "weaker"
    """Less would do."""


class About(StrEnum):
    """A column is argued at the column; the rows and the mode in the reason of the application."""

    column = "column"
    rows = "rows"
    mode = "mode"


@dataclass(frozen=True)
class Remark:
    """``column`` is empty where it is about the rows or the mode."""

    kind: Kind
    column: str
    what: Text
    instead: ColumnGrant | None = None
    about: About = About.column


def listed(scenario: Scenario, resource: str) -> ResourceUse | None:
    """What the scenario's purpose lists of a resource."""
    folded = resource.casefold()
    return next((u for u in scenario.resources if u.resource.casefold() == folded), None)


def is_stronger(asked: ColumnGrant, than: ColumnGrant) -> bool:
    """Whether ``asked`` tells more, or may: a stronger use, or not the mask that there was. What
    was masked tells more in any other use, for that is of the whole value."""
    if than.mask is not None:
        return asked != than
    return _STRENGTH[asked.use] > _STRENGTH[than.use]


def is_stronger_mode(asked: SharingMode, than: SharingMode) -> bool:
    """To obtain is all of them; of the others none is less than another one."""
    return asked is not than and than is not SharingMode.obtain


def remarks(application: Application, scenario: Scenario, resource: Resource) -> Iterator[Remark]:
    """Of the mode, of the rows, then in the order of the columns; a column may have two."""
    use = listed(scenario, application.resource)
    if use is not None:
        yield from _of_all(application, use)
    purposed = {} if use is None else {c.name.casefold(): c for c in use.columns}
    columns = {c.name.casefold(): c for c in resource.columns}
    for asked in application.columns:
        name = asked.grant.name.casefold()
        yield from _beyond(asked, purposed.get(name))
        if name in columns:
            yield from _weaker(asked.grant, columns[name], purposed.get(name))


def fits(application: Application, scenario: Scenario, resource: Resource) -> bool:
    """Whether the need is one of the scenario: nothing beyond its columns, uses, masks, rows, mode
    and end (Foshan 2019 art. 28)."""
    use = listed(scenario, application.resource)
    if use is None:
        return False
    if scenario.valid_until is not None and application.until > scenario.valid_until:
        return False
    if application.department not in scenario.departments:
        return False
    beyond = (Kind.unargued, Kind.beyond)
    return not any(remark.kind in beyond for remark in remarks(application, scenario, resource))


def _of_all(application: Application, use: ResourceUse) -> Iterator[Remark]:
    """The mode and the rows (Foshan 2019 art. 29 fixes them as it does the columns). No value of a
    row scope is told: an analyst of the department need not know it."""
    kind = Kind.beyond if is_stated(application.reason) else Kind.unargued
    if is_stronger_mode(application.mode, use.mode):
        what = Text(
            f"共享方式 {application.mode} 强于应用场景的 {use.mode}，须说明理由",
            f"the mode {application.mode} is more than the scenario's {use.mode}: it has to be "
            "argued",
        )
        yield Remark(kind, "", what, about=About.mode)
    wider = dict.fromkeys(row.column for row in use.rows if row not in application.rows)
    if wider:
        names = ", ".join(wider)
        what = Text(
            f"应用场景的用途按 {names} 限定行的范围，申请的范围更宽，须说明理由",
            f"the purpose of the scenario keeps to rows by {names}, and wider ones are asked for: "
            "it has to be argued",
        )
        yield Remark(kind, "", what, about=About.rows)


def _beyond(asked: AskedColumn, purposed: ColumnGrant | None) -> Iterator[Remark]:
    if purposed is not None and not is_stronger(asked.grant, purposed):
        return
    kind = Kind.beyond if is_stated(asked.argument) else Kind.unargued
    name = asked.grant.name
    if purposed is None:
        what = Text(
            f"应用场景的用途没有列出 {name}，须逐列说明理由",
            f"the purpose of the scenario does not list {name}: it has to be argued by itself",
        )
        yield Remark(kind, name, what)
        return
    what = Text(
        f"{name} 的用法 {asked.grant.use.value} 强于场景列出的 {purposed.use.value}，须说明理由",
        f"{name} is asked for as {asked.grant.use.value}, which is more than the scenario's "
        f"{purposed.use.value}: it has to be argued",
    )
    yield Remark(kind, name, what, purposed)


def _weaker(asked: ColumnGrant, column: Column, purposed: ColumnGrant | None) -> Iterator[Remark]:
    if asked.use is not Use.value or purposed == asked:
        return
    if column.entity_key or column.identifier is not None:
        what = Text(
            f"{asked.name} 若只用于关联，用 join_key 即可，不必取得代码本身",
            f"to join by {asked.name}, join_key does: the code itself is not needed",
        )
        yield Remark(Kind.weaker, asked.name, what, ColumnGrant(asked.name, Use.join_key))
    elif _is_measure(column):
        what = Text(
            f"{asked.name} 若只用于汇总，用 statistics 即可",
            f"for totals of {asked.name}, statistics does",
        )
        yield Remark(Kind.weaker, asked.name, what, ColumnGrant(asked.name, Use.statistics))
    elif column.personal is not Personal.no and asked.mask is None:
        what = Text(
            f"{asked.name} 是个人信息，请考虑加掩码",
            f"{asked.name} is personal: consider a mask",
        )
        yield Remark(Kind.weaker, asked.name, what)


def _is_measure(column: Column) -> bool:
    return column.type.split("(")[0].upper() in _MEASURES and not column.enum


_MEASURES = frozenset(
    ("DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL", "BIGINT", "INTEGER", "HUGEINT", "SMALLINT")
)
