"""The closed set of functions: from a measure to a score of 0 to 100, in exact fractions. Pure.

More of a good thing never lowers the score of whom it is of: each is monotone in its own measure.
A rank is so too, but for the others: where one rises, others may fall.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction

from workbench.assessment.scheme import Deduct, Linear, Step, Veto
from workbench.assessment.totals import WHOLE
from workbench.kpi.definition import Direction

NONE = Fraction(0)


def linear(rule: Linear, value: Fraction) -> Fraction:
    """100 x (value - zero) / (full - zero), clipped to 0 and 100: min-max normalisation between
    bounds that are set, not found in the data (OECD, Handbook on Constructing Composite
    Indicators, 2008, 5.3)."""
    zero, full = Fraction(rule.zero), Fraction(rule.full)
    return min(max(WHOLE * (value - zero) / (full - zero), NONE), WHOLE)


def steps(rule: Sequence[Step], value: Fraction) -> Fraction:
    """That of the first step which holds, from the best down; below all of them 0. Ours."""
    for step in rule:
        if _holds(step, value):
            return Fraction(step.score)
    return NONE


def rank(value: Fraction, among: Sequence[Fraction], better: Direction) -> Fraction:
    """100 x (n - r) / (n - 1), r the rank among the n that are rated, 1 the best, those that tie
    at the mean of their ranks: the share of the others who are worse, a tie as half of one.

    ``among`` is sorted and has ``value``. Raises ValueError with fewer than two: then there is
    nobody to be compared with.
    """
    if len(among) < 2:
        raise ValueError("a rank among fewer than two")
    below, upto = bisect_left(among, value), bisect_right(among, value)
    worse = below if better is Direction.higher else len(among) - upto
    ties = upto - below - 1
    return WHOLE * (worse + Fraction(ties, 2)) / (len(among) - 1)


def deduct(rule: Deduct, events: Fraction) -> Fraction:
    """100 less ``each`` for an event, at most ``cap``. Ours."""
    return WHOLE - min(Fraction(rule.each) * max(events, NONE), Fraction(rule.cap))


def vetoed(rule: Veto, value: Fraction) -> bool:
    """Whether the total is capped."""
    return _holds(rule, value)


def _holds(rule: Step | Veto, value: Fraction) -> bool:
    if rule.at_least is not None:
        return value >= Fraction(rule.at_least)
    assert rule.at_most is not None  # one bound, judged when it was read
    return value <= Fraction(rule.at_most)
