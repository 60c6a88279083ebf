"""What holds, what does not, and where a canary is seen."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from workbench.errors import Code
from workbench.trial.expect import Outcome, Sighting, holds, ordered, outcome_of, same, sightings
from workbench.trial.schema import ExpectForm

DENIED = Outcome("refused", Code.not_granted)
ROWS = Outcome("ok", rows=((1, "b"), (2, "a")))


@pytest.mark.parametrize(
    ("expect", "outcome", "sql", "result"),
    [
        ("ok", ROWS, "", True),
        ("ok", DENIED, "", False),
        ("any", DENIED, "", True),
        ("any", Outcome("error", Code.statement_wrong), "", True),
        ("refused", DENIED, "", True),
        ("refused", Outcome("error", Code.not_found), "", False),
        ("refused", Outcome("error", Code.statement_wrong), "", False),
        (ExpectForm(refused=Code.not_granted), DENIED, "", True),
        (ExpectForm(refused=Code.not_found), DENIED, "", False),
        (ExpectForm(refused=Code.not_found), Outcome("error", Code.not_found), "", True),
        (ExpectForm(rows=[[2, "a"], [1, "b"]]), ROWS, "select 1", True),
        (ExpectForm(rows=[[2, "a"], [1, "b"]]), ROWS, "select 1 order by 1", False),
        (ExpectForm(rows=[[1, "b"], [2, "a"]]), ROWS, "select 1 order by 1", True),
        (ExpectForm(rows=[[1, "b"]]), ROWS, "select 1", False),
        (ExpectForm(rows=[]), DENIED, "select 1", False),
        (ExpectForm(withheld=2), Outcome("withheld", cells=2), "", True),
        (ExpectForm(withheld=2), ROWS, "", False),
    ],
)
def test_holds(expect, outcome, sql, result):
    form = expect if isinstance(expect, ExpectForm) else ExpectForm.model_validate(expect)
    assert holds(form, outcome, sql) is result


@pytest.mark.parametrize("wrong", ["never", {}, {"rows": [], "withheld": 1}, {"refused": "nope"}])
def test_an_expectation_is_one_thing(wrong):
    with pytest.raises(ValidationError):
        ExpectForm.model_validate(wrong)


def test_equal_rows_are_matched_one_to_one():
    twice = Outcome("ok", rows=((1,), (1,), (2,)))
    assert not holds(ExpectForm(rows=[[1], [2], [2]]), twice, "select 1")


@pytest.mark.parametrize(
    ("wanted", "got", "equal"),
    [
        (1, 1.0, True),
        (0.1, Decimal("0.1"), True),
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-6, False),
        (10**30, 10**30, True),
        (True, 1, False),
        (None, 0, False),
        (None, None, True),
        ("2024-01-31", date(2024, 1, 31), True),
        ("2024-01-31", datetime(2024, 1, 31), True),
        ("2024-01-31T08:00:00", datetime(2024, 1, 31, 8), True),
        ("2024-01-31", datetime(2024, 1, 31, 8), False),
        ([1, None], [1.0, None], True),
        ({"a": 1}, {"a": 1}, True),
        ("1", 1, True),
    ],
)
def test_same(wanted, got, equal):
    assert same(wanted, got) is equal


@pytest.mark.parametrize(
    ("sql", "counts"),
    [
        ("select 1 order by 1", True),
        ("select * from (select 1 order by 1)", False),
        ("from t order by a limit 3", True),
        ("select row_number() over (order by a) from t", False),
    ],
)
def test_order_counts_only_at_the_top(sql, counts):
    assert ordered(sql) is counts


def test_a_canary_is_found_wherever_it_stands():
    outcome = Outcome(
        "ok", rows=(({"k": ["xCanary-1x"]},),), error="no CANARY-2 here", logged="CANARY-3"
    )
    assert sightings(["CANARY-1", "CANARY-2", "CANARY-3", "CANARY-4"], "", outcome) == (
        Sighting("CANARY-1", "result"),
        Sighting("CANARY-2", "error"),
        Sighting("CANARY-3", "log"),
    )
    assert sightings(["CANARY-1"], "select 'canary-1'", outcome) == ()


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (Code.not_granted, "refused"),
        (Code.not_found, "error"),
        (Code.deadline_exceeded, "refused"),
        (Code.statement_wrong, "error"),
        (Code.worker_died, "error"),
    ],
)
def test_outcome_of_a_code(code, what):
    assert outcome_of(code) == what
