"""What a seed gave stays what it gives: early warning was tuned and measured on such cities.

The digests were taken of the columns that each resource had when docs/early-warning-measured.md was
written. A column that comes later draws from chances of its own and moves none of them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from workbench.simulation.economy import plan as plans
from workbench.simulation.economy.city import Ground, SampleCity

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
GAVE = {
    "bank_monthly": ("aef12fff4474b1ae", "county_code month deposits loans"),
    "credit_event": ("2c6b618b7e300b4b", "event_code credit_code event_kind happened_on fine"),
    "customs_monthly": ("1284373fae30be8c", "credit_code month region exports imports"),
    "enterprise": (
        "fcf54b428d5138d6",
        "credit_code enterprise_name county_code industry_code enterprise_type park "
        "registered_capital above_scale opened_on closed_on",
    ),
    "insured_monthly": ("92c09ac3b6d7a364", "credit_code month insured joined left_jobs wage_base"),
    "invoice_monthly": ("e448133a7b57930a", "credit_code month sales purchases partners"),
    "loan_monthly": ("d811806d6f2f764c", "credit_code month balance new_loans overdue"),
    "output_monthly": ("e7f80c9ea53bf1ca", "credit_code month output_value sales_value"),
    "power_monthly": ("9b61b20f2e073db7", "credit_code month power_kwh gas_m3"),
    "project": (
        "d3ef1d5311b3fdb0",
        "project_code project_name credit_code county_code industry_code planned_investment "
        "started_on planned_end",
    ),
    "project_progress": ("54d7398d3e649505", "project_code month invested state"),
    "public_deal": (
        "6df779d60444387f",
        "deal_code credit_code county_code deal_kind dealt_on ceiling_price deal_price bidders",
    ),
    "published_series": (
        "690ad1683bf42332",
        "series period frequency released_on basis value growth",
    ),
    "tax_monthly": ("ff697a7838c1619e", "credit_code month vat income_tax other_tax tax_paid"),
}


@pytest.fixture(scope="module")
def city() -> SampleCity:
    ground = Ground.of(SHIPPED, "371600")
    return SampleCity(plans.shipped(), ground, 2_000, date(2021, 1, 1), 8, 5)


@pytest.fixture(scope="module")
def files(city: SampleCity, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    written, _ = city.write(tmp_path_factory.mktemp("unmoved"), lambda *_: None)
    return {name: pl.concat(pl.read_parquet(f) for f in made) for name, made in written.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", GAVE)
def test_a_seed_gives_what_it_gave(files: dict[str, pl.DataFrame], name: str) -> None:
    digest, columns = GAVE[name]
    assert _digest(files[name].select(columns.split()).write_csv()) == digest


def test_the_same_is_planted(city: SampleCity) -> None:
    assert _digest(json.dumps(city.truth(), ensure_ascii=False)) == "678645d739c3b2d8"


def test_what_was_invested_is_the_sum_of_its_months(files: dict[str, pl.DataFrame]) -> None:
    progress = files["project_progress"]
    assert (progress["completed"] >= 0).all()
    whole = progress.group_by("project_code").agg(
        pl.col("completed").sum(), pl.col("invested").max()
    )
    assert whole["completed"].to_list() == whole["invested"].to_list()
    named = progress.join(files["project"], on="project_code", suffix="_of_project")
    for name in ("credit_code", "county_code", "industry_code"):
        assert named[name].to_list() == named[f"{name}_of_project"].to_list()


def test_a_credit_record_names_the_county_and_the_industry_of_its_enterprise(
    files: dict[str, pl.DataFrame],
) -> None:
    both = files["credit_event"].join(files["enterprise"], on="credit_code", suffix="_of_firm")
    assert both.height == files["credit_event"].height
    for name in ("county_code", "industry_code"):
        assert both[name].to_list() == both[f"{name}_of_firm"].to_list()
