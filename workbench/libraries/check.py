"""Libraries against the city. No data is read.

What a library asks is granted to its scenario, by the weakest use that serves; what the scenario
grants beside that is asked by nobody and should not be granted (the least that a duty needs).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import duckdb
import sqlglot
from sqlglot import exp

from workbench.catalogue.city import City
from workbench.declared.file import Declared
from workbench.declared.findings import Finding, suggest
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.libraries import statements
from workbench.libraries.definition import Library
from workbench.model.contract import SharingType
from workbench.model.grant import Use
from workbench.model.scenario import Scenario
from workbench.sql.inspect import inspect

KEPT = ("indicator", "month", "value", "state", "entry")
"""Columns that a resource of indicators has, beside its dimensions: ``state`` says why there is no
value, ``entry`` is that of the ledger under which it was released."""
STRENGTH = (Use.compare, Use.join_key, Use.statistics, Use.value)
"""Uses from the weakest to the strongest."""

ANY = date(2000, 1, 1)
"""A month, for statements that are only looked at."""

Needs = Mapping[str, Mapping[str, Use]]
"""By resource and column, the weakest use that serves."""


def check(file: Declared[Library], city: City) -> Iterator[Finding]:
    library, document = file.value, file.document
    if library is None:
        return
    scenario = city.scenarios.get(library.scenario)
    if scenario is None:
        problem = Text(
            f"没有应用场景 {library.scenario}", f"no scenario is called {library.scenario}"
        )
        yield document.finding(("scenario",), problem, suggest(library.scenario, city.scenarios))
        return
    yield from _kept(file, library, city)
    bound = list(_bound(file, library, scenario, city))
    yield from bound
    if not bound:
        yield from _least(file, library, scenario, city)


def needs(library: Library, city: City) -> dict[str, dict[str, Use]]:
    """What its statements read: keys of joins as such, what aggregates take in as statistics, and
    what is grouped or chosen by as values."""
    found: defaultdict[str, dict[str, Use]] = defaultdict(dict)
    for name in library.bases:
        text = statements.of_base(library, name, ANY)
        roles = _roles(text)
        for table, column in columns_read(text, city):
            use = roles.get(column, Use.value)
            before = found[table].get(column, Use.compare)
            found[table][column] = max(before, use, key=STRENGTH.index)
    return dict(found)


def columns_read(text: str, city: City) -> set[tuple[str, str]]:
    """Tables and columns, folded; a bare column is of each table of the statement that has it."""
    reads = inspect(text)
    tables = [city.resources[name] for name in reads.tables]
    loose = {
        (table.name, column.name)
        for table in tables
        for column in table.columns
        if column.name in reads.loose
    }
    return {(t, c.casefold()) for t, c in {*reads.columns, *loose}}


def _roles(text: str) -> dict[str, Use]:
    """By column, the strongest that it stands in."""
    found: dict[str, Use] = {}
    for column in sqlglot.parse_one(text, read="duckdb").find_all(exp.Column):
        use = _role(column)
        name = column.name.casefold()
        found[name] = max(found.get(name, Use.compare), use, key=STRENGTH.index)
    for join in sqlglot.parse_one(text, read="duckdb").find_all(exp.Join):
        for key in join.args.get("using") or ():
            found.setdefault(key.name.casefold(), Use.join_key)
    return found


def _role(column: exp.Column) -> Use:
    within = column.find_ancestor(exp.AggFunc, exp.Filter, exp.Join, exp.Select)
    if isinstance(within, exp.Count) and within.find(exp.Distinct):
        return Use.join_key
    if isinstance(within, exp.Join):
        return Use.join_key
    condition = column.find_ancestor(exp.If, exp.Case, exp.AggFunc)
    chooses = isinstance(condition, exp.If) and _inside(column, condition.this)
    return Use.statistics if isinstance(within, exp.AggFunc) and not chooses else Use.value


def _inside(node: exp.Expr, other: exp.Expr) -> bool:
    """Whether it stands somewhere in ``other``."""
    return any(each is node for each in other.walk())


def _kept(file: Declared[Library], library: Library, city: City) -> Iterator[Finding]:
    """The resource that it makes is there, with a column for each dimension."""
    resource = city.resources.get(library.makes)
    if resource is None:
        problem = Text(f"没有资源 {library.makes}", f"there is no resource {library.makes}")
        yield file.document.finding(("makes",), problem, suggest(library.makes, city.resources))
        return
    wanted = {*KEPT, *(dimension for base in library.bases.values() for dimension in base.by)}
    missing = sorted(wanted - {column.name for column in resource.columns})
    for name in missing:
        problem = Text(
            f"资源 {library.makes} 没有列 {name}", f"{library.makes} has no column {name}"
        )
        fix = Text("在它的契约里加上。", "Add it to the contract.")
        yield file.document.finding(("makes",), problem, fix)


def _bound(
    file: Declared[Library], library: Library, scenario: Scenario, city: City
) -> Iterator[Finding]:
    """Every formula holds over the columns that are granted."""
    with granted(scenario, city) as engine:
        for name in library.bases:
            text = statements.of_base(library, name, ANY)
            try:
                engine.execute(f"create table of_{name} as {text}")
            except duckdb.Error as error:
                yield file.document.finding(("bases", name), does_not_hold(error), ONLY_GRANTED)
                return
        asked = [each.id for each in library.indicators if each.base is not None]
        columns = ", ".join(f"1.0::double as {name}" for name in asked)
        for number, each in enumerate(library.indicators):
            if each.base is None:
                try:
                    engine.execute(statements.derived(library, f"(select {columns})"))
                except duckdb.Error as error:
                    here = ("indicators", number, "formula")
                    yield file.document.finding(here, does_not_hold(error), ONLY_GRANTED)
                return


def _least(
    file: Declared[Library], library: Library, scenario: Scenario, city: City
) -> Iterator[Finding]:
    """No column more than is asked, and none by a stronger use; what is shared with everybody may
    be read as it is."""
    wanted = needs(library, city)
    for use in scenario.resources:
        if use.resource == library.makes:
            continue
        asked = wanted.get(use.resource, {})
        guarded = city.resources[use.resource].sharing.type is not SharingType.unconditional
        for column in use.columns:
            here, name = ("scenario",), f"{use.resource}.{column.name}"
            needed = asked.get(column.name.casefold())
            if needed is None:
                problem = Text(
                    f"场景授权了没有指标用到的 {name}",
                    f"no indicator uses {name}, which is granted",
                )
                fix = Text(f"从场景 {scenario.id} 删除。", f"Remove it from {scenario.id}.")
                yield file.document.finding(here, problem, fix)
            elif guarded and STRENGTH.index(column.use) > STRENGTH.index(needed):
                problem = Text(
                    f"{name} 授权为 {column.use}，{needed} 已够用",
                    f"{name} is granted as {column.use}; {needed} would do",
                )
                fix = Text(f"改为 {needed}。", f"Write {needed}.")
                yield file.document.finding(here, problem, fix)
