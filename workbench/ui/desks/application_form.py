"""The form of an application, and the application of a form that was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from workbench.errors import Code, Text, simple
from workbench.ui.desks.columns import column_line, specs_of
from workbench.ui.desks.desk import Act, Json
from workbench.ui.desks.parts import entry, form
from workbench.ui.provenance import mode_said
from workbench.ui.words import Speech

APPLY, RESUBMIT = "apply", "resubmit"
MOST_TEXT = 4000
"""Characters of a reason, as the gateway takes them."""
MODES = ("obtain", "statistics", "compare", "view")


def application_form(
    application: Mapping[str, Any],
    columns: Iterable[Mapping[str, Any]],
    speech: Speech,
    *,
    event: str = APPLY,
    case: Mapping[str, Any] | None = None,
    officer: bool = True,
) -> Json:
    """``columns`` are the catalogue's: those that the application leaves out can be added."""
    asked = application["columns"]
    folded = {str(name).casefold() for name in asked}
    lines = [
        column_line(str(name), _plain(spec), speech, argument=_argument(spec), every=True)
        for name, spec in asked.items()
    ]
    lines += [
        column_line(
            c["name"], "value", speech, label=c["title"], chosen=False, argument="", every=True
        )
        for c in columns
        if c["name"].casefold() not in folded
    ]
    fields = [*_about(application, speech), _columns(lines, speech), *_extent(application, speech)]
    again = event == RESUBMIT
    return form(
        event,
        speech._("Complete and bring forward again") if again else speech._("The application"),
        fields,
        submit=speech._("Apply") if officer else speech._("Save the draft as a file"),
        tone="primary",
        what="" if officer else speech._("An officer of your department brings it forward."),
        seen=case["version"] if case else 0,
    )


def _plain(spec: Any) -> Any:
    """The use and the mask of a column, without its argument."""
    if isinstance(spec, str):
        return spec
    plain = {name: value for name, value in spec.items() if name != "argument"}
    return plain if "mask" in plain else plain.get("use", "value")


def _argument(spec: Any) -> str | None:
    """None where none is asked for: the scenario's purpose lists the column."""
    return None if isinstance(spec, str) or "argument" not in spec else str(spec["argument"])


def _about(application: Mapping[str, Any], speech: Speech) -> list[Json]:
    def of(name: str) -> str:
        return str(application.get(name) or "")

    return [
        entry("scenario", speech._("Scenario"), value=of("scenario"), required=True, most=128),
        entry(
            "department", speech._("Department"), value=of("department"), required=True, most=128
        ),
        entry("resource", speech._("Resource"), value=of("resource"), required=True, most=256),
        entry(
            "duty_basis",
            speech._("Duty"),
            "lines",
            of("duty_basis"),
            required=True,
            hint=speech._("The article or document that gives the department this duty"),
            most=MOST_TEXT,
        ),
        entry("reason", speech._("What for"), "lines", of("reason"), required=True, most=MOST_TEXT),
    ]


def _columns(lines: Sequence[Json], speech: Speech) -> Json:
    return entry(
        "columns",
        speech._("Columns"),
        "columns",
        list(lines),
        required=True,
        hint=speech._(
            "The least that the duty needs. What the scenario's purpose does not list has to be "
            "argued at the column."
        ),
    )


def _extent(application: Mapping[str, Any], speech: Speech) -> list[Json]:
    rows = application.get("rows") or []
    return [
        entry(
            "mode",
            speech._("Sharing mode"),
            "choice",
            str(application.get("mode") or "obtain"),
            required=True,
            options=[(mode, mode_said(mode, speech)) for mode in MODES],
        ),
        entry("until", speech._("Until"), "day", _day(application.get("until")), required=True),
        entry(
            "users",
            speech._("Users"),
            value=", ".join(map(str, application.get("users") or ())),
            hint=speech._("Names, parted by commas; empty: all whose duty it is"),
            most=MOST_TEXT,
        ),
        entry(
            "rows",
            speech._("Rows"),
            "code",
            json.dumps(rows, ensure_ascii=False, default=str) if rows else "",
            hint=speech._(
                'Only rows that meet all of these: [{"column": …, "op": "=", "value": …}]'
            ),
            most=MOST_TEXT,
        ),
    ]


def _day(value: Any) -> str:
    """A draft may leave the day open as YYYY-MM-DD, which no field of a day takes."""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return ""


# What was sent -----------------------------------------------------------------------------------


def application_of(act: Act) -> dict[str, Any]:
    """The application of a form that was sent. Raises InvalidInput."""
    users = [name.strip() for name in act.text("users").replace("，", ",").split(",")]
    texts = {
        name: act.text(name)
        for name in ("scenario", "department", "resource", "mode", "until", "duty_basis", "reason")
    }
    return {
        **texts,
        "users": [name for name in users if name],
        "columns": specs_of(act.values.get("columns")),
        "rows": _rows(act.text("rows")),
    }


def _rows(text: str) -> Any:
    try:
        found = json.loads(text) if text else []
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise simple(
            Code.invalid_request,
            "行的条件看不懂。",
            "The conditions on rows are not understood.",
            next=Text(
                '写成 [{"column": "county", "op": "=", "value": "…"}]。',
                'Write [{"column": "county", "op": "=", "value": "..."}].',
            ),
            subject="rows",
        )
    return found
