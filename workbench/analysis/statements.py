"""What an analysis asks of the gateway: released indicators, and published statistics. Pure.

A month is written into a statement as a literal: it comes from a date, never from text; names are
those of a checked file.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from itertools import combinations

from workbench.analysis.definition import PRICES, Analysis
from workbench.libraries.definition import Indicator, Library


def kept(analysis: Analysis) -> tuple[str, ...]:
    """What is read of the resource that a library's indicators are kept in."""
    return ("indicator", "month", *analysis.by, "value", "state", "entry")


def used(analysis: Analysis, libraries: Mapping[str, Library]) -> dict[str, list[str]]:
    """By library, the indicators that the headlines name."""
    wanted = {each.indicator for each in analysis.headlines if each.indicator is not None}
    found = {
        library.id: [each.id for each in library.indicators if each.id in wanted]
        for library in libraries.values()
    }
    return {name: ids for name, ids in found.items() if ids}


def indicator_of(name: str, libraries: Mapping[str, Library]) -> Indicator:
    """Raises StopIteration where no library has it: ``check`` tells that."""
    return next(
        each for library in libraries.values() for each in library.indicators if each.id == name
    )


def others(analysis: Analysis, library: Library) -> tuple[str, ...]:
    """Dimensions beside the analysis's own: it reads what is of all of them."""
    names = (name for base in library.bases.values() for name in base.by)
    return tuple(sorted({*names} - {*analysis.by}))


def of_library(analysis: Analysis, library: Library, indicators: list[str], until: date) -> str:
    """Figures up to a month: of the whole, and by each dimension by itself."""
    quoted = ", ".join(f"'{name}'" for name in indicators)
    single = "".join(f" and ({a} is null or {b} is null)" for a, b in combinations(analysis.by, 2))
    whole = "".join(f" and {name} is null" for name in others(analysis, library))
    return (
        f"select {', '.join(kept(analysis))} from {library.makes} "  # noqa: S608 - a checked file
        f"where indicator in ({quoted}) and month <= date '{until.isoformat()}'{single}{whole}"
    )


def of_published(analysis: Analysis, until: date) -> str:
    """Every release up to the end of a month: what came out later is not known then."""
    names = sorted(each.published for each in analysis.headlines if each.published is not None)
    quoted = ", ".join(f"'{name}'" for name in names)
    return (
        "select series, period, frequency, released_on, basis, value, growth "  # noqa: S608
        f"from {analysis.published} where series in ({quoted}) "
        f"and released_on <= date '{end_of(until).isoformat()}'"
    )


def of_prices(analysis: Analysis, until: date) -> str:
    """Every price index that is used, as far as it was out by the end of a month."""
    assert analysis.prices is not None
    quoted = ", ".join(f"'{name}'" for name in sorted(analysis.prices.series))
    return (
        f"select {', '.join(PRICES)} from {analysis.prices.resource} "  # noqa: S608 - a checked file
        f"where series in ({quoted}) and released_on <= date '{end_of(until).isoformat()}'"
    )


def asked(analysis: Analysis, libraries: Mapping[str, Library], month: date) -> dict[str, str]:
    """The statements of a month, by the resource that each reads."""
    found = {
        libraries[name].makes: of_library(analysis, libraries[name], ids, month)
        for name, ids in used(analysis, libraries).items()
    }
    if analysis.published is not None:
        found[analysis.published] = of_published(analysis, month)
    if analysis.prices is not None:
        found[analysis.prices.resource] = of_prices(analysis, month)
    return found


def end_of(month: date) -> date:
    """Its last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])
