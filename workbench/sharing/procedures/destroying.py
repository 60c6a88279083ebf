"""Removing what was decided to be destroyed: every version of the resource, and the rows that were
kept aside of its deliveries.

From the step that decides it nobody is given anything of it. What lies on disk goes right after,
and where that was cut short, at the next look: the entry with the digests comes first, so that
nothing goes without one; then the folders are moved away as a whole, then removed. Workspaces, kept
results and what was pulled of an attached source go as they do when any grant ends.
"""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.extracts.commit import workplace
from workbench.extracts.versions import Extracts
from workbench.ledger.record import Ledger
from workbench.model.actor import PLATFORM
from workbench.model.entry import Draft, Event
from workbench.model.procedure import Effect
from workbench.model.ruling import Ruling
from workbench.store.layout import private_folder

log = logging.getLogger(__name__)

QUARANTINE = "quarantine"
_GOING = "destroying"


class Destroying:
    """``state`` is the city's folder of state, in which ``extracts`` lie."""

    def __init__(
        self,
        rulings: Callable[[], tuple[Ruling, ...]],
        ledger: Ledger,
        extracts: Extracts,
        state: Path,
    ) -> None:
        self._rulings, self._ledger = rulings, ledger
        self._extracts, self._state = extracts, state

    def look(self) -> int:
        """Of how many resources something was removed. What cannot be done now is said, and done
        at the next look; never raises for it."""
        decided = {one.resource: one for one in self._rulings() if one.effect is Effect.destroy}
        done = 0
        for name, one in sorted(decided.items()):
            try:
                done += self._removed(name, one)
            except (WorkbenchError, OSError) as error:
                log.error("the data of %s are still there: %s", name, type(error).__name__)
        if decided:
            shutil.rmtree(self._state / _GOING, ignore_errors=True)
        return done

    def _removed(self, name: str, one: Ruling) -> bool:
        places = (self._extracts.table(name), self._state / QUARANTINE / name)
        there = [place for place in places if place.exists()]
        if not there:
            return False
        with workplace(self._extracts, name):
            self._ledger.record(self._draft(name, one, there))
            going = private_folder(self._state / _GOING)
            for place in there:
                place.rename(going / uuid.uuid4().hex)
        return True

    def _draft(self, name: str, one: Ruling, there: list[Path]) -> Draft:
        files = sum(1 for place in there for file in place.rglob("*") if file.is_file())
        return Draft(
            Event.extract_destroyed,
            actor=PLATFORM.id,
            content={name: ()},
            method=one.effect.value,
            medium="extract",
            detail={
                "case": one.procedure_id,
                "step": one.step,
                "files": files,
                "versions": [
                    {"version": v.version, "digest": v.digest, "rows": v.rows}
                    for v in self._extracts.history(name)
                ],
            },
        )
