"""The coarser statements that are worth asking, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from sqlglot import exp

from workbench.disclosure.coarser.ladders import (
    FINEST,
    QUARTER_OF_YEAR,
    UNITS,
    Ladder,
    Ladders,
    Step,
)
from workbench.disclosure.coarser.outermost import Outermost, outermost
from workbench.disclosure.coarser.period import whole_years
from workbench.disclosure.coarser.rewriting import coarsened, counting, regrouped, without
from workbench.disclosure.refusals import Refusal
from workbench.disclosure.shapes import StatTable
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Reason, Text

MAX_CANDIDATES = 8
"""Statements that one suggestion asks at most (ours): each costs what the statement itself does."""


class Change(StrEnum):
    """``counts``: another question, of whom there are so many in place of how much."""

    level = "level"
    left_out = "left_out"
    subtotals = "subtotals"
    period = "period"
    several = "several"
    counts = "counts"


@dataclass(frozen=True)
class Candidate:
    """A statement to be asked in place of another; ``steps``: how far it is from it. ``key``: the
    one key that it changes, as its number; empty where it is something else that changes."""

    sql: str
    change: Change
    changed: Text
    steps: int
    key: str = ""


_Made = tuple[exp.Select | None, Change, Text, int, str]
_Dial = Iterator[_Made]


def candidates(
    text: str, tables: Sequence[StatTable], ladders: Ladders, most: int = MAX_CANDIDATES
) -> tuple[Candidate, ...] | Reason:
    """Coarser forms of a statement that was compiled over ``tables``, each of which compiles too;
    or why none is looked for. Of each thing that could change the smallest change comes first,
    then the second of each, so that the first ``most`` are of many kinds."""
    try:
        outer = outermost(text, tables)
    except Refusal as refusal:
        return refusal.reason
    found: dict[str, Candidate] = {}
    for made in _in_turn(_dials(outer, ladders)):
        tree, change, changed, steps, key = made
        if tree is None:
            continue
        sql = tree.sql("duckdb", pretty=True, comments=False)
        if sql not in found and isinstance(compiled(sql, tables), Compiled):
            found[sql] = Candidate(sql, change, changed, steps, key)
        if len(found) == most:
            break
    return tuple(found.values())


def _in_turn(dials: Sequence[_Dial]) -> Iterator[_Made]:
    for round_ in zip_longest(*dials):
        yield from (made for made in round_ if made is not None)


def _dials(outer: Outermost, ladders: Ladders) -> list[_Dial]:
    """What can be turned, each with its changes from the smallest on."""
    keys = [_key(outer, ladders, number) for number in range(len(outer.keys))]
    return [*keys, _subtotals(outer), _period(outer, ladders), _counts(outer),
            _several(outer, ladders)]  # fmt: skip


def _key(outer: Outermost, ladders: Ladders, number: int) -> _Dial:
    key = outer.keys[number]
    name = _name(outer, key)
    column, steps = _steps(outer, ladders, key)
    for far, step in enumerate(steps, start=1):
        changed = Text(f"{name} 按{step.named.zh}", f"{name} by {step.named.en}")
        yield (
            coarsened(outer, {number: step.write(column)}),
            Change.level,
            changed,
            far,
            str(number),
        )
    gone = Text(f"不分 {name}", f"{name} left out")
    yield without(outer, number), Change.left_out, gone, len(steps) + 1, str(number)


def _subtotals(outer: Outermost) -> _Dial:
    ways = {"CUBE": ("ROLLUP", ""), "ROLLUP": ("",)}.get(outer.grouping, ())
    for far, way in enumerate(ways, start=1):
        changed = Text(
            f"{outer.grouping} 改为 {way or '不带小计'}",
            f"{way or 'no subtotals'} in the place of {outer.grouping}",
        )
        yield regrouped(outer, way), Change.subtotals, changed, far, ""


def _period(outer: Outermost, ladders: Ladders) -> _Dial:
    changed = Text("期间放宽到整年", "the period widened to whole years")
    yield whole_years(outer, ladders), Change.period, changed, 1, ""


def _counts(outer: Outermost) -> _Dial:
    changed = Text(
        "只问户数或行数（这是另一个问题）", "counts in the place of amounts (another question)"
    )
    yield counting(outer), Change.counts, changed, 1, ""


def _several(outer: Outermost, ladders: Ladders) -> _Dial:
    """Every key that has levels one level up; after what is smaller."""
    changes, names = {}, []
    for number, key in enumerate(outer.keys):
        column, steps = _steps(outer, ladders, key)
        if steps:
            changes[number] = steps[0].write(column)
            names.append((_name(outer, key), steps[0].named))
    nothing: _Made = (None, Change.several, Text("", ""), 0, "")
    yield nothing  # its turn is the second
    if len(changes) > 1:
        changed = Text(
            "、".join(f"{name} 按{named.zh}" for name, named in names),
            ", ".join(f"{name} by {named.en}" for name, named in names),
        )
        yield coarsened(outer, changes), Change.several, changed, len(changes), ""


def _steps(outer: Outermost, ladders: Ladders, key: exp.Expr) -> tuple[exp.Expr, tuple[Step, ...]]:
    """The column behind a key, and the levels above the one that the key has."""
    if isinstance(key, exp.Month):
        return key.this, (QUARTER_OF_YEAR,)
    if isinstance(key, exp.Extract) and str(key.this.name).casefold() == "month":
        return key.expression, (QUARTER_OF_YEAR,)
    inner: exp.Expr = key if isinstance(key, exp.Column) else key.this
    ladder = ladders.get(outer.origin(inner) or ("", ""))
    rank = _rank(key, ladder) if ladder is not None else None
    return (inner, ladder.below(rank)) if ladder is not None and rank is not None else (key, ())


def _rank(key: exp.Expr, ladder: Ladder) -> int | None:
    """The level of a key that is made of a column with this ladder; None where it has none."""
    if isinstance(key, exp.Column):
        return FINEST
    if isinstance(key, _TRUNCATED):
        unit = str(getattr(key.args.get("unit"), "name", "")).casefold()
        return UNITS[unit][0] if ladder.dates and unit in UNITS else None
    length = key.expression if isinstance(key, exp.Left) else None
    if isinstance(key, exp.Substring):
        start = key.args.get("start")
        first = isinstance(start, exp.Literal) and start.name == "1"
        length = key.args.get("length") if first else None
    whole = isinstance(length, exp.Literal) and length.is_int
    return int(length.name) if ladder.cut and whole and length is not None else None


_TRUNCATED = (exp.TimestampTrunc, exp.DateTrunc)


def _name(outer: Outermost, key: exp.Expr) -> str:
    """What people call a key: the column that it is made of, or the name that it is shown by."""
    inner = key.this if isinstance(key, (*_TRUNCATED, exp.Left, exp.Substring)) else key
    if isinstance(inner, exp.Column):
        return str(inner.name)
    shown = (item for item in outer.select.expressions if isinstance(item, exp.Alias))
    named = next((item.alias for item in shown if outer.same(item.this, key)), "")
    return str(named) or key.sql("duckdb", comments=False)[:80]
