"""What ``workbench libraries run`` asks of the gateway for a month, and how it is kept."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import polars as pl

from workbench.catalogue.city import City
from workbench.client.connection import Connection
from workbench.errors import Code, InvalidInput, Reason, Refused, Text, WorkbenchError, simple
from workbench.extracts.parts import Reached, Shelf, add, reached
from workbench.libraries.asking import Left, answered
from workbench.libraries.days import period
from workbench.libraries.definition import Library
from workbench.libraries.rows import Released, rows
from workbench.model.period import Period

TOGETHER = 12
"""Months that are kept at once (ours): each new version of what a scenario reads is a workspace to
build, and a killed run asks so many again at most."""
LARGE = 1_000_000
"""Rows from which on a resource is cut to the months in work (ours). A smaller one is built whole
in seconds, and its months hold so few that a part by itself would be refused as nearly unique."""


Made = tuple[pl.DataFrame, tuple[Left, ...]]
"""The rows of a month, and what of it was left out."""


@dataclass(frozen=True)
class Done:
    """A month of a library that was kept; ``withheld`` of its ``figures`` are not shown. ``left``:
    what of it has no figures, because there are too few firms for it."""

    library: str
    month: date
    figures: int
    withheld: int
    left: tuple[Left, ...] = ()


@dataclass(frozen=True)
class Maker:
    """Asks under the grants of whoever is connected, and keeps what was released."""

    city: City
    shelf: Shelf
    connection: Connection
    large: int = LARGE

    def run_all(
        self,
        libraries: Iterable[Library],
        first: date,
        last: date,
        told: Callable[[Done], object],
    ) -> tuple[list[Done], list[Reason]]:
        """What was kept of each library, and why those that were refused were: of such a one no
        later month is asked, and the others are worked out."""
        done: list[Done] = []
        refused: list[Reason] = []
        for library in libraries:
            try:
                for one in self.run(library, first, last):
                    told(one)
                    done.append(one)
            except (Refused, InvalidInput) as error:
                refused += [replace(each, subject=library.id) for each in error.reasons]
        return done, refused

    def run(self, library: Library, first: date, last: date) -> Iterator[Done]:
        """The months from ``first`` to ``last`` that are not there yet, in order. Raises as the
        gateway does; what was kept before that stays."""
        resource = self.city.resources[library.makes]
        before = reached(self.shelf.extracts.latest(resource.name))
        months = [m for m in _months(first, last) if before is None or _end(m) > before.day]
        columns = tuple(column.name for column in resource.columns)
        for some in _batches(months, TOGETHER):
            within = period(library, self.city, self._large, some[0], _end(some[-1]))
            made, failure = self._some(library, some, columns, within)
            if made:
                now = Reached(_end(max(made)))
                tables = pl.concat(table for table, _ in made.values())
                if add(self.shelf, resource, tables, now, before) is None:
                    raise overtaken(resource.name)
                before = now
            for month, (table, left) in made.items():
                withheld = int((table["state"] == "suppressed").sum())
                yield Done(library.id, month, table.height, withheld, left)
            if failure is not None:
                raise failure

    def _large(self, resource: str) -> bool:
        version = self.shelf.extracts.latest(resource)
        return version is not None and version.rows >= self.large

    def _some(
        self,
        library: Library,
        months: Iterable[date],
        columns: tuple[str, ...],
        within: Period | None,
    ) -> tuple[dict[date, Made], WorkbenchError | None]:
        """The months that were answered, and why no more were."""
        made: dict[date, Made] = {}
        for month in months:
            try:
                made[month] = self._month(library, month, columns, within)
            except WorkbenchError as error:
                return made, error
        return made, None

    def _month(
        self, library: Library, month: date, columns: tuple[str, ...], within: Period | None
    ) -> Made:
        ask = partial(self._released, library.scenario, within)
        asked = answered(library, month, ask)
        return rows(library, month, asked.found, columns), asked.left

    def _released(self, scenario: str, within: Period | None, text: str) -> Released:
        release = self.connection.sql(text, scenario=scenario, within=within)
        return Released(pl.DataFrame(release.table), release.info.ledger_seq or 0)


def _batches(months: Sequence[date], size: int) -> Iterator[Sequence[date]]:
    for start in range(0, len(months), size):
        yield months[start : start + size]


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        years, number = divmod(month.month, 12)
        month = date(month.year + years, number + 1, 1)


def _end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def overtaken(name: str) -> Exception:
    """What is raised where somebody else added to a resource meanwhile."""
    return simple(
        Code.moved_on,
        f"{name} 在此期间已由别人更新。",
        f"Somebody else has added to {name} in the meantime.",
        next=Text("再运行一次：从那里接着算。", "Run it again: it goes on from there."),
        subject=name,
    )
