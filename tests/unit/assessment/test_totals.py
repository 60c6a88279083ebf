"""The redistribution rule: exact, whole, and the same in any order."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.assessment.totals import redistributed, total

SCHEME = {
    "sharing": {"review": Fraction(30), "supply": Fraction(10)},
    "opening": {"open": Fraction(20)},
    "quality": {"updates": Fraction(25), "catalogue": Fraction(15)},
}


@st.composite
def schemes(draw: st.DrawFn) -> tuple[dict[str, dict[str, Fraction]], list[str]]:
    """Weights that come to a hundred, and some of the indicators."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    names = iter(f"i{n}" for n in range(sum(sizes)))
    parts = draw(st.lists(st.integers(1, 50), min_size=sum(sizes), max_size=sum(sizes)))
    each = iter(Fraction(100 * part, sum(parts)) for part in parts)
    weights = {
        f"d{n}": {next(names): next(each) for _ in range(size)} for n, size in enumerate(sizes)
    }
    inside = [name for within in weights.values() for name in within]
    rated = draw(st.lists(st.sampled_from(inside), unique=True, min_size=1))
    return weights, rated


def test_weight_goes_to_its_own_dimension_first() -> None:
    settled = redistributed(SCHEME, ["review", "open", "catalogue"])
    assert settled == {"review": Fraction(40), "open": Fraction(20), "catalogue": Fraction(40)}


def test_a_dimension_with_nothing_rated_gives_to_the_others_in_proportion() -> None:
    settled = redistributed(SCHEME, ["review", "supply", "updates"])
    # 40 and 40 of the two that are left share 100: 50 each
    assert settled == {
        "review": Fraction(75, 2),
        "supply": Fraction(25, 2),
        "updates": Fraction(50),
    }


def test_nothing_rated_is_no_score_and_never_zero() -> None:
    assert total({}, SCHEME) is None
    assert total({"open": Fraction(0)}, SCHEME) == 0


def test_an_indicator_of_no_weight_is_not_counted() -> None:
    weights = {"a": {"x": Fraction(100), "y": Fraction(0)}}
    assert redistributed(weights, ["x", "y"]) == {"x": Fraction(100)}
    assert total({"y": Fraction(50)}, weights) is None


@pytest.mark.parametrize(
    ("weights", "rated", "says"),
    [
        (SCHEME, ["review", "nobody"], "nobody"),
        ({"a": {"x": Fraction(50)}, "b": {"x": Fraction(50)}}, ["x"], "two dimensions"),
    ],
)
def test_what_is_not_in_the_scheme_is_refused(
    weights: dict[str, dict[str, Fraction]], rated: list[str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        redistributed(weights, rated)


@given(schemes())
def test_the_weights_stay_whole_to_the_last_digit(
    made: tuple[dict[str, dict[str, Fraction]], list[str]],
) -> None:
    weights, rated = made
    settled = redistributed(weights, rated)
    assert sum(settled.values()) == 100
    assert set(settled) == set(rated)
    for dimension in weights.values():
        mine = [name for name in dimension if name in settled]
        for one in mine:  # proportions within a dimension are kept
            assert settled[one] * dimension[mine[0]] == settled[mine[0]] * dimension[one]


@given(schemes())
def test_order_does_not_matter(made: tuple[dict[str, dict[str, Fraction]], list[str]]) -> None:
    weights, rated = made
    turned = dict(reversed([(k, dict(reversed(v.items()))) for k, v in weights.items()]))
    assert redistributed(weights, rated) == redistributed(turned, list(reversed(rated)))


@given(schemes(), st.integers(0, 100), st.integers(1, 100))
def test_a_better_score_never_lowers_the_total(
    made: tuple[dict[str, dict[str, Fraction]], list[str]], low: int, more: int
) -> None:
    weights, rated = made
    before = {name: Fraction(low) for name in rated}
    after = before | {rated[0]: Fraction(min(100, low + more))}
    was, now = total(before, weights), total(after, weights)
    assert was is not None
    assert now is not None
    assert 0 <= was <= now <= 100
