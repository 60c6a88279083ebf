"""HTTP: an assessment from its draft to its publication. A department is given its own sheet from
when it is shown, the ranking once it is published, and never another one's draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query

from workbench.assessment import appeals as of_events
from workbench.gateway import assessing_answers as a
from workbench.gateway import assessment_views
from workbench.gateway.assessing_desk import Asked, AssessmentDesk, Doing
from workbench.gateway.assessing_look import AssessmentLook
from workbench.gateway.assessing_runs import Runs
from workbench.gateway.assessing_told import AssessmentTold
from workbench.gateway.casework import Key
from workbench.ledger.record import Ledger
from workbench.ledger.usage import usage
from workbench.model.actor import Actor
from workbench.model.entry import EntryFilter, Event
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.store.session import Store

PAGE = 1000


@dataclass(frozen=True)
class Assessing:
    """``desk`` does, ``told`` answers; both over the same procedures and runs."""

    desk: AssessmentDesk
    told: AssessmentTold


def open_assessing(
    store: Store, ledger: Ledger, procedures: ProcedureDesk, state: Path
) -> Assessing:
    """``state``: the city's folder of state."""
    look, runs = AssessmentLook(lambda: store.procedures), Runs(state)
    desk = AssessmentDesk(
        look, procedures, runs, lambda digest: _recorded(ledger, digest), store.messages.make
    )  # fmt: skip
    return Assessing(desk, AssessmentTold(look, runs, desk))


def _recorded(ledger: Ledger, digest: str) -> bool:
    """Among the newest that a page holds (``PAGE``): a draft is opened soon after it was made."""
    wanted = EntryFilter(event=Event.assessment_run.value, limit=PAGE)
    return any(row.detail.get("sha256") == digest for row in usage(ledger.journal, wanted))


def add(app: FastAPI, assessing: Assessing, caller: Any) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""
    _add_looking(app, assessing, caller)
    assessment_views.add(app, assessing, caller)
    _add_steps(app, assessing, caller)
    _add_appeals(app, assessing, caller)


def _add_looking(app: FastAPI, assessing: Assessing, caller: Any) -> None:
    @app.get("/assessments")
    def listed(who: Actor = caller) -> list[a.AssessmentLine]:
        """Those that are the caller's to see, the newest first."""
        return assessing.told.lines(who)

    @app.get("/assessments/{assessment}/results")
    def results(assessment: str, who: Actor = caller) -> a.ResultsAnswer:
        """The ranking: published, or for who watches over all."""
        return assessing.told.results(assessment, who)

    @app.get("/assessments/{assessment}/sheet")
    def sheet(
        assessment: str,
        department: Annotated[str, Query(max_length=128)] = "",
        who: Actor = caller,
    ) -> a.SheetAnswer:
        """The caller's own department's; any department's for who watches over all."""
        return assessing.told.sheet(assessment, department, who)

    @app.get("/assessments/{assessment}/appeals")
    def appeals(assessment: str, who: Actor = caller) -> list[a.AppealLine]:
        return assessing.told.appeals(assessment, who)


def _add_steps(app: FastAPI, assessing: Assessing, caller: Any) -> None:
    @app.post("/assessments", status_code=201)
    def draft(body: a.OpenBody, who: Actor = caller, key: Key = "") -> a.AssessmentLine:
        """Hand in a run, which is kept already, as the draft."""
        return assessing.told.line(assessing.desk.open(body.run, who, key), who)

    @app.post("/assessments/{assessment}")
    def act(
        assessment: str, body: a.ActBody, who: Actor = caller, key: Key = ""
    ) -> a.AssessmentLine:
        """One step. 409 where somebody changed it since it was looked at."""
        doing = Doing(body.event, body.seen, body.reason, body.run)
        return assessing.told.line(assessing.desk.act(assessment, doing, who, key), who)


def _add_appeals(app: FastAPI, assessing: Assessing, caller: Any) -> None:
    @app.post("/assessments/{assessment}/appeals", status_code=201)
    def appeal(
        assessment: str, body: a.AppealBody, who: Actor = caller, key: Key = ""
    ) -> a.AppealLine:
        """Against one event in the sheet of the caller's department."""
        event = of_events.Event(who.department, body.indicator, body.item, body.day)
        asked = Asked(event, body.reason, body.amount, body.evidence)
        return assessing.told.appeal(assessing.desk.appeal(assessment, asked, who, key), who)

    @app.post("/appeals/{appeal}")
    def decide(appeal: str, body: a.DecideBody, who: Actor = caller, key: Key = "") -> a.AppealLine:
        """The panel accepts as asked or refuses; the department withdraws."""
        doing = Doing(body.event, body.seen, body.reason, evidence=body.evidence)
        return assessing.told.appeal(assessing.desk.decide(appeal, doing, who, key), who)
