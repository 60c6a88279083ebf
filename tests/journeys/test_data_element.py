"""One figure in two resources, a year and its months: what was told of the one counts for the other
where their contracts name the data element."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.store.told import BookName
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

LI = Actor("li", "user", frozenset({Role.analyst}))
FIRMS, MONTHS = 80, 12
TOTAL = "SELECT sum(turnover) AS s FROM firm"
WITHOUT = "SELECT sum(turnover) AS s FROM month WHERE town <> 'Z'"
HALF = "SELECT sum(turnover) AS s FROM month WHERE month <= 6"


def city(folder: Path, element: str) -> Path:
    """Eighty firms, the only one of the town Z among them, and what each took in each month."""
    code = [f"C{i:02}" for i in range(FIRMS)]
    town = ["Z", *("XY"[i % 2] for i in range(FIRMS - 1))]
    monthly = [[100.1 + i * 3.7 + m * m * 0.3 for m in range(MONTHS)] for i in range(FIRMS)]
    pl.DataFrame(
        {"code": code, "town": town, "turnover": [round(sum(each), 2) for each in monthly]}
    ).write_csv(folder / "firm.csv")
    pl.DataFrame(
        {
            "code": [c for c in code for _ in range(MONTHS)],
            "town": [t for t in town for _ in range(MONTHS)],
            "month": list(range(1, MONTHS + 1)) * FIRMS,
            "turnover": [round(amount, 2) for each in monthly for amount in each],
        }
    ).write_csv(folder / "month.csv")
    general = {"class": "general"}
    measure = {"type": "DECIMAL(18,2)", "class": "important", "element": element}
    columns: dict[str, dict[str, Any]] = {
        "firm": {"code": {"type": "VARCHAR", **general}, "town": {"type": "VARCHAR", **general}},
    }
    columns["month"] = {**columns["firm"], "month": {"type": "INTEGER", **general}}
    test = PolicyTest.model_validate(
        {
            "resources": {
                name: {
                    "data": f"{name}.csv",
                    "entity": "code",
                    "columns": {**its, "turnover": measure},
                }
                for name, its in columns.items()
            },
            "grants": {
                name: {
                    "mode": "statistics",
                    "columns": {
                        **dict.fromkeys(its, "value"),
                        "code": "join_key",
                        "turnover": "statistics",
                    },
                }
                for name, its in columns.items()
            },
        }
    )
    write_city(test, folder / "city")
    ingest_all(test, folder, folder / "city", lambda: datetime.now(UTC))
    return folder / "city"


def ask(bench: Workbench, sql: str) -> tuple[Any, Any]:
    """The figure, and why it is withheld."""
    with bench.query_path.run(LI, SCENARIO, sql, method="test", medium="memory") as running:
        table = pa.Table.from_batches(list(running), schema=running.schema)
    (row,) = table.to_pylist()
    figure, why = row.values()
    return figure, why


@pytest.mark.parametrize("element", ["annual_turnover", ""])
def test_a_firm_is_not_told_by_its_year_and_the_months_of_the_others(
    tmp_path: Path, element: str
) -> None:
    """Where no contract says that the two are one figure nobody knows: the limit is documented."""
    with open_workbench(city(tmp_path, element)) as bench:
        bench.store.users.add("li", "a long enough password", "user", LI.roles)
        assert ask(bench, TOTAL)[0] is not None
        figure, why = ask(bench, WITHOUT)
        assert (figure is None, why) == ((True, "suppressed") if element else (False, None))
        assert ask(bench, HALF)[0] is not None, "half a year of all is about nobody"
        assert ask(bench, TOTAL)[0] is not None, "what was told is told again"
        books = {book.resource for book in bench.store.told.books()}
        assert books == {"firm", "month"} | ({"·element"} if element else set())
        if element:
            assert bench.store.told.last(BookName("user", "·element", element)) > 0
