"""A table for questions of noise, in a plain DuckDB, and what they give without the noise."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from stat_tables import Lab, unmeasured

from workbench.disclosure.noise.compiling import question
from workbench.disclosure.noise.exact import Plan
from workbench.disclosure.noise.question import Offer, Question
from workbench.disclosure.shapes import Rules
from workbench.errors import Reason
from workbench.model.noise import NoiseBound, NoiseRules

ENTITIES = 60
USES = {"code": "join_key", "owner_key": "join_key", "turnover": "statistics",
        "score": "statistics", "debt": "statistics"}  # fmt: skip
BOUNDS = (
    NoiseBound("turnover", 200_000, Decimal("0.01")),
    NoiseBound("score", 50, Decimal("0.5")),
)


def panel() -> pl.DataFrame:
    """One to three years of each entity, of some each twice."""
    rows = [
        _row(i, year, n)
        for i in range(ENTITIES)
        for year in range(2020, 2021 + i % 3)
        for n in range(2 if i % 10 == 0 else 1)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(i: int, year: int, n: int) -> dict[str, Any]:
    return {
        "code": f"F{i:03}",
        "owner_key": f"P{i % 7}",
        "county": ("north", "south", "west", None)[i % 4],
        "size": i % 5,
        "year": year,
        "opened": None if i % 9 == 0 else date(2000 + i % 3, 1 + i % 12, 1 + i % 28),
        "listed": None if i % 11 == 0 else i % 2 == 0,
        "turnover": Decimal(i * 97 - 1500) + Decimal(n) / 4,
        "score": float("nan") if i == 7 else float("inf") if i == 8 else None if i == 9 else i / 3,
        "debt": float(i),
        "ratio": i / 8,
    }


class Noisy:
    """Questions over ``panel``, exact."""

    def __init__(self, rows: int = 1) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        lab = Lab(self.con)
        frame = panel()
        table = lab.put(
            "firm", frame, USES, rules=Rules(k=5), entity="code",
            bands={"turnover": [Decimal(1000)]}, types_={"turnover": "DECIMAL(18,2)"},
        )  # fmt: skip
        lab.put("other", frame.select("county").unique())
        self.columns = frame.columns
        self.most_rows = table.most_rows
        declared = {"county": (("north", "south", "east"), True)}
        self.offer = Offer(
            unmeasured(table), NoiseRules(1_000_000, 100_000, rows, BOUNDS), "code", declared
        )

    def read(self, text: str) -> Question | tuple[Reason, ...]:
        return question(text, self.offer)

    def asked(self, text: str) -> Question:
        found = self.read(text)
        assert isinstance(found, Question), found[0].said("en")
        return found

    def refused(self, text: str) -> Reason:
        found = self.read(text)
        assert not isinstance(found, Question), text
        return found[0]

    def regions(self, text: str) -> list[str]:
        return [cell.rows for cell in self.asked(text).cells]

    def exact(self, text: str, *, measured: bool = False) -> dict[tuple[Any, ...], list[int]]:
        """The figures of each cell by its values, 0 where nobody is."""
        asked = self.asked(text)
        return exact_of(self.con, asked, self.columns, self.most_rows if measured else None)


def exact_of(
    con: duckdb.DuckDBPyConnection, asked: Question, columns: list[str], most: int | None
) -> dict[tuple[Any, ...], list[int]]:
    plan = Plan(asked)
    keys = len(asked.dimensions)
    found = {
        tuple(domain[n] for domain, n in zip(plan.domains, row[:keys], strict=True)): row[keys:]
        for row in con.execute(plan.sql(columns, most)).fetchall()
    }
    nothing = [0] * len(asked.figures)
    return {
        cell.values: [value or 0 for value in found.get(cell.values, nothing)]
        for cell in asked.cells
    }
