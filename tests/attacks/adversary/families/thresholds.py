"""Walking thresholds: which quantiles and which counts above a band move when one firm is left out.

A quantile falls where somebody above it goes, and rises where somebody below it goes; the number of
firms above an edge falls or it does not. So the value lies between two released numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, sqrt

from ..attacker import Attacker
from ..truth import EDGES
from .family import Family

STEPS = tuple(n / 20 for n in range(1, 20))
WIDE = 1.6
"""Bounds farther apart than this many times the lower say less than the prior."""


def _quantiles(where: str = "true") -> str:
    items = ", ".join(f"quantile_cont(turnover, {q:.2f}) AS q{i}" for i, q in enumerate(STEPS))
    return f"SELECT {items} FROM firm WHERE {where}"


def _bands(where: str = "true") -> str:
    items = ", ".join(
        f"count(*) FILTER (WHERE turnover >= {edge}) AS n{i}" for i, edge in enumerate(EDGES)
    )
    return f"SELECT {items} FROM firm WHERE {where}"


def _play(attacker: Attacker) -> dict[int, float]:
    all_, above = _row(attacker, _quantiles()), _row(attacker, _bands())
    found = {}
    for unit in attacker.units:
        where = f"NOT {attacker.narrow(unit)}"
        low, high = 0.0, inf
        if attacker.left:
            low, high = _between(all_, _row(attacker, _quantiles(where)))
        if attacker.left > len(attacker.units) - 1 - attacker.units.index(unit) and (
            low == 0.0 or high > WIDE * low
        ):
            least, most = _in_band(above, _row(attacker, _bands(where)))
            low, high = max(low, least), min(high, most)
        if 0 < low < high <= WIDE * low:
            found[unit] = sqrt(low * high)
    return found


Row = Mapping[str, float | None]


def _row(attacker: Attacker, sql: str) -> Row:
    frame = attacker.ask(sql)
    if frame is None or not frame.height:
        return {}
    kept = {n: v for n, v in frame.row(0, named=True).items() if not n.endswith("_withheld")}
    return {n: None if v is None else float(v) for n, v in kept.items()}


def _between(all_: Row, others: Row) -> tuple[float, float]:
    """The quantiles between which somebody is, who makes ``all_`` of ``others``."""
    low, high = 0.0, inf
    for name, with_ in all_.items():
        less = others.get(name)
        if with_ is None or less is None or with_ == less:
            continue
        low, high = (max(low, less), high) if less < with_ else (low, min(high, less))
    return low, high


def _in_band(all_: Row, others: Row) -> tuple[float, float]:
    """The declared edges between which somebody is."""
    low, high = 0.0, inf
    for i, edge in enumerate(EDGES):
        with_, less = all_.get(f"n{i}"), others.get(f"n{i}")
        if with_ is not None and less is not None:
            low, high = (float(edge), high) if with_ > less else (low, min(high, float(edge)))
    return low, high


FAMILY = Family("thresholds", "quantiles in steps, bands: which of them one firm moves", _play)
