"""Seasonal adjustment: the spring festival by regression, then STL.

Sources: Cleveland, Cleveland, McRae and Terpenning (1990), "STL: a seasonal-trend decomposition
procedure based on loess", J. Official Statistics 6; the pre-adjustment is that of X-13ARIMA-SEATS
(regression with airline errors and AICc test, Findley et al. (1998), J. Business and Economic
Statistics 16). STL is computed by statsmodels. docs/economy.md says how it compares with X-13.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from workbench.economy.festival import Windows, regressors
from workbench.economy.frames import MONTH, SERIES, VALUE, Floats, Span, refused, spans
from workbench.economy.narrow import one_thread

LONG = 10
"""Years from which the season of a month may be a line over a window's years (loess of degree 1,
statsmodels' default); before, it is a mean (degree 0, the default of R's ``stl``). Ours, measured:
of three to six years degree 1 takes the figures of the first and last year for season nearly point
by point, so that what is left of them is hardly more than the trend (twice the error of degree 0);
over twenty years with a season that changes, degree 1 is nearer to X-13 (docs/economy.md)."""


@dataclass(frozen=True)
class Adjustment:
    """How a series is adjusted.

    ``mode``: multiplicative (factors; values above zero) or additive (in the unit of value).
    ``festival``: ``auto`` keeps the regressors when they lower the AICc, as X-13's aictest does;
    ``always``, ``never``; by ``gain`` at least (X-13 asks for 0 by default,
    and of series without festival one in eight would then be adjusted for it). ``together``:
    January is blank and February holds both, so that a year has eleven figures; nothing
    is split. ``window``: years of the seasonal loess, odd, 7 or more; the larger, the less a season
    may change. ``robust`` lowers the weight of outliers.
    """

    mode: Literal["multiplicative", "additive"] = "multiplicative"
    festival: Literal["auto", "always", "never"] = "auto"
    windows: Windows = field(default_factory=Windows)
    gain: float = 4.0
    together: bool = False
    window: int = 13
    robust: bool = True

    def __post_init__(self) -> None:
        if self.mode not in ("multiplicative", "additive") or self.window < 7:
            raise refused("季节调整参数不成立。", "This adjustment is not possible.")
        if self.window % 2 == 0 or self.festival not in ("auto", "always", "never"):
            raise refused("季节窗口须为奇数。", "The seasonal window is odd.")

    @property
    def period(self) -> int:
        """Figures a year."""
        return 11 if self.together else 12


@dataclass(frozen=True)
class Adjusted:
    """``frame``: series, month, value, festival, seasonal, trend, irregular, adjusted.
    ``effects``: series, regressor, effect, error, used: what one whole window more in a month does
    to it (multiplicative: in logs), with its standard error, and whether it was taken out."""

    frame: pl.DataFrame
    effects: pl.DataFrame


def adjust(frame: pl.DataFrame, how: Adjustment | None = None) -> Adjusted:
    """Trend, season, festival and the rest of each series.

    Multiplicative: ``value = trend * seasonal * festival * irregular`` and ``adjusted = value /
    (seasonal * festival)``; additive with sums. With ``together`` the row is February's, and
    trend and adjusted are a month's mean of the two, so that they stand in line with the others.

    Raises on a missing month within a series (a loess has no value to fit there, and none is made
    up), on fewer than three years, on values of zero or less in the multiplicative mode, and on a
    known January with ``together``.
    """
    how = how or Adjustment()
    with one_thread():
        done = [_adjusted(span, how) for span in _prepared(frame, how)]
    if not done:
        raise refused("没有可调整的序列。", "There is no series to adjust.")
    return Adjusted(pl.concat([d.frame for d in done]), pl.concat([d.effects for d in done]))


def _prepared(frame: pl.DataFrame, how: Adjustment) -> list[Span]:
    found = [_eleven(span) if how.together else span.without_gaps() for span in spans(frame)]
    for span in found:
        if len(span.values) < 3 * how.period:
            raise refused(
                f"序列 {span.series} 不足三年。", f"The series {span.series} has under three years."
            )
        if how.mode == "multiplicative" and (span.values <= 0).any():
            raise refused(
                f"序列 {span.series} 有零或负值，请用 additive。",
                f"The series {span.series} has values of zero or less; take additive.",
            )
    return found


def _eleven(span: Span) -> Span:
    """Without January; February as the mean of the two months that it covers."""
    rows = list(zip(span.months, span.values, strict=True))
    if any(m.month == 1 and not np.isnan(v) for m, v in rows):
        raise refused(
            f"序列 {span.series} 的一月有值，与二月合并的口径不符。",
            f"The series {span.series} has a January; together, February holds both.",
        )
    kept = [(m, v / 2 if m.month == 2 else v) for m, v in rows if m.month != 1]
    return Span(
        span.series, tuple(m for m, _ in kept), np.array([v for _, v in kept])
    ).without_gaps()


def _adjusted(span: Span, how: Adjustment) -> Adjusted:
    from statsmodels.tsa.seasonal import STL  # heavy: only where it is used

    multiplicative = how.mode == "multiplicative"
    values = np.log(span.values) if multiplicative else span.values
    moving, effects = _festival(span, values, how)
    degree = int(len(values) >= LONG * how.period)
    parts = STL(
        values - moving, how.period, how.window, seasonal_deg=degree, robust=how.robust
    ).fit()
    seasonal, trend = np.asarray(parts.seasonal), np.asarray(parts.trend)
    shown = {
        "festival": moving,
        "seasonal": seasonal,
        "trend": trend,
        "irregular": values - moving - seasonal - trend,
        "adjusted": values - moving - seasonal,
    }
    back = np.exp if multiplicative else np.asarray
    whole = [v * (2 if how.together and m.month == 2 else 1) for m, v in _rows(span)]
    columns = {name: back(column) for name, column in shown.items()}
    frame = pl.DataFrame({MONTH: span.months, VALUE: whole, **columns})
    return Adjusted(frame.select(pl.lit(span.series).alias(SERIES), pl.all()), effects)


def _rows(span: Span) -> list[tuple[date, float]]:
    return [(m, float(v)) for m, v in zip(span.months, span.values, strict=True)]


_SAME = 1e-9
"""Singular values of shares of windows below this are rounding (our default)."""
_EFFECTS = {
    SERIES: pl.String,
    "regressor": pl.String,
    "effect": pl.Float64,
    "error": pl.Float64,
    "used": pl.Boolean,
}


def _festival(span: Span, values: Floats, how: Adjustment) -> tuple[Floats, pl.DataFrame]:
    """What the moving of the festival adds to each month, and its coefficients."""
    if how.festival == "never":
        return np.zeros_like(values), pl.DataFrame(schema=_EFFECTS)
    if np.ptp(values[how.period :] - values[: -how.period]) == 0:
        # The same each year, or by the same more: nothing moves with the festival.
        return np.zeros_like(values), pl.DataFrame(schema=_EFFECTS)
    names, given = _independent(*_slots(span, how), how.period)
    if not names:
        return np.zeros_like(values), pl.DataFrame(schema=_EFFECTS)
    fit = _airline(values, given, how.period)
    without = _airline(values, given[:, :0], how.period)
    used = how.festival == "always" or fit.aicc < without.aicc - how.gain
    rows = [
        (span.series, name, float(effect), float(error), used)
        for name, effect, error in zip(names, fit.effect, fit.error, strict=True)
    ]
    moving = given @ fit.effect if used else np.zeros_like(values)
    return moving, pl.DataFrame(rows, schema=_EFFECTS, orient="row")


def _slots(span: Span, how: Adjustment) -> tuple[tuple[str, ...], Floats]:
    names, given = regressors(span.months, how.windows)
    if how.together:
        januaries = [m.replace(month=1) for m in span.months]
        _, first = regressors(januaries, how.windows)
        february = np.array([m.month == 2 for m in span.months])
        given[february] = (given[february] + first[february]) / 2
    return names, given


def _independent(
    names: tuple[str, ...], given: Floats, period: int
) -> tuple[tuple[str, ...], Floats]:
    """The windows that say something of their own once the series is differenced: with January
    and February together they move as one, and of such there is one effect and not three."""
    once = np.diff(given, axis=0)
    moved = once[period:] - once[:-period]
    kept: list[int] = []
    for at in range(len(names)):
        if np.linalg.matrix_rank(moved[:, [*kept, at]], tol=_SAME) > len(kept):
            kept.append(at)
    return tuple(names[at] for at in kept), given[:, kept]


@dataclass(frozen=True)
class _Fit:
    effect: Floats
    error: Floats
    aicc: float


def _airline(values: Floats, given: Floats, period: int) -> _Fit:
    """Regression with errors of the airline model, (0,1,1)(0,1,1), by conditional least squares.

    The errors of given moving-average parameters are a filter of the differenced series, and so are
    those of the regressors: for each pair of parameters the coefficients are ordinary least
    squares, and two numbers are left to be searched (Box and Jenkins (1970), ch. 7 and 9). This
    takes milliseconds, where the exact likelihood of statsmodels' SARIMAX takes seconds a series;
    the coefficients lie within one standard error of X-13's.
    """
    from scipy.optimize import minimize  # heavy: only where it is used

    def differenced(column: Floats) -> Floats:
        once = np.diff(column, axis=0)
        return np.asarray(once[period:] - once[:-period])

    y, x = differenced(values), differenced(given)

    def loss(parameters: Floats) -> float:
        return math.log(_least(y, x, parameters, period)[2])

    best = minimize(
        loss, np.array([0.4, 0.4]), method="L-BFGS-B", bounds=[(-0.95, 0.95), (-0.95, 0.95)]
    )
    if not best.success:
        raise refused(
            "春节效应的回归没有收敛；请用 festival='never'，或换更长的序列。",
            "The regression of the spring festival did not converge; take festival='never', or a "
            "longer series.",
        )
    effect, inverse, squares = _least(y, x, best.x, period)
    n, k = len(y), x.shape[1] + 3
    error = np.sqrt(np.diag(inverse) * squares / (n - k))
    return _Fit(effect, error, n * math.log(squares / n) + 2 * k + 2 * k * (k + 1) / (n - k - 1))


def _least(y: Floats, x: Floats, parameters: Floats, period: int) -> tuple[Floats, Floats, float]:
    """Coefficients, inverse of the cross products, sum of squares of the innovations."""
    from scipy.signal import lfilter

    short, long = parameters
    polynomial = np.zeros(period + 2)
    polynomial[[0, 1, period, period + 1]] = [1, -short, -long, short * long]
    e = lfilter([1.0], polynomial, y)
    if x.shape[1] == 0:
        return np.zeros(0), np.zeros((0, 0)), float(e @ e)
    z = lfilter([1.0], polynomial, x, axis=0)
    inverse = np.linalg.pinv(z.T @ z)
    effect = inverse @ (z.T @ e)
    left = e - z @ effect
    return effect, inverse, float(left @ left)
