"""Coarser statements: each rule of rewriting by what it writes, and what it writes by what DuckDB
answers; no suggestion where the change would not be what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import product

import duckdb
import polars as pl
import pytest
from stat_tables import Lab

from workbench.disclosure.coarser.candidates import Candidate, Change, candidates
from workbench.disclosure.coarser.ladders import Ladders, dates, divisions, industries
from workbench.disclosure.shapes import Rules
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Code, Reason

SECTIONS = [("01", "A"), ("05", "A"), ("13", "C"), ("14", "C"), ("44", "D")]
LADDERS: Ladders = {
    ("firm", "area"): divisions(longest=6),
    ("firm", "industry"): industries("class", SECTIONS),
    ("firm", "trade"): industries(None, SECTIONS),
    ("firm", "opened"): dates("day"),
    ("firm", "seen"): dates("month"),
    ("firm", "week"): dates("week"),
}
DAYS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 12, 31), date(2025, 3, 31))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    areas, classes = ("513201", "513227", "510104"), ("0111", "0511", "1351", "1352", "4411")
    all_ = product(areas, classes, DAYS, range(8))
    rows = [
        {
            "code": f"F{number}",
            "area": area,
            "industry": class_,
            "trade": f"A{class_}" if number % 2 else class_,
            "opened": day,
            "seen": day.replace(day=1),
            "week": day,
            "size": ("s", "l")[number % 2],
            "sales": float(10 + number % 7),
        }
        for number, (area, class_, day, _) in enumerate(all_)
    ]
    with duckdb.connect(config={"threads": "1"}) as con:
        made = Lab(con)
        uses = {"code": "join_key", "sales": "statistics"}
        made.put("firm", pl.DataFrame(rows), uses, rules=Rules(k=2), entity="code")
        made.put("place", pl.DataFrame({"area": areas, "title": ["a", "b", "c"]}))
        yield made


def found(lab: Lab, text: str, most: int = 99) -> tuple[Candidate, ...]:
    tables = list(lab.tables.values())
    assert isinstance(compiled(text, tables), Compiled), text
    made = candidates(text, tables, LADDERS, most)
    assert isinstance(made, tuple), made
    return made


def flat(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")")


def changes(lab: Lab, text: str) -> dict[str, str]:
    """What each changes, in English -> its statement on one line."""
    return {each.changed.en: flat(each.sql) for each in found(lab, text)}


def as_day(value: object) -> object:
    """The tier gives the first day of a month as a date."""
    return value.date() if isinstance(value, datetime) else value


def rows(lab: Lab, sql: str) -> list[tuple[object, ...]]:
    """As the tier answers it, which is as DuckDB does where nothing is withheld."""
    answered = lab.ask(sql)
    assert not isinstance(answered, tuple), answered
    assert answered.withheld == 0
    plain = [tuple(map(as_day, row)) for row in lab.con.execute(sql).fetchall()]
    assert sorted(answered.rows, key=repr) == sorted(plain, key=repr)
    return plain


def test_a_code_goes_up_level_by_level(lab: Lab) -> None:
    made = changes(lab, "select industry, sum(sales) as s from firm group by industry")
    assert list(made) == [
        "industry by group",
        "counts in the place of amounts (another question)",
        "industry by division",
        "industry by section",
        "industry left out",
    ]
    assert made["industry by division"] == (
        "SELECT LEFT(industry, 2) AS industry, SUM(sales) AS s FROM firm GROUP BY LEFT(industry, 2)"
    )
    keys = {row[0] for row in rows(lab, made["industry by group"])}
    assert keys == {"011", "051", "135", "441"}
    assert {row[0] for row in rows(lab, made["industry by section"])} == {"A", "C", "D"}
    assert made["industry left out"] == "SELECT SUM(sales) AS s FROM firm"


def test_an_industry_with_its_letter_keeps_it(lab: Lab) -> None:
    made = changes(lab, "select trade, count(*) as n from firm group by trade")
    keys = {row[0] for row in rows(lab, made["trade by division"])}
    assert keys == {"01", "A01", "05", "A05", "13", "A13", "44", "A44"}
    assert {row[0] for row in rows(lab, made["trade by section"])} == {"A", "C", "D"}
    cut = changes(lab, "select left(trade, 3) as t, count(*) as n from firm group by 1")
    assert list(cut) == ["trade left out"], "of a mixed spelling nobody knows what three are"


def test_no_list_of_codes_no_section() -> None:
    assert [step.named.en for step in industries("class", ()).steps] == ["group", "division"]
    assert industries("section", SECTIONS).steps == ()


@pytest.mark.parametrize(
    ("key", "levels"),
    [
        ("area", ["city", "province"]),
        ("left(area, 4)", ["province"]),
        ("substring(area, 1, 4)", ["province"]),
        ("substring(area, 3, 4)", []),
        ("right(area, 2)", []),
        ("upper(area)", []),
        ("left(area, 2)", []),
        ("left(industry, 3)", ["division", "section"]),
        ("seen", ["quarter", "year"]),
        ("week", []),
        ("date_trunc('month', seen)", ["quarter", "year"]),
        ("date_trunc('quarter', opened)", ["year"]),
        ("date_trunc('year', opened)", []),
        ("month(opened)", ["quarter"]),
        ("extract(month from opened)", ["quarter"]),
        ("quarter(opened)", []),
        ("size", []),
        ("case when size = 's' then 'small' else 'large' end", []),
    ],
)
def test_levels_of_a_key(key: str, levels: list[str], lab: Lab) -> None:
    made = found(lab, f"select {key} as k, count(*) as n from firm group by 1 order by 1")
    named = [c.changed.en.rsplit(" by ", 1)[-1] for c in made if c.change is Change.level]
    assert named == levels
    assert made[-1].change is Change.left_out
    for each in made:
        rows(lab, each.sql)


@pytest.mark.parametrize(
    "text",
    [
        "select industry, count(*) as n from firm group by industry order by industry, n desc",
        "select industry, count(*) as n from firm group by 1 order by 1",
        "select industry as i, count(*) as n from firm group by i order by i limit 3",
        "select industry, count(*) as n from firm group by all order by 1",
        "select f.industry, count(*) as n from firm as f group by industry",
        "select industry, count(*) as n from firm group by firm.industry",
        'select "industry", count(*) as n from firm group by "Industry"',
        "from firm select industry, count(*) as n group by all",
        "select count(*) as n from firm group by industry order by industry",
        "select industry, sum(count(*)) over (partition by industry) as n from firm group by 1",
        "with f as (select * from firm) select industry, count(*) as n from f group by 1",
        "with f as (select industry as x from firm), g as (select x from f) "
        "select x, count(*) as n from g group by x",
        "select x, count(*) as n from (select industry as x from firm where size = 's') group by 1",
        "select industry, title, count(*) as n from firm join place using (area) group by 1, 2",
    ],
)
def test_however_it_is_written(text: str, lab: Lab) -> None:
    (by,) = [c for c in found(lab, text) if c.changed.en.endswith("by division")]
    tables = list(lab.tables.values())
    before, after = compiled(text, tables), compiled(by.sql, tables)
    assert isinstance(before, Compiled)
    assert isinstance(after, Compiled)
    assert before.columns == after.columns, "names stay"
    keys = rows(lab, by.sql)
    assert rows(lab, text) != keys or "limit" in text
    if "title" not in text:
        assert len(keys) == 4 or "limit" in text
    assert all(c.changed.en.split(" by ")[0] != "title" for c in found(lab, text))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        # what is made of the values of a key would find others there
        (
            "select case industry when '1351' then 'food' else 'other' end as i, count(*) as n "
            "from firm group by industry",
            "by",
        ),
        ("select industry, count(*) n from firm group by 1 having industry = '1351'", "by"),
        ("select industry, count(*) n from firm group by 1 having industry = '1351'", "left out"),
        # a column that is no plain one of a table has no levels
        (
            "with f as (select right(industry, 2) as x from firm) "
            "select x, count(*) n from f group by x",
            "by",
        ),
        (
            "with f as (select left(industry, 3) as x from firm) "
            "select x, count(*) n from f group by x",
            "by",
        ),
        ("select size, grouping(size) as g, count(*) n from firm group by rollup (size)", "no sub"),
    ],
)
def test_no_change_that_would_ask_something_else(text: str, missing: str, lab: Lab) -> None:
    assert not [c for c in changes(lab, text) if missing in c.split()[1:] or missing in c]


@pytest.mark.parametrize(
    "text",
    [
        "with f as (select industry, count(*) as n from firm group by 1) select sum(n) as n from f",
        "select industry, n from (select industry, count(*) as n from firm group by 1)",
        "select size, count(*) n from firm group by 1 union all "
        "select area, count(*) from firm group by 1",
        "(select size, count(*) n from firm group by 1)",
    ],
)
def test_what_aggregates_further_inside_gets_no_suggestion(text: str, lab: Lab) -> None:
    tables = list(lab.tables.values())
    assert isinstance(compiled(text, tables), Compiled)
    refused = candidates(text, tables, LADDERS)
    assert isinstance(refused, Reason)
    assert refused.code is Code.statistics_grammar


def test_a_table_that_is_aggregated_elsewhere_does_no_harm(lab: Lab) -> None:
    text = (
        "with unread as (select count(*) as n from firm), f as (select industry from firm) "
        "select industry, count(*) as n from f group by 1"
    )
    assert "industry by group" in changes(lab, text)


def test_subtotals_go_step_by_step(lab: Lab) -> None:
    text = "select size, area, count(*) as n from firm group by cube (size, area)"
    made = changes(lab, text)
    assert made["ROLLUP in the place of CUBE"].endswith("GROUP BY ROLLUP (size, area)")
    assert made["no subtotals in the place of CUBE"].endswith("GROUP BY size, area")
    assert made["area by city"].endswith("GROUP BY CUBE (size, LEFT(area, 4))")
    assert made["size left out"].endswith("GROUP BY CUBE (area)")
    named = changes(lab, text.replace("count(*)", "grouping(area) as g, count(*)"))
    assert "GROUPING(LEFT(area, 4)) AS g" in named["area by city"]
    assert "GROUPING" not in named["area left out"]
    for sql in (*made.values(), *named.values()):
        rows(lab, sql)


def test_a_key_takes_with_it_what_shows_it(lab: Lab) -> None:
    text = (
        "select size, area as a, area || '!' as b, sum(count(*)) over (partition by area) as o, "
        "count(*) as n from firm group by size, area order by a, 1, n"
    )
    made = changes(lab, text)
    assert made["area left out"] == (
        "SELECT size, COUNT(*) AS n FROM firm GROUP BY size ORDER BY size, n"
    )
    assert not [name for name in made if name.startswith("area by")]


@pytest.mark.parametrize(
    ("where", "wider"),
    [
        (
            "opened >= date '2024-02-01' and opened < date '2024-04-01'",
            "opened >= CAST('2024-01-01' AS DATE) AND opened < CAST('2025-01-01' AS DATE)",
        ),
        (
            "opened between '2024-02-01' and '2024-03-31' and size = 's'",
            "opened >= CAST('2024-01-01' AS DATE) AND opened < CAST('2025-01-01' AS DATE) "
            "AND size = 's'",
        ),
        ("date '2024-06-01' <= opened", "opened >= CAST('2024-01-01' AS DATE)"),
        (
            "seen = date '2024-02-01'",
            "seen >= CAST('2024-01-01' AS DATE) AND seen < CAST('2025-01-01' AS DATE)",
        ),
        (
            "date_trunc('month', opened) = date '2025-03-01'",
            "DATE_TRUNC('MONTH', opened) >= CAST('2025-01-01' AS DATE) "
            "AND DATE_TRUNC('MONTH', opened) < CAST('2026-01-01' AS DATE)",
        ),
        ("year(opened) = 2024 and month(opened) in (1, 2)", "YEAR(opened) = 2024"),
        ("month(opened) between 1 and 3 and year(opened) = 2024", "YEAR(opened) = 2024"),
        ("opened > date '2023-12-31' and opened <= date '2024-12-31'", None),
        ("opened between date '2024-01-01' and date '2024-12-31'", None),
        ("month(opened) = 2", None),
        ("opened <> date '2024-02-01'", None),
        ("opened = date '2024-02-01' or size = 's'", None),
        ("size = 's'", None),
    ],
)
def test_a_period_becomes_whole_years(where: str, wider: str | None, lab: Lab) -> None:
    text = f"select size, count(*) as n from firm where {where} group by size"
    made = changes(lab, text)
    sql = made.get("the period widened to whole years")
    assert sql == (wider and f"SELECT size, COUNT(*) AS n FROM firm WHERE {wider} GROUP BY size")
    if sql is not None:
        before, after = (sum(int(str(n)) for _, n in rows(lab, s)) for s in (text, sql))
        assert after >= before


@pytest.mark.parametrize(
    ("items", "counting"),
    [
        ("sum(sales) as s", "COUNT(*) AS n"),
        ("sum(sales) as s, count(distinct code) as c", "COUNT(DISTINCT code) AS c"),
        ("avg(sales) filter (where size = 's') as s", "COUNT(*) AS n"),
        ("quantile_cont(sales, 0.5) as n", "COUNT(*) AS n"),
        ("count(*) filter (where size = 's') as c, sum(sales) / count(*) as s",
         "COUNT(*) FILTER(WHERE size = 's') AS c"),
        ("count(*) as c", None),
        ("sum(count(*)) over () as c", None),
    ],
)  # fmt: skip
def test_counts_in_the_place_of_amounts(items: str, counting: str | None, lab: Lab) -> None:
    text = f"select size, {items} from firm group by size order by 2"
    sql = changes(lab, text).get("counts in the place of amounts (another question)")
    if counting is None:
        assert sql is None
        return
    assert sql is not None
    assert sql.startswith(f"SELECT size, {counting} FROM firm GROUP BY size"), sql
    rows(lab, sql)


def test_the_first_are_of_many_kinds(lab: Lab) -> None:
    text = (
        "select industry, area, date_trunc('month', opened) as m, sum(sales) as s from firm "
        "where opened >= date '2024-02-01' group by cube (1, 2, 3)"
    )
    every = found(lab, text)
    first = found(lab, text, 8)
    assert first == every[:8]
    assert [(c.change.value, c.steps) for c in first] == [
        *[("level", 1)] * 3,
        ("subtotals", 1),
        ("period", 1),
        ("counts", 1),
        *[("level", 2)] * 2,
    ]
    (several,) = [c for c in every if c.change is Change.several]
    assert several.changed.zh == "industry 按中类、area 按地级、opened 按季度"
    for each in every:
        assert isinstance(compiled(each.sql, list(lab.tables.values())), Compiled)


def test_a_key_is_called_as_it_is_shown(lab: Lab) -> None:
    case = "case when size = 's' then 'small' else 'large' end"
    made = changes(lab, f"select {case} as kind, area as a, count(*) as n from firm group by 1, 2")
    assert "kind left out" in made
    assert "area by city" in made


def test_an_inverse_quantile_comes_back_as_it_was_meant(lab: Lab) -> None:
    text = (
        "select industry, percentile_cont(0.5) within group (order by sales) as q "
        "from firm group by 1"
    )
    sql = changes(lab, text)["industry by group"]
    assert "QUANTILE_CONT(sales, 0.5) AS q" in sql
    rows(lab, sql)


def test_no_statement_makes_it_raise(lab: Lab) -> None:
    tables = list(lab.tables.values())
    for text in ("", "select", "select 1; select 2", "drop table firm", "select * from nowhere",
                 "select a from firm group by 9", "values (1)", "select count(*) from firm, firm",
                 "select x from (values (1)) t(x) group by x", "from range(3)", "("):  # fmt: skip
        assert candidates(text, tables, LADDERS) == () or isinstance(
            candidates(text, tables, LADDERS), Reason
        ), text
