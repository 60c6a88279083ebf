"""The files of catalogue-side indicators against the city. No data is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb

from workbench.assessment import check as checks
from workbench.assessment.catalogues.definition import SCENARIO, CatalogueIndicator
from workbench.assessment.catalogues.reading import Files
from workbench.assessment.catalogues.statements import as_kpi, dated
from workbench.catalogue.city import City
from workbench.declared.findings import Finding, Path, suggest
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.kpi.definition import Kpi
from workbench.regulations.profile import Profile

_ANY = date(2000, 1, 1)
"""A day, for statements that are only looked at."""


def check(files: Files, city: City, profile: Profile | None) -> Iterator[Finding]:
    """Conditions hold over what the scenario grants; the scheme can be followed over these
    indicators. ``profile``: of the scheme's regulation."""
    scenario = city.scenarios.get(SCENARIO)
    if scenario is None:
        problem = Text(f"没有应用场景 {SCENARIO}", f"there is no scenario {SCENARIO}")
        yield files.scheme.document.finding((), problem, suggest(SCENARIO, city.scenarios))
        return
    with granted(scenario, city) as engine:
        yield from _conditions(files, engine)
        found = list(_indicators(files, engine))
    yield from found
    yield from checks.check(files.scheme, checks.Known(city, _kpis(files), profile))


def _conditions(files: Files, engine: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    document = files.oddities.document
    declared = files.oddities.value
    for number, each in enumerate(declared.oddities if declared is not None else ()):
        if (said := _wrong(f"({each.where}) is true", engine)) is not None:
            yield document.finding(("oddities", number, "where"), said, ONLY_GRANTED)


def _indicators(files: Files, engine: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for file in files.indicators:
        if file.value is None:
            continue
        where, expression = _number(file.value)
        if (said := _wrong(expression, engine)) is not None:
            yield file.document.finding(where, said, ONLY_GRANTED)


def _number(indicator: CatalogueIndicator) -> tuple[Path, str]:
    if indicator.counts is not None:
        return ("counts",), f"({indicator.counts}) is true"
    return ("amount",), f"sum({indicator.amount})"


def _wrong(expression: str, engine: duckdb.DuckDBPyConnection) -> Text | None:
    head = f"select {dated(expression, _ANY)} from"
    try:
        engine.execute(f"{head} catalogue_entries")
    except duckdb.Error as error:
        return does_not_hold(error)
    return None


def _kpis(files: Files) -> dict[str, Kpi]:
    declared = files.oddities.value
    oddities = {each.id: each for each in declared.oddities} if declared is not None else {}
    return {
        file.value.id: as_kpi(file.value, oddities, _ANY)
        for file in files.indicators
        if file.value is not None
    }
