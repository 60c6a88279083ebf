"""The formulas of economic-operation analysis: Polars frames in, Polars frames out.

``from workbench import economy``, then ``economy.rates.year_on_year(frame)``. Nothing here reads a
clock, a file or the store. Each formula's docstring gives the formula, units, what becomes of a
missing value, what raises, and its source; docs/economy.md has them in one table. SciPy and
statsmodels are loaded by the first formula that needs them.
"""

from workbench.economy import (
    activity,
    backtest,
    comparable,
    composite,
    contribution,
    cumulative,
    cycle,
    diffusion,
    drivers,
    festival,
    forecast,
    leads,
    nowcast,
    progress,
    rates,
    seasonal,
    signals,
    structure,
    target,
    turning,
    warning,
    whatif,
)

__all__ = [
    "activity",
    "backtest",
    "comparable",
    "composite",
    "contribution",
    "cumulative",
    "cycle",
    "diffusion",
    "drivers",
    "festival",
    "forecast",
    "leads",
    "nowcast",
    "progress",
    "rates",
    "seasonal",
    "signals",
    "structure",
    "target",
    "turning",
    "warning",
    "whatif",
]
