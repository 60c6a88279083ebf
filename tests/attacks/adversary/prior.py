"""The attacker who has the prior only: what it knows, and one table that anybody could ask for.

What counts as prior: the public register, the exact values of the firms it knows, and one released
table (number and sum by industry and size), which any reader of the statistics has. It asks for
it once, as a department of its own. Of four plain estimators it takes the one that would have been
right most often for the firms that it knows (leave one out); so a cell of similar firms whose mean
is near the truth counts for the prior, not for an attack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

import polars as pl

from .attacker import Quantity
from .oracles import ASKING_PRIOR, Oracle

CLOSE = 0.1
"""A success: within this share of the truth."""


@dataclass(frozen=True)
class Known:
    """A firm's dimensions and its value."""

    unit: int
    industry: str
    size: str
    value: float


Means = Mapping[tuple[str | None, str | None], float]
"""Released means by (industry, size); None stands for all."""
Estimator = Callable[[Sequence[Known], Means, str, str], float]


def close(estimate: float, truth: float) -> bool:
    return abs(estimate - truth) <= CLOSE * truth


def guesses(
    oracle: Oracle, quantity: Quantity, firms: pl.DataFrame, values: Mapping[int, float]
) -> dict[int, float]:
    """For every unit of ``firms`` (unit, industry, size) what the prior says. ``values``: those
    that are known, by unit."""
    means = _table(oracle, quantity)
    rows = firms.select("unit", "industry", "size").rows()
    known = [Known(u, i, s, values[u]) for u, i, s in rows if u in values]
    best = max(ESTIMATORS, key=lambda each: _right(each, known, means))
    return {u: max(best(known, means, i, s), 1.0) for u, i, s in rows}


def _right(estimator: Estimator, known: Sequence[Known], means: Means) -> int:
    """For how many of the known it would have been right without them."""
    found = 0
    for one in known:
        others = [k for k in known if k is not one]
        found += close(estimator(others, means, one.industry, one.size), one.value)
    return found


def _table(oracle: Oracle, quantity: Quantity) -> Means:
    """The one legitimate table; what is withheld is taken from a margin of what is told."""
    sql = (
        f"SELECT industry, size, count(DISTINCT code) AS n, sum({quantity.column}) AS s "
        f"FROM {quantity.table} WHERE {quantity.where} GROUP BY industry, size"
    )
    frame = oracle.ask(ASKING_PRIOR, sql)
    rows: list[tuple[Any, ...]] = []
    if frame is not None:
        rows = frame.select("industry", "size", "n", "s").drop_nulls().rows()
    sums: dict[tuple[str | None, str | None], list[tuple[float, float]]] = {}
    for industry, size, n, s in rows:
        for place in ((industry, size), (None, size), (None, None)):
            sums.setdefault(place, []).append((float(n), float(s)))
    return {p: sum(s for _, s in each) / sum(n for n, _ in each) for p, each in sums.items()}


def _all(known: Sequence[Known], means: Means, industry: str, size: str) -> float:
    """The median of the known."""
    return median(k.value for k in known)


def _alike(known: Sequence[Known], means: Means, industry: str, size: str) -> float:
    """The median of the known of the same size."""
    same = [k.value for k in known if k.size == size]
    return median(same) if len(same) >= 5 else _all(known, means, industry, size)


def _mean(known: Sequence[Known], means: Means, industry: str, size: str) -> float:
    """The mean of the smallest told cell that the target is in."""
    for place in ((industry, size), (None, size), (None, None)):
        if place in means:
            return means[place]
    return _all(known, means, industry, size)


def _scaled(known: Sequence[Known], means: Means, industry: str, size: str) -> float:
    """That mean, brought down as the median of the known lies below their mean."""
    ratio = median(k.value for k in known) / fmean(k.value for k in known)
    return _mean(known, means, industry, size) * ratio


ESTIMATORS: tuple[Estimator, ...] = (_alike, _scaled, _mean, _all)
