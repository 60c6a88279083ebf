"""Questions for noise: what is answered, what one entity changes, and which texts ask the same."""
# ruff: noqa: E501 (the tables of texts read better with long lines)

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product

import duckdb
import polars as pl
import pytest
from noisy_tables import ENTITIES, Noisy, exact_of, panel

from workbench.disclosure.noise.question import Question
from workbench.errors import Code

ONE = Noisy()
THREE = Noisy(rows=3)
MANY = Noisy(rows=100)

QUESTIONS = [
    "select count(*), count(distinct code), sum(turnover) from firm",
    "select count(*), sum(score) from firm where size >= 2 and listed",
    "select county, count(*), count(distinct code) from firm group by county",
    "select county, year, count(*) n, sum(turnover) from firm "
    "where year between 2019 and 2022 group by all",
    "select month(opened), count(distinct code), sum(score) from firm group by 1",
    "select turnover >= 1000, count(*), sum(turnover) from firm group by 1",
    "select listed, size, count(*) from firm where size in (0, 1, 9) or size is null group by 1, 2",
]


# The exact figures --------------------------------------------------------------------------------


@pytest.mark.parametrize("lab", [ONE, THREE], ids=["one", "three"])
@pytest.mark.parametrize("text", QUESTIONS)
def test_one_entity_changes_no_more_than_is_told(lab: Noisy, text: str) -> None:
    """Some of them, each taken out of the table with all its rows."""
    asked = lab.asked(text)
    whole = lab.exact(text)
    largest = [0] * len(asked.figures)
    for number in (0, 7, 10, 12, 14, 20, 29, 50, 59):
        con = lab.con.cursor()
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE firm AS FROM memory.firm WHERE code <> 'F{number:03}'"
        )
        without = exact_of(con, asked, lab.columns, None)
        con.execute("DROP TABLE temp.firm")
        for place in range(len(asked.figures)):
            moved = sum(abs(whole[v][place] - without[v][place]) for v in whole)
            largest[place] = max(largest[place], moved)
    told = [asked.sensitivity(figure) for figure in asked.figures]
    assert all(0 < most <= bound for most, bound in zip(largest, told, strict=True)), largest


def test_the_bound_is_of_rows_cells_and_clamps() -> None:
    asked = ONE.asked(QUESTIONS[0])
    assert [asked.sensitivity(f) for f in asked.figures] == [1, 1, 200_000]
    asked = THREE.asked(QUESTIONS[3])
    assert [asked.sensitivity(f) for f in asked.figures] == [3, 600_000]
    asked = MANY.asked(QUESTIONS[4])
    assert [asked.sensitivity(f) for f in asked.figures] == [13, 13 * 50]


def test_figures_are_those_of_a_plain_recomputation() -> None:
    """With every row looked at, each entity's sum in each cell clamped to 2,000.00 by hand."""
    frame = panel().with_columns(pl.col("turnover").cast(pl.Float64))
    inside = frame.filter(pl.col("county").is_in(["north", "south"]) & (pl.col("year") >= 2021))
    each = inside.group_by("county", "code").agg(
        pl.len().alias("n"), pl.col("turnover").sum().clip(-2000, 2000)
    )
    cells = each.group_by("county").agg(
        pl.col("n").sum(), pl.len().alias("codes"), pl.col("turnover").sum()
    )
    expected = {
        (county,): [n, codes, round(total * 100)] for county, n, codes, total in cells.rows()
    }
    text = (
        "select count(*), count(distinct code), sum(turnover), county from firm "
        "where county in ('north', 'south') and year >= 2021 group by county"
    )
    assert MANY.exact(text) == expected


def test_of_each_entity_the_same_rows_are_looked_at_whatever_is_asked() -> None:
    years = ONE.exact("select year, count(*) from firm where year between 2020 and 2022 group by 1")
    assert sum(n for (n,) in years.values()) == ENTITIES
    assert ONE.exact("select count(*) from firm where year = 2021") == {(): years[(2021,)]}
    assert max(n for (n,) in years.values()) < ENTITIES


def test_what_was_measured_changes_no_figure() -> None:
    for text in QUESTIONS:
        assert MANY.exact(text, measured=True) == MANY.exact(text)


def test_what_is_missing_or_not_finite_adds_nothing() -> None:
    text = "select sum(score), count(*) from firm where size = {} and year = 2020"
    scores = {7: float("nan"), 8: float("inf"), 9: None}
    for number in scores:
        con = MANY.con.cursor()
        con.execute(f"CREATE TEMP TABLE firm AS FROM memory.firm WHERE code = 'F{number:03}'")
        asked = MANY.asked(text.format(number % 5))
        assert exact_of(con, asked, MANY.columns, None)[()] == [0, 1]
        con.execute("DROP TABLE temp.firm")


def test_a_row_is_in_one_cell_even_where_two_written_values_are_one_to_the_engine() -> None:
    close = "0.1, 0.1000000000000000055511151231257827"
    text = f"select ratio, count(*) from firm where ratio in ({close}) group by ratio"
    asked = ONE.asked(text)
    assert len(asked.cells) == 2
    con = ONE.con.cursor()
    con.execute("CREATE TEMP TABLE firm AS SELECT * REPLACE (0.1 AS ratio) FROM memory.firm")
    found = exact_of(con, asked, ONE.columns, None)
    con.execute("DROP TABLE temp.firm")
    assert sorted(n for (n,) in found.values()) == [0, ENTITIES]


# Which cells there are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("county in ('north', 'moon') group by county", ["moon", "north"]),
        ("county = 'north' or county is null group by county", ["north", None]),
        ("(county = 'x' or county = 'y') and county <> 'y' group by county", ["x"]),
        ("true group by county", ["east", "north", "south", None]),
        ("county <> 'east' group by county", ["north", "south"]),
        ("year between 2019 and 2021 group by year", [2019, 2020, 2021]),
        ("year > 2019 and not year >= 2022 group by year", [2020, 2021]),
        ("true group by listed", [False, True, None]),
        ("listed group by listed", [True]),
        ("true group by quarter(opened)", [1, 2, 3, 4, None]),
        ("year(opened) in (1999, 2000) group by year(opened)", [1999, 2000]),
    ],
)
def test_the_question_says_which_cells_there_are(text: str, values: list[object]) -> None:
    condition, group = text.split(" group by ")
    asked = ONE.asked(f"select {group}, count(*) from firm where {condition} group by {group}")
    assert [cell.values[0] for cell in asked.cells] == values


def test_cells_that_no_row_can_be_in_are_none() -> None:
    text = "(county = 'north' and year = 2020) or (county = 'west' and year = 2021)"
    asked = ONE.asked(f"select county, year, count(*) from firm where {text} group by all")
    assert [cell.values for cell in asked.cells] == [("north", 2020), ("west", 2021)]


def test_the_cells_do_not_depend_on_the_data() -> None:
    con = ONE.con.cursor()
    con.execute("CREATE TEMP TABLE firm AS FROM memory.firm LIMIT 0")
    for text in QUESTIONS:
        found = exact_of(con, ONE.asked(text), ONE.columns, None)
        assert found.keys() == ONE.exact(text).keys()
        assert {n for row in found.values() for n in row} == {0}


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "next_"),
    [
        ("select size, count(*) from firm group by 1", "statistics_grammar", "size IN"),
        ("select size, count(*) from firm where size <> 1 group by 1", "statistics_grammar", "List"),
        ("select avg(turnover) from firm", "statistics_grammar", "SUM(column) and COUNT(*)"),
        ("select median(turnover) from firm", "statistics_grammar", "The form"),
        ("select count(county) from firm", "statistics_grammar", "COUNT(*)"),
        ("select sum(debt) from firm", "noise_not_offered", "turnover, score"),
        ("select sum(size) from firm", "use_not_allowed", "Group by it"),
        ("select count(distinct owner_key) from firm", "statistics_grammar", "COUNT(DISTINCT code)"),
        ("select count(distinct county) from firm", "statistics_grammar", "COUNT(DISTINCT code)"),
        ("select count(*) filter (size = 1) from firm", "statistics_grammar", "into WHERE"),
        ("select sum(case when size = 1 then turnover end) from firm", "statistics_grammar", "WHERE"),
        ("select sum(turnover) / count(*) from firm", "statistics_grammar", "The form"),
        ("select count(*) from firm join other using (county)", "statistics_grammar", "one table"),
        ("select count(*) from firm, other", "statistics_grammar", "one table"),
        ("select count(*) from (select * from firm)", "statistics_grammar", "one table"),
        ("with a as (select 1) select count(*) from firm", "statistics_grammar", "one table"),
        ("select count(*) from firm union all select 1", "statistics_grammar", "one table"),
        ("select county, count(*) from firm group by rollup (county)", "statistics_grammar", "form"),
        ("select count(*) from firm having count(*) > 3", "statistics_grammar", "The form"),
        ("select count(*) from firm order by 1", "statistics_grammar", "The form"),
        ("select count(*) from firm limit 1", "statistics_grammar", "The form"),
        ("select distinct county from firm", "statistics_grammar", "The form"),
        ("select county from firm group by 1", "statistics_grammar", "The form"),
        ("select county, count(*) from firm", "statistics_grammar", "GROUP BY"),
        ("select *, count(*) from firm group by all", "statistics_grammar", "The form"),
        ("select count(*) from firm where turnover > 3", "band_not_declared", "1000"),
        ("select turnover, count(*) from firm group by 1", "band_not_declared", "1000"),
        ("select count(*) from firm where code = 'F001'", "use_not_allowed", "value columns"),
        ("select count(*) from firm where size = 1 and size = 2", "statistics_grammar", "contradict"),
        ("select count(*) from firm where size in (select 1)", "statistics_grammar", ""),
        ("select year, size, count(*) from firm where year between 1 and 200 and size between 1 and 99"
         " group by all", "statistics_grammar", "coarser"),
        ("select year, count(*) from firm where year between 1 and 99999 group by 1",
         "statistics_grammar", "List the groups"),
        ("select count(*) from firm; select 1", "statistics_grammar", ""),
        ("drop table firm", "statistics_grammar", ""),
        ("selec", "statistics_grammar", ""),
        ("select count(*) from firm where " + "(" * 3000 + "size = 1" + ")" * 3000,
         "statistics_grammar", ""),
        ("select count(*) from firm where " + " and ".join(f"size <> {i} and year <> {i}" for i in
         range(200)), "statistics_grammar", "Leave out"),
    ],
)  # fmt: skip
def test_what_is_refused_names_the_nearest_form(text: str, code: str, next_: str) -> None:
    reason = ONE.refused(text)
    assert reason.code == Code(code)
    assert reason.next is not None
    assert next_ in reason.next.en


def test_names_are_kept_and_two_of_one_name_told_apart() -> None:
    asked = ONE.asked("select county c, count(*), count(*) n, count(*) n from firm group by c")
    assert [name for name, _ in asked.shown] == ["c", "count(*)", "n", "n_"]
    assert len(asked.figures) == 1


# Which texts ask the same -------------------------------------------------------------------------

SAME = [
    "size >= 2 and county = 'north'",
    "county = 'north' and size >= 2",
    "county = 'north' and size > 1",
    "county in ('north') and not size < 2",
    "not (county <> 'north' or size < 2)",
    "size > 1.5 and county in ('north', 'north')",
    "2 <= size and 'north' = county",
    "size between 2 and 3 and county = 'north' or county = 'north' and size >= 4",
    "county = 'north' and size >= 2 and (listed or not listed or listed is null)",
    "county = 'north' and size >= 2 and year is not null or county = 'north' and size >= 2",
    "(((size) >= (2))) and (county) = 'north' and size <> 1 and size <> -5",
    "firm.size >= 2 and FIRM.County = 'north'",
]


@pytest.mark.parametrize("other", SAME)
def test_a_condition_is_known_again_however_it_is_written(other: str) -> None:
    first = ONE.regions(f"select count(*) from firm where {SAME[0]}")
    assert ONE.regions(f"select count(*) from firm where {other}") == first


def test_a_cell_is_the_same_alone_and_in_a_group() -> None:
    grouped = ONE.asked(
        "select county, year, count(*) from firm where year in (2020, 2021) and size = 1 group by all"
    )
    for cell in grouped.cells:
        county, year = cell.values
        named = "county is null" if county is None else f"county = '{county}'"
        alone = f"select count(*) from firm f where f.year = {year} and size = 1 and {named}"
        assert ONE.regions(alone) == [cell.rows]


def test_dates_and_truths_are_known_again() -> None:
    pairs = [
        ("opened >= '2001-02-01'", "opened > date '2001-01-31'"),
        ("opened = '2001-02-01'", "opened between '2001-02-01' and date '2001-02-01'"),
        ("listed", "listed = true"),
        ("not listed", "listed = false"),
        ("listed is true", "listed"),
        ("year(opened) = 2001", "year(opened) in (2001)"),
    ]
    for one, other in pairs:
        asked = "select count(*) from firm where {}"
        assert ONE.regions(asked.format(one)) == ONE.regions(asked.format(other)), one


_ATOMS = (
    [f"size {sign} {value}" for sign in ("=", "<>", "<", "<=", ">", ">=") for value in (1, "2.5", 3)]
    + ["size in (1, 3)", "size between 1 and 2", "size is null", "size is not null"]
    + [f"county {sign} '{value}'" for sign in ("=", "<>", "<", ">=") for value in ("m", "p")]
    + ["county in ('m', 'p')", "county is null", "listed", "listed is not true", "listed = false"]
)  # fmt: skip


def _condition(draw: random.Random, depth: int) -> str:
    if depth == 0:
        return draw.choice(_ATOMS)
    kind = draw.randrange(4)
    if kind == 0:
        return f"not ({_condition(draw, depth - 1)})"
    word = (" and ", " or ", " and ")[kind - 1]
    return f"({_condition(draw, depth - 1)}{word}{_condition(draw, depth - 1)})"


def test_two_conditions_are_one_just_where_they_choose_the_same_of_all_rows_there_could_be() -> (
    None
):
    """150 of them by chance, against the engine over a table of every kind of row."""
    draw = random.Random(20260302)
    sizes = [None, *range(-1, 6)]
    counties = [None, "a", "m", "n", "p", "z"]
    every = list(product(sizes, counties, [None, True, False]))
    con = duckdb.connect()
    con.execute("CREATE TABLE firm (n INTEGER, size INTEGER, county VARCHAR, listed BOOLEAN)")
    con.executemany("INSERT INTO firm VALUES (?, ?, ?, ?)", [(i, *r) for i, r in enumerate(every)])
    by_text: dict[str, set[str]] = {}
    by_rows: dict[str, set[str]] = {}
    for _ in range(150):
        condition = _condition(draw, draw.randrange(4))
        chosen = con.execute(f"SELECT list(n ORDER BY n) FROM firm WHERE {condition}").fetchone()
        rows = str(chosen)
        found = ONE.read(f"select count(*) from firm where {condition}")
        if isinstance(found, Question):
            text = found.cells[0].rows
        else:
            text = "nobody"
            assert found[0].what.en == "No row can ever satisfy WHERE."
        by_text.setdefault(text, set()).add(rows)
        by_rows.setdefault(rows, set()).add(text)
    assert len(by_text) > 30
    assert {len(rows) for rows in by_text.values()} == {1}
    assert {len(texts) for texts in by_rows.values()} == {1}


def test_a_clamp_and_a_unit_are_part_of_a_figure() -> None:
    asked = ONE.asked("select sum(turnover), sum(score), count(*) from firm")
    assert [figure.key() for figure in asked.figures] == [
        ["sum", '"t"."turnover"', 200_000, "0.01"],
        ["sum", '"t"."score"', 50, "0.5"],
        ["rows"],
    ]
    assert asked.figures[0].bound is not None
    assert asked.figures[0].bound.unit == Decimal("0.01")
