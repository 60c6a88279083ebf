"""A case as it is read at a desk: what is asked and granted, its clock, its steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.ui.desks.case_forms import forms
from workbench.ui.desks.columns import use_said
from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import DUE_DAYS, block, cell, fact, lines, moment, said, until
from workbench.ui.panels import Context
from workbench.ui.provenance import mode_said
from workbench.ui.words import Speech

Case = Mapping[str, Any]
_TONES = {
    "active": "good",
    "returned": "due",
    "rectifying": "due",
    "suspended": "late",
    "refused": "off",
    "withdrawn": "off",
    "ended": "off",
    "expired": "off",
    "revoked": "off",
}


def state_cell(line: Case, speech: Speech) -> Json:
    """The state of a case or of a line of the list."""
    stands = line.get("stands", line["state"])
    return cell(said(line["told"], speech.language), _TONES.get(stands, ""))


def case_item(case: Case, context: Context, uniqueness: Case | None = None) -> Json:
    speech = context.speech
    blocks = [_columns(case, speech), *_rows(case, speech), *_review(case, speech)]
    if uniqueness is not None:
        blocks.append(_uniqueness(uniqueness, speech))
    return {
        "id": case["id"],
        "title": f"{case['resource']} · {case['department']}",
        "version": case["version"],
        "state": state_cell(case, speech),
        "facts": _facts(case, context),
        "blocks": [*blocks, _steps(case, speech)],
        "actions": forms(case, speech),
    }


def _facts(case: Case, context: Context) -> list[Json]:
    speech, today = context.speech, context.today
    assert today is not None  # the page's context knows its day
    granted = case["granted"] or case["asked"]
    end = until(granted["until"], today, speech)
    found = [
        fact(speech._("Case"), f"{case['id']} · v{case['version']}"),
        fact(speech._("Applies"), f"{case['department']} ({case['applicant']})"),
        fact(speech._("Provides"), case["provider"]),
        fact(speech._("Scenario"), case["scenario"]),
        fact(speech._("Duty"), case["duty_basis"]),
        fact(speech._("What for"), case["reason"]),
        fact(speech._("Sharing mode"), mode_said(granted["mode"], speech)),
        fact(speech._("Until"), end["text"], end["hint"]),
        fact(speech._("Due"), *clock_said(case["clock"], context)),
        fact(speech._("Regulation"), case["regulation"], case["profile"]),
        fact(speech._("Who decides"), _decider(case, speech)),
        fact(speech._("Decided by"), case["decided_by"]),
        fact(speech._("Users"), speech._(", ").join(case["users"])),
        fact(speech._("Conditions added"), granted["added_conditions"]),
    ]
    return [one for one in found if one["value"]]


def _decider(case: Case, speech: Speech) -> str:
    words = {
        "platform": speech._("nobody has to: the need fits the scenario"),
        "provider": speech._("the provider"),
        "authority": speech._("the authority"),
        "business_authority": speech._("the business authority"),
    }
    told = words.get(case["decider"], case["decider"])
    other = case["reviewer"] not in ("", case["provider"])
    return f"{told} ({case['reviewer']})" if other else str(told)


def clock_said(clock: Case | None, context: Context) -> tuple[str, str]:
    """A deadline and its article; one that has no number is never shown as one."""
    speech, today = context.speech, context.today
    assert today is not None
    if clock is None:
        return "", ""
    article = speech._("article {number}", number=clock["article"]) if clock["article"] else ""
    if clock["due"] is None:
        words = {
            "none": speech._("the regulation gives no number"),
            "unknown": speech._("unknown: that part of the text is missing"),
        }
        return words[clock["state"]], article
    end = until(clock["due"], today, speech, DUE_DAYS)
    more = (
        speech._("provisional: the holidays of that year are not announced yet")
        if clock["provisional"]
        else ""
    )
    told = [end["text"], end["hint"] if end["hint"] not in end["text"] else "", article, more]
    return " · ".join(filter(None, told)), said(clock["about"], speech.language)


# Columns -----------------------------------------------------------------------------------------


def _columns(case: Case, speech: Speech) -> Json:
    """What is asked for, column by column, beside what was granted and what is held already."""
    review, granted = case["review"] or {}, case["granted"]
    given = {line["name"]: line for line in (granted or {}).get("columns", ())}
    held = {line["name"]: line for line in review.get("held", ())}
    remarks: dict[str, list[str]] = {}
    for remark in review.get("remarks", ()):
        remarks.setdefault(remark["column"], []).append(said(remark["what"], speech.language))
    columns = [("name", speech._("Column")), ("asked", speech._("Asked for"))]
    if granted is not None:
        columns.append(("granted", speech._("Granted")))
    columns.append(("argument", speech._("Argument")))
    if case["review"] is not None:
        columns += [("held", speech._("Held already")), ("remark", speech._("Remark"))]

    def line(asked: Case) -> dict[str, Json]:
        got, had = given.get(asked["name"]), held.get(asked["name"])
        told = "; ".join(remarks.get(asked["name"], ()))
        return {
            "name": cell(asked["name"]),
            "asked": cell(use_said(asked, speech)),
            "granted": cell(use_said(got, speech), "good") if got else cell(speech._("no"), "off"),
            "argument": cell(asked["argument"]),
            "held": cell(_held_said(had, asked, speech)),
            "remark": cell(told, "due" if told else ""),
        }

    return block(speech._("Columns"), columns, map(line, case["asked"]["columns"]))


def _held_said(had: Case | None, asked: Case, speech: Speech) -> str:
    """In few letters where it is the same: what is new has to stand out."""
    if had is None:
        return ""
    same = (had["use"], had["mask"]) == (asked["use"], asked["mask"])
    return speech._("the same") if same else use_said(had, speech)


def _rows(case: Case, speech: Speech) -> list[Json]:
    rows = (case["granted"] or case["asked"])["rows"]
    if not rows:
        return []
    note = speech._("Only rows that meet all of these.")
    return [lines(speech._("Rows"), rows, note)]


def _review(case: Case, speech: Speech) -> list[Json]:
    """What a reviewer looks at beside the application."""
    review = case["review"]
    if review is None:
        return []
    asked = {line["name"] for line in case["asked"]["columns"]}
    others = [line for line in review["held"] if line["name"] not in asked]
    scenarios = speech._(", ").join(review["held_in"])
    told = [f"{line['name']}: {use_said(line, speech)}" for line in others]
    found = [
        lines(
            speech._("Held already, and not asked for again"),
            told or [speech._("Nothing.")],
            speech._("Held in the scenarios: {names}.", names=scenarios) if scenarios else "",
        ),
        lines(
            speech._("All that the department would have of this resource"),
            [speech._(", ").join(review["union"])],
        ),
    ]
    general = [r for r in review["remarks"] if r["column"] not in asked]
    if general:
        told = [said(remark["what"], speech.language) for remark in general]
        found.insert(0, lines(speech._("Remarks"), told))
    if review["conditions"]:
        found.append(lines(speech._("Conditions of the catalogue entry"), [review["conditions"]]))
    return found


def _uniqueness(found: Case, speech: Speech) -> Json:
    title = speech._("How far they can be told apart")
    if found["why"] is not None:
        return lines(title, [said(found["why"], speech.language)])
    by = speech._(", ").join(found["columns"]) or speech._("nothing")
    number = f"{found['entities']:,}"
    told = (
        speech._("By {columns}: of {number} rows", columns=by, number=number)
        if found["of_rows"]
        else speech._("By {columns}: of {number} persons or firms", columns=by, number=number)
    )
    shares = (
        (speech._("stand alone"), found["alone"]),
        (speech._("in a group of fewer than 5"), found["small"]),
    )
    notes = []
    if found["consenting"]:
        notes.append(speech._("Only those who consent to the scenario are counted."))
    if found["direct"]:
        names = speech._(", ").join(found["direct"])
        notes.append(speech._("These identify by themselves: {names}.", names=names))
    every = max(found["entities"], 1)
    return block(
        title,
        [("what", told), ("number", speech._("number"))],
        [{"what": cell(w), "number": cell(f"{n:,}", share=n / every)} for w, n in shares],
        note=" ".join(notes),
    )


def _steps(case: Case, speech: Speech) -> Json:
    columns = [
        ("when", speech._("When")),
        ("what", speech._("What")),
        ("who", speech._("Who")),
        ("why", speech._("Why")),
    ]
    return block(speech._("Steps"), columns, _told(case["steps"], speech), kind="steps")


def _told(steps: Iterable[Case], speech: Speech) -> Iterable[dict[str, Json]]:
    for step in steps:
        flag = said(step["flag"], speech.language)
        why = "; ".join(filter(None, (step["reason"], step["basis"], flag)))
        who = f"{step['actor']} ({step['department']})" if step["department"] else step["actor"]
        yield {
            "when": cell(moment(step["at"])),
            "what": cell(said(step["told"], speech.language)),
            "who": cell(who),
            "why": cell(why, "due" if flag else ""),
        }
