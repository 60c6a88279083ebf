"""Cases as they are answered: made of the shared values, on the day on which they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workbench.catalogue.write import plain_column, plain_row
from workbench.errors import Text
from workbench.gateway.answers import Said
from workbench.gateway.case_answers import (
    CaseAnswer,
    CaseRow,
    ClockLine,
    ColumnLine,
    DueRow,
    OfferLine,
    RemarkLine,
    ReviewLine,
    StepLine,
    TermsLine,
    UniquenessLine,
)
from workbench.model.actor import Actor
from workbench.model.case import Case, Clock, State, Step, Terms
from workbench.model.grant import ColumnGrant
from workbench.policy.visible import mask_text
from workbench.regulations.saying import key_text
from workbench.sharing.guards import may, needs_of, parties_of
from workbench.sharing.reminders import acting
from workbench.sharing.review import Review
from workbench.sharing.standing import last_day, standing_text, stands
from workbench.sharing.transitions import EVENTS, Event, offered
from workbench.sharing.uniqueness import Uniqueness
from workbench.store.cases import CaseLine


@dataclass(frozen=True)
class Day:
    """The day on which a case is shown; ``ends`` are the last days of the scenarios."""

    today: date
    ends: Mapping[str, date | None]

    def stands(self, state: State, scenario: str, until: date, due: date | None) -> str:
        return stands(state, last_day(until, self.ends.get(scenario)), due, self.today)


def case_answer(
    case: Case, who: Actor, day: Day, *, review: Review | None = None, repeated: bool = False
) -> CaseAnswer:
    asked, decision, clock = case.application, case.decision, case.clock
    arguments = {c.grant.name: c.argument for c in asked.columns}
    terms = Terms(tuple(c.grant for c in asked.columns), asked.mode, asked.until, asked.rows)
    can = [e for e in offered(case.state, parties_of(case, who)) if may(case, e, who)]
    until = decision.terms.until if decision else asked.until
    standing = day.stands(case.state, asked.scenario, until, clock.due if clock else None)
    return CaseAnswer(
        id=case.id,
        state=case.state.value,
        stands=standing,
        told=Said.of(standing_text(standing)),
        version=case.version,
        department=asked.department,
        applicant=case.applicant,
        provider=case.provider,
        scenario=asked.scenario,
        resource=asked.resource,
        duty_basis=asked.duty,
        reason=asked.reason,
        users=list(asked.users),
        asked=_terms(terms, arguments),
        granted=_terms(decision.terms, {}) if decision else None,
        decided_by=decision.by if decision else "",
        decider=case.decider,
        reviewer=case.reviewer,
        regulation=case.regulation,
        profile=case.profile,
        clock=_clock(clock) if clock else None,
        opened=case.opened,
        changed=case.changed,
        steps=[_step(step) for step in case.steps],
        can=[event.value for event in can],
        offers=[_offer(event, case) for event in can],
        review=None if review is None else _review(review),
        repeated=repeated,
    )


def _terms(terms: Terms, arguments: dict[str, str]) -> TermsLine:
    return TermsLine(
        columns=[_column(c, arguments.get(c.name, "")) for c in terms.columns],
        mode=terms.mode.value,
        until=terms.until,
        rows=[
            f"{row.column} {row.op.value} {', '.join(map(str, row.values))}".strip()
            for row in terms.rows
        ],
        row_specs=[plain_row(row) for row in terms.rows],
        added_conditions=terms.added_conditions,
    )


def _column(column: ColumnGrant, argument: str = "") -> ColumnLine:
    return ColumnLine(
        name=column.name,
        use=column.use.value,
        mask=mask_text(column.mask),
        argument=argument,
        spec=plain_column(column),
    )


def _offer(event: Event, case: Case) -> OfferLine:
    needs = needs_of(event, case)
    return OfferLine(event=event.value, told=Said.of(EVENTS[event]), needs=sorted(needs))


def _clock(clock: Clock) -> ClockLine:
    return ClockLine(
        key=clock.key,
        about=Said.of(key_text(clock.key)),
        started=clock.started,
        state=clock.state,
        due=clock.due,
        provisional=clock.provisional,
        article=clock.article,
    )


def _step(step: Step) -> StepLine:
    return StepLine(
        number=step.number,
        event=step.event,
        told=Said.of(EVENTS[Event(step.event)]),
        at=step.at,
        actor=step.actor,
        department=step.department,
        before=step.before.value if step.before else None,
        after=step.after.value,
        reason=step.reason,
        basis=step.basis,
        flag=Said.of(step.detail) if step.detail else None,
    )


def _review(review: Review) -> ReviewLine:
    return ReviewLine(
        conditions=review.conditions,
        remarks=[
            RemarkLine(
                kind=remark.kind.value,
                column=remark.column,
                what=Said.of(remark.what),
                instead=remark.instead.use.value if remark.instead else "",
            )
            for remark in review.remarks
        ],
        held=[_column(c) for c in review.held],
        held_in=list(review.held_in),
        union=list(dict.fromkeys(column.name for column in review.union)),
    )


def uniqueness_line(found: Uniqueness | None) -> UniquenessLine:
    if found is None:
        return UniquenessLine(why=Said.of(_NOTHING_TO_COUNT))
    plain = found.__dict__
    return UniquenessLine(**plain | {k: list(plain[k]) for k in ("columns", "direct")})


def case_row(line: CaseLine, day: Day) -> CaseRow:
    standing = day.stands(line.state, line.scenario, line.until, line.due)
    plain = {**line.__dict__, "state": line.state.value, "told": Said.of(standing_text(standing))}
    return CaseRow(**plain, stands=standing)


def due_row(line: CaseLine, case: Case, day: Day) -> DueRow:
    clock = case.clock
    assert clock is not None  # it is found by its day
    assert clock.due is not None
    return DueRow(
        **case_row(line, day).model_dump(),
        who=acting(case, clock).removeprefix("department:").removeprefix("role:"),
        key=clock.key,
        about=Said.of(key_text(clock.key)),
        article=clock.article,
        provisional=clock.provisional,
        days=(clock.due - day.today).days,
    )


_NOTHING_TO_COUNT = Text(
    "没有可供计数的数据副本：数据挂接在来源处，或尚未导入。",
    "There is no extract to count in: the data stay at their source, or were not ingested yet.",
)
