"""``workbench pages check``: a page's mistakes before any query runs, with file, line and fix.

The page's file is judged by itself (``workbench.ui.page_file``); here it is held against the city:
the scenario, the grants that the page or its viewers hold, the columns that each statement would
give. Statements are bound on empty tables of what is granted; no data is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path as FilePath

import duckdb

from workbench.catalogue.city import City
from workbench.catalogue.scenarios import grants_of
from workbench.client.parameters import as_batch
from workbench.declared.findings import Finding, Path, Severity, suggest
from workbench.declared.yaml import Document
from workbench.errors import InvalidInput, Reason, Text
from workbench.model.actor import Actor, Role
from workbench.model.decision import Deny
from workbench.model.lookup import Grants
from workbench.model.read_set import StatementKind
from workbench.model.scenario import PageSubject, Scenario
from workbench.model.tier import Tier
from workbench.policy.decide import decide
from workbench.policy.holding import PAGE_PREFIX, held_grants
from workbench.policy.reasons import page_only_asks
from workbench.query_path.asks import Sql
from workbench.query_path.readings import Readings
from workbench.query_path.sights import SeenColumn, Sights
from workbench.ui import queries
from workbench.ui.page import Chart, Page, Panel, RunsAs
from workbench.ui.page_file import PageFile, read_page
from workbench.ui.page_filter import FilterKind, ValueType
from workbench.ui.panels.boundaries import load_boundaries

FOLDER = FilePath("dashboards") / "pages"
MAPS = FilePath("dashboards") / "maps"
_SAMPLES = {
    ValueType.text: "2000-01-01",
    ValueType.integer: "2000",
    ValueType.number: "2000",
    ValueType.date: "2000-01-01",
}
"""A value of each type, to bind a statement with; text may be cast to a date."""
_UNKNOWN_TABLE = re.compile(r"Table with name (\S+) does not exist")
_UNKNOWN_COLUMN = re.compile(r'column "?([^"\s]+)"? not found')


@dataclass(frozen=True)
class Checked:
    """``page`` is None where its file cannot be read as one."""

    name: str
    page: Page | None
    findings: tuple[Finding, ...]


def page_files(root: FilePath) -> list[FilePath]:
    return sorted((root / FOLDER).glob("*.yaml"))


def check_page(path: FilePath, root: FilePath, city: City, today: date) -> Checked:
    """The page in ``path`` against the city. Raises nothing for a bad page: all is a finding."""
    file = read_page(path, path.relative_to(root).as_posix())
    findings = list(file.findings)
    if file.page is not None and not any(f.severity is Severity.error for f in findings):
        findings += _against_city(file, file.page, root, city, today)
    return Checked(path.stem, file.page, tuple(findings))


def _against_city(
    file: PageFile, page: Page, root: FilePath, city: City, today: date
) -> Iterator[Finding]:
    document = file.document
    if not (root / "dashboards" / f"{page.name}.ipynb").is_file():
        yield _no_notebook(document, page.name)
    yield from _maps(file, page, root)
    scenario = city.scenarios.get(page.scenario)
    if scenario is None:
        problem = Text(f"没有应用场景 {page.scenario}", f"there is no scenario {page.scenario}")
        yield document.finding(("scenario",), problem, suggest(page.scenario, city.scenarios))
        return
    actor = _asker(page, scenario)
    if actor is None:
        yield _not_listed(document, page, scenario)
        return
    yield from _Judge(page, document, city, actor, today).findings(file.places)


def _asker(page: Page, scenario: Scenario) -> Actor | None:
    """Who would ask: the page for its first viewer, or a person of the first department."""
    if page.runs_as is RunsAs.viewer:
        if not scenario.departments:
            return None
        return Actor("viewer", scenario.departments[0], frozenset({Role.leader}))
    subject = next((one for one in scenario.pages if one.id == page.name), None)
    if subject is None:
        return None
    name = f"{PAGE_PREFIX}{page.name}"
    viewer, department = _viewer(subject)
    return Actor(name, name, frozenset({Role.page}), viewer, department)


def _viewer(subject: PageSubject) -> tuple[str, str]:
    viewer = min(subject.viewers, default="viewer")
    return viewer, min(subject.viewer_departments, default="")


@dataclass
class _Judge:
    """Holds each statement of a page against what its asker is granted."""

    page: Page
    document: Document
    city: City
    actor: Actor
    today: date
    engine: duckdb.DuckDBPyConnection = field(init=False, repr=False)

    @cached_property
    def grants(self) -> Grants:
        """As the scenarios declare them; what was revoked since, only the gateway knows."""
        return Grants.of(g for s in self.city.scenarios.values() for g in grants_of(s))

    def findings(self, places: Sequence[Path]) -> Iterator[Finding]:
        with self._tables_made():
            yield from self._statements(places)

    def _statements(self, places: Sequence[Path]) -> Iterator[Finding]:
        for number, one in enumerate(self.page.filters):
            if one.kind is FilterKind.choice and one.query:
                asked = queries.bound(one.query, self.page, {})
                yield from self._statement(asked, ("filters", number, "query"), ())
        choices = {f.id: _SAMPLES[f.type] for f in self.page.filters}
        for panel, place in zip(self.page.panels, places, strict=True):
            asked = queries.statement(panel, self.page, choices)
            key = "query" if panel.query else "indicator"
            yield from self._statement(asked, (*place, key), panel.named, panel)

    def _statement(
        self,
        asked: queries.Statement,
        place: Path,
        named: Sequence[str],
        panel: Panel | None = None,
    ) -> Iterator[Finding]:
        refused = self._refused(asked)
        if refused:
            yield from (self._finding(reason, place) for reason in refused)
            return
        try:
            found = self._columns(asked)
        except duckdb.Error as error:
            yield self._not_taken(error, place)
            return
        for name in named:
            if name not in found:
                problem = Text(f"结果中没有列 {name}", f"the result has no column {name}")
                yield self.document.finding(
                    _role_place(panel, place, name), problem, _columns(found)
                )

    def _refused(self, asked: queries.Statement) -> tuple[Reason, ...]:
        """What the query path would say of it, short of running it."""
        row = as_batch(asked.parameters) if asked.parameters else None
        city, ask = self.city, Sql(asked.sql, row)
        reading = ask.reading(Readings(), self.actor.id, city)
        if reading.refused:
            return reading.refused
        if reading.reads.kind is not StatementKind.query:
            return (page_only_asks(reading.reads.kind.value),)
        grants = self.grants
        held = held_grants(self.actor, self.page.scenario, grants)
        decided = decide(
            self.actor,
            self.page.scenario,
            city.scenarios,
            grants,
            city.resources,
            reading.reads,
            self.today,
            city.regulation,
            ask.tier(reading.reads, held),
        )
        if isinstance(decided, Deny):
            return decided.reasons
        bound = ask.bind(decided, reading.reads, city)
        return bound.reasons if isinstance(bound, Deny) else ()

    @contextmanager
    def _tables_made(self) -> Iterator[None]:
        """While ``engine`` has an empty table of all that statements may name."""
        with duckdb.connect(config={"enable_external_access": "false"}) as self.engine:
            for table, columns in _tables(self._seen).items():
                self.engine.execute(f'create table "{table}" ({", ".join(columns)})')
            yield

    def _columns(self, asked: queries.Statement) -> tuple[str, ...]:
        """The columns that the statement gives, by the engine itself. Raises duckdb.Error."""
        answer = self.engine.execute(asked.sql, dict(asked.parameters) or None)
        return tuple(str(column[0]) for column in answer.description or [])

    def _finding(self, reason: Reason, place: Path) -> Finding:
        parts = [part for part in (reason.next, reason.rule) if part is not None]
        fix = Text("；".join(p.zh for p in parts) or "改写语句。",
                   "; ".join(p.en for p in parts) or "Write it anew.")  # fmt: skip
        return self.document.finding(place, reason.what, fix)

    def _not_taken(self, error: duckdb.Error, place: Path) -> Finding:
        said = str(error).split("\n")[0]
        problem = Text(f"引擎不接受这条语句：{said}", f"the engine does not take it: {said}")
        unknown = _UNKNOWN_COLUMN.search(said)
        columns = {seen.column for seen in self._seen}
        table = _UNKNOWN_TABLE.search(said)
        fix = Text("改写语句。", "Write it anew.")
        if unknown:
            fix = suggest(unknown[1], columns)
        elif table:
            fix = suggest(table[1], {*self.page.tables, *(seen.table for seen in self._seen)})
        return self.document.finding(place, problem, fix)

    @cached_property
    def _seen(self) -> Sequence[SeenColumn]:
        """What statements may name, with its type as it arrives."""
        sights = Sights(lambda: self.city, lambda: self.grants, lambda: self.today)
        return [
            seen
            for seen in sights.columns_of(self.actor, self.page.scenario)
            if Tier.rows in seen.tiers or Tier.statistics in seen.tiers
        ]


def _tables(columns: Sequence[SeenColumn]) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for seen in columns:
        tables.setdefault(seen.table, []).append(f'"{seen.column}" {seen.type}')
    return tables


def _role_place(panel: Panel | None, place: Path, name: str) -> Path:
    """The line of the role that names the column, rather than that of the query."""
    if panel is None:
        return place
    for role in type(panel).model_fields:
        held = getattr(panel, role)
        if held == name or (isinstance(held, tuple) and name in held):
            return (*place[:-1], role)
    return place


def _columns(found: Sequence[str]) -> Text:
    shown = ", ".join(found)
    return Text(f"结果的列：{shown}", f"The result's columns: {shown}")


def _maps(file: PageFile, page: Page, root: FilePath) -> Iterator[Finding]:
    for panel, place in zip(page.panels, file.places, strict=True):
        if panel.chart is not Chart.map:
            continue
        try:
            load_boundaries(root / MAPS, panel.boundaries)
        except InvalidInput as error:
            reason = error.reasons[0]
            fix = reason.next or Text("检查边界文件。", "Check the file of boundaries.")
            yield file.document.finding((*place, "boundaries"), reason.what, fix)


def _no_notebook(document: Document, name: str) -> Finding:
    found = document.finding(
        (),
        Text(f"没有 dashboards/{name}.ipynb", f"there is no dashboards/{name}.ipynb"),
        Text(
            f'建立笔记本，一个代码格：from workbench.ui import show; show("{name}")',
            f'Make the notebook with one cell: from workbench.ui import show; show("{name}")',
        ),
    )
    return replace(found, severity=Severity.warning)


def _not_listed(document: Document, page: Page, scenario: Scenario) -> Finding:
    if page.runs_as is RunsAs.viewer:
        problem = Text(
            f"场景 {scenario.id} 没有使用部门，没有人能以自己的授权打开",
            f"scenario {scenario.id} has no departments: nobody could open it by their own grants",
        )
        fix = Text(
            "在场景中写 departments，或改为 as: page。", "Name departments, or use as: page."
        )
        return document.finding(("as",), problem, fix)
    problem = Text(
        f"页面 {page.name} 没有在场景 {scenario.id} 中登记",
        f"the page {page.name} is not registered in scenario {scenario.id}",
    )
    fix = Text(
        f"在 data_contracts/scenarios/ 的该场景中写 pages: [{{id: {page.name}, viewers: […]}}]。",
        f"Write pages: [{{id: {page.name}, viewers: [...]}}] in that scenario's file.",
    )
    return document.finding(("scenario",), problem, fix)
