"""Which rows some months of a library need: what is cut to days, and what stays whole."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from workbench.catalogue.city import City, load_city
from workbench.catalogue.regulations import known_regulations
from workbench.libraries.days import dated_by, period
from workbench.libraries.definition import Base, Library, load_libraries
from workbench.model.period import Period, period_of

SHIPPED = Path(str(resources.files("workbench.simulation") / "shipped" / "city"))
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


@cache
def shipped() -> tuple[City, dict[str, Library]]:
    return load_city(SHIPPED), load_libraries(SHIPPED, known_regulations(SHIPPED))


def cut(name: str, *large: str) -> Period | None:
    city, libraries = shipped()
    return period(libraries[name], city, lambda r: not large or r in large, FIRST, LAST)


def test_a_table_of_months_is_cut_and_its_register_stays_whole() -> None:
    assert cut("energy") == Period((("power_monthly", "month"),), FIRST, LAST)


def test_each_table_is_cut_by_the_column_that_its_base_is_dated_by() -> None:
    found = cut("tax")
    assert found is not None
    assert found.by == (("invoice_monthly", "month"), ("tax_monthly", "month"))


def test_only_large_tables_are_cut() -> None:
    assert cut("tax", "tax_monthly") == Period((("tax_monthly", "month"),), FIRST, LAST)
    assert cut("tax", "enterprise") is None


def test_what_two_bases_date_in_different_ways_or_a_mask_hides_stays_whole() -> None:
    """The register is dated by its openings in one base and by its closings in another; both come
    as months only."""
    found = cut("market")
    assert found is not None
    assert "enterprise" not in dict(found.by)
    projects = cut("projects")
    assert projects is not None
    assert projects.by == (("project_progress", "month"),)


@pytest.mark.parametrize(
    ("month", "column"),
    [
        ("month", "month"),
        ("date_trunc('month', dealt_on)", "dealt_on"),
        ("date_trunc('year', dealt_on)", None),
        ("dealt_on + interval 1 month", None),
        ("date '2026-09-01'", None),
    ],
)
def test_only_what_gives_a_day_its_own_month_can_be_cut(month: str, column: str | None) -> None:
    assert dated_by(Base(**{"from": "t", "month": month, "by": {"county": "c"}})) == column


def test_a_period_is_read_as_it_is_written() -> None:
    made = Period((("发票", "月份"), ("tax", "month")), FIRST, LAST)
    assert period_of(str(Period(tuple(sorted(made.by)), FIRST, LAST))) == Period(
        tuple(sorted(made.by)), FIRST, LAST
    )
    assert period_of("") is None


PLAIN = "columns|two days|before|once|resource|isoformat|day is out|must be in"


@pytest.mark.parametrize(
    "text",
    [
        "month=2026-07-01..2026-09-30",
        "t.month=2026-09-30..2026-07-01",
        "t.month=2026-07-01",
        "t.month=2026-07-32..2026-09-30",
        "t.month,t.day=2026-07-01..2026-09-30",
        "T.month,t.day=2026-07-01..2026-09-30",
        "u.month,t.day=2026-07-01..2026-09-30",
        "t.=2026-07-01..2026-09-30",
        ".month=2026-07-01..2026-09-30",
        "t.month=2026-07-01..2026-09-30 or true",
        "=" * 5000,
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=PLAIN):
        period_of(text)
