"""The first aggregation over protected rows: groups, aggregates, and who stands behind each cell.

A Block collects what one SELECT asks for; ``protect`` (module ``rules``) turns it into cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workbench.disclosure import refusals
from workbench.disclosure.aggregates import NOWHERE, Aggregate, Kind
from workbench.disclosure.scope import Col, Rows
from workbench.disclosure.shapes import Rules, strictest

MAX_GUARDS = 12
"""Conditions of FILTER and CASE in one SELECT (ours)."""
ALL = 0
"""The guard that holds for every row of a group."""
ROWS = -1
"""Stands for the measure 1: what a count of rows adds up."""


@dataclass(frozen=True)
class Figure:
    """One released column: ``guard`` holds its rows, ``support`` those of them that count."""

    aggregate: Aggregate
    guard: int
    support: int
    measures: tuple[int, ...]
    counted: int | None


@dataclass(frozen=True)
class Signal:
    """Figures that can be added and subtracted: of one measure, or counts (ROWS). ``guards`` are
    the parts of a group that they are told of."""

    measure: int
    guards: tuple[int, ...]


@dataclass
class Block:
    """One SELECT over protected rows, as it is read. ``grouping``: "", ROLLUP or CUBE.

    ``split``: SQL that parts each group once more, whatever is folded. ``banded``: a band of a
    measure, or a list of known entities, takes part in choosing the rows, so that even an empty
    cell says something of somebody.
    """

    rows: Rows
    where: str = ""
    banded: bool = False
    split: str = ""
    keys: list[str] = field(default_factory=list)
    grouping: str = ""
    guards: list[str] = field(default_factory=lambda: ["true"])
    measures: list[Col] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def rules(self) -> Rules | None:
        """The strictest of all resources; None where none is protected."""
        all_ = [entity.rules for entity in self.rows.entities]
        if not all_:
            return None
        rules = strictest(all_)
        hidden = rules.hidden or self.banded or self.rows.banded
        return replace(rules, hidden=hidden and not self.split)

    def figure(self, aggregate: Aggregate) -> int:
        """The number of the figure that shows ``aggregate``; the same one is made once."""
        guard = self._guard(aggregate.guard)
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
        nullable = [m.sql for m in aggregate.measures if m.facts is None or m.facts.nulls != 0]
        if aggregate.counted and not aggregate.never_null:
            nullable.append(aggregate.counted)
        return self._guard(_with(aggregate.guard, *nullable)) if nullable else guard

    def _guard(self, sql: str) -> int:
        if (sql or "true") not in self.guards and len(self.guards) >= MAX_GUARDS:
            raise refusals.grammar(
                f"一条语句里的条件聚合超过 {MAX_GUARDS - 1} 种。",
                f"There are more than {MAX_GUARDS - 1} kinds of conditional aggregates.",
                "请分成几条语句。",
                "Split it into several statements.",
            )
        return _index(self.guards, sql or "true")

    def spread(self) -> list[tuple[int, int]]:
        """Each (measure, support) of which a figure shows a magnitude or a moment."""
        found = {
            (measure, figure.support): None
            for figure in self.figures
            if figure.aggregate.kind is not Kind.number
            for measure in figure.measures
        }
        return list(found)

    def row_counts(self) -> list[int]:
        """The guards whose rows are counted, where one entity may have several: such a count is
        a magnitude, to which each entity contributes its rows."""
        if all(entity.most == 1 for entity in self.rows.entities):
            return []
        return list(dict.fromkeys(f.support for f in self.figures if f.aggregate.of_rows))

    def edge(self, figure: Figure) -> Decimal:
        """How far a quantile is from either end, and from the next one of the same values: what
        lies between two of them must not be a few."""
        if not figure.aggregate.quantile:
            return NOWHERE
        mine = figure.aggregate.quantile
        others = [
            abs(f.aggregate.quantile - mine)
            for f in self.figures
            if (f.measures, f.support) == (figure.measures, figure.support)
            and f.aggregate.quantile not in (NOWHERE, mine)
        ]
        return min([mine, 1 - mine, *others])

    # What can be calculated from the figures together ---------------------------------------------

    def signals(self) -> Iterator[Signal]:
        """Those told of several parts of a group, so that parts of the parts can be worked out."""
        counts = dict.fromkeys(f.support for f in self.figures if f.aggregate.kind is Kind.number)
        counts |= dict.fromkeys(self.divided())
        sums: dict[int, dict[int, None]] = {}
        for measure, support in self.spread():
            sums.setdefault(measure, {})[support] = None
        for signal, guards in ((ROWS, counts), *sums.items()):
            if len(guards) > 1:
                yield Signal(signal, tuple(guards))

    def signals_of(self, figure: Figure) -> frozenset[int]:
        """The signals that a figure adds to."""
        if figure.aggregate.kind is Kind.number:
            return frozenset({ROWS})
        return frozenset({*figure.measures, *([ROWS] if figure.support in self.divided() else [])})

    def divided(self) -> list[int]:
        """The parts whose size can be had by division: a sum and an average of the same values
        tell how many there are."""
        shown: dict[tuple[tuple[int, ...], int], set[str]] = {}
        for figure in self.figures:
            if figure.measures and figure.support != figure.guard:
                place = (figure.measures, figure.support)
                shown.setdefault(place, set()).add(figure.aggregate.template)
        return list(dict.fromkeys(s for (_, s), found in shown.items() if len(found) > 1))

    def atoms(self, signal: Signal) -> Block:
        """The finest parts of each group that the guards of ``signal`` tell apart, as a block of
        their own: whatever is worked out from its figures is a sum over them."""
        parts = [g for g in signal.guards if g != ALL]
        bits = [f"CASE WHEN {self.guards[g]} THEN {1 << i} ELSE 0 END" for i, g in enumerate(parts)]
        told = "" if ALL in signal.guards else " OR ".join(f"({self.guards[g]})" for g in parts)
        where = " AND ".join(f"({each})" for each in (self.where, told) if each)
        block = Block(
            replace(self.rows, banded=False),
            where,
            split=" + ".join(bits),
            keys=list(self.keys),
            grouping=self.grouping,
        )
        if signal.measure == ROWS:
            block.figure(Aggregate(Kind.number, "count(*){where}", of_rows=True))
        else:
            measure = self.measures[signal.measure]
            block.figure(Aggregate(Kind.magnitude, "sum({m0}){where}", (measure,)))
        return block


def _with(guard: str, *present: str) -> str:
    parts = ([guard] if guard else []) + [f"({sql} IS NOT NULL)" for sql in present]
    return " AND ".join(parts)


def _index(items: list, item: object) -> int:  # type: ignore[type-arg]
    if item not in items:
        items.append(item)
    return items.index(item)
