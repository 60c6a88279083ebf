"""The data of the overview page through the gateway: just after it started, once more, and anew by
workers that are there; beside the same statements by DuckDB over the same files. No part of its
own: ``libraries`` measures it where it has worked out all months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from attacks.served import served

from tests.bench.measure import seconds
from workbench.catalogue.city import load_city
from workbench.cli import acting
from workbench.cli.common import opened
from workbench.client.connection import Connection
from workbench.extracts.versions import Extracts
from workbench.store.layout import Layout
from workbench.ui import queries
from workbench.ui.page_file import load_page
from workbench.ui.queries import Statement

PAGE = "overview"
VIEWER = "leader"
HEADLINE = "sales"


def measure(city: Path, month: date) -> dict[str, Any]:
    page = load_page(city / "dashboards" / "pages" / f"{PAGE}.yaml")
    choices = {"month": month.isoformat(), "headline": HEADLINE}
    asked = [queries.statement(panel, page, choices) for panel in page.panels]
    with served(city) as gateway, opened(city) as state:
        gateway.add(VIEWER, "government_office")
        viewer = acting.person(state, VIEWER)
        with acting.asking(state, PAGE, viewer, gateway.http) as connection:
            first = seconds(lambda: _ask(connection, page.scenario, asked))
            again = seconds(lambda: _ask(connection, page.scenario, asked))
            # Another text: what was just answered would be given again.
            others = [Statement(f"{one.sql} -- anew", one.parameters) for one in asked]
            anew = seconds(lambda: _ask(connection, page.scenario, others))
    return {
        "panels": len(asked),
        "rows": _rows(city),
        "first": first,
        "again": again,
        "anew": anew,
        "hand": _by_hand(city, asked),
    }


def _ask(connection: Connection, scenario: str, asked: Sequence[Statement]) -> None:
    for one in asked:
        connection.sql(one.sql, scenario=scenario, parameters=one.parameters or None)


def _rows(city: Path) -> int:
    version = Extracts(Layout(city).extracts).latest("analysis_monthly")
    assert version is not None
    return version.rows


def _by_hand(city: Path, asked: Sequence[Statement]) -> float:
    extracts = Extracts(Layout(city).extracts)
    with duckdb.connect() as engine:
        for name in load_city(city).resources:
            version = extracts.latest(name)
            if version is not None and version.files:
                files = ", ".join(f"'{file}'" for file in version.files)
                engine.execute(f"create view {name} as select * from read_parquet([{files}])")
        return seconds(
            lambda: [
                engine.execute(one.sql, dict(one.parameters)).fetch_arrow_table() for one in asked
            ]
        )


def report(figures: dict[str, Any]) -> str:
    hand = figures["hand"]
    ways = {
        "first, after the gateway started (its database is built)": figures["first"],
        "anew, by a worker that is there": figures["anew"],
        "once more (what was kept)": figures["again"],
    }
    said = "; ".join(f"{name}: {took:.2f} s ({took / hand:.1f})" for name, took in ways.items())
    return (
        f"**The overview page's data**, {figures['panels']} panels one after the other over "
        f"{figures['rows']:,} rows of analysis, in ratios to the same statements by DuckDB over the "
        f"files ({hand:.2f} s): {said}. In a browser panels are asked for side by side."
    )
