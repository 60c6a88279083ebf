"""Cells of statements over real tables: who is in each, and under which number it is withheld."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from stat_tables import Cells, Lab

from workbench.disclosure.differencing.cells import (
    Answers,
    Cell,
    Subject,
    barred,
    cells_of,
    fired,
)
from workbench.disclosure.shapes import Rules
from workbench.disclosure.statement import Compiled, compiled
from workbench.model.grant import Use

PEOPLE, FIRMS = Subject("people", ""), Subject("firms", "")
INCOME = Subject("people", "income")
SIZE = 240


@pytest.fixture(scope="module")
def lab() -> Lab:
    rng = np.random.default_rng(3)
    made = Lab(duckdb.connect())
    people = pl.DataFrame(
        {
            "id": np.arange(SIZE),
            "town": [("a", "b", None)[i] for i in rng.integers(0, 3, SIZE)],
            "sex": rng.choice(["f", "m"], SIZE),
            "firm": rng.integers(0, 60, SIZE),
            "income": rng.lognormal(8, 0.4, SIZE).round(2),
        }
    )
    firms = pl.DataFrame({"firm": np.arange(60), "branch": rng.choice(["x", "y"], 60)})
    uses = {"income": Use.statistics, "firm": Use.join_key}
    made.put("people", people, uses, rules=Rules(3), entity="id")
    made.put("firms", firms, {"firm": Use.join_key}, rules=Rules(3), entity="firm")
    return made


def answers(lab: Lab, text: str) -> list[Answers]:
    found = compiled(text, list(lab.tables.values()))
    assert isinstance(found, Compiled), found

    def run(sql: str) -> pa.Table:
        return lab.con.execute(sql).to_arrow_table()

    return [
        Answers(study, run(study.cells), {e: run(sql) for e, sql in study.members.items()})
        for study in found.studies
    ]


def sizes(cells: list[Cell]) -> list[int]:
    return sorted(int(cell.often.sum()) for cell in cells)


GROUPED = {
    "plain": ("SELECT town, count(*) AS n FROM people GROUP BY town", 3),
    "total": ("SELECT count(*) AS n FROM people", 1),
    "rollup": ("SELECT town, sex, count(*) AS n FROM people GROUP BY ROLLUP (town, sex)", 10),
    "cube": ("SELECT town, sex, count(*) AS n FROM people GROUP BY CUBE (town, sex)", 12),
    "where": ("SELECT sex, count(*) AS n FROM people WHERE town = 'a' GROUP BY sex", 2),
}


@pytest.mark.parametrize("name", list(GROUPED))
def test_each_cell_has_the_rows_that_it_counts(lab: Lab, name: str) -> None:
    text, count = GROUPED[name]
    all_ = answers(lab, text)
    cells = cells_of(all_)[PEOPLE]
    shown = lab.con.execute(text).pl()["n"].to_list()
    assert sizes(cells) == sorted(shown)
    assert len({cell.places for cell in cells}) == len(cells) == count
    numbers = set(all_[0].cells.column("cell").to_pylist())
    assert {cell.places[0][2] for cell in cells} == numbers
    judged = [len(cell.units) for cell in cells]
    assert judged == sorted(judged, reverse=True)  # the largest first


@pytest.mark.parametrize("name", ["plain", "cube", "rollup", "total"])
def test_a_cell_that_is_barred_is_withheld_and_no_other(lab: Lab, name: str) -> None:
    text, _ = GROUPED[name]
    all_ = answers(lab, text)
    for cell in cells_of(all_)[PEOPLE]:
        found = compiled(text, list(lab.tables.values()), None, barred([(cell, False)]))
        assert isinstance(found, Compiled)
        asked = lab.run(found)
        (why,) = asked.why.values()
        left = [row[-1] for row, reason in zip(asked.rows, why, strict=True) if reason is None]
        plain = sorted(n for (n,) in lab.con.execute(f"SELECT n FROM ({text})").fetchall())
        plain.remove(int(cell.often.sum()))
        assert sorted(left) == plain
        assert why.count("differencing") == 1
        assert fired(all_, barred([(cell, False)])) == {"differencing": 1}
    assert isinstance(lab.ask(text), Cells)


def test_filters_are_cells_of_their_own(lab: Lab) -> None:
    text = (
        "SELECT town, count(*) AS n, count(*) FILTER (sex = 'f') AS f, "
        "sum(income) AS s, avg(income) AS a FROM people GROUP BY town"
    )
    found = cells_of(answers(lab, text))
    plain = lab.con.execute(text).pl()
    assert set(found) == {PEOPLE, INCOME}
    counts = [c for c in found[PEOPLE] if len(c.units)]
    assert sizes(counts) == sorted(plain["n"].to_list() + plain["f"].to_list())
    sums = sorted(float((c.amounts * c.often).sum()) for c in found[INCOME])
    assert sums == pytest.approx(sorted(plain["s"].to_list()))
    assert [len(c.places) for c in found[INCOME]] == [2, 2, 2]  # the sum, the average


def test_the_amount_is_part_of_a_unit(lab: Lab) -> None:
    """A row whose income changed is another unit of the same entity; in counts it is the same."""
    text = "SELECT count(*) AS n, sum(income) AS s FROM people"
    before = cells_of(answers(lab, text))
    lab.con.execute("UPDATE people SET income = income + 1 WHERE id = 7")
    after = cells_of(answers(lab, text))
    lab.con.execute("UPDATE people SET income = income - 1 WHERE id = 7")
    assert set(after[PEOPLE][0].units.tolist()) == set(before[PEOPLE][0].units.tolist())
    changed = set(after[INCOME][0].units.tolist()) - set(before[INCOME][0].units.tolist())
    assert len(changed) == 1
    assert set(after[INCOME][0].entities.tolist()) == set(before[INCOME][0].entities.tolist())


def test_a_join_tells_of_both_and_how_often(lab: Lab) -> None:
    text = (
        "SELECT branch, count(*) AS n FROM people JOIN firms ON people.firm = firms.firm "
        "GROUP BY branch"
    )
    found = cells_of(answers(lab, text))
    plain = sorted(n for _, n in lab.con.execute(text).fetchall())
    assert set(found) == {PEOPLE, FIRMS}
    assert sizes(found[PEOPLE]) == sizes(found[FIRMS]) == plain
    staff = lab.con.execute(
        "SELECT hash(firm), count(*) FROM people GROUP BY firm ORDER BY ALL"
    ).fetchall()
    often: dict[int, int] = defaultdict(int)
    for cell in found[FIRMS]:
        for entity, times in zip(cell.entities.tolist(), cell.often.tolist(), strict=True):
            often[entity] += times
    assert sorted(often.items()) == staff


def test_cells_under_the_threshold_are_not_asked_for() -> None:
    few = Lab(duckdb.connect())
    towns = ["a"] * 9 + ["b"] * 8 + ["c"] * 2
    few.put("people", pl.DataFrame({"id": range(19), "town": towns}), rules=Rules(3), entity="id")
    all_ = answers(few, "SELECT town, count(*) AS n FROM people GROUP BY town")
    assert sizes(cells_of(all_)[PEOPLE]) == [8, 9]
    assert fired(all_, {}) == {"below_threshold": 1}
