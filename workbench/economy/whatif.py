"""What if: shocks on some sectors through elasticities that were estimated, with their error.

An elasticity from a regression is a description of the past: what moved together. It becomes an
effect only when nothing else moved both; the interval knows the error of the estimate and not that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.economy.frames import MONTH, SERIES, VALUE, after, beside, checked, refused


@dataclass(frozen=True)
class Elasticities:
    """``target`` moves by ``values[i]`` % when ``drivers[i]`` moves by 1 %.

    ``covariance`` of the values, residual degrees of freedom, months that were used, and R squared.
    """

    target: str
    drivers: tuple[str, ...]
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    degrees: int
    observations: int
    fit: float

    @property
    def errors(self) -> tuple[float, ...]:
        """Standard errors of the values."""
        return tuple(math.sqrt(row[i]) for i, row in enumerate(self.covariance))


@dataclass(frozen=True)
class Effect:
    """Change of the target in %, its interval, the level of that, and each driver's part (points of
    log change times 100, which sum to that of the whole)."""

    value: float
    low: float
    high: float
    level: float
    parts: Mapping[str, float]


def elasticities(
    frame: pl.DataFrame,
    target: str,
    drivers: Sequence[str],
    months: int = 12,
    lags: int | None = None,
) -> Elasticities:
    """Least squares of ``ln(y[t] / y[t-12])`` on ``ln(x[t] / x[t-12])`` and a constant.

    Yearly changes overlap, so that their errors are correlated: the covariance is that of Newey and
    West (1987), Econometrica 55, with ``lags`` (by default ``months``) lags and the small-sample
    correction. Only months with all series known on both sides are used. Computed by statsmodels.
    Raises on a value of zero or less, on fewer than ten months for each coefficient, and on drivers
    that cannot be told apart.
    """
    if not drivers or target in drivers or len(set(drivers)) < len(drivers):
        raise refused("驱动因素须互不相同，且不含目标。", "Drivers differ, and are not the target.")
    wide = _changes(frame, [target, *drivers], months)
    if wide.height < 10 * (len(drivers) + 1):
        raise refused(
            f"共同月份只有 {wide.height} 个，每个系数至少要十个。",
            f"There are {wide.height} common months; each coefficient takes ten or more.",
        )
    x = np.column_stack([np.ones(wide.height), wide.select(drivers).to_numpy()])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise refused("驱动因素线性相关，无法区分。", "The drivers cannot be told apart.")
    return _fitted(wide[target].to_numpy(), x, target, tuple(drivers), lags or months)


def _changes(frame: pl.DataFrame, names: Sequence[str], months: int) -> pl.DataFrame:
    rows = checked(frame).filter(pl.col(SERIES).is_in(list(names)))
    missing = sorted(set(names) - set(rows[SERIES].unique()))
    if missing:
        raise refused(f"缺少序列：{missing}。", f"Series are missing: {missing}.")
    if (rows[VALUE] <= 0).any():
        raise refused("弹性只用于正值。", "An elasticity takes values above zero.")
    moved = beside(rows, rows, months, "base")
    change = (pl.col(VALUE) / pl.col("base")).log()
    long = moved.select(SERIES, MONTH, change=change)
    wide = long.pivot(on=SERIES, index=MONTH, values="change").sort(MONTH)
    return wide.drop_nulls()


def _fitted(
    y: np.ndarray, x: np.ndarray, target: str, drivers: tuple[str, ...], lags: int
) -> Elasticities:
    from statsmodels.regression.linear_model import OLS  # heavy: only where it is used

    robust = {"maxlags": lags, "use_correction": True}
    fit = OLS(y, x).fit(cov_type="HAC", cov_kwds=robust, use_t=True)
    covariance = np.asarray(fit.cov_params())[1:, 1:]
    return Elasticities(
        target,
        drivers,
        tuple(float(v) for v in np.asarray(fit.params)[1:]),
        tuple(tuple(float(v) for v in row) for row in covariance),
        int(fit.df_resid),
        len(y),
        float(fit.rsquared),
    )


def what_if(found: Elasticities, shocks: Mapping[str, float], level: float = 0.8) -> Effect:
    """The target's change when drivers change by ``shocks`` (%, above -100), the others not at all.

    ``ln effect = sum(e_i * ln(1 + shock_i/100))`` with variance ``s' * covariance * s`` and the t
    distribution; the bounds and the value are turned back into percent. The interval is that of
    the elasticities; it does not hold what else may happen, and is somewhat narrow on short series
    (docs/economy.md). Raises on an unknown driver.
    """
    from scipy.stats import t as student  # heavy: only where it is used

    unknown = sorted(set(shocks) - set(found.drivers))
    if unknown or not 0 < level < 1 or any(not shock > -100 for shock in shocks.values()):
        raise refused(
            f"情景不成立：{unknown or '冲击须大于 -100%'}。",
            f"This case is not possible: {unknown or 'a shock lies above -100 %'}.",
            f"可用的驱动因素：{', '.join(found.drivers)}。",
            f"The drivers are: {', '.join(found.drivers)}.",
        )
    moved = np.array([math.log1p(shocks.get(name, 0.0) / 100) for name in found.drivers])
    parts = np.array(found.values) * moved
    error = math.sqrt(max(0.0, float(moved @ np.array(found.covariance) @ moved)))
    width = float(student.ppf((1 + level) / 2, found.degrees)) * error
    middle = float(parts.sum())
    value, low, high = (math.expm1(v) * 100 for v in (middle, middle - width, middle + width))
    named = {name: float(p) * 100 for name, p in zip(found.drivers, parts, strict=True)}
    return Effect(value, low, high, level, named)


def intervals(found: Elasticities, level: float = 0.8) -> pl.DataFrame:
    """The elasticities one by one: driver, value, low, high (% of the target for 1 % of it).

    Of the t distribution, as in ``what_if``, and as narrow."""
    from scipy.stats import t as student  # heavy: only where it is used

    width = float(student.ppf((1 + level) / 2, found.degrees))
    values, errors = np.array(found.values), np.array(found.errors)
    return pl.DataFrame(
        {
            "driver": list(found.drivers),
            "value": values,
            "low": values - width * errors,
            "high": values + width * errors,
        }
    )


def ahead(frame: pl.DataFrame, effect: Effect, months: int = 12) -> pl.DataFrame:
    """The months after the last known one, as a year before and with the effect.

    ``frame``: one series. Gives month, baseline, value, low, high (in its unit); null where the
    month a year before is not known. ``baseline[t] = y[t-12]``, ``value = baseline * (1 +
    effect/100)``: that nothing else changes in a year is a comparison and no forecast (ours).
    Raises on several series, and where no month is known.
    """
    known = checked(frame).drop_nulls(VALUE)
    if known[SERIES].n_unique() != 1:
        raise refused("须恰有一个序列。", "There is one series, with a known month.")
    name, last = known[SERIES][0], known[MONTH].max()
    next_ = pl.DataFrame({SERIES: name, MONTH: after(last, months)})  # type: ignore[arg-type]
    rows = beside(next_, known, 12, "baseline")
    base = pl.col("baseline")
    moved = {part: base * (1 + getattr(effect, part) / 100) for part in ("value", "low", "high")}
    return rows.select(MONTH, "baseline", **moved)
