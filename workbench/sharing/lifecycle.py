"""One step of a case. Pure: all that it rests on is passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from workbench.errors import WorkbenchError
from workbench.model.actor import Actor
from workbench.model.case import Application, Case, Clock, Decision, State, Step
from workbench.model.contract import LibraryKind, Resource, SharingType
from workbench.model.days import day_of
from workbench.model.scenario import Scenario
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.profile import Decider, Key, Profile
from workbench.sharing import guards, refusals
from workbench.sharing.completeness import missing
from workbench.sharing.decider import decider_of
from workbench.sharing.least import fits
from workbench.sharing.transitions import Event, Row, row_for

SUPPLY = Key.application_supply


@dataclass(frozen=True)
class Rules:
    """What holds for a case: its regulation as it was when the case began (``profile`` with the
    digest of its file), and the days that are worked."""

    regulation: str
    version: str
    profile: Profile
    calendar: Calendar


@dataclass(frozen=True)
class Matter:
    """What a case is about, as the catalogue says now."""

    scenario: Scenario
    resource: Resource


@dataclass(frozen=True)
class Command:
    """What somebody wants to happen. ``seen`` is the version of the case that they looked at.
    ``days`` are the working days of a rectification."""

    event: Event
    seen: int
    reason: str = ""
    basis: str = ""
    decision: Decision | None = None
    application: Application | None = None
    days: int = 0


def opened(
    id: str,  # noqa: A002
    application: Application,
    actor: Actor,
    now: datetime,
    rules: Rules,
    matter: Matter,
) -> Case:
    """A department applies. The case is under review with its clock running, or active at once
    where the regulation lets nobody decide. Raises Refused with every reason."""
    guards.may_apply(actor, application)
    _complete(application, rules, matter, now)
    row = row_for(Event.apply, None)
    assert row is not None  # the table begins with it
    case = Case(
        id=id,
        application=application,
        applicant=actor.id,
        provider=matter.resource.provider,
        state=State.under_review,
        version=0,
        opened=now,
        changed=now,
        regulation=rules.regulation,
        profile=rules.version,
        decider=decider_of(rules.profile, matter.resource).value,
    )
    case = _stepped(case, row, actor, now, Command(Event.apply, 0), rules, matter)
    return _direct(case, now, rules, matter)


def stepped(
    case: Case, command: Command, actor: Actor, now: datetime, rules: Rules, matter: Matter
) -> Case:
    """The case after the command. Raises Refused where it is not theirs, not possible, incomplete,
    or grants more than was asked for; and where the case has moved on since it was looked at."""
    if command.seen != case.version:
        raise refusals.moved_on(case)
    row = row_for(command.event, case.state)
    if row is None:
        raise refusals.not_possible(case, command.event)
    guards.may_act(case, row, actor)
    guards.has_needs(row, command.reason, command.basis, command.decision, command.days)
    if command.decision is not None:
        guards.within(case, command.decision, command.event, day_of(now))
    if command.event is Event.resubmit:
        _complete(command.application or case.application, rules, matter, now)
    changed = _stepped(case, row, actor, now, command, rules, matter)
    return _direct(changed, now, rules, matter) if command.event is Event.resubmit else changed


def _complete(application: Application, rules: Rules, matter: Matter, now: datetime) -> None:
    today = day_of(now)
    found = tuple(missing(application, matter.scenario, matter.resource, rules.profile, today))
    if found:
        raise WorkbenchError.of(found)


# One step -----------------------------------------------------------------------------------------


def _stepped(
    case: Case,
    row: Row,
    actor: Actor,
    now: datetime,
    command: Command,
    rules: Rules,
    matter: Matter,
) -> Case:
    after, clock = row.after or case.state, None if row.stops else case.clock
    if row.starts is not None:
        clock = _started(row.starts, day_of(now), rules)
    if row.event is Event.approve and _is_to_be_supplied(rules.profile, matter.resource):
        after, clock = State.approved, _started(SUPPLY, day_of(now), rules)
    if row.event is Event.notify:
        clock = _rectification(day_of(now), command.days, rules)
    step = Step(
        number=case.version + 1,
        event=row.event.value,
        at=now,
        actor=actor.id,
        department=actor.department,
        before=case.state if case.version else None,
        after=after,
        reason=command.reason,
        basis=command.basis,
    )
    return replace(
        case,
        state=after,
        version=step.number,
        changed=now,
        clock=clock,
        decision=command.decision or case.decision,
        application=command.application or case.application,
        steps=(*case.steps, step),
        **_escalated(case, row, rules.profile),
    )


def _started(key: Key, day: date, rules: Rules) -> Clock:
    found = due(key, rules.profile.deadlines[key], day, rules.calendar)
    state = found.state.value
    return Clock(key.value, day, state, found.day, found.provisional, found.article)


def _rectification(day: date, days: int, rules: Rules) -> Clock:
    """The texts order a date and leave it to the notice: so many working days."""
    last = rules.calendar.working_day_after(day, days)
    article = rules.profile.rectification.article
    announced = all(rules.calendar.covers(date(y, 1, 1)) for y in range(day.year, last.year + 1))
    return Clock("rectification", day, "number", last, not announced, article)


def _is_to_be_supplied(profile: Profile, resource: Resource) -> bool:
    """Changde 2016 art. 17: of business libraries, the provider supplies after the notice."""
    ordered = profile.deadlines[SUPPLY].period is not None
    return ordered and resource.library is LibraryKind.business


def _escalated(case: Case, row: Row, profile: Profile) -> dict[str, Any]:
    if row.event is not Event.escalate:
        return {}
    ladder = profile.ladders.get("application", ())
    if case.ladder + 1 >= len(ladder):
        raise refusals.no_further_step(case)
    return {"ladder": case.ladder + 1, "decider": ladder[case.ladder + 1].by.value}


def _direct(case: Case, now: datetime, rules: Rules, matter: Matter) -> Case:
    """Decided at once where the regulation lets nobody decide: the resource is given straight from
    the platform (Aba 2024 art. 25), or the need is one of a scenario (Foshan 2019 art. 28)."""
    basis = _direct_basis(case, rules.profile, matter)
    if not basis:
        return case
    asked, row = case.application, row_for(Event.approve, case.state)
    assert row is not None  # a case is under review when it has been taken in
    decision = Decision(
        by=PLATFORM.id,
        at=now,
        columns=tuple(column.grant for column in asked.columns),
        mode=asked.mode,
        until=asked.until,
        rows=asked.rows,
        basis=basis,
    )
    command = Command(Event.approve, case.version, basis=basis, decision=decision)
    return _stepped(case, row, PLATFORM, now, command, rules, matter)


def _direct_basis(case: Case, profile: Profile, matter: Matter) -> str:
    """The articles; empty where somebody has to decide."""
    kind = matter.resource.sharing.type
    if case.decider == Decider.platform.value:
        return profile.deciders[kind].article
    ordered = profile.direct_grant
    if ordered is None or kind is SharingType.not_shared:
        return ""
    return ordered.article if fits(case.application, matter.scenario, matter.resource) else ""


PLATFORM = Actor("platform", "", frozenset())
"""The workbench itself, where a regulation lets nobody decide."""
