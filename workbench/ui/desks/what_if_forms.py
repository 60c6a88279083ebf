"""The forms of what-if questions: sliders to suppose, a name to keep, cases to compare. A question
stands in the id of what was tried, so that it is worked out again in any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from workbench.client.connection import Connection
from workbench.errors import Code, Text, simple
from workbench.ui.desks.desk import Act, Json
from workbench.ui.desks.parts import entry, form
from workbench.ui.whatif.answer import Inputs, Question
from workbench.ui.words import Speech

WORK, KEEP, COMPARE, DELETE, RESTORE = "work", "keep", "compare", "delete", "restore"
TRIED, VERSUS = "try?", "versus:"
LEVELS = (0.8, 0.9, 0.95)
USUAL = 0.8
MOST_COMPARED = 4
MOST_NAME, MOST_NOTE = 80, 1000
"""Characters, as the gateway takes them."""
_SHOCK = "shock."


def inputs_named(client: Connection, name: str) -> Inputs:
    """Raises StatementWrong (not_found) for inputs that are not the reader's."""
    for one in client.what_ifs.inputs():
        if one["id"] == name:
            return one
    raise simple(
        Code.not_found,
        f"没有情景输入 {name[:60]}。",
        f"There are no inputs {name[:60]}.",
        next=Text("请刷新列表。", "Ask for the list again."),
        subject=name[:60],
    )


def work_form(inputs: Inputs, speech: Speech, question: Question | None = None) -> Json:
    """A slider for each series; what stays at zero is not in the question."""
    language = speech.language
    title = inputs["title"][language]
    asked = question or Question(inputs["id"], inputs["targets"][0], {})
    targets = [(name, inputs["series"][name]["title"][language]) for name in inputs["targets"]]
    levels = [(str(level), f"{level:.0%}") for level in LEVELS]
    fields = [
        entry("target", speech._("What is asked about"), "choice", asked.target,
              required=True, options=targets),
        entry("level", speech._("Interval"), "choice", str(asked.level),
              required=True, options=levels),
        *(_slider(name, series, inputs, asked, speech)
          for name, series in inputs["series"].items()),
    ]  # fmt: skip
    what = speech._(
        "Move one to {most} series; what stays at 0 % is not in the question. The figures are "
        "those that were released.",
        most=inputs["most"],
    )
    label = speech._("Suppose: {title}", title=title)
    event = f"{WORK}:{inputs['id']}"
    return form(
        event,
        speech._("Suppose something else") if question else label,
        fields,
        submit=speech._("Work it out"),
        tone="" if question else "primary",
        what=what,
    )


def _slider(
    name: str, series: Mapping[str, Any], inputs: Inputs, asked: Question, speech: Speech
) -> Json:
    shocks = inputs["shocks"]
    shown = asked.shocks.get(name, 0.0)
    field = entry(f"{_SHOCK}{name}", series["title"][speech.language], "range", f"{shown:g}")
    ends = {end: shocks[end] for end in ("low", "high", "step")}
    return {**field, **ends, "unit": "%"}


def question_of(act: Act) -> Question:
    """What the sliders say. Raises InvalidInput for what is no number."""
    shocks = {
        name.removeprefix(_SHOCK): moved
        for name in act.values
        if name.startswith(_SHOCK) and (moved := _number(act.text(name), name))
    }
    inputs = act.event.removeprefix(f"{WORK}:")
    return Question(inputs, act.text("target"), shocks, _number(act.text("level"), "level"))


def _number(text: str, name: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        raise simple(
            Code.invalid_request,
            f"{text[:40]} 不是数。",
            f"{text[:40]} is no number.",
            next=Text("请填写数字。", "Write a number."),
            subject=name,
        ) from None


def tried(question: Question) -> str:
    """The question as an id."""
    shocks = [(f"{_SHOCK}{name}", f"{moved:g}") for name, moved in sorted(question.shocks.items())]
    asked = [("inputs", question.inputs), ("target", question.target), ("level", question.level)]
    return TRIED + urlencode([*asked, *shocks])


def untried(id: str) -> Question:  # noqa: A002
    """The question of such an id. Raises InvalidInput."""
    said = dict(parse_qsl(id.removeprefix(TRIED)))
    shocks = {
        name.removeprefix(_SHOCK): _number(moved, name)
        for name, moved in said.items()
        if name.startswith(_SHOCK)
    }
    level = _number(said.get("level", str(USUAL)), "level")
    return Question(said.get("inputs", ""), said.get("target", ""), shocks, level)


def keep_form(speech: Speech) -> Json:
    fields = [
        entry("name", speech._("Name"), required=True, most=MOST_NAME),
        entry("note", speech._("Note"), "lines", most=MOST_NOTE),
    ]
    return form(
        KEEP,
        speech._("Keep as a case"),
        fields,
        submit=speech._("Keep"),
        tone="primary",
        what=speech._("Your department sees it; the keeping is entered in the ledger."),
    )


def compare_form(cases: Sequence[Mapping[str, Any]], speech: Speech) -> Json:
    """Of cases that are kept: two to four of them."""
    options = [(case["id"], case["name"]) for case in cases]
    names = [speech._("Case {number}", number=i + 1) for i in range(MOST_COMPARED)]
    fields = [
        entry(f"case{i}", name, "choice", required=i < 2, options=options)
        for i, name in enumerate(names)
    ]
    return form(COMPARE, speech._("Compare cases"), fields, submit=speech._("Show side by side"))


def compared(act: Act) -> tuple[str, ...]:
    chosen = (act.text(f"case{i}") for i in range(MOST_COMPARED))
    return several(one for one in chosen if one)


def several(ids: Iterable[str]) -> tuple[str, ...]:
    """Raises InvalidInput for fewer than two cases, or more than four."""
    found = tuple(dict.fromkeys(ids))
    if not 2 <= len(found) <= MOST_COMPARED:
        raise simple(
            Code.invalid_request,
            f"请选 2 至 {MOST_COMPARED} 个不同的情景。",
            f"Choose two to {MOST_COMPARED} different cases.",
            next=Text("再选一个。", "Choose another one."),
        )
    return found


def mark_form(case: Mapping[str, Any], speech: Speech) -> Json:
    """Delete, or restore, as its maker."""
    if case["deleted"]:
        return form(RESTORE, speech._("Restore"), [], submit=speech._("Restore"),
                    seen=case["version"])  # fmt: skip
    return form(
        DELETE,
        speech._("Delete"),
        [],
        submit=speech._("Delete"),
        tone="danger",
        what=speech._("It is marked as deleted, and can be restored."),
        seen=case["version"],
    )
