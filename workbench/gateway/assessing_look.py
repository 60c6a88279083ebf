"""Assessments and appeals as they stand in their procedures, and who may see which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from workbench.assessment.appeals import Event
from workbench.gateway import assessing_refusals as refusals
from workbench.gateway.assessing_refusals import APPEAL, ASSESSMENT
from workbench.model.actor import Actor
from workbench.model.procedure import Procedure, Taken
from workbench.sharing.sight import OVER_ALL
from workbench.store.cases import MOST
from workbench.store.procedures import ProcedureFilter, Procedures

SHOWN = frozenset({"shown", "decided", "signed_once", "published"})
"""States in which departments see their own sheets."""
PUBLISHED = "published"


def _text(one: Procedure, name: str) -> str:
    return next((value.text for value in one.values if value.name == name), "")


@dataclass(frozen=True)
class Assessment:
    """``draft``: the digest of the run that was shown; ``run``: of the one that stands now."""

    procedure: Procedure

    @property
    def id(self) -> str:
        return self.procedure.id

    @property
    def state(self) -> str:
        return self.procedure.state

    @property
    def scheme(self) -> str:
        return _text(self.procedure, "scheme")

    @property
    def year(self) -> int:
        return int(_text(self.procedure, "year"))

    @property
    def draft(self) -> str:
        return _text(self.procedure, "run")

    @property
    def run(self) -> str:
        settled = self._step("settle")
        return settled.evidence if settled is not None else self.draft

    @property
    def is_shown(self) -> bool:
        return self.state in SHOWN

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @property
    def until(self) -> date | None:
        """The last day of appeals, while they can be made."""
        clock = self.procedure.clock
        return clock.due if self.state == "shown" and clock is not None else None

    @property
    def drafters(self) -> frozenset[str]:
        return frozenset(step.actor for step in self.procedure.steps if step.event == "draft")

    @property
    def signed_by(self) -> tuple[str, ...]:
        signing = (self._step("sign"), self._step("publish"))
        return tuple(step.actor for step in signing if step is not None)

    def _step(self, event: str) -> Taken | None:
        found = [step for step in self.procedure.steps if step.event == event]
        return found[-1] if found else None


@dataclass(frozen=True)
class Appeal:
    """``amount``: what it should count, "" where it is to be struck."""

    procedure: Procedure

    @property
    def id(self) -> str:
        return self.procedure.id

    @property
    def state(self) -> str:
        return self.procedure.state

    @property
    def assessment(self) -> str:
        return _text(self.procedure, "assessment")

    @property
    def amount(self) -> str:
        return _text(self.procedure, "amount")

    @property
    def event(self) -> Event:
        day = _text(self.procedure, "day")
        return Event(
            self.procedure.department,
            _text(self.procedure, "indicator"),
            _text(self.procedure, "item"),
            date.fromisoformat(day) if day else None,
        )

    @property
    def stands(self) -> bool:
        """One that was withdrawn is as if it had not been made."""
        return self.state != "withdrawn"

    @property
    def asked_because(self) -> str:
        return self.procedure.steps[0].reason

    @property
    def decided_because(self) -> str:
        return self.procedure.steps[-1].reason if self.procedure.over else ""

    def is_again(self, said: tuple[str, ...], person: str) -> bool:
        """Whether the same person asks the same once more."""
        mine = (self.event.indicator, self.event.item, self.amount, self.asked_because)
        return (said, person) == (mine, self.procedure.opener)


@dataclass(frozen=True)
class AssessmentLook:
    """``kept``: the procedures of the store."""

    kept: Callable[[], Procedures]

    def find(self, actor: Actor) -> list[Assessment]:
        """Those that the caller may see, the newest first."""
        return [one for one in self.all_assessments() if may_see(one, actor)]

    def one(self, id: str, actor: Actor) -> Assessment:  # noqa: A002
        """Raises StatementWrong (not_found), the same for one that is not theirs to see yet."""
        procedure = self.kept().get(id)
        if procedure is None or procedure.kind != ASSESSMENT:
            raise refusals.no_such(id)
        found = Assessment(procedure)
        if not may_see(found, actor):
            raise refusals.no_such(id)
        return found

    def all_assessments(self) -> Iterator[Assessment]:
        """Whoever may see them; the newest first."""
        return (Assessment(one) for one in self._all(ASSESSMENT))

    def appeals_of(self, id: str) -> list[Appeal]:  # noqa: A002
        """All of them, by id."""
        found = (Appeal(one) for one in self._all(APPEAL))
        return sorted((one for one in found if one.assessment == id), key=lambda one: one.id)

    def appeals(self, id: str, actor: Actor) -> list[Appeal]:  # noqa: A002
        """Those of an assessment that the caller may see. Raises as ``one``."""
        self.one(id, actor)
        return [one for one in self.appeals_of(id) if _is_theirs(one, actor)]

    def appeal(self, id: str, actor: Actor) -> Appeal:  # noqa: A002
        """Raises StatementWrong (not_found), the same for one that is not theirs."""
        procedure = self.kept().get(id)
        if procedure is None or procedure.kind != APPEAL:
            raise refusals.no_such_appeal(id)
        found = Appeal(procedure)
        if not _is_theirs(found, actor):
            raise refusals.no_such_appeal(id)
        return found

    def _all(self, kind: str) -> Iterator[Procedure]:
        offset = 0
        while lines := self.kept().find(
            ProcedureFilter(kinds=frozenset({kind}), limit=MOST, offset=offset)
        ):
            whole = self.kept().whole([line.id for line in lines])
            yield from (whole[line.id] for line in lines if line.id in whole)
            offset += len(lines)


def over_all(actor: Actor) -> bool:
    """The authority, auditors and evaluators see every sheet."""
    return bool(actor.roles & OVER_ALL) and not actor.is_page


def may_see(one: Assessment, actor: Actor) -> bool:
    """Departments from when it is shown to them, the rest of the city's people once published."""
    if actor.is_page:
        return False
    if over_all(actor) or one.is_published:
        return True
    return bool(actor.department) and one.is_shown


def _is_theirs(one: Appeal, actor: Actor) -> bool:
    if over_all(actor):
        return True
    return not actor.is_page and actor.department == one.procedure.department
