"""The hundred questions through the real path: answered as docs/statistics-questions.md says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ordinary.statistics_questions import DEFAULT, questions
from ordinary.statistics_report import (
    PAGE,
    K,
    Outcome,
    Totals,
    asked,
    city,
    elsewhere,
    line,
    page,
)

pytestmark = pytest.mark.slow  # it asks a city of its own

TEXT = PAGE.read_text("utf-8")
AGAIN = "run `make questions`, read what changed, and commit the page"


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with city() as made:
        yield made


EVERY, FIRST = 100, 30
"""The guard judges each question beside those before it, and the later ones take longest: without
the slow tests the first ones are asked, and all that it does not look at."""


@pytest.fixture(scope="module", params=[FIRST, pytest.param(EVERY, marks=pytest.mark.slow)])
def outcomes(root: Path, request: pytest.FixtureRequest) -> list[Outcome]:
    chosen = [
        question
        for number, question in enumerate(questions())
        if number < request.param or question.outside or question.scenario != DEFAULT
    ]
    return asked(root, K, chosen)


def test_every_question_of_the_grammar_is_answered(outcomes: list[Outcome]) -> None:
    refused = {o.question.id: o.said for o in outcomes if o.code and not o.question.outside}
    assert not refused


def test_what_is_outside_the_grammar_is_refused(outcomes: list[Outcome]) -> None:
    assert all(o.code for o in outcomes if o.question.outside)
    assert {o.code for o in outcomes if o.code} <= {"statistics_grammar", "band_not_declared"}


def test_only_protected_tables_have_cells_to_withhold(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.code:
            protected = outcome.question.scenario == DEFAULT
            assert outcome.tier == ("statistics" if protected else "rows"), outcome.question.id
            assert bool(outcome.cells) == protected, outcome.question.id


def test_the_page_says_what_the_questions_give(outcomes: list[Outcome]) -> None:
    assert not [line(o) for o in outcomes if line(o) not in TEXT], AGAIN
    if len(outcomes) == EVERY:
        assert Totals.of(K, outcomes).line() in TEXT, AGAIN


@pytest.mark.slow
@pytest.mark.parametrize("outcomes", [EVERY], indirect=True)
def test_the_whole_page_at_every_threshold(root: Path, outcomes: list[Outcome]) -> None:
    chosen = [q for q in questions() if q.scenario == DEFAULT]
    assert page(outcomes, list(elsewhere(root, chosen))) == TEXT, AGAIN
