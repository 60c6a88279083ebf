"""The noise is as it is told: its scale, its spread, and what it lets anybody tell apart.

Draws are by chance. Each bound is some six standard deviations wide: a right mechanism fails one of
them less than once in ten million runs, and one that is wrong by a tenth fails every time.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import opendp.prelude as dp
import pytest

from workbench.disclosure.noise.mechanism import CONFIDENCE, error_of, noised, scale_of

DRAWS = 15_000


@pytest.mark.parametrize("sensitivity", [1, 3, 200_000, 10**12])
@pytest.mark.parametrize("epsilon", [1000, 33_333, 100_000, 700_001, 2_000_000])
def test_the_scale_spends_what_it_may_by_opendp_s_own_account(
    sensitivity: int, epsilon: int
) -> None:
    scale = scale_of(sensitivity, epsilon)
    dp.enable_features("contrib")
    one = dp.m.make_laplace(dp.atom_domain(T="i64"), dp.absolute_distance(T="i64"), scale)
    assert Fraction(one.map(sensitivity)) <= Fraction(epsilon, 10**6)
    assert scale <= sensitivity * 1e6 / epsilon * (1 + 1e-9)


@pytest.mark.parametrize("scale", [0.3, 1.0, 20.0, 1234.5, 4e6])
def test_the_error_to_expect_is_the_smallest_that_holds(scale: float) -> None:
    p = math.exp(-1 / scale)

    def beyond(t: int) -> float:
        return 2 * p ** (t + 1) / (1 + p)

    told = error_of(scale)
    assert beyond(told) <= 1 - CONFIDENCE
    assert told == 0 or beyond(told - 1) > 1 - CONFIDENCE
    assert told <= dp.discrete_laplacian_scale_to_accuracy(scale, 1 - CONFIDENCE) + 1e-6 * scale


@pytest.mark.parametrize("scale", [2.0, 250_000.0])
def test_the_spread_of_draws_is_what_is_told(scale: float) -> None:
    drawn = noised([7] * DRAWS, scale)
    within = sum(abs(value - 7) <= error_of(scale) for value in drawn) / DRAWS
    p = math.exp(-1 / scale)
    exact = 1 - 2 * p ** (error_of(scale) + 1) / (1 + p)
    assert abs(within - exact) < 6 * math.sqrt(exact * (1 - exact) / DRAWS)
    mean = sum(drawn) / DRAWS - 7
    deviation = math.sqrt(2 * p) / (1 - p)
    assert abs(mean) < 6 * deviation / math.sqrt(DRAWS)
    spread = math.sqrt(sum((value - 7) ** 2 for value in drawn) / DRAWS)
    assert abs(spread / deviation - 1) < 6 * math.sqrt(5 / DRAWS) / 2


def test_a_neighbour_is_told_apart_by_no_more_than_epsilon() -> None:
    """Of each figure the odds between 100 and 101 entities, over all outcomes that are common."""
    epsilon = 0.5
    scale = scale_of(1, 500_000)
    one, other = (Counter(noised([count] * DRAWS, scale)) for count in (100, 101))
    common = [value for value in one if one[value] > 200 and other[value] > 200]
    assert len(common) > 6
    for value in common:
        slack = 6 * math.sqrt(1 / one[value] + 1 / other[value])
        assert abs(math.log(one[value] / other[value])) <= epsilon + slack
    assert any(abs(math.log(one[v] / other[v])) > epsilon / 2 for v in common)


def test_each_figure_has_noise_of_its_own() -> None:
    first, second = noised([0] * 200, 1e6), noised([0] * 200, 1e6)
    assert len(set(first)) > 190
    assert first != second
    assert noised([], 1.0) == []


def test_the_largest_figures_stay_within_64_bits() -> None:
    for value in (4 * 10**18, -4 * 10**18):
        assert all(-(2**63) <= found < 2**63 for found in noised([value] * 50, 1e18))
