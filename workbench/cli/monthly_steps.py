"""The steps of a city's month, from its files, and how each stands by its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from workbench.analysis.check import needs as needs_of_analysis
from workbench.analysis.definition import Analysis
from workbench.analysis.reading import load_analyses
from workbench.catalogue.city import City
from workbench.catalogue.regulations import known_regulations
from workbench.cli import report_due
from workbench.cli.monthly_plan import (
    Days,
    Kind,
    Look,
    Standing,
    Step,
    lacking,
    looked,
    of_months,
    over,
)
from workbench.cli.monthly_setting import Setting, load_setting
from workbench.cli.report_desk import Briefs
from workbench.cli.warnings_run import Plan
from workbench.cli.warnings_run import plan as warnings_plan
from workbench.economy.frames import add_months
from workbench.errors import Text
from workbench.extracts.versions import Extracts
from workbench.gateway.state import State
from workbench.libraries.check import needs as needs_of_library
from workbench.libraries.definition import Library, load_libraries
from workbench.model.cycles import cycle_days, due_on, late_since
from workbench.model.days import day_of
from workbench.reports.outline import FOLDER as OUTLINES
from workbench.reports.outline import Outline
from workbench.reports.outline_file import load_outline
from workbench.sql.inspect import inspect
from workbench.ui.page_filter import Words
from workbench.warnings.check import needs as needs_of_rules
from workbench.warnings.setting import FILE as WARNINGS

LONGEST_CYCLE = 31
"""Days: what is delivered less often cannot be waited for every month."""


@dataclass(frozen=True)
class Missing:
    """A delivery that a step waits for. ``due``: its last day in time; ``late``: since when it is
    late; None where nothing was ever delivered, and ``late`` while it is not."""

    resource: str
    provider: str
    reaches: date | None
    due: date | None
    late: date | None


@dataclass(frozen=True)
class Month:
    """What a city's month consists of. ``warnings`` None: it has none."""

    city: City
    setting: Setting
    libraries: Mapping[str, Library]
    analyses: Mapping[str, Analysis]
    warnings: Plan | None
    outlines: Mapping[str, tuple[Outline, str]]

    def steps(self) -> Iterator[Step]:
        """In the order in which they are done."""
        for library in self.libraries.values():
            takes = self._monthly(needs_of_library(library, self.city))
            yield Step(Kind.library, library.id, library.title.text(), takes, library.makes)
        for analysis in self.analyses.values():
            read = needs_of_analysis(analysis, self.libraries).keys() - {analysis.makes}
            takes = self._monthly(read)
            yield Step(Kind.analysis, analysis.id, analysis.title.text(), takes, analysis.makes)
        if self.warnings is not None:
            rules, makes = list(self.warnings.rules.values()), self.warnings.setting.makes
            takes = self._monthly(needs_of_rules(rules, self.city))
            title, beside = Text("预警", "warnings"), (makes.counted, makes.areas)
            yield Step(Kind.warnings, "rules", title, takes, makes.enterprises, beside)
        for outline, _ in self.outlines.values():
            yield Step(Kind.brief, outline.id, _text(outline.title), self._read(outline))

    def _monthly(self, names: Iterable[str]) -> tuple[str, ...]:
        """Of these resources, those that are delivered every month or more often."""
        cycles = {name: cycle_days(self.city.resources[name].update_cycle) for name in names}
        return tuple(sorted(n for n, days in cycles.items() if days and days <= LONGEST_CYCLE))

    def _read(self, outline: Outline) -> tuple[str, ...]:
        """What the brief's statements read and other steps make."""
        made = {each.makes for each in self.libraries.values()}
        made |= {each.makes for each in self.analyses.values()}
        read = {name for _, block in outline.asking() for name in inspect(block.statement).tables}
        if self.warnings is not None:
            makes = self.warnings.setting.makes
            if read & {makes.counted, makes.areas}:
                # of a month without an alert these two have nothing; this one says it was run
                read.add(makes.enterprises)
                made.add(makes.enterprises)
        return tuple(sorted(made & read))


def load_month(root: Path, city: City) -> Month:
    """Raises InvalidInput with every mistake of the files."""
    libraries = load_libraries(root, known_regulations(root))
    analyses = load_analyses(root)
    return Month(
        city,
        load_setting(root, city, scenarios_of(libraries, analyses)),
        libraries,
        analyses,
        warnings_plan(root, city) if (root / WARNINGS).is_file() else None,
        {name: found for name, found in _outlines(root) if found[0].schedule is not None},
    )


def scenarios_of(libraries: Mapping[str, Library], analyses: Mapping[str, Analysis]) -> list[str]:
    """Those that the setting's subject asks under."""
    found = [each.scenario for each in libraries.values()]
    return [*found, *(each.scenario for each in analyses.values())]


def _outlines(root: Path) -> Iterator[tuple[str, tuple[Outline, str]]]:
    for path in sorted((root / OUTLINES).glob("*.yaml")):
        yield path.stem, load_outline(root, path.stem)


LATE = 12
"""Months before the one that is due of which a brief is still drafted (our default)."""


@dataclass(frozen=True)
class Desk:
    """How a month stands in a city, by its data and its briefs."""

    month: Month
    state: State
    extracts: Extracts

    def looks(self, now: datetime) -> list[Look]:
        """Every step, as it stands now."""
        found: list[Look] = []
        idle: set[str] = set()
        for step in self.month.steps():
            takes = tuple(name for name in step.takes if name not in idle)
            look = self.look(replace(step, takes=takes), now)
            if look.standing is Standing.not_begun:
                idle |= {step.makes, *step.beside}  # nobody waits for what nobody began
            found.append(look)
        return found

    def look(self, step: Step, now: datetime) -> Look:
        days = self.days((*step.takes, step.makes))
        if step.kind is not Kind.brief:
            return looked(step, days, over(day_of(now)), self.month.setting.begins)
        outline = self.month.outlines[step.id][0]
        due = report_due.due(outline.schedule, now) if outline.schedule else None
        if due is None or not step.takes:
            return Look(step, Standing.not_yet if step.takes else Standing.not_begun)
        return self._of_brief(step, days, due)

    def _of_brief(self, step: Step, days: Days, due: date) -> Look:
        """Where the deliveries of the month that is due are not there, the brief of the last month
        of which they are is drafted, if nobody did: late is better than none."""
        briefs = self.briefs(step.id)
        back = (add_months(due, -number) for number in range(LATE + 1))
        last = next((month for month in back if not lacking(step, days, month)), due)
        handed_in = briefs.signings()
        wanted = [
            month
            for month in dict.fromkeys((last, due))
            if report_due.waiting(briefs, month) not in handed_in
        ]
        return of_months(step, days, wanted)

    def days(self, names: Iterable[str]) -> Days:
        """How far each resource reaches."""
        known = {name: self.extracts.latest(name) for name in names if name}
        return {name: one.data_date if one else None for name, one in known.items()}

    def briefs(self, name: str) -> Briefs:
        outline, digest = self.month.outlines[name]
        city = self.month.city.name
        return Briefs(self.state, outline, digest, Words(zh=city.zh, en=city.en))

    def missing(self, looks: Iterable[Look], today: date) -> list[Missing]:
        """The deliveries that steps wait for, each once; not what other steps make."""
        made = {name for step in self.month.steps() for name in (step.makes, *step.beside)}
        names = sorted({name for look in looks for name in look.lacks} - made)
        return [self._missing(name, reaches, today) for name, reaches in self.days(names).items()]

    def _missing(self, name: str, reaches: date | None, today: date) -> Missing:
        resource = self.month.city.resources[name]
        cycle = resource.update_cycle
        due, late = due_on(cycle, reaches), late_since(cycle, reaches, today)
        return Missing(name, resource.provider, reaches, due, late)


def _text(words: Words) -> Text:
    return Text(words.zh, words.en)
