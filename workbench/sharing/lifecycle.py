"""One step of a case. Pure: all that it rests on is passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from workbench.errors import Text, WorkbenchError
from workbench.model.actor import PLATFORM, Actor
from workbench.model.case import Application, Case, Clock, Decision, State, Step, Terms
from workbench.model.contract import LibraryKind, Resource, SharingType
from workbench.model.days import day_of
from workbench.model.grant import DEFAULT_RULES
from workbench.model.scenario import Scenario
from workbench.regulations.calendar import Calendar
from workbench.regulations.deadline import due
from workbench.regulations.deciding import decider_of
from workbench.regulations.profile import Decider, Key, Profile
from workbench.regulations.saying import article_text
from workbench.sharing import guards, refusals
from workbench.sharing.completeness import missing
from workbench.sharing.least import fits, listed
from workbench.sharing.stated import is_stated
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
    """What a case is about, as the catalogue says now. ``reviewer``: who decides for the provider;
    empty for itself. ``barred``: a grant of the same department, resource and scenario was revoked
    once, so that somebody has to decide of a new one."""

    scenario: Scenario
    resource: Resource
    reviewer: str = ""
    barred: bool = False


@dataclass(frozen=True)
class Command:
    """What somebody wants to happen. ``seen`` is the version of the case that they looked at.
    ``days`` are the working days of a rectification."""

    event: Event
    seen: int
    reason: str = ""
    basis: str = ""
    terms: Terms | None = None
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
    guards.may_apply(actor, application.department)
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
        decider=_decider(rules.profile, matter).value,
        reviewer=matter.reviewer or matter.resource.provider,
    )
    case = _stepped(case, row, actor, now, Command(Event.apply, 0), rules, matter)
    return _direct(case, now, rules, matter)


RULED = frozenset({Event.apply, Event.resubmit, Event.approve, Event.escalate, Event.notify})
"""Steps for which the regulation has to be known; all others stop something, and always can."""
JUDGED = frozenset({Event.apply, Event.resubmit, Event.approve})
"""Steps that look at the catalogue as it is now."""


def stepped(
    case: Case,
    command: Command,
    actor: Actor,
    now: datetime,
    rules: Rules | None,
    matter: Matter | None,
) -> Case:
    """The case after the command; ``rules`` and ``matter`` where the step is one of ``RULED`` or
    ``JUDGED``. Raises Refused where it is not theirs, not possible, incomplete, or grants more
    than was asked for; and where the case has moved on since it was looked at."""
    if command.seen != case.version:
        raise refusals.moved_on(case)
    row = row_for(command.event, case.state)
    if row is None:
        raise refusals.not_possible(case, command.event)
    guards.may_act(case, row, actor)
    guards.has_needs(case, row, command.reason, command.basis, command.terms, command.days)
    guards.brings_no_more(row, command.terms, command.application)
    if command.terms is not None:
        guards.within(case, command.terms, command.event, day_of(now))
    if row.event in JUDGED:
        _still_stands(case, command, now, rules, matter)
    changed = _stepped(case, row, actor, now, command, rules, matter)
    if row.event is Event.resubmit and rules is not None and matter is not None:
        return _direct(changed, now, rules, matter)
    return changed


def _still_stands(
    case: Case, command: Command, now: datetime, rules: Rules | None, matter: Matter | None
) -> None:
    """What is decided is what was applied for, of whom it was applied for, as the catalogue has it
    now. Raises Refused, InvalidInput."""
    assert rules is not None  # the caller has them for each of JUDGED
    assert matter is not None
    asked = command.application or case.application
    guards.same_matter(case, asked)
    decider = _decider(rules.profile, matter).value
    if matter.resource.provider != case.provider or (not case.ladder and decider != case.decider):
        raise refusals.catalogue_changed(case)
    if command.event is Event.resubmit:
        _complete(asked, rules, matter, now)
    else:
        ends = matter.scenario.valid_until
        if ends is not None and command.terms is not None and command.terms.until > ends:
            raise refusals.all_of([refusals.until_beyond(command.terms.until, ends)])


def _decider(profile: Profile, matter: Matter) -> Decider:
    """Where nobody has to decide, the authority does of who was barred."""
    found = decider_of(profile, matter.resource)
    return Decider.authority if matter.barred and found is Decider.platform else found


def _complete(application: Application, rules: Rules, matter: Matter, now: datetime) -> None:
    today = day_of(now)
    found = tuple(missing(application, matter.scenario, matter.resource, rules.profile, today))
    if found:
        raise WorkbenchError.of(found)


def replaces(case: Case) -> bool:
    """Whether its last step granted it, so that it takes the place of older ones."""
    return case.steps[-1].event in (Event.approve, Event.supply)


def replaced(old: Case, by: Case) -> Case | None:
    """The older case of the same department, scenario and resource, ended because ``by`` has just
    been granted; None where there is nothing left to end."""
    last, row = by.steps[-1], row_for(Event.end, old.state)
    if row is None:
        return None
    reason = f"{by.id} 取代 / replaced by {by.id}"
    step = _step(old, row, PLATFORM, last.at, State.ended, reason, "")
    return _after(old, step, None)


# One step -----------------------------------------------------------------------------------------


def _stepped(
    case: Case,
    row: Row,
    actor: Actor,
    now: datetime,
    command: Command,
    rules: Rules | None,
    matter: Matter | None,
) -> Case:
    after, clock = row.after or case.state, None if row.stops else case.clock
    flag, more = None, {}
    if rules is not None:
        if row.starts is not None:
            clock = _started(row.starts, day_of(now), rules)
        if matter is not None and row.event is Event.approve:
            flag = _flag(command.terms, rules.profile)
            if _is_to_be_supplied(rules.profile, matter.resource):
                after, clock = State.approved, _started(SUPPLY, day_of(now), rules)
        if row.event is Event.notify:
            clock = _rectification(day_of(now), command.days, rules)
        more = _escalated(case, row, rules.profile)
    step = _step(case, row, actor, now, after, command.reason, command.basis)
    return replace(
        _after(case, replace(step, detail=flag), clock),
        decision=_decision(case, row, actor, now, command, matter),
        application=command.application or case.application,
        **more,
    )


def _step(
    case: Case, row: Row, actor: Actor, now: datetime, after: State, reason: str, basis: str
) -> Step:
    return Step(
        number=case.version + 1,
        event=row.event.value,
        at=now,
        actor=actor.id,
        department=actor.department,
        before=case.state if case.version else None,
        after=after,
        reason=reason,
        basis=basis,
    )


def _after(case: Case, step: Step, clock: Clock | None) -> Case:
    return replace(
        case,
        state=step.after,
        version=step.number,
        changed=step.at,
        clock=clock,
        steps=(*case.steps, step),
    )


def _decision(
    case: Case,
    row: Row,
    actor: Actor,
    now: datetime,
    command: Command,
    matter: Matter | None,
) -> Decision | None:
    """How what is released is protected, and from when on it holds, is the scenario's. A narrowing
    leaves these, who decided, and the conditions, as they were."""
    if command.terms is None:
        return case.decision
    if row.event is Event.narrow and case.decision is not None:
        had = case.decision.terms
        return replace(case.decision, terms=_under(command.terms, had))
    assert matter is not None  # approving is one of JUDGED
    use = listed(matter.scenario, case.application.resource)
    terms = replace(
        command.terms,
        disclosure=use.disclosure if use is not None else DEFAULT_RULES,
        since=matter.scenario.valid_from,
    )
    return Decision(actor.id, now, terms, command.reason, command.basis)


def _under(terms: Terms, had: Terms) -> Terms:
    return replace(
        terms,
        disclosure=had.disclosure,
        added_conditions=had.added_conditions,
        since=had.since,
    )


def _flag(terms: Terms | None, profile: Profile) -> Text | None:
    """A reply may not add a condition that the catalogue does not state (Aba 2024 art. 4)."""
    ordered = profile.added_conditions
    if terms is None or not is_stated(terms.added_conditions) or ordered is None:
        return None
    by = article_text(ordered.article)
    return Text(
        f"答复附加了目录未载明的条件，{by.zh}不允许：{terms.added_conditions}",
        f"the reply adds a condition that the catalogue does not state; {by.en} "
        f"does not allow it: {terms.added_conditions}",
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
    if not basis or matter.barred:
        return case
    asked, row = case.application, row_for(Event.approve, case.state)
    assert row is not None  # a case is under review when it has been taken in
    columns = tuple(column.grant for column in asked.columns)
    terms = Terms(columns, asked.mode, asked.until, asked.rows)
    command = Command(Event.approve, case.version, basis=basis, terms=terms)
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
