"""The first aggregation over protected rows: groups, aggregates, and who stands behind each cell.

A Block collects what one SELECT asks for; ``protect`` (module ``rules``) turns it into cells.
"""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass
class Block:
    """One SELECT over protected rows, as it is read. ``grouping``: "", ROLLUP or CUBE.

    ``split``: SQL that parts each group once more, whatever is folded. ``banded``: a band of a
    measure, or a list of known entities, takes part in choosing the rows, so that even an empty
    cell says something of somebody.

    ``described`` and ``choosing`` are the conditions of its rows, ``pieces`` tell apart what the
    choosing ones and the groups ``put_together`` (keys by number), and ``guard_pieces`` what a
    guard does (``choices``).
    """

    rows: Rows
    described: str = ""
    banded: bool = False
    split: str = ""
    choosing: tuple[str, ...] = ()
    pieces: list[str] = field(default_factory=list)
    put_together: set[int] = field(default_factory=set)
    guard_pieces: dict[int, list[str]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    grouping: str = ""
    guards: list[str] = field(default_factory=lambda: ["true"])
    measures: list[Col] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    @property
    def where(self) -> str:
        """All that the rows have to meet."""
        return " AND ".join([*([self.described] if self.described else []), *self.choosing])

    @property
    def pieced(self) -> bool:
        """Whether anything in it is put together by lists, alternatives or exclusions."""
        return bool(self.pieces or self.guard_pieces)

    def piece(self, figure: int, labels: Sequence[str]) -> None:
        """Note what tells apart the rows that the guard of a figure puts together."""
        if labels:
            made = self.figures[figure]
            for guard in {made.guard, made.support} - {ALL}:
                mine = self.guard_pieces.setdefault(guard, [])
                mine += [each for each in labels if each not in mine]

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
        """How far a quantile is from either end, and from the next one: what lies between two of
        them must not be a few. Two columns may hold the same values."""
        if not figure.aggregate.quantile:
            return NOWHERE
        mine = figure.aggregate.quantile
        others = [
            abs(f.aggregate.quantile - mine)
            for f in self.figures
            if f.aggregate.quantile not in (NOWHERE, mine)
        ]
        return min([mine, 1 - mine, *others])

    # What can be worked out from the figures together ---------------------------------------------

    def part(self, figure: Figure) -> int:
        """The rows that a figure tells of. Of a whole group it does not matter who has no value,
        as long as nobody can count them."""
        kind, one = figure.aggregate.kind, len(figure.measures) == 1
        quiet = kind is not Kind.number and one and figure.guard == ALL
        return ALL if quiet and not self._divided(figure) else figure.support

    def _divided(self, figure: Figure) -> bool:
        """A sum and an average of the same values, by whatever names, tell how many there are."""
        same = {
            f.aggregate.template
            for f in self.figures
            if f.guard == figure.guard and self._origins(f) == self._origins(figure)
        }
        return len(same) > 1

    def _origins(self, figure: Figure) -> list[tuple[str, str]]:
        return [self.measures[m].origin for m in figure.measures]

    def parts(self) -> tuple[int, ...]:
        """All the parts of a group that figures tell of; adding and subtracting them tells of
        smaller ones. Whether they are of one measure does not matter: one may be the sum of two
        others."""
        return tuple(dict.fromkeys(self.part(figure) for figure in self.figures))

    @property
    def parted(self) -> bool:
        """Whether there is more than one part to tell apart."""
        return len(self.parts()) > 1

    def atoms(self) -> Block | None:
        """The finest parts of each group that the figures tell apart, as a block of their own:
        whatever is worked out is a sum over them. None where there is only one part."""
        parts = self.parts()
        if not self.parted:
            return None
        finer = [g for g in parts if g != ALL]
        bits = [f"CASE WHEN {self.guards[g]} THEN {1 << i} ELSE 0 END" for i, g in enumerate(finer)]
        told = "" if ALL in parts else " OR ".join(f"({self.guards[g]})" for g in finer)
        where = " AND ".join(f"({each})" for each in (self.where, told) if each)
        block = Block(
            replace(self.rows, banded=False),
            where,
            split=" + ".join(bits),
            keys=list(self.keys),
            grouping=self.grouping,
        )
        block.figure(Aggregate(Kind.number, "count(*){where}", of_rows=True))
        for measure in dict.fromkeys(m for m, _ in self.spread()):
            block.figure(Aggregate(Kind.magnitude, "sum({m0}){where}", (self.measures[measure],)))
        return block


def _with(guard: str, *present: str) -> str:
    parts = ([guard] if guard else []) + [f"({sql} IS NOT NULL)" for sql in present]
    return " AND ".join(parts)


def _index(items: list, item: object) -> int:  # type: ignore[type-arg]
    if item not in items:
        items.append(item)
    return items.index(item)
