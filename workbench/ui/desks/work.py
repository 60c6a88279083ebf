"""The desks of cases: those of one's own department, those that one decides or watches over, and
what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks import applying
from workbench.ui.desks.application_form import APPLY, RESUBMIT, application_of
from workbench.ui.desks.case_forms import UNIQUENESS, terms_of
from workbench.ui.desks.case_item import case_item, state_cell
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.desks.parts import (
    DUE_DAYS,
    cell,
    choice,
    figure,
    listing,
    moment,
    row,
    said,
    typed,
    until,
)
from workbench.ui.panels import Context
from workbench.ui.words import Speech

SHOWN: Mapping[str, Sequence[str]] = {
    "open": ("under_review", "returned", "approved"),
    "live": ("active", "rectifying", "suspended"),
    "over": ("refused", "withdrawn", "ended", "revoked"),
    "all": (),
}
"""What a list shows, by the states of cases."""
WITHIN_DAYS = 30
"""What is due so soon is listed (our default)."""
MOST_DUE = 200
_STARTING = frozenset({applying.FROM_QUERY, applying.FROM_CATALOGUE, applying.FROM_DRAFT})


class CaseDesk(Desk):
    """What the desks of cases have in common: a case opened, and acted on."""

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if not id:
            raise no_such_line(id)
        return case_item(client.cases.get(id), context)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        speech = context.speech
        if not act.item:
            return self._begun(client, act, context)
        if act.event == UNIQUENESS:
            found = client.cases.uniqueness(act.item)
            return Acted(item=case_item(client.cases.get(act.item), context, found))
        case = client.cases.act(act.item, act.event, act.seen, key=act.key, **_said(act))
        told = speech._("Done: {state}.", state=said(case["told"], speech.language))
        return Acted(told=told, item=case_item(client.cases.get(act.item), context))

    def _begun(self, client: Connection, act: Act, context: Context) -> Acted:
        """An application, from its beginning to where it becomes a case."""
        if act.event in _STARTING:
            return applying.started(client, act, context.speech)
        if act.event != APPLY:
            raise no_such_step(act.event)
        acted, case = applying.applied(client, act, context.speech)
        if case is None:
            return acted
        return Acted(told=acted.told, item=self.item(client, case["id"], context))


def _said(act: Act) -> dict[str, Any]:
    """What a step brings along."""
    if act.event == RESUBMIT:
        return {"application": application_of(act)}
    return {
        "reason": act.text("reason"),
        "basis": act.text("basis"),
        "days": act.number("days"),
        "terms": terms_of(act),
    }


@dataclass(frozen=True)
class _Listed:
    """``counts``: how many cases stand in each of ``SHOWN``."""

    cases: Sequence[Mapping[str, Any]]
    total: int
    counts: Mapping[str, int]
    catalogue: Sequence[Mapping[str, Any]] = ()


class Cases(CaseDesk):
    """The cases that concern the reader, by where they stand."""

    first = "open"

    def ask(self, client: Connection, asked: Asked) -> _Listed:
        states = SHOWN.get(asked.filter("show") or self.first, ())
        department = self._department(client)
        page = client.cases.list(
            states=states,
            limit=LIMIT,
            offset=asked.offset,
            department=department or asked.filter("department"),
            resource=asked.filter("resource"),
            scenario=asked.filter("scenario"),
        )
        counts = {
            name: client.cases.list(states=SHOWN[name], limit=1, department=department)["total"]
            for name in ("open", "live")
        }
        return _Listed(page["cases"], page["total"], counts, self._catalogue(client))

    def _department(self, client: Connection) -> str:
        """Whose cases alone: "" for all that the reader may see, which the gateway knows."""
        return ""

    def _catalogue(self, client: Connection) -> Sequence[Mapping[str, Any]]:
        return ()

    def shows(self, answer: _Listed, asked: Asked, context: Context) -> Json:
        speech = context.speech
        return listing(
            _columns(speech),
            [_line(case, context) for case in answer.cases],
            asked,
            total=answer.total,
            figures=[
                figure(speech._("Open"), answer.counts["open"], _if(answer.counts["open"], "due")),
                figure(speech._("Granted"), answer.counts["live"]),
            ],
            filters=self._filters(asked, speech),
            actions=self._actions(answer, speech),
            empty=speech._("No case stands here."),
        )

    def _filters(self, asked: Asked, speech: Speech) -> list[Json]:
        shown = [
            ("open", speech._("Open")),
            ("live", speech._("Granted")),
            ("over", speech._("Over")),
            ("all", speech._("All")),
        ]
        return [
            choice("show", speech._("Cases"), asked, shown, self.first),
            typed("department", speech._("Department"), asked),
            typed("resource", speech._("Resource"), asked),
            typed("scenario", speech._("Scenario"), asked),
        ]

    def _actions(self, answer: _Listed, speech: Speech) -> list[Json]:
        return []


class Applications(Cases):
    """Those of one's own department; here one applies."""

    first = "all"

    def _department(self, client: Connection) -> str:
        return str(client.whoami()[0]["department"])

    def _catalogue(self, client: Connection) -> Sequence[Mapping[str, Any]]:
        return list(client.catalogue())

    def _filters(self, asked: Asked, speech: Speech) -> list[Json]:
        return [f for f in super()._filters(asked, speech) if f["key"] != "department"]

    def _actions(self, answer: _Listed, speech: Speech) -> list[Json]:
        return applying.starting_forms(answer.catalogue, speech)


class DueList(CaseDesk):
    """What is due, the overdue first: by whom, by which article (Heilongjiang 2025 art. 42)."""

    def ask(self, client: Connection, asked: Asked) -> Sequence[Mapping[str, Any]]:
        return client.cases.due(within=WITHIN_DAYS, limit=MOST_DUE)

    def shows(self, answer: Sequence[Mapping[str, Any]], asked: Asked, context: Context) -> Json:
        speech = context.speech
        late = sum(1 for one in answer if one["days"] < 0)
        soon = sum(1 for one in answer if 0 <= one["days"] <= DUE_DAYS)
        shown = answer[asked.offset : asked.offset + LIMIT]
        return listing(
            [
                ("due", speech._("Due"), "text"),
                ("who", speech._("Who acts"), "text"),
                ("what", speech._("Deadline"), "text"),
                ("article", speech._("Article"), "text"),
                ("resource", speech._("Resource"), "text"),
                ("department", speech._("Applies"), "text"),
                ("state", speech._("State"), "text"),
            ],
            [_due_line(one, context) for one in shown],
            asked,
            total=len(answer),
            figures=[
                figure(speech._("Overdue"), late, _if(late, "late")),
                figure(speech._("Due in {days} days", days=DUE_DAYS), soon, _if(soon, "due")),
                figure(speech._("Due in {days} days", days=WITHIN_DAYS), len(answer)),
            ],
            empty=speech._("Nothing is due in the next {days} days.", days=WITHIN_DAYS),
        )


def _columns(speech: Speech) -> list[tuple[str, str, str]]:
    return [
        ("state", speech._("State"), "text"),
        ("resource", speech._("Resource"), "text"),
        ("department", speech._("Applies"), "text"),
        ("provider", speech._("Provides"), "text"),
        ("scenario", speech._("Scenario"), "text"),
        ("due", speech._("Due"), "text"),
        ("until", speech._("Until"), "text"),
        ("opened", speech._("Applied on"), "text"),
    ]


def _line(case: Mapping[str, Any], context: Context) -> Json:
    today = context.today
    assert today is not None  # the page's context knows its day
    due = until(case["due"], today, context.speech, DUE_DAYS)
    cells = {
        "state": state_cell(case, context.speech),
        "resource": cell(case["resource"], hint=case["id"]),
        "department": cell(case["department"]),
        "provider": cell(case["provider"]),
        "scenario": cell(case["scenario"]),
        "due": due,
        "until": until(case["until"], today, context.speech),
        "opened": cell(moment(case["opened"])[:10], hint=moment(case["opened"])),
    }
    return row(case["id"], case["version"], cells, due["tone"])


def _due_line(one: Mapping[str, Any], context: Context) -> Json:
    speech, today = context.speech, context.today
    assert today is not None
    due = until(one["due"], today, speech, DUE_DAYS)
    if one["provisional"]:
        due = {**due, "text": speech._("{day} (provisional)", day=due["text"])}
    article = speech._("article {number}", number=one["article"]) if one["article"] else ""
    cells = {
        "due": due,
        "who": cell(one["who"]),
        "what": cell(said(one["about"], speech.language), hint=one["key"]),
        "article": cell(article),
        "resource": cell(one["resource"], hint=one["id"]),
        "department": cell(one["department"]),
        "state": state_cell(one, speech),
    }
    return row(one["id"], one["version"], cells, due["tone"])


def _if(number: int, tone: str) -> str:
    return tone if number else ""
