"""The forms of a case's steps. Which of them somebody may do, and what each takes, the gateway
says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.ui.desks.application_form import MOST_TEXT, RESUBMIT, application_form
from workbench.ui.desks.columns import column_line, specs_of
from workbench.ui.desks.desk import Act, Json
from workbench.ui.desks.parts import entry, form, said
from workbench.ui.words import Speech

RECTIFY_DAYS = 10
"""Working days of a rectification that are proposed (our default)."""
UNIQUENESS = "uniqueness"
_DANGER = frozenset({"refuse", "revoke", "suspend", "end", "withdraw"})
_PRIMARY = frozenset({"approve", "supply", "resubmit"})


def forms(case: Mapping[str, Any], speech: Speech) -> list[Json]:
    """A form for each step that is offered, then the count of how unique somebody becomes."""
    found = [_form(offer, case, speech) for offer in case["offers"] if offer["event"] != RESUBMIT]
    if any(offer["event"] == RESUBMIT for offer in case["offers"]):
        found.insert(0, _resubmitting(case, speech))
    if case["review"] is not None:
        count = speech._("Count how far they can be told apart")
        what = speech._("Counts in the current extract; takes seconds where it is large.")
        found.append(form(UNIQUENESS, count, [], submit=speech._("Count"), what=what, slow=True))
    return found


def _form(offer: Mapping[str, Any], case: Mapping[str, Any], speech: Speech) -> Json:
    event, label = offer["event"], said(offer["told"], speech.language)
    tone = "danger" if event in _DANGER else "primary" if event in _PRIMARY else ""
    return form(
        event,
        label,
        _fields(event, offer["needs"], case, speech),
        submit=label,
        tone=tone,
        what=_what(event, speech),
        seen=case["version"],
    )


def _fields(
    event: str, needs: Iterable[str], case: Mapping[str, Any], speech: Speech
) -> list[Json]:
    needed, found = frozenset(needs), list[Json]()
    if "terms" in needed:
        found += _terms(event, case, speech)
    if "days" in needed:
        label = speech._("Working days")
        found.append(entry("days", label, "number", RECTIFY_DAYS, required=True))
    found.append(
        entry("reason", speech._("Reason"), "lines", required="reason" in needed, most=MOST_TEXT)
    )
    if "basis" in needed or event == "approve":
        hint = speech._("The article or document that it rests on")
        found.append(
            entry(
                "basis",
                speech._("Basis"),
                required="basis" in needed,
                hint=hint,
                most=MOST_TEXT,
            )
        )
    return found


def _terms(event: str, case: Mapping[str, Any], speech: Speech) -> list[Json]:
    had = case["granted"] if event == "narrow" else case["asked"]
    weaker = _proposed(case)
    lines = [
        column_line(line["name"], line["spec"], speech, note=weaker.get(line["name"], ""))
        for line in had["columns"]
    ]
    hint = speech._("Take away what the duty does not need, or choose a weaker use.")
    found = [
        entry("columns", speech._("Columns"), "columns", lines, required=True, hint=hint),
        entry("until", speech._("Until"), "day", had["until"], required=True),
    ]
    if event == "approve":
        hint = speech._("What the catalogue entry does not state already; it is flagged.")
        label = speech._("Conditions added")
        found.append(entry("added_conditions", label, "lines", hint=hint, most=MOST_TEXT))
    return found


def _proposed(case: Mapping[str, Any]) -> dict[str, str]:
    review = case["review"] or {}
    return {r["column"]: r["instead"] for r in review.get("remarks", ()) if r["instead"]}


def terms_of(act: Act) -> dict[str, Any]:
    """The terms of a form that was sent; empty where it brought none."""
    if "columns" not in act.values:
        return {}
    terms: dict[str, Any] = {"columns": specs_of(act.values["columns"])}
    for name in ("until", "added_conditions"):
        if act.text(name):
            terms[name] = act.text(name)
    return terms


def _resubmitting(case: Mapping[str, Any], speech: Speech) -> Json:
    return application_form(application_of_case(case), (), speech, event=RESUBMIT, case=case)


def application_of_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """What the case asks for, as an application is written."""
    asked = case["asked"]
    columns = {
        line["name"]: {
            **({"use": line["spec"]} if isinstance(line["spec"], str) else line["spec"]),
            "argument": line["argument"],
        }
        for line in asked["columns"]
    }
    return {
        "scenario": case["scenario"],
        "department": case["department"],
        "resource": case["resource"],
        "mode": asked["mode"],
        "until": asked["until"],
        "duty_basis": case["duty_basis"],
        "reason": case["reason"],
        "users": list(case["users"]),
        "columns": columns,
        "rows": list(asked["row_specs"]),
    }


def _what(event: str, speech: Speech) -> str:
    """What a step does, where its name does not say all of it."""
    return {
        "approve": speech._(
            "What is approved becomes a grant at once, in place of an older one of the same "
            "resource and scenario."
        ),
        "refuse": speech._("The department is told the reason and the basis."),
        "return": speech._("The department completes the application; your days stop meanwhile."),
        "narrow": speech._("Smaller at any time; more needs a new application."),
        "notify": speech._("What is not rectified in time is suspended."),
        "suspend": speech._("Queries under this grant stop at once."),
        "revoke": speech._("Queries under this grant stop at once, and for good."),
        "end": speech._("Queries under this grant stop at once, and for good."),
        "withdraw": speech._("The application is over; a new one can be brought forward."),
        "escalate": speech._("The dispute goes one step up, to somebody else."),
    }.get(event, "")
