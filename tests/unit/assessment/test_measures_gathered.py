"""Measures of departments are the figures of the KPIs: the engine's and ours agree, exactly where
the engine is exact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from shipped import ROOT

from workbench.assessment.gathering import manual, of_kpi, without
from workbench.assessment.measured import Evidence, Source, events, of_items, stated
from workbench.catalogue.regulations import known_regulations
from workbench.errors import Text
from workbench.kpi import statements
from workbench.kpi.definition import Direction, Figure, Kpi, load_kpis
from workbench.kpi.frames import TABLES, frame

KPIS = {
    name: kpi
    for name, kpi in load_kpis(ROOT, known_regulations(ROOT)).items()
    if not name.startswith("catalogue_")
}
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
WORDS = {
    "event": ("release_opened", "release_closed", "refused"),
    "timing": ("on_time", "late", "overdue", ""),
    "deadline_key": ("application.review", "application.supply", "rectification",
                     "correction.answer", "demand.review"),
    "kind": ("correction", "demand", "repeated_collection", "not_aggregated"),
    "sharing_type": ("unconditional", "conditional", "not_shared"),
    "open_type": ("unconditional", "conditional", "not_open"),
    "resource": ("r1", "r2", "r3"),
    "state": ("active", "dormant", "suspended", "found", "confirmed", "mounted", "answered"),
}  # fmt: skip
PARTIES = ("a", "b", "c", "platform")


def made(column: str, kind: pl.DataType, choose: Random) -> Any:
    if column == "as_of":
        return LAST
    if kind == pl.Date():
        later = FIRST + timedelta(days=choose.randrange(400))
        return None if column in ("closed", "answered") and choose.random() < 0.3 else later
    if kind == pl.Int64():
        return None if column == "days_taken" and choose.random() < 0.1 else choose.randrange(30)
    if kind == pl.Boolean():
        return choose.random() < 0.5
    if kind == pl.String():
        return choose.choice(WORDS.get(column, PARTIES))
    return None


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    choose = Random(5)
    with duckdb.connect() as con:
        for name, columns in TABLES.items():
            rows = [
                {column: made(column, kind, choose) for column, kind in columns.items()}
                for _ in range(120)
            ]
            con.register("made", frame(columns, rows).to_arrow())
            con.execute(f"create table {name} as from made")
        yield con


def rows(con: duckdb.DuckDBPyConnection, text: str) -> list[dict[str, Any]]:
    return con.execute(text).to_arrow_table().to_pylist()


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_a_measure_is_the_figure_of_the_kpi(engine: duckdb.DuckDBPyConnection, kpi: Kpi) -> None:
    figures = rows(engine, statements.figure(kpi, LAST, by=("department",)))
    found = of_kpi(kpi, rows(engine, statements.drill(kpi)), date.min, LAST)
    assert figures, "else nothing was compared"
    assert {row["department"] for row in figures} == found.by.keys()
    for row in figures:
        measured = found.by[row["department"]]
        value = None if measured.value is None else float(measured.value)
        assert value == row["value"], kpi.id
        if kpi.figure is Figure.ratio:
            assert (measured.counted, measured.sample) == (row["numerator"], row["denominator"])


def test_only_what_came_to_count_in_the_year_is_taken(engine: duckdb.DuckDBPyConnection) -> None:
    kpi, since = KPIS["review_on_time"], date(2025, 7, 1)
    told = rows(engine, statements.drill(kpi))
    found = of_kpi(kpi, told, since, LAST)
    days = [item.day for one in found.by.values() for item in one.items]
    assert since <= min(days)
    assert max(days) <= LAST
    assert len(days) == sum(since <= row["day"] <= LAST for row in told)
    assert len(days) < len(told)


def test_what_falls_short_are_the_late_ones(engine: duckdb.DuckDBPyConnection) -> None:
    kpi = KPIS["review_on_time"]
    told = [row for row in rows(engine, statements.drill(kpi)) if row["department"] == "a"]
    found = of_kpi(kpi, told, date.min, date.max)
    assert events(found, found.by["a"]) == sum(row["numerator"] == 0 for row in told) > 0


def test_no_item_is_no_event_of_a_total_and_nothing_of_a_rate() -> None:
    assert of_kpi(KPIS["repeated_collection"], [], FIRST, LAST).of("a") == of_items(
        Figure.total, ()
    )
    assert of_kpi(KPIS["review_on_time"], [], FIRST, LAST).of("a") is None
    why = Text("没有", "none")
    assert without(KPIS["repeated_collection"], Source.no_data, why).of("a") is None


def test_a_manual_value_needs_evidence() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        stated(Fraction(3), [])
    shown = stated(Fraction(3), [Evidence("report.pdf", "0" * 64)])
    found = manual(Direction.lower, {"a": shown})
    assert found.of("a") == shown
    assert found.of("b") is None
    assert events(found, shown) == 3


def test_a_median_has_no_events() -> None:
    found = of_kpi(KPIS["review_days"], [], FIRST, LAST)
    with pytest.raises(ValueError, match="no events in a median"):
        events(found, of_items(Figure.median, ()))
