"""A month of a library of which the gateway refuses a part: what is kept, and what is said."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from workbench.catalogue.regulations import known_regulations
from workbench.errors import Code, Reason, Refused, Text
from workbench.libraries.asking import answered
from workbench.libraries.definition import Library, load_libraries
from workbench.libraries.rows import Released, rows

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
MONTH = date(2026, 9, 1)
COLUMNS = ("indicator", "month", "county", "deal_kind", "industry", "value", "state", "entry")


@cache
def projects() -> Library:
    return load_libraries(SHIPPED, known_regulations(SHIPPED))["projects"]


def refusal(code: Code, subject: str) -> Refused:
    return Refused((Reason(code, Text("太细", "too fine"), subject=subject),))


def told(text: str) -> Released:
    """As a gateway would that releases 9 of everything, with the keys that were asked."""
    asked = text.split(" from ")[0].removeprefix("select ").split(", ")
    named = [each.split(" as ")[-1] for each in asked]
    keys = {"county", "industry", "deal_kind"}
    return Released(pl.DataFrame({n: ["x"] if n in keys else [9.0] for n in named}), 7)


def test_a_dimension_that_is_too_fine_is_left_out_of_its_base_alone() -> None:
    def ask(text: str) -> Released:
        if " from project " in text and "industry_code" in text:
            raise refusal(Code.near_unique, "industry_code")
        return told(text)

    found = answered(projects(), MONTH, ask)
    assert [str(each) for each in found.left] == ["begun.industry"]
    assert "industry" not in found.found["begun"].table.columns
    assert "county" in found.found["begun"].table.columns
    assert "industry" in found.found["progress"].table.columns


def test_all_dimensions_may_be_too_fine_and_the_total_is_there() -> None:
    def ask(text: str) -> Released:
        for name in ("industry_code", "county_code"):
            if " from project " in text and name in text:
                raise refusal(Code.near_unique, name)
        return told(text)

    found = answered(projects(), MONTH, ask)
    assert [str(each) for each in found.left] == ["begun.industry", "begun.county"]
    table = rows(projects(), MONTH, found.found, COLUMNS)
    begun = table.filter(indicator="new_projects")
    assert begun.select("county", "industry", "value", "state").rows() == [
        (None, None, 9.0, "released")
    ]


def test_a_base_that_is_refused_is_withheld_with_what_rests_on_it_and_others_stand() -> None:
    def ask(text: str) -> Released:
        if " from public_deal " in text:
            raise refusal(Code.join_key_floor, "public_deal.credit_code")
        return told(text)

    found = answered(projects(), MONTH, ask)
    assert [(str(each), each.dimension) for each in found.left] == [("deals", None)]
    table = rows(projects(), MONTH, found.found, COLUMNS)
    held = table.filter(pl.col("indicator").is_in(["deals", "deal_amount", "saving_rate"]))
    assert held.select("value", "state", "entry").unique().rows() == [(None, "suppressed", 0)]
    assert held.height == 3
    assert table.filter(indicator="new_projects", state="released").height == 1


def test_a_library_of_too_few_and_any_other_refusal_are_the_librarys() -> None:
    def few(text: str) -> Released:
        raise refusal(Code.join_key_floor, "credit_code")

    def closed(text: str) -> Released:
        if " from public_deal " in text:
            raise refusal(Code.not_granted, "public_deal")
        return told(text)

    with pytest.raises(Refused) as all_of_it:
        answered(projects(), MONTH, few)
    assert len(all_of_it.value.reasons) == 3
    with pytest.raises(Refused) as other:
        answered(projects(), MONTH, closed)
    assert other.value.reasons[0].code is Code.not_granted


def test_a_column_that_is_no_dimension_is_not_left_out() -> None:
    """It is in the month or in the formula: without it there is another figure."""

    def ask(text: str) -> Released:
        if " from public_deal " in text:
            raise refusal(Code.near_unique, "dealt_on")
        return told(text)

    assert [str(each) for each in answered(projects(), MONTH, ask).left] == ["deals"]
