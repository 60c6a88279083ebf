"""What the gaming watch looks at, frozen: entries of the catalogue, versions, uses, cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue. ``columns``: name and data element of each, folded;
    ``since``: the day of its first data, None where it never had any."""

    resource: str
    provider: str
    columns: frozenset[str]
    cycle_days: int | None
    since: date | None


@dataclass(frozen=True, order=True)
class Version:
    """A delivery that was taken. ``content``: a fingerprint of its rows in any order, of their
    columns in any order; empty where they cannot be read, which tells nothing."""

    resource: str
    number: int
    day: date
    data_date: date | None
    content: str


@dataclass(frozen=True, order=True)
class CaseSeen:
    """An application. ``closed``: when its department took it back or ended what it was given,
    None where it did neither; ``asked``: scenario, resource and columns; ``used``: anything was
    ever read under it."""

    id: str
    department: str
    provider: str
    opened: date
    closed: date | None
    asked: str
    used: bool


@dataclass(frozen=True)
class Seen:
    """The year up to ``as_of``, included. ``uses``: rows of ``kpi.frames.USE`` of any event and
    day; only those that open in the year count (``calls``)."""

    year: int
    as_of: date
    entries: tuple[Entry, ...]
    versions: tuple[Version, ...]
    cases: tuple[CaseSeen, ...]
    uses: pl.DataFrame = field(repr=False)

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    def within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.as_of

    @cached_property
    def providers(self) -> Mapping[str, str]:
        return {one.resource: one.provider for one in self.entries}

    @cached_property
    def by_resource(self) -> Mapping[str, tuple[Version, ...]]:
        """Versions up to ``as_of`` by resource, the first one first."""
        found: dict[str, list[Version]] = {one.resource: [] for one in self.entries}
        for version in sorted(self.versions):
            if version.resource in found and version.day <= self.as_of:
                found[version.resource].append(version)
        return {name: tuple(mine) for name, mine in found.items()}

    @cached_property
    def calls(self) -> pl.DataFrame:
        """Uses that opened in the year, by position; ``provider`` is that of the resource, null
        where the catalogue has lost it. An entry over several resources has a row for each."""
        provider = pl.col("resource").replace_strict(
            dict(self.providers), default=None, return_dtype=pl.String
        )
        opened = self.uses.filter(
            (pl.col("event") == "release_opened")
            & pl.col("day").is_between(self.first, self.as_of)
            & pl.col("resource").is_in(list(self.providers))
        )
        return opened.with_columns(provider.alias("provider")).sort("position", "resource")
