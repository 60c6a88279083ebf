"""To apply at a desk: from a refused query, from the catalogue, or from a draft; then the form of
the application itself, which an officer sends and everybody else takes along as a file."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.client.connection import Connection
from workbench.declared.findings import raise_errors
from workbench.declared.yaml import parse
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.actor import Role
from workbench.ui.desks.application_form import application_form, application_of
from workbench.ui.desks.columns import is_spec
from workbench.ui.desks.desk import Act, Acted, Json
from workbench.ui.desks.parts import entry, form
from workbench.ui.words import Speech

FROM_QUERY, FROM_CATALOGUE, FROM_DRAFT = "from_query", "from_catalogue", "from_draft"
MOST_DRAFT = 200_000
"""Characters of a draft or a statement (our default)."""


def starting_forms(catalogue: Sequence[Mapping[str, Any]], speech: Speech) -> list[Json]:
    """The ways into an application."""
    title = "zh" if speech.language == "zh" else "en"
    resources = [
        (one["name"], f"{one['title'][title]} · {one['name']}")
        for one in catalogue
        if one["columns"]
    ]
    scenario = entry("scenario", speech._("Scenario"), required=True, most=128)
    return [
        form(
            FROM_QUERY,
            speech._("Apply for what a query was refused"),
            [
                scenario,
                entry(
                    "statement",
                    speech._("The statement that was refused"),
                    "code",
                    required=True,
                    most=MOST_DRAFT,
                ),
            ],
            submit=speech._("Draft the application"),
            tone="primary",
            what=speech._("The statement is read and not run; what it lacks becomes the draft."),
        ),
        form(
            FROM_CATALOGUE,
            speech._("Apply for a resource"),
            [
                scenario,
                entry("resource", speech._("Resource"), "choice", required=True, options=resources),
            ],
            submit=speech._("Choose columns"),
        ),
        form(
            FROM_DRAFT,
            speech._("Apply from a draft"),
            [
                entry(
                    "draft",
                    speech._("The draft, as a refused query shows it"),
                    "code",
                    required=True,
                    most=MOST_DRAFT,
                )
            ],
            submit=speech._("Open the draft"),
        ),
    ]


def started(client: Connection, act: Act, speech: Speech) -> Acted:
    """The form of the application that one of the ways leads to."""
    if act.event == FROM_QUERY:
        return _from_query(client, act, speech)
    if act.event == FROM_CATALOGUE:
        return _from_catalogue(client, act, speech)
    application = _read(act.text("draft"))
    return Acted(form=_opened(client, application, speech))


def _from_query(client: Connection, act: Act, speech: Speech) -> Acted:
    explained = client.explain(act.text("statement"), act.text("scenario"))
    if explained.allowed:
        return Acted(told=speech._("This statement may run: there is nothing to apply for."))
    drafts = [reason.draft for reason in explained.reasons if reason.draft]
    if not drafts:
        raise WorkbenchError.of(explained.reasons)
    told = ""
    if len(drafts) > 1:
        told = speech._(
            "The statement lacks {number} resources; this is the application for the first. Send "
            "it, then draft the next.",
            number=len(drafts),
        )
    return Acted(told=told, form=_opened(client, _read(drafts[0]), speech))


def _from_catalogue(client: Connection, act: Act, speech: Speech) -> Acted:
    me = client.whoami()[0]
    application = {
        "scenario": act.text("scenario"),
        "department": me["department"],
        "resource": act.text("resource"),
        "mode": "obtain",
        "columns": {},
    }
    return Acted(form=_opened(client, application, speech))


def _read(draft: str) -> Mapping[str, Any]:
    """A draft, as far as a form can show it. Raises InvalidInput with line and fix."""
    document = parse(draft.encode("utf-8", "replace"), "draft")
    raise_errors(document.findings)
    found = document.value.get("application") if isinstance(document.value, dict) else None
    if not isinstance(found, dict) or not _is_draft(found):
        raise simple(
            Code.invalid_request,
            "这不是申请草稿。",
            "This is no draft of an application.",
            next=Text(
                "粘贴被拒绝的查询给出的草稿，从 application: 开始。",
                "Paste what the refused query shows, from application: on.",
            ),
        )
    return found


def _is_draft(found: Mapping[str, Any]) -> bool:
    """Whether a form can show it; whether it holds, the gateway judges when it is sent."""
    columns = found.get("columns")
    lists = (found.get("users", []), found.get("rows", []))
    if not isinstance(columns, dict) or not all(isinstance(one, list) for one in lists):
        return False
    return all(is_spec(spec) for spec in columns.values())


def _opened(client: Connection, application: Mapping[str, Any], speech: Speech) -> Json:
    name = str(application.get("resource", "")).casefold()
    entries = [one for one in client.catalogue() if str(one["name"]).casefold() == name]
    columns = entries[0]["columns"] if entries else ()
    return application_form(application, columns, speech, officer=_is_officer(client))


def _is_officer(client: Connection) -> bool:
    return Role.officer in client.whoami()[0]["roles"]


def applied(client: Connection, act: Act, speech: Speech) -> tuple[Acted, Mapping[str, Any] | None]:
    """An application that was sent, with its case; or, of who is no officer, the file of it."""
    application = application_of(act)
    if _is_officer(client):
        case = client.cases.apply(application, act.key)
        told = speech._("Applied: case {case}.", case=case["id"])
        return Acted(told=told), case
    text = json.dumps({"application": application}, ensure_ascii=False, indent=2)
    file = {
        "name": "application.yaml",
        "type": "application/yaml",
        "content": base64.b64encode(text.encode()).decode(),
    }
    told = speech._(
        "The draft is saved as application.yaml: an officer of your department opens it at the "
        "desk, or runs workbench apply application.yaml."
    )
    return Acted(told=told, download=file), None
