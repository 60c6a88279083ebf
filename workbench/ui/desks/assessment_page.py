"""The page of an assessment: its ranking by peer group, dimensions by department, a department's
sheet down to the events, what if. It only looks: what is done stands at the desk of assessments.
What a reader is given, the gateway decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.model.actor import Role
from workbench.ui.desks.assessment_events import events_item
from workbench.ui.desks.assessment_list import ASSESSMENT, PART, nothing, shown
from workbench.ui.desks.assessment_moves import supposed_item
from workbench.ui.desks.assessment_overview import Overview, overview_of
from workbench.ui.desks.assessment_sheet import Intervals, sheet_item
from workbench.ui.desks.assessment_supposing import (
    CHOOSE,
    ONE,
    TRIED,
    WEIGHTS,
    meant,
    one_form,
    suppose_forms,
    tried,
    untried,
)
from workbench.ui.desks.desk import Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]


@dataclass(frozen=True)
class _Seen:
    lines: Sequence[Line]
    overview: Overview | None


class AssessmentResults(Desk):
    """A run does not change by itself, and to score one takes seconds: it is asked for once."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> _Seen:
        found = client.assessing.list()
        if not found:
            return _Seen(found, None)
        known = [one["id"] for one in found]
        wanted = asked.filter(ASSESSMENT)
        return _Seen(found, overview_of(client, wanted if wanted in known else known[0]))

    def shows(self, answer: _Seen, asked: Asked, context: Context) -> Json:
        speech = context.speech
        if answer.overview is None:
            return nothing(asked, speech)
        actions = suppose_forms(answer.overview, speech) if answer.overview.whose else []
        return shown(answer.overview, answer.lines, asked, actions, speech)

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if TRIED in id:
            assessment, changes = untried(id)
            found = overview_of(client, assessment)
            answer = client.assessing.suppose(assessment, changes)
            actions = suppose_forms(found, context.speech, changes)
            return supposed_item(found, changes, answer, actions, context.speech)
        assessment, _, rest = id.partition(PART)
        department, _, indicator = rest.partition(PART)
        found = overview_of(client, assessment)
        return _looked(client, found, department, indicator, context.speech)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        event, _, about = act.event.partition(":")
        assessment = about.partition(":")[0]
        if event not in (WEIGHTS, CHOOSE, ONE):
            raise no_such_step(act.event)
        found = overview_of(client, assessment)
        if event == CHOOSE:
            name = act.text("indicator")
            if name not in found.indicators:
                raise no_such_line(name)
            _, before = untried(act.item)
            return Acted(form=one_form(found, name, context.speech, before))
        return Acted(item=self.item(client, tried(assessment, meant(act, found)), context))


def _looked(
    client: Connection, found: Overview, department: str, indicator: str, speech: Speech
) -> Json:
    """A sheet, or with ``indicator`` the events behind it; of who is not the reader's to see, their
    place alone."""
    if department not in found.whose:
        if department not in found.places:
            raise no_such_line(department)
        return sheet_item(found, department, None, {}, [], speech)
    sheet = client.assessing.sheet(found.id, department)
    given = _intervals(client, found.id, department)
    if not indicator:
        return sheet_item(found, department, sheet, given, suppose_forms(found, speech), speech)
    if indicator not in found.indicators:
        raise no_such_line(indicator)
    actions = suppose_forms(found, speech, indicator=indicator)
    trail = Role.auditor in client.whoami()[0]["roles"]
    return events_item(found, sheet, indicator, given, actions, speech, trail=trail)


def _intervals(client: Connection, assessment: str, department: str) -> Intervals:
    found = client.assessing.intervals(assessment, department)
    return {one["indicator"]: (one["low"], one["high"]) for one in found}
