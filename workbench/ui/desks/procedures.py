"""The desks of procedures beside sharing: what is due of them, and all that concern the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_line
from workbench.ui.desks.parts import cell, choice, figure, listing, moment, row, said, typed, until
from workbench.ui.desks.procedure_forms import command_of
from workbench.ui.desks.procedure_item import procedure_item, stands
from workbench.ui.desks.procedure_opening import beginning_form, opened
from workbench.ui.desks.procedure_words import NEAR_DAYS
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
MOST_READ = 500
"""Procedures in one answer at most, as the gateway gives them."""
RUNNING, OVER, ALL_OF_THEM = "running", "over", "all"
_STATE = "state:"
"""Before the name of one state of the kind that is chosen."""


class ProcedureBench(Desk):
    """What the desks of procedures have in common: one opened, and acted on."""

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if not id:
            raise no_such_line(id)
        return procedure_item(client.procedures.get(id), context)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        speech = context.speech
        if not act.item:
            acted, id_ = opened(client, act, speech)
            return Acted(told=acted.told, item=self.item(client, id_, context)) if id_ else acted
        done = client.procedures.act(
            act.item, act.event, act.seen, key=act.key, **command_of(act)
        )  # fmt: skip
        told = speech._("Done: {state}.", state=said(done["told"], speech.language))
        return Acted(told=told, item=self.item(client, act.item, context))


@dataclass(frozen=True)
class _Listed:
    """``states``: those that the chosen kind is in; ``unread``: older ones that were not looked
    through for a state."""

    rows: Sequence[Line]
    total: int
    kinds: Line
    me: Line
    states: Mapping[str, Line]
    unread: int = 0


class Procedures(ProcedureBench):
    """Those that concern the reader, the newest first; here one is opened."""

    def ask(self, client: Connection, asked: Asked) -> _Listed:
        show, kind = asked.filter("show") or RUNNING, asked.filter("kind")
        wanted: dict[str, Any] = {key: asked.filter(key) for key in _NAMED}
        wanted["kinds"] = [kind] if kind else []
        kinds, me = client.procedures.kinds(), client.whoami()[0]
        whole = show not in (RUNNING, ALL_OF_THEM)
        read: Line = {"total": 0, "procedures": []}
        if whole or kind:
            read = client.procedures.list(limit=MOST_READ, **wanted)
        states = {one["state"]: one["told"] for one in read["procedures"]} if kind else {}
        if whole:
            found = [one for one in read["procedures"] if _fits(one, show)]
            shown = found[asked.offset : asked.offset + LIMIT]
            unread = read["total"] - len(read["procedures"])
            return _Listed(shown, len(found), kinds, me, states, unread)
        page = client.procedures.list(
            running=show == RUNNING, limit=LIMIT, offset=asked.offset, **wanted
        )
        return _Listed(page["procedures"], page["total"], kinds, me, states)

    def shows(self, answer: _Listed, asked: Asked, context: Context) -> Json:
        speech = context.speech
        return listing(
            [
                ("kind", speech._("Procedure"), "text"),
                ("state", speech._("State"), "text"),
                ("due", speech._("Due"), "text"),
                ("resource", speech._("Resource"), "text"),
                ("department", speech._("Opened by"), "text"),
                ("provider", speech._("Provides"), "text"),
                ("opened", speech._("Opened"), "text"),
            ],
            [_line(one, context) for one in answer.rows],
            asked,
            total=answer.total,
            figures=_figures(answer, speech),
            filters=_filters(answer, asked, speech),
            actions=beginning_form(answer.kinds, answer.me, speech),
            empty=speech._("No procedure stands here."),
        )


_NAMED = ("resource", "department", "provider")


def _fits(one: Line, show: str) -> bool:
    if show.startswith(_STATE):
        return bool(one["state"] == show.removeprefix(_STATE))
    return bool(one["over"])


def _figures(answer: _Listed, speech: Speech) -> list[Json]:
    found = []
    if answer.unread > 0:
        label = speech._("Older ones, not looked through: choose a kind")
        found.append(figure(label, answer.unread, "due"))
    if answer.kinds["unreadable"]:
        names = speech._(", ").join(answer.kinds["unreadable"])
        found.append(figure(speech._("Definitions that cannot be read"), names, "late"))
    return found


def _filters(answer: _Listed, asked: Asked, speech: Speech) -> list[Json]:
    shown = [
        (RUNNING, speech._("Running")),
        (OVER, speech._("Over")),
        (ALL_OF_THEM, speech._("All")),
    ]
    shown += [
        (f"{_STATE}{name}", said(told, speech.language)) for name, told in answer.states.items()
    ]
    kinds = [(one["id"], said(one["title"], speech.language)) for one in answer.kinds["kinds"]]
    return [
        choice("show", speech._("State"), asked, shown, RUNNING),
        choice("kind", speech._("Kind"), asked, kinds),
        typed("resource", speech._("Resource"), asked),
        typed("department", speech._("Opened by"), asked),
        typed("provider", speech._("Provides"), asked),
    ]


def _line(one: Line, context: Context) -> Json:
    today = context.today
    assert today is not None  # the page's context knows its day
    due = until(None if one["over"] else one["due"], today, context.speech, NEAR_DAYS)
    cells = {
        "kind": cell(said(one["title"], context.speech.language), hint=one["id"]),
        "state": stands(one, context.speech),
        "due": due,
        "resource": cell(one["resource"]),
        "department": cell(one["department"]),
        "provider": cell(one["provider"]),
        "opened": cell(moment(one["opened"])[:10], hint=moment(one["opened"])),
    }
    return row(one["id"], one["version"], cells, "off" if one["over"] else due["tone"])
