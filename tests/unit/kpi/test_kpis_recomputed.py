"""Each KPI over the delivered facts equals its recomputation from store and ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from kpi_city import Year, write_kpi_city
from recomputed import Again

from workbench.catalogue.regulations import known_regulations, load_profile
from workbench.kpi import statements
from workbench.kpi.definition import Kpi, load_kpis
from workbench.kpi.frames import TABLES
from workbench.kpi.leaving import left_out

pytestmark = (
    pytest.mark.slow
)  # of the gate are the facts, and the KPIs over a catalogue (test_kpi_catalogue)

LEFT_OUT = {
    "heilongjiang-2025": {"supply_on_time"},
    "changde-2016": {
        "review_on_time", "grants_dormant", "corrections_on_time", "demands_reviewed_on_time",
    },
}  # fmt: skip


@pytest.fixture(
    scope="module",
    params=["heilongjiang-2025", pytest.param("changde-2016", marks=pytest.mark.slow)],
)
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Year]:
    root = write_kpi_city(tmp_path_factory.mktemp(request.param) / "city", request.param)
    played = Year(root)
    played.load("r0", 5, date(2026, 1, 1))
    played.load("r1", 7, date(2026, 1, 1))
    played.play(80, 45, beside=True)
    played.load("r3", 3, played.today - timedelta(days=3))
    played.delivering().look()
    yield played
    played.bench.close()


def regulation(year: Year) -> str:
    return year.bench.city().regulation.id


def kpis(year: Year) -> dict[str, Kpi]:
    return load_kpis(year.city, known_regulations(year.city))


def engine(year: Year) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for name in TABLES:
        version = year.bench.extracts.latest(name)
        assert version is not None
        con.read_parquet(list(version.files)).create_view(name)
    return con


def test_every_kpi_equals_its_recomputation(year: Year) -> None:
    again = Again(year.bench, regulation(year), year.today - timedelta(days=1))
    again_known = again._items()
    con, compared, figures = engine(year), 0, 0
    declared = kpis(year)
    assert declared.keys() == again_known.keys()
    for kpi in declared.values():
        if kpi.id in LEFT_OUT[regulation(year)]:
            continue
        expected = again.figure(kpi.id)
        whole = con.sql(statements.figure(kpi)).fetchall()
        columns = con.sql(statements.figure(kpi)).columns
        assert len(whole) == 1
        found = {"": whole[0][columns.index("value")]}
        by = con.sql(statements.figure(kpi, by=("department",)))
        at = by.columns.index("value")
        found |= {row[0]: row[at] for row in by.fetchall()}
        assert found == pytest.approx(expected), kpi.id
        compared += 1
        figures += sum(value is not None for value in found.values())
    assert compared == len(declared) - len(LEFT_OUT[regulation(year)])
    assert figures > 50


def test_a_year_has_something_of_everything(year: Year) -> None:
    """Else nothing was compared."""
    con = engine(year)
    timings = {t for (t,) in con.sql("select distinct timing from gov_step").fetchall()}
    assert timings >= {"on_time", "late", ""}
    assert con.sql("select count(*) from gov_case").fetchone() >= (40,)  # type: ignore[operator]
    states = {s for (s,) in con.sql("select distinct state from gov_grant").fetchall()}
    assert "active" in states
    assert len(states) >= 3
    used = con.sql("select sum(columns_used), sum(columns_granted) from gov_grant").fetchone()
    assert used is not None
    assert 0 < used[0] < used[1]


def test_a_year_has_procedures_of_each_kind(year: Year) -> None:
    """Else nothing was compared."""
    con = engine(year)
    found = con.sql("select kind, state, timing from gov_procedure").fetchall()
    kinds = {kind for kind, _, _ in found}
    assert kinds == {"correction", "demand", "repeated_collection", "not_aggregated"}
    if regulation(year) == "heilongjiang-2025":
        timings = {(kind, timing) for kind, _, timing in found}
        for kind in ("correction", "demand"):
            assert timings >= {(kind, "on_time"), (kind, "late")}
        assert ("correction", "overdue") in timings
    for kind in kinds:
        assert len({state for of, state, _ in found if of == kind}) > 2, kind


def test_a_figure_lists_what_is_behind_it(year: Year) -> None:
    con = engine(year)
    for kpi in kpis(year).values():
        items = con.sql(statements.drill(kpi))
        count = con.sql(statements.figure(kpi))
        assert len(items.fetchall()) == count.fetchall()[0][count.columns.index("count")]
        assert tuple(items.columns) == kpi.needs


def test_what_the_regulation_does_not_number_is_left_out(year: Year) -> None:
    profile = load_profile(regulation(year), year.city).profile
    found = {kpi.id for kpi in kpis(year).values() if left_out(kpi, profile)}
    assert found == LEFT_OUT[regulation(year)]
    told = engine(year).sql("select kpi from gov_kpi where not shown and why_zh <> ''").fetchall()
    assert {name for (name,) in told} == found


def test_binzhou_does_not_know_and_says_so(year: Year) -> None:
    """Its articles 23 to 28 are missing: unknown is neither a number nor none."""
    profile = load_profile("binzhou-2023", year.city).profile
    why = left_out(kpis(year)["review_on_time"], profile)
    assert why is not None
    assert "missing" in why.en
    assert "缺失" in why.zh


def test_a_figure_as_of_a_day_counts_what_was_known_then(year: Year) -> None:
    con, kpi = engine(year), kpis(year)["calls"]
    middle = date(2026, 2, 14)
    value = con.sql(statements.figure(kpi, middle)).fetchall()[0][0]
    assert value == len([1 for _, day in again_calls(year) if day <= middle])
    later = con.sql(statements.figure(kpi)).fetchall()[0][0]
    assert 0 < value < later


def again_calls(year: Year) -> list[tuple[object, date]]:
    again = Again(year.bench, regulation(year), year.today - timedelta(days=1))
    return list(again._bodies("release_opened"))


def test_what_stands_is_known_of_the_delivered_day_alone(year: Year, tmp_path: Path) -> None:
    con, kpi = engine(year), kpis(year)["mounted_rate"]
    before = con.sql(statements.figure(kpi, date(2026, 3, 1))).fetchall()
    assert before[0][2] is None
    assert con.sql(statements.figure(kpi)).fetchall()[0][2] is not None
