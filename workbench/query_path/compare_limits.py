"""How often one may compare: charged before the lookup, and watched for enumeration after it.

A value that is held against a key tells whether it is right, so that tries are what a comparison
gives away. They are counted by department, over all its people and scenarios, as different values
tried of one entity and column; the same value again tells nothing new.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from workbench.errors import WorkbenchError
from workbench.model.comparison import MALFORMED, MATCH
from workbench.model.days import day_of
from workbench.model.entry import Event
from workbench.query_path import compare_reasons as say
from workbench.query_path.active import ActiveQuery
from workbench.query_path.compare_sql import Digested, Digests, row_of
from workbench.query_path.whole import Settling, Whole
from workbench.store.allowances import Exhausted, TriesExhausted, Try

TRY_DAYS = 30
"""The window of tries (our default)."""
NARROWED = 10
"""How many times the tries of a key may be spent on parts of its rows (years of a panel, say), so
that naming ever other parts does not give ever more of them (our default)."""
CLOSED_AT = 8
"""Times the misses of an alert at which a person's comparing ends for the day (our default)."""
PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds of the first slow-down, doubled by each further call, and their bound (our defaults)."""
_POLL = 0.05


def charge(settling: Settling, asked: Digested) -> None:
    """Slow down, then take what the lookup uses. Raises LimitReached(compare_limit), having taken
    nothing; and what the query is stopped by."""
    _hold_back(settling, asked.resource)
    settings, day = settling.city.settings, day_of(settling.now)
    per_day = settings.compare_keys_per_day
    subject = settling.subject("compare keys", settling.person)
    tries = tuple(_Tries(settling, asked).all(settings.compare_tries_per_key))
    try:
        with settling.allowances.together():
            settling.allowances.take(subject, day, len(asked.rows), per_day)
            settling.allowances.tried([one for _, one in tries], day, TRY_DAYS)
    except Exhausted as spent:
        reason = say.keys_spent(asked.resource, spent, len(asked.rows))
        raise WorkbenchError.of(reason) from None
    except TriesExhausted as spent:
        rows = sorted({row for row, one in tries if one.subject in spent.subjects})
        allowed = settings.compare_tries_per_key
        reason = say.tries_spent(asked.resource, rows, allowed, TRY_DAYS)
        raise WorkbenchError.of(reason) from None


def _hold_back(settling: Settling, resource: str) -> None:
    """From the alert on each call waits longer, and at CLOSED_AT times it none is answered."""
    if _misses(settling, resource) < settling.city.settings.compare_misses_alert:
        return
    day = day_of(settling.now)
    calls = settling.allowances.take(settling.subject("compare slowed", settling.person), day, 1)
    _wait(settling.query, pause_of(calls))
    _misses(settling, resource)  # others of this person's calls went on meanwhile


def _misses(settling: Settling, resource: str) -> int:
    """Of the day so far. Raises LimitReached where they close comparing."""
    day, alert = day_of(settling.now), settling.city.settings.compare_misses_alert
    misses = settling.allowances.used(_missed(settling), day)
    if misses >= CLOSED_AT * alert:
        raise WorkbenchError.of(say.closed_today(resource, misses, CLOSED_AT * alert, CLOSED_AT))
    return misses


def _missed(settling: Settling) -> str:
    return settling.subject("compare misses", settling.person)


def pause_of(calls: int) -> float:
    """Seconds that the ``calls``-th call since the alert waits, counted from 1."""
    return float(min(PAUSE * 2 ** min(calls - 1, 16), LONGEST_PAUSE))


def _wait(query: ActiveQuery, seconds: float) -> None:
    """Raises what the query is stopped by."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        query.check()
        time.sleep(min(left, _POLL))
    query.check()


class _Tries:
    """The tries that a lookup is, each with its row. They are kept as keyed digests of digests."""

    def __init__(self, settling: Settling, asked: Digested) -> None:
        self._asked = asked
        self._department = settling.department
        self._key = bytes.fromhex(settling.subject("compare tries"))

    def all(self, limit: int) -> Iterator[tuple[int, Try]]:
        asked = self._asked
        for name, values in asked.columns.items():
            yield from self._of(name, values, limit, {**asked.secret})
        for name, values in asked.secret.items():
            # A secret column in the key is tried as well, with the other ones beside it known.
            yield from self._of(name, values, limit, {})

    def _of(
        self, column: str, values: Digests, limit: int, with_: Mapping[str, Digests]
    ) -> Iterator[tuple[int, Try]]:
        """A value of the column, together ``with_`` those of other secret ones."""
        asked = self._asked
        whole = self._named(column)
        part = self._named(column, *asked.known)
        for row in asked.rows:
            value = values[row]
            if value is None:  # nothing equals NULL: it tries nothing
                continue
            entity, known = list(row_of(asked.entity, row)), list(row_of(asked.known, row))
            item = [*row_of(with_, row), value]
            yield row, Try(_mac(part, [*entity, *known]), _mac(part, item), limit)
            if known:
                tried = _mac(part, [*known, *item])
                yield row, Try(_mac(whole, ["all", *entity]), tried, limit * NARROWED)

    def _named(self, *names: str) -> blake2b:
        start = json.dumps([self._department, self._asked.resource, *names], ensure_ascii=False)
        return blake2b(start.encode(), digest_size=16, key=self._key)


def _mac(start: blake2b, parts: list[str]) -> str:
    """Keyed over all parts; digests are of one length, so that none runs into the next."""
    made = start.copy()
    made.update("\0".join(["", *parts]).encode())
    return made.hexdigest()


def settle(settling: Settling, resource: str, answer: Whole) -> Whole:
    """Count the misses of an answer before it leaves; an alert at every doubling of their limit."""
    outcomes = [value for column in answer.table.columns for value in column.to_pylist()]
    counts = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
    misses = sum(n for outcome, n in counts.items() if outcome not in (MATCH, MALFORMED))
    if misses:
        _count(settling, resource, misses)
    return Whole(answer.table, {"compared": {"keys": answer.table.num_rows, **counts}})


def _count(settling: Settling, resource: str, misses: int) -> None:
    """Where they cross a level, its alert and they are kept as one: an alert that the ledger did
    not take leaves the level to be crossed again. Raises Unavailable."""
    alert = settling.city.settings.compare_misses_alert
    subject, day = _missed(settling), day_of(settling.now)
    with settling.allowances.together():
        before = settling.allowances.used(subject, day)
        if level_of(before + misses, alert) == level_of(before, alert):
            settling.allowances.take(subject, day, misses)
            return
    detail: dict[str, Any] = {"resource": resource, "alert": alert}

    def taken() -> None:
        """In the entry's own transaction, before it is composed: others may have counted since."""
        after = settling.allowances.take(subject, day, misses)
        detail.update(misses=after, closed=after >= CLOSED_AT * alert)

    settling.ledger.record(settling.draft(Event.comparison_alert, detail), doing=taken)


def level_of(misses: int, alert: int) -> int:
    """0 below the alert, 1 from it, 2 from twice as many, and so on."""
    return (misses // alert).bit_length()
