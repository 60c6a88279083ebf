"""What a panel asks: the page's tables written out, the filters bound as values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from workbench.errors import Code, WorkbenchError
from workbench.ui.page import Filter, Page
from workbench.ui.queries import bound, follows, statement, values_in, with_tables

SAID = {"zh": "题", "en": "title"}


def page(query: str = "select 1", tables: dict[str, str] | None = None, **panel: Any) -> Page:
    return Page.model_validate(
        {
            "title": SAID,
            "scenario": "s",
            "as": "page",
            "tables": tables or {},
            "filters": [
                {"id": "county", "label": SAID, "options": ["a"]},
                {"id": "since", "label": SAID, "options": ["b"], "column": "day", "match": ">="},
                {
                    "id": "words",
                    "label": SAID,
                    "kind": "text",
                    "column": "name",
                    "match": "contains",
                },
                {"id": "month", "label": SAID, "options": ["c"], "required": True},
            ],
            "sections": [{"panels": [{"title": SAID, "chart": "table", "query": query, **panel}]}],
        }
    )


def asked(query: str, choices: dict[str, str], tables: dict[str, str] | None = None) -> Any:
    found = bound(query, page(tables=tables), choices)
    return found.sql, dict(found.parameters)


def test_filters_that_are_not_set_leave_no_condition() -> None:
    assert asked("select 1 from t {where county, since}", {}) == ("select 1 from t ", {})
    assert asked("select 1 from t where x {and county}", {}) == ("select 1 from t where x ", {})


def test_filters_that_are_set_are_bound() -> None:
    sql, values = asked("from t {where county, since, words}", {"county": "汶川", "words": "水"})
    assert sql == 'from t where "county" = $county and contains(lower("name"), lower($words))'
    assert values == {"county": "汶川", "words": "水"}
    assert asked("from t where x { and  since }", {"since": "2025"})[0] == (
        'from t where x and "day" >= $since'
    )


@pytest.mark.parametrize(
    "value", ["' or 1=1 --", "\\", "$$", '"; drop table t; --', "{where county}"]
)
def test_a_value_is_never_written_into_the_statement(value: str) -> None:
    sql, values = asked("from t {where county}", {"county": value})
    assert sql == 'from t where "county" = $county'
    assert values == {"county": value}


def test_a_value_outside_of_conditions() -> None:
    assert asked("select $month::date", {"month": "2025-01-01", "county": "x"}) == (
        "select $month::date",
        {"month": "2025-01-01"},
    )
    assert values_in("select '$month', 1 -- $county\n, $since") == ("since",)


def test_tables_stand_before_the_query_that_uses_them() -> None:
    tables = {"base": "select 1 as a", "top": "select a from base", "other": "select 2"}
    declared = page(tables=tables)
    assert with_tables("select a from top", declared) == (
        "with base as (\nselect 1 as a\n), top as (\nselect a from base\n) select a from top"
    )
    assert with_tables("with x as (from base) from x", declared) == (
        "with base as (\nselect 1 as a\n), x as (from base) from x"
    )
    assert with_tables("select 'top' as basement", declared) == "select 'top' as basement"
    assert duckdb.sql(with_tables("select a from top", declared)).fetchall() == [(1,)]


def test_filters_inside_a_table_are_followed() -> None:
    tables = {"listed": "select * from t {where county}"}
    declared = page("select * from listed where m = $month", tables)
    assert follows(declared.panels[0], declared) == {"county", "month"}
    assert statement(declared.panels[0], declared, {"county": "x", "month": "m"}).parameters == {
        "county": "x",
        "month": "m",
    }


def test_a_panel_that_picks_a_filter_keeps_all_of_its_values() -> None:
    declared = page("select county from t {where county, since}", picks="county")
    panel = declared.panels[0]
    assert follows(panel, declared) == {"since"}
    assert statement(panel, declared, {"county": "x"}).sql == "select county from t "


def test_an_indicator_is_written_by_the_kit() -> None:
    declared = page("", chart="line", indicator="prices.mom", by="month", series="city",
                    aggregate="avg", follows=["county"])  # fmt: skip
    panel = declared.panels[0]
    assert panel.value == ("mom",)
    found = statement(panel, declared, {"county": "x"})
    assert found.sql == (
        'select "month", "city", avg("mom") as "mom" from "prices" where "county" = $county '
        'group by "month", "city" order by "month", "city"'
    )
    alone = page("", chart="card", indicator="prices.mom")
    assert statement(alone.panels[0], alone, {}).sql == 'select sum("mom") as "mom" from "prices" '


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("with recursive a as (select 1 as n union all select n + 1 from a where n < 3) "
         "select count(*) from a, one", [(3,)]),
        ("-- first\nwith b as (from one) select * from b", [(7,)]),
        ("/* it's */ select * from noted", [(7,)]),
        ("select * from ended", [(7,)]),
        ("select * from \"one\"", [(7,)]),
        ("select '{where county}' as k, $$ $month $$ from one", [("{where county}", " $month ")]),
        ("select 1 -- {where county} $county\n from one", [(1,)]),
    ],
)  # fmt: skip
def test_strings_and_comments_are_left_alone(query: str, rows: list[tuple[Any, ...]]) -> None:
    declared = page(
        tables={
            "one": "select 7 as v",
            "noted": "select v from one -- the end",
            "ended": "select v from one;",
        }
    )
    found = bound(query, declared, {"county": "x", "month": "y"})
    assert found.parameters == {}
    assert duckdb.sql(found.sql).fetchall() == rows


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [("integer", "2024", 2024), ("number", "1.50", Decimal("1.50")),
     ("date", "2024-02-29", date(2024, 2, 29)), ("text", "2024", "2024")],
)  # fmt: skip
def test_a_value_has_the_type_that_its_filter_declares(kind: str, value: str, typed: Any) -> None:
    declared = page("from t {where year}")
    year = Filter.model_validate({"id": "year", "label": SAID, "options": [value], "type": kind})
    declared = declared.model_copy(update={"filters": (year,)})
    assert bound("from t {where year}", declared, {"year": value}).parameters == {"year": typed}


def test_a_value_of_another_type_is_refused() -> None:
    year = Filter.model_validate({"id": "year", "label": SAID, "options": ["x"], "type": "integer"})
    declared = page("from t {where year}").model_copy(update={"filters": (year,)})
    with pytest.raises(WorkbenchError) as caught:
        bound("from t {where year}", declared, {"year": "x"})
    assert caught.value.code is Code.invalid_request
