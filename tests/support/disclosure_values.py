"""The exact values of aggregates, in fractions: what an oracle of statistics expects."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Protocol

Row = dict[str, Any]


class Aggregate(Protocol):
    """One aggregate: which it is, of which columns, and of which rows."""

    @property
    def kind(self) -> str: ...
    @property
    def of(self) -> tuple[str, ...]: ...
    @property
    def zero(self) -> bool: ...
    @property
    def disc(self) -> bool: ...
    @property
    def quantile(self) -> Fraction: ...
    def guards(self, row: Row) -> bool: ...
    def supports(self, row: Row) -> bool: ...


def value_of(asked: Aggregate, rows: list[Row]) -> Any:
    if asked.kind == "count":
        return sum(asked.supports(r) for r in rows)
    chosen = [r for r in rows if asked.supports(r)]
    if asked.kind == "keys":
        return len({r[asked.of[0]] for r in chosen})
    if asked.kind == "corr":
        return _corr([tuple(r[name] for name in asked.of) for r in chosen])
    values = [Fraction(r[asked.of[0]]) for r in chosen]
    if asked.zero and asked.kind == "avg":
        values += [Fraction(0)] * sum(not asked.guards(r) for r in rows)
    if asked.zero and asked.kind == "sum" and not values:
        return 0
    return _VALUES[asked.kind](values, asked) if values else None


def _quantile(values: list[Fraction], asked: Aggregate) -> Fraction:
    values, q = sorted(values), asked.quantile
    if asked.disc:
        return values[max(0, math.ceil(q * len(values)) - 1)]
    at = q * (len(values) - 1)
    low = math.floor(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def _variance(values: list[Fraction], less: int) -> Fraction | None:
    if len(values) <= less:
        return None
    mean = sum(values) / len(values)
    return sum(((v - mean) ** 2 for v in values), Fraction(0)) / (len(values) - less)


def _root(value: Fraction | None) -> float | None:
    return None if value is None else math.sqrt(value)


_VALUES: dict[str, Callable[[list[Fraction], Aggregate], Any]] = {
    "sum": lambda values, _: sum(values),
    "avg": lambda values, _: sum(values) / len(values),
    "var_pop": lambda values, _: _variance(values, 0),
    "stddev_samp": lambda values, _: _root(_variance(values, 1)),
    "median": _quantile,
    "quantile": _quantile,
}


def _corr(pairs: list[tuple[Any, ...]]) -> float | None:
    if not pairs:
        return None
    n = len(pairs)
    x, y = (Fraction(sum(p[i] for p in pairs), n) for i in (0, 1))
    spread = [sum((p[i] - m) ** 2 for p in pairs) for i, m in ((0, x), (1, y))]
    if not all(spread):
        return math.nan
    both = sum((p[0] - x) * (p[1] - y) for p in pairs)
    return float(both) / math.sqrt(spread[0]) / math.sqrt(spread[1])
