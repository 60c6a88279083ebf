"""The first aggregation over protected rows: groups, aggregates, and who stands behind each cell.

A Block collects what one SELECT asks for; ``protect`` (module ``rules``) turns it into cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import Aggregate, Kind
from workbench.disclosure.scope import Col, Rows
from workbench.disclosure.shapes import Rules, strictest

MAX_GUARDS = 12
"""Conditions of FILTER and CASE in one SELECT: each is checked against each other (ours)."""
ALL = 0
"""The guard that holds for every row of a group."""


@dataclass(frozen=True)
class Guard:
    """A part of a group's rows. ``loud``: a released figure tells how it differs from the others,
    so that what it leaves out must not be a few either."""

    sql: str
    loud: bool


@dataclass(frozen=True)
class Figure:
    """One released column: ``guard`` holds its rows, ``support`` those of them that count."""

    aggregate: Aggregate
    guard: int
    support: int
    measures: tuple[int, ...]
    counted: int | None


@dataclass
class Block:
    """One SELECT over protected rows, as it is read. ``grouping``: "", ROLLUP or CUBE."""

    rows: Rows
    where: str = ""
    keys: list[str] = field(default_factory=list)
    grouping: str = ""
    guards: list[Guard] = field(default_factory=lambda: [Guard("true", True)])
    measures: list[Col] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def rules(self) -> Rules | None:
        """The strictest of all resources; None where none is protected."""
        all_ = [entity.rules for entity in self.rows.entities]
        return strictest(all_) if all_ else None

    def figure(self, aggregate: Aggregate) -> int:
        """The number of the figure that shows ``aggregate``; the same one is made once."""
        guard = self._guard(aggregate.guard, loud=True)
        made = Figure(
            aggregate,
            guard,
            self._support(aggregate, guard),
            tuple(_index(self.measures, m) for m in aggregate.measures),
            _index(self.counted, aggregate.counted) if aggregate.counted else None,
        )
        return _index(self.figures, made)

    def _support(self, aggregate: Aggregate, guard: int) -> int:
        """The rows that have a value: only they contribute."""
        if aggregate.counted:
            return self._guard(_with(aggregate.guard, aggregate.counted), loud=True)
        nullable = [m.sql for m in aggregate.measures if m.facts is None or m.facts.nulls != 0]
        return self._guard(_with(aggregate.guard, *nullable), loud=False) if nullable else guard

    def _guard(self, sql: str, *, loud: bool) -> int:
        for number, known in enumerate(self.guards):
            if known.sql == (sql or "true"):
                self.guards[number] = Guard(known.sql, known.loud or loud)
                return number
        if len(self.guards) >= MAX_GUARDS:
            raise refusals.grammar(
                f"一条语句里的条件聚合超过 {MAX_GUARDS - 1} 种。",
                f"There are more than {MAX_GUARDS - 1} kinds of conditional aggregates.",
                "请分成几条语句。",
                "Split it into several statements.",
            )
        self.guards.append(Guard(sql, loud))
        return len(self.guards) - 1

    def pairs(self) -> list[tuple[int, int]]:
        """What one loud guard has and another has not could be calculated from their figures."""
        loud = [number for number, guard in enumerate(self.guards) if guard.loud]
        return [(a, b) for a in loud for b in loud if a != b and b != ALL]

    def spread(self) -> list[tuple[int, int]]:
        """Each (measure, support) of which a figure shows a magnitude or a moment."""
        found = {
            (measure, figure.support): None
            for figure in self.figures
            if figure.aggregate.kind is not Kind.number
            for measure in figure.measures
        }
        return list(found)


def _with(guard: str, *present: str) -> str:
    parts = ([guard] if guard else []) + [f"({sql} IS NOT NULL)" for sql in present]
    return " AND ".join(parts)


def _index(items: list, item: object) -> int:  # type: ignore[type-arg]
    if item not in items:
        items.append(item)
    return items.index(item)
