"""What of the month can be done, and what it waits for. Pure.

A step makes one resource month by month out of others. It can make a month when all that it takes
reaches to that month's end; it begins after the last month that it made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workbench.economy.frames import add_months, every
from workbench.errors import Text


class Kind(StrEnum):
    """In the order in which they are done."""

    library = "library"
    analysis = "analysis"
    warnings = "warnings"
    brief = "brief"


class Standing(StrEnum):
    """``done``: up to the month that is over. ``ready``: at least one month can be made.
    ``lacking``: something does not reach far enough. ``not_begun``: nothing was ever made, and no
    first month is set. ``not_yet``: its day has not come."""

    done = "done"
    ready = "ready"
    lacking = "lacking"
    not_begun = "not_begun"
    not_yet = "not_yet"


Days = Mapping[str, date | None]
"""By resource, the last day that its data reach; None without a version."""


@dataclass(frozen=True)
class Step:
    """``makes``: the resource that says how far the step came, empty for a brief; ``beside``: what
    it makes with it. ``takes``: the resources that have to reach the month's end."""

    kind: Kind
    id: str
    title: Text
    takes: tuple[str, ...]
    makes: str = ""
    beside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``library tax``."""
        return f"{self.kind.value} {self.id}"


@dataclass(frozen=True)
class Look:
    """How a step stands. ``months``: those that can be made now, in order. ``waits``: the first
    month that cannot, and ``lacks``, the resources that do not reach its end."""

    step: Step
    standing: Standing
    reached: date | None = None
    months: tuple[date, ...] = ()
    waits: date | None = None
    lacks: tuple[str, ...] = ()


def over(today: date) -> date:
    """The last month that is over, by its first day."""
    return add_months(today, -1)


def looked(step: Step, days: Days, until: date, first: date | None) -> Look:
    """``until``: the last month that is over. ``first``: where a step begins that made nothing."""
    reached = days.get(step.makes)
    begins = add_months(reached, 1) if reached is not None else first
    if begins is None:
        return Look(step, Standing.not_begun)
    return of_months(step, days, every(begins, until) if begins <= until else [], reached)


def of_months(step: Step, days: Days, wanted: list[date], reached: date | None = None) -> Look:
    """The same for months that are named."""
    if not wanted:
        return Look(step, Standing.done, reached)
    missing = {month: lacking(step, days, month) for month in wanted}
    waits = next((month for month in wanted if missing[month]), None)
    months = tuple(month for month in wanted if waits is None or month < waits)
    lacks = missing[waits] if waits is not None else ()
    return Look(step, Standing.ready if months else Standing.lacking, reached, months, waits, lacks)


def lacking(step: Step, days: Days, month: date) -> tuple[str, ...]:
    """What the step takes that does not reach the end of the month."""
    end = add_months(month, 1) - timedelta(days=1)
    return tuple(name for name in step.takes if (days.get(name) or date.min) < end)
