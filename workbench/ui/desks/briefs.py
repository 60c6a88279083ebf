"""The desk of monthly briefs: the months with how far each has come, the signed ones to read and to
take along, and what changed against the month before's. What is not signed is listed for those who
deal with the sign-off alone: what a reader is given, the gateway decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.desk import Act, Acted, Asked, Desk, Json, no_such_line, no_such_step
from workbench.ui.desks.parts import block, cell, fact, form, lines, listing, moment, row
from workbench.ui.panels import Context
from workbench.ui.words import Speech

Line = Mapping[str, Any]
TAKE = "take"
_TONES = {"draft": "due", "check": "due", "return": "off", "withdraw": "off"}


class Briefs(Desk):
    """An open page does not ask again by itself."""

    lives = False

    def ask(self, client: Connection, asked: Asked) -> Sequence[Line]:
        return client.briefs.list()

    def shows(self, answer: Sequence[Line], asked: Asked, context: Context) -> Json:
        speech = context.speech
        return listing(
            [
                ("month", speech._("Month"), "text"),
                ("state", speech._("State"), "text"),
                ("drafted", speech._("Drafted by"), "text"),
                ("checked", speech._("Checked by"), "text"),
                ("signed", speech._("Signed by"), "text"),
                ("changed", speech._("Last step"), "text"),
            ],
            [_line(one, speech) for one in answer],
            asked,
            total=len(answer),
            empty=speech._("No brief is signed yet."),
        )

    def item(self, client: Connection, id: str, context: Context) -> Json:  # noqa: A002
        if not id:
            raise no_such_line(id)
        found = client.briefs.get(id)
        return brief_item(found, _before(client, found, context), context)

    def act(self, client: Connection, act: Act, context: Context) -> Acted:
        """A file to take along: entered in the ledger before it is given."""
        event, _, which = act.event.partition(":")
        language, _, kind = which.partition(".")
        if event != TAKE or not act.item:
            raise no_such_step(act.event)
        found = client.briefs.take(act.item, language, kind)
        file = {"name": found["name"], "type": found["type"], "content": found["content"]}
        told = context.speech._("Taken along, and entered in the ledger: {name}", name=file["name"])
        return Acted(told=told, download=file)


def brief_item(found: Line, before: Line | None, context: Context) -> Json:
    """``found`` as the gateway answers it; ``before``: the brief that it is compared with, where
    the reader is given it."""
    speech, line, document = context.speech, found["line"], found["document"]
    title = document["title"][speech.language]
    marks = [] if line["signed"] else [lines(speech._("DRAFT"), [speech._("This is not signed.")])]
    made = [one for section in document["sections"] for one in _section(section, speech)]
    changes = [] if before is None else [_changed(document, before["document"], speech)]
    return {
        "id": line["digest"],
        "title": f"{title} · {document['month'][:7]}",
        "version": 1,
        "state": _state(line, speech),
        "facts": _facts(line, document, speech),
        "blocks": [*marks, *changes, *made],
        "actions": [_take(which, speech) for which in line["taken"]],
    }


def _before(client: Connection, found: Line, context: Context) -> Line | None:
    """The brief that this one names as the month before's, where it is in the reader's list."""
    digest = found["document"]["before"]
    known = {one["digest"] for one in client.briefs.list()} if digest else set()
    return client.briefs.get(digest) if digest in known else None


def _line(one: Line, speech: Speech) -> Json:
    cells = {
        "month": cell(one["month"][:7]),
        "state": _state(one, speech),
        "drafted": cell(one["drafted_by"]),
        "checked": cell(one["checked_by"]),
        "signed": cell(one["signed_by"]),
        "changed": cell(moment(one["changed"])),
    }
    return row(one["digest"], 1, cells, "" if one["signed"] else "off")


def _state(line: Line, speech: Speech) -> Json:
    words = {
        "draft": speech._("to be checked"),
        "check": speech._("to be signed"),
        "sign": speech._("signed"),
        "show": speech._("signed and shown"),
        "return": speech._("returned"),
        "withdraw": speech._("withdrawn"),
    }
    return cell(words.get(line["state"], line["state"]), _TONES.get(line["state"], "good"))


def _facts(line: Line, document: Line, speech: Speech) -> list[Json]:
    found = [
        fact(speech._("Issued by"), document["issuer"][speech.language]),
        fact(speech._("Data until"), document["as_of"]),
        fact(speech._("Data"), speech._("synthetic") if document["synthetic"] else ""),
        fact(speech._("Drafted by"), line["drafted_by"]),
        fact(speech._("Checked by"), line["checked_by"]),
        fact(speech._("Signed by"), line["signed_by"]),
        fact(speech._("Procedure"), line["case"]),
        fact(speech._("Digest (SHA-256)"), line["digest"]),
    ]
    return [one for one in found if one["value"]]


def _take(which: str, speech: Speech) -> Json:
    language, _, kind = which.partition(".")
    spoken = {"zh": speech._("in Chinese"), "en": speech._("in English")}.get(language, language)
    label = speech._("Take along: {form}, {language}", form=kind.upper(), language=spoken)
    told = speech._("Who takes which file along is entered in the ledger.")
    return form(f"{TAKE}:{which}", label, [], submit=label, what=told)


# What it says ------------------------------------------------------------------------------------


def _section(section: Line, speech: Speech) -> Iterator[Json]:
    """Its sentences together, then its tables; a drawing as the words that tell it (the files have
    the drawings)."""
    title = section["title"][speech.language]
    told = [_words(one["text"], speech) for one in section["blocks"] if one["kind"] == "paragraph"]
    told += [c for one in section["blocks"] if one["kind"] == "cards" for c in _cards(one, speech)]
    told += [one["told"][speech.language] for one in section["blocks"] if one["kind"] == "chart"]
    if told:
        yield lines(title, told)
    for one in section["blocks"]:
        if one["kind"] == "table":
            yield _table(one, speech)


def _cards(one: Line, speech: Speech) -> list[str]:
    return [
        f"{card['label'][speech.language]}: {card['value'][speech.language]} "
        f"{_words(card['under'], speech)}".strip()
        for card in one["cards"]
    ]


def _table(one: Line, speech: Speech) -> Json:
    columns = [(str(i), head["title"][speech.language]) for i, head in enumerate(one["heads"])]
    rows = (
        {str(i): cell(_words(text, speech)) for i, text in enumerate(texts)}
        for texts in one["rows"]
    )
    return block(one["caption"][speech.language], columns, rows)


def _words(runs: Sequence[Line], speech: Speech) -> str:
    return "".join(str(run[speech.language]) for run in runs)


def _changed(now: Line, before: Line, speech: Speech) -> Json:
    """Figures that both briefs print, where they differ."""
    known = {one["key"]: one for one in before["figures"] if one["zh"]}
    columns = [
        ("what", speech._("Figure")),
        ("before", f"{before['month'][:7]}"),
        ("now", f"{now['month'][:7]}"),
    ]
    rows = [
        {
            "what": cell(one["what"][speech.language]),
            "before": cell(known[one["key"]][speech.language]),
            "now": cell(one[speech.language]),
        }
        for one in now["figures"]
        if one["zh"] and one["key"] in known and known[one["key"]]["value"] != one["value"]
    ]
    return block(speech._("What changed against the month before's brief"), columns, rows)
