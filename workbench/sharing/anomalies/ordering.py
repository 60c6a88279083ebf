"""Ordering rectification for a finding, through the life of the case that it concerns.

Where the regulation of the case names the trigger, the platform orders it; where it does not, the
finding waits for an officer of the authority (Heilongjiang 2025 art. 27; Aba 2024 art. 41).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from workbench.errors import Code, WorkbenchError, simple
from workbench.ledger.record import Ledger
from workbench.model.actor import PLATFORM, Actor
from workbench.model.case import Case, State
from workbench.sharing.anomalies import say
from workbench.sharing.anomalies.rules import Rule
from workbench.sharing.desk import Desk
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.sharing.watch import RECTIFY_WORKING_DAYS
from workbench.store.anomalies import Finding, FindingMovedOn
from workbench.store.session import Store


class Ordering:
    """``clock`` gives aware times."""

    def __init__(
        self, store: Store, ledger: Ledger, desk: Desk, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._ledger, self._desk, self._clock = store, ledger, desk, clock

    def by_platform(self, finding: Finding, rule: Rule | None) -> bool:
        """Whether rectification is ordered now, or was by the round before, which died before it
        could note so."""
        case = self._store.cases.get(finding.case_id)
        if case is None or rule is None:
            return False
        triggers = self._desk.rules(case).profile.rectification.triggers
        if not rule.triggers & set(triggers):
            return False
        return self._ordered(finding, rule, case, PLATFORM) is not None

    def by_officer(self, finding: Finding, rule: Rule | None, actor: Actor) -> Finding:
        """The finding with the step that ordered it; as it was where there is no grant of a case
        that is in use."""
        case = self._store.cases.get(finding.case_id) if finding.case_id else None
        if case is None or finding.ordered:
            return finding
        return self._ordered(finding, rule, case, actor) or finding

    def _ordered(
        self, finding: Finding, rule: Rule | None, case: Case, actor: Actor
    ) -> Finding | None:
        """What is to be rectified already is not ordered twice: the finding is joined to it."""
        step = _joined(case, finding)
        if not step and case.state is State.active:
            after = self._desk.act(
                case.id,
                lambda now: self._command(now, finding, rule),
                actor,
                key=f"anomaly {finding.id}",
                sent=f"anomaly {finding.id}",
            ).case
            step = _joined(after, finding)
        if not step:
            return None
        return self._noted(finding, step)

    def _command(self, case: Case, finding: Finding, rule: Rule | None) -> Command:
        article = self._desk.rules(case).profile.rectification.article
        reason = say.ordered(finding, rule, article)
        return Command(
            Event.notify,
            case.version,
            reason=f"{reason.zh} / {reason.en}",
            days=RECTIFY_WORKING_DAYS,
        )

    def _noted(self, finding: Finding, step: int) -> Finding:
        noted = replace(finding, ordered=step, revision=finding.revision + 1)
        try:
            self._store.anomalies.put(noted)
        except FindingMovedOn:
            raise _moved_on(finding) from None
        return noted


def _joined(case: Case, finding: Finding) -> int:
    """The number of the step that ordered rectification for this finding, or, where the case is
    being rectified, of the one that ordered it for another reason; 0 for none."""
    notices = [step for step in case.steps if step.event == Event.notify]
    own = [step.number for step in notices if finding.id in step.reason]
    if own:
        return own[0]
    return notices[-1].number if notices and case.state is State.rectifying else 0


def _moved_on(finding: Finding) -> WorkbenchError:
    return simple(
        Code.moved_on,
        f"异常 {finding.id} 同时被他人更改。",
        f"Somebody changed the finding {finding.id} at the same time.",
        subject=finding.id,
    )
