"""Forms of what if: sliders for the dimensions, and for one indicator its weight, bounds and rules.
What is supposed stands in the id of what was tried, so that it is worked out again in any language
and the next form goes on from it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, urlencode

from workbench.ui.desks.assessment_overview import Overview
from workbench.ui.desks.assessment_rule import missing_said
from workbench.ui.desks.desk import Act, Json
from workbench.ui.desks.parts import entry, form, said
from workbench.ui.words import Speech

Line = Mapping[str, Any]
Changes = Mapping[str, str]
WEIGHTS, CHOOSE, ONE = "weights", "choose", "one"
TRIED = "?"
_RULES = ("redistribute", "zero", "full")


def tried(assessment: str, changes: Changes) -> str:
    """The question as an id."""
    return f"{assessment}{TRIED}{urlencode(sorted(changes.items()))}"


def untried(id: str) -> tuple[str, dict[str, str]]:  # noqa: A002
    """The assessment and what is supposed of it; nothing where the id is of something else."""
    assessment, _, asked = id.partition(TRIED)
    return assessment, dict(parse_qsl(asked))


def suppose_forms(
    found: Overview, speech: Speech, changes: Changes | None = None, indicator: str = ""
) -> list[Json]:
    """``changes``: what is supposed already; ``indicator``: the one that is open, else it is to be
    chosen first."""
    given = changes or {}
    one = one_form(found, indicator, speech, given) if indicator else choose_form(found, speech)
    return [weights_form(found, speech, given), one]


def weights_form(found: Overview, speech: Speech, changes: Changes) -> Json:
    fields = [
        _slider(f"dimension.{dim['id']}", said(dim["title"], speech.language), dim["weight"],
                changes, speech)
        for dim in found.answer["dimensions"]
    ]  # fmt: skip
    what = speech._(
        "What you move stands as you set it; the others share the rest of the hundred in "
        "proportion. Nothing is kept."
    )
    return form(f"{WEIGHTS}:{found.id}", speech._("What if: weights"), fields,
                submit=speech._("Work it out"), tone="primary", what=what)  # fmt: skip


def choose_form(found: Overview, speech: Speech) -> Json:
    """Which indicator the next form is about."""
    options = [
        (one["id"], f"{found.dimension(one['dimension'], speech)} · "
                    f"{said(one['title'], speech.language)}")
        for one in found.answer["indicators"]
    ]  # fmt: skip
    field = entry("indicator", speech._("Indicator"), "choice", required=True, options=options)
    return form(f"{CHOOSE}:{found.id}", speech._("What if: an indicator"), [field],
                submit=speech._("Go on"))  # fmt: skip


def one_form(found: Overview, indicator: str, speech: Speech, changes: Changes) -> Json:
    """Weight, bounds and rules of one indicator."""
    known = found.indicators[indicator]
    start = f"indicator.{indicator}."
    fields = [
        _field(known, name, start, value, changes, speech)
        for name, value in sorted(known["settings"].items(), key=lambda one: _order(one[0]))
    ]
    what = speech._("Bounds as the scheme writes them: a share of one for a ratio, 0.85 for 85 %.")
    title = said(known["title"], speech.language)
    return form(f"{ONE}:{found.id}:{indicator}", speech._("What if: {title}", title=title), fields,
                submit=speech._("Work it out"), what=what)  # fmt: skip


def meant(act: Act, found: Overview) -> dict[str, str]:
    """What was supposed before and what this form says; what stands as in the scheme is dropped."""
    _, before = untried(act.item)
    scheme = settings_of(found)
    after = before | {name: act.text(name) for name in act.values if name in scheme}
    return {name: to for name, to in after.items() if not _same(to, scheme[name])}


def settings_of(found: Overview) -> dict[str, str]:
    """Of dimensions and indicators by path, as the scheme has them."""
    made = {f"dimension.{one['id']}": one["weight"] for one in found.answer["dimensions"]}
    for one in found.answer["indicators"]:
        made |= {f"indicator.{one['id']}.{key}": to for key, to in one["settings"].items()}
    return made


def _same(one: str, other: str) -> bool:
    try:
        return Fraction(one) == Fraction(other)
    except (ValueError, ZeroDivisionError):  # no number, or a word
        return one == other


def _order(name: str) -> tuple[int, str]:
    first = ("weight", "zero", "full", "at_least", "at_most", "each", "cap", "within")
    last = ("least", "missing")
    if name in first:
        return first.index(name), name
    return (50 + last.index(name), name) if name in last else (20, name)


def _field(
    known: Line, name: str, start: str, value: str, changes: Changes, speech: Speech
) -> Json:  # fmt: skip
    path, label = start + name, setting_said(name, speech)
    if name == "weight":
        return _slider(path, label, value, changes, speech)
    shown = changes.get(path, value)
    if name == "missing":
        options = [(rule, missing_said(rule, speech)) for rule in _RULES]
        return entry(path, label, "choice", shown, required=True, options=options)
    if name == "within":
        options = [("all", speech._("among all")), ("peers", speech._("within its peer group"))]
        return entry(path, label, "choice", shown, required=True, options=options)
    return entry(path, label, "number", shown, required=True)


def _slider(path: str, label: str, value: str, changes: Changes, speech: Speech) -> Json:
    field = entry(path, label, "range", changes.get(path, value),
                  hint=speech._("in the scheme {value}", value=value))  # fmt: skip
    step = "1" if Fraction(value).denominator == 1 else "0.5"
    return {**field, "low": 0, "high": 100, "step": step, "unit": "/ 100", "signed": False}


def setting_said(name: str, speech: Speech) -> str:
    """The last part of a path, in words."""
    words = {
        "weight": speech._("Weight"),
        "zero": speech._("Score of 0 at"),
        "full": speech._("Score of 100 at"),
        "each": speech._("Off for each event"),
        "cap": speech._("Cap"),
        "at_least": speech._("Holds from"),
        "at_most": speech._("Holds up to"),
        "within": speech._("Ranked"),
        "least": speech._("At least, to be rated"),
        "missing": speech._("Where it is not rated"),
    }
    if not name.startswith("step."):
        return words.get(name, name)
    number = int(name.split(".")[1]) + 1
    if name.endswith(".score"):
        return speech._("Step {number}: score", number=number)
    return speech._("Step {number}: bound", number=number)
