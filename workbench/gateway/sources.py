"""The present city and its grants, re-read when contracts, users or revocations change."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from workbench.catalogue.city import City, check_city, load_city, sound_city
from workbench.catalogue.contracts import Contract
from workbench.catalogue.files import look
from workbench.catalogue.kept import Kept, Progress, in_silence
from workbench.catalogue.scenarios import grants_of
from workbench.declared.findings import Finding, errors
from workbench.errors import WorkbenchError
from workbench.model.case import Case, grant_of
from workbench.model.contract import SharingType
from workbench.model.grant import Grant, GrantState
from workbench.model.lookup import Grants
from workbench.policy.derived_grants import bounded

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.3
"""How often the contracts' files are looked at, at most (our default)."""
LATE_SECONDS = 1.0
"""Whoever asks for the city looks himself when nobody else has for so long (our default)."""


class CitySource:
    """``source()`` is the city as its files say now, or said a second ago.

    A city has thousands of files, so that a query should not look at them: ``look`` is called by a
    thread that watches, and only where it is late does the caller of ``source()`` look.

    After a wrong edit people go on working under the files that are right, ``problem`` says what is
    wrong, and what stands in a wrong file is not granted until it is mended. Only the first load
    raises.
    """

    def __init__(
        self,
        root: Path,
        clock: Callable[[], float] = time.monotonic,
        progress: Progress = in_silence,
        decided: Sequence[Contract] = (),
    ) -> None:
        self._root = root
        self._decided = tuple(decided)
        self._clock = clock
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._problem: WorkbenchError | None = None
        self._kept = Kept()
        self._seen = look(root)
        self._kept.start(self._seen)
        self._city = load_city(root, self._kept, progress, self._decided)
        self._looked = clock()

    def __call__(self) -> City:
        if self._clock() - self._looked >= LATE_SECONDS:
            return self.look()
        with self._lock:
            return self._city

    @property
    def problem(self) -> WorkbenchError | None:
        """What is wrong with the files as they are now; None when the city is up to date."""
        self()
        return self._problem

    def look(self) -> City:
        """The city as its files say now, looked at ``LOOK_SECONDS`` ago at most."""
        with self._looking:
            if self._clock() - self._looked >= LOOK_SECONDS:
                self._look()
                self._looked = self._clock()
        with self._lock:
            return self._city

    def _look(self) -> None:
        try:
            now = look(self._root)
        except OSError as error:
            # A file moved while it was looked at; the next look decides.
            log.warning("contracts could not be read: %s", type(error).__name__)
            return
        if now == self._seen:
            return
        with self._lock:  # who asks meanwhile waits: what was withdrawn is not served once more
            # Remembered as seen also when wrong: the same files are not read again and again.
            self._seen = now
            self._reload()

    def _reload(self) -> None:
        self._kept.start(self._seen)
        try:
            city = load_city(self._root, self._kept, decided=self._decided)
            self._city, self._problem = city, None
            log.info("contracts reloaded")
        except WorkbenchError as error:
            if str(error) != str(self._problem):
                log.error("contracts are invalid; what their files grant is not served: %s", error)
            city = sound_city(self._root, self._city, self._kept, self._decided)
            self._city, self._problem = city, error

    def put_over(self, decided: Sequence[Contract]) -> None:
        """From now on these contracts stand in the place of the files of their tables."""
        with self._looking, self._lock:
            self._decided = tuple(decided)
            self._reload()

    def tried(self, contract: Contract) -> tuple[Finding, ...]:
        """What the city's files would say against it, and say nothing against today."""
        with self._looking, self._lock:
            others = [one for one in self._decided if one.name != contract.name]
            before = check_city(self._root, self._kept, self._decided)
            now = check_city(self._root, self._kept, (*others, contract))
            return tuple(one for one in errors(now) if one not in before)


GrantedSince = Callable[[int], tuple[int, tuple[Case, ...]]]
"""See ``Cases.granted_since``."""


class GrantSource:
    """``source()`` is every grant of the city: those of its scenarios, revocations applied, and
    those of the cases that were decided. Of the cases only what changed is read again."""

    def __init__(
        self,
        city: Callable[[], City],
        revocations: Callable[[], Mapping[str, date]],
        version: Callable[[], object],
        granted_since: GrantedSince,
    ) -> None:
        self._city, self._revocations, self._version = city, revocations, version
        self._granted_since = granted_since
        self._lock = threading.Lock()
        self._made_from: tuple[City, object] | None = None
        self._grants = Grants(())
        self._mark = 0
        self._decided: dict[str, Grant] = {}

    def __call__(self) -> Grants:
        city, version = self._city(), self._version()
        with self._lock:
            known = self._made_from
            if known is None or known[0] is not city or known[1] != version:
                self._read_cases()
                self._grants = all_grants(city, self._revocations(), self._decided.values())
                self._made_from = city, version
            return self._grants

    def _read_cases(self) -> None:
        self._mark, changed = self._granted_since(self._mark)
        for case in changed:
            grant = grant_of(case)
            if grant is not None:
                self._decided[grant.id] = grant


def all_grants(city: City, revoked: Mapping[str, date], decided: Iterable[Grant] = ()) -> Grants:
    """The grants of all scenarios, and those that were ``decided`` on applications; ``revoked``
    maps the id of a scenario's grant to the day it ended."""
    given = (
        replace(grant, revoked_on=revoked[grant.id]) if grant.id in revoked else grant
        for scenario in city.scenarios.values()
        for grant in grants_of(scenario)
    )
    still = (_still(grant, city) for grant in decided)
    found = (*given, *(grant for grant in still if grant is not None))
    return Grants(bounded((_kept_back(grant, city) for grant in found), city.resources))


def _kept_back(grant: Grant, city: City) -> Grant:
    """Stopped, where a procedure decided that its resource gives nothing; a decision for a time
    suspends it."""
    resource = city.resources.get(grant.resource)
    by = resource.closed if resource is not None else None
    if by is None or by.since is None or grant.revoked_on is not None:
        return grant
    if grant.valid_until is not None and grant.valid_until < by.since:
        return grant
    stopped = GrantState.suspended if by.comes_back else GrantState.ended
    return replace(grant, revoked_on=by.since, stopped=stopped)


def _still(grant: Grant, city: City) -> Grant | None:
    """A decision holds within what the city says now: no longer than its scenario, only for those
    who consent where the scenario asks them, and for nothing that is not shared any more, or has
    gone."""
    scenario, resource = city.scenarios.get(grant.scenario), city.resources.get(grant.resource)
    if scenario is None or resource is None:
        return None
    if resource.sharing.type is SharingType.not_shared and resource.closed is None:
        return None
    subject = scenario.subject_of(grant.resource)
    grant = replace(grant, consent=subject) if subject else grant
    ends = scenario.valid_until
    if ends is None or (grant.valid_until is not None and grant.valid_until <= ends):
        return grant
    return replace(grant, valid_until=ends)


def decided_grants(granted_since: GrantedSince) -> tuple[Grant, ...]:
    """All that were decided on applications, in whatever state."""
    _, cases = granted_since(0)
    return tuple(grant for case in cases if (grant := grant_of(case)) is not None)
