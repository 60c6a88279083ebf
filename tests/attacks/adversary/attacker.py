"""The attacker's desk: a register of its own, exact knowledge of some firms, a budget of queries.

It writes a condition once: the oracle gets it in a statement, and its own DuckDB (with the public
register, no measure in it) tells whom the condition chooses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import polars as pl

from .equations import Equations
from .oracles import Account, Oracle
from .truth import DIMENSIONS, Truth, described

BUDGET = 40


class OutOfBudgetError(Exception):
    """A family asked more than it may: a mistake of the family."""


@dataclass(frozen=True)
class Quantity:
    """What is wanted of a target: the sum of ``column`` over its rows of ``table`` that ``where``
    chooses."""

    table: str = "firm"
    column: str = "turnover"
    where: str = "true"


@dataclass(frozen=True)
class Asking:
    """Where a question is put: ``table`` (else the quantity's), rows of it, person, scenario, and
    ``figure``: sum, or avg where a row is a firm, for the register says how many they are."""

    table: str = ""
    where: str = "true"
    person: int = 0
    second: bool = False
    figure: str = "sum"


HERE = Asking()


@dataclass
class Attacker:
    """``units`` are the targets, as units of the quantity; ``known`` the values it knows, by unit;
    ``guesses`` what the prior-only attacker thinks of every unit."""

    oracle: Oracle
    truth: Truth
    department: str
    quantity: Quantity
    units: tuple[int, ...]
    known: Mapping[int, float]
    guesses: Mapping[int, float]
    budget: int = BUDGET
    asked: int = 0
    refused: int = 0
    told: int = 0
    version: int = 0
    _con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)

    def __post_init__(self) -> None:
        self.equations = Equations(self.known)
        self._register()

    def _register(self) -> None:
        """The public part of what is there now; nobody's measures."""
        code = pl.col("number").alias("code")
        firms = self.register.with_columns(code)
        months = self.truth.months.drop("turnover").with_columns(code)
        if self.quantity.table == "firm":
            months = months.with_columns(unit=pl.col("number"))
        self._con.register("firm", firms.to_arrow())
        self._con.register("month", months.to_arrow())

    @property
    def register(self) -> pl.DataFrame:
        return self.truth.firms[self.version].drop("turnover", "tax")

    @property
    def left(self) -> int:
        return self.budget - self.asked

    def next_version(self) -> None:
        """A later version becomes the present one, in the register too."""
        self.oracle.next_version()
        self.version += 1
        self._register()

    # Asking -----------------------------------------------------------------------------------

    def ask(self, sql: str, asking: Asking = HERE) -> pl.DataFrame | None:
        """What is released; None where the statement is refused. Raises OutOfBudgetError."""
        if self.left <= 0:
            raise OutOfBudgetError(sql)
        self.asked += 1
        frame = self.oracle.ask(Account(self.department, asking.person, asking.second), sql)
        if frame is None:
            self.refused += 1
            return None
        shown = [c for c in frame.columns if f"{c}_withheld" in frame.columns]
        self.told += sum(frame[c].len() - frame[c].null_count() for c in shown)
        return frame

    def total(
        self,
        where: str = "true",
        by: Sequence[str] = (),
        asking: Asking = HERE,
        rolled: str = "",
    ) -> int:
        """Ask for sums of the quantity's column, and keep each that is told as an equation. How
        many there were. ``rolled``: ROLLUP or CUBE."""
        keys = "".join(f"{sql} AS g{i}, " for i, sql in enumerate(by))
        groups = ", ".join(by if rolled else (f"g{i}" for i in range(len(by))))
        grouped = f" GROUP BY {rolled} ({groups})" if rolled else f" GROUP BY {groups}"
        source, averaged = asking.table or self.quantity.table, asking.figure == "avg"
        rest = f" FROM {source} WHERE {asking.where} AND ({where}){grouped if by else ''}"
        figure = f"{asking.figure}({self.quantity.column})"
        frame = self.ask(f"SELECT {keys}{figure} AS s{rest}", asking)
        if frame is None:
            return 0
        here = self._con.execute(f"SELECT {keys}list(DISTINCT unit) AS units{rest}").fetchall()
        members = {row[:-1]: row[-1] for row in here}
        told = [row for row in frame.select(*_names(len(by)), "s").rows() if row[-1] is not None]
        for row in told:
            units = members[row[:-1]]
            self.equations.add(units, float(row[-1]) * (len(units) if averaged else 1))
        return len(told)

    def chosen(self, where: str, table: str = "") -> list[int]:
        """Units of those whom a condition chooses."""
        source = table or self.quantity.table
        rows = self._con.execute(f"SELECT DISTINCT unit FROM {source} WHERE {where}").fetchall()
        return [unit for (unit,) in rows]

    def solved(self, bounds: bool = True) -> dict[int, float]:
        """Targets that follow from all that was told; without ``bounds`` only those exactly."""
        return self.equations.told(self.units, bounds)

    # Describing -------------------------------------------------------------------------------

    def number(self, unit: int) -> int:
        """The firm of a unit."""
        return unit // 12 if self.quantity.table == "month" else unit % 10_000

    def dimensions(self, unit: int) -> dict[str, Any]:
        row = self.register.filter(pl.col("number") == self.number(unit)).row(0, named=True)
        return {name: row[name] for name in DIMENSIONS}

    def narrow(self, unit: int) -> str:
        """A condition that only this firm meets."""
        return conjunction(described(self.register, self.number(unit)))


def conjunction(values: Mapping[str, Any]) -> str:
    return "(" + " AND ".join(f"{name} = {literal(v)}" for name, v in values.items()) + ")"


def literal(value: Any) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else f"'{value}'"


def _names(count: int) -> list[str]:
    return [f"g{i}" for i in range(count)]
