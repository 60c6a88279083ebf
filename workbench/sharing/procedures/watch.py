"""The clocks of procedures, which chase as those of cases do (``sharing.watch``)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import Unavailable, WorkbenchError
from workbench.ledger.record import Ledger
from workbench.model.days import day_of
from workbench.model.procedure import Procedure
from workbench.sharing.notices import letter
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.entered import reminded
from workbench.sharing.procedures.reminders import reminders
from workbench.sharing.reminders import Reminder
from workbench.sharing.reminding import remind
from workbench.store.session import Store

log = logging.getLogger(__name__)


@dataclass
class Looked:
    """What one round did."""

    looked: int = 0
    reminded: int = 0
    troubled: int = 0


class ProcedureWatch:
    """``clock`` gives aware times."""

    def __init__(
        self, store: Store, ledger: Ledger, desk: ProcedureDesk, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._ledger, self._desk = store, ledger, desk
        self._clock = clock

    def look(self) -> Looked:
        """One round over all that run. Raises Unavailable where the store or the ledger cannot be
        written: what was done by then stands."""
        done = Looked()
        for procedure in self._store.procedures.all(running=True):
            done.looked += 1
            try:
                done.reminded += self._look_at(procedure)
            except Unavailable:
                raise
            except WorkbenchError as error:
                log.error("procedure %s could not be looked at: %s", procedure.id, error.code)
                done.troubled += 1
        self._desk.dispose()
        return done

    def _look_at(self, procedure: Procedure) -> int:
        rules, definition = self._desk.rules(procedure), self._desk.definition(procedure)
        today = day_of(self._clock())
        found = reminders(procedure, definition, today, rules.profile, rules.calendar)
        return sum(self._remind(procedure, one, who) for one in found for who in one.recipients)

    def _remind(self, procedure: Procedure, one: Reminder, recipient: str) -> int:
        made = letter(
            procedure.id, one.kind, recipient, one.told, self._clock(), one.about,
            procedure=procedure.kind,
        )  # fmt: skip
        draft = reminded(procedure, one, recipient)
        return remind(self._store.messages, self._ledger, made, draft)
