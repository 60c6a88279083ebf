"""How far off an attacker must stay, rule by rule."""

from __future__ import annotations

import pytest

from workbench.disclosure.secondary import Levels, count_protection, protection
from workbench.disclosure.shapes import Rules

NO_P = Rules(3, ((1, 0.85),))


def test_dominance_as_in_the_handbook() -> None:
    """Example 4 of the Handbook on Statistical Disclosure Control, 4.2: 330 of 300, 20 and 10."""
    found = protection(330, [300, 20], 3, NO_P)
    assert found.upper == pytest.approx(352.94 - 330, abs=0.01)
    assert found.lower == found.upper


def test_the_p_percent_rule_holds_just_at_the_level() -> None:
    """Example 5, ibid.: at T + U the second largest overestimates the largest by p %."""
    first, second, total = 300.0, 20.0, 330.0
    upper = protection(total, [first, second], 5, Rules(3, (), 0.1)).upper
    assert (total + upper - second) / first == pytest.approx(1.1)


def test_the_widest_of_the_broken_rules_counts() -> None:
    both = Rules(3, ((1, 0.85),), 0.1)
    assert protection(330, [300, 20], 3, both).upper == pytest.approx(22.94, abs=0.01)
    assert protection(330, [300, 20], 2, both).upper == pytest.approx(33.0)


def test_too_few_entities_ask_for_a_share_of_the_total() -> None:
    assert protection(1000, [10, 10], 2, NO_P) == Levels(100.0, 100.0)
    assert protection(1000, [10, 10], 2, Rules(3, (), 0.25)) == Levels(250.0, 250.0)


def test_withheld_by_some_other_rule() -> None:
    assert protection(1000, [10, 10], 50, NO_P) == Levels(100.0, 100.0)


def test_a_rule_missed_by_a_hair_still_leaves_something_open() -> None:
    assert protection(1000, [849.9999, 200], 5, Rules(3, ((1, 0.85 - 1e-9),))).upper >= 10


def test_even_where_all_is_zero() -> None:
    assert protection(0, [], 1, NO_P) == Levels(1.0, 1.0)


def test_a_negative_total_is_no_total_of_absolute_contributions() -> None:
    with pytest.raises(ValueError, match="absolute"):
        protection(-1, [1], 1, NO_P)


@pytest.mark.parametrize(
    ("entities", "hidden", "told"),
    [
        (1, False, (0, 4)),
        (4, False, (3, 1)),
        (4, True, (4, 1)),
        (0, True, (0, 5)),
        (9, False, (5, 5)),
    ],
)
def test_counts(entities: int, hidden: bool, told: tuple[int, int]) -> None:
    levels = count_protection(entities, Rules(5, hidden=hidden))
    assert (levels.lower, levels.upper) == told
