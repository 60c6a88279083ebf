"""Tables of the statistics tier in a plain DuckDB, for tests of the grammar and of the rules.

The facts are computed here in Polars, on their own: a test compares them with those of a build.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import polars as pl

from workbench.catalogue import types
from workbench.disclosure.shapes import Edge, Facts, Rules, StatColumn, StatTable
from workbench.disclosure.statement import Compiled, compiled
from workbench.errors import Reason
from workbench.model.grant import Use
from workbench.model.release import NOTHING_THERE
from workbench.workspace.build import ENTITY

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Cells:
    """An answer. ``why`` maps a protected column to why each row's cell is missing, or None."""

    names: tuple[str, ...]
    rows: Rows
    why: Mapping[str, list[str | None]]

    @property
    def withheld(self) -> int:
        return sum(w not in (None, NOTHING_THERE) for column in self.why.values() for w in column)

    def by_key(self, column: str, keys: int = 1) -> dict[Any, tuple[Any, str | None]]:
        """Value and status of ``column`` by the first ``keys`` columns."""
        place = self.names.index(column)
        return {
            row[0] if keys == 1 else row[:keys]: (row[place], why)
            for row, why in zip(self.rows, self.why[column], strict=True)
        }


@dataclass
class Lab:
    """A DuckDB with tables of the tier in it."""

    con: duckdb.DuckDBPyConnection
    tables: dict[str, StatTable] = field(default_factory=dict)

    def put(
        self,
        name: str,
        frame: pl.DataFrame,
        uses: Mapping[str, str] | None = None,
        *,
        rules: Rules | None = None,
        entity: str = "",
        bands: Mapping[str, Sequence[Edge]] | None = None,
        types_: Mapping[str, str] | None = None,
    ) -> StatTable:
        """``entity`` names the column whose values are the entities; a row is one without it.
        ``uses`` names the columns that are no value."""
        types_ = types_ or {}
        self.con.register("given", frame.to_arrow())
        chosen = [
            f'"{c}"::{types_[c]} AS "{c}"' if c in types_ else f'"{c}"' for c in frame.columns
        ]
        if rules is not None:
            told = f'hash("{entity}")' if entity else "row_number() OVER ()"
            chosen.append(f'{told} AS "{ENTITY}"')
        self.con.execute(
            f'CREATE OR REPLACE TABLE "{name}" AS SELECT {", ".join(chosen)} FROM given'
        )
        self.con.unregister("given")
        kept = self.con.execute(f'FROM "{name}"').pl()
        columns = tuple(
            self._column(name, c, (uses or {}).get(c, "value"), (bands or {}).get(c, ()))
            for c in frame.columns
        )
        made = StatTable(name, columns, rules, entity_column=ENTITY if rules else "")
        self.tables[name] = measured(made, kept)
        return self.tables[name]

    def _column(self, table: str, name: str, use: str, bands: Sequence[Edge]) -> StatColumn:
        (type_,) = self.con.execute(
            f'SELECT typeof("{name}") FROM "{table}" LIMIT 1'
        ).fetchone() or ("VARCHAR",)
        return StatColumn(name, types.family(type_), Use(use), tuple(bands))

    def ask(
        self, text: str, parameters: Mapping[str, Any] | None = None, *, facts: bool = True
    ) -> Cells | tuple[Reason, ...]:
        """Compiled and run; without ``facts`` as if nothing had been measured."""
        tables = self.tables.values()
        known = list(tables) if facts else [unmeasured(t) for t in tables]
        made = compiled(text, known, parameters)
        return self.run(made) if isinstance(made, Compiled) else made

    def run(self, made: Compiled) -> Cells:
        result = self.con.execute(made.sql)
        names = [d[0] for d in result.description or []]
        rows = result.fetchall()
        hidden = set(made.columns.values())
        shown = [i for i, n in enumerate(names) if n not in hidden]
        why = {c: [r[names.index(w)] for r in rows] for c, w in made.columns.items()}
        return Cells(
            tuple(names[i] for i in shown), [tuple(r[i] for i in shown) for r in rows], why
        )


def unmeasured(table: StatTable) -> StatTable:
    """Before the workspace is built."""
    columns = tuple(replace(c, facts=Facts()) for c in table.columns)
    return replace(table, columns=columns, rows=None, entities=None, most_rows=None)


def measured(table: StatTable, frame: pl.DataFrame) -> StatTable:
    """``table`` with its facts. ``frame`` has its rows, and ENTITY where it is protected."""
    entity = ENTITY if ENTITY in frame.columns else ""
    columns = tuple(replace(c, facts=_facts(c, frame, entity)) for c in table.columns)
    sizes = frame.group_by(entity).len()["len"] if entity else pl.Series([1] * frame.height)
    most = int(sizes.max() or 0) if frame.height else 0  # type: ignore[arg-type]
    return replace(table, columns=columns, rows=frame.height, entities=len(sizes), most_rows=most)


def _facts(column: StatColumn, frame: pl.DataFrame, entity: str) -> Facts:
    values = frame[column.name]
    if column.use is not Use.statistics:
        shared = values.drop_nulls().value_counts()
        often = int(shared["count"].max() or 0)  # type: ignore[call-overload]
        return Facts(distinct=shared.height, nulls=values.null_count(), often=often)
    doubles = values.cast(pl.Float64)
    present = doubles.drop_nulls()
    if not types.is_number(str(column.family)) and column.family not in _NUMBERS:
        return Facts()
    if (present < 0).any() or not present.is_finite().all():
        return Facts(nulls=values.null_count())
    held = pl.DataFrame({"e": frame[entity], "v": doubles}).group_by("e").agg(pl.col("v").sum())
    twice = present.filter(present != 0).value_counts()
    commonest = twice["count"].max() if twice.height else 0
    return Facts(
        nulls=values.null_count(),
        largest=float(held["v"].max() or 0.0),  # type: ignore[arg-type]
        commonest=int(commonest or 0),  # type: ignore[call-overload]
    )


_NUMBERS = frozenset({types.Family.integer, types.Family.number})
