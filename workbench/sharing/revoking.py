"""Taking back a grant that a scenario file gives: one way, for every door. A grant of a case is
revoked by a step of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import InvalidInput
from workbench.ledger.record import Ledger
from workbench.model.days import day_of
from workbench.model.entry import Draft, Entry, Event
from workbench.model.grant import Grant
from workbench.store.revocations import Revocation, Revocations


@dataclass(frozen=True)
class Order:
    """``actor`` and ``department`` are whoever enters it, ``by`` who decided it, ``medium`` the
    door. ``basis``: the article it rests on."""

    actor: str
    by: str
    reason: str
    medium: str
    department: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Outcome:
    """What stands in the store. ``entry`` is the ledger's; None where the grant had been revoked
    before, and nothing was done now."""

    revocation: Revocation
    entry: Entry | None

    @property
    def repeated(self) -> bool:
        return self.entry is None


class Revoking:
    """``clock`` gives aware times."""

    def __init__(
        self, ledger: Ledger, revocations: Revocations, clock: Callable[[], datetime]
    ) -> None:
        self._ledger, self._revocations, self._clock = ledger, revocations, clock

    def revoke(self, grant: Grant, order: Order) -> Entry:
        """The revocation and its entry, both or neither. Raises InvalidInput where it was revoked
        already, or a field is empty; Unavailable."""
        today = day_of(self._clock())
        return self._ledger.record(
            _draft(grant, order),
            doing=lambda: self._revocations.revoke(grant.id, today, order.by, order.reason),
        )

    def revoke_once(self, grant: Grant, order: Order) -> Outcome:
        """The same; of a grant that was revoked already, what came of it. Two at once: one does
        it, and both are told who."""
        found = self._revocations.get(grant.id)
        if found is not None:
            return Outcome(found, None)
        try:
            entry: Entry | None = self.revoke(grant, order)
        except InvalidInput:
            entry = None
            if self._revocations.get(grant.id) is None:
                raise
        made = self._revocations.get(grant.id)
        assert made is not None  # a revocation is final
        return Outcome(made, entry)


def _draft(grant: Grant, order: Order) -> Draft:
    detail = {"grant": grant.id, "reason": order.reason}
    return Draft(
        Event.grant_revoked,
        actor=order.actor,
        department=order.department,
        scenario=grant.scenario,
        approver=order.by,
        content={grant.resource: tuple(column.name for column in grant.columns)},
        method="grants",
        medium=order.medium,
        detail=detail | ({"basis": order.basis} if order.basis else {}),
    )
