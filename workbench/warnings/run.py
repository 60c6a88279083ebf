"""The monthly run: for each rule the months that it looks back at, what it finds, what is kept.

A month is kept whole: alerts on areas first, then those on enterprises. A run that was killed
between them goes on there, one that was killed before has kept nothing of the month, and a month
that is kept is not worked out again. What the run kept of earlier months it reads back itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from workbench.catalogue.city import City
from workbench.economy.frames import add_months
from workbench.economy.warning import alerts, months_needed
from workbench.economy.warning_robust import SUBJECT
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.extracts.parts import Reached, Shelf, add, put, reached
from workbench.model.contract import Resource
from workbench.warnings import kept
from workbench.warnings.definition import Rule
from workbench.warnings.records import Asks, Records
from workbench.warnings.setting import Setting


@dataclass(frozen=True)
class Done:
    """A month that was kept: alerts on enterprises and on areas, and how many of both are new."""

    month: date
    enterprises: int
    areas: int
    new: int


@dataclass(frozen=True)
class Run:
    """``new_id`` gives an id that was never given before; ``asks`` is a connection of the run's
    subject; ``told`` is told which rule is at work."""

    city: City
    shelf: Shelf
    asks: Asks
    setting: Setting
    rules: Mapping[str, Rule]
    new_id: Callable[[date], str]
    told: Callable[[str, date], object] = lambda rule, month: None
    records: Records = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "records", Records(self.asks))

    def months(self, first: date, last: date) -> Iterator[Done]:
        """The months from ``first`` to ``last`` that are not there yet, in order. Raises as the
        gateway does (Refused where a grant does not hold); what was kept before that stays."""
        month = first.replace(day=1)
        while month <= last:
            if not self._is_kept(month):
                yield self._month(month)
            month = add_months(month, 1)
            self.records.forget(add_months(month, 1 - self._looked_back()))

    def counted(self, outcomes: Mapping[str, str]) -> int:
        """Keep what may be counted of all alerts, with what became of each; how many rows."""
        rows = kept.counted(self.rows(self.setting.makes.enterprises, kept.ENTERPRISES), outcomes)
        if rows.height:
            last = rows["month"].max()
            assert isinstance(last, date)  # there are rows, and each has one
            put(self.shelf, self.city.resources[self.setting.makes.counted], rows, _end(last))
        return rows.height

    def kept_rows(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Both resources of alerts, by name, with all of their rows."""
        makes = self.setting.makes
        yield makes.enterprises, self.rows(makes.enterprises, kept.ENTERPRISES)
        yield makes.areas, self.rows(makes.areas, kept.AREAS)

    def rows(self, name: str, schema: Mapping[str, Any]) -> pl.DataFrame:
        return kept.rows_of(self.shelf.extracts, name, schema)

    # One month -----------------------------------------------------------------------------------

    def _month(self, month: date) -> Done:
        areas = [r for r in self.rules.values() if r.subject != kept.ENTERPRISE]
        firms = [r for r in self.rules.values() if r.subject == kept.ENTERPRISE]
        makes = self.setting.makes
        on_areas = self._kept(makes.areas, kept.AREAS, month)
        if on_areas is None:
            found = [kept.of_areas(self._found(rule, month), rule.subject) for rule in areas]
            on_areas = self._keep(makes.areas, kept.AREAS, found, month)
        found = [self._named(rule, self._found(rule, month)) for rule in firms]
        on_firms = self._keep(makes.enterprises, kept.ENTERPRISES, found, month)
        new = sum(int((rows["status"] == "new").sum()) for rows in (on_areas, on_firms))
        return Done(month, on_firms.height, on_areas.height, new)

    def _found(self, rule: Rule, month: date) -> pl.DataFrame:
        self.told(rule.id, month)
        panel = self.records.panel(rule, month)
        found = alerts(rule.found_by, rule.parameters, rule.levels, panel, month)
        before = self._before(rule, month)
        return kept.of_month(rule, month, found, before, self.new_id, self.records.entry)

    def _before(self, rule: Rule, month: date) -> pl.DataFrame:
        """Rows of this rule in the months in which an alert still counts as the same."""
        makes = self.setting.makes
        if rule.subject == kept.ENTERPRISE:
            rows, subject = self.rows(makes.enterprises, kept.ENTERPRISES), "credit_code"
        else:
            rows, subject = self.rows(makes.areas, kept.AREAS), "area"
        since = add_months(month, -self.setting.quiet)
        near = pl.col("month").is_between(since, month, closed="left")
        mine = rows.filter(near & (pl.col("rule") == rule.id))
        return mine.select(pl.col(subject).alias(SUBJECT), "month", "alert_id", "raised", "level")

    def _named(self, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
        names = self.records.names(self.setting.names, rows[SUBJECT].to_list())
        return kept.of_enterprises(rows, self.records.register(rule), names)

    # What is kept --------------------------------------------------------------------------------

    def _keep(
        self, name: str, schema: Mapping[str, Any], found: list[pl.DataFrame], month: date
    ) -> pl.DataFrame:
        resource = self.city.resources[name]
        rows = pl.concat([pl.DataFrame(schema=dict(schema)), *found])
        before = reached(self.shelf.extracts.latest(name))
        if add(self.shelf, resource, rows, Reached(_end(month)), before) is None:
            raise _overtaken(resource)
        return rows

    def _is_kept(self, month: date) -> bool:
        return self._kept(self.setting.makes.enterprises, kept.ENTERPRISES, month) is not None

    def _kept(self, name: str, schema: Mapping[str, Any], month: date) -> pl.DataFrame | None:
        """What is there of a month; None where it was not kept yet."""
        before = reached(self.shelf.extracts.latest(name))
        if before is None or _end(month) > before.day:
            return None
        return self.rows(name, schema).filter(pl.col("month") == month)

    def _looked_back(self) -> int:
        return max((months_needed(rule.parameters) for rule in self.rules.values()), default=1)


def _end(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def _overtaken(resource: Resource) -> WorkbenchError:
    return simple(
        Code.moved_on,
        f"{resource.name} 在此期间已由别人更新。",
        f"Somebody else has added to {resource.name} in the meantime.",
        next=Text("再运行一次：从那里接着算。", "Run it again: it goes on from there."),
        subject=resource.name,
    )
