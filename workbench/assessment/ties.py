"""Which ranks are apart, and which are not: groups of departments that are shown as tied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.assessment.tables import Floats, Ranks

APART = 0.95
"""In so many draws one department must come before another for their ranks to be called apart
(ours)."""
_ROWS = 2_000
"""Draws that are compared at once."""


@dataclass(frozen=True)
class Group:
    """Departments that share ``rank``, the best of theirs, in the order of the ranking.
    ``not_apart``: of a member, those of other groups that it is not apart from either: being tied
    does not carry over from one to the next."""

    rank: int
    departments: tuple[str, ...]
    not_apart: Mapping[str, tuple[str, ...]]


def superiority(ranks: Ranks) -> Floats:
    """D x D: the share of draws (N x D ranks) in which the one of the row comes before that of the
    column, an equal rank counting half; with its counterpart it comes to 1. The probability of
    superiority: McGraw and Wong, Psychological Bulletin 111 (1992) 361-365, with ties as Vargha
    and Delaney, J. of Educational and Behavioral Statistics 25 (2000) 101-132."""
    draws, size = ranks.shape
    halves = np.zeros((size, size), dtype=np.int64)
    for at in range(0, draws, _ROWS):
        some = np.ascontiguousarray(ranks[at : at + _ROWS].T)
        for row in range(size):
            halves[row] += (some[row] < some).sum(axis=1)
            halves[row] += (some[row] <= some).sum(axis=1)
    return np.asarray(halves / (2 * draws))


def groups(
    order: Sequence[str], ranks: Mapping[str, int], superior: Mapping[tuple[str, str], float]
) -> tuple[Group, ...]:
    """``order``: the ranking from its first down. Two are tied where neither comes before the
    other in ``APART`` of the draws, or where their totals are the same.

    Being tied is not transitive, so groups are made by a rule of ours: going down the ranking, a
    department joins the group above it where it is tied with each of its members, and else begins
    the next. So no group holds two that are apart, groups do not overlap, and each department is
    in one.
    """
    made: list[list[str]] = []
    for name in order:
        if made and all(_tied(name, other, ranks, superior) for other in made[-1]):
            made[-1].append(name)
        else:
            made.append([name])
    return tuple(
        Group(
            ranks[some[0]],
            tuple(some),
            {
                name: tuple(
                    other
                    for other in order
                    if other not in some and _tied(name, other, ranks, superior)
                )
                for name in some
            },
        )
        for some in made
    )


def _tied(
    one: str, other: str, ranks: Mapping[str, int], superior: Mapping[tuple[str, str], float]
) -> bool:
    return ranks[one] == ranks[other] or max(superior[one, other], superior[other, one]) < APART
