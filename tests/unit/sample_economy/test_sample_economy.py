"""The made-up economy: what it promises of itself, measured on what it makes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.economy.festival import new_year
from workbench.errors import InvalidInput
from workbench.model.check_digits import valid_credit_code
from workbench.simulation.economy import plan as plans
from workbench.simulation.economy.city import TRUTH, Ground, SampleCity
from workbench.simulation.economy.codes import credit_codes
from workbench.simulation.economy.course import Month
from workbench.simulation.economy.cycles import holiday
from workbench.simulation.economy.events import Event, kept
from workbench.simulation.economy.memory import FILE
from workbench.simulation.economy.tables import monthly

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
START = date(2021, 1, 1)


@cache
def city(count: int = 2_000, months: int = 60, seed: int = 5) -> SampleCity:
    ground = Ground.of(SHIPPED, "371600")
    return SampleCity(plans.shipped(), ground, count, START, months, seed)


@cache
def months() -> tuple[Month, ...]:
    return tuple(city().course())


@cache
def whole(name: str) -> pl.DataFrame:
    """All months of one resource."""
    made = city()
    return pl.concat(monthly(made.firms, made.ground.places, m)[name] for m in months())


def sums(name: str, column: str) -> pl.Series:
    return whole(name).group_by("month").agg(pl.col(column).sum()).sort("month")[column]


def test_counties_are_those_of_the_real_city() -> None:
    assert {place.code: place.name for place in city().ground.places} == {
        "371602": "滨城区", "371603": "沾化区", "371621": "惠民县", "371622": "阳信县",
        "371623": "无棣县", "371625": "博兴县", "371681": "邹平市",
    }  # fmt: skip


def test_credit_codes_are_right_by_both_check_characters_and_all_different() -> None:
    codes = credit_codes(np.array(["371602"] * 20_000), 3)
    assert codes.n_unique() == 20_000
    assert all(valid_credit_code(code) for code in codes)
    assert all(body_is_right(code[8:17]) for code in codes.head(2_000))


def body_is_right(body: str) -> bool:
    """GB 11714-1997, worked out letter by letter."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * int(c, 36) for w, c in zip(weights, body[:8], strict=True))
    return body[8] == {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def test_the_same_seed_gives_the_same_city_and_another_one_another() -> None:
    first, again, other = (
        SampleCity(plans.shipped(), city().ground, 300, START, 14, seed) for seed in (1, 1, 2)
    )
    frames = [
        [monthly(c.firms, c.ground.places, m)["invoice_monthly"] for m in c.course()]
        for c in (first, again, other)
    ]
    assert pl.concat(frames[0]).equals(pl.concat(frames[1]))
    assert not pl.concat(frames[0]).equals(pl.concat(frames[2]))
    assert first.truth() == again.truth() != other.truth()


def test_all_that_a_month_has_is_of_enterprises_that_are_open_in_it() -> None:
    made = city()
    closed = made.firms.closed < made.months
    assert 0.1 < closed.mean() < 0.35
    for month in months():
        assert (made.firms.opened[month.at] <= month.number).all()
        assert (made.firms.closed[month.at] > month.number).all()


def test_sizes_have_a_heavy_tail() -> None:
    """The largest hundredth makes far more than a hundredth."""
    size = np.sort(np.exp(city().firms.level))[::-1]
    assert size[: len(size) // 100].sum() > 0.25 * size.sum()


def test_records_of_one_enterprise_tell_of_the_same_life() -> None:
    """Output, power, invoices and the next month's tax move together; employees follow slowly."""
    joined = (
        whole("invoice_monthly")
        .join(whole("power_monthly"), on=["credit_code", "month"])
        .join(whole("tax_monthly"), on=["credit_code", "month"])
        .join(whole("insured_monthly"), on=["credit_code", "month"])
        .sort("credit_code", "month")
    )
    moves = joined.with_columns(
        pl.col(name).log1p().diff().over("credit_code")
        for name in ("sales", "power_kwh", "vat", "insured")
    )
    later = moves.with_columns(vat=pl.col("vat").shift(-1).over("credit_code")).drop_nulls()
    strong = later.filter(later["sales"].abs() > 0.5)
    assert strong.select(pl.corr("sales", "power_kwh")).item() > 0.5
    assert strong.select(pl.corr("sales", "vat")).item() > 0.5
    assert later["insured"].std() < 0.5 * later["sales"].std()  # type: ignore[operator]


def test_the_spring_festival_moves_the_trough() -> None:
    """January 2023 (festival on the 22nd), February 2024 (on the 10th)."""
    assert holiday(date(2023, 1, 1), {2023: new_year(2023)}) > 0.9
    assert holiday(date(2024, 2, 1), {2024: new_year(2024)}) == 1.0
    output = sums("output_monthly", "output_value")
    at = {f"{2021 + n // 12}-{n % 12 + 1:02}": value for n, value in enumerate(output)}
    assert at["2023-01"] < 0.93 * at["2023-02"]
    assert at["2024-02"] < 0.93 * at["2024-01"]


def test_more_months_change_nothing_of_the_first() -> None:
    """Who there is, what is planted, and each month's rows; so one more month is only that."""
    short, long = (replace(city(), count=600, months=months, seed=3) for months in (31, 70))
    assert len(short.firms) < len(long.firms)
    assert long.firms.code.head(len(short.firms)).equals(short.firms.code)
    started = [e for e in long.planted.firms if e.start < short.months]
    assert tuple(started) == short.planted.firms
    assert started
    areas = [e for e in long.planted.areas if e.start < short.months]
    assert tuple(areas) == short.planted.areas
    for first, again in zip(short.course(), long.course(), strict=False):
        for name, rows in monthly(short.firms, short.ground.places, first).items():
            assert rows.equals(monthly(long.firms, long.ground.places, again)[name]), name


def test_an_area_has_its_event_whoever_looks_later() -> None:
    made = city(300, 15 + 4 * 48, 4)
    kinds = [event.kind for event in made.planted.areas]
    assert (kinds.count("industry_shock"), kinds.count("county_slump")) == (8, 4)
    slumps = [event.subject for event in made.planted.areas if event.kind == "county_slump"]
    assert len(set(slumps)) == len(slumps)  # each its turn
    assert any(event.start < 72 for event in made.planted.areas)


def test_an_event_takes_from_all_records_what_it_says() -> None:
    quiet = replace(city(), count=400, months=40, seed=9)
    firm = int(np.flatnonzero((quiet.firms.opened < 0) & (quiet.firms.closed > 40))[0])
    stop = Event("stop", firm, 30, 1, 5, 1.0)
    assert [round(stop.lost(month), 2) for month in (29, 30, 35, 36)] == [0.0, 1.0, 1.0, 0.0]
    slow = Event("cut", firm, 30, 4, 2, 0.4)
    assert [round(slow.lost(month), 2) for month in range(30, 40)] == [
        0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.3, 0.2, 0.1, 0.0,
    ]  # fmt: skip
    left = kept((stop,), quiet.firms, (), 31)
    assert left["activity"][firm] == 0.0
    assert left["activity"].sum() == len(quiet.firms) - 1
    shock = Event("industry_shock", int(quiet.firms.industry[firm]), 30, 1, 5, 0.5)
    hit = kept((), quiet.firms, (shock,), 31)["activity"]
    assert (hit == np.where(quiet.firms.industry == shock.subject, 0.5, 1.0)).all()


def test_a_stopped_plant_stands_still_in_every_record() -> None:
    made = city(4_000, 60, 11)
    stops = [e for e in made.planted.firms if e.kind == "stop" and e.start + 4 < made.months]
    assert stops
    course = list(made.course())
    for event in stops:
        before, during = course[event.start - 1], course[event.start + 2]
        if event.ends <= during.number or made.firms.closed[event.subject] <= during.number:
            continue
        for name in ("output", "power", "sales", "vat"):
            then, now = (
                getattr(m, name)[np.searchsorted(m.at, event.subject)] for m in (before, during)
            )
            assert now < 0.35 * then, (event, name)


def test_what_is_planted_is_in_range_once_for_an_enterprise_and_nowhere_else_to_read() -> None:
    made = city(10_000, 72, 7)
    subjects = [event.subject for event in made.planted.firms]
    assert len(subjects) == len(set(subjects))
    plan = dict(made.plan.events)
    for event in made.planted.firms:
        assert event.innocent == (event.kind not in plan)
        if not event.innocent:
            least, most = plan[event.kind].depth
            assert least <= event.depth <= most
    assert {event.kind for event in made.planted.firms} >= {*plan, "maintenance", "meter"}


def test_nothing_of_the_product_reads_what_was_planted() -> None:
    """Both files are the maker's: no other part names them, or imports what they tell."""
    told = (TRUTH, FILE, "economy.memory", "economy.events", "keep_truth")
    root = SHIPPED.parents[2]
    makers = {root / "cli" / "sample_build.py", *(root / "simulation").rglob("*.py")}
    for path in set(root.rglob("*.py")) - makers:
        text = path.read_text("utf-8")
        assert not [one for one in told if one in text], path


def test_published_levels_break_where_published_growth_does_not(tmp_path: Path) -> None:
    made = city()
    files, _ = made.write(tmp_path, lambda done, total: None)
    series = pl.read_parquet(files["published_series"])
    year = made.month(made.planted.revised[0]).year + 1  # type: ignore[index]
    gdp = series.filter(pl.col("series") == "gdp").sort("period", "released_on")
    level = {(r["period"], r["basis"]): r["value"] for r in gdp.iter_rows(named=True)}
    part = 1 + made.planted.revised[1]  # type: ignore[index]
    before = date(year - 1, 10, 1)
    assert level[before, "revised"] == pytest.approx(part * level[before, "first"], rel=1e-6)
    now = gdp.filter((pl.col("period") == date(year, 10, 1)) & (pl.col("basis") == "first"))
    naive = now["value"].item() / level[before, "first"] - 1
    told = now["growth"].item() / 100
    assert told == pytest.approx(now["value"].item() / level[before, "revised"] - 1, abs=6e-4)
    assert naive < told + made.planted.revised[1] / 2  # type: ignore[index]


def test_every_record_fits_its_contract(tmp_path: Path) -> None:
    made = replace(city(), count=500, months=20)
    files, _ = made.write(tmp_path, lambda done, total: None)
    contracts = SHIPPED / "data_contracts" / "resources"
    assert all((contracts / f"{name}.odcs.yaml").is_file() for name in files)
    assert len(files) == 15


def test_a_plan_with_mistakes_names_line_and_fix(tmp_path: Path) -> None:
    text = (SHIPPED.parent / "economy.yaml").read_text("utf-8")
    wrong = text.replace('code: "13"', 'code: "01"').replace(
        "depth: [0.90, 1.0]", "depth: [1.0, 0.9]"
    )
    file = tmp_path / "economy.yaml"
    file.write_text(wrong.replace("births: 0.07", "births: 7"), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        plans.plan_in(file)
    said = str(caught.value)
    assert re.search(r"economy\.yaml:\d+", said)
    file.write_text(wrong, "utf-8")
    with pytest.raises(InvalidInput) as caught:
        plans.plan_in(file)
    assert "industry 01 is there twice" in str(caught.value)
    assert "upside down" in str(caught.value)
