"""The desk of assessments: how far each has come; opened, the reader's own sheet with its cases and
advice, or, for who watches over all and once it is published, the ranking; appeals beside them.
What a reader is given and may do, the gateway decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.errors import WorkbenchError
from workbench.ui.desks.assessment_blocks import appeals_block, ranking_blocks, sheet_blocks
from workbench.ui.desks.assessment_forms import (
    APPEAL,
    SHEET,
    appeal_form,
    decision_forms,
    other_sheet_form,
    step_forms,
)
from workbench.ui.desks.assessment_words import state_cell
from workbench.ui.desks.desk import Act, Acted, Asked, Desk, Json, no_such_line
from workbench.ui.desks.parts import cell, day, fact, listing, row, said, until
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
PART = "/"
"""Between an assessment and a sheet or an appeal of it, in the id of what is opened."""


@dataclass(frozen=True)
class _Listed:
    """``appeals``: those that wait to be decided and the reader may see."""

    assessments: Sequence[Line]
    appeals: Sequence[Line]


class Assessments(Desk):
    """The newest first; under each the appeals against it that wait."""

    def ask(self, client: Connection, asked: Asked) -> _Listed:
        found = client.assessing.list()
        waiting = [
            one
            for line in found
            if line["appeals"].get("appealed")
            for one in client.assessing.appeals(line["id"])
            if one["state"] == "appealed"
        ]
        return _Listed(found, waiting)

    def shows(self, answer: _Listed, asked: Asked, context: Context) -> Json:
        speech = context.speech
        rows = [_line(one, context) for one in answer.assessments]
        rows += [_appeal_line(one, context) for one in answer.appeals]
        return listing(
            [
                ("what", speech._("Assessment"), "text"),
                ("state", speech._("State"), "text"),
                ("due", speech._("Due"), "text"),
                ("department", speech._("Department"), "text"),
            ],
            rows,
            asked,
            total=len(rows),
            empty=speech._("No assessment stands here."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        name, _, part = id.partition(PART)
        line = {one["id"]: one for one in client.assessing.list()}.get(name)
        if line is None:
            raise no_such_line(name)
        appeals = {one["id"]: one for one in client.assessing.appeals(name)}
        if part in appeals:
            return _appeal_item(line, appeals[part], context)
        return _assessment_item(client, line, list(appeals.values()), part, context)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        name, _, part = act.item.partition(PART)
        if not name:
            raise no_such_line(name)
        if act.event == SHEET:
            return Acted(item=self.item(client, f"{name}{PART}{act.text('department')}", context))
        if act.event == APPEAL:
            told = _appealed(client, name, act, context.speech)
        elif act.event in ("accept", "refuse", "withdraw") and part:
            client.assessing.decide(
                part, act.event, act.seen, reason=act.text("reason"), key=act.key
            )
            told = context.speech._("Entered.")
        else:
            client.assessing.act(
                name, act.event, act.seen, reason=act.text("reason"), key=act.key
            )  # fmt: skip
            told = context.speech._("Entered.")
        return Acted(told=told, item=self.item(client, act.item, context))


def _appealed(client: Connection, name: str, act: Act, speech: Speech) -> str:
    indicator, at, item = act.text("item").split(PART, 2)
    made = client.assessing.appeal(
        name, indicator, item, act.text("reason"), day=day(at), amount=act.text("amount"),
        evidence=act.text("evidence"), key=act.key,
    )  # fmt: skip
    return speech._("The appeal is {id}.", id=made["id"])


def _assessment_item(
    client: Connection, line: Line, appeals: Sequence[Line], department: str, context: Context
) -> Json:
    """The ranking where the reader is given it, and a sheet: the one that was asked for, else the
    reader's own where it has one."""
    speech = context.speech
    results = _given(client.assessing.results, line["id"])
    sheet = _given(client.assessing.sheet, line["id"], department)
    blocks = [] if results is None else ranking_blocks(results, speech)
    actions = step_forms(line, speech)
    if sheet is not None:
        blocks = [*sheet_blocks(sheet, speech), *blocks]
        actions += [appeal_form(sheet, speech)] if sheet["may_appeal"] else []
    if results is not None and len(results["sheets"]) > 1:
        actions.append(other_sheet_form(results, speech))
    blocks += [appeals_block(appeals, speech)] if appeals else []
    return _item(line["id"], line, blocks, actions, context)


def _given(ask: Any, *words: str) -> Line | None:
    """None where the gateway does not give it to this reader; what else went wrong is told where
    the list is asked for."""
    try:
        found: Line = ask(*words)
    except WorkbenchError as error:
        if error.code in ("not_yours", "not_found"):
            return None
        raise
    return found


def _appeal_item(line: Line, appeal: Line, context: Context) -> Json:
    speech = context.speech
    found = _item(
        f"{line['id']}{PART}{appeal['id']}",
        line,
        [appeals_block([appeal], speech)],
        decision_forms(appeal, speech),
        context,
    )
    return {**found, "version": appeal["version"], "state": state_cell(appeal["state"], speech)}


def _item(
    id: str,  # noqa: A002
    line: Line,
    blocks: Sequence[Json],
    actions: Sequence[Json],
    context: Context,
) -> Json:
    speech = context.speech
    facts = [
        fact(speech._("Data"), speech._("synthetic") if line["synthetic"] else ""),
        fact(speech._("Data until"), line["as_of"]),
        fact(speech._("Appeals until"), line["until"]),
        fact(speech._("Signed by"), ", ".join(line["signed_by"])),
        fact(speech._("Procedure"), line["id"]),
        fact(speech._("Digest (SHA-256)"), line["run"]),
    ]
    return {
        "id": id,
        "title": _title(line, speech),
        "version": line["version"],
        "state": state_cell(line["state"], speech),
        "facts": [one for one in facts if one["value"]],
        "blocks": list(blocks),
        "actions": list(actions),
    }


def _title(line: Line, speech: Speech) -> str:
    return f"{said(line['title'], speech.language)} · {line['year']}"


def _line(one: Line, context: Context) -> Json:
    today = context.today
    assert today is not None  # the page's context knows its day
    cells = {
        "what": cell(_title(one, context.speech), hint=one["id"]),
        "state": state_cell(one["state"], context.speech),
        "due": until(one["until"], today, context.speech),
        "department": cell(one["evaluator"]),
    }
    return row(one["id"], one["version"], cells)


def _appeal_line(one: Line, context: Context) -> Json:
    today = context.today
    assert today is not None  # the page's context knows its day
    told = context.speech._("Appeal: {indicator}, {item}", **{k: one[k] for k in _NAMED})
    cells = {
        "what": cell(told, hint=one["id"]),
        "state": state_cell(one["state"], context.speech),
        "due": until(one["due"], today, context.speech),
        "department": cell(one["department"]),
    }
    return row(f"{one['assessment']}{PART}{one['id']}", one["version"], cells)


_NAMED = ("indicator", "item")
