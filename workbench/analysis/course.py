"""The course of a headline: its figures, rates and sums, each with its state. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis import figures as f
from workbench.analysis.definition import Headline, Hundred, January
from workbench.analysis.published import BREAK, BROKEN, Levels, Releases, levels
from workbench.analysis.statements import indicator_of
from workbench.errors import Text
from workbench.libraries.definition import Kind, Library, Season

VALUES, SUMS, SUMS_RATE = "value", "cumulative", "cumulative_year_on_year"
RATE, DIFFERENCE, TWO_YEARS = "year_on_year", "difference", "two_year_average"
MONTHLY, CHAINED = "month_on_month", "chained"


@dataclass(frozen=True)
class Course:
    """``measures``: by name, key, month, value, held, entry, state; all keys for an indicator, the
    whole city for a published series. ``parts``: what rates are of, by key, January as the headline
    says. ``level``: month, value of the whole city, to be adjusted and forecast; ``blank``: its
    Januaries stand in February."""

    headline: Headline
    kind: Kind
    season: Season
    unit: Text
    measures: Mapping[str, pl.DataFrame]
    parts: pl.DataFrame
    level: pl.DataFrame
    blank: bool

    @property
    def id(self) -> str:
        return self.headline.id

    @property
    def rate_name(self) -> str:
        """What its change on a year before is: a rate, or of a ratio a difference."""
        if self.headline.hundred is not None:
            return RATE
        return DIFFERENCE if self.kind is Kind.ratio else RATE

    def at(self, measure: str, month: date, key: str = f.WHOLE) -> Mapping[str, object] | None:
        """The row of one figure; None where there is none."""
        frame = self.measures.get(measure)
        if frame is None:
            return None
        found = frame.filter((pl.col(f.KEY) == key) & (pl.col(f.MONTH) == month))
        return found.row(0, named=True) if found.height else None

    def last(self, measure: str) -> date | None:
        """The newest month whose figure stands."""
        known = f.of_key(self.measures[measure]).drop_nulls(f.VALUE)
        return known[f.MONTH].max()  # type: ignore[return-value]


def courses(
    headlines: Iterable[Headline],
    by: Sequence[str],
    libraries: Mapping[str, Library],
    indicators: Mapping[str, pl.DataFrame],
    releases: Releases,
    month: date,
) -> dict[str, Course]:
    """Of each headline, by its id. ``by``: dimensions of the analysis. ``indicators``: by library,
    what was read of its resource."""
    found: dict[str, Course] = {}
    for each in headlines:
        if each.indicator is not None:
            owner = next(
                library for library in libraries.values() if each.indicator in _ids(library)
            )
            rows = f.of_library(indicators[owner.id], each.indicator, month, by)
            found[each.id] = of_indicator(each, libraries, rows)
        else:
            assert each.published is not None
            found[each.id] = of_published(each, levels(releases, each.published))
    return found


def _ids(library: Library) -> set[str]:
    return {each.id for each in library.indicators}


def of_indicator(
    headline: Headline, libraries: Mapping[str, Library], rows: pl.DataFrame
) -> Course:
    """``rows``: its figures frame."""
    assert headline.indicator is not None
    indicator = indicator_of(headline.indicator, libraries)
    flow = indicator.kind is Kind.flow
    parts = f.together(rows) if flow and headline.january is January.together else rows
    if headline.moving > 1:
        parts = f.summed(rows, headline.moving)
    made = {VALUES: rows}
    if headline.hundred is not None:
        made |= of_index(rows, headline.hundred)
    elif indicator.kind is Kind.ratio:
        made[DIFFERENCE] = f.moved(parts)
    else:
        made[RATE] = f.rated(parts)
        made[TWO_YEARS] = f.two_years(made[RATE])
    if flow:
        made[SUMS] = f.since_january(rows)
        made[SUMS_RATE] = f.rated(made[SUMS])
    measures = {name: f.stated(frame) for name, frame in made.items()}
    level = f.of_key(rows).select(f.MONTH, f.VALUE, f.HELD, f.ENTRY)
    unit = indicator.unit.text()
    return Course(headline, indicator.kind, indicator.season, unit, measures, parts, level, False)


def of_index(rows: pl.DataFrame, hundred: Hundred) -> dict[str, pl.DataFrame]:
    """The measures of a price index: rates as they were published, those on the month before
    chained to a year's, and its level."""
    if hundred is Hundred.year_before:
        return {RATE: f.within(rows)}
    return {MONTHLY: f.within(rows), RATE: f.compounded(rows), CHAINED: f.chained(rows)}


def of_published(headline: Headline, found: Levels) -> Course:
    """``found``: as they were known at the end of the month."""
    two = f.two_years(found.rate.drop(BROKEN)).join(
        found.rate.select(f.MONTH, BROKEN), on=f.MONTH, how="left"
    )
    made = {
        VALUES: found.level,
        SUMS: found.sums,
        RATE: found.rate,
        SUMS_RATE: found.growth,
        TWO_YEARS: two,
    }
    assert headline.unit is not None
    measures = {name: _broken(f.stated(frame)) for name, frame in made.items()}
    level = found.level.select(f.MONTH, f.VALUE, f.HELD, f.ENTRY)
    unit = headline.unit.text()
    return Course(
        headline, Kind.flow, Season.festival, unit, measures, found.level.drop(BROKEN), level, True
    )


def _broken(frame: pl.DataFrame) -> pl.DataFrame:
    stands = pl.col(f.VALUE).is_not_null() & pl.col(BROKEN)
    return frame.with_columns(
        pl.when(stands).then(pl.lit(BREAK)).otherwise("state").alias("state")
    ).drop(BROKEN)
