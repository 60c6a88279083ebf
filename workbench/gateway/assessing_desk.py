"""Where an assessment goes from its draft to its publication, and its events are appealed.

Two procedures carry it (``data_contracts/procedures/assessment*.yaml``), with deadlines, their
second persons, their entries in the ledger. Here each step is held against the run's file: what is
shown, signed and published is one digest, and the only way to another one is what the panel decided
of single events. Nobody hands in changed measures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from workbench.assessment import frozen as runs
from workbench.assessment.appeals import Decision, Event, Verdict, admitted, amended, item_of
from workbench.assessment.frozen import Amends, Decided, Frozen
from workbench.assessment.measured import Item
from workbench.errors import Text
from workbench.gateway import assessing_refusals as refusals
from workbench.gateway.assessing_look import Appeal, Assessment, AssessmentLook
from workbench.gateway.assessing_notices import notices
from workbench.gateway.assessing_refusals import APPEAL, ASSESSMENT
from workbench.gateway.assessing_runs import Run, Runs
from workbench.model.actor import Actor, Role
from workbench.model.procedure import Procedure
from workbench.sharing.procedures.definition import rows_from
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.stepping import possible
from workbench.store.messages import Message

_AMOUNT = re.compile(r"-?[0-9]{1,18}([.][0-9]{1,18}|/[0-9]{1,18})?")
"""No powers of ten: a Fraction of ``1e999999999`` would be worked out to its last digit."""
SETTLE = "settle"
NAMES_RUN = frozenset({"show", SETTLE, "sign", "publish"})
"""Steps that name the run they are about."""


@dataclass(frozen=True)
class Doing:
    """What somebody wants to happen. ``seen``: the version that they looked at; ``run``: the digest
    that they looked at, "" where they do not say."""

    event: str
    seen: int
    reason: str = ""
    run: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Asked:
    """An appeal as it is made. ``amount``: what the item should count; None: nothing, it is to be
    struck."""

    event: Event
    reason: str
    amount: str = ""
    evidence: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What tells one appeal from another that is sent again."""
        return (self.event.indicator, self.event.item, self.amount, self.reason)


@dataclass(frozen=True)
class AssessmentDesk:
    """``recorded``: whether the ledger has a run of this digest as one that was measured; ``tell``
    puts a message into the outbox, once."""

    look: AssessmentLook
    procedures: ProcedureDesk
    runs: Runs
    recorded: Callable[[str], bool]
    tell: Callable[[Message], object]

    def open(self, digest: str, actor: Actor, key: str = "") -> Assessment:
        """A draft that is kept already; who hands in the same again gets what there is. Raises
        Refused where the caller is not of the scheme's evaluator, Conflict where one of the same
        scheme and year is under way, and as the desk of procedures."""
        run = self.runs.get(digest)
        if not self.recorded(digest):
            raise refusals.not_recorded(digest)
        if run.frozen.amends is not None:
            raise refusals.amends_already(digest)
        if actor.department != run.scheme.evaluator:
            raise refusals.not_the_evaluator(run.scheme.evaluator)
        known = self._under_way(run)
        if known is not None and (known.draft, known.procedure.opener) == (digest, actor.id):
            return known
        if known is not None:
            raise refusals.under_way(known.id)
        given = {"scheme": run.scheme.id, "year": str(run.frozen.year), "run": digest}
        command = Command("draft", evidence=digest)
        return Assessment(self.procedures.open(ASSESSMENT, given, command, actor, key).procedure)

    def _under_way(self, run: Run) -> Assessment | None:
        for one in self.look.all_assessments():
            same = (one.scheme, one.year) == (run.scheme.id, run.frozen.year)
            if same and not one.procedure.over:
                return one
        return None

    def act(self, id: str, doing: Doing, actor: Actor, key: str = "") -> Assessment:  # noqa: A002
        """One step of an assessment. Raises StatementWrong (not_found), Conflict where it moved on
        or names another run, and as the desk of procedures."""
        before = self.look.one(id, actor)
        run = before.run
        if doing.run and doing.run != run:
            raise refusals.another_run(id, run)
        if doing.event == SETTLE:
            run = self._settled(before) if self._is_due(before, actor) else ""
        evidence = run if doing.event in NAMES_RUN else ""
        command = Command(doing.event, doing.seen, reason=doing.reason, evidence=evidence)
        after = Assessment(self.procedures.act(id, command, actor, key).procedure)
        for notice in notices(after, self.runs.get(after.run)):
            self.tell(notice)
        return after

    def _is_due(self, before: Assessment, actor: Actor) -> bool:
        """Whether it is the caller's to have it worked out, today. Where it is not, no run is made,
        and the desk of procedures says why: a step without the run's digest is never taken."""
        return SETTLE in self._possible(before.procedure, actor)

    def _settled(self, before: Assessment) -> str:
        """The digest of what the decisions make of the draft; the draft's where none was accepted.
        Raises Conflict where an appeal is not decided."""
        appeals = self.look.appeals_of(before.id)
        waiting = [one.id for one in appeals if not one.procedure.over]
        if waiting:
            raise refusals.undecided(before.id, waiting)
        decided = [one for one in appeals if one.state in ("accepted", "refused")]
        run = self.runs.get(before.run)
        if not any(one.state == "accepted" for one in decided):
            return run.digest
        return self.runs.keep(recomputed(run, decided))

    # Appeals -------------------------------------------------------------------------------------

    def appeal(self, id: str, asked: Asked, actor: Actor, key: str = "") -> Appeal:  # noqa: A002
        """Of one event of the caller's own sheet. Raises as ``appeals.admitted``, Conflict where it
        was not shown yet or is worked out already, InvalidInput for what cannot be counted."""
        before = self.look.one(id, actor)
        run = self.runs.get(before.draft)
        if before.state != "shown" or before.until is None:
            raise refusals.not_open_to_appeal(id)
        standing = [one for one in self.look.appeals_of(id) if one.stands]
        again = next((one for one in standing if one.is_again(asked.said, actor.id)), None)
        if again is not None:
            return again
        event = admitted(
            run.scheme, run.frozen.inputs, asked.event, actor.department,
            [one.event for one in standing], self.procedures.today(), before.until,
        )  # fmt: skip
        verdict, amount = _verdict(asked.amount)
        _tried(run, Decision("", event, verdict, asked.reason, amount))
        command = Command("appeal", reason=asked.reason, evidence=asked.evidence)
        done = self.procedures.open(APPEAL, _fields(id, event, asked.amount), command, actor, key)
        return Appeal(done.procedure)

    def decide(self, id: str, doing: Doing, actor: Actor, key: str = "") -> Appeal:  # noqa: A002
        """``accept`` as it was asked, ``refuse`` or ``withdraw``. Raises Refused for who is of the
        department that appeals, or made the draft; Conflict once it is worked out."""
        found = self.look.appeal(id, actor)
        about = self.look.one(found.assessment, actor)
        if about.state != "shown":
            raise refusals.not_open_to_appeal(about.id)
        if doing.event != "withdraw":
            self._impartial(found.procedure, about, actor)
        command = Command(doing.event, doing.seen, reason=doing.reason, evidence=doing.evidence)
        return Appeal(self.procedures.act(id, command, actor, key).procedure)

    # What is offered -----------------------------------------------------------------------------

    def offers(self, one: Assessment, actor: Actor) -> list[str]:
        """The steps that the caller may take now, were it not for what they have to bring."""
        found = self._possible(one.procedure, actor)
        waits = any(not each.procedure.over for each in self.look.appeals_of(one.id))
        return [event for event in found if event != SETTLE or not waits]

    def offers_of(self, one: Appeal, actor: Actor) -> list[str]:
        """The same of an appeal."""
        found = self._possible(one.procedure, actor)
        if not found:
            return []
        about = self.look.one(one.assessment, actor)
        mine = actor.department == one.procedure.department or actor.id in about.drafters
        return [event for event in found if about.state == "shown" and
                (event == "withdraw" or not mine)]  # fmt: skip

    def may_appeal(self, one: Assessment, department: str, actor: Actor) -> bool:
        """As an officer of this department, while the days run."""
        mine = actor.department == department and Role.officer in actor.roles
        return mine and one.until is not None and self.procedures.today() <= one.until

    def _possible(self, one: Procedure, actor: Actor) -> list[str]:
        desk = self.procedures
        definition, rules, today = desk.definition(one), desk.rules(one), desk.today()
        rows = rows_from(definition, one.regulation, one.state)
        return [row.event for row in rows if possible(one, definition, row, actor, today, rules)]

    def _impartial(self, appeal: Procedure, about: Assessment, actor: Actor) -> None:
        if actor.department == appeal.department:
            raise refusals.own_department(appeal.id)
        if actor.id in about.drafters:
            raise refusals.own_draft(appeal.id)


def recomputed(run: Run, appeals: Iterable[Appeal]) -> Frozen:
    """The run that the decisions make of ``run``, which stays as it is. Pure: the same decisions in
    any order give the same bytes."""
    from workbench.assessment.standing import draws_of, standing  # numpy: only where it is needed

    given = [_decision(one) for one in appeals]
    changed = amended(run.scheme, run.frozen.inputs, given)
    told = tuple(_decided(run.frozen, one) for one in given)
    new = runs.amended(run.frozen, changed, Amends(run.digest, told))
    if not run.frozen.standing:
        return new
    return replace(new, standing=standing(new, draws_of(run.frozen.standing)))


def _decision(one: Appeal) -> Decision:
    if one.state != "accepted":
        return Decision(one.id, one.event, Verdict.refused, one.decided_because)
    verdict, amount = _verdict(one.amount)
    return Decision(one.id, one.event, verdict, one.decided_because, amount)


def _verdict(amount: str) -> tuple[Verdict, Fraction | None]:
    if not amount:
        return Verdict.struck, None
    if not _AMOUNT.fullmatch(amount):
        raise refusals.no_number(amount)
    try:
        return Verdict.corrected, Fraction(amount)
    except ZeroDivisionError as error:
        raise refusals.no_number(amount) from error


def _decided(frozen: Frozen, one: Decision) -> Decided:
    event, granted = one.event, one.verdict is not Verdict.refused
    was = item_of(frozen.inputs, event) or _stated(frozen, event)
    now = was if not granted else None
    if granted and one.amount is not None:
        now = replace(was, amount=one.amount)
    return Decided(
        case=one.appeal, department=event.department, indicator=event.indicator, item=event.item,
        granted=granted, reason=Text(one.reason, one.reason), was=was, now=now,
    )  # fmt: skip


def _stated(frozen: Frozen, event: Event) -> Item:
    """A stated value as an item of the day of the run, by the file that shows it."""
    measured = frozen.inputs.measures[event.indicator].by[event.department]
    return Item(frozen.as_of, event.item, measured.counted)


def _tried(run: Run, decision: Decision) -> None:
    """What could not be carried out is told to who asks for it, and not to the panel."""
    amended(run.scheme, run.frozen.inputs, [decision])


def _fields(id: str, event: Event, amount: str) -> dict[str, str]:  # noqa: A002
    given = {"assessment": id, "indicator": event.indicator, "item": event.item}
    if event.day is not None:
        given["day"] = event.day.isoformat()
    if amount:
        given["amount"] = amount
    return given
