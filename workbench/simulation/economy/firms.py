"""Who there is: enterprises with what they are for good. Arrays by enterprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.simulation.economy.chance import chance
from workbench.simulation.economy.codes import credit_codes
from workbench.simulation.economy.plan import Industry, Plan, Tail

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEVER = 1_000_000
"""The month in which an enterprise closes that does not."""
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
    """``county``, ``industry``, ``kind``, ``park`` (−1: none) and ``region`` are numbers of lists,
    ``opened`` and ``closed`` numbers of months; ``level`` is the logarithm of a month's output in
    yuan at the beginning; ``abroad`` the share of sales abroad, ``power`` and ``people`` factors on
    what its industry needs; ``margin`` a share of sales."""

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


def make_firms(
    plan: Plan,
    places: Sequence[Place],
    classes: Mapping[str, Sequence[str]],
    *,
    count: int,
    months: int,
    seed: int,
) -> Firms:
    """``classes``: the codes of four digits below each industry's two. Sizes of counties fall off
    one after the other (ours)."""
    rng = chance(seed, "firms")
    weight = 1.0 / np.arange(1, len(places) + 1) ** 0.6
    county = rng.choice(len(places), count, p=weight / weight.sum())
    shares = np.array([each.share for each in plan.industries])
    industry = rng.choice(len(shares), count, p=shares / shares.sum())
    opened, closed = _lives(plan, count, months, rng)
    level = _levels(plan, industry, rng)
    divisions = np.array([place.code for place in places])[county]
    exporters = _of(plan, industry, "exporters")
    exports = rng.random(count) < exporters * np.where(level > np.median(level), 1.6, 0.4)
    abroad = _of(plan, industry, "abroad") * rng.lognormal(0.0, 0.5, count)
    industrial = np.array([each.industrial for each in plan.industries])[industry]
    return Firms(
        code=credit_codes(divisions, seed),
        name=_names(places, county, plan.industries, industry),
        class_code=_classes(plan.industries, industry, classes, rng),
        county=county,
        industry=industry,
        kind=rng.choice(len(KINDS), count, p=(0.86, 0.04, 0.07, 0.03)),
        park=np.where(industrial & (rng.random(count) < 0.4), rng.integers(0, PARKS, count), -1),
        region=rng.choice(len(REGIONS), count, p=(0.18, 0.2, 0.28, 0.16, 0.18)),
        opened=opened,
        closed=closed,
        opened_day=rng.integers(1, 29, count),
        closed_day=rng.integers(1, 29, count),
        level=level,
        abroad=np.where(exports, np.minimum(abroad, 0.95), 0.0),
        power=rng.lognormal(0.0, 0.35, count),
        people=rng.lognormal(0.0, 0.30, count),
        margin=np.clip(rng.normal(0.06, 0.04, count), -0.05, 0.25),
        large=industrial & (np.exp(level) >= LARGE),
    )


def register(firms: Firms, plan: Plan, places: Sequence[Place], start: date) -> pl.DataFrame:
    """The register of enterprises as it stands at the end: all that ever were there."""
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
            "opened_on": _days(firms.opened, firms.opened_day, start),
            "closed_on": _days(firms.closed, firms.closed_day, start),
        }
    )


def month_of(start: date, number: int) -> date:
    """The first day of the month with this number; 0 is the one of ``start``."""
    years, month = divmod(start.month - 1 + number, 12)
    return date(start.year + years, month + 1, 1)


def _days(months: Ints, days: Ints, start: date) -> pl.Series:
    known = {int(n): month_of(start, int(n)) for n in np.unique(months) if n != NEVER}
    return pl.Series(
        [
            None if (first := known.get(int(month))) is None else first + timedelta(int(day) - 1)
            for month, day in zip(months, days, strict=True)
        ],
        dtype=pl.Date,
    )


def _lives(plan: Plan, count: int, months: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When each opens and closes. Some are there at the beginning, the others are born into it."""
    before = rng.random(count) < 1.0 / (1.0 + plan.births * months / 12)
    opened = np.where(before, -rng.integers(1, OLDEST, count), rng.integers(0, months, count))
    lives = rng.geometric(max(plan.deaths / 12, 1e-9), count)
    closed = np.maximum(opened, 0) + lives
    return opened, np.where(closed < months, closed, NEVER)


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
) -> pl.Series:
    """A class (four digits) of each one's industry; the first ones are commoner (ours)."""
    found = np.empty(len(industry), "U4")
    for number, each in enumerate(industries):
        mine = np.flatnonzero(industry == number)
        known = np.array(classes[each.code])
        weight = 1.0 / np.arange(1, len(known) + 1)
        found[mine] = rng.choice(known, len(mine), p=weight / weight.sum())
    return pl.Series("industry_code", found, pl.String)
