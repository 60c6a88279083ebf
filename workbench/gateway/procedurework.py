"""HTTP: procedures beside sharing, and what is done with them. What is asked is what is answered;
who may do what is decided by ``sharing.procedures``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import Field

from workbench.catalogue.applications import MOST_TEXT
from workbench.errors import WorkbenchError
from workbench.gateway.answers import Answer
from workbench.gateway.assessing_refusals import elsewhere
from workbench.gateway.casework import DUE_WITHIN_DAYS, Key
from workbench.gateway.procedure_answers import (
    DueProcedure,
    KindsAnswer,
    ProcedureAnswer,
    ProcedurePage,
)
from workbench.gateway.procedure_told import (
    due_row,
    kind_line,
    procedure_answer,
    procedure_row,
)
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.procedure import Definition
from workbench.sharing.procedures import refusals
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.fields import MOST as MOST_OF_KIND
from workbench.sharing.procedures.guards import Command
from workbench.store.cases import MOST
from workbench.store.procedures import ProcedureFilter, ProcedureLine

log = logging.getLogger(__name__)

MOST_FIELDS = 20
_Text = Annotated[str, Field(max_length=max(MOST_OF_KIND.values()))]
_Name = Annotated[str, Field(max_length=64)]


class StepBody(Answer):
    """``evidence`` is the SHA-256 digest of a file that stays where it is; ``days`` are working
    days, where the regulation leaves them to who acts; ``until`` is a last day."""

    reason: str = Field(default="", max_length=MOST_TEXT)
    basis: str = Field(default="", max_length=MOST_TEXT)
    evidence: str = Field(default="", max_length=64)
    days: int = Field(default=0, ge=0, le=250)
    until: date | None = None

    def command(self, event: str, seen: int = 0) -> Command:
        return Command(
            event, seen, self.reason, self.basis, self.evidence, self.days, self.until
        )  # fmt: skip


class OpenBody(StepBody):
    """``event``: where a kind is opened in several ways; else the first that is the caller's."""

    kind: str = Field(max_length=64)
    event: str = Field(default="", max_length=64)
    fields: dict[_Name, _Text] = Field(default_factory=dict, max_length=MOST_FIELDS)


class ActBody(StepBody):
    """``seen``: the version that was looked at."""

    event: str = Field(max_length=64)
    seen: int = Field(ge=1)


class _Wanted(Answer):
    kind: list[_Name] = Field(default=[], max_length=64)
    resource: str = Field(default="", max_length=256)
    department: str = Field(default="", max_length=128)
    provider: str = Field(default="", max_length=128)
    running: bool = False
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10_000_000)

    def filter(self) -> ProcedureFilter:
        return ProcedureFilter(
            kinds=frozenset(self.kind),
            resource=self.resource,
            department=self.department,
            provider=self.provider,
            running=self.running,
            limit=self.limit,
            offset=self.offset,
        )


def add(
    app: FastAPI, desk: ProcedureDesk, clock: Callable[[], datetime], caller: Any
) -> None:  # fmt: skip
    _add_lists(app, desk, clock, caller)
    _add_one(app, desk, caller)


def _add_lists(
    app: FastAPI, desk: ProcedureDesk, clock: Callable[[], datetime], caller: Any
) -> None:
    @app.get("/procedures")
    def procedures(wanted: Annotated[_Wanted, Query()], who: Actor = caller) -> ProcedurePage:
        """Those that concern the caller, the newest first."""
        asked = wanted.filter()
        rows = [procedure_row(one, _known(desk, one)) for one in desk.find(asked, who)]
        return ProcedurePage(total=desk.count(asked, who), procedures=rows)

    @app.get("/procedures/kinds")
    def kinds(who: Actor = caller) -> KindsAnswer:
        """What can be opened under the city's regulation, by which article, and with what."""
        found, wrong = desk.kinds()
        regulation = desk.regulation()
        lines = [kind_line(one, regulation) for one in found]
        return KindsAnswer(regulation=regulation, kinds=lines, unreadable=list(wrong))

    @app.get("/procedures/", include_in_schema=False)
    @app.post("/procedures/", include_in_schema=False)
    def unnamed(who: Actor = caller) -> None:
        """An empty id, which would else be sent on to another address. Raises StatementWrong."""
        raise refusals.no_such_procedure("")

    @app.get("/procedures/due")
    def due(
        within: Annotated[int, Query(ge=0, le=366)] = DUE_WITHIN_DAYS,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        who: Actor = caller,
    ) -> list[DueProcedure]:
        """What is due within so many days, what is overdue first."""
        today = day_of(clock())
        wanted = ProcedureFilter(due_by=today + timedelta(days=within), limit=limit)
        lines = desk.find(wanted, who)
        whole = desk.whole(lines)
        found = ((line, whole.get(line.id)) for line in lines)
        return [
            due_row(line, one, desk.definition(one), today)
            for line, one in found
            if one is not None and one.clock is not None and one.clock.due is not None
            if _known(desk, line) is not None
        ]


def _known(desk: ProcedureDesk, line: ProcedureLine) -> Definition | None:
    """One whose definition was lost must not keep the others from being listed; it is told where it
    is looked at, and by each round of the clocks."""
    try:
        return desk.definition_of(line)
    except WorkbenchError:
        log.error("the definition of procedure %s cannot be read", line.id)
        return None


def _add_one(app: FastAPI, desk: ProcedureDesk, caller: Any) -> None:
    @app.post("/procedures", status_code=201)
    def open_one(body: OpenBody, who: Actor = caller, key: Key = "") -> ProcedureAnswer:
        """Open one. The same command under the same key is done once."""
        elsewhere(body.kind)
        done = desk.open(body.kind, body.fields, body.command(body.event), who, key)
        return procedure_answer(done.procedure, desk, who, repeated=done.repeated)

    @app.get("/procedures/{procedure_id}")
    def look(procedure_id: str, who: Actor = caller) -> ProcedureAnswer:
        return procedure_answer(desk.look(procedure_id, who), desk, who)

    @app.post("/procedures/{procedure_id}")
    def act(
        procedure_id: str, body: ActBody, who: Actor = caller, key: Key = ""
    ) -> ProcedureAnswer:
        """One step. 409 where somebody changed it since it was looked at."""
        elsewhere(desk.look(procedure_id, who).kind)
        done = desk.act(procedure_id, body.command(body.event, body.seen), who, key)
        return procedure_answer(done.procedure, desk, who, repeated=done.repeated)
