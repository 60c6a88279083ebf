"""Which months a step can make, and what it waits for."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from workbench.catalogue.city import City, load_city
from workbench.cli.monthly_plan import Kind, Look, Standing, Step, lacking, looked, of_months, over
from workbench.cli.monthly_setting import FILE, load_setting, read_setting
from workbench.cli.monthly_steps import load_month
from workbench.errors import InvalidInput, Text

SHIPPED = Path(__file__).parents[3] / "workbench/simulation/shipped/city"
STEP = Step(Kind.library, "tax", Text("税源库", "Tax"), ("taxes", "register"), "figures")
SEPTEMBER = date(2026, 9, 1)


def at(figures: date | None, taxes: date | None, register: date | None) -> dict[str, date | None]:
    return {"figures": figures, "taxes": taxes, "register": register}


@pytest.mark.parametrize(
    ("days", "first", "standing", "months", "lacks"),
    [
        # figures to July; taxes to September, the register to August: August can be made.
        (at(date(2026, 7, 31), date(2026, 9, 30), date(2026, 8, 31)), None,
         Standing.ready, [8], ("register",)),
        (at(date(2026, 7, 31), date(2026, 9, 30), date(2026, 9, 30)), None,
         Standing.ready, [8, 9], ()),
        (at(date(2026, 9, 30), date(2026, 9, 30), date(2026, 9, 30)), None,
         Standing.done, [], ()),
        (at(date(2026, 8, 31), date(2026, 9, 29), None), None,
         Standing.lacking, [], ("taxes", "register")),  # a day short is not the month
        (at(None, date(2026, 9, 30), date(2026, 9, 30)), None,
         Standing.not_begun, [], ()),
        (at(None, date(2026, 9, 30), date(2026, 9, 30)), date(2026, 8, 1),
         Standing.ready, [8, 9], ()),
        (at(date(2026, 12, 31), None, None), None,
         Standing.done, [], ()),  # of a month that is not over nothing is wanted
    ],
)  # fmt: skip
def test_months_that_can_be_made(
    days: dict[str, date | None],
    first: date | None,
    standing: Standing,
    months: list[int],
    lacks: tuple[str, ...],
) -> None:
    found = looked(STEP, days, SEPTEMBER, first)
    assert found.standing is standing
    assert [month.month for month in found.months] == months
    assert found.lacks == lacks
    assert (found.waits is None) == (lacks == ())


def test_months_that_are_named() -> None:
    days = at(None, date(2026, 9, 30), date(2026, 9, 30))
    assert of_months(STEP, days, [SEPTEMBER]).months == (SEPTEMBER,)
    assert of_months(STEP, days, []) == Look(STEP, Standing.done)
    assert lacking(STEP, days, date(2026, 10, 1)) == ("taxes", "register")
    assert over(date(2027, 1, 5)) == date(2026, 12, 1)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(SHIPPED)


def test_the_shipped_month_takes_what_its_files_read(city: City) -> None:
    month = load_month(SHIPPED, city)
    steps = {step.name: step for step in month.steps()}
    assert steps["library tax"].takes == ("enterprise", "invoice_monthly", "tax_monthly")
    assert "published_series" in steps["analysis overview"].takes
    assert "analysis_monthly" not in steps["analysis overview"].takes  # it makes that itself
    assert "power_monthly" in steps["warnings rules"].takes
    assert {"analysis_monthly", "enterprise_alert"} <= set(steps["brief monthly"].takes)
    assert [step.kind for step in month.steps()] == sorted(
        (step.kind for step in month.steps()), key=list(Kind).index
    )


def test_the_subject_of_the_run_holds_the_scenarios_of_libraries_and_analyses_alone(
    city: City,
) -> None:
    month = load_month(SHIPPED, city)
    holds = {
        name
        for name, scenario in city.scenarios.items()
        if month.setting.subject in {page.id for page in scenario.pages}
    }
    asks = {one.scenario for one in month.libraries.values()}
    assert holds == asks | {one.scenario for one in month.analyses.values()}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("subject: monthly_run", "subject: somebody", "does not register somebody"),
        ("every_minutes: 60", "every_minutes: 0", "out of range"),
        ('# first: "2023-10"', 'first: "2023-13"', "this is no month"),
        ("officer: officer", "oficer: officer", "oficer"),
    ],
)
def test_mistakes_of_the_setting_are_told_with_their_line(
    tmp_path: Path, city: City, old: str, new: str, told: str
) -> None:
    text = (SHIPPED / FILE).read_text(encoding="utf-8")
    assert old in text
    shutil.copytree(SHIPPED / "data_contracts", tmp_path / "data_contracts")
    (tmp_path / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")
    scenarios = ["library_tax", "economic_overview"]
    found = read_setting(tmp_path, city, scenarios)[1]
    assert any(told in one.problem.en for one in found), found
    assert all(one.line > 1 and one.fix.en for one in found)
    with pytest.raises(InvalidInput):
        load_setting(tmp_path, city, scenarios)
