"""Outlines of briefs against the city: statements are bound on the columns that the scenario
grants, and have the columns that the outline names. No data is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

import duckdb

from workbench.catalogue.city import City
from workbench.catalogue.procedures import known_procedures
from workbench.declared.findings import Finding, Path, suggest
from workbench.declared.yaml import Document
from workbench.engine.granted import ONLY_GRANTED, does_not_hold, granted
from workbench.errors import Text
from workbench.model.scenario import Scenario
from workbench.reports.asking import columns_of
from workbench.reports.outline import Asking, ChangesBlock, NotesBlock, Outline
from workbench.reports.outline_file import OutlineFile

_ANY = "date '2000-01-01'"
"""In the place of the month, for statements that are only looked at."""


def check(file: OutlineFile, city: City, root: FilePath) -> Iterator[Finding]:
    outline, document = file.outline, file.document
    if outline is None:
        return
    if outline.sign_off not in known_procedures(root):
        problem = Text(f"没有事项 {outline.sign_off}", f"no procedure is {outline.sign_off}")
        known = list(known_procedures(root))
        yield document.finding(("sign_off",), problem, suggest(outline.sign_off, known))
    blocks = [
        (("sections", number, "blocks", place), block)
        for number, section in enumerate(outline.sections)
        for place, block in enumerate(section.blocks)
        if not isinstance(block, ChangesBlock | NotesBlock)
    ]
    for name in dict.fromkeys(block.scenario or outline.scenario for _, block in blocks):
        scenario = city.scenarios.get(name)
        if scenario is None:
            problem = Text(f"没有应用场景 {name}", f"no scenario is called {name}")
            yield document.finding(("scenario",), problem, suggest(name, city.scenarios))
            continue
        yield from _subject(outline, document, scenario)
        with granted(scenario, city) as engine:
            for here, block in blocks:
                if (block.scenario or outline.scenario) == name:
                    yield from _statement(document, here, block, engine)


def _subject(outline: Outline, document: Document, scenario: Scenario) -> Iterator[Finding]:
    """Who drafts on the day may ask under the scenario."""
    known = [page.id for page in scenario.pages]
    if outline.schedule is not None and outline.schedule.subject not in known:
        name = outline.schedule.subject
        problem = Text(
            f"场景 {scenario.id} 没有登记主体 {name}", f"{name} is no page of {scenario.id}"
        )
        fix = Text("在该场景的 pages 下登记。", "Register it under the scenario's pages.")
        yield document.finding(("schedule", "subject"), problem, fix)


def _statement(
    document: Document, here: Path, block: Asking, engine: duckdb.DuckDBPyConnection
) -> Iterator[Finding]:
    try:
        text = block.statement.replace("$month", _ANY)
        found = engine.execute(text).description or []
    except duckdb.Error as error:
        yield document.finding((*here, "statement"), does_not_hold(error), ONLY_GRANTED)
        return
    names = [column[0] for column in found]
    for column in columns_of(block):
        if column not in names:
            problem = Text(f"语句没有列 {column}", f"the statement has no column {column}")
            yield document.finding(here, problem, suggest(column, names))
