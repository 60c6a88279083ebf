"""How much of a ranking is the weights: drawn weights, ranks that are not apart, each indicator
left out.

Weights are judgements; no text gives them. A rank that most other sensible weights would not give
is no rank to fund by, so each rank is told with how it stands under drawn ones. The figures are
those of stochastic multicriteria acceptability analysis (SMAA): Lahdelma, Hokkanen and Salminen,
European J. of Operational Research 106 (1998) 137-143; Lahdelma and Salminen, Operations Research
49 (2001) 444-454.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from workbench.assessment.ranking import ranks
from workbench.assessment.rates import Rates, redrawn
from workbench.assessment.scoring import published
from workbench.assessment.tables import (
    Floats,
    Ranks,
    Scores,
    Table,
    blocks,
    points_of,
    published_of,
    ranks_of,
    table_of,
    totals_of,
)
from workbench.assessment.ties import Group, groups, superiority
from workbench.assessment.totals import Weights

DRAWS = 10_000
CONCENTRATION = 50.0
"""Ours: an indicator of weight 10 then varies by 4.2 (standard deviation), one of 2 by 2.0."""
MIDDLE = 0.95
"""Of the draws lie between the two ranks, and between the two totals, that are told (ours)."""
_BLOCK = 500


@dataclass(frozen=True)
class Around:
    """Weights near the scheme's: Dirichlet with mean at them, all indicators together, and
    ``concentration`` in sum. Variance of a weight w of 100: w (100 - w) / (concentration + 1)
    (Johnson, Kotz and Balakrishnan, *Continuous Multivariate Distributions*, 2000, ch. 49)."""

    concentration: float = CONCENTRATION


@dataclass(frozen=True)
class Anywhere:
    """Any weights, each set as likely as any other: uniform on the simplex of the indicators that
    weigh something (SMAA without information on weights)."""


Draw = Around | Anywhere


@dataclass(frozen=True)
class Standing:
    """``points`` and ``rank``: under the scheme, as they are published. ``best`` to ``worst``: over
    all draws; ``low`` to ``high``, and ``points_low`` to ``points_high`` (as published): over the
    middle 95 % of them. ``times``: in how many draws it has rank 1, 2, ... (of all draws: its rank
    acceptability)."""

    department: str
    points: Fraction
    rank: int
    best: int
    worst: int
    low: int
    high: int
    points_low: float
    points_high: float
    times: tuple[int, ...]


@dataclass(frozen=True)
class Stability:
    """``standings`` and ``groups`` in the order of the ranking, equal totals by name.
    ``superior``: of two departments, the share of draws in which the first comes before the
    second. ``redrawn``: whether rates were drawn anew as well. ``unrated``: no rank at all."""

    draw: Draw
    draws: int
    seed: int
    redrawn: bool
    standings: tuple[Standing, ...]
    groups: tuple[Group, ...]
    superior: Mapping[tuple[str, str], float]
    unrated: tuple[str, ...]


@dataclass(frozen=True)
class Without:
    """An indicator left out, its weight redistributed: departments whose rank changes, from and to
    (to None: nothing else of it is rated). ``agreement``: Kendall's tau-b of the two rankings of
    those that keep a rank, 1 where they are the same; None where there is nothing to compare."""

    indicator: str
    moved: Mapping[str, tuple[int, int | None]]
    agreement: float | None


def stability(
    weights: Weights,
    scores: Scores,
    draw: Draw,
    *,
    seed: int,
    draws: int = DRAWS,
    caps: Mapping[str, Fraction] | None = None,
    rates: Rates | None = None,
) -> Stability:
    """The ranking under ``draws`` sets of weights; with ``rates``, of scores that are drawn anew as
    well. The same seed gives the same figures with the same version of numpy, in any order of
    departments and indicators. Raises ValueError as ``table_of``."""
    table = table_of(weights, scores, caps)
    totals = drawn_totals(table, drawn(table, draw, draws, seed), rates, seed)
    places = ranks_of(totals)
    exact = _exact(table, weights, scores, caps or {})
    base = ranks(exact)
    order = sorted(table.departments, key=lambda name: (base[name], name))
    share = superiority(places)
    superior = {
        (one, other): float(share[i, j])
        for i, one in enumerate(table.departments)
        for j, other in enumerate(table.departments)
        if i != j
    }
    at = {name: number for number, name in enumerate(table.departments)}
    standings = tuple(
        _standing(name, exact[name], base[name], places[:, n], totals[:, n])
        for name, n in ((name, at[name]) for name in order)
    )
    tied = groups(order, base, superior)
    return Stability(draw, draws, seed, bool(rates), standings, tied, superior, table.unrated)


def drawn(table: Table, draw: Draw, draws: int, seed: int) -> Floats:
    """N x K weights that come to 100."""
    whole = table.weights.sum()
    if isinstance(draw, Around):
        alpha = table.weights / whole * draw.concentration
    else:
        alpha = np.ones(len(table.weights))
    return np.asarray(np.random.default_rng(seed).dirichlet(alpha, draws) * 100)


def drawn_totals(table: Table, weights: Floats, rates: Rates | None, seed: int) -> Floats:
    """N x D."""
    parts = list(blocks(len(weights), _BLOCK))
    if not rates:
        return np.concatenate([totals_of(table, weights[part]) for part in parts])
    again = redrawn(table, rates, len(weights), seed, _BLOCK)
    return np.concatenate(
        [totals_of(table, weights[part], some) for part, some in zip(parts, again, strict=True)]
    )


def leave_one_out(
    weights: Weights, scores: Scores, caps: Mapping[str, Fraction] | None = None
) -> tuple[Without, ...]:
    """Of each indicator that weighs something, by name: the ranking without it. Raises ValueError
    as ``table_of``."""
    table = table_of(weights, scores, caps)
    before = _ranked(table)
    return tuple(
        _without(name, table, before, _ranked(_unrated(table, n)))
        for n, name in enumerate(table.indicators)
    )


def _exact(
    table: Table, weights: Weights, scores: Scores, caps: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """As published. Only what weighs something makes a total."""
    found = {name: points_of(scores[name], weights, caps.get(name)) for name in table.departments}
    return {name: published(points) for name, points in found.items() if points is not None}


def _standing(name: str, points: Fraction, rank: int, places: Ranks, totals: Floats) -> Standing:
    ends = ((1 - MIDDLE) / 2, (1 + MIDDLE) / 2)
    low, high = np.quantile(places, ends, method="inverted_cdf")
    least, most = np.nanquantile(published_of(totals), ends, method="inverted_cdf")
    times = np.bincount(places, minlength=int(places.max()) + 1)[1:]
    return Standing(
        name, points, rank, int(places.min()), int(places.max()), int(low), int(high),
        float(least), float(most), tuple(int(each) for each in times),
    )  # fmt: skip


def _unrated(table: Table, column: int) -> Table:
    """Nobody is rated in it: so its weight goes where the rule sends it."""
    rated = table.rated.copy()
    rated[:, column] = False
    return replace(table, rated=rated)


def _ranked(table: Table) -> tuple[Ranks, NDArray[np.bool_]]:
    """Under the scheme's own weights; and who has no total."""
    totals = totals_of(table, table.weights[np.newaxis])
    return ranks_of(totals)[0], np.isnan(totals[0])


def _without(
    name: str,
    table: Table,
    before: tuple[Ranks, NDArray[np.bool_]],
    after: tuple[Ranks, NDArray[np.bool_]],
) -> Without:
    (was, _), (now, gone) = before, after
    moved: dict[str, tuple[int, int | None]] = {
        department: (int(was[n]), None if gone[n] else int(now[n]))
        for n, department in enumerate(table.departments)
        if gone[n] or was[n] != now[n]
    }
    return Without(name, moved, _tau(was[~gone], now[~gone]))


def _tau(one: Ranks, other: Ranks) -> float | None:
    """Kendall's tau-b (Kendall, Biometrika 33 (1945) 239-251)."""
    pairs = np.triu_indices(len(one), 1)
    first = np.sign(np.subtract.outer(one, one)[pairs])
    second = np.sign(np.subtract.outer(other, other)[pairs])
    whole = float(np.sqrt(float((first**2).sum()) * float((second**2).sum())))
    return float((first * second).sum()) / whole if whole else None
