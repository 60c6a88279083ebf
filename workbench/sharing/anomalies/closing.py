"""Closing findings: explained, or confirmed; and how often each rule was right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from workbench.errors import WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor, Role
from workbench.model.case import Case, State
from workbench.model.days import day_of
from workbench.model.entry import Draft, Event
from workbench.sharing.anomalies import say
from workbench.sharing.anomalies.ordering import Ordering
from workbench.sharing.anomalies.rules import Rule
from workbench.sharing.desk import Desk
from workbench.sharing.lifecycle import Command
from workbench.sharing.stated import is_stated
from workbench.sharing.transitions import Event as Step
from workbench.store.anomalies import Finding, FindingFilter, FindingMovedOn, FindingState
from workbench.store.session import Store


class Closing:
    """What officers of the authority do with findings. ``rule_of`` gives a rule by its id, None for
    one that is no more; ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        desk: Desk,
        rule_of: Callable[[str], Rule | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._ledger, self._desk = store, ledger, desk
        self._rule_of, self._clock = rule_of, clock
        self._ordering = Ordering(store, ledger, desk, clock)

    def explain(self, id: str, actor: Actor, reason: str) -> Finding:  # noqa: A002
        """It was nothing: what was ordered for it alone is taken to be put right.

        Raises StatementWrong (not_found), Refused, Conflict, InvalidInput, Unavailable.
        """
        finding = self._to_close(id, actor, reason)
        # First, so that what dies in between leaves an open finding, which can be explained again.
        self._release(finding, actor, reason)
        return self._closed(finding, FindingState.explained, actor, reason)

    def rectify(self, id: str, actor: Actor, reason: str) -> Finding:  # noqa: A002
        """It is so. Rectification of the case is ordered where it was not; what concerns no grant
        in use is confirmed alone. Raises as ``explain``."""
        finding = self._to_close(id, actor, reason)
        ordered = self._ordering.by_officer(finding, self._rule_of(finding.rule), actor)
        return self._closed(ordered, FindingState.confirmed, actor, reason)

    def _to_close(self, id: str, actor: Actor, reason: str) -> Finding:  # noqa: A002
        if actor.is_page or Role.authority not in actor.roles:
            raise say.only_authority(actor)
        finding = self._store.anomalies.get(id)
        if finding is None:
            raise say.no_such(id)
        if actor.id == finding.person or (
            finding.person and actor.department == finding.department
        ):
            raise say.own(finding)
        if finding.state is not FindingState.open:
            raise say.closed_already(finding)
        if not is_stated(reason):
            raise say.no_reason()
        return finding

    def _closed(self, finding: Finding, state: FindingState, actor: Actor, reason: str) -> Finding:
        now = self._clock()
        closed = replace(
            finding,
            state=state,
            closed=now,
            closed_by=actor.id,
            reason=reason,
            revision=finding.revision + 1,
        )

        def doing() -> None:
            try:
                self._store.anomalies.put(closed)
            except FindingMovedOn:
                raise self._taken(finding) from None

        self._ledger.record(_draft(closed, actor), doing=doing)
        return closed

    def _taken(self, finding: Finding) -> WorkbenchError:
        return say.closed_already(self._store.anomalies.get(finding.id) or finding)

    def _release(self, finding: Finding, actor: Actor, reason: str) -> None:
        """The case goes back to use, unless something else was found of it that is not explained,
        or it is to be rectified for another reason."""
        case = self._store.cases.get(finding.case_id) if finding.case_id else None
        if case is None or case.state is not State.rectifying or not _ordered_for(case, finding):
            return
        others = self._store.anomalies.find(FindingFilter(case_id=case.id, limit=500))
        if any(one.id != finding.id and _stands(one) for one in others):
            return
        command = Command(Step.rectified, case.version, reason=f"{finding.id}: {reason}")
        self._desk.act(case.id, command, actor, key=f"explained {finding.id}")


def _ordered_for(case: Case, finding: Finding) -> bool:
    last = next(step for step in reversed(case.steps) if step.event == Step.notify)
    return finding.id in last.reason


def _stands(other: Finding) -> bool:
    return other.ordered > 0 and other.state is not FindingState.explained


@dataclass(frozen=True)
class Right:
    """How often a rule was right in a month of closings (``YYYY-MM``; empty: in all). ``precision``
    is confirmed / closed, None where nothing was closed: then nobody knows."""

    rule: str
    month: str
    found: int
    confirmed: int
    explained: int

    @property
    def precision(self) -> float | None:
        closed = self.confirmed + self.explained
        return self.confirmed / closed if closed else None


def precision(store: Store) -> tuple[Right, ...]:
    """By rule: in all, then by the month of closing. ``found`` is counted in all only."""
    counts: dict[tuple[str, str], list[int]] = {}
    for rule, state, when in store.anomalies.closings():
        months = ["", *([f"{day_of(when):%Y-%m}"] if when is not None else [])]
        for month in months:
            found = counts.setdefault((rule, month), [0, 0, 0])
            found[0] += not month
            found[1] += state == FindingState.confirmed
            found[2] += state == FindingState.explained
    return tuple(Right(rule, month, *counts[rule, month]) for rule, month in sorted(counts))


def _draft(finding: Finding, actor: Actor) -> Draft:
    return Draft(
        Event.anomaly_closed,
        actor=actor.id,
        department=actor.department,
        scenario=finding.scenario,
        content={finding.resource: ()} if finding.resource else {},
        method=finding.state.value,
        medium="desk",
        detail={
            "finding": finding.id,
            "rule": finding.rule,
            "case": finding.case_id,
            "ordered": finding.ordered,
            "reason": finding.reason,
        },
    )
