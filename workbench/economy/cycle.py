"""The cycle in a series: what lies between trend and noise, as the OECD extracts it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, Floats, Span, refused, spans


@dataclass(frozen=True)
class Band:
    """Cycles that are kept, in months: from ``shortest`` to ``longest``.

    The OECD keeps 12 to 120 months. ``step``: 1 for monthly figures, 3 for quarterly ones.
    """

    shortest: float = 12
    longest: float = 120
    step: Literal[1, 3] = 1

    def __post_init__(self) -> None:
        if not 2 * self.step <= self.shortest < self.longest:
            raise refused("周期范围不成立。", "A band goes from a shorter to a longer cycle.")


def smoothing(periods: float) -> float:
    """The Hodrick-Prescott parameter that halves the amplitude of a cycle of so many periods.

    ``1 / (4 * (1 - cos(2 * pi / periods)) ** 2)``: 120 gives 133,108 and 12 gives 13.93, as in OECD
    (2012), *System of Composite Leading Indicators*, p. 11 (133,107.94 and 13.93).
    """
    return 1 / (4 * (1 - math.cos(2 * math.pi / periods)) ** 2)


def double_hp(frame: pl.DataFrame, band: Band | None = None) -> pl.DataFrame:
    """Amplitude-adjusted cycle, long-term mean 100: series, month, value, trend, cycle, index.

    The first filter takes the trend out, the second the noise; ``cycle`` (in the unit of value) is
    standardised: ``index = 100 + (cycle - mean) / deviation``, deviation being the mean absolute
    one; 100 where the series does not move. Both ends move when months are added, the last half
    year most: say so next to it. Source: OECD (2012), *System of Composite Leading Indicators*;
    Hodrick and Prescott (1997), J. Money, Credit and Banking 29. Computed by statsmodels. Raises on
    a month missing within a series and on a series shorter than the longest cycle's half.
    """
    return _each(frame, band or Band(), _hp_twice)


def christiano_fitzgerald(frame: pl.DataFrame, band: Band | None = None) -> pl.DataFrame:
    """As ``double_hp``, by the asymmetric band-pass filter with drift taken out.

    Source: Christiano and Fitzgerald (2003), "The band pass filter", Int. Economic Review 44.
    """
    return _each(frame, band or Band(), _band_pass)


def _each(frame: pl.DataFrame, band: Band, method: object) -> pl.DataFrame:
    out = []
    for span in spans(frame, band.step):
        values = span.without_gaps().values
        if len(values) * band.step < band.longest / 2:
            raise refused(
                f"序列 {span.series} 太短，分不出趋势。",
                f"The series {span.series} is too short to tell a trend.",
            )
        trend, cycle = method(values, band)  # type: ignore[operator]
        out.append(_told(span, trend, cycle))
    if not out:
        raise refused("没有可提取周期的序列。", "There is no series to take a cycle from.")
    return pl.concat(out)


def _told(span: Span, trend: Floats, cycle: Floats) -> pl.DataFrame:
    centred = cycle - cycle.mean()
    deviation = float(np.abs(centred).mean())
    moves = deviation > 1e-9 * float(np.abs(span.values).max())  # and not by rounding alone
    index = 100 + centred / deviation if moves else np.full_like(cycle, 100.0)
    return pl.DataFrame(
        {MONTH: span.months, VALUE: span.values, "trend": trend, "cycle": cycle, "index": index}
    ).select(pl.lit(span.series).alias(SERIES), pl.all())


def _hp_twice(values: Floats, band: Band) -> tuple[Floats, Floats]:
    from statsmodels.tsa.filters.hp_filter import hpfilter  # heavy: only where it is used

    around, trend = hpfilter(values, smoothing(band.longest / band.step))
    _, cycle = hpfilter(around, smoothing(band.shortest / band.step))
    return np.asarray(trend), np.asarray(cycle)


def _band_pass(values: Floats, band: Band) -> tuple[Floats, Floats]:
    from statsmodels.tsa.filters.cf_filter import cffilter  # heavy: only where it is used

    low, high = band.shortest / band.step, band.longest / band.step
    cycle, trend = cffilter(values, low=low, high=high, drift=True)
    return np.asarray(trend), np.asarray(cycle)
