"""What a release of statistics must not show: marks, one firm's value, a number of a few.

It knows the truth of ``statistics_city`` and nothing of how a release is decided.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from attacks.statistics_city import K, firms, frames

MARK = "canary"
CLOSE = 1e-9
LEAST = 100_000
"""A smaller value is one of too many to be recognised."""
MULTIPLES = (1, 2, 3, 4, 5, 7, 10, 100, 200, 400, 800, 1000, 10**6, 10**9)
MANY = 60
"""Differences are looked at in results of fewer numbers: of more, some would hit by chance."""
SUFFIX = "_withheld"
QUANTILE = "q"
"""A column so called shows quantiles, which are single values, of whom is not told."""
_NUMBER = re.compile(r"\d{6,}")
REASONS = frozenset(["suppressed", "empty", "incomplete"])


@dataclass(frozen=True)
class Seen:
    """``what`` was seen, and in which column."""

    what: str
    where: str


class Truth:
    """Every number that is of one entity: a value of a year, all years together."""

    def __init__(self) -> None:
        self._values = sorted(_values())

    def of_one(self, number: float) -> bool:
        """Whether it is one entity's value, or a simple multiple of it."""
        return any(self._is(abs(number) / m) for m in MULTIPLES)

    def _is(self, number: float) -> bool:
        if not LEAST <= number < math.inf:
            return False
        at = bisect_left(self._values, number * (1 - CLOSE))
        return at < len(self._values) and self._values[at] <= number * (1 + CLOSE)

    def seen(self, table: pa.Table, spelt: str) -> list[Seen]:
        """All that ``table`` shows and must not. What the statement spells out does not count."""
        return [
            *_marks(table, spelt),
            *_unmarked(table),
            *_few(table),
            *self._numbers(table),
        ]

    def said(self, error: str, spelt: str) -> list[Seen]:
        """All that an error says and must not."""
        found = [Seen(f"a mark: {word}", "error") for word in marks_in(error, spelt)]
        numbers = {n for n in _NUMBER.findall(error) if n not in spelt}
        return found + [Seen(n, "error") for n in sorted(numbers) if self._is(float(n))]

    def _numbers(self, table: pa.Table) -> Iterator[Seen]:
        shown = [
            (name, float(v))
            for name, column in protected(table)
            for v in column
            if isinstance(v, int | float | Decimal) and not isinstance(v, bool)
            and not name.startswith(QUANTILE)
        ]  # fmt: skip
        for name, number in shown:
            if self.of_one(number):
                yield Seen(f"{number} is of one entity", name)
        if len(shown) <= MANY:
            for one, a in shown:
                for other, b in shown:
                    if one != other and any(map(self._is, _between(a, b))):
                        yield Seen(f"{a} and {b} give what is of one entity", f"{one}, {other}")


def _between(a: float, b: float) -> Iterator[float]:
    """A difference, a product (an average times a number), a ratio."""
    yield abs(a - b)
    if a and b:
        yield abs(a * b)
        yield abs(a / b)


def protected(table: pa.Table) -> Iterator[tuple[str, list[Any]]]:
    """Columns that have a companion."""
    names = table.column_names
    for at, name in enumerate(names):
        if any(other.startswith(f"{name}{SUFFIX}") for other in names):
            yield name, table.column(at).to_pylist()


def withheld(table: pa.Table) -> int:
    """How many cells are withheld; an empty one hides nothing."""
    columns = (table.column(i) for i, n in enumerate(table.column_names) if SUFFIX in n)
    return sum(why in REASONS - {"empty"} for c in columns for why in c.to_pylist())


def _values() -> Iterator[float]:
    for firm in firms():
        for at in (0, 1):
            held = [pair[at] for pair in firm.years.values() if pair[at] is not None]
            for value in {*held, sum(held)}:  # type: ignore[arg-type]
                if abs(value) >= LEAST:
                    yield float(abs(value))
    fines: dict[str, int] = {}
    for row in frames()["inspection"].iter_rows(named=True):
        fines[row["code"]] = fines.get(row["code"], 0) + row["fine"]
    yield from (float(fine) for fine in fines.values() if fine >= LEAST)


def marks_in(text: str, spelt: str) -> Iterator[str]:
    """Words of ``text`` with a mark, but for those of the statement."""
    low, said = text.casefold(), spelt.casefold()
    at = low.find(MARK)
    while at >= 0:
        word = low[max(0, at - 3) : at + 18]
        if word not in said and low[at : at + 11] not in said:
            yield word
        at = low.find(MARK, at + 1)


def _marks(table: pa.Table, spelt: str) -> Iterator[Seen]:
    for at, name in enumerate(table.column_names):
        column = table.column(at)
        text = f"{name}\n" + "\n".join(map(str, column.to_pylist()))
        for word in set(marks_in(text, spelt)):
            yield Seen(f"a mark: {word}", name)


def _unmarked(table: pa.Table) -> Iterator[Seen]:
    """A withheld cell shows no value, and what shows none says why."""
    names = table.column_names
    for at, name in enumerate(names):
        companion = next((n for n in names if n.startswith(f"{name}{SUFFIX}")), None)
        if companion is None:
            continue
        why = table.column(names.index(companion)).to_pylist()
        for value, reason in zip(table.column(at).to_pylist(), why, strict=True):
            if reason is None and value is None and name[:1] in "xn":
                yield Seen("nothing is shown, and not why", name)
            if reason is not None and (value is not None or reason not in REASONS):
                yield Seen(f"{value} is shown, though {reason}", name)


def _few(table: pa.Table) -> Iterator[Seen]:
    """A column called ``n`` is a number of rows or entities: none, or enough."""
    for name, column in protected(table):
        if name in ("n", "n1"):
            for number in column:
                if number is not None and 0 < abs(number) < K:
                    yield Seen(f"a number of {number}", name)
