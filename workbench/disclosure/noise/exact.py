"""What the worker computes for a question: the exact figures of its cells, each entity clamped.

Noise is drawn by the gateway; nothing of this leaves without it. All arithmetic after a single
value is on whole numbers, so that no order of adding and no low bit of a float tells anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.catalogue.types import Family
from workbench.disclosure.literals import text_literal
from workbench.disclosure.noise.question import ROWS, Figure, Kind, Question
from workbench.engine.duckdb import identifier

_FAR = 4 * 10**18
"""Beyond any clamp, and within 64 bits."""
_NULLS = {
    Family.text: "VARCHAR", Family.integer: "BIGINT", Family.number: "DOUBLE",
    Family.date: "DATE", Family.timestamp: "TIMESTAMP", Family.boolean: "BOOLEAN",
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A question with the distinct values of each of its dimensions, by which the worker numbers
    the cells."""

    question: Question

    @property
    def domains(self) -> list[list[Any]]:
        cells = self.question.cells
        places = range(len(self.question.dimensions))
        return [list(dict.fromkeys(cell.values[i] for cell in cells)) for i in places]

    def sql(self, columns: Sequence[str], most_rows: int | None) -> str:
        """One row for each cell that has anybody: the numbers of its values, then its figures.

        ``columns`` are those of the table as it was built; ``most_rows`` of one entity, where the
        build has measured it, saves choosing among them and changes no answer.
        """
        asked = self.question
        sums = [f for f in asked.figures if f.kind is Kind.sum]
        keys = [f"i{n}" for n in range(len(asked.dimensions))]
        chosen = self._chosen(columns, most_rows, sums)
        inner = [*keys, "e", "count(*) AS n"] + [f"sum(m{i}) AS m{i}" for i in range(len(sums))]
        outer = [*keys, *(f"{_figure(f, sums)} AS f{i}" for i, f in enumerate(asked.figures))]
        grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
        named = " AND ".join(f"{key} IS NOT NULL" for key in keys)
        where = f" WHERE {named}" if named else ""
        return (
            f"WITH r AS ({chosen}), "
            f"p AS (SELECT {', '.join(inner)} FROM r{where} GROUP BY {', '.join([*keys, 'e'])}) "
            f"SELECT {', '.join(outer)} FROM p{grouped}"
        )

    def _chosen(self, columns: Sequence[str], most_rows: int | None, sums: list[Figure]) -> str:
        """The rows of the cells: number of each value, entity, and measures in whole units. A row
        is in one cell at most, even where the engine takes two written values for one: the first
        of them has it."""
        asked, alias = self.question, identifier(ROWS)
        entity = f"{alias}.{identifier(asked.table.entity_column)}"
        domains = zip(asked.dimensions, self.domains, strict=True)
        items = [
            f"(SELECT min(d.i) FROM (VALUES {_values(domain, dimension.family)}) AS d(i, v) "
            f"WHERE d.v IS NOT DISTINCT FROM {dimension.sql}) AS i{n}"
            for n, (dimension, domain) in enumerate(domains)
        ]
        items += [f"{entity} AS e"]
        items += [f"{_units(figure)} AS m{i}" for i, figure in enumerate(sums)]
        where = f" WHERE {asked.where}" if asked.where else ""
        source = self._source(columns, most_rows)
        return f"SELECT {', '.join(items)} FROM {source} AS {alias}{where}"

    def _source(self, columns: Sequence[str], most_rows: int | None) -> str:
        """At most ``limit`` rows of each entity, the same ones whatever is asked: they are chosen
        by what stands in them, and others of the table do not matter."""
        table, limit = self.question.table, self.question.limit
        if most_rows is not None and most_rows <= limit:
            return identifier(table.name)
        order = ", ".join(identifier(column) for column in columns)
        return (
            f"(SELECT * FROM {identifier(table.name)} QUALIFY row_number() OVER "
            f"(PARTITION BY {identifier(table.entity_column)} ORDER BY hash({order})) <= {limit})"
        )


def _units(figure: Figure) -> str:
    """A value in whole units, rounded half away from zero; what is missing or not finite is 0."""
    assert figure.bound is not None  # a sum has one
    value = f"{figure.sql}::DOUBLE"
    scaled = f"greatest(least(round({value} / {figure.bound.unit:f}), {_FAR}), -{_FAR})"
    return f"CASE WHEN isfinite({value}) THEN CAST({scaled} AS HUGEINT) ELSE 0 END"


def _figure(figure: Figure, sums: list[Figure]) -> str:
    if figure.kind is Kind.entities:
        return "count(*)"
    total = "sum(n)"
    if figure.bound is not None:
        most = figure.bound.most
        total = f"sum(greatest(least(m{sums.index(figure)}, {most}), -{most}))"
    # least() and greatest() pass over a NULL, and of nobody the sum is one
    return f"CAST(greatest(least(coalesce({total}, 0), {_FAR}), -{_FAR}) AS BIGINT)"


def _values(domain: Sequence[Any], family: Family) -> str:
    return ", ".join(f"({n}, {_literal(value, family)})" for n, value in enumerate(domain))


def _literal(value: Any, family: Family) -> str:
    if value is None:
        return f"NULL::{_NULLS[family]}"
    if family is Family.text:
        return text_literal(value)
    if family is Family.date:
        return f"DATE '{value}'"
    if family is Family.timestamp:
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    return f"{value:f}" if isinstance(value, Decimal) else str(value).lower()
