"""Resources that are attached at their source, as a query and a sweep meet them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from workbench.catalogue.city import City
from workbench.catalogue.city_schema import Settings
from workbench.errors import Code, WorkbenchError
from workbench.extracts.sources import Pulled
from workbench.model.entry import Draft, Event
from workbench.model.grant import Grant, GrantState, state_of
from workbench.model.lookup import Resources
from workbench.model.read_set import ReadSet
from workbench.query_path.records import Recorder
from workbench.store.secrets import Account
from workbench.workspace.pulling import Puller, Shape, shape_of
from workbench.workspace.pulls import Pulls

log = logging.getLogger(__name__)
Waiting = Callable[[], None]
_SOURCE_CODES = (Code.source_unreachable, Code.source_unfit, Code.disk_exceeded)


def open_pulls(
    folder: Path,
    city: Callable[[], City],
    account: Callable[[str], Account | None],
    ledger: Recorder,
    clock: Callable[[], datetime],
) -> Pulls:
    """``account`` gives user and password by a secret's name."""

    def settings() -> Settings:
        return city().settings

    def record(draft: Draft) -> object:
        return ledger.record(draft)

    pulls = Pulls(folder, Puller(city().root, account, settings), settings, record, clock)
    if pulls.wiped:
        wiped = {"left_by_a_crash": pulls.wiped}
        record(Draft(Event.source_pull_destroyed, detail=wiped))
    return pulls


class Attached:
    """Which of the granted resources are attached, and the pull that each gives."""

    def __init__(self, city: Callable[[], City], pulls: Pulls) -> None:
        self._city, self._pulls = city, pulls

    def has(self, resource: str) -> bool:
        found = self._city().resources.get(resource)
        return found is not None and found.attached is not None

    def pulled(self, grant: Grant, reads: ReadSet, waiting: Waiting | None) -> Pulled | None:
        """The pull that a workspace is built from; None for a workspace without the table.

        What is read is pulled if it is not fresh, and its failure is the query's. What is not read
        keeps its last pull, so that the workspace stays; what was never pulled is not waited for,
        and whoever reads it first gets a workspace with it. Where the statement could not be read
        to its end, a pull is tried. ``waiting`` None (a sweep) never asks a source.
        """
        resource = self._city().resources[grant.resource]
        if waiting is None:
            return self._pulls.known(grant, resource)
        if grant.resource.casefold() in {table.casefold() for table in reads.tables}:
            return self._pulls.current(grant, resource, waiting)
        last = self._pulls.known(grant, resource, use=True)
        if reads.complete and (last is None or not self._temporary(reads)):
            return last
        try:
            return self._pulls.current(grant, resource, waiting)
        except WorkbenchError as error:
            if error.code not in _SOURCE_CODES:
                raise
            log.warning("the workspace goes without %s: %s", grant.resource, error.code)
            return None

    def stamp(self, grant: Grant, now: datetime) -> list[Any]:
        """What is pulled, and how often it could have been pulled anew since: a page that asks
        again then is what keeps it fresh."""
        resource = self._city().resources[grant.resource]
        last, source = self._pulls.known(grant, resource), resource.attached
        if last is None or source is None:
            return []
        age = (now - last.pulled_at).total_seconds()
        return [last.pulled_at.isoformat(), last.digest, age // max(source.ttl_seconds, 1)]

    def _temporary(self, reads: ReadSet) -> bool:
        """A name that the catalogue does not know may be a temporary view of anything that is in
        the workspace; of what was never pulled it is none."""
        known = Resources.of(self._city().resources)
        return any(known.named(table) is None for table in reads.tables)

    def _shape(self, grant: Grant) -> Shape | None:
        """None also where the contract lacks a column that the grant's rows are chosen by."""
        try:
            return shape_of(grant, self._city().resources[grant.resource])
        except WorkbenchError as error:
            log.warning("nothing is kept of %s: %s", grant.resource, error.code)
            return None

    def sweep(self, grants: Iterable[Grant], today: date) -> None:
        """Destroy what was pulled under grants that have ended or changed."""
        resources: Mapping[str, object] = self._city().resources
        shapes = [
            shape
            for grant in grants
            if grant.resource in resources
            and self.has(grant.resource)
            and state_of(grant, today) is GrantState.active
            and (shape := self._shape(grant)) is not None
        ]
        self._pulls.keep_only(shapes)
