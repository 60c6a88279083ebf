"""Rates against published figures, plain arithmetic, and the shapes in which months go missing."""

from __future__ import annotations

import math

import polars as pl
import pytest
from economy_frames import at, month, months, series
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.economy import comparable, cumulative, rates
from workbench.errors import InvalidInput

BINZHOU = pl.concat([series("2018-12", [2640.52], "gdp"), series("2019-12", [2457.19], "gdp")])
"""亿元; the second is counted by the fourth economic census."""
CENSUS = pl.DataFrame({"series": ["gdp"], "month": [month("2019-12")]})


def published(rate: float) -> pl.DataFrame:
    return pl.DataFrame({"series": ["gdp"], "month": [month("2019-12")], "rate": [rate]})


@settings(deadline=None, max_examples=examples(15))
@given(st.floats(-6.5, 15))
def test_a_revised_base_is_a_break_and_never_a_fall(rate: float) -> None:
    """Whatever growth was published with them, as long as it is not what the levels say (-6.9)."""
    out = comparable.against_published(BINZHOU, published(rate), CENSUS)
    assert at(out, "2019-12", "status") == "break"
    assert at(out, "2019-12", "rate") == rate
    assert at(out, "2019-12", "implied_base") == pytest.approx(2457.19 / (1 + rate / 100))


def test_a_break_is_found_without_being_declared() -> None:
    out = comparable.against_published(BINZHOU, published(3.0))
    assert at(out, "2019-12", "status") == "break"
    assert at(out, "2019-12", "apart") == pytest.approx((2640.52 * 1.03 / 2457.19 - 1) * 100)


def test_a_declared_break_without_published_growth_has_no_rate() -> None:
    none = published(1.0).clear()
    out = comparable.against_published(BINZHOU, none, CENSUS)
    assert (at(out, "2019-12", "rate"), at(out, "2019-12", "status")) == (None, "break")
    plain = rates.year_on_year(BINZHOU, CENSUS)
    assert (at(plain, "2019-12", "rate"), at(plain, "2019-12", "status")) == (None, "break")
    revised = series("2018-12", [2380.0], "gdp")
    known = rates.year_on_year(BINZHOU, CENSUS, revised)
    assert at(known, "2019-12", "rate") == pytest.approx((2457.19 / 2380 - 1) * 100)
    # What would be said if nobody told it of the census: the reason for all of this.
    assert at(rates.year_on_year(BINZHOU), "2019-12", "rate") == pytest.approx(-6.943, abs=1e-3)


def test_months_after_the_break_are_compared_again() -> None:
    frame = series("2018-01", [100.0] * 12 + [80.0] * 24)
    since = pl.DataFrame({"series": ["s"], "month": [month("2019-01")]})
    out = rates.year_on_year(frame, since)
    assert out.filter(pl.col("status") == "break")["month"].to_list() == months("2019-01", 12)
    assert out.filter(pl.col("month") >= month("2020-01"))["rate"].to_list() == [0.0] * 12


def test_revised_figures_are_only_for_rates_across_the_break() -> None:
    """2018 over 2017 stays as both were counted, though 2017 was revised as well."""
    frame = series("2017-12", [100.0, 110.0, 99.0], step=12)
    since = pl.DataFrame({"series": ["s"], "month": [month("2019-12")]})
    revised = series("2017-12", [80.0, 90.0], step=12)
    out = rates.year_on_year(frame, since, revised)["rate"].to_list()
    assert out[1:] == pytest.approx([10.0, 10.0])


def test_levels_are_linked_back_by_published_rates() -> None:
    levels = series("2017-12", [2612.92, 2640.52, 2457.19, 2508.11], step=12)
    given_rates = pl.DataFrame(
        {"series": ["s"] * 2, "month": [month("2019-12"), month("2020-12")], "rate": [3.0, 3.7]}
    )
    linked = comparable.linked_back(levels, given_rates)["linked"].to_list()
    assert linked[0] is None  # nothing was published for 2018
    assert linked[2] == pytest.approx(2508.11 / 1.037)
    assert linked[1] == pytest.approx(2508.11 / 1.037 / 1.03)


@pytest.mark.parametrize(
    ("two", "average"),
    [
        # Binzhou's product, 2020 and 2021
        ((3.7, 8.3), 5.975),
        # NBS: industry above designated size, June 2021 (release of 15 July 2021: 8.3, two years
        # 6.5, against 2019 +13.5) and June 2020 (4.8)
        ((4.8, 8.3), 6.5),
        # NBS, statistical communique of 2021: industry 2.8 and 9.6, two years 6.1
        ((2.8, 9.6), 6.1),
    ],
)
def test_two_year_average_as_published(two: tuple[float, float], average: float) -> None:
    digits = len(str(average).split(".")[1])
    assert round(rates.average_growth(*two), digits) == average
    frame = pl.DataFrame(
        {"series": ["s"] * 2, "month": [month("2020-12"), month("2021-12")], "rate": two}
    )
    out = rates.two_year_average(frame)
    assert out["two_year"].round(digits).to_list() == [None, average]


def test_a_rate_says_why_it_is_missing() -> None:
    frame = series(
        "2020-01", [0.0, -5.0, 10.0, None, 10.0] + [1.0] * 7 + [3.0, 4.0, None, 5.0, 11.0]
    )
    out = rates.year_on_year(frame)
    shown = out.filter(pl.col("month") >= month("2021-01"))["status"].to_list()
    assert shown == ["base_not_positive", "base_not_positive", "missing", "no_base", "ok"]
    assert at(out, "2021-05", "rate") == pytest.approx(10)


def test_a_month_without_a_row_shifts_nothing() -> None:
    whole = series("2020-01", [float(v) for v in range(100, 125)])
    holed = whole.filter(~pl.col("month").is_in(months("2020-05", 3)))
    full, less = rates.year_on_year(whole), rates.year_on_year(holed)
    kept = full.filter(pl.col("month").is_in(less["month"].implode()))
    joined = kept.join(less, on=["series", "month"], suffix="_less")
    known = joined.filter(pl.col("rate_less").is_not_null())
    assert known["rate"].to_list() == known["rate_less"].to_list()
    assert at(less, "2021-05", "status") == "no_base"


VALUES = st.lists(st.floats(1, 1e6), min_size=14, max_size=40)


@settings(deadline=None, max_examples=examples(15))
@given(VALUES, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_neither_scale_nor_order_of_rows_matters(
    values: list[float], by: float, dice: object
) -> None:
    frame = series("2020-01", values)
    first = rates.year_on_year(frame)["rate"].drop_nulls().to_list()
    scaled = frame.with_columns(pl.col("value") * by).sample(fraction=1, shuffle=True, seed=3)
    assert rates.year_on_year(scaled)["rate"].drop_nulls().to_list() == pytest.approx(first)


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=40))
def test_cumulative_to_single_and_back(values: list[float | None]) -> None:
    """Sums with holes give singles that cover the holes, and these the same sums again."""
    total, sums = 0.0, []
    for at_, value in enumerate(values):
        total = (0.0 if at_ % 12 == 0 else total) + (value or 0.0)
        sums.append(None if value is None else total)
    frame = series("2020-01", sums)
    again = cumulative.cumulated(cumulative.single(frame))["value"].to_list()
    for one, other in zip(sums, again, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def test_january_and_february_come_together() -> None:
    frame = series("2021-01", [None, 20.0, 31.0, None, 55.0, 54.0])
    out = cumulative.single(frame)
    assert out["value"].to_list() == [None, 20.0, 11.0, None, 24.0, -1.0]
    assert out["covers"].to_list() == [None, 2, 1, None, 2, 1]
    assert out["status"].to_list() == ["missing", "together", "ok", "missing", "gap", "fell"]
    apart = cumulative.single(series("2021-01", [8.0, 20.0]), january_apart=False)
    assert apart["value"].to_list() == [None, 20.0]


def test_single_months_are_compared_over_the_same_months() -> None:
    """Last year's January was published, this year's was not."""
    frame = pl.concat([series("2020-01", [8.0, 20.0, 30.0]), series("2021-01", [None, 22.0, 33.0])])
    out = cumulative.single_year_on_year(frame)
    assert at(out, "2021-02", "base") == 20.0
    assert at(out, "2021-02", "rate") == pytest.approx(10)
    assert at(out, "2021-03", "rate") == pytest.approx(10)
    assert at(out, "2021-01", "rate") is None


def test_a_missing_month_is_not_in_the_sum() -> None:
    frame = series("2021-01", [1.0, None, 3.0])
    assert cumulative.cumulated(frame)["value"].to_list() == [1.0, None, None]


def test_real_rate_and_a_chain() -> None:
    nominal = pl.DataFrame({"series": ["s"], "month": [month("2021-06")], "rate": [13.4]})
    index = series("2021-06", [108.0])
    assert at(comparable.real_rate(nominal, index), "2021-06", "real") == pytest.approx(5.0)
    chain = comparable.chained(series("2021-01", [101.0, 102.0, None, 100.0]))["level"].to_list()
    assert chain[:2] == pytest.approx([101.0, 103.02])
    assert chain[2:] == [None, None]


def test_links_over_several_months_and_none_where_one_is_missing() -> None:
    links = series("2021-01", [101.0, 102.0, 99.0, None, 100.0, 103.0, 110.0])
    three = comparable.compounded(links, 3)["rate"].to_list()
    assert three[2] == pytest.approx((1.01 * 1.02 * 0.99 - 1) * 100)
    assert three[6] == pytest.approx((1.03 * 1.1 - 1) * 100)
    assert [three[at] for at in (0, 1, 3, 4, 5)] == [None] * 5
    unrowed = comparable.compounded(links.drop_nulls("value"), 3)
    assert unrowed["rate"].null_count() == 4  # by the calendar: a month without a row is missing
    assert at(unrowed, "2021-07", "rate") == three[6]
    with pytest.raises(InvalidInput, match="positive"):
        comparable.compounded(series("2021-01", [100.0, 0.0]), 2)
    with pytest.raises(InvalidInput, match="distance"):
        comparable.compounded(links, 0)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame({"series": ["s"], "month": [month("2020-01")]}), "missing: value"),
        (series("2020-01", [1.0]).with_columns(month=pl.lit("2020-01")), "no dates"),
        (series("2020-01", [1.0]).with_columns(value=pl.lit("1")), "no numbers"),
        (series("2020-01", [math.inf]), "infinite"),
        (pl.concat([series("2020-01", [1.0])] * 2), "several rows"),
        (series("2020-01", [1.0]).with_columns(pl.col("month").dt.offset_by("4d")), "first of its"),
    ],
)
def test_frames_that_are_refused(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        rates.year_on_year(frame)
    assert said in caught.value.said("en")
    assert caught.value.said("zh") != caught.value.said("en")


def test_rates_that_cannot_be_averaged() -> None:
    for bad in ((), (-100.0,), (math.nan,)):
        with pytest.raises(InvalidInput):
            rates.average_growth(*bad)
