"""Catalogue-side indicators and scores once more, in plain Polars and exact fractions, from the
portals' file itself: no mapping, entry, condition, statement or score of the product is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from unicodedata import normalize

import polars as pl

FIELDS = ("title", "department", "domain", "open_type", "update_freq", "publish_date",
          "update_date", "format", "row_count")  # fmt: skip
BLANK = ("暂无", "无", "其他", "默认主题", "默认行业", "-", "/")
EVERY = {"每日": "1d", "每天": "1d", "每周": "1w", "每月": "1mo", "每季度": "3mo", "每半年": "6mo",
         "每年": "12mo"}  # fmt: skip
LIVE, LOOSE, STILL = ("实时", "即时"), ("不定期", "不定期更新"), ("静态数据", "一次性")
FREE, ASKED = ("无条件", "无条件开放"), ("有条件", "有条件开放")
REQUIRED = ("title", "domain", "update_freq", "publish_date", "update_date", "format")
LEAST, ENOUGH = 5, 65
POINTS = {  # dimension -> indicator -> weight, zero, full
    "description": {"described": (20, 0, 1), "cycle_stated": (10, "1/2", 1),
                    "unrepeated": (10, "1/2", 1)},
    "timeliness": {"on_time": (25, 0, 1), "age": (15, 730, 90)},
    "openness": {"unconditional": (10, 0, "1/2"), "data_behind": (10, "1/2", 1)},
}  # fmt: skip
Figure = tuple[Fraction | None, Fraction, Fraction]
"""Value, what was counted, sample."""


@dataclass(frozen=True)
class Truth:
    """Of one portal. ``figures`` by indicator and department, without those over nothing;
    ``treatments`` by indicator, how many entries; ``totals`` exact, by department with a score."""

    entries: int
    departments: list[str]
    figures: Mapping[str, Mapping[str, Figure]]
    treatments: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, Fraction]
    covered: Mapping[str, int]

    def state(self, indicator: str, department: str) -> str:
        found = self.figures[indicator].get(department)
        if found is None:
            return "not_applicable"
        return "rated" if found[2] >= LEAST else "too_few"

    @property
    def published(self) -> dict[str, str]:
        return {who: rounded(total) for who, total in self.totals.items()}

    @property
    def ranks(self) -> dict[str, int]:
        shown = {who: Decimal(text) for who, text in self.published.items()}
        return {who: 1 + sum(other > own for other in shown.values())
                for who, own in shown.items()}  # fmt: skip

    def rated(self, indicator: str) -> int:
        return sum(self.state(indicator, who) == "rated" for who in self.departments)


def truths(raw: pl.DataFrame, as_of: date) -> dict[str, Truth]:
    """By portal. ``raw``: the file's own columns, all texts."""
    found = _read(raw, as_of)
    return {str(city): _truth(rows, as_of) for (city,), rows in found.group_by("city")}


def rounded(total: Fraction) -> str:
    """To the hundredth, halves to the even one."""
    cents, rest = divmod(total * 100, 1)
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and cents % 2):
        cents += 1
    return f"{cents // 100}.{cents % 100:02}"


# Entries ------------------------------------------------------------------------------------------


def _read(raw: pl.DataFrame, as_of: date) -> pl.DataFrame:
    text = raw.select("city", *(pl.col(f).str.strip_chars().replace("", None) for f in FIELDS))
    held = text.with_columns(
        **{f"held_{f}": pl.col(f).is_in(BLANK).fill_null(value=False) for f in FIELDS},
        again=_again(text),
    )
    told = held.with_columns(
        pl.when(pl.col(f).is_in(BLANK)).then(None).otherwise(pl.col(f)).alias(f) for f in FIELDS
    )
    named = pl.col("format").str.replace_all(r"""[\[\]"',，\s]""", "").replace("", None)
    read = told.with_columns(
        who=pl.col("department"),
        every=pl.col("update_freq").replace_strict(EVERY, default=None, return_dtype=pl.String),
        known=pl.col("update_freq").is_in([*EVERY, *LIVE, *LOOSE, *STILL]).fill_null(value=False),
        published=_day("publish_date"),
        updated=_day("update_date"),
        format=named,
        rows=pl.col("row_count").str.replace_all(",", "").cast(pl.Int64, strict=False),
    )
    due = pl.col("updated").dt.offset_by(pl.col("every"))
    opened = read.filter(pl.col("open_type").is_in([*FREE, *ASKED]))
    return opened.with_columns(in_time=(due >= as_of).fill_null(value=False))


def _day(name: str) -> pl.Expr:
    return pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _again(text: pl.DataFrame) -> pl.Series:
    """All but the first of a portal's entries of one department and title."""
    seen, found = set[tuple[str, ...]](), []
    for city, who, title in text.select("city", "department", "title").iter_rows():
        who = None if who in BLANK else who
        key = tuple("".join(normalize("NFKC", one or "\0").casefold().split())
                    for one in (city, who, title))  # fmt: skip
        found.append(key in seen)
        seen.add(key)
    return pl.Series(found, dtype=pl.Boolean)


# What becomes of them -----------------------------------------------------------------------------

Odd = tuple[str, bool, pl.Expr]
"""Its name, whether it counts against the entry (else it is not rated), and when it holds."""


def _odd(as_of: date) -> dict[str, list[Odd]]:
    """By indicator, in order; the first that holds is an entry's."""
    freq, updated = pl.col("update_freq"), pl.col("updated")
    raw_date, held_date = pl.col("update_date"), pl.col("held_update_date")
    start: list[Odd] = [
        ("not_yet", False, (pl.col("published") > as_of).fill_null(value=False)),
        ("no_department", False, pl.col("who").is_null()),
    ]
    no_cycle = [
        ("cycle_placeholder", pl.col("held_update_freq")),
        ("cycle_missing", freq.is_null()),
        ("cycle_unknown", ~pl.col("known")),
    ]
    live, still = (freq.is_in(words).fill_null(value=False) for words in (LIVE, STILL))
    loose = freq.is_in(LOOSE).fill_null(value=False)
    endless: list[Odd] = [("real_time", False, live), ("static", False, still)]
    no_date: list[Odd] = [
        ("date_placeholder", False, held_date),
        ("date_missing", False, raw_date.is_null()),
        ("date_unknown", False, updated.is_null()),
        ("date_impossible", False, (updated.dt.year() < 2000) | (updated.dt.year() > 2099)),
        ("date_after", False, updated > as_of),
    ]
    absent = [pl.col(name).is_null() for name in ("domain", "format", "published", "updated")]
    described: list[Odd] = [
        ("item_placeholder", True, pl.any_horizontal(pl.col(f"held_{f}") for f in REQUIRED)),
        ("item_missing", True, pl.any_horizontal(*absent, ~pl.col("known"))),
    ]
    return {
        "entries": start,
        "cycle_stated": [*start, *((name, True, when) for name, when in no_cycle)],
        "described": [*start, *described],
        "on_time": [*start, ("irregular", False, loose), *endless,
                    *((name, False, when) for name, when in no_cycle), *no_date],
        "age": [*start, *endless, *no_date],
        "unrepeated": [*start, ("repeated", True, pl.col("again"))],
        "unconditional": start,
        "data_behind": [*start, ("rows_not_told", False, pl.col("rows").is_null())],
    }  # fmt: skip


HITS: Mapping[str, pl.Expr] = {
    "cycle_stated": pl.lit(value=True),
    "described": pl.lit(value=True),
    "on_time": pl.col("in_time"),
    "unrepeated": pl.lit(value=True),
    "unconditional": pl.col("open_type").is_in(FREE),
    "data_behind": pl.col("rows") > 0,
}


def _truth(rows: pl.DataFrame, as_of: date) -> Truth:
    figures: dict[str, dict[str, Figure]] = {}
    treatments: dict[str, dict[str, int]] = {}
    for name, odd in _odd(as_of).items():
        judged = rows.with_columns(kind=_first(odd))
        treatments[name] = dict(Counter(judged["kind"].to_list()))
        out = [each for each, against, _ in odd if not against]
        figures[name] = _FIGURE.get(name, _ratio)(
            name, judged.filter(~pl.col("kind").is_in(out)), as_of
        )
    departments = sorted(set(rows["who"].drop_nulls().to_list()))
    totals = {who: _total(figures, who) for who in departments}
    return Truth(
        rows.height,
        departments,
        figures,
        treatments,
        {
            who: total
            for who, (total, covered) in totals.items()
            if total is not None and covered >= ENOUGH
        },
        {who: covered for who, (_, covered) in totals.items()},
    )


def _first(odd: list[Odd]) -> pl.Expr:
    kind = pl.lit("counted")
    for name, _, when in reversed(odd):
        kind = pl.when(when).then(pl.lit(name)).otherwise(kind)
    return kind


# Figures and scores -------------------------------------------------------------------------------


def _ratio(name: str, rows: pl.DataFrame, _: date) -> dict[str, Figure]:
    hit = ((pl.col("kind") == "counted") & HITS[name]).sum().alias("hits")
    counted = rows.group_by("who").agg(hit, pl.len().alias("all"))
    return {who: (Fraction(hits, whole), Fraction(hits), Fraction(whole))
            for who, hits, whole in counted.iter_rows()}  # fmt: skip


def _number(_: str, rows: pl.DataFrame, __: date) -> dict[str, Figure]:
    counted = rows.group_by("who").len()
    return {who: (Fraction(n), Fraction(n), Fraction(n)) for who, n in counted.iter_rows()}


def _median(_: str, rows: pl.DataFrame, as_of: date) -> dict[str, Figure]:
    days = (pl.lit(as_of) - pl.col("updated")).dt.total_days()
    middle = rows.group_by("who").agg(
        days.median().alias("middle"), days.sum().alias("sum"), pl.len()
    )
    return {who: (Fraction(value), Fraction(total), Fraction(n))
            for who, value, total, n in middle.iter_rows()}  # fmt: skip


_FIGURE: Mapping[str, Callable[[str, pl.DataFrame, date], dict[str, Figure]]] = {
    "entries": _number,
    "age": _median,
}


def _total(figures: Mapping[str, Mapping[str, Figure]], who: str) -> tuple[Fraction | None, int]:
    """Points of a hundred, and how much of it can be rated. The weight of what cannot goes to the
    rest of its dimension, else to the other dimensions, each in proportion."""
    whole = points = Fraction()
    covered = 0
    for indicators in POINTS.values():
        scored = []
        for name, (weight, zero, full) in indicators.items():
            value, _, sample = figures[name].get(who, (None, Fraction(), Fraction()))
            if value is not None and sample >= LEAST:
                part = (value - Fraction(zero)) / (Fraction(full) - Fraction(zero))
                scored.append((weight, min(max(100 * part, Fraction()), Fraction(100))))
        if scored:
            weight_of = sum(weight for weight, *_ in indicators.values())
            rated = sum(weight for weight, _ in scored)
            points += weight_of * sum(w * s for w, s in scored) / rated
            whole += weight_of
            covered += rated
    return (points / whole if whole else None), covered
