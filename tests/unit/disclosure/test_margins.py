"""A table with margins: what goes beside its withheld cells, before anything is told."""

from __future__ import annotations

import time
from collections.abc import Iterator

import duckdb
import highspy
import numpy as np
import pytest

from workbench.catalogue.types import Family
from workbench.disclosure.differencing.cells import Answers, Subject
from workbench.disclosure.differencing.contributions import Measured
from workbench.disclosure.differencing.margins import beside_withheld
from workbench.disclosure.shapes import Facts, Rules, StatColumn, StatTable
from workbench.disclosure.statement import Compiled, compiled
from workbench.model.grant import Use

RULES = Rules(5, ((2, 0.85),), 0.1)
FIRMS = 600
TABLE = StatTable(
    "firm",
    (
        StatColumn("a", Family.text, Use.value, facts=Facts(9, 0, 200)),
        StatColumn("b", Family.text, Use.value, facts=Facts(9, 0, 200)),
        StatColumn("x", Family.number, Use.statistics, facts=Facts(None, 0, None, 1e9, 99)),
    ),
    RULES,
    FIRMS,
    FIRMS,
    1,
    entity_column="e",
    unit_column="e",
)


@pytest.fixture(scope="module", params=[1, 2, 3])
def engine(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """Firms in a county and an industry, some of which have few."""
    draw = np.random.default_rng(request.param)
    county = np.minimum(draw.geometric(0.35, FIRMS), 9)
    industry = np.minimum(draw.geometric(0.3, FIRMS), 9)
    amounts = np.round(draw.lognormal(3, 1.2, FIRMS), 2)
    con = duckdb.connect()
    con.execute("CREATE TABLE firm (a VARCHAR, b VARCHAR, x DOUBLE, e UBIGINT)")
    rows = [
        (f"C{c}", f"I{i}", float(x), n)
        for n, (c, i, x) in enumerate(zip(county, industry, amounts, strict=True))
    ]
    con.executemany("INSERT INTO firm VALUES (?, ?, ?, ?)", rows)
    yield con
    con.close()


def by(subject: Subject) -> Measured:
    return Measured(RULES, magnitude=bool(subject.column))


def asked(engine: duckdb.DuckDBPyConnection, sql: str) -> tuple[Compiled, Answers]:
    found = compiled(sql, [TABLE])
    assert isinstance(found, Compiled)
    (study,) = found.studies
    members = {i: engine.execute(q).to_arrow_table() for i, q in study.members.items()}
    return found, Answers(study, engine.execute(study.cells).to_arrow_table(), members)


def gone(engine: duckdb.DuckDBPyConnection, sql: str) -> dict[int, list[int]]:
    _, answers = asked(engine, sql)
    places = beside_withheld([answers], by, time.monotonic)
    found: dict[int, list[int]] = {}
    for _, figure, number in places:
        found.setdefault(figure, []).append(number)
    return found


@pytest.mark.parametrize("grouping", ["ROLLUP (a, b)", "CUBE (a, b)"])
def test_no_withheld_sum_can_be_worked_out_from_what_is_shown(
    engine: duckdb.DuckDBPyConnection, grouping: str
) -> None:
    sql = f"SELECT a, b, sum(x) AS s FROM firm GROUP BY {grouping}"
    _, first = asked(engine, sql)
    found = compiled(sql, [TABLE], barred={first.study.name: gone(engine, sql)})
    assert isinstance(found, Compiled)
    rows = engine.execute(found.sql).fetchall()
    shown = {tuple(row[:2]): row[2] for row in rows}
    assert any(value is None for value in shown.values())
    assert any(value is not None for value in shown.values())
    truth = dict(_truth(engine, grouping))
    for cell, value in shown.items():
        if value is None and None not in cell:
            low, high = bounds(cell, shown, truth)
            assert high - low > 0.02 * truth[cell], (cell, low, high, truth[cell])


def _truth(
    engine: duckdb.DuckDBPyConnection, grouping: str
) -> Iterator[tuple[tuple[str | None, ...], float]]:
    sql = f"SELECT a, b, sum(x) FROM firm GROUP BY {grouping}"
    for row in engine.execute(sql).fetchall():
        yield tuple(row[:-1]), row[-1]


def bounds(
    cell: tuple[str | None, ...],
    shown: dict[tuple[str | None, ...], float | None],
    truth: dict[tuple[str | None, ...], float],
) -> tuple[float, float]:
    """What an attacker finds who knows all that is shown, and which cells there are."""
    inner = [c for c in truth if None not in c]
    at = {c: n for n, c in enumerate(inner)}
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    columns = [solver.addVariable(0.0, highspy.kHighsInf) for _ in inner]
    for told, value in shown.items():
        if value is None or told not in truth:
            continue
        parts = [c for c in inner if all(t is None or t == k for t, k in zip(told, c, strict=True))]
        exact = truth[told]
        solver.addConstr(sum((columns[at[c]] for c in parts), 0.0 * columns[0]) == exact)
    found = []
    for way in (solver.minimize, solver.maximize):
        way(columns[at[cell]])
        bounded = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found.append(solver.getObjectiveValue() if bounded else float("inf"))
    return found[0], found[1]


def test_nothing_goes_where_nothing_is_withheld_or_nothing_adds_up(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    assert gone(engine, "SELECT a, b, sum(x) AS s FROM firm GROUP BY a, b") == {}
    large = "SELECT a, count(*) AS n FROM firm WHERE a IN ('C1', 'C2') GROUP BY ROLLUP (a)"
    assert gone(engine, large) == {}


def test_something_goes_where_a_total_would_give_a_withheld_cell_away(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    engine.execute("DELETE FROM firm WHERE a = 'C3' AND e NOT IN (SELECT min(e) FROM firm "
                   "WHERE a = 'C3')")  # fmt: skip
    (figures,) = gone(engine, "SELECT a, sum(x) AS s FROM firm GROUP BY ROLLUP (a)").values()
    assert len(figures) == 1
