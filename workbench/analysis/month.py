"""A month's analysis, from what the gateway gave to the rows that are kept. Pure.

The order of the parts is the order of this function: figures, what is left without the season,
lights, indices, drivers, forecasts, nowcast, progress, ranking; sentences last, for they speak of
the rows before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
from workbench.analysis.published import Releases
from workbench.analysis.ranking import ranking_rows
from workbench.analysis.rows import kept
from workbench.analysis.sentences import sentence_rows
from workbench.analysis.statements import end_of
from workbench.analysis.targets import progress_rows
from workbench.libraries.definition import Library


@dataclass(frozen=True)
class Given:
    """What was read for a month: by library the rows of its resource, and the published series."""

    indicators: Mapping[str, pl.DataFrame]
    releases: Releases

    def of_the_city(self) -> Given:
        """Without its counties and industries."""
        total = pl.col("county").is_null() & pl.col("industry").is_null()
        rows = {name: table.filter(total) for name, table in self.indicators.items()}
        return Given(rows, self.releases)

    def until(self, month: date) -> Given:
        """What of it was known at the end of that month."""
        rows = {
            name: table.filter(pl.col("month") <= month) for name, table in self.indicators.items()
        }
        out = self.releases.table.filter(pl.col("released_on") <= end_of(month))
        return Given(rows, Releases(out, self.releases.entry))


def analysed(
    analysis: Analysis, libraries: Mapping[str, Library], given: Given, month: date
) -> pl.DataFrame:
    """The rows of one month, in the columns of ``definition.OWN``. What is later in ``given`` is
    not looked at."""

    bridge = {analysis.nowcast.target, *analysis.nowcast.inputs}
    needed = [each for each in analysis.headlines if each.id in bridge]
    whole = given.of_the_city()

    @cache
    def at(then: date) -> Mapping[str, Course]:
        known = whole.until(then)
        return courses(needed, libraries, known.indicators, known.releases, then)

    known = given.until(month)
    now = courses(analysis.headlines, libraries, known.indicators, known.releases, month)
    parts = [
        *_figures(analysis, now, month),
        *driver_rows(analysis.drivers, now, month),
        *(rows for each in now.values() for rows in forecast_rows(analysis.forecast, each, month)),
        *nowcast_rows(analysis.nowcast, at, month),
        *progress_rows(analysis.targets, now, month),
        *ranking_rows(analysis.ranking, now, month),
    ]
    rows = kept(month, parts)
    return pl.concat([rows, kept(month, sentence_rows(analysis, rows, month))])


def _figures(analysis: Analysis, now: Mapping[str, Course], month: date) -> list[pl.DataFrame]:
    """Headlines, lights and indices."""
    history = analysis.history
    out: list[pl.DataFrame] = []
    seasonless = {name: adjusted(course) for name, course in now.items()}
    for name, course in now.items():
        out += course_rows(course, month, history)
        out += adjusted_rows(course, seasonless[name], month, history)
    out += light_rows(lit(analysis.lights, now, month), month, history)
    return [*out, *index_rows(analysis.indices, seasonless, month, history)]
