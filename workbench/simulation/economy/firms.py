"""Who there is: enterprises with what they are for good. Arrays by enterprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.codes import credit_codes
from workbench.simulation.economy.plan import Industry, Plan, Tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

LARGE = 20_000_000 / 12
"""Yuan a month: industry that sells for 20 million yuan a year reports its output (规模以上工业,
National Bureau of Statistics, since 2011)."""
OLDEST = 25 * 12
"""Months that an enterprise may be old at the beginning (ours)."""
KINDS = ("有限责任公司", "股份有限公司", "个人独资企业", "合伙企业")
REGIONS = ("美国", "欧盟", "东盟", "日韩", "其他")
PARKS = 3
"""Parks of a county (ours)."""


@dataclass(frozen=True)
class Place:
    """A county by its code (GB/T 2260) and name."""

    code: str
    name: str


@dataclass(frozen=True, eq=False)
class Firms:
    """In the order in which they open, but for those that are there at the beginning, which come
    first. ``county``, ``industry``, ``kind``, ``park`` (−1: none) and ``region`` are numbers of
    lists, ``opened`` and ``closed`` numbers of months; ``level`` is the logarithm of a month's
    output in yuan at the beginning; ``abroad`` the share of sales abroad, ``power`` and ``people``
    factors on what its industry needs; ``margin`` a share of sales."""

    code: pl.Series
    name: pl.Series
    class_code: pl.Series
    county: Ints
    industry: Ints
    kind: Ints
    park: Ints
    region: Ints
    opened: Ints
    closed: Ints
    opened_day: Ints
    closed_day: Ints
    level: Floats
    abroad: Floats
    power: Floats
    people: Floats
    margin: Floats
    large: Mask

    def __len__(self) -> int:
        return len(self.code)

    def there(self, month: int) -> Ints:
        """Those that are open in a month."""
        return np.flatnonzero((self.opened <= month) & (self.closed > month))

    def known(self, month: int) -> int:
        """How many ever opened by the end of a month: they stand before all others."""
        return int((self.opened <= month).sum())

    def between(self, first: int, last: int) -> Firms:
        """Those with these numbers, ``last`` not included. Nothing is copied."""
        return Firms(**{each.name: getattr(self, each.name)[first:last] for each in fields(self)})


def make_firms(
    plan: Plan,
    places: Sequence[Place],
    classes: Mapping[str, Sequence[str]],
    *,
    count: int,
    months: int,
    seed: int,
) -> Firms:
    """``count`` of them are there before the first month, and each month has births of its own, so
    that a longer time only adds to those of a shorter one. ``classes``: the codes of four digits
    below each industry's two."""
    rng = chance(seed, "firms")
    parts = [_born(plan, places, classes, -rng.integers(1, OLDEST, count), None, rng)]
    middle = float(np.median(parts[0]["level"]))
    for month in range(months):
        rng = chance(seed, "births", month)
        opened = np.full(rng.poisson(count * plan.births / 12), month)
        parts.append(_born(plan, places, classes, opened, middle, rng))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    divisions = np.array([place.code for place in places])[whole["county"]]
    return Firms(
        code=credit_codes(divisions, seed),
        name=_names(places, whole["county"], plan.industries, whole["industry"]),
        class_code=pl.Series("industry_code", whole.pop("class_code"), pl.String),
        **whole,
    )


def _born(
    plan: Plan, places: Sequence[Place], classes: Mapping[str, Sequence[str]], opened: Ints,
    middle: float | None, rng: np.random.Generator,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Those that open in ``opened``. ``middle``: the level above which exporters are commoner
    (None: their own). Sizes of counties fall off one after the other (ours)."""
    count = len(opened)
    weight = 1.0 / np.arange(1, len(places) + 1) ** 0.6
    shares = np.array([each.share for each in plan.industries])
    industry = rng.choice(len(shares), count, p=shares / shares.sum())
    level = _levels(plan, industry, rng)
    above = level > (np.median(level) if middle is None else middle)
    exports = rng.random(count) < _of(plan, industry, "exporters") * np.where(above, 1.6, 0.4)
    abroad = _of(plan, industry, "abroad") * rng.lognormal(0.0, 0.5, count)
    industrial = np.array([each.industrial for each in plan.industries])[industry]
    return {
        "class_code": _classes(plan.industries, industry, classes, rng),
        "county": rng.choice(len(places), count, p=weight / weight.sum()),
        "industry": industry,
        "kind": rng.choice(len(KINDS), count, p=(0.86, 0.04, 0.07, 0.03)),
        "park": np.where(industrial & (rng.random(count) < 0.4), rng.integers(0, PARKS, count), -1),
        "region": rng.choice(len(REGIONS), count, p=(0.18, 0.2, 0.28, 0.16, 0.18)),
        "opened": opened,
        "closed": np.maximum(opened, 0) + rng.geometric(max(plan.deaths / 12, 1e-9), count),
        "opened_day": rng.integers(1, 29, count),
        "closed_day": rng.integers(1, 29, count),
        "level": level,
        "abroad": np.where(exports, np.minimum(abroad, 0.95), 0.0),
        "power": rng.lognormal(0.0, 0.35, count),
        "people": rng.lognormal(0.0, 0.30, count),
        "margin": np.clip(rng.normal(0.06, 0.04, count), -0.05, 0.25),
        "large": industrial & (np.exp(level) >= LARGE),
    }


def register(firms: Firms, places: Sequence[Place], start: date, months: int) -> pl.DataFrame:
    """The register of enterprises as it stands after so many months: all that ever were there."""
    counties = pl.Series([place.code for place in places])
    capital = np.round(np.exp(firms.level) * 12 * 0.2, -4).clip(30_000.0)
    park = np.array([[f"{p.code}-{n + 1}" for n in range(PARKS)] for p in places])
    inside = firms.park >= 0
    parks = np.where(inside, park[firms.county, np.maximum(firms.park, 0)], "")
    return pl.DataFrame(
        {
            "credit_code": firms.code,
            "enterprise_name": firms.name,
            "county_code": counties.gather(firms.county),
            "industry_code": firms.class_code,
            "enterprise_type": pl.Series(KINDS).gather(firms.kind),
            "park": pl.Series(parks).replace("", None),
            "registered_capital": capital.astype(np.int64),
            "above_scale": firms.large,
            "opened_on": _days(firms.opened, firms.opened_day, start, months),
            "closed_on": _days(firms.closed, firms.closed_day, start, months),
        }
    )


def month_of(start: date, number: int) -> date:
    """The first day of the month with this number; 0 is the one of ``start``."""
    years, month = divmod(start.month - 1 + number, 12)
    return date(start.year + years, month + 1, 1)


def _days(numbers: Ints, days: Ints, start: date, months: int) -> pl.Series:
    """Null for what is not yet."""
    known = {int(n): month_of(start, int(n)) for n in np.unique(numbers) if n < months}
    firsts = pl.Series(numbers).replace_strict(known, default=None, return_dtype=pl.Date)
    frame = pl.DataFrame({"first": firsts, "day": days})
    return frame.select(pl.col("first") + pl.duration(days=pl.col("day") - 1)).to_series()


def _levels(plan: Plan, industry: Ints, rng: np.random.Generator) -> Floats:
    """Logarithms of output: a normal body, and a Pareto tail above a multiple of the middle."""
    relative = np.exp(rng.normal(0.0, plan.spread, len(industry)))
    found: Floats = np.log(_of(plan, industry, "output")) + np.log(
        _tailed(relative, plan.tail, rng)
    )
    return found


def _tailed(relative: Floats, tail: Tail, rng: np.random.Generator) -> Floats:
    large = relative > tail.start
    drawn = tail.start * (1.0 - rng.random(len(relative))) ** (-1.0 / tail.exponent)
    found: Floats = np.minimum(np.where(large, drawn, relative), tail.most)
    return found


def _of(plan: Plan, industry: Ints, name: str) -> Floats:
    """A figure of each one's industry."""
    values: Floats = np.array([getattr(each, name) for each in plan.industries], np.float64)
    return values[industry]


def _names(
    places: Sequence[Place], county: Ints, industries: Sequence[Industry], industry: Ints
) -> pl.Series:
    """Names that say that nobody bears them."""
    frame = pl.DataFrame(
        {
            "place": pl.Series([place.name for place in places]).gather(county),
            "code": pl.Series([each.code for each in industries]).gather(industry),
        }
    ).with_row_index("number", 1)
    shown = pl.format(
        "{}合成企业{}-{}号", "place", "code", pl.col("number").cast(pl.String).str.zfill(7)
    )
    return frame.select(enterprise_name=shown).to_series()


def _classes(
    industries: Sequence[Industry],
    industry: Ints,
    classes: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
) -> NDArray[np.str_]:
    """A class (four digits) of each one's industry; the first ones are commoner (ours)."""
    found = np.empty(len(industry), "U4")
    for number, each in enumerate(industries):
        mine = np.flatnonzero(industry == number)
        known = np.array(classes[each.code])
        weight = 1.0 / np.arange(1, len(known) + 1)
        found[mine] = rng.choice(known, len(mine), p=weight / weight.sum())
    return found
