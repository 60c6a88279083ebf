"""A sample city, a real gateway, and an analyst who works out two months of a library.

Each figure that was released is what plain Polars makes of the extracts; what is of fewer than five
enterprises is in no row.
"""

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
MONTH = date(2026, 9, 1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("libraries") / "city"
    built = here("sample", "build", "--city", str(root), "--enterprises", "3000", "--months", "15")
    assert built.returncode == 0, built.stderr
    finance = root / "data_contracts" / "scenarios" / "library_finance.yaml"
    said = finance.read_text("utf-8")
    finance.write_text(said.replace("departments: [drc]", "departments: [taxation]"), "utf-8")
    return root


@pytest.fixture(scope="module")
def gateway(city: Path) -> Iterator[Served]:
    with served(city) as gateway:
        gateway.add("ana", "drc")
        yield gateway


def run(gateway: Served, city: Path, *words: str) -> Said:
    session = {"XDG_STATE_HOME": str(city / "session")}
    signed_in = here(
        "login", "--url", gateway.http, "--user", "ana", "--password-stdin",
        given=PASSWORD + "\n", **session,
    )  # fmt: skip
    assert signed_in.returncode == 0, signed_in.stderr
    options = ("--month", "2026-09", "--url", gateway.http, "--city", str(city), "--json")
    return here("libraries", "run", *words, *options, **session)


def table(city: Path, name: str) -> pl.DataFrame:
    found = Extracts(Layout(city).extracts).latest(name)
    assert found is not None
    return pl.read_parquet(list(found.files))


PARKS = """
select coalesce(park, 'none') as park, count(distinct insured_monthly.credit_code) as enterprises
from enterprise join insured_monthly using (credit_code)
where insured_monthly.month = date '2026-09-01' group by 1
"""


def test_a_policy_reaches_parks_by_protected_counts(gateway: Served, city: Path) -> None:
    """Asked before anything else was told to the department."""
    answer = gateway.ask("ana", PARKS, scenario="policy_reach")
    assert answer.table is not None, answer.error
    shown = pl.DataFrame(answer.table).drop_nulls("enterprises")
    parks = table(city, "enterprise").select("credit_code", pl.col("park").fill_null("none"))
    month = table(city, "insured_monthly").filter(pl.col("month") == MONTH)
    counted = month.join(parks, on="credit_code").group_by("park").agg(firms=pl.len())
    both = shown.join(counted, on="park")
    assert both.height == shown.height > 15
    assert both["enterprises"].to_list() == both["firms"].to_list()
    assert both["firms"].min() >= 5  # type: ignore[operator]


def test_two_months_of_a_library(gateway: Served, city: Path) -> None:
    done = run(gateway, city, "energy", "--from", "2026-08")
    assert done.returncode == 0, done.stderr
    assert [one["month"] for one in json.loads(done.stdout)] == ["2026-08", "2026-09"]
    kept = table(city, "energy_indicators")
    assert kept["month"].unique().sort().to_list() == [date(2026, 8, 1), MONTH]
    assert kept.filter(pl.col("state") == "released").height > 50
    assert (kept["entry"] > 0).all()
    again = run(gateway, city, "energy", "--from", "2026-08")
    assert json.loads(again.stdout) == []
    assert table(city, "energy_indicators").height == kept.height


def test_what_was_released_is_what_the_extracts_say(gateway: Served, city: Path) -> None:
    run(gateway, city, "energy")
    mine = recomputed(city)
    kept = table(city, "energy_indicators").filter(
        (pl.col("month") == MONTH) & (pl.col("indicator") == "power_used")
    )
    joined = kept.join(mine, on=["county", "industry"], how="left", nulls_equal=True)
    shown = joined.filter(pl.col("state") == "released")
    assert shown.height > 25
    assert shown["value"].to_list() == pytest.approx(shown["power"].to_list(), rel=1e-12)
    assert shown["firms"].min() >= 5  # type: ignore[operator]
    # a cell of fewer firms is withheld, or not told of at all
    assert kept.filter(pl.col("state") == "suppressed")["value"].drop_nulls().is_empty()
    small = mine.filter(pl.col("firms") < 5)
    assert small.height > 0
    assert shown.join(small, on=["county", "industry"], how="semi", nulls_equal=True).is_empty()


def recomputed(city: Path) -> pl.DataFrame:
    """Electricity of a month by county and industry, with both margins and the total."""
    firms = table(city, "enterprise").select(
        "credit_code", county="county_code", industry=pl.col("industry_code").str.slice(0, 2)
    )
    month = table(city, "power_monthly").filter(pl.col("month") == MONTH)
    rows = month.join(firms, on="credit_code")
    sums = [
        rows.with_columns(**{name: pl.lit(None, pl.String) for name in gone})
        .group_by("county", "industry")
        .agg(power=pl.col("power_kwh").sum().cast(pl.Float64), firms=pl.len())
        for gone in ((), ("county",), ("industry",), ("county", "industry"))
    ]
    return pl.concat(sums)


def test_libraries_of_few_firms_have_what_may_be_told_and_say_what_not(
    gateway: Served, city: Path
) -> None:
    """50 projects over 25 industries, and 23 credit records over seven counties: by industry they
    are refused, and in all they are told or withheld as any figure is."""
    done = run(gateway, city, "projects", "market")
    assert done.returncode == 0, done.stderr
    left = {one["library"]: one["left"] for one in json.loads(done.stdout)}
    assert left == {
        "projects": ["begun.industry", "progress.industry"],
        "market": ["credit.county", "credit.industry"],
    }
    kept = table(city, "projects_indicators")
    invested = kept.filter(indicator="completed_investment")
    assert invested["industry"].null_count() == invested.height
    whole = invested.filter(pl.col("county").is_null())
    progress = table(city, "project_progress").filter(pl.col("month") == MONTH)
    assert whole["value"].to_list() == [float(progress["completed"].sum())]
    market = table(city, "market_indicators")
    assert market.filter(indicator="industrial_output", state="released").height > 20
    records = market.filter(indicator="credit_records")
    assert records.select("county", "industry", "value", "state").rows() == [
        (None, None, None, "suppressed")
    ]


def test_a_library_that_is_refused_keeps_nothing_and_lets_the_others_go_on(
    gateway: Served, city: Path
) -> None:
    """Its scenario is of another department here."""
    done = run(gateway, city, "finance", "employment")
    assert done.returncode != 0
    assert "finance" in done.stderr
    assert [one["library"] for one in json.loads(done.stdout)] == ["employment"]
    assert Extracts(Layout(city).extracts).latest("finance_indicators") is None
