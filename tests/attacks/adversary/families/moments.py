"""Moments of overlapping groups: AVG, VAR and CORR tell of one firm without any sum.

With n firms of mean m, leaving out x changes the sum of squares by n / (n - 1) * (x - m)^2, and the
sum of products by n / (n - 1) * (x - m) * (y - l) (updating formulas of Chan, Golub, LeVeque 1983).
"""

from __future__ import annotations

from math import sqrt

from ..attacker import Attacker
from .family import Family
from .thresholds import Row, _row

MEANS = "avg(turnover) AS m"
SPREADS = "avg(turnover) AS m, var_pop(turnover) AS v"
PRODUCTS = (
    "corr(turnover, tax) AS r, stddev_pop(turnover) AS sx, stddev_pop(tax) AS sy, avg(tax) AS l"
)


def _asked(attacker: Attacker, figures: str, where: str = "true") -> Row:
    row = _row(attacker, f"SELECT {figures} FROM firm WHERE {where}")
    return row if all(v is not None for v in row.values()) else {}


def _play(attacker: Attacker) -> dict[int, float]:
    forms = (_by_mean, _by_spread, _by_products)
    whole = {**_asked(attacker, SPREADS), **_asked(attacker, PRODUCTS)}
    found = {}
    for number, unit in enumerate(attacker.units):
        if attacker.left >= 2 and whole:
            estimate = forms[number % len(forms)](attacker, unit, whole)
            if estimate is not None and estimate > 0:
                found[unit] = estimate
    return found


def _by_mean(attacker: Attacker, unit: int, whole: Row) -> float | None:
    n = attacker.register.height
    less = _asked(attacker, MEANS, f"NOT {attacker.narrow(unit)}")
    return n * _of(whole, "m") - (n - 1) * _of(less, "m") if less else None


def _by_spread(attacker: Attacker, unit: int, whole: Row) -> float | None:
    """Which side of the mean: another base, whose mean is another, has but one answer in common."""
    side = "status = 'on'" if attacker.dimensions(unit)["status"] == "on" else "status <> 'on'"
    other = f"({side} OR size = 'S')" if attacker.left % 2 else f"({side} OR size <> 'S')"
    here = attacker.narrow(unit)
    first = _roots(whole, _asked(attacker, "var_pop(turnover) AS v", f"NOT {here}"),
                   attacker.register.height)  # fmt: skip
    if not first or attacker.left < 2:
        return None
    base = _asked(attacker, SPREADS, other)
    less = _asked(attacker, "var_pop(turnover) AS v", f"{other} AND NOT {here}")
    second = _roots(base, less, len(attacker.chosen(other)))
    pairs = [(abs(a - b), a) for a in first for b in second]
    return min(pairs)[1] if pairs else None


def _roots(whole: Row, less: Row, n: int) -> tuple[float, ...]:
    """The two values that change a variance so."""
    if not whole or not less:
        return ()
    change = n * _of(whole, "v") - (n - 1) * _of(less, "v")
    off = sqrt(max(change, 0.0) * (n - 1) / n)
    return (_of(whole, "m") - off, _of(whole, "m") + off)


def _by_products(attacker: Attacker, unit: int, whole: Row) -> float | None:
    """The other measure from its averages, then this one from the change of their products."""
    n = attacker.register.height
    less = _asked(attacker, PRODUCTS, f"NOT {attacker.narrow(unit)}")
    if not less:
        return None
    other = n * _of(whole, "l") - (n - 1) * _of(less, "l") - _of(whole, "l")
    change = n * _product(whole) - (n - 1) * _product(less)
    return _of(whole, "m") + change * (n - 1) / n / other if other else None


def _product(row: Row) -> float:
    """The covariance."""
    return _of(row, "r") * _of(row, "sx") * _of(row, "sy")


def _of(row: Row, name: str) -> float:
    value = row[name]
    assert value is not None
    return value


FAMILY = Family("moments", "AVG, VAR and CORR over groups that differ by one", _play)
