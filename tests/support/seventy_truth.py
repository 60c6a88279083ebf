"""The 70-city series worked out again: exact fractions in plain Python, straight from the CSV, with
no formula of the product."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path

Number = Fraction
CUTS = {
    "month": ("99.6", "99.9", "100.4", "101"),
    "year": ("-3", "-0.5", "5", "10"),
    "diffusion": ("20", "40", "70", "90"),
    "up_on_year": ("20", "40", "80", "95"),
}
"""As the file says; the light of the median goes by its own history."""
QUANTILES = ("0.1", "0.25", "0.75", "0.9")
TOTALS = (9, 13, 18, 21)


def back(month: date, months: int) -> date:
    years, number = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(years, number + 1, 1)


def middle(values: Iterable[Number]) -> Number:
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def digits(value: Number, places: int) -> float:
    """Rounded half up, as a page says it."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def shown(value: Number | None, places: int) -> float | None:
    return None if value is None else digits(value, places)


def percent(value: Number) -> str:
    """As a sentence says it."""
    return f"{digits(value, 1):+.1f}%".replace("-", "−")


def same(ours: float | None, mine: Number | int | None) -> bool:
    """Equal but for what a double cannot hold."""
    if ours is None or mine is None:
        return ours is None and mine is None
    return abs(Fraction(ours) - mine) < Fraction(1, 10**9)


@dataclass(frozen=True)
class Truth:
    """``rows``: by month and city, both indices."""

    rows: dict[date, dict[str, tuple[Number, Number]]]

    @classmethod
    def of(cls, path: Path) -> Truth:
        rows: dict[date, dict[str, tuple[Number, Number]]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                pair = Fraction(row["mom_index"]), Fraction(row["yoy_index"])
                rows.setdefault(date.fromisoformat(row["month"]), {})[row["city"]] = pair
        return cls(rows)

    @cached_property
    def cities(self) -> list[str]:
        return sorted({city for cities in self.rows.values() for city in cities})

    @cached_property
    def months(self) -> list[date]:
        return sorted(self.rows)

    # ---- indicators

    def group(self, month: date, city: str | None) -> list[tuple[Number, Number]]:
        rows = self.rows.get(month, {})
        return list(rows.values()) if city is None else [rows[city]] if city in rows else []

    def indicators(self, month: date, city: str | None) -> dict[str, Number]:
        """Empty where the source has nothing."""
        if (month, city) not in self._worked_out:
            self._worked_out[month, city] = _of(self.group(month, city))
        return self._worked_out[month, city]

    @cached_property
    def _worked_out(self) -> dict[tuple[date, str | None], dict[str, Number]]:
        return {}

    def told(self, indicator: str, month: date, city: str | None = None) -> Number | None:
        return self.indicators(month, city).get(indicator)

    # ---- rates

    def published(self, month: date, city: str | None = None) -> Number | None:
        value = self.told("price_year", month, city)
        return None if value is None else value - 100

    def chained(self, month: date, city: str | None = None) -> Number | None:
        """Twelve months multiplied; None where one is missing."""
        links = [self.told("price_month", back(month, n), city) for n in range(12)]
        product = Fraction(100)
        for link in links:
            if link is None:
                return None
            product *= link / 100
        return product - 100

    def level(self, month: date) -> Number:
        """The month before the first is 100."""
        product = Fraction(100)
        for each in self.months:
            if each <= month:
                mean = self.told("price_month", each)
                assert mean is not None
                product *= mean / 100
        return product

    # ---- lights

    def judged(self, light: str, month: date) -> Number | None:
        if light == "year":
            return self.published(month)
        names = {
            "month": "price_month", "month_middle": "price_month_middle",
            "diffusion": "price_diffusion", "up_on_year": "share_up_on_year",
        }  # fmt: skip
        return self.told(names[light], month)

    def cuts(self, light: str, known: date) -> list[Number] | None:
        """``known``: the month that is analysed; under 36 months there are none by history."""
        if light in CUTS:
            return [Fraction(cut) for cut in CUTS[light]]
        past = [self.told("price_month_middle", m) for m in self.months if m <= known]
        values = sorted(value for value in past if value is not None)
        return [_quantile(values, Fraction(q)) for q in QUANTILES] if len(values) >= 36 else None

    def points(self, light: str, month: date, known: date) -> int | None:
        value, cuts = self.judged(light, month), self.cuts(light, known)
        if value is None or cuts is None:
            return None
        assert all(a < b for a, b in pairwise(cuts))
        return 1 + sum(value >= cut for cut in cuts)

    def score(self, month: date, known: date) -> int | None:
        """Of all five; None where one is not known."""
        points = [self.points(light, month, known) for light in (*CUTS, "month_middle")]
        return None if None in points else sum(each for each in points if each is not None)

    # ---- places

    def places(self, month: date) -> Iterator[tuple[str, int, Number]]:
        """City, place, score: 100 for the highest published rate, 0 for the lowest."""
        rates = {city: yoy for city, (_, yoy) in self.rows[month].items()}
        others = len(rates) - 1
        for city, rate in rates.items():
            above = sum(other > rate for other in rates.values())
            equal = sum(other == rate for other in rates.values()) - 1
            yield city, above + 1, 100 * (others - above - Fraction(equal, 2)) / others


def _of(group: list[tuple[Number, Number]]) -> dict[str, Number]:
    if not group:
        return {}
    moms, yoys = [mom for mom, _ in group], [yoy for _, yoy in group]
    count, rising = Fraction(len(group)), Fraction(sum(m > 100 for m in moms))
    level, above = Fraction(sum(m == 100 for m in moms)), Fraction(sum(y > 100 for y in yoys))
    return {
        "price_month": sum(moms) / count,
        "price_month_middle": middle(moms),
        "price_year": sum(yoys) / count,
        "price_year_middle": middle(yoys),
        "cities_told": count,
        "cities_rising": rising,
        "cities_level": level,
        "cities_falling": count - rising - level,
        "cities_up_on_year": above,
        "price_diffusion": (2 * rising + level) / count * 50,
        "share_up_on_year": above / count * 100,
    }


def _quantile(ranked: list[Number], share: Number) -> Number:
    """Linear between neighbours."""
    at = share * (len(ranked) - 1)
    low = int(at)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (at - low) * (ranked[high] - ranked[low])
