"""Statements about some days only, through a real gateway: what they hold, and what they are not
given by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attacks.served import PASSWORD, Served, served
from commands import here
from running_city import wait_for
from told_books import forget

from workbench.catalogue.city import load_city
from workbench.catalogue.regulations import known_regulations
from workbench.cli.common import opened
from workbench.cli.ingest_desk import Desk
from workbench.cli.libraries_run import Maker
from workbench.client.connection import Connection, connect
from workbench.errors import WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.libraries.definition import load_libraries
from workbench.libraries.statements import of_base
from workbench.model.period import Period
from workbench.store.layout import Layout

pytestmark = pytest.mark.slow
SCENARIO = "library_energy"
MONTH = date(2026, 9, 1)
JOINED = "power_monthly join enterprise using (credit_code)"
ALL = f"select month, count(*) as n, sum(power_kwh) as x from {JOINED} group by month"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("days") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "15")
    assert built.returncode == 0, built.stderr
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        gateway.add("ana", "drc")
        yield gateway


@pytest.fixture
def ana(city: Path, gateway: Served) -> Iterator[Connection]:
    forget(city)
    with connect(url=gateway.http, user="ana", password=PASSWORD, progress=False) as connection:
        yield connection


def days(first: date, last: date, *by: tuple[str, str]) -> Period:
    return Period(by or (("power_monthly", "month"),), first, last)


def asked(ana: Connection, text: str, within: Period | None) -> pl.DataFrame:
    return pl.DataFrame(ana.sql(text, scenario=SCENARIO, within=within).table)


def truth(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(name)
    assert found is not None
    return pl.read_parquet(list(found.files))


def test_no_other_day_is_there_and_those_are_whole(ana: Connection, city: Path) -> None:
    found = asked(ana, ALL, days(date(2026, 8, 1), MONTH)).sort("month")
    power = truth(city, "power_monthly").filter(pl.col("month") >= date(2026, 8, 1))
    wanted = power.group_by("month").agg(pl.len(), pl.col("power_kwh").sum()).sort("month")
    assert found["month"].to_list() == wanted["month"].to_list()
    assert found["n"].to_list() == wanted["len"].to_list()
    assert [round(float(x), 2) for x in found["x"]] == pytest.approx(
        [round(float(x), 2) for x in wanted["power_kwh"]]
    )


def test_days_of_too_few_are_refused_without_a_count(ana: Connection) -> None:
    """Whoever chooses the days could count a few enterprises by a number in the refusal."""
    said = []
    for day in (
        date(2031, 1, 1),
        date(2026, 8, 2),
    ):  # neither is the first of a month that is there
        with pytest.raises(WorkbenchError) as caught:
            asked(ana, ALL, days(day, day))
        said.append(caught.value.said("en"))
    assert said[0] == said[1]
    assert not re.search(r"\b0\b", said[0])


@pytest.mark.parametrize(
    "by",
    [
        ("power_monthly", "power_kwh"),  # a measure
        ("power_monthly", "credit_code"),  # a key
        ("enterprise", "opened_on"),  # not granted here
        ("enterprise", "industry_code"),  # masked, and no date
        ("invoice_monthly", "month"),  # of another scenario
        ("no_such", "month"),
    ],
)
def test_what_is_no_granted_day_is_refused_with_what_to_do(
    ana: Connection, by: tuple[str, str]
) -> None:
    with pytest.raises(WorkbenchError) as caught:
        asked(ana, ALL, days(MONTH, MONTH, by))
    assert "WHERE" in caught.value.said("en")


def test_what_another_tier_holds_is_no_mistake(ana: Connection) -> None:
    """Of finance one base is asked in the rows tier, and one in that of statistics."""
    both = days(MONTH, MONTH, ("bank_monthly", "month"), ("loan_monthly", "month"))
    for text in (
        "select month, sum(deposits) as x from bank_monthly group by month",
        "select sum(balance) as x from loan_monthly join enterprise using (credit_code)",
    ):
        found = pl.DataFrame(ana.sql(text, scenario="library_finance", within=both).table)
        assert found.height == 1


def few(ana: Connection) -> tuple[str, str]:
    """A county, and an industry of which it has fewer enterprises than may be told of."""
    text = f"select county_code, industry_code, sum(power_kwh) as n from {JOINED} "
    text += "where month = date '2026-09-01' group by all"
    found = pl.DataFrame(ana.sql(f"{text}", scenario=SCENARIO).table)
    return found.filter(n_withheld="suppressed").sort("industry_code").row(0)[:2]


@pytest.mark.parametrize("first_whole", [True, False])
def test_days_part_nothing_that_may_not_be_parted(
    ana: Connection, city: Path, *, first_whole: bool
) -> None:
    """A total of all, and one without a small industry, tell what that industry has: whichever of
    the two is asked of a database of some days."""
    county, industry = few(ana)
    forget(city)
    total = f"select sum(power_kwh) as x from {JOINED} where county_code = '{county}'"
    total += " and month = date '2026-09-01'"
    without = f"{total} and industry_code <> '{industry}'"
    within = days(MONTH, MONTH)
    one = asked(ana, total, None if first_whole else within)
    other = asked(ana, without, within if first_whole else None)
    assert one["x"][0] is not None
    assert other["x"][0] is None


def test_the_ledger_says_for_which_days_and_no_old_days_stay_on_disk(
    ana: Connection, city: Path
) -> None:
    for month in (date(2026, 7, 1), date(2026, 8, 1), MONTH):
        asked(ana, ALL, days(month, month))
    said = [e["detail"]["within"] for e in entries(city) if "within" in e.get("detail", {})]
    assert said[-1] == "power_monthly.month=2026-09-01..2026-09-01"

    def left() -> int:
        """The database of all days, and that of the last ones asked for, once a sweep came by."""
        there = [e["event"] for e in entries(city) if e["scenario"] == SCENARIO]
        return there.count("workspace_built") - there.count("workspace_destroyed")

    assert wait_for(lambda: left() <= 2)


def entries(city: Path) -> list[dict[str, Any]]:
    said = here("audit", "show", "--city", str(city), "--json", "--limit", "100000")
    assert said.returncode == 0, said.stderr
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return sorted(found, key=lambda entry: entry["seq"])


def test_a_library_is_worked_out_of_its_months_as_of_all(ana: Connection, city: Path) -> None:
    library, found = load_libraries(city, known_regulations(city))["energy"], load_city(city)
    with opened(city) as state:
        maker = Maker(found, Desk(state, found).shelf(), ana, large=1)
        (done,) = maker.run(library, MONTH, MONTH)
    said = [e["detail"]["within"] for e in entries(city) if "within" in e.get("detail", {})]
    assert said[-1] == "power_monthly.month=2026-09-01..2026-09-30"
    forget(city)
    whole = pl.DataFrame(ana.sql(of_base(library, "power", MONTH), scenario=SCENARIO).table)
    kept = truth(city, "energy_indicators").filter(indicator="power_used")
    assert done.figures == truth(city, "energy_indicators").height
    assert released(kept) == {
        (county, industry, round(float(value), 2))
        for county, industry, value in whole.select("county", "industry", "power_used").rows()
        if value is not None
    }


def released(kept: pl.DataFrame) -> set[tuple[str | None, str | None, float]]:
    rows = kept.filter(state="released").select("county", "industry", "value").rows()
    return {(county, industry, round(float(value), 2)) for county, industry, value in rows}
