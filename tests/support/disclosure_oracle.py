"""What a release of statistics may show, worked out in fractions and by plain loops.

It imports nothing of the grammar and knows no SQL but what it writes for a question: rows are
dictionaries, a condition is a function of one, and each rule is its formula. A question is one
SELECT over protected rows; ``answer`` gives for each group the cells, or why one is missing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Any

from disclosure_values import value_of

Row = dict[str, Any]
Truth = bool | None
EITHER = "either"
"""A cell on the very edge of a rule: which side it falls on is up to floating point."""


@dataclass(frozen=True)
class Limits:
    """``shares``: pairs (n, share) of dominance; ``p``: of the largest contribution."""

    k: int
    shares: tuple[tuple[int, Fraction], ...]
    p: Fraction | None
    hidden: bool = False


@dataclass(frozen=True)
class Condition:
    """``banded``: it looks at a measure."""

    sql: str
    of: Callable[[Row], Truth]
    banded: bool = False


@dataclass(frozen=True)
class Asked:
    """One aggregate. ``kind``: count, sum, avg, var_pop, stddev_samp, median, quantile, corr, keys.
    ``of``: its columns; ``zero``: CASE ... ELSE 0; ``q``: which quantile; ``disc``: of those."""

    kind: str
    of: tuple[str, ...] = ()
    guard: Condition | None = None
    case: Condition | None = None
    zero: bool = False
    q: Fraction = Fraction(0)
    disc: bool = False

    @property
    def sql(self) -> str:
        shown = [_cased(self, name) for name in self.of] or ["*"]
        filtered = f" FILTER (WHERE {self.guard.sql})" if self.guard else ""
        if self.kind == "quantile":
            word = "quantile_disc" if self.disc else "quantile_cont"
            return f"{word}({shown[0]}, {float(self.q):.2f}){filtered}"
        if self.kind == "keys":
            return f"count(DISTINCT {shown[0]}){filtered}"
        return f"{self.kind}({', '.join(shown)}){filtered}"

    @property
    def number(self) -> bool:
        return self.kind in ("count", "keys")

    @property
    def quantile(self) -> Fraction:
        return Fraction(1, 2) if self.kind == "median" else self.q

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(c.sql for c in (self.guard, self.case) if c is not None)

    def guards(self, row: Row) -> bool:
        return all(c.of(row) is True for c in (self.guard, self.case) if c is not None)

    def supports(self, row: Row) -> bool:
        return self.guards(row) and all(row[name] is not None for name in self.of)


def _cased(asked: Asked, name: str) -> str:
    if asked.case is None:
        return name
    return f"CASE WHEN {asked.case.sql} THEN {name}{' ELSE 0' if asked.zero else ''} END"


@dataclass(frozen=True)
class Question:
    """``source`` is the FROM clause, ``rows`` what it gives, with the entity of each protected
    resource under a key of ``entities`` (None where an outer join found nobody). ``keys`` are SQL
    and a function each. ``listed``: a visible table chose among entities."""

    source: str
    rows: Sequence[Row]
    entities: tuple[str, ...]
    keys: tuple[tuple[str, Callable[[Row], Hashable], bool], ...]
    asked: tuple[Asked, ...]
    where: Condition | None = None
    grouping: str = ""
    listed: bool = False
    nullable: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        shown = [f"{sql} AS k{i}" for i, (sql, _, _) in enumerate(self.keys)]
        shown += [f"{a.sql} AS v{i}" for i, a in enumerate(self.asked)]
        where = f" WHERE {self.where.sql}" if self.where else ""
        keys = ", ".join(sql for sql, _, _ in self.keys)
        grouped = f" GROUP BY {self.grouping}({keys})" if self.grouping else f" GROUP BY {keys}"
        return f"SELECT {', '.join(shown)} FROM {self.source}{where}{grouped if keys else ''}"

    @property
    def banded(self) -> bool:
        chosen = [c for a in self.asked for c in (a.guard, a.case)] + [self.where]
        return (
            self.listed
            or any(c.banded for c in chosen if c is not None)
            or any(banded for _, _, banded in self.keys)
        )


Cell = tuple[Any, str | None]
"""A value and None, or None and why it is missing."""


def answer(question: Question, limits: Limits) -> list[tuple[tuple[Hashable, ...], list[Cell]]]:
    """Each group with its cells, in no order."""
    hidden = limits.hidden or question.banded
    limits = Limits(limits.k, limits.shares, limits.p, hidden)
    found = []
    for key, rows in _groups(question):
        group = _Group(question, rows, limits)
        if hidden and question.keys and group.few(rows) is not False:
            continue
        found.append((key, [group.cell(a) for a in question.asked]))
    return found


def _groups(question: Question) -> Iterator[tuple[tuple[Hashable, ...], list[Row]]]:
    where = question.where
    rows = [r for r in question.rows if where is None or where.of(r) is True]
    whole = tuple(range(len(question.keys)))
    sets = [whole]
    if question.grouping == "ROLLUP":
        sets = [whole[:n] for n in range(len(whole), -1, -1)]
    if question.grouping == "CUBE":
        sets = [c for n in range(len(whole), -1, -1) for c in combinations(whole, n)]
    for kept in sets:
        parts: dict[tuple[Hashable, ...], list[Row]] = {}
        if not kept:
            parts[(None,) * len(whole)] = []
        for row in rows:
            values = (k(row) if i in kept else None for i, (_, k, _) in enumerate(question.keys))
            parts.setdefault(tuple(values), []).append(row)
        yield from parts.items()


class _Group:
    def __init__(self, question: Question, rows: list[Row], limits: Limits) -> None:
        self.question, self.rows, self.limits = question, rows, limits

    def cell(self, asked: Asked) -> Cell:
        why = next(self._reasons(asked), None)
        if why is not None:
            return None, why
        value = value_of(asked, self.rows)
        return value, "empty" if value is None else None

    def few(self, rows: list[Row]) -> bool | None:
        """Whether they are of too few; None for no rows of which that must not be told."""
        if not rows:
            return None if self.limits.hidden else False
        held = ({r[e] for r in rows} - {None} for e in self.question.entities)
        return any(len(each) < self.limits.k for each in held)

    def _reasons(self, asked: Asked) -> Iterator[str]:
        guarded = [r for r in self.rows if asked.guards(r)]
        support = [r for r in self.rows if asked.supports(r)]
        if any(self.few(rows) is not False for rows in (self.rows, guarded, support)):
            yield "below_threshold"
        if asked.conditions and self.limits.hidden and len(guarded) == len(self.rows):
            yield "complement"
        if self._part_of(asked):
            yield from ("complement" if why != EITHER else why for why in self._worked_out())
        if asked.quantile and support and self._at_edge(asked, support):
            yield "quantile_edge"
        yield from self._concentrated(asked, support)

    # Rules --------------------------------------------------------------------------------------

    def _part_of(self, asked: Asked) -> tuple[Hashable, ...]:
        """What tells its rows from all of their group. Of the whole it does not matter who has no
        value, as long as nobody can count them."""
        missing = tuple(sorted(self.question.nullable.intersection(asked.of)))
        if not asked.number and not asked.conditions and len(asked.of) == 1:
            missing = missing if self._divided(asked) else ()
        return (asked.conditions, missing) if asked.conditions or missing else ()

    def _divided(self, asked: Asked) -> bool:
        """A sum and an average of the same values, by any names, tell how many there are."""
        same = {
            (a.kind, a.q, a.disc)
            for a in self.question.asked
            if not a.number and self._values_of(a) == self._values_of(asked)
        }
        return len(same) > 1

    def _values_of(self, asked: Asked) -> tuple[Hashable, ...]:
        origins = self.question.origins
        return asked.conditions, tuple(origins.get(name, name) for name in asked.of)

    def _worked_out(self) -> Iterator[str]:
        """Why the finest parts that all aggregates together tell apart may not be told: whatever
        is added and subtracted is a sum over them."""
        parts = {self._part_of(a): a for a in self.question.asked}
        if len(parts) < 2:
            return
        atoms: dict[tuple[bool, ...], list[Row]] = {}
        for row in self.rows:
            told = tuple(not part or a.supports(row) for part, a in parts.items())
            atoms.setdefault(told, []).append(row)
        finer = [rows for told, rows in atoms.items() if any(told)]
        edge = False
        for rows in finer if len(finer) > 1 else []:
            for why in self._untold(rows):
                if why != EITHER:
                    yield why
                edge = True
        if edge:
            yield EITHER

    def _untold(self, rows: list[Row]) -> Iterator[str]:
        if self.few(rows):
            yield "below_threshold"
        yield from self._concentrated(Asked("count"), rows)
        for name in {name for a in self.question.asked if not a.number for name in a.of}:
            support = [r for r in rows if r[name] is not None]
            if support and self.few(support):
                yield "below_threshold"
            yield from self._concentrated(Asked("sum", (name,)), support)

    def _at_edge(self, asked: Asked, support: list[Row]) -> bool:
        """What lies beyond a quantile, or between two, against the rows that one entity may be."""
        others = [
            abs(a.quantile - asked.quantile)
            for a in self.question.asked
            if a.quantile and a.quantile != asked.quantile
        ]
        edge = min([asked.quantile, 1 - asked.quantile, *others])
        most = [
            max(Counter(r[e] for r in support if r[e] is not None).values(), default=math.inf)
            for e in self.question.entities
        ]
        return len(support) * edge < self.limits.k * max(most)

    def _concentrated(self, asked: Asked, support: list[Row]) -> Iterator[str]:
        if asked.kind == "keys":
            return
        for name in asked.of if not asked.number else ("",):
            for entity in self.question.entities:
                rows = [r for r in support if r[entity] is not None]
                if name and rows and len({r[name] for r in rows}) == 1:
                    yield "uniform"
                held: Counter[Hashable] = Counter()
                for row in rows:
                    held[row[entity]] += abs(row[name]) if name else 1
                yield from self._held(sorted(held.values(), reverse=True))

    def _held(self, held: list[int]) -> Iterator[str]:
        total = sum(held)
        for n, share in self.limits.shares:
            if sum(held[:n]) > share * total:
                yield "dominance"
            elif total and sum(held[:n]) == share * total:
                yield EITHER
        if self.limits.p is not None and held:
            rest = total - sum(held[:2])
            if rest < self.limits.p * held[0]:
                yield "p_percent"
            elif total and rest == self.limits.p * held[0]:
                yield EITHER
