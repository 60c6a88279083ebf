"""Outlines of briefs against the city: statements are bound on the columns that the scenario
grants, and have the columns that the outline names. No data is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from workbench.catalogue.city import City
from workbench.catalogue.procedures import known_procedures
from workbench.declared.findings import Finding, suggest
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.reports.asking import columns_of
from workbench.reports.outline import ChangesBlock, NotesBlock
from workbench.reports.outline_file import OutlineFile

_ANY = "date '2000-01-01'"
"""In the place of the month, for statements that are only looked at."""


def check(file: OutlineFile, city: City, root: Path) -> Iterator[Finding]:
    outline, document = file.outline, file.document
    if outline is None:
        return
    if outline.sign_off not in known_procedures(root):
        problem = Text(f"没有事项 {outline.sign_off}", f"no procedure is {outline.sign_off}")
        known = list(known_procedures(root))
        yield document.finding(("sign_off",), problem, suggest(outline.sign_off, known))
    scenario = city.scenarios.get(outline.scenario)
    if scenario is None:
        name = outline.scenario
        problem = Text(f"没有应用场景 {name}", f"no scenario is called {name}")
        yield document.finding(("scenario",), problem, suggest(name, city.scenarios))
        return
    with granted(scenario, city) as engine:
        yield from _statements(file, engine)


def _statements(file: OutlineFile, engine: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    assert file.outline is not None
    for number, section in enumerate(file.outline.sections):
        for place, block in enumerate(section.blocks):
            if isinstance(block, ChangesBlock | NotesBlock):
                continue
            here = ("sections", number, "blocks", place)
            try:
                text = block.statement.replace("$month", _ANY)
                found = engine.execute(text).description or []
            except duckdb.Error as error:
                at = (*here, "statement")
                yield file.document.finding(at, does_not_hold(error), ONLY_GRANTED)
                continue
            names = [column[0] for column in found]
            for column in columns_of(block):
                if column not in names:
                    problem = Text(f"语句没有列 {column}", f"the statement has no column {column}")
                    yield file.document.finding(here, problem, suggest(column, names))
