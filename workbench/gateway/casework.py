"""HTTP: applications, their cases, and what is done with them. What is asked is what is answered;
who may do what is decided by ``sharing``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query, Request
from pydantic import Field

from workbench.catalogue.applications import (
    MOST_TEXT,
    ApplicationSpec,
    TermsSpec,
    application_of,
    terms_of,
)
from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.answers import Answer
from workbench.gateway.case_answers import CaseAnswer, CasePage, DueRow, UniquenessLine
from workbench.gateway.case_told import Day, case_answer, case_row, due_row, uniqueness_line
from workbench.gateway.envelope import line_of
from workbench.model.actor import Actor
from workbench.model.case import Case, State
from workbench.model.days import day_of
from workbench.sharing import refusals
from workbench.sharing.desk import Desk
from workbench.sharing.guards import may_apply, most_of
from workbench.sharing.lifecycle import Command
from workbench.sharing.looks import Looks
from workbench.sharing.opening import Measure
from workbench.sharing.transitions import Event
from workbench.store.cases import MOST, CaseFilter

DUE_WITHIN_DAYS = 7
"""What is due so soon is listed, if nothing else is said (our default)."""
COUNTS = 2
"""Counts of uniqueness at a time (our default): each takes up to 1 GB, two processors, a thread."""
_COUNT = Text("可识别程度的测算", "Counts of how far people can be told apart")
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=128)]


class CommandSpec(Answer):
    """``seen``: the version of the case that was looked at. ``days``: the working days of a
    rectification. ``application``: a resubmitted one, where it changed."""

    event: Event
    seen: int = Field(ge=1)
    reason: str = Field(default="", max_length=MOST_TEXT)
    basis: str = Field(default="", max_length=MOST_TEXT)
    terms: TermsSpec | None = None
    days: int = Field(default=0, ge=0, le=250)
    application: ApplicationSpec | None = None


def add(
    app: FastAPI,
    desk: Desk,
    city: Callable[[], City],
    measure: Measure,
    clock: Callable[[], datetime],
    caller: Any,
) -> None:
    def day() -> Day:
        scenarios = city().scenarios.values()
        return Day(day_of(clock()), {one.id: one.valid_until for one in scenarios})

    _add_commands(app, desk, city, day, caller)
    _add_views(app, desk, measure, day, caller)


def _add_commands(
    app: FastAPI, desk: Desk, city: Callable[[], City], day: Callable[[], Day], caller: Any
) -> None:
    @app.post("/applications", status_code=201)
    def apply(
        body: ApplicationSpec, request: Request, who: Actor = caller, key: Key = ""
    ) -> CaseAnswer:
        """Apply. The same command under the same key is done once."""
        line_of(request.scope).scenario = body.scenario
        may_apply(who, body.department)  # first: a refusal then tells nothing of columns
        done = desk.apply(
            lambda: application_of(body, city().resources), who, key, body.model_dump_json()
        )
        return case_answer(done.case, who, day(), repeated=done.repeated)

    @app.post("/cases/{case_id}")
    def act(
        case_id: str, body: CommandSpec, request: Request, who: Actor = caller, key: Key = ""
    ) -> CaseAnswer:
        """One step of a case. 409 where somebody changed it since it was looked at."""
        found = desk.look(case_id, who)
        line_of(request.scope).scenario = found.application.scenario
        done = desk.act(
            case_id, lambda case: _command(body, case, city()), who, key, body.model_dump_json()
        )
        return case_answer(done.case, who, day(), repeated=done.repeated)


def _add_views(
    app: FastAPI, desk: Desk, measure: Measure, day: Callable[[], Day], caller: Any
) -> None:
    counting = Looks(COUNTS, _COUNT)

    @app.get("/cases")
    def cases(
        wanted: Annotated[_Wanted, Query()],
        who: Actor = caller,
    ) -> CasePage:
        """The cases that concern the caller, the newest first."""
        filter_ = wanted.filter()
        today = day()
        rows = [case_row(line, today) for line in desk.find(filter_, who)]
        return CasePage(total=desk.count(filter_, who), cases=rows)

    @app.get("/cases/{case_id}")
    def case(case_id: str, who: Actor = caller) -> CaseAnswer:
        found = desk.look(case_id, who)
        return case_answer(found, who, day(), review=desk.review(found, who))

    @app.get("/cases/{case_id}/uniqueness")
    def uniqueness(case_id: str, who: Actor = caller) -> UniquenessLine:
        """For who reviews: how far somebody can be told apart by all that the department would
        have. Takes seconds on a large resource. 429 where as many counts as may are under way."""
        found = desk.look(case_id, who)
        review = desk.review(found, who)
        if review is None:
            raise refusals.only_reviewers(found)
        with counting.one():
            return uniqueness_line(measure(found, review))

    @app.get("/cases/", include_in_schema=False)
    @app.post("/cases/", include_in_schema=False)
    @app.get("/cases//uniqueness", include_in_schema=False)
    def unnamed(who: Actor = caller) -> None:
        """An empty id, which would else be sent on to another address. Raises InvalidInput."""
        raise _no_case_named()

    @app.get("/due")
    def due(
        within: Annotated[int, Query(ge=0, le=366)] = DUE_WITHIN_DAYS,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        who: Actor = caller,
    ) -> list[DueRow]:
        """What is due within so many days, what is overdue first."""
        now = day()
        wanted = CaseFilter(due_by=now.today + timedelta(days=within), limit=limit)
        lines = desk.find(wanted, who)
        whole = desk.whole(lines)
        found = ((line, whole.get(line.id)) for line in lines)
        return [
            due_row(line, case, now)
            for line, case in found
            if case is not None and case.clock is not None and case.clock.due is not None
        ]


class _Wanted(Answer):
    scenario: str = Field(default="", max_length=128)
    resource: str = Field(default="", max_length=256)
    department: str = Field(default="", max_length=128)
    provider: str = Field(default="", max_length=128)
    state: list[State] = Field(default=[], max_length=len(State))
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10_000_000)

    def filter(self) -> CaseFilter:
        return CaseFilter(
            scenario=self.scenario,
            resource=self.resource,
            department=self.department,
            provider=self.provider,
            states=frozenset(self.state),
            limit=self.limit,
            offset=self.offset,
        )


def _no_case_named() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "没有写明案件编号。",
        "No case was named.",
        next=Text(
            "用 workbench cases（GET /cases）查看本部门的案件及其编号。",
            "workbench cases (GET /cases) lists those of your department with their ids.",
        ),
        subject="case",
    )


def _command(body: CommandSpec, case: Case, city: City) -> Command:
    terms, application = None, None
    if body.terms is not None or body.event in (Event.approve, Event.narrow):
        resource = city.resources.get(case.application.resource)
        if resource is None:
            raise refusals.no_such_resource(case.application.resource, city.resources)
        terms = terms_of(body.terms or TermsSpec(), most_of(case, body.event), resource)
    if body.application is not None:
        application = application_of(body.application, city.resources)
    return Command(
        event=body.event,
        seen=body.seen,
        reason=body.reason,
        basis=body.basis,
        terms=terms,
        application=application,
        days=body.days,
    )
