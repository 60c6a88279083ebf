"""What if: shocks supposed by sliders, worked out from released figures, kept as named cases of the
department, compared side by side. The economy's formulas are loaded by the first question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.errors import Refused, WorkbenchError
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_step
from workbench.ui.desks.parts import cell, choice, figure, listing, moment, row
from workbench.ui.desks.what_if_forms import (
    COMPARE,
    DELETE,
    KEEP,
    RESTORE,
    TRIED,
    VERSUS,
    WORK,
    compare_form,
    compared,
    inputs_named,
    question_of,
    several,
    tried,
    untried,
    work_form,
)
from workbench.ui.desks.what_if_item import (
    interval_said,
    kept_item,
    name_of,
    percent,
    shocks_said,
    tried_item,
    versus_item,
)
from workbench.ui.panels import Context
from workbench.ui.whatif.answer import Answered, Inputs, Question, answer
from workbench.ui.words import Speech

DELETED = "deleted"


@dataclass(frozen=True)
class _Kept:
    inputs: Sequence[Inputs]
    cases: Sequence[Mapping[str, Any]]
    total: int


class WhatIf(Desk):
    def ask(self, client: Connection, asked: Asked) -> _Kept:
        gone = asked.filter("state") == DELETED
        found = client.what_ifs.list(deleted=gone, limit=LIMIT, offset=asked.offset)
        return _Kept(client.what_ifs.inputs(), found["cases"], found["total"])

    def shows(self, answer: _Kept, asked: Asked, context: Context) -> Json:
        speech = context.speech
        known = {one["id"]: one for one in answer.inputs}
        actions = [work_form(one, speech) for one in answer.inputs]
        if len(answer.cases) > 1 and asked.filter("state") != DELETED:
            actions.append(compare_form(answer.cases, speech))
        states = [("", speech._("kept")), (DELETED, speech._("deleted"))]
        return listing(
            _columns(speech),
            [_line(case, known.get(case["supposed"]["inputs"]), speech) for case in answer.cases],
            asked,
            total=answer.total,
            figures=[figure(speech._("Cases"), answer.total)],
            filters=[choice("state", speech._("State"), asked, states)],
            actions=actions,
            empty=speech._("No case is kept yet: suppose something, then keep it."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        speech = context.speech
        if id.startswith(TRIED):
            question = untried(id)
            inputs = inputs_named(client, question.inputs)
            return tried_item(answer(client, inputs, question), inputs, speech)
        known = {one["id"]: one for one in client.what_ifs.inputs()}
        if id.startswith(VERSUS):
            ids = several(id.removeprefix(VERSUS).split(","))
            return versus_item([client.what_ifs.get(one) for one in ids], known, speech)
        case = client.what_ifs.get(id)
        inputs_ = known.get(case["supposed"]["inputs"])
        return kept_item(case, inputs_, _anew(client, inputs_, case), speech)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        speech = context.speech
        if act.event.startswith(f"{WORK}:"):
            return Acted(item=self.item(client, tried(question_of(act)), context))
        if act.event == COMPARE:
            return Acted(item=self.item(client, VERSUS + ",".join(compared(act)), context))
        if act.event == KEEP and act.item.startswith(TRIED):
            kept = _keep(client, act)
            told = speech._("Kept as “{name}”.", name=kept["name"])
            return Acted(told=told, item=self.item(client, kept["id"], context))
        if act.event == DELETE:
            client.what_ifs.delete(act.item, act.seen)
            told = speech._("Deleted; it can be restored.")
        elif act.event == RESTORE:
            client.what_ifs.restore(act.item, act.seen)
            told = speech._("Restored.")
        else:
            raise no_such_step(act.event)
        return Acted(told=told, item=self.item(client, act.item, context))


def _keep(client: Connection, act: Act) -> Mapping[str, Any]:
    """Work it out once more, so that what is kept rests on one release, and keep that."""
    question = untried(act.item)
    found = answer(client, inputs_named(client, question.inputs), question)
    if found.outcome is None:
        raise WorkbenchError.of(found.reasons)
    return client.what_ifs.keep(
        act.text("name"),
        question.plain(),
        found.outcome,
        found.entry,
        key=act.key,
        note=act.text("note"),
    )


def _anew(client: Connection, inputs: Inputs | None, case: Mapping[str, Any]) -> Answered | None:
    """On the figures of today; None for who sees the case and holds no grant on its figures."""
    if inputs is None:
        return None
    try:
        return answer(client, inputs, Question(**case["supposed"]))
    except Refused:
        return None


def _columns(speech: Speech) -> list[tuple[str, str, str]]:
    return [
        ("name", speech._("Name"), "text"),
        ("target", speech._("What is asked about"), "text"),
        ("supposed", speech._("Supposed"), "text"),
        ("change", speech._("Change"), "number"),
        ("range", speech._("Interval"), "text"),
        ("months", speech._("Months"), "number"),
        ("maker", speech._("Kept by"), "text"),
        ("made", speech._("Kept"), "text"),
    ]


def _line(case: Mapping[str, Any], inputs: Inputs | None, speech: Speech) -> Json:
    outcome, supposed = case["outcome"], case["supposed"]
    cells = {
        "name": cell(case["name"], hint=case["note"]),
        "target": cell(name_of(supposed["target"], inputs, speech)),
        "supposed": cell(shocks_said(supposed, inputs, speech)),
        "change": cell(percent(outcome["value"], speech)),
        "range": cell(interval_said(outcome, speech), hint=f"{supposed['level']:.0%}"),
        "months": cell(str(outcome["observations"])),
        "maker": cell(case["maker"], hint=case["department"]),
        "made": cell(moment(case["made"])),
    }
    return row(case["id"], case["version"], cells)
