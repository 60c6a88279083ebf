"""The present city and its grants, re-read when contracts, users or revocations change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from workbench.catalogue.city import City, fingerprint, load_city, sound_city
from workbench.catalogue.scenarios import grants_of
from workbench.errors import WorkbenchError
from workbench.model.lookup import Grants

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.3
"""How often the contracts' files are looked at, at most (our default)."""


class CitySource:
    """``source()`` is the city as its files say now.

    After a wrong edit people go on working under the files that are right, ``problem`` says what is
    wrong, and what stands in a wrong file is not granted until it is mended. Only the first load
    raises.
    """

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clock = clock
        self._lock = threading.Lock()
        self._problem: WorkbenchError | None = None
        self._seen = fingerprint(root)
        self._city = load_city(root)
        self._looked = clock()

    def __call__(self) -> City:
        with self._lock:
            if self._clock() - self._looked >= LOOK_SECONDS:
                self._look()
                self._looked = self._clock()
            return self._city

    @property
    def problem(self) -> WorkbenchError | None:
        """What is wrong with the files as they are now; None when the city is up to date."""
        self()
        return self._problem

    def _look(self) -> None:
        try:
            now = fingerprint(self._root)
        except OSError as error:
            # A file moved while it was looked at; the next look decides.
            log.warning("contracts could not be read: %s", type(error).__name__)
            return
        if now == self._seen:
            return
        # Remembered as seen also when wrong: the same files are not read again and again.
        self._seen = now
        try:
            self._city, self._problem = load_city(self._root), None
            log.info("contracts reloaded")
        except WorkbenchError as error:
            self._city, self._problem = sound_city(self._root, self._city), error
            log.error("contracts are invalid; what their files grant is not served: %s", error)


class GrantSource:
    """``source()`` is every grant of the city, revocations applied."""

    def __init__(
        self,
        city: Callable[[], City],
        revocations: Callable[[], Mapping[str, date]],
        version: Callable[[], object],
    ) -> None:
        self._city, self._revocations, self._version = city, revocations, version
        self._lock = threading.Lock()
        self._made_from: tuple[City, object] | None = None
        self._grants = Grants(())

    def __call__(self) -> Grants:
        city, version = self._city(), self._version()
        with self._lock:
            known = self._made_from
            if known is None or known[0] is not city or known[1] != version:
                self._grants = all_grants(city, self._revocations())
                self._made_from = city, version
            return self._grants


def all_grants(city: City, revoked: Mapping[str, date]) -> Grants:
    """The grants of all scenarios; ``revoked`` maps a grant's id to the day it ended."""
    return Grants(
        replace(grant, revoked_on=revoked[grant.id]) if grant.id in revoked else grant
        for scenario in city.scenarios.values()
        for grant in grants_of(scenario)
    )
