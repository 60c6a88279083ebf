"""Weights from rounds of questions to experts who do not know each other's answers: Delphi.

The method of Dalkey and Helmer (Management Science 9 (1963) 458-467): each round tells everybody
the median and the quartiles of the one before, and asks those outside the quartiles for their
reasons. No source fixes when to stop; the rule here is ours, and a file may set its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

Answers = Mapping[str, Mapping[str, Fraction]]
"""By expert and item, in points; each expert's come to the same whole."""


class Next(StrEnum):
    """``agreed``: stop, the experts agree. ``rounds``: stop, there were as many rounds as were to
    be, and the spread is said beside the weights. ``again``: another round."""

    agreed = "agreed"
    rounds = "rounds"
    again = "again"


@dataclass(frozen=True)
class Stop:
    """All ours. ``spread``: the quartiles of each item lie apart by this part of its median at
    most; ``moved``: its median changed by this part of itself at most since the round before;
    ``rounds``: after so many it ends in any case."""

    spread: Fraction = Fraction(1, 5)
    moved: Fraction = Fraction(1, 10)
    rounds: int = 4


@dataclass(frozen=True)
class Quartiles:
    low: Fraction
    median: Fraction
    high: Fraction


@dataclass(frozen=True)
class Outside:
    """Who is asked why: an expert whose answer is below the lower quartile, or above the upper."""

    expert: str
    item: str
    answer: Fraction
    within: Quartiles


@dataclass(frozen=True)
class Outcome:
    """Of the last round. ``spread`` and ``moved`` by item (``moved`` None in the first round).
    ``concordance``: Kendall's W of how the experts order the items, None where all of them order
    nothing."""

    quartiles: Mapping[str, Quartiles]
    spread: Mapping[str, Fraction]
    moved: Mapping[str, Fraction] | None
    outside: tuple[Outside, ...]
    concordance: float | None
    next: Next


def outcome(rounds: Sequence[Answers], stop: Stop) -> Outcome:
    """What the rounds come to so far. Raises ValueError of no round, or an empty one."""
    if not rounds or not all(rounds):
        raise ValueError("a round has answers")
    last = quartiles(rounds[-1])
    spread = {item: _part(each.high - each.low, each.median) for item, each in last.items()}
    moved = None
    if len(rounds) > 1:
        before = quartiles(rounds[-2])
        moved = {
            item: _part(abs(each.median - before[item].median), before[item].median)
            for item, each in last.items()
        }
    agreed = moved is not None and all(
        spread[item] <= stop.spread and moved[item] <= stop.moved for item in last
    )
    ended = Next.rounds if len(rounds) >= stop.rounds else Next.again
    step = Next.agreed if agreed else ended
    return Outcome(
        last, spread, moved, tuple(_outside(rounds[-1], last)), concordance(rounds[-1]), step
    )


def quartiles(answers: Answers) -> dict[str, Quartiles]:
    """By item, with linear interpolation between neighbours (type 7 of Hyndman and Fan, The
    American Statistician 50 (1996) 361-365), in exact fractions."""
    items = list(dict.fromkeys(item for given in answers.values() for item in given))
    return {
        item: Quartiles(*(_quantile([g[item] for g in answers.values()], n) for n in (1, 2, 3)))
        for item in items
    }


def concordance(answers: Answers) -> float | None:
    """Kendall's W, from 0 (no agreement on the order) to 1, with the correction for ties
    (Kendall and Gibbons, *Rank Correlation Methods*, 5th ed. 1990, ch. 6)."""
    ranked = [_mean_ranks(given) for given in answers.values()]
    judges, size = len(ranked), len(ranked[0])
    sums = [sum((each[item] for each in ranked), Fraction()) for item in ranked[0]]
    mean = sum(sums, Fraction()) / size
    apart = 12 * sum(((one - mean) ** 2 for one in sums), Fraction())
    ties = sum(_ties(given) for given in answers.values())
    whole = judges**2 * (size**3 - size) - judges * ties
    return float(apart / whole) if whole else None


def _quantile(values: Sequence[Fraction], quarter: int) -> Fraction:
    ordered = sorted(values)
    at = Fraction(quarter * (len(ordered) - 1), 4)
    low = floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _part(difference: Fraction, of: Fraction) -> Fraction:
    """Of a median of zero any difference is the whole."""
    return difference / of if of else Fraction(bool(difference))


def _outside(answers: Answers, within: Mapping[str, Quartiles]) -> list[Outside]:
    return [
        Outside(expert, item, answer, within[item])
        for expert, given in answers.items()
        for item, answer in given.items()
        if not within[item].low <= answer <= within[item].high
    ]


def _mean_ranks(given: Mapping[str, Fraction]) -> dict[str, Fraction]:
    values = list(given.values())
    return {
        item: Fraction(2 * sum(v < value for v in values) + values.count(value) + 1, 2)
        for item, value in sorted(given.items())
    }


def _ties(given: Mapping[str, Fraction]) -> int:
    values = list(given.values())
    return sum(values.count(value) ** 3 - values.count(value) for value in set(values))
