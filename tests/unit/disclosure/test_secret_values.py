"""Value columns that no other tier shows: a measure if nearly each entity has its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.catalogue.types import Family
from workbench.disclosure.shapes import Facts, Rules, StatColumn, StatTable
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Code
from workbench.model.grant import Use

TABLE = StatTable(
    "person",
    (
        StatColumn("town", Family.text, Use.value, facts=Facts(3, 0, 60)),
        StatColumn("income", Family.number, Use.value, facts=Facts(100, 0, 1)),
        StatColumn("class", Family.integer, Use.value, facts=Facts(4, 0, 40)),
    ),
    Rules(5, ((2, 0.85),), 0.1),
    rows=100,
    entities=100,
    most_rows=1,
    entity_column="e",
    secret=True,
)


@pytest.mark.parametrize("aggregate", ["avg(income)", "sum(income)", "median(income)"])
def test_a_hidden_value_of_ones_own_is_a_measure(aggregate: str) -> None:
    sql = f"SELECT town, {aggregate} FROM person GROUP BY town"
    assert isinstance(compiled(sql, [TABLE]), Compiled)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT town, sum(class) FROM person GROUP BY town", Code.use_not_allowed),
        ("SELECT income, count(*) FROM person GROUP BY income", Code.near_unique),
        ("SELECT count(*) FROM person WHERE income > 5", Code.near_unique),
        ("SELECT avg(income) FILTER (WHERE income > 5) FROM person", Code.near_unique),
    ],
)
def test_it_chooses_nobody_and_a_code_is_no_measure(sql: str, code: Code) -> None:
    found = compiled(sql, [TABLE])
    assert not isinstance(found, Compiled)
    assert found[0].code is code


def test_where_the_rows_are_shown_it_is_a_yardstick() -> None:
    found = compiled("SELECT avg(income) FROM person", [replace(TABLE, secret=False)])
    assert not isinstance(found, Compiled)
    assert found[0].code is Code.use_not_allowed
