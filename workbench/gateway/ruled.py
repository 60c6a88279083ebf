"""The city as its files and the decisions of its procedures say together: the one place where these
are laid over the contracts. The gateway and every command ask here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from workbench.catalogue.city import City, check_city, load_city
from workbench.catalogue.contracts import Contract
from workbench.catalogue.kept import Progress, in_silence
from workbench.catalogue.published import published
from workbench.declared.findings import Finding
from workbench.errors import WorkbenchError
from workbench.gateway.sources import CitySource
from workbench.gateway.state import State, open_state, utc_now
from workbench.model.days import day_of
from workbench.model.lookup import Resources
from workbench.model.ruling import Ruling, by_resource, entry_of, ruled
from workbench.store.address import SqliteAt, address_of
from workbench.store.layout import Layout
from workbench.store.session import Store

By = Mapping[str, tuple[Ruling, ...]]
"""Rulings by resource, the oldest first."""


class RuledCity:
    """``source()`` is the city today; the same object while nothing has changed. What was decided
    in any process is seen at the next question, and what runs out, on its day."""

    def __init__(
        self,
        root: Path,
        store: Store,
        clock: Callable[[], datetime] = utc_now,
        progress: Progress = in_silence,
    ) -> None:
        self._root, self._store, self._clock = root, store, clock
        self._lock = threading.Lock()
        self._version = store.version()
        self._by: By = by_resource(store.rulings.all())
        self._files = CitySource(root, progress=progress, decided=_entries(self._by, root))
        self._made_of: tuple[City, By, date] | None = None
        self._city = self._laid_over(self._files())

    def __call__(self) -> City:
        if self._store.is_writing:
            return self._city  # nothing that may yet be undone is seen
        return self._now(self._files)

    def look(self) -> City:
        """As ``CitySource.look``."""
        return self._now(self._files.look)

    @property
    def problem(self) -> WorkbenchError | None:
        """As ``CitySource.problem``."""
        return self._files.problem

    def tried(self, contract: Contract) -> tuple[Finding, ...]:
        """As ``CitySource.tried``."""
        return self._files.tried(contract)

    def _now(self, files: Callable[[], City]) -> City:
        version = self._store.version()
        with self._lock:
            if version != self._version:
                self._read(version)
        city = files()  # looking at thousands of files must keep nobody else waiting
        with self._lock:
            self._city = self._laid_over(city)
            return self._city

    def _read(self, version: int) -> None:
        by = by_resource(self._store.rulings.all())
        if by != self._by:
            if _texts(by) != _texts(self._by):
                self._files.put_over(_entries(by, self._root))
            self._by = by
        self._version = version

    def _laid_over(self, files: City) -> City:
        made_of, today = self._made_of, day_of(self._clock())
        if made_of is not None and made_of[0] is files and made_of[1:] == (self._by, today):
            return self._city
        self._made_of = files, self._by, today
        return laid_over(files, self._by, today)


def laid_over(city: City, by: By, today: date) -> City:
    """The city with what stands today of the rulings; the same one where nothing does."""
    found = {
        name: made
        for name, rulings in by.items()
        if (known := city.resources.get(name)) is not None
        if (made := ruled(known, rulings, today)) is not known
    }
    if not found:
        return city
    return replace(city, resources=Resources({**city.resources, **found}))


def city_now(state: State, clock: Callable[[], datetime] = utc_now) -> City:
    """For a command that has the state open. Raises InvalidInput as ``load_city``."""
    root, by = state.layout.root, by_resource(state.store.rulings.all())
    return laid_over(load_city(root, decided=_entries(by, root)), by, day_of(clock()))


def city_at(root: Path, clock: Callable[[], datetime] = utc_now) -> City:
    """For a command that looks at a city which may have no state yet: none is made."""
    if not has_state(root):
        return load_city(root)
    state = open_state(root, clock)
    try:
        return city_now(state, clock)
    finally:
        state.store.close()


def findings_at(root: Path) -> tuple[Finding, ...]:
    """All findings of the city's files, with the contracts that procedures published."""
    if not has_state(root):
        return check_city(root)
    state = open_state(root)
    try:
        by = by_resource(state.store.rulings.all())
        return check_city(root, decided=_entries(by, root))
    finally:
        state.store.close()


def has_state(root: Path) -> bool:
    """Whether a store was ever opened for the city."""
    where = address_of(Layout(root))
    return where.file.exists() if isinstance(where, SqliteAt) else True


def _texts(by: By) -> dict[str, str]:
    """The contracts that were published and stand, by the procedure of each."""
    found = (entry_of(rulings) for rulings in by.values())
    return {one.procedure_id: one.text for one in found if one is not None}


def _entries(by: By, root: Path) -> Sequence[Contract]:
    return published(_texts(by), root)
