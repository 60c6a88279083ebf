"""A what-if question as an item: what was tried, a case that was kept, and cases side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import block, cell, fact, lines, moment
from workbench.ui.desks.what_if_forms import (
    VERSUS,
    keep_form,
    mark_form,
    tried,
    work_form,
)
from workbench.ui.desks.what_if_pictures import course, interval_chart
from workbench.ui.numbers import written
from workbench.ui.page import Form
from workbench.ui.whatif.answer import Answered, Inputs, Question, moved_on
from workbench.ui.words import Speech

Case = Mapping[str, Any]
Outcome = Mapping[str, Any]


def tried_item(found: Answered, inputs: Inputs, speech: Speech) -> Json:
    """``actions``: to keep it where there is an outcome, and to suppose something else."""
    question, outcome = found.question, found.outcome
    actions = [work_form(inputs, speech, question)]
    if outcome is not None:
        actions.insert(0, keep_form(speech))
    return {
        "id": tried(question),
        "title": title_of(question.plain(), inputs, speech),
        "version": 0,
        "state": cell(change_said(outcome, speech) if outcome else speech._("No estimate"),
                      "" if outcome else "due"),
        "facts": _facts(question.plain(), outcome, found.entry, inputs, speech),
        "blocks": [*_why_not(found, speech), *_drawn(found, inputs, speech),
                   *_estimates(outcome, inputs, speech), _months(found, inputs, speech),
                   *_limits(outcome, speech)],
        "actions": actions,
    }  # fmt: skip


def kept_item(case: Case, inputs: Inputs | None, now: Answered | None, speech: Speech) -> Json:
    """``now``: the question worked out on the figures of today, None where the reader may not."""
    supposed, outcome = case["supposed"], case["outcome"]
    actions = [mark_form(case, speech)] if case["mine"] else []
    if inputs is not None and not case["deleted"]:
        actions.append(work_form(inputs, speech, Question(**supposed)))
    moved = now is not None and moved_on(case["versions"], now)
    drawn = _drawn(now, inputs, speech) if now is not None and inputs is not None else []
    return {
        "id": case["id"],
        "title": case["name"],
        "version": case["version"],
        "state": _state(case, speech, moved=moved),
        "facts": [
            fact(speech._("Supposed"), title_of(supposed, inputs, speech)),
            *_facts(supposed, outcome, case["entry"], inputs, speech),
            fact(speech._("Kept by"), case["maker"], case["department"]),
            fact(speech._("Kept"), moment(case["made"])),
            *([fact(speech._("Note"), case["note"])] if case["note"] else []),
        ],
        "blocks": [
            *([_anew(case, now, inputs, speech)] if moved and now is not None else []),
            *([_not_yours(speech)] if now is None else []),
            *drawn,
            *_estimates(outcome, inputs, speech),
            *_limits(outcome, speech),
        ],
        "actions": actions,
    }


def versus_item(cases: Sequence[Case], known: Mapping[str, Inputs], speech: Speech) -> Json:
    """Two to four cases: a table with a column for each, and their intervals."""
    columns = [("what", ""), *((case["id"], case["name"]) for case in cases)]
    rows = _compared(cases, known, speech)
    picture = interval_chart(
        [(case["name"], case["outcome"]) for case in cases],
        speech._("Change of the target"),
        speech,
    )
    return {
        "id": VERSUS + ",".join(case["id"] for case in cases),
        "title": speech._("{number} cases side by side", number=len(cases)),
        "version": 0,
        "state": cell(""),
        "facts": [],
        "blocks": [
            picture,
            block(speech._("Side by side"), columns, rows),
            *_limits(cases[0]["outcome"], speech),
        ],
        "actions": [],
    }


def _compared(
    cases: Sequence[Case], known: Mapping[str, Inputs], speech: Speech
) -> Iterable[dict[str, Json]]:
    def of(case: Case) -> list[tuple[str, str]]:
        outcome, supposed = case["outcome"], case["supposed"]
        inputs = known.get(supposed["inputs"])
        return [
            (speech._("What is asked about"), name_of(supposed["target"], inputs, speech)),
            (speech._("Supposed"), shocks_said(supposed, inputs, speech)),
            (speech._("Change"), percent(outcome["value"], speech)),
            (speech._("Interval"), interval_said(outcome, speech)),
            (speech._("Level"), f"{supposed['level']:.0%}"),
            (speech._("Months"), str(outcome["observations"])),
            ("R²", f"{outcome['fit']:.2f}"),
            (speech._("Figures until"), outcome["month"]),
            (speech._("Ledger entry"), f"{case['entry']:,}"),
            (speech._("Kept by"), case["maker"]),
        ]

    told = {case["id"]: of(case) for case in cases}
    first = told[cases[0]["id"]]
    for number, (what, _) in enumerate(first):
        yield {"what": cell(what), **{id_: cell(one[number][1]) for id_, one in told.items()}}


def name_of(series: str, inputs: Inputs | None, speech: Speech) -> str:
    """A series as it is called; by its id where its file is not the reader's."""
    found = inputs["series"].get(series) if inputs is not None else None
    return str(found["title"][speech.language]) if found else series


def shocks_said(supposed: Mapping[str, Any], inputs: Inputs | None, speech: Speech) -> str:
    told = (
        f"{name_of(name, inputs, speech)} {percent(moved, speech)}"
        for name, moved in supposed["shocks"].items()
    )
    return speech._(", ").join(told)


def title_of(supposed: Mapping[str, Any], inputs: Inputs | None, speech: Speech) -> str:
    return speech._(
        "{target}, if {shocks}",
        target=name_of(supposed["target"], inputs, speech),
        shocks=shocks_said(supposed, inputs, speech),
    )


def percent(value: float, speech: Speech) -> str:
    return written(value, Form.percent, speech.language, signed=True).short


def interval_said(outcome: Outcome, speech: Speech) -> str:
    low, high = (percent(outcome[end], speech) for end in ("low", "high"))
    return speech._("{low} to {high}", low=low, high=high)


def change_said(outcome: Outcome, speech: Speech) -> str:
    value = percent(outcome["value"], speech)
    return f"{value} ({interval_said(outcome, speech)})"


def _facts(
    supposed: Mapping[str, Any],
    outcome: Outcome | None,
    entry: int,
    inputs: Inputs | None,
    speech: Speech,
) -> list[Json]:
    found = [
        fact(speech._("What is asked about"), name_of(supposed["target"], inputs, speech)),
        fact(speech._("Ledger entry of the figures"), f"{entry:,}"),
    ]
    if outcome is None:
        return found
    level = f"{supposed['level']:.0%}"
    return [
        *found,
        fact(speech._("Change against no shock"), percent(outcome["value"], speech)),
        fact(speech._("Interval of {level}", level=level), interval_said(outcome, speech)),
        fact(speech._("Months of the estimate"), str(outcome["observations"])),
        fact("R²", f"{outcome['fit']:.2f}"),
        fact(speech._("Figures until"), outcome["month"]),
    ]


def _estimates(outcome: Outcome | None, inputs: Inputs | None, speech: Speech) -> list[Json]:
    if outcome is None:
        return []
    columns = [
        ("driver", speech._("Series")),
        ("value", speech._("Elasticity")),
        ("range", speech._("Interval")),
    ]
    rows = (
        {
            "driver": cell(name_of(one["driver"], inputs, speech)),
            "value": cell(f"{one['value']:+.2f}"),
            "range": cell(speech._("{low} to {high}", low=f"{one['low']:+.2f}",
                                   high=f"{one['high']:+.2f}")),
        }
        for one in outcome["estimates"]
    )  # fmt: skip
    note = speech._(
        "Percent of what is asked about for one percent of the series, estimated from changes on a "
        "year before."
    )
    return [block(speech._("Elasticities"), columns, rows, note=note)]


def _why_not(found: Answered, speech: Speech) -> list[Json]:
    if not found.reasons:
        return []
    texts = [reason.what.said(speech.language) for reason in found.reasons]
    texts.append(speech._("No figure is made up: months that are withheld stay out."))
    return [lines(speech._("Why there is no estimate"), texts)]


def _drawn(found: Answered | None, inputs: Inputs, speech: Speech) -> list[Json]:
    if found is None or found.outcome is None or found.ahead is None:
        return []
    return [course(found, inputs["series"][found.question.target], speech)]


def _months(found: Answered, inputs: Inputs, speech: Speech) -> Json:
    columns = [
        ("series", speech._("Series")),
        ("released", speech._("Months released")),
        ("withheld", speech._("Months withheld")),
    ]
    rows = (
        {
            "series": cell(name_of(name, inputs, speech)),
            "released": cell(str(one.released)),
            "withheld": cell(str(one.withheld), "due" if one.withheld else ""),
        }
        for name, one in found.months.items()
    )
    return block(speech._("What it rests on"), columns, rows)


def _limits(outcome: Outcome | None, speech: Speech) -> list[Json]:
    texts = [
        speech._("What moved together need not cause: an elasticity describes the past."),
        speech._(
            "The interval holds the error of the estimate alone and runs narrow: in simulations "
            "intervals of 80 % held the true effect in 73 %."
        ),
        speech._("Without the shock each month is taken as a year before; that is no forecast."),
    ]
    if outcome is not None and outcome["observations"] < 36:
        texts.insert(0, speech._("Few months: the estimate may change much with the next ones."))
    return [lines(speech._("How to read it"), texts)]


def _state(case: Case, speech: Speech, *, moved: bool) -> Json:
    if case["deleted"]:
        return cell(speech._("deleted"), "off")
    if moved:
        return cell(speech._("the figures have moved on since"), "due")
    return cell(speech._("kept"), "good")


def _anew(case: Case, now: Answered, inputs: Inputs | None, speech: Speech) -> Json:
    """What was kept beside the same question on the figures of today."""
    columns = [
        ("what", ""),
        ("change", speech._("Change")),
        ("range", speech._("Interval")),
        ("until", speech._("Figures until")),
    ]
    pairs = [
        (speech._("As it was kept"), case["outcome"]),
        (speech._("Worked out now"), now.outcome),
    ]
    rows = (
        {
            "what": cell(name),
            "change": cell(percent(one["value"], speech) if one else speech._("No estimate")),
            "range": cell(interval_said(one, speech) if one else ""),
            "until": cell(one["month"] if one else ""),
        }
        for name, one in pairs
    )
    note = speech._("The drawing below is of the figures of today.")
    return block(speech._("The figures have moved on since"), columns, rows, note=note)


def _not_yours(speech: Speech) -> Json:
    text = speech._("You hold no grant on these figures: nothing was worked out anew.")
    return lines(speech._("The figures of today"), [text])
