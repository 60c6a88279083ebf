"""The trail: who did what under which scenario, what is known of one enterprise, and whether the
ledger is whole. For auditors (Foshan 2019 art. 40); looking is recorded, too."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.client.connection import Connection
from workbench.errors import Code, Text, simple
from workbench.ui.desks.desk import LIMIT, Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.desks.enterprise import ENTERPRISE, enterprise_item
from workbench.ui.desks.parts import (
    block,
    cell,
    entry,
    fact,
    form,
    lines,
    listing,
    moment,
    row,
    said,
    typed,
)
from workbench.ui.desks.verification import AGAIN, CHECK, check_figures, check_item
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Row = Mapping[str, Any]
MOST_KEY = 128
"""Characters of a key, as the gateway takes them."""
MOST = 500
"""Entries that can be paged through under one choice; further down by the number of an entry."""
VERIFY = "verify"


@dataclass(frozen=True)
class _Read:
    """``more``: whether there are older entries than these."""

    rows: Sequence[Row]
    more: bool
    check: Row


class Trail(Desk):
    """Reading is recorded, so an open page does not read again by itself."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> _Read:
        named = {
            key: asked.filter(key)
            for key in ("person", "scenario", "resource", "event", "since", "until")
        }
        limit = min(asked.offset + LIMIT, MOST)
        before = entry_number(asked.filter("before")) if asked.filter("before") else None
        found = client.trail.list(before=before, limit=limit, **named)
        rows = found["rows"][asked.offset :]
        return _Read(rows, found["before"] is not None, client.trail.verification())

    def shows(self, answer: _Read, asked: Asked, context: Context) -> Json:
        speech = context.speech
        return listing(
            [
                ("seq", speech._("Entry"), "number"),
                ("at", speech._("When"), "text"),
                ("event", speech._("Event"), "text"),
                ("person", speech._("Person"), "text"),
                ("department", speech._("Department"), "text"),
                ("scenario", speech._("Scenario"), "text"),
                ("content", speech._("Content"), "text"),
            ],
            [_line(one, speech) for one in answer.rows],
            asked,
            total=None if answer.more else asked.offset + len(answer.rows),
            more=answer.more and asked.offset + LIMIT < MOST,
            figures=check_figures(answer.check, speech),
            filters=_filters(asked, speech),
            actions=_actions(answer.check, speech),
            empty=speech._("No entry meets this choice."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if id == CHECK:
            return check_item(client.trail.verification(), context.speech)
        found = client.trail.list(before=entry_number(id) + 1, limit=1)["rows"]
        if not found or str(found[0]["seq"]) != id:
            raise no_such_line(id)
        return _item(found[0], context.speech)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        speech = context.speech
        if act.event == VERIFY:
            return Acted(item=check_item(client.trail.verify(), speech))
        if act.event == AGAIN:
            return Acted(item=check_item(client.trail.verification(), speech))
        if act.event == ENTERPRISE:
            found = client.trail.enterprise(
                act.text("key"), act.text("scenario"), act.text("since") or None
            )
            return Acted(item=enterprise_item(found, speech))
        raise no_such_step(act.event)


def entry_number(text: str) -> int:
    """Raises InvalidInput for what is no number of an entry."""
    if not text.isdecimal():
        raise simple(
            Code.invalid_request,
            f"{text[:40]} 不是账本编号。",
            f"{text[:40]} is not the number of an entry.",
            next=Text("请填写整数。", "Write a whole number."),
            subject=text[:40],
        )
    return int(text)


def _filters(asked: Asked, speech: Speech) -> list[Json]:
    return [
        typed("person", speech._("Person"), asked),
        typed("scenario", speech._("Scenario"), asked),
        typed("resource", speech._("Resource"), asked),
        typed("event", speech._("Event"), asked),
        typed("since", speech._("From"), asked, "day"),
        typed("until", speech._("To"), asked, "day"),
        typed("before", speech._("Before entry"), asked),
    ]


def _person(one: Row) -> str:
    """Who did it; of a page, who was looking too."""
    return f"{one['actor']} ({one['viewer']})" if one["viewer"] else str(one["actor"])


def _content(one: Row) -> str:
    return "; ".join(f"{name}: {', '.join(cols)}" for name, cols in sorted(one["content"].items()))


def _line(one: Row, speech: Speech) -> Json:
    event = said(one["told"], speech.language)
    if not one["readable"]:
        event = speech._("unreadable: verify the ledger")
    cells = {
        "seq": cell(f"{one['seq']:,}"),
        "at": cell(moment(one["at"], seconds=True)),
        "event": cell(event, "" if one["readable"] else "late", one["event"]),
        "person": cell(_person(one)),
        "department": cell(one["department"]),
        "scenario": cell(one["scenario"]),
        "content": cell(_content(one)),
    }
    return row(str(one["seq"]), 0, cells, "" if one["readable"] else "late")


def _item(one: Row, speech: Speech) -> Json:
    facts = [
        fact(speech._("Entry"), f"{one['seq']:,}"),
        fact(speech._("When"), moment(one["at"], seconds=True)),
        fact(speech._("Person"), _person(one)),
        fact(speech._("Department"), one["department"]),
        fact(speech._("Scenario"), one["scenario"]),
        fact(speech._("What for"), one["purpose"]),
        fact(speech._("Decided by"), one["approver"]),
        fact(speech._("Method"), one["method"]),
        fact(speech._("Medium"), one["medium"]),
        fact(speech._("Result"), one["release"]),
        fact(speech._("Digest"), one["hash"]),
    ]
    detail = [f"{name}: {_plain(value)}" for name, value in sorted(one["detail"].items())]
    columns = [("resource", speech._("Resource")), ("columns", speech._("Columns"))]
    content = (
        {"resource": cell(name), "columns": cell(", ".join(cols))}
        for name, cols in sorted(one["content"].items())
    )
    blocks = [block(speech._("Content"), columns, content)] if one["content"] else []
    return {
        "id": str(one["seq"]),
        "title": said(one["told"], speech.language),
        "version": 0,
        "state": cell("" if one["readable"] else speech._("unreadable: verify the ledger"), "late"),
        "facts": [found for found in facts if found["value"]],
        "blocks": [*blocks, *([lines(speech._("Detail"), detail)] if detail else [])],
        "actions": [],
    }


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _actions(check: Row, speech: Speech) -> list[Json]:
    verify = form(
        VERIFY,
        speech._("Verify the ledger"),
        [],
        submit=speech._("Verify"),
        what=speech._("Every entry, every checkpoint and every case; minutes on a large ledger."),
        tone="primary",
    )
    enterprise = form(
        ENTERPRISE,
        speech._("Who could have seen an enterprise"),
        [
            entry(
                "key",
                speech._("Credit code or other key"),
                required=True,
                hint=speech._("The ledger keeps a digest of it, never the code."),
                most=MOST_KEY,
            ),
            entry("scenario", speech._("Scenario"), most=128),
            entry("since", speech._("Since"), "day"),
        ],
        submit=speech._("Look"),
        what=speech._("Looks for its rows in the current extracts; takes seconds."),
        slow=True,
    )
    return [verify, enterprise]
