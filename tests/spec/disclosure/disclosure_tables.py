"""Small tables on which rules of disclosure control are compared, rule by rule.

One row per entity: ``(group, entity, value)``; a value of None is missing. Standard library only,
for the script that asks ACRO runs where nothing of ours is installed. The tables named ``drawn``
come from a seeded generator and are the same everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

Value = float | None

THRESHOLDS = (3, 5, 10, 20, 30)
"""Values of k: fewest entities of a cell."""
DOMINANCE = ((1, 0.5), (1, 0.75), (2, 0.85), (2, 0.9), (3, 0.8))
"""(n, k): the share k (0-1) of a total that n entities may hold."""
P_PERCENT = (1, 5, 10, 15, 50)
"""How close, in percent, the second largest may come to the largest."""
K, NK, P = 5, (2, 0.85), 10
"""The parameters for verdicts on whole cells."""


@dataclass(frozen=True)
class Table:
    """``groups`` maps a group's name to the values of its entities."""

    id: str
    idea: str
    groups: dict[str, tuple[Value, ...]]

    def rows(self) -> Iterator[tuple[str, str, Value]]:
        for group, values in self.groups.items():
            for place, value in enumerate(values, 1):
                yield group, f"{group}{place:04}", value


def _counted(count: int) -> tuple[Value, ...]:
    """So many entities of about equal size, no two alike."""
    return tuple(100.0 + place for place in range(count))


def _drawn(seed: int, groups: int, most: int) -> dict[str, tuple[Value, ...]]:
    """Skewed amounts in cents, as turnovers are; sizes of groups from 1 to ``most``."""
    draw = random.Random(seed)
    return {
        f"g{group:02}": tuple(
            round(draw.lognormvariate(8, 1.6), 2) for _ in range(draw.randint(1, most))
        )
        for group in range(groups)
    }


def _many(seed: int, count: int, *more: float) -> tuple[Value, ...]:
    draw = random.Random(seed)
    return (*(round(draw.lognormvariate(8, 1), 2) for _ in range(count)), *more)


TABLES = (
    Table("count_3", "around k = 3", {"a": _counted(2), "b": _counted(3), "c": _counted(4)}),
    Table("count_5", "around k = 5", {"a": _counted(4), "b": _counted(5), "c": _counted(6)}),
    Table("count_10", "around k = 10", {"a": _counted(9), "b": _counted(10), "c": _counted(11)}),
    Table("count_20", "around k = 20", {"a": _counted(19), "b": _counted(20), "c": _counted(21)}),
    Table("count_30", "around k = 30", {"a": _counted(29), "b": _counted(30), "c": _counted(31)}),
    Table("count_1", "one entity, one of value 0, one below", {"a": (7.0,), "b": (0.0,)}),
    Table("count_2", "two entities: equal, unequal, one zero",
          {"a": (7.0, 7.0), "b": (9.0, 1.0), "c": (9.0, 0.0)}),
    Table("one_dominates", "one entity is nearly all",
          {"a": (1000.0, 1.0, 2.0, 3.0, 4.0, 5.0), "b": _counted(6)}),
    Table("one_half", "the largest holds exactly half", {"a": (50.0, *[10.0] * 5)}),
    Table("one_half_near", "the largest holds just below and just above half",
          {"a": (49.99, *[10.0] * 5), "b": (50.01, *[10.0] * 5)}),
    Table("one_three_quarters", "the largest holds exactly 0.75", {"a": (75.0, *[5.0] * 5)}),
    Table("two_at_85", "two hold exactly 0.85", {"a": (50.0, 35.0, 5.0, 4.0, 3.0, 3.0)}),
    Table("two_near_85", "two hold 0.84 and 0.86",
          {"a": (50.0, 34.0, 5.0, 5.0, 3.0, 3.0), "b": (50.0, 36.0, 5.0, 3.0, 3.0, 3.0)}),
    Table("two_at_90", "two hold exactly 0.9", {"a": (60.0, 30.0, 4.0, 3.0, 2.0, 1.0)}),
    Table("two_near_90", "two hold just below and just above 0.9",
          {"a": (59.99, 30.0, 4.0, 3.0, 2.0, 1.01), "b": (60.01, 30.0, 4.0, 3.0, 2.0, 0.99)}),
    Table("three_at_80", "three hold exactly 0.8", {"a": (40.0, 25.0, 15.0, 8.0, 7.0, 5.0)}),
    Table("three_near_80", "three hold just below and above 0.8",
          {"a": (39.9, 25.0, 15.0, 8.0, 7.0, 5.1), "b": (40.1, 25.0, 15.0, 8.0, 7.0, 4.9)}),
    Table("cents_at_85", "two hold exactly 0.85, in cents that binary numbers miss",
          {"a": (0.50, 0.35, 0.05, 0.04, 0.03, 0.03), "b": (5.1, 3.4, 0.3, 0.5, 0.4, 0.3)}),
    Table("huge_at_85", "two hold exactly 0.85, with huge numbers",
          {"a": (5e14, 3.5e14, 5e13, 4e13, 3e13, 3e13)}),
    Table("p_at_1", "the rest is exactly 1 % of the largest",
          {"a": (1000.0, 900.0, 4.0, 3.0, 2.0, 1.0)}),
    Table("p_at_5", "the rest is exactly 5 %", {"a": (100.0, 50.0, 2.0, 1.5, 1.0, 0.5)}),
    Table("p_at_10", "the rest is exactly 10 %", {"a": (100.0, 50.0, 4.0, 3.0, 2.0, 1.0)}),
    Table("p_near_10", "the rest is just below and just above 10 %",
          {"a": (100.0, 50.0, 4.0, 3.0, 2.0, 0.99), "b": (100.0, 50.0, 4.0, 3.0, 2.0, 1.01)}),
    Table("p_at_15", "the rest is exactly 15 %", {"a": (200.0, 100.0, 15.0, 6.0, 5.0, 4.0)}),
    Table("p_at_50", "the rest is exactly half", {"a": (10.0, 9.0, 2.0, 1.0, 1.0, 1.0)}),
    Table("cents_p_at_10", "the rest is exactly 10 %, in cents",
          {"a": (1.00, 0.50, 0.04, 0.03, 0.02, 0.01), "b": (0.70, 0.30, 0.03, 0.02, 0.01, 0.01)}),
    Table("p_without_nk", "three equal giants: no two hold 0.85, yet p holds too",
          {"a": (100.0, 100.0, 100.0, 1.0, 1.0, 1.0), "b": (100.0, 100.0, 9.0, 0.5, 0.2, 0.2)}),
    Table("zeros_and_one", "one value, the others zero", {"a": (10.0, 0.0, 0.0, 0.0, 0.0, 0.0)}),
    Table("zeros_and_two", "two values, the others zero", {"a": (10.0, 9.0, 0.0, 0.0, 0.0, 0.0)}),
    Table("zeros_and_many", "many values and some zeros", {"a": (*_counted(12), 0.0, 0.0, 0.0)}),
    Table("all_zero", "only zeros, above and below k = 5", {"a": (0.0,) * 6, "b": (0.0,) * 4}),
    Table("all_zero_beside", "a group of zeros beside a sound one",
          {"a": (0.0,) * 12, "b": _counted(12)}),
    Table("all_equal", "equal values, above and below k = 5",
          {"a": (7.0,) * 6, "b": (7.0,) * 4, "c": (0.1,) * 12}),
    Table("one_differs", "all equal but one", {"a": (*[7.0] * 11, 7.01)}),
    Table("one_negative", "one negative value in a sound group", {"a": (*_counted(11), -5.0)}),
    Table("all_negative", "only negative values",
          {"a": tuple(-1.0 * v for v in range(100, 112))}),
    Table("sum_zero", "the values cancel out", {"a": (100.0, -100.0, 50.0, -50.0, 7.0, -7.0)}),
    Table("sum_negative", "a negative sum with positive values",
          {"a": (10.0, 20.0, 30.0, -100.0, -5.0, -6.0)}),
    Table("negative_hides", "a large negative value hides that one dominates",
          {"a": (1000.0, 1.0, 2.0, 3.0, 4.0, -900.0)}),
    Table("negative_beside", "a negative value in one group, dominance in another",
          {"a": (*_counted(11), -5.0), "b": (1000.0, 1.0, 2.0, 3.0, 4.0, 5.0)}),
    Table("missing_some", "a missing value: k left, k - 1 left",
          {"a": (*_counted(5), None), "b": (*_counted(4), None), "c": (*_counted(12), None, None)}),
    Table("missing_all", "nothing but missing values", {"a": (None,) * 6, "b": _counted(6)}),
    Table("missing_but_one", "one value is left", {"a": (5.0, None), "b": (5.0, *[None] * 6)}),
    Table("missing_dominated", "one dominates what is left",
          {"a": (1000.0, 1.0, 2.0, 3.0, 4.0, 5.0, None, None)}),
    Table("missing_and_equal", "equal where not missing", {"a": (*[7.0] * 10, None)}),
    Table("large", "hundreds of entities", {"a": _many(1, 400), "b": _many(2, 250)}),
    Table("large_dominated", "hundreds of entities and a giant", {"a": _many(3, 200, 1e8)}),
    Table("large_two", "hundreds of entities and two giants", {"a": _many(4, 200, 1e8, 9e7)}),
    Table("ties_on_top", "equal on top: the largest is not one",
          {"a": (40.0, 40.0, 40.0, 5.0, 5.0, 5.0)}),
    Table("ties_at_n", "a tie on the n-th place", {"a": (50.0, 20.0, 20.0, 20.0, 20.0, 20.0)}),
    Table("two_giants", "two equal giants", {"a": (500.0, 500.0, 1.0, 1.0, 1.0, 1.0)}),
    Table("tiny", "tiny numbers", {"a": (5e-6, 3.5e-6, 5e-7, 4e-7, 3e-7, 3e-7)}),
    Table("scales", "numbers of very different size", {"a": (1e12, 1.0, 2.0, 3.0, 4.0, 5.0),
                                                      "b": (1e12, 9e11, 8e11, 3.0, 4.0, 5.0)}),
    Table("drawn_few", "drawn: small groups", _drawn(11, 12, 8)),
    Table("drawn_middle", "drawn: groups up to 25", _drawn(12, 12, 25)),
    Table("drawn_many", "drawn: groups up to 60", _drawn(13, 10, 60)),
    Table("drawn_again", "drawn: once more", _drawn(14, 15, 12)),
)  # fmt: skip
