"""A sample city, a real gateway, and an analyst who analyses a month of what was released: growth,
contributions and lights are what plain Polars makes of the extracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import Said, here

from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout

pytestmark = pytest.mark.slow
MONTH, BEFORE = date(2026, 9, 1), date(2025, 9, 1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("analysis") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "15")
    assert built.returncode == 0, built.stderr
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        gateway.add("ana", "drc")
        gateway.add("tom", "taxation")
        signed_in(gateway, city, "ana")
        for month in ("2025-09", "2026-09"):
            done = asked(gateway, city, "libraries", "run", "employment", "--month", month)
            assert done.returncode == 0, done.stderr
        yield gateway


def signed_in(gateway: Served, city: Path, user: str) -> None:
    words = ("--url", gateway.http, "--user", user, "--password-stdin")
    done = here("login", *words, given=PASSWORD + "\n", XDG_STATE_HOME=str(city / "session"))
    assert done.returncode == 0, done.stderr


def asked(gateway: Served, city: Path, *words: str) -> Said:
    options = ("--url", gateway.http, "--city", str(city), "--json")
    return here(*words, *options, XDG_STATE_HOME=str(city / "session"))


def table(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(name)
    assert found is not None
    return pl.read_parquet(list(found.files))


@pytest.fixture(scope="module")
def kept(gateway: Served, city: Path) -> pl.DataFrame:
    done = asked(gateway, city, "analysis", "run", "--month", "2026-09")
    assert done.returncode == 0, done.stderr
    (one,) = json.loads(done.stdout)
    found = table(city, "analysis_monthly")
    assert (one["month"], one["figures"]) == ("2026-09", found.height)
    return found


def chosen(kept: pl.DataFrame, part: str, subject: str, measure: str) -> pl.DataFrame:
    same = (pl.col("part") == part) & (pl.col("subject") == subject)
    return kept.filter(same & (pl.col("measure") == measure))


def insured(city: Path) -> pl.DataFrame:
    """People by county in both months; the whole city has a null."""
    firms = table(city, "enterprise").select("credit_code", county="county_code")
    rows = table(city, "insured_monthly").filter(pl.col("month").is_in([BEFORE, MONTH]))
    rows = rows.join(firms, on="credit_code")
    by = rows.group_by("county", "month").agg(pl.col("insured").sum())
    whole = rows.group_by("month").agg(pl.col("insured").sum())
    whole = whole.with_columns(county=pl.lit(None, pl.String)).select(by.columns)
    return pl.concat([by, whole]).pivot("month", index="county", values="insured")


def test_growth_and_contributions_are_what_the_extracts_say(kept: pl.DataFrame, city: Path) -> None:
    now, then = str(MONTH), str(BEFORE)
    mine = insured(city).with_columns(rate=(pl.col(now) / pl.col(then) - 1) * 100)
    base = mine.filter(pl.col("county").is_null())[then].item()
    mine = mine.with_columns(points=(pl.col(now) - pl.col(then)) / base * 100)
    rates = chosen(kept, "headline", "insured", "year_on_year").filter(
        (pl.col("period") == MONTH) & pl.col("industry").is_null() & (pl.col("state") == "released")
    )
    assert rates.height > 3
    joined = rates.join(mine, on="county", nulls_equal=True)
    assert joined["value"].to_list() == pytest.approx(joined["rate"].to_list())
    points = chosen(kept, "driver", "insured", "points").drop_nulls("county")
    told = points.filter(pl.col("county") != "withheld").join(mine, on="county")
    assert told.height > 2
    assert told["value"].to_list() == pytest.approx(told["points"].to_list())
    whole = mine.filter(pl.col("county").is_null())["rate"].item()
    assert points["value"].sum() == pytest.approx(whole)  # with what is withheld, as one step


def test_a_light_is_by_its_thresholds_and_what_is_not_there_is_off(
    kept: pl.DataFrame, city: Path
) -> None:
    rate = chosen(kept, "light", "insured", "judged").filter(pl.col("period") == MONTH)
    points = 1 + sum(rate["value"].item() >= cut for cut in (-3, 0, 4, 7))
    assert chosen(kept, "light", "insured", "colour")["value"].to_list()[-1] == points
    exports = chosen(kept, "headline", "exports", "value")
    assert exports["state"].to_list() == ["empty"]  # its library has no month
    assert (
        chosen(kept, "light", "total", "score").filter(pl.col("period") == MONTH)["value"].item()
        is None
    )


def test_figures_rest_on_entries_of_the_ledger(kept: pl.DataFrame) -> None:
    known = kept.filter(pl.col("value").is_not_null(), pl.col("part") == "headline")
    assert known.height > 40
    assert (known["entry"] > 0).all()


def test_what_is_published_later_is_not_in_it(kept: pl.DataFrame) -> None:
    retail = chosen(kept, "headline", "retail", "value").drop_nulls("value")
    assert retail["period"].max() == date(2026, 8, 1)
    assert (kept["month"] == MONTH).all()


def test_a_month_is_not_made_twice(kept: pl.DataFrame, gateway: Served, city: Path) -> None:
    again = asked(gateway, city, "analysis", "run", "--month", "2026-09")
    assert json.loads(again.stdout) == []
    assert table(city, "analysis_monthly").height == kept.height


def test_who_has_no_grant_analyses_nothing(kept: pl.DataFrame, gateway: Served, city: Path) -> None:
    signed_in(gateway, city, "tom")
    done = asked(gateway, city, "analysis", "run", "--month", "2026-10")
    signed_in(gateway, city, "ana")
    assert done.returncode == 3
    assert table(city, "analysis_monthly").height == kept.height


def test_the_files_of_a_city_are_checked(city: Path) -> None:
    done = here("analysis", "check", "--city", str(city), "--json")
    assert done.returncode == 0, done.stdout
    listed = here("analysis", "list", "--city", str(city), "--json")
    assert len(json.loads(listed.stdout)) == 17


def test_prices_are_those_that_were_out_at_the_months_end(kept: pl.DataFrame, city: Path) -> None:
    """September's index comes out in October: the month's analysis ends with August."""
    index = table(city, "price_index")
    for name in ("cpi", "ppi"):
        prices = chosen(kept, "price", name, "year_on_year").sort("period")
        out = index.filter(pl.col("released_on") <= date(2026, 9, 30), series=name).sort("month")
        assert prices["period"].to_list() == out["month"].to_list()
        assert prices["period"].max() == date(2026, 8, 1)
        assert prices["value"].to_list() == pytest.approx((out["year_on_year"] - 100).to_list())
        assert (prices["entry"] > 0).all()
