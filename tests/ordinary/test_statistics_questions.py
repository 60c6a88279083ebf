"""The questions are 100, name scenarios that are there, and mean something: on the shipped data,
masked by hand, each runs and has an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ordinary.statistics_questions import DEFAULT, Question, questions
from workbench.catalogue.city import load_city

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data_contracts" / "samples"
QUESTIONS = questions()
TABLES = {
    "enterprise_tax_synthetic": "SELECT credit_code, left(town_code, 6) AS town_code, "
    "left(industry_code, 2) AS industry_code, tax_year::INTEGER AS tax_year, "
    "turnover::DECIMAL(18, 2) AS turnover, tax_paid::DECIMAL(18, 2) AS tax_paid",
    "tax_inspection_synthetic": "SELECT credit_code, "
    "date_trunc('month', opened_on::DATE)::DATE AS opened_on, amount::DECIMAL(18, 2) AS amount",
    "divisions": "SELECT *",
    "house_prices": "SELECT month::DATE AS month, city, mom_index::DOUBLE AS mom_index",
    "catalogue_aba": "SELECT * REPLACE (entry_no::INTEGER AS entry_no, "
    "publish_date::DATE AS publish_date, update_date::DATE AS update_date)",
}


@pytest.fixture(scope="module")
def masked() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "2"}) as con:
        for name, columns in TABLES.items():
            source = f"read_csv('{SAMPLES / name}.csv', all_varchar=true)"
            con.execute(f"CREATE TABLE {name} AS {columns} FROM {source}")
        yield con


def test_they_are_a_hundred_and_numbered() -> None:
    assert [q.id for q in QUESTIONS] == [f"Q{n:03}" for n in range(1, 101)]
    assert len({q.sql for q in QUESTIONS}) == 100


def test_their_scenarios_are_there_and_most_ask_for_protected_statistics() -> None:
    asked = Counter(q.scenario for q in QUESTIONS)
    assert asked.keys() <= load_city(ROOT).scenarios.keys()
    assert asked[DEFAULT] >= 85
    assert sum(q.outside for q in QUESTIONS) <= 8


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_a_question_has_an_answer(question: Question, masked: duckdb.DuckDBPyConnection) -> None:
    assert len(masked.execute(question.sql).fetchall()) > 0
