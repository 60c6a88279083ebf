"""Keeping what was found: once, with its entry in the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from workbench.errors import Code, Conflict, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.model.actor import PLATFORM
from workbench.model.entry import Draft, Event
from workbench.model.lookup import Grants
from workbench.sharing.anomalies.detectors import Found
from workbench.sharing.anomalies.subjects import case_of, grant_of
from workbench.store.anomalies import Finding
from workbench.store.session import Store


class Keeping:
    """``grants`` are those of now; ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        grants: Callable[[], Grants],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._ledger = store, ledger
        self._grants, self._clock = grants, clock

    def keep(self, found: Iterable[Found]) -> int:
        """How many of these are new. What goes on soon after it was found (``quiet_days``) is the
        same thing; who goes on longer is found again."""
        by_rule: dict[str, list[Found]] = defaultdict(list)
        for one in found:
            by_rule[one.rule.id].append(one)
        return sum(self._of_rule(rule, some) for rule, some in by_rule.items())

    def _of_rule(self, rule: str, found: list[Found]) -> int:
        last, kept = self._store.anomalies.last(rule), 0
        for one in sorted(found, key=lambda one: (one.until, one.subject)):
            subject = subject_of(one)
            if _goes_on(one, last.get(subject)):
                continue
            kept += self._keep(one)
            last[subject] = one.until
        return kept

    def _keep(self, one: Found) -> bool:
        """The finding and its entry stand together or not at all."""
        grant = grant_of(one, self._grants())
        finding = _finding(one, "" if grant is None else grant.id, case_of(grant), self._clock())

        def doing() -> None:
            if not self._store.anomalies.add(finding):
                raise _found_already()

        try:
            self._ledger.record(_draft(finding), doing=doing)
        except Conflict:
            return False
        return True


def subject_of(found: Found) -> str:
    """A digest: whom or what it is about, under which rule."""
    return _digest(found.rule.id, *found.subject)


def key_of(found: Found) -> str:
    """The natural key: of people the day on which the window closed, of grants and deliveries the
    day from which it counts, which does not move while it lasts."""
    day = found.until if found.person else found.since
    return _digest(found.rule.id, *found.subject, day.isoformat())


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _goes_on(one: Found, last: date | None) -> bool:
    if last is None:
        return False
    if not one.person:
        return one.since <= last  # the same grant or delivery, still so
    return one.until < last + timedelta(days=one.rule.quiet_days)


def _finding(one: Found, grant_id: str, case_id: str, now: datetime) -> Finding:
    key = key_of(one)
    return Finding(
        id=f"{one.until:%Y%m%d}-{key[:8]}",
        key=key,
        rule=one.rule.id,
        version=one.rule.version,
        kind=one.rule.kind.value,
        subject=subject_of(one),
        person=one.person,
        department=one.department,
        scenario=one.scenario,
        resource=one.resource,
        grant_id=grant_id,
        case_id=case_id,
        since=one.since,
        until=one.until,
        found=now,
        measure=one.measure,
        threshold=one.threshold,
        evidence=one.evidence,
    )


def _draft(finding: Finding) -> Draft:
    """What was found, for the ledger: figures and positions, no value of the data."""
    return Draft(
        Event.anomaly_found,
        actor=PLATFORM.id,
        department=finding.department,
        scenario=finding.scenario,
        content={finding.resource: ()} if finding.resource else {},
        method=finding.rule,
        medium="watch",
        detail={
            "finding": finding.id,
            "kind": finding.kind,
            "version": finding.version,
            "person": finding.person,
            "grant": finding.grant_id,
            "case": finding.case_id,
            "since": finding.since.isoformat(),
            "until": finding.until.isoformat(),
            "measure": finding.measure,
            "threshold": finding.threshold,
            "evidence": list(finding.evidence),
        },
    )


def _found_already() -> WorkbenchError:
    return simple(Code.moved_on, "已经发现过。", "This was found already.")
