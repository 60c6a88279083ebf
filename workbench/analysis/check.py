"""Analyses against the city. No data is read.

Headlines are indicators of the libraries; what is asked is granted to the scenario, and the
scenario grants no resource and no column beside that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import duckdb

from workbench.analysis import statements
from workbench.analysis.definition import PRICES, PUBLISHED, Analysis
from workbench.catalogue.city import City
from workbench.declared.file import Declared
from workbench.declared.findings import Finding, Path, suggest
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.libraries.definition import Library, Price
from workbench.model.scenario import Scenario

ANY = date(2000, 1, 1)
"""A month, for statements that are only looked at."""


def check(
    file: Declared[Analysis], libraries: Mapping[str, Library], city: City
) -> Iterator[Finding]:
    """``libraries``: those of the city, by id."""
    analysis = file.value
    if analysis is None:
        return
    found = [*_headlines(file, analysis, libraries), *_kept(file, analysis, city)]
    yield from found
    scenario = city.scenarios.get(analysis.scenario)
    if scenario is None:
        name = analysis.scenario
        problem = Text(f"没有应用场景 {name}", f"no scenario is called {name}")
        yield file.document.finding(("scenario",), problem, suggest(name, city.scenarios))
    elif not found:
        yield from _bound(file, analysis, libraries, scenario, city)
        yield from _least(file, analysis, libraries, scenario)


def needs(analysis: Analysis, libraries: Mapping[str, Library]) -> dict[str, set[str]]:
    """By resource, the columns that the statements read, and those of what is kept."""
    found = {analysis.makes: {*analysis.columns}}
    for name in statements.used(analysis, libraries):
        library = libraries[name]
        found[library.makes] = {*statements.kept(analysis), *statements.others(analysis, library)}
    if analysis.published is not None:
        found[analysis.published] = {*PUBLISHED}
    if analysis.prices is not None:
        found[analysis.prices.resource] = {*PRICES}
    return found


def _headlines(
    file: Declared[Analysis], analysis: Analysis, libraries: Mapping[str, Library]
) -> Iterator[Finding]:
    """Each is an indicator that is there, and is deflated where it is at current prices."""
    kinds = {each.id: each.kind for library in libraries.values() for each in library.indicators}
    for number, headline in enumerate(analysis.headlines):
        if headline.indicator is not None and headline.indicator not in kinds:
            name = headline.indicator
            problem = Text(f"没有库指标 {name}", f"no library has the indicator {name}")
            here: Path = ("headlines", number, "indicator")
            yield file.document.finding(here, problem, suggest(name, kinds))
    prices = {each.id: each.price for lib in libraries.values() for each in lib.indicators}
    for number, headline in enumerate(analysis.headlines):
        price = prices.get(headline.indicator or "", Price.current)
        if headline.deflator is not None and price is not Price.current:
            problem = Text("只有现价指标才扣价格", "only what is at current prices is deflated")
            fix = Text("删去 deflator。", "Leave deflator out.")
            yield file.document.finding(("headlines", number, "deflator"), problem, fix)


def _kept(file: Declared[Analysis], analysis: Analysis, city: City) -> Iterator[Finding]:
    """The resource that it makes, and that of published series, are there with their columns."""
    wanted_of: list[tuple[Path, str, tuple[str, ...]]] = [
        (("makes",), analysis.makes, analysis.columns)
    ]
    if analysis.published is not None:
        wanted_of.append((("published",), analysis.published, PUBLISHED))
    if analysis.prices is not None:
        wanted_of.append((("prices", "resource"), analysis.prices.resource, PRICES))
    for key, name, wanted in wanted_of:
        resource = city.resources.get(name)
        if resource is None:
            problem = Text(f"没有资源 {name}", f"there is no resource {name}")
            yield file.document.finding(key, problem, suggest(name, city.resources))
            continue
        for column in sorted({*wanted} - {each.name for each in resource.columns}):
            problem = Text(f"资源 {name} 没有列 {column}", f"{name} has no column {column}")
            fix = Text("在它的契约里加上。", "Add it to the contract.")
            yield file.document.finding(key, problem, fix)


def _bound(
    file: Declared[Analysis],
    analysis: Analysis,
    libraries: Mapping[str, Library],
    scenario: Scenario,
    city: City,
) -> Iterator[Finding]:
    """Every statement holds over what is granted."""
    with granted(scenario, city) as engine:
        for text in statements.asked(analysis, libraries, ANY).values():
            try:
                engine.execute(text)
            except duckdb.Error as error:
                yield file.document.finding(("scenario",), does_not_hold(error), ONLY_GRANTED)
                return


def _least(
    file: Declared[Analysis],
    analysis: Analysis,
    libraries: Mapping[str, Library],
    scenario: Scenario,
) -> Iterator[Finding]:
    """No resource more than is read, and no column."""
    wanted = needs(analysis, libraries)
    for use in scenario.resources:
        known = wanted.get(use.resource, set())
        for column in use.columns:
            if column.name not in known:
                name = f"{use.resource}.{column.name}"
                problem = Text(
                    f"场景授权了研判没有用到的 {name}", f"{name} is granted, and is not used"
                )
                fix = Text(f"从场景 {scenario.id} 删除。", f"Remove it from {scenario.id}.")
                yield file.document.finding(("scenario",), problem, fix)
    told = {(use.resource, column.name) for use in scenario.resources for column in use.columns}
    for resource, columns in wanted.items():
        for name in sorted(columns):
            if (resource, name) not in told:
                missing = f"{resource}.{name}"
                problem = Text(f"场景没有授权 {missing}", f"{missing} is not granted")
                fix = Text(f"写入场景 {scenario.id}。", f"Add it to {scenario.id}.")
                yield file.document.finding(("scenario",), problem, fix)
