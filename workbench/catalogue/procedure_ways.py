"""Whether every state of a procedure's file can be reached and can end, under each regulation, and
nobody has one event twice."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

from workbench.catalogue.procedure_schema import ProcedureEntry, StepEntry
from workbench.declared.notes import Notes
from workbench.errors import Text


def judge_ways(spec: ProcedureEntry, notes: Notes) -> None:
    _judge_twice(spec, notes)
    reached: set[str] = set()
    for regulation in sorted({*_regulations(spec), ""}):
        reached |= _judge_ends(spec, regulation, notes)
    for state in sorted(set(spec.states) - reached):
        problem = Text("到不了这个状态", "this state cannot be reached")
        notes.error(("states", state), problem, _WAY)


def _judge_twice(spec: ProcedureEntry, notes: Notes) -> None:
    """Two rows of one event may not be there for the same party under the same regulation."""
    rows = list(enumerate(spec.steps))
    for (_, one), (number, other) in combinations(rows, 2):
        states = set(one.before or ("",)) & set(other.before or ("",))
        same = one.event == other.event and states and set(one.by) & set(other.by)
        if same and _together(spec, one, other):
            problem = Text(
                f"同一状态、同一方有两个 {one.event}",
                f"{one.event} stands twice for one state and party",
            )
            fix = Text("改名，或分开各方。", "Rename one, or part their parties.")
            notes.error(("steps", number, "event"), problem, fix)


def _together(spec: ProcedureEntry, one: StepEntry, other: StepEntry) -> bool:
    return any(
        _is_offered(spec, one, regulation) and _is_offered(spec, other, regulation)
        for regulation in {*_regulations(spec), ""}
    )


def _judge_ends(spec: ProcedureEntry, regulation: str, notes: Notes) -> set[str]:
    """The states that are reached under this regulation ("" for one that orders none of it); from
    each there has to be a way to an end."""
    if regulation not in spec.ordered_by and spec.elsewhere != "ours":
        return set()
    steps = [one for one in spec.steps if _is_offered(spec, one, regulation)]
    under = Text(f"（{regulation}）", f" ({regulation})") if regulation else Text("", "")
    firsts = {one.after for one in steps if not one.before}
    if not firsts:
        problem = Text(f"没有发起的步骤{under.zh}", f"no step opens it{under.en}")
        fix = Text("一个步骤不写 from。", "Write one step without from.")
        notes.error(("steps",), problem, fix)
        return set()
    ways = {(a, one.after) for one in steps for a in one.before if one.after}
    reached = _closure(firsts, ways)
    over = {name for name, one in spec.states.items() if one.over}
    for state in sorted(reached - _closure(over, {(b, a) for a, b in ways})):
        problem = Text(f"从这里无法结束{under.zh}", f"from here it cannot end{under.en}")
        notes.error(("states", state), problem, _WAY)
    return reached


def _closure(begin: Collection[str], ways: Collection[tuple[str, str]]) -> set[str]:
    found, waiting = set(begin), list(begin)
    while waiting:
        at = waiting.pop()
        new = {b for a, b in ways if a == at} - found
        found |= new
        waiting += new
    return found


def _is_offered(spec: ProcedureEntry, step: StepEntry, regulation: str) -> bool:
    if regulation not in spec.ordered_by and spec.elsewhere != "ours":
        return False
    if regulation in step.not_under:
        return False
    orders = spec.ordered_by if step.orders is None else step.orders
    return step.elsewhere == "ours" or regulation in orders


def _regulations(spec: ProcedureEntry) -> set[str]:
    return {
        *spec.ordered_by,
        *(name for one in spec.steps for name in (*(one.orders or {}), *one.not_under)),
    }


_WAY = Text("补上通往它或从它出发的步骤。", "Add a step that leads there, or away from it.")
