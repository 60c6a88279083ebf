"""A month's analysis, from what the gateway gave to the rows that are kept. Pure.

The order of the parts is the order of this function: figures, what is left without the season,
lights, indices, drivers, forecasts, nowcast, progress, ranking; sentences last, for they speak of
the rows before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import polars as pl

from workbench.analysis.contributions import driver_rows
from workbench.analysis.course import Course, courses
from workbench.analysis.definition import Analysis
from workbench.analysis.forecasts import forecast_rows
from workbench.analysis.headlines import adjusted, adjusted_rows, course_rows
from workbench.analysis.indices import index_rows
from workbench.analysis.lights import light_rows, lit
from workbench.analysis.nowcasts import nowcast_rows
from workbench.analysis.prices import Indices, deflated, price_rows
from workbench.analysis.published import Releases
from workbench.analysis.ranking import ranking_rows
from workbench.analysis.rows import kept
from workbench.analysis.sentences import sentence_rows
from workbench.analysis.statements import end_of
from workbench.analysis.targets import progress_rows
from workbench.analysis.targets_file import Target
from workbench.libraries.definition import Library


@dataclass(frozen=True)
class Given:
    """What was read for a month: by library the rows of its resource, the published series, and
    price indices; and the yearly targets."""

    indicators: Mapping[str, pl.DataFrame]
    releases: Releases
    prices: Indices = field(default_factory=Indices)
    targets: tuple[Target, ...] = ()

    def of_the_city(self, by: Sequence[str]) -> Given:
        """Without its counties and industries, or other parts."""
        total = pl.all_horizontal(pl.col(name).is_null() for name in by)
        rows = {name: table.filter(total) for name, table in self.indicators.items()}
        return replace(self, indicators=rows)

    def until(self, month: date) -> Given:
        """What of it was known at the end of that month."""
        rows = {
            name: table.filter(pl.col("month") <= month) for name, table in self.indicators.items()
        }
        out = self.releases.table.filter(pl.col("released_on") <= end_of(month))
        known = Releases(out, self.releases.entry)
        prices = self.prices.until(end_of(month))
        return replace(self, indicators=rows, releases=known, prices=prices)


def analysed(
    analysis: Analysis, libraries: Mapping[str, Library], given: Given, month: date
) -> pl.DataFrame:
    """The rows of one month, in the columns of the analysis. What is later in ``given`` is not
    looked at."""
    by, known = analysis.by, given.until(month)
    now = courses(analysis.headlines, by, libraries, known.indicators, known.releases, month)
    now = deflated(now, known.prices)
    parts = [
        *_figures(analysis, now, month),
        *_prices(analysis, known, month),
        *(driver_rows(analysis.drivers, by, now, month) if analysis.drivers else ()),
        *_ahead(analysis, libraries, given, now, month),
        *progress_rows(given.targets, now, month),
        *(ranking_rows(analysis.ranking, now, month) if analysis.ranking else ()),
    ]
    rows = kept(month, parts, by)
    return pl.concat([rows, kept(month, sentence_rows(analysis, rows, month), by)])


def _prices(analysis: Analysis, known: Given, month: date) -> list[pl.DataFrame]:
    if analysis.prices is None:
        return []
    return price_rows(analysis.prices, known.prices, month, analysis.history)


def _ahead(
    analysis: Analysis,
    libraries: Mapping[str, Library],
    given: Given,
    now: Mapping[str, Course],
    month: date,
) -> list[pl.DataFrame]:
    """Forecasts and the nowcast."""
    out: list[pl.DataFrame] = []
    if (forecast := analysis.forecast) is not None:
        out += [rows for each in now.values() for rows in forecast_rows(forecast, each, month)]
    if (nowcast := analysis.nowcast) is None:
        return out
    needed = [each for each in analysis.headlines if each.id in {nowcast.target, *nowcast.inputs}]
    whole = given.of_the_city(analysis.by)

    @cache
    def at(then: date) -> Mapping[str, Course]:
        known = whole.until(then)
        return courses(needed, analysis.by, libraries, known.indicators, known.releases, then)

    return [*out, *nowcast_rows(nowcast, at, month)]


def _figures(analysis: Analysis, now: Mapping[str, Course], month: date) -> list[pl.DataFrame]:
    """Headlines, lights and indices."""
    history = analysis.history
    out: list[pl.DataFrame] = []
    seasonless = {name: adjusted(course) for name, course in now.items() if course.headline.adjust}
    for name, course in now.items():
        out += course_rows(course, month, history)
        if name in seasonless:
            out += adjusted_rows(course, seasonless[name], month, history)
    out += light_rows(lit(analysis.lights, now, month), month, history)
    if analysis.indices is not None:
        out += index_rows(analysis.indices, seasonless, month, history)
    return out
