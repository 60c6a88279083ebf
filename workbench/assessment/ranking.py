"""Ranks and grades, of scores as they are published: those that show the same share a rank. Pure.

Both are ours: the texts order that results be published and say of no rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from workbench.assessment.scheme import Grade, Scheme
from workbench.assessment.scoring import Sheet, published


@dataclass(frozen=True)
class Place:
    """``score``: as it is published, to two digits. ``rank`` 1 is the best; after three at rank 2
    comes rank 5. ``among``: how many are ranked; the same within the peer group."""

    department: str
    score: Fraction
    rank: int
    among: int
    group: str
    group_rank: int
    group_among: int
    grade: Grade
    vetoed: bool


@dataclass(frozen=True)
class Ranking:
    """``places`` by rank, then by the alphabet; ``unrated``: who has no score at all."""

    places: tuple[Place, ...]
    unrated: tuple[str, ...]


def ranking(scheme: Scheme, found: Iterable[Sheet]) -> Ranking:
    """Of the sheets, in any order."""
    by_name = {sheet.department: sheet for sheet in sorted(found, key=lambda one: one.department)}
    scores = {
        name: published(sheet.total) for name, sheet in by_name.items() if sheet.total is not None
    }
    everyone = ranks(scores)
    within = {
        group: ranks({name: scores[name] for name in scores if by_name[name].group == group})
        for group in {sheet.group for sheet in by_name.values()}
    }
    places = [
        Place(name, scores[name], everyone[name], len(scores), sheet.group,
              within[sheet.group][name], len(within[sheet.group]),
              grade(scheme.grades, scores[name]), bool(sheet.vetoes))
        for name, sheet in by_name.items() if name in scores
    ]  # fmt: skip
    places.sort(key=lambda place: (place.rank, place.department))
    return Ranking(tuple(places), tuple(name for name in by_name if name not in scores))


def ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """1 and the number of those who are better: equal scores share a rank."""
    ordered = sorted(scores.values(), reverse=True)
    first: dict[Fraction, int] = {}
    for number, value in enumerate(ordered, start=1):
        first.setdefault(value, number)
    return {name: first[value] for name, value in scores.items()}


def grade(grades: Iterable[Grade], score: Fraction) -> Grade:
    """The best whose least is reached. Raises ValueError where none is: a scheme's last begins
    at 0."""
    for each in grades:
        if score >= Fraction(each.least):
            return each
    raise ValueError(f"no grade for {score}")
