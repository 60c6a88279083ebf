"""Successes of an attack against those of the prior alone, with a binomial margin at 99 %.

Two exact tests, one-sided. *Apart* (Fisher 1922): both attackers as two samples of the same size.
*Paired* (McNemar 1947, exact): of the targets that only one of the two got right, how many were the
attack's; the targets are the same, and an attack that learned nothing says what the prior says, so
this one sees a few disclosures that the first does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

LEVEL = 0.01


@dataclass(frozen=True)
class Score:
    """Of one family, over its seeds. ``tried`` targets; ``hits`` and ``prior`` successes within
    10 %; ``only``: of the attack alone, ``lost``: of the prior alone; ``exact``: estimates within a
    millionth, of which the prior has none; ``told`` cells that came back."""

    family: str
    tried: int = 0
    hits: int = 0
    prior: int = 0
    only: int = 0
    lost: int = 0
    exact: int = 0
    asked: int = 0
    refused: int = 0
    told: int = 0
    seconds: float = 0.0

    def __add__(self, other: Score) -> Score:
        mine, more = asdict(self), asdict(other)
        return Score(**{n: v if n == "family" else v + more[n] for n, v in mine.items()})

    @property
    def apart(self) -> float:
        return fisher(self.hits, self.prior, self.tried)

    @property
    def paired(self) -> float:
        return at_least(self.only, self.only + self.lost)

    @property
    def margin(self) -> int:
        """The most successes that are not above the prior's by Fisher's test."""
        hits = self.prior
        while hits < self.tried and fisher(hits + 1, self.prior, self.tried) >= LEVEL:
            hits += 1
        return hits

    @property
    def above(self) -> bool:
        """Whether the attack got more than the prior alone does."""
        return min(self.apart, self.paired) < LEVEL

    def to_dict(self) -> dict[str, Any]:
        tests = {"margin": self.margin, "p_apart": self.apart, "p_paired": self.paired}
        return {**asdict(self), **tests, "above": self.above}


def fisher(hits: int, prior: int, tried: int) -> float:
    """The probability of so many hits or more, of ``tried``, where both attackers are as good."""
    both = hits + prior
    ways = comb(2 * tried, both)
    found = range(hits, min(tried, both) + 1)
    return sum(comb(tried, i) * comb(tried, both - i) for i in found) / ways


def at_least(found: int, tried: int) -> float:
    """The probability of so many heads or more, of ``tried`` coins."""
    return sum(comb(tried, i) for i in range(found, tried + 1)) / 2**tried


_HEAD = ("family", "targets", "within 10 %", "prior", "margin", "exact", "p apart", "p paired",
         "asked", "refused", "cells", "seconds", "")  # fmt: skip


def table(scores: Iterable[Score]) -> str:
    """Markdown, a line a family."""
    lines = [_HEAD, tuple("---" for _ in _HEAD)]
    lines += [
        (s.family, s.tried, s.hits, s.prior, s.margin, s.exact, f"{s.apart:.1g}",
         f"{s.paired:.1g}", s.asked, s.refused, s.told, f"{s.seconds:.1f}",
         "ABOVE" if s.above else "")
        for s in scores
    ]  # fmt: skip
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
