"""Parameters of a statement, the names of what it gives, and that no text makes it raise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from grammar_city import made
from stat_tables import Cells, Lab

from workbench.disclosure.shapes import Rules, strictest
from workbench.disclosure.statement import Compiled, compiled
from workbench.model.grant import DisclosureRules, Zero

NORTH = 240


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with duckdb.connect(config={"threads": "1"}) as con:
        yield made(con)


@pytest.mark.parametrize(
    ("condition", "parameters", "count"),
    [
        ("county = ?", {"1": "north"}, NORTH),
        ("county = ? and year = ?", {"1": "north", "2": 2025}, NORTH // 2),
        ("year = $2 and county = $1", {"1": "north", "2": 2025}, NORTH // 2),
        ("county = $county", {"county": "north"}, NORTH),
        ("county = $county or county = $county", {"county": "north"}, NORTH),
        ("county in (?, ?)", {"1": "north", "2": "west"}, 2 * NORTH),
        ("county like ?", {"1": "nor%"}, NORTH),
        ("listed = ?", {"1": True}, 288),
        ("year >= ?", {"1": Decimal("2024.5")}, 360),
        ("year >= ?", {"1": 2024.5}, 360),
        ("founded >= ?", {"1": date(2005, 1, 1)}, 360),
        ("founded >= ?", {"1": datetime(2005, 1, 1)}, 360),
        ("founded >= ?", {"1": "2005-01-01"}, 360),
        ("turnover >= ?", {"1": 50_000}, None),
        ("turnover >= ?", {"1": 50_000.0}, None),
        ("turnover >= ?", {"1": Decimal("50000.00")}, None),
        ("county = ? or owner is null", {"1": "x'; DROP TABLE firm; --"}, 120),
    ],
)
def test_a_parameter_is_a_literal(
    condition: str, parameters: Mapping[str, Any], count: int | None, lab: Lab
) -> None:
    found = lab.ask(f"select count(*) as n from firm where {condition}", parameters)
    assert isinstance(found, Cells), found
    if count is None:
        text = "select count(*) from firm where turnover >= 50000"
        (count,) = lab.con.execute(text).fetchone() or (None,)
    assert found.rows == [(count,)]


def test_parameters_stand_where_values_do(lab: Lab) -> None:
    text = "select county, count(*) as n from firm group by county order by county limit ?"
    found = lab.ask(text, {"1": 1})
    assert isinstance(found, Cells)
    assert found.rows == [("north", NORTH)]
    found = lab.ask("select quantile_cont(taxes, ?) as q from firm", {"1": 0.5})
    assert isinstance(found, Cells)
    assert found.rows == lab.con.execute("select quantile_cont(taxes, 0.5) from firm").fetchall()


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("select count(*) from firm where turnover >= ?", {"1": 12_345}),
        ("select count(*) from firm where turnover >= ?", {"1": 10_000.0000001}),
        ("select count(*) from firm where name = ?", {"1": "firm 0001"}),
        ("select count(*) from firm where county = ?", {}),
        ("select count(*) from firm where county = $town", {"county": "north"}),
        ("select count(*) from firm where county = ?", {"1": 7}),
        ("select quantile_cont(taxes, ?) from firm", {"1": 0.01}),
        ("select count(*) from firm limit ?", {"1": -1}),
        ("select count(*) from firm where year >= ?", {"1": float("nan")}),
        ("select count(*) from firm where year >= ?", {"1": float("inf")}),
    ],
)
def test_a_parameter_is_held_to_the_grammar(
    text: str, parameters: Mapping[str, Any], lab: Lab
) -> None:
    assert not isinstance(lab.ask(text, parameters), Cells)


def test_each_protected_column_has_a_companion_of_a_free_name(lab: Lab) -> None:
    tables = list(lab.tables.values())
    text = "select county, count(*) as n, sum(taxes) as n_withheld, 1 as one from firm group by 1"
    made_ = compiled(text, tables)
    assert isinstance(made_, Compiled)
    assert set(made_.columns) == {"n", "n_withheld"}
    found = lab.run(made_)
    assert found.names == ("county", "n", "n_withheld", "one")
    names = [d[0] for d in lab.con.execute(made_.sql).description or []]
    assert len({name.casefold() for name in names}) == len(names)
    assert set(made_.columns.values()) < set(names)


def test_only_the_protected_resources_that_are_read_are_named(lab: Lab) -> None:
    tables = list(lab.tables.values())
    both = "select c.area, count(*) from firm f join county c using (county) group by c.area"
    found = compiled(both, tables)
    assert isinstance(found, Compiled)
    assert found.resources == ("firm",)
    plain = compiled("select area, count(*) from county group by area", tables)
    assert isinstance(plain, Compiled)
    assert (plain.resources, dict(plain.columns)) == ((), {})


def test_nothing_of_the_text_reaches_the_engine_as_it_was(lab: Lab) -> None:
    text = "SELECT /* a comment */ County, Count(*) FROM firm WHERE county = 'o''k' GROUP BY 1 -- x"
    found = compiled(text, list(lab.tables.values()))
    assert isinstance(found, Compiled)
    assert "comment" not in found.sql
    assert "-- x" not in found.sql
    assert "'o''k'" in found.sql


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "--",
        "'",
        '"',
        "select",
        "select ((((((((((",
        "\0",
        "select count(*) from firm where county = '\0'",
        "select count(*) from firm where " + "not " * 5_000 + "listed",
        "select count(*) from firm where " + "(" * 3_000 + "listed" + ")" * 3_000,
        "select " + "+".join(["count(*)"] * 3_000) + " from firm",
        "select count(*) from firm limit date '2024-01-01'",
        "select count(*) from firm limit 99999999999999999999999999999999999999999",
        "select count(*) from firm where year = 1e999999999",
        "select count(*) from firm where founded = date '9999-99-99'",
        "select " + ", ".join(f"a{i - 1} + a{i - 1} as a{i}" for i in range(1, 40))
        + ", count(*) as a0 from firm group by county",
        " union all ".join(["select count(*) from firm"] * 200),
        "from firm select",
        "describe firm",
        "select \ud800 from firm",
    ],
    ids=range(21),
)  # fmt: skip
def test_no_text_makes_it_raise(text: str, lab: Lab) -> None:
    found = compiled(text, list(lab.tables.values()))
    if not isinstance(found, Compiled):
        assert all(reason.what.zh and reason.what.en for reason in found)


def test_so_many_selects_and_conditions_and_no_more(lab: Lab) -> None:
    one = "select count(*) as n from firm"
    assert isinstance(lab.ask(" union all ".join([one] * 15)), Cells)
    assert not isinstance(lab.ask(" union all ".join([one] * 40)), Cells)
    parts = ["'A1'", "'A2'", "'B1'", "'B2'"]
    counts = [
        f"count(*) filter (where industry = {part} and year = {year}) as n{number}_{year}"
        for number, part in enumerate(parts)
        for year in range(2020, 2026)
    ]
    assert isinstance(lab.ask(f"select {', '.join(counts[:8])} from firm"), Cells)
    refused = lab.ask(f"select {', '.join(counts)} from firm")
    assert not isinstance(refused, Cells)
    assert refused[0].next is not None
    assert "several statements" in refused[0].next.en


CITY = Rules(k=5, dominance=((2, 0.85),), p=0.1)


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        (DisclosureRules(), CITY),
        (DisclosureRules(k=3), replace(CITY, k=3)),
        (DisclosureRules(dominance_n=1, dominance_k=0.5), replace(CITY, dominance=((1, 0.5),))),
        (DisclosureRules(dominance_n=1), CITY),
        (DisclosureRules(p_percent=15), replace(CITY, p=0.15)),
        (DisclosureRules(p_percent=0), replace(CITY, p=0.0)),
        (DisclosureRules(round_counts=5, round_values=1000),
         replace(CITY, round_counts=5, round_values=1000)),
        (DisclosureRules(zero=Zero.hidden), replace(CITY, hidden=True)),
        (DisclosureRules(zero=Zero.told), CITY),
    ],
)  # fmt: skip
def test_what_a_grant_leaves_open_is_the_citys(said: DisclosureRules, rules: Rules) -> None:
    assert Rules.of(said, CITY) == rules


def test_the_strictest_of_several_is_every_rule_of_each() -> None:
    lax = Rules(3, ((1, 0.9),), None, 5, 100.0)
    assert strictest([CITY, lax]) == Rules(5, ((1, 0.9), (2, 0.85)), 0.1, 5, 100.0)
    assert strictest([lax, CITY]) == strictest([CITY, lax])
    assert strictest([CITY, replace(CITY, hidden=True)]).hidden
    assert strictest([lax]) == lax
