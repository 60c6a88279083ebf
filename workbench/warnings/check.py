"""Rules of early warning against the city. No data is read.

What the rules of a scenario ask is granted to it; what it grants beside that is asked by nobody and
should not be granted (the least that a duty needs). A rule names whom it warns of, so that what it
reads of single firms it reads as values: weaker uses do not serve.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

import duckdb

from workbench.catalogue.city import City
from workbench.declared.file import Declared
from workbench.declared.findings import Finding, suggest
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.libraries.check import columns_read
from workbench.model.scenario import Scenario
from workbench.warnings import statements
from workbench.warnings.definition import Rule

ANY = date(2000, 1, 1)
"""A month, for statements that are only looked at."""


def check(
    files: Sequence[Declared[Rule]], city: City, kept: Sequence[str] = ()
) -> Iterator[Finding]:
    """``kept``: resources of the scenarios that alerts are written to or read from, which no rule
    asks."""
    held: dict[str, Declared[Rule]] = {}
    broken: set[str] = set()
    for file in files:
        if file.value is None:
            continue
        found = list(_of_rule(file, file.value, city))
        held.setdefault(file.value.scenario, file)
        if found:
            broken.add(file.value.scenario)
        yield from found
    for name, file in held.items():
        if name not in broken:
            rules = [each.value for each in files if each.value and each.value.scenario == name]
            yield from _least(file, rules, city.scenarios[name], city, kept)


def needs(rules: Sequence[Rule], city: City) -> dict[str, set[str]]:
    """The columns that rules read, by resource, folded."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for text in _statements(rule).values():
            for table, column in columns_read(text, city):
                found[table].add(column)
    return dict(found)


def _statements(rule: Rule) -> dict[tuple[str, ...], str]:
    """All that a rule asks, by where it stands in its file."""
    asked: dict[tuple[str, ...], str] = {
        ("inputs", name): statements.of_input(rule, name, ANY, ANY) for name in rule.inputs
    }
    return {**asked, ("register",): statements.of_register(rule)}


def _of_rule(file: Declared[Rule], rule: Rule, city: City) -> Iterator[Finding]:
    scenario = city.scenarios.get(rule.scenario)
    if scenario is None:
        problem = Text(f"没有应用场景 {rule.scenario}", f"no scenario is called {rule.scenario}")
        yield file.document.finding(("scenario",), problem, suggest(rule.scenario, city.scenarios))
        return
    with granted(scenario, city) as engine:
        for path, text in _statements(rule).items():
            try:
                engine.execute(text)
            except duckdb.Error as error:
                yield file.document.finding(path, does_not_hold(error), ONLY_GRANTED)


def _least(
    file: Declared[Rule], rules: Sequence[Rule], scenario: Scenario, city: City, kept: Sequence[str]
) -> Iterator[Finding]:
    wanted = needs(rules, city)
    for use in scenario.resources:
        if use.resource in kept:
            continue
        for column in use.columns:
            if column.name.casefold() not in wanted.get(use.resource, set()):
                name = f"{use.resource}.{column.name}"
                problem = Text(
                    f"场景授权了没有规则用到的 {name}", f"no rule uses {name}, which is granted"
                )
                fix = Text(f"从场景 {scenario.id} 删除。", f"Remove it from {scenario.id}.")
                yield file.document.finding(("scenario",), problem, fix)
