"""Findings of the anomaly watch, and the bounded sums of the ledger that it looks at.

The sums are made of the ledger and made anew where they are lost; ``meta.anomalies_seen`` is the
last entry that is in them. A finding is kept in the transaction of its ledger entry.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, true, update

from workbench.store.tables import anomalies, anomaly_hours, anomaly_transfers, meta

if TYPE_CHECKING:
    from workbench.store.session import Store

SEEN, JUDGED = "anomalies_seen", "anomalies_judged"
EVIDENCE = ("calls", "scope", "purpose", "lookups")
COUNTED = 5
"""Positions of entries that are kept of each sort and hour, the first ones (our default)."""
MOST = 500
_AT_ONCE = 100
Key = tuple[str, str, str, str, date, int]


@dataclass(frozen=True)
class Hour:
    """What one person did in an hour in a scenario with a resource (either may be empty: of a
    refusal it may not be known). ``scope`` and ``purpose`` are refusals, ``lookups`` answers of few
    rows; ``evidence``: sort -> positions of entries."""

    person: str
    department: str
    scenario: str
    resource: str
    day: date
    hour: int
    calls: int = 0
    rows: int = 0
    scope: int = 0
    purpose: int = 0
    lookups: int = 0
    evidence: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.person, self.department, self.scenario, self.resource, self.day, self.hour

    def and_(self, more: Hour) -> Hour:
        """Of the same key; in whatever order hours are added, the sum is the same."""
        sums = {name: getattr(self, name) + getattr(more, name) for name in _SUMS}
        seen = {
            name: tuple(sorted({*self.evidence.get(name, ()), *more.evidence.get(name, ())}))
            for name in EVIDENCE
        }
        return replace(self, **sums, evidence={n: found[:COUNTED] for n, found in seen.items()})


_SUMS = ("calls", "rows", "scope", "purpose", "lookups")


@dataclass(frozen=True)
class Transfer:
    """How a resource's deliveries stand. ``data_date`` of what was received last (``position`` of
    its entry, 0 for none); ``missing``: the entry that said first that something its sender counted
    did not arrive, and ``missing_on`` its day; 0 and None once it was received after all."""

    resource: str
    position: int = 0
    received_on: date | None = None
    data_date: date | None = None
    missing: int = 0
    missing_on: date | None = None

    def received(self, position: int, day: date, data_date: object) -> Transfer:
        said = date.fromisoformat(data_date) if isinstance(data_date, str) and data_date else None
        return replace(
            self,
            position=position,
            received_on=day,
            data_date=said or self.data_date,
            missing=0,
            missing_on=None,
        )

    def missed(self, position: int, day: date) -> Transfer:
        """Since the first time."""
        return self if self.missing else replace(self, missing=position, missing_on=day)


class FindingState(StrEnum):
    open = "open"
    explained = "explained"
    confirmed = "confirmed"


@dataclass(frozen=True)
class Finding:
    """``key`` names what was found, whoever finds it and how often; ``subject`` whom or what it is
    about, under which rule. ``since`` and ``until`` are its window. ``case_id``: the case whose
    grant it concerns; ``ordered``: the step of that case that ordered rectification, 0 for none."""

    id: str
    key: str
    rule: str
    version: str
    kind: str
    subject: str
    person: str
    department: str
    scenario: str
    resource: str
    grant_id: str
    case_id: str
    since: date
    until: date
    found: datetime
    measure: float
    threshold: float
    evidence: tuple[int, ...]
    state: FindingState = FindingState.open
    ordered: int = 0
    closed: datetime | None = None
    closed_by: str = ""
    reason: str = ""
    revision: int = 1


@dataclass(frozen=True)
class FindingFilter:
    """An empty field does not narrow. By ``found`` the newest first."""

    rule: str = ""
    department: str = ""
    case_id: str = ""
    state: str = ""
    since: date | None = None
    limit: int = 50
    offset: int = 0


class FindingMovedOn(Exception):
    """Somebody else changed the finding first; nothing was changed."""


class Anomalies:
    """Of one store. Safe for threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Sums of the ledger --------------------------------------------------------------------------

    def seen(self) -> int:
        """The last entry that is counted."""
        with self._store.reading() as connection:
            return _number(connection, SEEN)

    def to_judge(self) -> tuple[int, frozenset[str], frozenset[date]]:
        """Of whom and on which days something was counted and not looked at yet, and the entry up
        to which that is; to be told to ``judged`` once it was."""
        with self._store.reading() as connection:
            seen, judged = _number(connection, SEEN), _number(connection, JUDGED)
            query = select(anomaly_hours.c.person, anomaly_hours.c.day).distinct()
            rows = connection.execute(query.where(anomaly_hours.c.changed > judged)).all()
        return seen, frozenset(row.person for row in rows), frozenset(row.day for row in rows)

    def judged(self, seen: int) -> None:
        """All that was counted to this entry was looked at, and what was found is kept."""
        with self._store.writing() as connection:
            _set(connection, JUDGED, max(seen, _number(connection, JUDGED)))

    def take_in(
        self, hours: Iterable[Hour], transfers: Iterable[Transfer], after: int, seen: int
    ) -> bool:
        """Count what stands in the entries after ``after``, to ``seen``. False where somebody else
        did so first: then nothing is counted."""
        with self._store.writing() as connection:
            if _number(connection, SEEN) != after:
                return False
            _add(connection, hours, seen)
            for one in transfers:
                _put_transfer(connection, one)
            _set(connection, SEEN, seen)
        return True

    def hours(self, people: Collection[str], since: date) -> tuple[Hour, ...]:
        """What is kept of these people from a day on, in the order of its keys."""
        found: list[Hour] = []
        names = sorted(people)
        with self._store.reading() as connection:
            for start in range(0, len(names), _AT_ONCE):
                some = names[start : start + _AT_ONCE]
                query = select(anomaly_hours).where(
                    anomaly_hours.c.person.in_(some), anomaly_hours.c.day >= since
                )
                found += map(_hour, connection.execute(query))
        return tuple(sorted(found, key=lambda hour: hour.key))

    def transfers(self) -> dict[str, Transfer]:
        with self._store.reading() as connection:
            rows = connection.execute(select(anomaly_transfers)).all()
        return {row.resource: Transfer(**row._mapping) for row in rows}

    def forget(self, before: date) -> int:
        """Sums of earlier days; how many."""
        with self._store.writing() as connection:
            old = delete(anomaly_hours).where(anomaly_hours.c.day < before)
            return int(connection.execute(old).rowcount)

    # Findings ------------------------------------------------------------------------------------

    def add(self, finding: Finding) -> bool:
        """False where it was found before."""
        with self._store.writing() as connection:
            known = select(anomalies.c.id).where(anomalies.c.key == finding.key)
            if connection.execute(known).first() is not None:
                return False
            connection.execute(insert(anomalies).values(_row(finding)))
        return True

    def put(self, finding: Finding) -> None:
        """As it is now; its ``revision`` is one more than that which it followed from. Raises
        FindingMovedOn where there is another one."""
        with self._store.writing() as connection:
            changed = (
                update(anomalies)
                .where(anomalies.c.id == finding.id, anomalies.c.revision == finding.revision - 1)
                .values(_row(finding))
            )
            if not connection.execute(changed).rowcount:
                raise FindingMovedOn

    def get(self, id: str) -> Finding | None:  # noqa: A002
        with self._store.reading() as connection:
            row = connection.execute(select(anomalies.c.body).where(anomalies.c.id == id)).first()
        return None if row is None else _finding(row.body)

    def find(self, wanted: FindingFilter) -> tuple[Finding, ...]:
        query = select(anomalies.c.body).where(_narrowed(wanted))
        query = query.order_by(anomalies.c.found.desc(), anomalies.c.id)
        with self._store.reading() as connection:
            rows = connection.execute(query.limit(min(wanted.limit, MOST)).offset(wanted.offset))
            return tuple(_finding(row.body) for row in rows)

    def unordered(self) -> tuple[Finding, ...]:
        """The open ones that concern a case and for which nothing was ordered yet."""
        query = select(anomalies.c.body).where(
            anomalies.c.state == FindingState.open.value,
            anomalies.c.case_id != "",
            anomalies.c.ordered == 0,
        )
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(anomalies.c.found, anomalies.c.id))
            return tuple(_finding(row.body) for row in rows)

    def last(self, rule: str) -> dict[str, date]:
        """By subject the last day of what was found of it."""
        query = (
            select(anomalies.c.subject, func.max(anomalies.c.until).label("until"))
            .where(anomalies.c.rule == rule)
            .group_by(anomalies.c.subject)
        )
        with self._store.reading() as connection:
            return {row.subject: row.until for row in connection.execute(query)}

    def closings(self) -> tuple[tuple[str, str, datetime | None], ...]:
        """``(rule, state, when)`` of every finding, the closed ones with the time of their end."""
        query = select(anomalies.c.rule, anomalies.c.state, anomalies.c.closed)
        with self._store.reading() as connection:
            rows = connection.execute(query.order_by(anomalies.c.found, anomalies.c.id))
            return tuple((row.rule, row.state, row.closed) for row in rows)


def _narrowed(wanted: FindingFilter) -> Any:
    column = anomalies.c
    conditions = [
        column[name] == value
        for name in ("rule", "department", "case_id", "state")
        if (value := getattr(wanted, name))
    ]
    if wanted.since is not None:
        conditions.append(column.until >= wanted.since)
    return and_(true(), *conditions)


def _number(connection: Connection, key: str) -> int:
    value = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()
    return 0 if value is None else int(value)


def _set(connection: Connection, key: str, value: int) -> None:
    known = update(meta).where(meta.c.key == key).values(value=value)
    if not connection.execute(known).rowcount:
        connection.execute(insert(meta).values(key=key, value=value))


def _add(connection: Connection, hours: Iterable[Hour], seen: int) -> None:
    columns = anomaly_hours.c
    fresh = []
    for hour in hours:
        same = and_(*(columns[name] == getattr(hour, name) for name in _NAMES))
        known = connection.execute(select(anomaly_hours).where(same)).first()
        if known is None:
            fresh.append(_hour_row(hour, seen))
        else:
            both = _hour(known).and_(hour)
            connection.execute(update(anomaly_hours).where(same).values(_hour_row(both, seen)))
    if fresh:
        connection.execute(insert(anomaly_hours), fresh)


_NAMES = ("person", "department", "scenario", "resource", "day", "hour")


def _hour_row(hour: Hour, seen: int) -> dict[str, Any]:
    kept = {name: list(hour.evidence.get(name, ())) for name in EVIDENCE}
    values = {name: getattr(hour, name) for name in (*_NAMES, *_SUMS)}
    return values | {"evidence": json.dumps(kept), "changed": seen}


def _hour(row: Row[Any]) -> Hour:
    kept = {name: tuple(found) for name, found in json.loads(row.evidence).items()}
    values = {name: value for name, value in row._mapping.items() if name != "changed"}
    return Hour(**{**values, "evidence": kept})


def _put_transfer(connection: Connection, one: Transfer) -> None:
    same = anomaly_transfers.c.resource == one.resource
    known = update(anomaly_transfers).where(same).values(one.__dict__)
    if not connection.execute(known).rowcount:
        connection.execute(insert(anomaly_transfers).values(one.__dict__))


_TIMES = ("found", "closed")
_DAYS = ("since", "until")


def _row(finding: Finding) -> dict[str, Any]:
    named = (
        "id", "key", "rule", "kind", "subject", "department", "case_id", "since", "until",
        "found", "ordered", "closed", "revision",
    )  # fmt: skip
    values = {name: getattr(finding, name) for name in named}
    return values | {"state": finding.state.value, "body": _text(finding)}


def _text(finding: Finding) -> str:
    values = dict(finding.__dict__)
    for name in (*_TIMES, *_DAYS):
        values[name] = values[name].isoformat() if values[name] is not None else None
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _finding(body: str) -> Finding:
    values = json.loads(body)
    for name in _TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name])
    values["evidence"] = tuple(values["evidence"])
    return Finding(**{**values, "state": FindingState(values["state"])})
