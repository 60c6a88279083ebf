"""Scores as arrays: many totals at once, by the rule of ``totals`` and tested equal to it.

Only for what is asked of thousands of sets of weights. What is published of a department comes of
``scoring`` in exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import HUNDREDTHS, Sheet
from workbench.assessment.totals import WHOLE, Weights, total

Floats = NDArray[np.float64]
Ranks = NDArray[np.int32]
Scores = Mapping[str, Mapping[str, Fraction]]
"""By department and indicator, 0 to 100; what is not rated is not there."""

_NOISE = 7
"""Decimals of a hundredth of a point beyond which stands what floats round off: cut away before
halves are rounded to the even hundredth, as ``scoring.published`` rounds them."""


@dataclass(frozen=True)
class Table:
    """``departments`` and ``indicators`` by name, so that the order of the input does not matter;
    ``dimension``: of each indicator, its number; ``weights``: of the scheme, K of them, all above
    zero; ``scores`` and ``rated``: D x K, a score of 0 where nothing is rated; ``caps``: D, the
    most that a department's total may be (a veto), else 100. ``unrated``: departments without a
    rated indicator, which have no total and no rank."""

    departments: tuple[str, ...]
    indicators: tuple[str, ...]
    dimension: NDArray[np.intp]
    weights: Floats
    scores: Floats
    rated: NDArray[np.bool_]
    caps: Floats
    unrated: tuple[str, ...]

    @property
    def members(self) -> list[NDArray[np.intp]]:
        """The indicators of each dimension."""
        return [np.flatnonzero(self.dimension == g) for g in range(self.dimension.max() + 1)]


def table_of(weights: Weights, scores: Scores, caps: Mapping[str, Fraction] | None = None) -> Table:
    """Raises ValueError where a score is of an indicator that the scheme does not have, or nobody
    has a rated one."""
    number = {name: g for g, dim in enumerate(sorted(weights)) for name in weights[dim]}
    value = {name: w for within in weights.values() for name, w in within.items() if w}
    if strange := {name for given in scores.values() for name in given} - number.keys():
        raise ValueError(f"rated, and not in the scheme: {', '.join(sorted(strange))}")
    names = sorted(value)
    departments = [name for name in sorted(scores) if scores[name].keys() & value.keys()]
    if not departments:
        raise ValueError("no department has a rated indicator")
    used = sorted({number[name] for name in names})
    rows = [[scores[d].get(name) for name in names] for d in departments]
    return Table(
        tuple(departments),
        tuple(names),
        np.array([used.index(number[name]) for name in names], dtype=np.intp),
        np.array([float(value[name]) for name in names]),
        np.array([[float(cell or 0) for cell in row] for row in rows]),
        np.array([[cell is not None for cell in row] for row in rows]),
        np.array([float((caps or {}).get(d, WHOLE)) for d in departments]),
        tuple(sorted(set(scores) - set(departments))),
    )


def totals_of(table: Table, weights: Floats, scores: Floats | None = None) -> Floats:
    """N x D: the total of each department under each row of ``weights`` (N x K, of any sum), by
    the rule of ``totals.redistributed``; NaN where all that is rated weighs nothing. ``scores``:
    D x K, or N x D x K where each row has its own."""
    scores = table.scores if scores is None else scores
    shape = (len(weights), len(table.departments))
    points, among = np.zeros(shape), np.zeros(shape)
    for members in table.members:
        within = weights[:, members]
        standing = within @ table.rated[:, members].T.astype(np.float64)
        reached = _reached(within, scores[..., members], table.rated[:, members])
        there = standing > 0
        share = np.where(there, within.sum(axis=1, keepdims=True), 0)
        points += share * np.divide(reached, standing, out=np.zeros(shape), where=there)
        among += share
    found = np.divide(points, among, out=np.full(shape, np.nan), where=among > 0)
    return np.asarray(np.minimum(found, table.caps))


def published_of(totals: Floats) -> Floats:
    """To two digits, as they would be published."""
    return np.asarray(np.rint(np.round(totals * HUNDREDTHS, _NOISE)) / HUNDREDTHS)


def ranks_of(totals: Floats) -> Ranks:
    """N x D, of totals as they would be published: 1 for the best, and the same for the same total
    (1, 2, 2, 4), as ``ranking.ranks`` has it. NaN comes last."""
    lowered = np.where(np.isnan(totals), np.inf, -published_of(totals))
    order = np.argsort(lowered, axis=1, kind="stable")
    ordered = np.take_along_axis(lowered, order, axis=1)
    begins = np.ones(ordered.shape, dtype=bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(begins, np.arange(1, ordered.shape[1] + 1), 0)
    found = np.empty(ordered.shape, dtype=np.int32)
    np.put_along_axis(found, order, np.maximum.accumulate(places, axis=1).astype(np.int32), axis=1)
    return found


def scores_of(found: Iterable[Sheet]) -> dict[str, dict[str, Fraction]]:
    """What counts on the sheets, with the scores that the rule for missing ones gave."""
    return {
        sheet.department: {row.indicator: row.score for row in sheet.rows if row.score is not None}
        for sheet in found
    }


def caps_of(scheme: Scheme, found: Iterable[Sheet]) -> dict[str, Fraction]:
    """Of each department with a veto that holds, the most that its total may be."""
    caps = {each.id: Fraction(each.score.veto.cap) for each in scheme.indicators if each.score.veto}
    return {
        sheet.department: min(caps[name] for name in sheet.vetoes)
        for sheet in found
        if sheet.vetoes
    }


def points_of(
    given: Mapping[str, Fraction], weights: Weights, cap: Fraction | None = None
) -> Fraction | None:
    """The exact total under a veto; None where nothing is rated."""
    found = total(given, weights)
    return found if found is None or cap is None else min(found, cap)


def blocks(draws: int, size: int) -> Iterable[slice]:
    """``range(draws)`` in pieces, so that memory does not grow with the draws."""
    return (slice(at, min(at + size, draws)) for at in range(0, draws, size))


def _reached(within: Floats, scores: Floats, rated: NDArray[np.bool_]) -> Floats:
    counted = np.where(rated, scores, 0)
    if counted.ndim == 2:
        return np.asarray(within @ counted.T)
    return np.asarray(np.einsum("nk,ndk->nd", within, counted))
