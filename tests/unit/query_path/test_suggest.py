"""Levels of granted columns, and the coarser forms of an analyst's ordinary questions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.catalogue.city import City, load_city
from workbench.catalogue.scenarios import grants_of
from workbench.disclosure.coarser.candidates import MAX_CANDIDATES, Candidate, candidates
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import WorkbenchError
from workbench.model.decision import Permit
from workbench.model.tier import Tier
from workbench.query_path.statistics import tables_of
from workbench.query_path.suggest import Suggest, ladders_of

ROOT = Path(__file__).parents[3]
QUESTIONS = ROOT / "tests" / "ordinary" / "statistics_questions.sql"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(ROOT)


@pytest.fixture(scope="module")
def permit(city: City) -> Permit:
    scenario = city.scenarios["tax_statistics"]
    grants = tuple(g for g in grants_of(scenario) if g.department == "statistics")
    return Permit(scenario, grants, (), tier=Tier.statistics)


def levels(permit: Permit, city: City) -> dict[tuple[str, str], list[str]]:
    found = ladders_of(permit, city)
    return {key: [step.named.en for step in ladder.steps] for key, ladder in found.items()}


def test_levels_begin_above_the_mask(permit: Permit, city: City) -> None:
    assert levels(permit, city) == {
        ("enterprise_tax_synthetic", "town_code"): ["city", "province"],
        ("enterprise_tax_synthetic", "industry_code"): ["section"],
        ("tax_inspection_synthetic", "opened_on"): ["quarter", "year"],
        ("divisions", "code"): ["city", "province"],
        ("divisions", "parent_code"): ["county", "city", "province"],
    }


def test_a_section_is_written_as_the_list_of_codes_has_it(permit: Permit, city: City) -> None:
    tables = tables_of(permit, city)
    text = "select industry_code, sum(tax_paid) as t from enterprise_tax_synthetic group by 1"
    found = candidates(text, tables, ladders_of(permit, city))
    assert isinstance(found, tuple)
    sql = re.sub(r"\s+", " ", found[0].sql)
    assert "WHEN LEFT(industry_code, 2) BETWEEN '01' AND '05' THEN 'A'" in sql
    assert "WHEN LEFT(industry_code, 2) BETWEEN '70' AND '70' THEN 'K'" in sql
    assert sql.count(" BETWEEN ") == 2 * 20, "the sections of GB/T 4754, in SELECT and GROUP BY"


def test_every_coarser_form_of_an_ordinary_question_compiles(permit: Permit, city: City) -> None:
    tables, ladders = tables_of(permit, city), ladders_of(permit, city)
    texts = QUESTIONS.read_text("utf-8").split("\n\n")[::3]
    made: list[tuple[Candidate, ...]] = []
    for text in texts:
        before = compiled(text, tables)
        if not isinstance(before, Compiled) or not before.columns:
            continue
        found = candidates(text, tables, ladders)
        if not isinstance(found, tuple):
            continue
        made.append(found)
        assert len(found) <= MAX_CANDIDATES
        for each in found:
            after = compiled(each.sql, tables)
            assert isinstance(after, Compiled), each.sql
            assert after.resources == before.resources
    assert len(made) > 20
    assert sum(bool(found) for found in made) > 0.8 * len(made)


@pytest.mark.parametrize(
    "body", [{}, {"sql": 1}, {"sql": "x", "tier": "view"}, {"sql": "x", "n": 1}]
)
def test_a_request_is_read_strictly(body: dict[str, object]) -> None:
    with pytest.raises(WorkbenchError, match="invalid_request"):
        Suggest.of({"do": "suggest", **body})
