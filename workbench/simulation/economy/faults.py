"""Deliveries as they also come: months that are late, and a month typed in by hand with mistakes.

Which ones is by the seed: the same city has the same faults.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from polars import selectors

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.codes import another_check

Row = dict[str, str | None]


@dataclass(frozen=True)
class Faulty:
    """One month of a resource as text, and what is wrong with it: faults, each in a row of its own
    where there are as many rows."""

    rows: pl.DataFrame
    faults: tuple[str, ...]


def some(names: Sequence[str], share: float, seed: int, what: str) -> tuple[str, ...]:
    """That share of the names, one at least where it is not zero."""
    count = min(len(names), math.ceil(share * len(names)))
    return tuple(sorted(chance(seed, what).choice(sorted(names), count, replace=False).tolist()))


def one_of(count: int, seed: int, name: str) -> int:
    """Which of ``count`` months of a resource is faulty."""
    return int(chance(seed, f"dirty {name}").integers(0, count))


def faulty(frame: pl.DataFrame, seed: int, name: str) -> Faulty:
    """``frame``: a month's rows, one at least."""
    order = chance(seed, f"faults {name}").permutation(len(frame)).tolist()
    rows = frame.with_columns(pl.all().cast(pl.String)).to_dicts()
    done = []
    for number, (fault, spoil) in enumerate(_faults(frame).items()):
        spoil(rows[order[number % len(order)]])
        done.append(fault)
    rows.append(dict(rows[order[len(done) % len(order)]]))
    schema = dict.fromkeys(frame.columns, pl.String)
    return Faulty(pl.DataFrame(rows, schema=schema), (*done, "duplicate_key"))


def _faults(frame: pl.DataFrame) -> Mapping[str, Callable[[Row], None]]:
    """Of those that a table can have, by its columns."""
    amounts = frame.select(selectors.integer()).columns
    days = frame.select(selectors.date()).columns
    found: dict[str, Callable[[Row], None]] = {}
    if "credit_code" in frame.columns:
        found["check_character"] = lambda row: _set(row, "credit_code", another_check)
    if amounts:
        found["negative_amount"] = lambda row: _set(row, amounts[-1], lambda v: f"-{int(v) + 1}")
        found["text_in_number"] = lambda row: _set(row, amounts[0], lambda v: f"约{v}元")
    if days:
        found["month_as_text"] = lambda row: _set(row, days[0], _spelt)
    return found


def _set(row: Row, column: str, spoilt: Callable[[str], str]) -> None:
    row[column] = spoilt(row[column] or "0")


def _spelt(day: str) -> str:
    year, month, _ = day.split("-")
    return f"{year}年{int(month)}月"
