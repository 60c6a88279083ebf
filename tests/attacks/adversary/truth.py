"""Resources by seed whose truth is known: ``firm`` (a row a firm) and ``month`` (firm x month).

Everything is drawn from ``numpy.random.default_rng(seed)``, so a seed is one city for ever. The
public part is a register: the dimensions of every firm of every version, and who came and went.
Only the measures are secret. This is the worst case for whoever protects: registers of enterprises
are public in China (Interim Regulation on Enterprise Information Disclosure, 2014, art. 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations

import numpy as np
import polars as pl

Random = np.random.Generator
TARGETS, KNOWN_SHARE, SPREAD, TYPICAL = 20, 0.1, 1.2, 2_000_000
"""Targets of a seed; share of firms that the attacker knows; sigma of the logarithms; median."""
VERSIONS, BORN, ENDED, RESTATED = 3, 4, 3, 3
"""Versions of ``firm``; and what happens between two of them."""
EDGES = tuple(lead * 10**power for power in range(5, 8) for lead in (1, 2, 5))
"""Declared bands of the turnover: 1, 2, 5 of each power of ten."""
JUNE = 6
DIMENSIONS = ("county", "town", "industry", "size", "status", "opened")
_SIZES = {"S": (0.6, 0.0), "M": (0.3, 0.5), "L": (0.1, 1.0)}
"""Share of the firms, and how much larger in logarithms."""
_RENEWED = 10_000


@dataclass(frozen=True)
class Truth:
    """``firms[v]``: version v with ``unit`` (whose value it is: another one once it is restated),
    ``number``, the dimensions, turnover and tax. ``months``: unit (of a firm and a month),
    number, month, turnover. ``known`` and ``targets`` are numbers of firms."""

    seed: int
    firms: tuple[pl.DataFrame, ...]
    months: pl.DataFrame
    known: frozenset[int]
    targets: tuple[int, ...]

    @cached_property
    def events(self) -> tuple[int, ...]:
        """Units that came, went or were restated after the first version."""
        found: list[int] = []
        for before, after in zip(self.firms, self.firms[1:], strict=False):
            old, new = set(before["unit"]), set(after["unit"])
            renewed = {unit % _RENEWED for unit in new - old}
            found += sorted(new - old) + sorted(u for u in old - new if u % _RENEWED not in renewed)
        return tuple(found)

    @cached_property
    def turnovers(self) -> Mapping[int, float]:
        """By unit, over all versions."""
        return {
            unit: float(value)
            for frame in self.firms
            for unit, value in zip(frame["unit"], frame["turnover"], strict=True)
        }

    @cached_property
    def monthly(self) -> Mapping[int, float]:
        """By unit of ``months``."""
        return dict(zip(self.months["unit"], map(float, self.months["turnover"]), strict=True))

    @cached_property
    def restated(self) -> Mapping[int, float]:
        """What the restated had before, by the unit that this was."""
        found = {u - _RENEWED: self.before(u) for u in self.events}
        return {u: v for u, v in found.items() if v is not None}

    def before(self, unit: int) -> float | None:
        """What a restated value was; None for any other."""
        return self.turnovers.get(unit - _RENEWED)


def cell_of(number: int, month: int) -> int:
    """The unit of a firm in a month."""
    return number * 12 + month - 1


def truth(seed: int) -> Truth:
    made = np.random.default_rng(seed)
    first = _firms(made, 0, 400 + int(made.integers(201)))
    firms = [first]
    for _ in range(VERSIONS - 1):
        firms.append(_next(made, firms[-1]))
    known = made.choice(first["number"], round(first.height * KNOWN_SHARE), replace=False)
    months = _months(made, first)
    targets = _targets(made, first, months, frozenset(map(int, known)))
    return Truth(seed, tuple(firms), months, frozenset(map(int, known)), targets)


def _firms(made: Random, start: int, count: int) -> pl.DataFrame:
    counties = [f"C{i:02}" for i in _skewed(made, 10, 0.7, count)]
    towns = [f"{c}-T{t}" for c, t in zip(counties, _skewed(made, 4, 0.8, count), strict=True)]
    sizes = made.choice(list(_SIZES), count, p=[share for share, _ in _SIZES.values()])
    quarters = (72 * made.beta(2.0, 1.2, count)).astype(int)
    shift = np.array([_SIZES[size][1] for size in sizes])
    turnover = np.rint(TYPICAL * np.exp(shift + made.normal(0, SPREAD, count))).astype(np.int64)
    turnover = np.where(made.random(count) < 0.04, 1_500_000, turnover)
    turnover = np.where(made.random(count) < 0.02, 0, turnover)
    tax = np.rint(turnover * np.exp(made.normal(-3.0, 0.5, count))).astype(np.int64)
    tax = np.where(made.random(count) < 0.05, 0, tax)
    numbers = np.arange(start, start + count)
    return pl.DataFrame(
        {
            "unit": numbers,
            "number": numbers,
            "county": counties,
            "town": towns,
            "industry": [f"I{i:02}" for i in _skewed(made, 15, 0.9, count)],
            "size": list(map(str, sizes)),
            "status": list(map(str, made.choice(["on", "off", "new"], count, p=[0.8, 0.05, 0.15]))),
            "opened": [date(2004 + q // 4, 1 + q % 4 * 3, 1) for q in map(int, quarters)],
            "turnover": turnover,
            "tax": tax,
        }
    )


def _skewed(made: Random, values: int, power: float, count: int) -> list[int]:
    weights = (1.0 + np.arange(values)) ** -power
    return [int(v) for v in made.choice(values, count, p=weights / weights.sum())]


def _next(made: Random, before: pl.DataFrame) -> pl.DataFrame:
    """Some end, some restate their turnover, some are born."""
    gone = made.choice(before["number"], ENDED + RESTATED, replace=False)
    ended, restated = gone[:ENDED].tolist(), gone[ENDED:].tolist()
    factor = np.exp(made.normal(0, 0.5, before.height))
    again = pl.col("number").is_in(restated) & (pl.col("turnover") > 0)
    left = before.with_columns(factor=pl.Series(factor)).with_columns(
        turnover=pl.when(again)
        .then((pl.col("turnover") * pl.col("factor")).round().cast(pl.Int64))
        .otherwise(pl.col("turnover")),
        unit=pl.when(again).then(pl.col("unit") + _RENEWED).otherwise(pl.col("unit")),
    )
    left = left.drop("factor").filter(~pl.col("number").is_in(ended))
    start = 1 + int(before["number"].max())  # type: ignore[arg-type]
    return pl.concat([left, _firms(made, start, BORN)])


def _months(made: Random, firms: pl.DataFrame) -> pl.DataFrame:
    """The turnover of a year, split. One firm in ten began during it."""
    rows = []
    for number, year in zip(firms["number"], firms["turnover"], strict=True):
        first = int(made.integers(2, 10)) if made.random() < 0.1 else 1
        share = made.dirichlet(np.full(13 - first, 6.0))
        parts = np.floor(share * year).astype(np.int64)
        parts[-1] += year - parts.sum()
        rows += [
            (cell_of(number, m), number, m, int(v)) for m, v in enumerate(parts.tolist(), first)
        ]
    frame = pl.DataFrame(rows, ["unit", "number", "month", "turnover"], orient="row")
    return frame.join(firms.select("number", *DIMENSIONS), on="number", maintain_order="left")


def _targets(
    made: Random, firms: pl.DataFrame, months: pl.DataFrame, known: frozenset[int]
) -> tuple[int, ...]:
    """Firms that their dimensions tell apart, with a turnover, also in June."""
    lone = firms.filter(pl.struct(DIMENSIONS).is_unique())
    june = months.filter((pl.col("month") == JUNE) & (pl.col("turnover") > 0))["number"]
    fit = [
        int(n)
        for n, turnover in zip(lone["number"], lone["turnover"], strict=True)
        if turnover > 0 and n not in known and n in set(june)
    ]
    return tuple(int(n) for n in made.choice(fit, TARGETS, replace=False))


def described(register: pl.DataFrame, number: int) -> dict[str, object]:
    """The fewest dimensions that only this firm of the register has together; all of them where
    even these do not tell it apart."""
    mine = register.filter(pl.col("number") == number).row(0, named=True)
    for size in range(1, len(DIMENSIONS)):
        for names in combinations(DIMENSIONS, size):
            same = pl.all_horizontal(*(pl.col(n) == mine[n] for n in names))
            if register.select(same.sum()).item() == 1:
                return {n: mine[n] for n in names}
    return {n: mine[n] for n in DIMENSIONS}
