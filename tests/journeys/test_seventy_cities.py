"""The 70-city series (real) through import, indicators, lights and a page: every indicator, rate,
light, place and sentence, and every figure of the page, is what exact fractions make of the CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from seventy_city import CSV, chosen, kept, month_of, seventy_city, table
from seventy_truth import TOTALS, Truth, back, digits, middle, percent, same, shown
from shipped import ROOT

from workbench.client import connect
from workbench.economy import diffusion
from workbench.gateway.assemble import open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Role
from workbench.ui.build import build, now
from workbench.ui.page_file import load_page
from workbench.ui.view import Drawn, View

pytestmark = pytest.mark.slow

ANALYSED = ("2020-02", "2024-01", "2025-02", "2025-12")
"""A month with too little history for a light; one of 35 cities; one after such; the last."""
MONTHS = tuple(month_of(text) for text in ANALYSED)
LIGHTS = ("month", "month_middle", "year", "diffusion", "up_on_year")
MEANING = ["过冷", "偏冷", "稳定", "偏热", "过热"]
PAGE = load_page(ROOT / "dashboards" / "pages" / "seventy_cities.yaml")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("seventy") / "city"
    return seventy_city(root, "2018-03", "2025-12", ANALYSED)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth.of(CSV)


@pytest.fixture(scope="module")
def rows(city: Path) -> pl.DataFrame:
    return kept(city, "house_price_analysis")


# ---- indicators


def test_every_indicator_of_every_month_and_city(city: Path, truth: Truth) -> None:
    found = kept(city, "house_price_indicators")
    ours = {(r["indicator"], r["month"], r["city"]): r for r in found.iter_rows(named=True)}
    mine = {
        (name, month, place): value
        for month in truth.months
        for place in (None, *truth.cities)
        for name, value in truth.indicators(month, place).items()
    }
    assert len(truth.months) == 94
    assert len(mine) == found.height == 72644
    assert ours.keys() == mine.keys()
    assert [key for key, value in mine.items() if not same(ours[key]["value"], value)] == []
    assert {row["state"] for row in ours.values()} == {"released"}
    assert all(row["entry"] > 0 for row in ours.values())


def test_the_diffusion_index_is_the_formula_of_the_product(city: Path) -> None:
    found = kept(city, "house_price_indicators").filter(pl.col("city").is_null())
    wide = found.pivot("indicator", index="month", values="value")
    answers = wide.select(
        "month", series=pl.lit("s"), up="cities_rising", same="cities_level", down="cities_falling"
    )
    both = wide.join(diffusion.of_answers(answers), on="month")
    assert both.height == 94
    assert both["price_diffusion"].to_list() == pytest.approx(both["value"].to_list(), rel=1e-12)


# ---- the month's analysis


@pytest.mark.parametrize("month", MONTHS, ids=ANALYSED)
def test_rates_published_and_chained(rows: pl.DataFrame, truth: Truth, month: date) -> None:
    told = {"year": truth.published, "month": truth.chained}
    for subject, mine in told.items():
        found = chosen(rows, month, "headline", subject, "year_on_year")
        wanted = {
            (period, place): mine(period, place)
            for place in (None, *truth.cities)
            for period in [back(month, n) for n in range(36 if place is None else 2)]
            if period in truth.rows
        }
        ours = {(r["period"], r["city"]): r["value"] for r in found.iter_rows(named=True)}
        assert all(same(ours.get(key), value) for key, value in wanted.items())
        assert {key for key, value in ours.items() if value is not None} == {
            key for key, value in wanted.items() if value is not None
        }
    chain = chosen(rows, month, "headline", "month", "chained")
    assert chain.height == min(36, len([m for m in truth.months if m <= month]))
    assert all(same(r["value"], truth.level(r["period"])) for r in chain.iter_rows(named=True))


def test_a_city_with_a_month_missing_has_no_chained_rate(rows: pl.DataFrame, truth: Truth) -> None:
    found = chosen(rows, MONTHS[-1], "headline", "month", "year_on_year")
    now_ = found.filter(pl.col("period") == MONTHS[-1], pl.col("city").is_not_null())
    absent = set(truth.cities) - truth.rows[date(2025, 1, 1)].keys()
    assert len(absent) == 35
    assert set(now_.filter(pl.col("state") == "empty")["city"]) == absent
    assert now_.filter(pl.col("state") == "released").height == 35


def test_published_and_chained_differ_by_rounding_and_no_more(truth: Truth) -> None:
    """Each link is rounded to a tenth, so is the year: 13 x 0.05, a little more for products."""
    apart = [
        abs(chain - published)
        for month in truth.months
        for place in truth.cities
        if (chain := truth.chained(month, place)) is not None
        and (published := truth.published(month, place)) is not None
    ]
    assert len(apart) > 4900
    assert max(apart) > Fraction(1, 2)  # they are not the same figure
    assert sum(each <= Fraction(65, 100) for each in apart) / len(apart) > 0.99
    assert middle(apart) < Fraction(1, 10)


@pytest.mark.parametrize("month", MONTHS, ids=ANALYSED)
def test_every_light_and_their_sum(rows: pl.DataFrame, truth: Truth, month: date) -> None:
    periods = [m for m in truth.months if back(month, 36) < m <= month]
    for light in LIGHTS:
        judged = chosen(rows, month, "light", light, "judged").drop_nulls("value")
        assert judged["period"].to_list() == ([] if truth.cuts(light, month) is None else periods)
        for row in judged.iter_rows(named=True):
            assert same(row["value"], truth.judged(light, row["period"]))
        colours = chosen(rows, month, "light", light, "colour").drop_nulls("value")
        ours = [(r["period"], r["value"], r["text_zh"]) for r in colours.iter_rows(named=True)]
        mine = [(m, truth.points(light, m, month)) for m in periods]
        assert ours == [(m, p, MEANING[p - 1]) for m, p in mine if p is not None]
    scores = chosen(rows, month, "light", "total", "score")
    assert dict(zip(scores["period"], scores["value"], strict=True)) == {
        m: truth.score(m, month) for m in periods
    }
    levels = chosen(rows, month, "light", "total", "colour")
    for row in levels.iter_rows(named=True):
        score = truth.score(row["period"], month)
        assert row["value"] == (None if score is None else 1 + sum(score >= t for t in TOTALS))
    assert (truth.score(month, month) is None) is (month == MONTHS[0])


@pytest.mark.parametrize("month", MONTHS, ids=ANALYSED)
def test_every_place(rows: pl.DataFrame, truth: Truth, month: date) -> None:
    mine = {place: (at, score) for place, at, score in truth.places(month)}
    before = {place: at for place, at, _ in truth.places(back(month, 1))}
    found = rows.filter(pl.col("month") == month, pl.col("part") == "ranking")
    wide = found.pivot("measure", index="city", values="value")
    ranked = wide.drop_nulls("place")
    assert set(ranked["city"]) == mine.keys()
    for row in ranked.iter_rows(named=True):
        at, score = mine[row["city"]]
        assert (row["place"], row["place_before"]) == (at, before.get(row["city"]))
        assert same(row["score"], score)


def test_the_sentences_say_what_the_series_says(rows: pl.DataFrame, truth: Truth) -> None:
    for month in MONTHS:
        part = rows.filter(pl.col("month") == month, pl.col("part") == "sentence_figure")
        for number, mine in ((2, truth.published), (3, truth.chained)):
            told = part.filter(pl.col("subject") == str(number)).sort("measure")["text_zh"]
            rates = {c: r for c in truth.cities if (r := mine(month, c)) is not None}
            first = min(rates, key=lambda c: (-rates[c], c))
            last = min(rates, key=lambda c: (rates[c], c))
            whole = mine(month)
            assert whole is not None
            assert told.to_list() == [
                percent(whole), first, percent(rates[first]), last, percent(rates[last])
            ]  # fmt: skip
        lights = part.filter(pl.col("subject") == "1").sort("measure")["text_zh"].to_list()
        score, before = truth.score(month, month), truth.score(back(month, 1), month)
        if score is None:
            assert lights == []
        else:
            meaning = MEANING[sum(score >= t for t in TOTALS)]
            assert lights == ["5", str(score), meaning, str(before)]


# ---- the page


@pytest.fixture(scope="module", params=MONTHS[1:], ids=ANALYSED[1:])
def view(request: pytest.FixtureRequest, city: Path) -> Iterator[tuple[View, date]]:
    with open_workbench(city, now) as bench:
        if bench.store.users.get("leader") is None:
            bench.store.users.add("leader", "a long enough password", "data_bureau", {Role.leader})
        served = Gateway(bench, "1")
        token = bench.auth.page_session("seventy_cities", "leader")
        with connect(served.http, token=token, progress=False) as connection:
            yield build(PAGE, connection, {"month": request.param.isoformat()}), request.param
        served.stop()


def test_every_panel_is_there(view: tuple[View, date]) -> None:
    assert [type(panel) for panel in view[0].panels] == [Drawn] * 14


def test_the_figures_of_the_month(view: tuple[View, date], truth: Truth) -> None:
    page, month = view
    known = [m for m in truth.months if m <= month]
    cards = table(page, "This month")
    assert cards.rows() == [
        (
            m,
            shown(truth.indicators(m, None)["price_month"] - 100, 2),
            shown(truth.published(m), 2),
            shown(truth.chained(m), 2),
        )
        for m in known[-36:]
    ]
    names = ("rising", "level", "falling", "up_on_year", "told")
    mine = [(m, *(truth.indicators(m, None)[f"cities_{name}"] for name in names)) for m in known]
    assert table(page, "Cities").rows() == mine
    lights = {
        (r["month"], r["subject"]): (r["level"], r["text"])
        for r in table(page, "Signal lights").iter_rows(named=True)
    }
    colours = ["blue", "light_blue", "green", "yellow", "red"]
    form = {"year": "{:+.1f}%", "diffusion": "{:.1f}%", "up_on_year": "{:.1f}%"}
    for when, period in (("now", month), ("before", back(month, 1))):
        for light in LIGHTS:
            points, judged = truth.points(light, period, month), truth.judged(light, period)
            assert points is not None
            assert judged is not None
            places = 1 if light in form else 2
            text = form.get(light, "{:.2f}").format(digits(judged, places))
            assert lights[when, light] == (colours[points - 1], text)
        score = truth.score(period, month)
        assert score is not None
        level = colours[sum(score >= cut for cut in TOTALS)]
        assert lights[when, "total"] == (level, f"{score:.1f}")
    assert len(lights) == 12


def test_the_courses(view: tuple[View, date], truth: Truth) -> None:
    page, month = view
    known = [m for m in truth.months if m <= month]
    both = table(page, "Year on year: published and chained").rows()
    ways = (("chained", truth.chained), ("published", truth.published))
    assert both == [(m, way, digits(v, 2)) for way, rate in ways for m in known[-36:] if (v := rate(m)) is not None]  # fmt: skip # noqa: E501
    names = ("price_month", "price_month_middle")
    assert table(page, "Month on month").rows() == [
        (m, name, digits(truth.indicators(m, None)[name], 2)) for name in names for m in known
    ]
    assert table(page, "Diffusion index").rows() == [
        (m, digits(truth.indicators(m, None)["price_diffusion"], 1)) for m in known
    ]
    assert table(page, "Level chained from months").rows() == [
        (m, digits(truth.level(m), 1)) for m in known[-36:]
    ]
    assert table(page, "Lights of the last 36 months").rows() == [
        (m, light, truth.points(light, m, month)) for light in LIGHTS for m in known[-36:]
    ]


def test_the_cities(view: tuple[View, date], truth: Truth) -> None:
    page, month = view
    yoy = {place: rate - 100 for place, (_, rate) in truth.rows[month].items()}
    down = sorted(yoy, key=lambda c: (-yoy[c], c))
    up = sorted(yoy, key=lambda c: (yoy[c], c))
    for title, order in (("highest", down), ("lowest", up)):
        ranked = table(page, f"The 15 {title} year on year").rows()
        assert ranked == [(c, digits(yoy[c], 1)) for c in order[:15]]
    chain = {c: v for c in sorted(yoy) if (v := truth.chained(month, c)) is not None}
    assert table(page, "Published and chained year on year").rows() == [
        (c, digits(yoy[c], 1), digits(v, 2)) for c, v in chain.items()
    ]
    apart = [abs(v - yoy[c]) for c, v in chain.items()]
    gaps = (digits(middle(apart), 2), digits(max(apart), 2))
    row = table(page, "How far the two are apart").row(0)
    assert row == (month, len(chain), len(yoy) - len(chain), *gaps)
    at = {place: n for place, n, _ in truth.places(month)}
    before = {place: n for place, n, _ in truth.places(back(month, 1))}
    assert table(page, "Every city this month").rows() == [
        (
            c, at[c], before.get(c), digits(truth.rows[month][c][0], 1), digits(yoy[c], 1),
            shown(chain.get(c), 2), digits(chain[c] - yoy[c], 2) if c in chain else None,
        )
        for c in sorted(yoy, key=lambda c: (at[c], c))
    ]  # fmt: skip
