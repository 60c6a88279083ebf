"""What ``workbench analysis run`` asks of the gateway, and how a month is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from workbench.analysis.definition import Analysis
from workbench.analysis.month import Given, analysed
from workbench.analysis.prices import NONE, Indices
from workbench.analysis.published import Releases
from workbench.analysis.statements import asked, end_of, kept, used
from workbench.analysis.targets_file import load_targets
from workbench.catalogue.city import City
from workbench.cli.libraries_run import overtaken
from workbench.client.connection import Connection
from workbench.economy.frames import every
from workbench.errors import Code, Unavailable
from workbench.extracts.parts import Reached, Shelf, add, reached
from workbench.libraries.definition import Library

_KINDS = {"month": pl.Date, "value": pl.Float64, "entry": pl.Int64}
"""Of what is read of a library; all else is text."""
_UNPUBLISHED = {
    "series": pl.String, "period": pl.Date, "frequency": pl.String, "released_on": pl.Date,
    "basis": pl.String, "value": pl.Int64, "growth": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """A month that was kept; ``withheld`` of its ``figures`` are not shown."""

    analysis: str
    month: date
    figures: int
    withheld: int


@dataclass(frozen=True)
class Analyst:
    """Asks under the grants of whoever is connected, and keeps what was made of it."""

    city: City
    libraries: Mapping[str, Library]
    shelf: Shelf
    connection: Connection

    def run(self, analysis: Analysis, first: date, last: date) -> Iterator[Done]:
        """The months from ``first`` to ``last`` that are not there yet, in order. All is read once;
        a month is made of what was known at its end. Raises as the gateway does; what was kept
        before that stays."""
        resource = self.city.resources[analysis.makes]
        before = reached(self.shelf.extracts.latest(resource.name))
        months = every(first.replace(day=1), last.replace(day=1))
        wanted = [m for m in months if before is None or end_of(m) > before.day]
        if not wanted:
            return
        given = self.given(analysis, wanted[-1])
        for month in wanted:
            made = analysed(analysis, self.libraries, given, month)
            now = Reached(end_of(month))
            if add(self.shelf, resource, made, now, before) is None:
                raise overtaken(resource.name)
            before = now
            withheld = int((made["state"] == "suppressed").sum())
            yield Done(analysis.id, month, made.height, withheld)

    def given(self, analysis: Analysis, month: date) -> Given:
        """What is released up to a month."""
        texts = asked(analysis, self.libraries, month)
        none = {name: _KINDS.get(name, pl.String) for name in kept(analysis)}
        indicators = {
            name: self._read(analysis, texts[self.libraries[name].makes], none)[0]
            for name in used(analysis, self.libraries)
        }
        published, entry = pl.DataFrame(schema=_UNPUBLISHED), 0
        if analysis.published is not None:
            published, entry = self._read(analysis, texts[analysis.published], _UNPUBLISHED)
        prices = Indices()
        if analysis.prices is not None:
            prices = Indices(*self._read(analysis, texts[analysis.prices.resource], NONE))
        targets = load_targets(self.city.root)
        return Given(indicators, Releases(published, entry), prices, targets)

    def _read(
        self, analysis: Analysis, text: str, none: Mapping[str, type[pl.DataType]]
    ) -> tuple[pl.DataFrame, int]:
        """The rows and the entry of their release. A resource without a version has no rows: the
        month then says of its figures that they are not there."""
        try:
            release = self.connection.sql(text, scenario=analysis.scenario)
        except Unavailable as error:
            if {reason.code for reason in error.reasons} != {Code.extract_missing}:
                raise
            return pl.DataFrame(schema=none), 0
        return pl.DataFrame(release.table).select(*none), release.info.ledger_seq or 0
