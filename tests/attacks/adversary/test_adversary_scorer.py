"""The scorer against numbers worked out by hand, the solver against systems of a few firms."""

from __future__ import annotations

from math import comb

import pytest

from .equations import Equations
from .prior import close
from .scorer import LEVEL, Score, at_least, fisher, table


def test_fisher_and_the_coins_are_those_of_the_books() -> None:
    assert fisher(10, 0, 10) == pytest.approx(1 / comb(20, 10))
    assert fisher(0, 0, 10) == 1.0
    assert fisher(3, 1, 4) == pytest.approx(17 / 70)  # Fisher 1935: the lady tasting tea
    assert at_least(8, 8) == pytest.approx(1 / 256)
    assert at_least(0, 0) == 1.0
    assert at_least(3, 4) == pytest.approx(5 / 16)


def test_nobody_is_above_himself_and_the_margin_is_the_last_that_is_not() -> None:
    for prior in (0, 12, 100, 200):
        assert not Score("x", 200, prior, prior).above
    score = Score("x", 200, 12, 12)
    assert fisher(score.margin, 12, 200) >= LEVEL > fisher(score.margin + 1, 12, 200)
    assert Score("x", 200, score.margin + 1, 12).above
    assert not Score("x", 200, score.margin, 12).above


def test_a_few_disclosures_show_in_pairs() -> None:
    """Seven told of two hundred, nothing lost: as two samples it could be chance, in pairs not."""
    few = Score("x", 200, 19, 12, only=7)
    assert few.apart >= LEVEL > few.paired
    assert few.above
    assert not Score("x", 200, 15, 12, only=8, lost=5).above


def test_scores_add_up_and_are_told() -> None:
    both = Score("x", 20, 5, 1, 4, 0, 4, 40, 2, 60, 1.5) + Score("x", 20, 1, 1, seconds=0.5)
    assert (both.tried, both.hits, both.prior, both.only, both.seconds) == (40, 6, 2, 4, 2.0)
    assert "| x | 40 | 6 | 2 |" in table([both])
    assert both.to_dict()["margin"] == both.margin


def test_a_success_is_within_a_tenth_of_the_truth() -> None:
    assert close(110.0, 100.0)
    assert close(90.0, 100.0)
    assert not close(110.1, 100.0)
    assert not close(0.0, 100.0)


def test_sums_that_differ_by_one_tell_it_and_the_known_are_subtracted() -> None:
    asked = Equations({9: 1000.0})
    asked.add([1, 2, 3, 9], 1060.0)
    assert asked.told([1]) == {}
    asked.add([2, 3], 50.0)
    assert asked.told([1, 2]) == {1: pytest.approx(10.0)}
    asked.add([9], 1000.0)  # of the known alone: says nothing
    assert len(asked.rows) == 2


def test_pairs_tell_each_of_three() -> None:
    asked = Equations({})
    for pair, total in (((1, 2), 30.0), ((2, 3), 50.0), ((1, 3), 40.0)):
        asked.add(pair, total)
    assert asked.told([1, 2, 3]) == {n: pytest.approx(10.0 * n) for n in (1, 2, 3)}


def test_what_is_not_determined_may_be_bounded() -> None:
    """x + y = 100 and y + z = 5, nobody below 0: x is between 95 and 100."""
    asked = Equations({})
    asked.add([1, 2], 100e6)
    asked.add([2, 3], 5e6)
    assert 95e6 <= asked.told([1])[1] <= 100e6
    assert asked.told([2, 3]) == {}
    assert asked.told([1], bounds=False) == {}


def test_a_prior_is_drawn_to_what_was_told_and_stays_above_zero() -> None:
    """By hand: 1 and 2 have 21 together, 2 and 3 have 101. With priors of 20, 1 and 100 in relative
    terms 2 hardly moves; where 1 and 3 leave it less than nothing, it is 0."""
    asked = Equations({})
    asked.add([1, 2], 21.0)
    asked.add([2, 3], 101.0)
    prior = {1: 20.0, 2: 1.0, 3: 100.0}
    assert asked.drawn(prior) == {1: pytest.approx(20.0), 3: pytest.approx(100.0)}
    scarce = Equations({})
    scarce.add([1, 2], 21.0)
    scarce.add([2, 3], 21.0)
    scarce.add([1, 3], 50.0)
    drawn = scarce.drawn(prior)
    assert drawn[2] == 0.0
    assert drawn[1] + drawn[3] == pytest.approx(46.0, abs=5.0)
    assert Equations({}).drawn({1: 1.0}) == {}


def test_a_prior_is_not_drawn_to_what_says_little() -> None:
    asked = Equations({})
    asked.add([1, 2], 10.0)
    assert asked.drawn({1: 10.0, 2: 10.0}) == {}
