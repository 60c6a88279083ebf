"""What is at stake in a finding: the scores as they are, and as they were without its events.

The difference is a figure for the person who is asked, and nothing is deducted. Values that
somebody stated are those of a frozen run; without one they count as missing, as the scheme's rule
says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from workbench.assessment.gaming.again import Facts, changed_tables, items, without
from workbench.assessment.gaming.finding import Events
from workbench.assessment.gathering import manual, of_kpi, window
from workbench.assessment.gathering import without as gone
from workbench.assessment.measured import Gathered, Inputs, Source
from workbench.assessment.peers import groups
from workbench.assessment.scheme import Indicator, Scheme
from workbench.assessment.scoring import Sheet, published, sheets
from workbench.errors import Text
from workbench.kpi.definition import Direction, Kpi

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""By KPI, the rows behind it."""
_NONE = Fraction(0)


@dataclass(frozen=True)
class Stake:
    """Of one department. ``total`` as it is, and ``without`` the events: None where there is no
    score. ``points``: by indicator those as they are less those without, where they differ."""

    department: str
    total: Fraction | None
    without: Fraction | None
    points: Mapping[str, Fraction]

    @property
    def at_stake(self) -> Fraction:
        """Points of the published total that rest on the events; below zero where they cost some.
        Where one of the two is no score, 0: points and none cannot be subtracted."""
        if self.total is None or self.without is None:
            return _NONE
        return published(self.total) - published(self.without)


@dataclass(frozen=True)
class Counting:
    """How a city is scored. ``kpis``: those of the scheme, by id; ``why``: why one is left out by
    the city's regulation, None where it is not. ``stated``: by indicator, values that somebody
    stated."""

    scheme: Scheme
    kpis: Mapping[str, Kpi]
    why: Callable[[Kpi], Text | None]
    year: int
    departments: Collection[str]
    regional: Collection[str] = ()
    stated: Mapping[str, Gathered] = field(default_factory=dict)

    def rows(self, facts: Facts, of: Iterable[str] | None = None) -> Rows:
        """Of the KPIs of the scheme, or those that are named."""
        return items((self.kpis[name] for name in sorted(of or self.scheme.kpis)), facts)

    def sheets(self, facts: Facts, rows: Rows) -> dict[str, Sheet]:
        """By department. Raises KeyError where a KPI of the scheme is not known."""
        having = {name: {row["department"] for row in rows[name]} for name in self.scheme.kpis}
        grouped = groups(self.scheme, self.departments, self.regional, having)
        measures = {one.id: self._gathered(one, facts, rows) for one in self.scheme.indicators}
        found = sheets(self.scheme, Inputs(grouped, measures, having))
        return {sheet.department: sheet for sheet in found}

    def _gathered(self, indicator: Indicator, facts: Facts, rows: Rows) -> Gathered:
        asked = indicator.measure.manual
        if asked is not None:
            return self.stated.get(indicator.id) or manual(Direction(asked.direction), {})
        kpi = self.kpis[indicator.measure.kpi or ""]
        why = self.why(kpi)
        if why is not None:
            return gone(kpi, Source.left_out, why)
        return of_kpi(kpi, rows[kpi.id], *window(kpi, self.year, facts.as_of))


@dataclass(frozen=True)
class Stakes:
    """The year as it is; ``of`` works out what rests on some events."""

    counting: Counting
    facts: Facts
    rows: Rows
    now: Mapping[str, Sheet]

    @classmethod
    def open(cls, counting: Counting, facts: Facts) -> Stakes:
        rows = counting.rows(facts)
        return cls(counting, facts, rows, counting.sheets(facts, rows))

    def of(self, events: Events) -> tuple[Stake, ...]:
        """Of the departments whose total or points differ, most at stake first. Only the KPIs
        that read a table which changes are asked again."""
        changed = changed_tables(events)
        named = [
            name
            for name in self.counting.scheme.kpis
            if any(table in self.counting.kpis[name].items for table in changed)
        ]
        left = without(self.facts, events)
        rows = {**self.rows, **(self.counting.rows(left, named) if named else {})}
        then = self.counting.sheets(left, rows)
        found = (_stake(sheet, then[name]) for name, sheet in self.now.items())
        moved = (one for one in found if one.points or one.total != one.without)
        return tuple(sorted(moved, key=lambda one: (-one.at_stake, one.department)))


def _stake(now: Sheet, then: Sheet) -> Stake:
    before = {row.indicator: row.points or _NONE for row in now.rows}
    after = {row.indicator: row.points or _NONE for row in then.rows}
    differ = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    return Stake(now.department, now.total, then.total, differ)
