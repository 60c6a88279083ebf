"""What if: a weight, a bound or a rule is another. Who moves, by how much, and through what.

Everything is exact: what an indicator adds to a change sums to the change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from workbench.assessment.ranking import ranks
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet, published
from workbench.assessment.tables import (
    Floats,
    Scores,
    Table,
    caps_of,
    points_of,
    scores_of,
    table_of,
    totals_of,
)
from workbench.assessment.totals import WHOLE, Weights, redistributed

STEP = Fraction(1, 100)
"""Weights are changed by hundredths of a point: what can be written in a scheme."""
_APART = 1e-8


@dataclass(frozen=True)
class Side:
    """Before or after. ``caps``: the most that a department's total may be (a veto)."""

    weights: Weights
    scores: Scores
    caps: Mapping[str, Fraction] | None = None


def side_of(scheme: Scheme, found: Collection[Sheet]) -> Side:
    """Sheets as ``scoring.sheets`` makes them."""
    return Side(scheme.weights, scores_of(found), caps_of(scheme, found))


@dataclass(frozen=True)
class Change:
    """What one indicator adds to the change of a department's points, in three parts that sum to
    it: ``weight``: its weight is another (also by redistribution); ``score``: its score is;
    ``rating``: it is rated on one side alone."""

    indicator: str
    weight: Fraction
    score: Fraction
    rating: Fraction

    @property
    def points(self) -> Fraction:
        return self.weight + self.score + self.rating


@dataclass(frozen=True)
class Move:
    """Points (exact) and rank (of points as published) before and after, None without a rated
    indicator on that side. ``changes``:
    of each indicator that adds something, the largest first; with ``cap`` (what a veto took away
    more or less) they sum to ``points_after - points_before``, and are empty where a side has no
    points."""

    department: str
    rank_before: int | None
    rank_after: int | None
    points_before: Fraction | None
    points_after: Fraction | None
    changes: tuple[Change, ...]
    cap: Fraction

    @property
    def moved(self) -> bool:
        return self.rank_before != self.rank_after


def moves(before: Side, after: Side) -> tuple[Move, ...]:
    """Of each department of either side, by its rank after, those without one last, then by
    name."""
    names = sorted({*before.scores, *after.scores})
    points = [{name: _points(side, name) for name in names} for side in (before, after)]
    places = [
        ranks({name: published(each) for name, each in side.items() if each is not None})
        for side in points
    ]
    made = [_move(name, before, after, points, places) for name in names]
    return tuple(sorted(made, key=lambda each: (each.rank_after is None, each.rank_after or 0)))


def _move(
    name: str,
    before: Side,
    after: Side,
    points: list[dict[str, Fraction | None]],
    places: list[dict[str, int]],
) -> Move:
    was, now = points[0][name], points[1][name]
    changes: tuple[Change, ...] = ()
    cap = Fraction()
    if was is not None and now is not None:
        changes = _changes(_parts(before, name), _parts(after, name))
        cap = now - was - sum((each.points for each in changes), Fraction())
    return Move(name, places[0].get(name), places[1].get(name), was, now, changes, cap)


def _changes(before: _Parts, after: _Parts) -> tuple[Change, ...]:
    made = [_change(name, before, after) for name in sorted({*before, *after})]
    there = [each for each in made if each.weight or each.score or each.rating]
    return tuple(sorted(there, key=lambda each: (-abs(each.points), each.indicator)))


def _change(name: str, before: _Parts, after: _Parts) -> Change:
    """Of a product the change is parted at the middle: ``(v - w)`` times the mean score, and the
    change of the score times the mean weight. It is the same whichever of the two is thought to
    change first (the Shapley value of two factors; Marshall and Edgeworth's weights)."""
    nothing = Fraction()
    if name not in before:
        weight, score = after[name]
        return Change(name, nothing, nothing, weight * score / WHOLE)
    if name not in after:
        weight, score = before[name]
        return Change(name, nothing, nothing, -weight * score / WHOLE)
    (w, s), (v, t) = before[name], after[name]
    return Change(name, (v - w) * (s + t) / 2 / WHOLE, (t - s) * (v + w) / 2 / WHOLE, nothing)


_Parts = Mapping[str, tuple[Fraction, Fraction]]
"""By indicator: the weight of a hundred after redistribution, and the score."""


def _parts(side: Side, name: str) -> _Parts:
    given = side.scores[name]
    settled = redistributed(side.weights, given)
    whole = sum(settled.values(), Fraction())
    return {each: (weight * WHOLE / whole, given[each]) for each, weight in settled.items()}


def _points(side: Side, name: str) -> Fraction | None:
    if name not in side.scores:
        return None
    return points_of(side.scores[name], side.weights, (side.caps or {}).get(name))


@dataclass(frozen=True)
class Swap:
    """``indicator`` weighs ``after`` instead of ``before``, all others keep their proportions and
    the whole is a hundred: then the second of two comes before the first."""

    indicator: str
    before: Fraction
    after: Fraction

    @property
    def by(self) -> Fraction:
        return self.after - self.before


def smallest_swap(weights: Weights, scores: Scores, above: str, below: str) -> Swap | None:
    """The smallest change of one weight, in hundredths of a point, that puts ``below`` strictly
    before ``above`` in what is published; None where no change of a single weight does. Of equal
    ones the first by name.

    Triantaphyllou and Sánchez (Decision Sciences 28 (1997) 151-194) look for the same of weights
    that are normalised after the change. With redistribution there is no closed form: all
    hundredths are looked at, and what is found is confirmed in fractions. Raises ValueError where
    one of the two has no rated indicator.
    """
    table = table_of(weights, {name: scores[name] for name in (above, below)})
    if table.unrated:
        raise ValueError(f"nothing is rated of {', '.join(table.unrated)}")
    if scores[above] == scores[below]:
        return None
    found = [
        swap
        for column, name in enumerate(table.indicators)
        if (swap := _swap(table, column, name, weights, scores, (above, below))) is not None
    ]
    return min(found, key=lambda each: (abs(each.by), each.indicator), default=None)


def reweighed(weights: Weights, indicator: str, to: Fraction) -> dict[str, dict[str, Fraction]]:
    """``indicator`` weighs ``to`` of a hundred, all others keep their proportions.

    Raises ValueError where nothing else weighs anything, or ``to`` is not of a hundred."""
    whole = sum((sum(within.values(), Fraction()) for within in weights.values()), Fraction())
    now = next(within[indicator] for within in weights.values() if indicator in within)
    if now == whole or not 0 <= to <= WHOLE:
        raise ValueError(f"{indicator} cannot weigh {to}")
    factor = (WHOLE - to) / (whole - now)
    return {
        dimension: {
            name: to if name == indicator else weight * factor for name, weight in within.items()
        }
        for dimension, within in weights.items()
    }


def _swap(
    table: Table,
    column: int,
    name: str,
    weights: Weights,
    scores: Scores,
    pair: tuple[str, str],
) -> Swap | None:
    """Looked for in floats, nearest first, and confirmed exactly."""
    whole = sum((sum(within.values(), Fraction()) for within in weights.values()), Fraction())
    now = next(w[name] for w in weights.values() if name in w) * WHOLE / whole
    if now == WHOLE:
        return None
    steps = np.arange(-int(now / STEP), int((WHOLE - now) / STEP) + 1)
    steps = steps[steps != 0][np.argsort(np.abs(steps[steps != 0]), kind="stable")]
    totals = totals_of(table, _lines(table, column, float(now) + steps * float(STEP)))
    first, second = (table.departments.index(each) for each in pair)
    for step in steps[totals[:, second] - totals[:, first] > -_APART]:
        to = now + int(step) * STEP
        changed = reweighed(weights, name, to)
        over, under = (points_of(scores[each], changed) for each in pair)
        if over is not None and under is not None and published(under) > published(over):
            return Swap(name, now, to)
    return None


def _lines(table: Table, column: int, to: Floats) -> Floats:
    """A row of weights for each weight that the indicator of ``column`` could have."""
    others = table.weights.copy()
    others[column] = 0
    rows = np.outer((100 - to) / others.sum(), others)
    rows[:, column] = to
    return np.asarray(rows)
