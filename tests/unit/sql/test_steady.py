"""Which statements give the same answer each time: what is known against what the engine says."""

from __future__ import annotations

import duckdb
import pytest

from workbench.sql.functions import ALLOWED
from workbench.sql.inspect import inspect
from workbench.sql.steady import CHANGING, STEADY, steady


def is_steady(sql: str) -> bool:
    return steady(sql, inspect(sql))


def test_what_the_engine_calls_volatile_is_known_to_change() -> None:
    """Its other word, CONSISTENT, it also has for ``age(x)``: that list is ours."""
    rows = duckdb.execute(
        "select distinct lower(function_name) from duckdb_functions() "
        "where stability in ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')"
    ).fetchall()
    volatile = {name for (name,) in rows} & ALLOWED
    assert {"random", "now", "nextval"} <= volatile <= CHANGING


def test_no_macro_of_the_engine_hides_one_that_changes() -> None:
    rows = duckdb.execute(
        "select lower(function_name), lower(macro_definition) from duckdb_functions() "
        "where function_type like '%macro%'"
    ).fetchall()
    hidden = {
        name
        for name, text in rows
        if name in STEADY
        and any(f"{changing}(" in text for changing in CHANGING if len(changing) > 4)
    }
    hidden |= {name for name, text in rows if name in STEADY and "current_" in text}
    assert hidden == set()


def test_every_name_of_the_list_is_one_that_a_workspace_accepts() -> None:
    assert CHANGING <= ALLOWED


@pytest.mark.parametrize(
    "sql",
    [
        "select city, sum(value) from price group by city having count(*) > 1 order by 2 limit 5",
        "with m as (select * from price) select m.city, rank() over (order by value) from m",
        "select strftime(day, '%Y'), day::varchar, cast(value as double) from price",
        "from price select upper(city), age, price.uuid where value in (1, 2)",
        "select 'now() and random()' as text, \"random\" from price -- current_date",
        "select case when value > 1 then '高' end as 级别 from price where city like '%成%'",
        "pivot price on city using sum(value)",
    ],
)
def test_statements_of_a_page(sql: str) -> None:
    assert is_steady(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select now ( )",
        "select NOW/* */()",
        'select "now"()',
        "select age(day) from price",
        "select day.age() from price",
        "select current_date",
        "select CURRENT_TIMESTAMP",
        "select localtime",
        "select * from price order by random()",
        "select * from price tablesample 10%",
        "select * from price using sample 10 rows",
        "select list_aggr([1], 'any_value')",
        "select a_macro_of_mine(value) from price",
        "create temp table t as select 1",
        "explain select 1",
        "select 1; select 2",
        "set variable x = 1",
        "select getvariable('x')",
        "",
        "select \x00",
    ],
)
def test_what_is_not_known_to_be_steady(sql: str) -> None:
    assert not is_steady(sql)
