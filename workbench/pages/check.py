"""``workbench pages check``: a page's mistakes before any query runs, with file, line and fix.

The page's file is judged by itself (``workbench.ui.page_file``); here it is held against the city:
the scenario, the grants that the page or its viewers hold, the columns that each statement would
give. Statements are bound on tables of what is granted with one empty row; no data is read. Without
a row the engine would not try to turn a filter's value into a date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice, product
from pathlib import Path as FilePath

import duckdb

from workbench.catalogue.city import City
from workbench.catalogue.scenarios import grants_of
from workbench.client.parameters import as_batch
from workbench.client.view import view_body
from workbench.declared.findings import Finding, Path, Severity, suggest
from workbench.declared.yaml import Document
from workbench.errors import InvalidInput, Reason, Text
from workbench.model.actor import Actor, Role
from workbench.model.decision import Deny
from workbench.model.lookup import Grants
from workbench.model.read_set import StatementKind
from workbench.model.scenario import PageSubject, Scenario
from workbench.model.tier import Tier
from workbench.pages import mistakes
from workbench.policy.decide import decide
from workbench.policy.holding import PAGE_PREFIX, held_grants
from workbench.policy.reasons import page_only_asks
from workbench.query_path.asks import Ask, Sql
from workbench.query_path.readings import Readings
from workbench.query_path.sights import SeenColumn, Sights
from workbench.query_path.view import View
from workbench.ui import queries
from workbench.ui.page import Chart, Filter, Page, Panel, RunsAs
from workbench.ui.page_file import PageFile, read_page
from workbench.ui.page_filter import FilterKind, ValueType
from workbench.ui.page_view import Looked
from workbench.ui.panels.boundaries import load_boundaries

FOLDER = FilePath("dashboards") / "pages"
MAPS = FilePath("dashboards") / "maps"
_SAMPLES = {
    ValueType.text: ("2000-01-01", "2000"),
    ValueType.integer: ("2000",),
    ValueType.number: ("2000",),
    ValueType.date: ("2000-01-01",),
}
"""Values of each type, to bind a statement with; text may be cast to a date or to a number."""
_TRIES = 16
"""Choices that a statement is bound under before it is told that none fits (our default)."""


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
        yield mistakes.no_notebook(document, page.name)
    yield from _maps(file, page, root)
    if not page.scenario:  # of desks alone, which ask as whoever reads them
        return
    scenario = city.scenarios.get(page.scenario)
    if scenario is None:
        problem = Text(f"没有应用场景 {page.scenario}", f"there is no scenario {page.scenario}")
        yield document.finding(("scenario",), problem, suggest(page.scenario, city.scenarios))
        return
    actor = _asker(page, scenario)
    if actor is None:
        yield mistakes.not_listed(document, page, scenario)
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
    results: list[frozenset[str] | None] = field(default_factory=list)
    """The columns that each statement of a panel gives; None where it is not taken."""

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
                yield from self._statement([asked], ("filters", number, "query"))
        for panel, place in zip(self.page.panels, places, strict=True):
            if panel.desk is not None:
                continue
            if panel.view is not None:
                yield from self._looked_up(panel, panel.view, (*place, "view"))
                continue
            key = "query" if panel.query else "indicator"
            tried = [queries.statement(panel, self.page, c) for c in self._choices]
            yield from self._statement(tried, (*place, key), panel)
        yield from self._unused()

    def _looked_up(self, panel: Panel, view: Looked, place: Path) -> Iterator[Finding]:
        """What the query path would say of a page of it, under the page's own first choices."""
        self.results.append(frozenset(view.columns))
        where = queries.looked_up(panel, self.page, next(self._choices))
        try:
            body = view_body(view.resource, view.columns, where, view.order_by, 1, view.rows)
            reasons = self._judged(View.of(body))
        except InvalidInput as error:
            reasons = error.reasons
        for one in reasons:
            yield self.document.finding(place, *mistakes.refused(one, self.page.scenario, ""))

    @property
    def _choices(self) -> Iterator[queries.Choices]:
        """What may be chosen: the page's own first choice, else values of the filter's type."""
        tried = [_values(f) for f in self.page.filters]
        for values in islice(product(*tried), _TRIES):
            yield dict(zip((f.id for f in self.page.filters), values, strict=True))

    def _statement(
        self, asked: Sequence[queries.Statement], place: Path, panel: Panel | None = None
    ) -> Iterator[Finding]:
        """``asked`` is one statement under several choices, of which one has to be bound."""
        self.results.append(None)
        reasons = self._refused(asked[0])
        if reasons:
            query = queries.with_tables(panel.query, self.page) if panel else ""
            told = [mistakes.refused(one, self.page.scenario, query) for one in reasons]
            yield from (self.document.finding(place, *said) for said in told)
            return
        try:
            found = self._columns(asked)
        except duckdb.Error as error:
            yield self.document.finding(place, *mistakes.not_taken(error, self._names))
            return
        self.results[-1] = frozenset(name for name, _ in found)
        for wrong in mistakes.of_columns(panel, found) if panel else ():
            yield self.document.finding(_role_place(panel, place, wrong.column), *wrong.said)

    def _unused(self) -> Iterator[Finding]:
        """What the page says of columns that none of its results has."""
        if None in self.results:
            return
        known = frozenset[str]().union(*(found for found in self.results if found is not None))
        for name in self.page.columns:
            if name not in known:
                problem = Text(f"没有结果含列 {name}", f"no result has a column {name}")
                yield self.document.finding(
                    ("columns", name), problem, suggest(name, known), Severity.warning
                )

    def _refused(self, asked: queries.Statement) -> tuple[Reason, ...]:
        """What the query path would say of it, short of running it."""
        row = as_batch(asked.parameters) if asked.parameters else None
        return self._judged(Sql(asked.sql, row))

    def _judged(self, ask: Ask) -> tuple[Reason, ...]:
        city = self.city
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
        """While ``engine`` has a table of each that statements may name."""
        with duckdb.connect(config={"enable_external_access": "false"}) as self.engine:
            for table, columns in _tables(self._seen).items():
                self.engine.execute(f'create table "{table}" ({", ".join(columns)})')
                self.engine.execute(f'insert into "{table}" default values')
            yield

    def _columns(self, asked: Sequence[queries.Statement]) -> Sequence[mistakes.Column]:
        """What the statement gives, by the engine itself. Raises duckdb.Error."""
        first, *others = asked
        try:
            return self._described(first)
        except duckdb.ConversionException:
            for other in others:
                with suppress(duckdb.ConversionException):
                    return self._described(other)
            raise

    def _described(self, asked: queries.Statement) -> Sequence[mistakes.Column]:
        answer = self.engine.execute(asked.sql, dict(asked.parameters) or None)
        return [(str(column[0]), str(column[1])) for column in answer.description or []]

    @cached_property
    def _names(self) -> mistakes.Names:
        return mistakes.Names(
            frozenset(seen.table for seen in self._seen),
            tuple(self.page.tables),
            frozenset(seen.column for seen in self._seen),
        )

    @cached_property
    def _seen(self) -> Sequence[SeenColumn]:
        """What statements may name, with its type as it arrives."""
        sights = Sights(lambda: self.city, lambda: self.grants, lambda: self.today)
        return [
            seen
            for seen in sights.columns_of(self.actor, self.page.scenario)
            if Tier.rows in seen.tiers or Tier.statistics in seen.tiers
        ]


def _values(one: Filter) -> Sequence[str]:
    own = one.default or next(iter(one.options), "")
    return (own,) if own else _SAMPLES[one.type]


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
