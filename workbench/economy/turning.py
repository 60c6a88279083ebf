"""Turning points of a series by Bry and Boschan (monthly) and Harding and Pagan (quarterly).

Sources: Bry and Boschan (1971), *Cyclical Analysis of Time Series: Selected Procedures and Computer
Programs*, NBER, ch. 2 (the steps are listed on p. 21); Harding and Pagan (2002), "Dissecting the
cycle", J. Monetary Economics 49 (the quarterly version, BBQ).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, Floats, refused, spans

Kind = Literal["peak", "trough"]
Turn = tuple[int, int]
"""Where, and +1 for a peak or -1 for a trough."""
SPENCER = np.array([-3, -6, -5, 3, 21, 46, 67, 74, 67, 46, 21, 3, -5, -6, -3]) / 320
_OUTLIER = 3.5
"""Deviations from the Spencer curve beyond which a value is taken for an extreme (p. 21, I)."""


@dataclass(frozen=True)
class Rules:
    """What counts as a turn, in periods of the series.

    ``window``: it is the extreme of so many on either side; ``phase``: a rise or a fall lasts as
    long at least; ``cycle``: from peak to peak, and from trough to trough; ``ends``: none is as
    near to either end. ``step``: months from one figure to the next. ``smooth``: by way of smoothed
    series, as for months.
    """

    window: int = 5
    phase: int = 5
    cycle: int = 15
    ends: int = 6
    step: Literal[1, 3] = 1
    smooth: bool = True

    def __post_init__(self) -> None:
        if min(self.window, self.phase, self.cycle, self.ends) < 1 or self.cycle < self.phase:
            raise refused(
                "拐点规则不成立。", "These rules of turning points contradict themselves."
            )


MONTHLY = Rules()
QUARTERLY = Rules(window=2, phase=2, cycle=5, ends=2, step=3, smooth=False)


def turning_points(frame: pl.DataFrame, rules: Rules = MONTHLY) -> pl.DataFrame:
    """Peaks and troughs of each series: series, month, kind, value (of the series itself).

    Take seasonally adjusted figures. The last turn of a series may still go when months are added.
    Raises on a month missing within a series. A series shorter than two cycles has no turns.
    """
    out = []
    for span in spans(frame, rules.step):
        values = span.without_gaps().values
        turns = _turns(values, rules) if len(values) >= 2 * rules.cycle else []
        rows = [
            (span.series, span.months[at], "peak" if kind > 0 else "trough", float(values[at]))
            for at, kind in turns
        ]
        out.append(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    return pl.concat(out) if out else pl.DataFrame(schema=_SCHEMA)


_SCHEMA = {SERIES: pl.String, MONTH: pl.Date, "kind": pl.String, VALUE: pl.Float64}


def _turns(values: Floats, rules: Rules) -> list[Turn]:
    turns = _smoothed(values, rules) if rules.smooth else alternating(values, _local(values, rules))
    turns = _off_the_ends(values, turns, rules)
    turns = _censored(values, turns, lambda kept: _short_cycle(values, kept, rules.cycle))
    turns = _censored(values, turns, lambda kept: _short_phase(values, kept, rules.phase))
    return _censored(values, turns, lambda kept: _upside_down(values, kept))


def _smoothed(values: Floats, rules: Rules) -> list[Turn]:
    """Steps I to V.A: from the 12-month mean over the Spencer curve and a short mean to itself."""
    curve = spencer(values)
    apart = values - curve
    limit = _OUTLIER * float(apart.std())
    calm = np.where(np.abs(apart) > limit, curve, values) if limit > 0 else values
    year, curve = _mean(calm, 12), spencer(calm)
    turns = alternating(year, _local(year, rules))
    turns = _refined(curve, turns, rules.window)
    turns = _censored(curve, turns, lambda kept: _short_cycle(curve, kept, rules.cycle))
    span = months_of_dominance(calm)
    turns = _refined(_mean(calm, span), turns, rules.window)
    return _refined(values, turns, max(rules.window - 1, span))


def _extended(values: Floats, before: int, after: int) -> Floats:
    """Both ends go on by the mean step of their last four values, so that a mean has its terms."""
    first, last = np.diff(values[:5]).mean(), np.diff(values[-5:]).mean()
    head = values[0] - first * np.arange(before, 0, -1)
    return np.concatenate([head, values, values[-1] + last * np.arange(1, after + 1)])


def spencer(values: Floats) -> Floats:
    """The 15-term Spencer curve, which leaves a cubic as it is (Kendall and Stuart, vol. 3)."""
    return np.convolve(_extended(values, 7, 7), SPENCER, mode="valid")


def _mean(values: Floats, terms: int) -> Floats:
    """A centred moving mean; of an even number of terms it lies half a period late."""
    before = (terms - 1) // 2
    return np.convolve(
        _extended(values, before, terms - 1 - before), np.ones(terms) / terms, mode="valid"
    )


def months_of_dominance(values: Floats) -> int:
    """Months for cyclical dominance: the shortest span over which the Spencer curve moves more than
    what is left of it does; not below 3 and not above 6."""
    curve = spencer(values)
    left = values - curve
    for span in range(3, 6):
        noise = np.abs(left[span:] - left[:-span]).mean()
        if noise < np.abs(curve[span:] - curve[:-span]).mean():
            return span
    return 6


def _local(values: Floats, rules: Rules) -> list[Turn]:
    """Extremes of their window; of a flat top the last one."""
    out: list[Turn] = []
    for at in range(rules.window, len(values) - rules.window):
        left, right = values[at - rules.window : at], values[at + 1 : at + rules.window + 1]
        for kind in (1, -1):
            own = kind * values[at]
            if own >= (kind * left).max() and own > (kind * right).max():
                out.append((at, kind))
    return out


def alternating(values: Floats, turns: Iterable[Turn]) -> list[Turn]:
    """Of several peaks in a row the highest, of several troughs the lowest; of equals the last."""
    out: list[Turn] = []
    for at, kind in sorted(turns):
        if out and out[-1][1] == kind:
            if kind * values[at] >= kind * values[out[-1][0]]:
                out[-1] = (at, kind)
        else:
            out.append((at, kind))
    return out


def _refined(values: Floats, turns: Iterable[Turn], reach: int) -> list[Turn]:
    moved = []
    for at, kind in turns:
        start = max(0, at - reach)
        near = kind * values[start : at + reach + 1]
        moved.append((start + int(near.argmax()), kind))
    return alternating(values, moved)


def _off_the_ends(values: Floats, turns: list[Turn], rules: Rules) -> list[Turn]:
    """No turn near an end, and none that a value between it and the end goes beyond."""
    last = len(values) - rules.ends
    kept = [turn for turn in turns if rules.ends <= turn[0] < last]
    while kept and _beyond(values[: kept[0][0]], values[kept[0][0]], kept[0][1]):
        kept = kept[1:]
    while kept and _beyond(values[kept[-1][0] + 1 :], values[kept[-1][0]], kept[-1][1]):
        kept = kept[:-1]
    return kept


def _beyond(others: Floats, value: float, kind: int) -> bool:
    return bool((kind * others > kind * value).any())


def _censored(
    values: Floats, turns: list[Turn], worst: Callable[[list[Turn]], Turn | None]
) -> list[Turn]:
    """Drop one turn after the other, as long as there is one to drop."""
    while (gone := worst(turns)) is not None:
        turns = alternating(values, [turn for turn in turns if turn != gone])
    return turns


def _short_cycle(values: Floats, turns: list[Turn], cycle: int) -> Turn | None:
    """The lower peak (higher trough) of the shortest cycle, if that is too short."""
    pairs = [(b[0] - a[0], a, b) for a, b in zip(turns, turns[2:], strict=False)]
    short = [pair for pair in pairs if pair[0] < cycle]
    if not short:
        return None
    _, first, second = min(short)
    kind = first[1]
    return first if kind * values[first[0]] <= kind * values[second[0]] else second


def _short_phase(values: Floats, turns: list[Turn], phase: int) -> Turn | None:
    """The turn of the shortest phase whose loss leaves the wider swing, if that is too short."""
    short = [(b[0] - a[0], i) for i, (a, b) in enumerate(pairwise(turns)) if b[0] - a[0] < phase]
    if not short:
        return None
    at = min(short)[1]
    if at == 0 or at + 2 == len(turns):
        return turns[at if at == 0 else at + 1]
    without_first = alternating(values, [t for t in turns if t != turns[at]])
    without_second = alternating(values, [t for t in turns if t != turns[at + 1]])
    wider = _swing(values, without_first) >= _swing(values, without_second)
    return turns[at] if wider else turns[at + 1]


def _swing(values: Floats, turns: list[Turn]) -> float:
    return float(np.abs(np.diff(values[[at for at, _ in turns]])).sum())


def _upside_down(values: Floats, turns: list[Turn]) -> Turn | None:
    """A turn whose peak does not lie above its trough."""
    for a, b in pairwise(turns):
        if a[1] * values[a[0]] <= a[1] * values[b[0]]:
            return b
    return None


def matched(found: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """Each reference turn with the nearest found one of its kind, and the lead in months.

    Both: month, kind. Gives month, kind, found (date or null), lead (months; positive: the series
    turned before the reference).
    """
    ours = found.select("kind", found=pl.col(MONTH)).sort("found")
    pairs = reference.select(MONTH, "kind").join(ours, on="kind", how="left")

    def number(name: str) -> pl.Expr:
        return pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month()

    pairs = pairs.with_columns(lead=number(MONTH) - number("found"))
    nearest = pairs.sort(pl.col("lead").abs()).unique([MONTH, "kind"], keep="first")
    return nearest.sort(MONTH)
