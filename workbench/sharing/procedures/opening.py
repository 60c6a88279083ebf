"""A city's desk of procedures, made of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from workbench.catalogue.city import City
from workbench.catalogue.contracts import Contract
from workbench.catalogue.regulations import Orders, load_profile
from workbench.catalogue.working_days import load_calendar
from workbench.declared.findings import Finding
from workbench.ledger.record import Ledger
from workbench.model.lookup import Grants
from workbench.regulations.calendar import Calendar
from workbench.sharing.desk import Desk
from workbench.sharing.opening import new_case_id
from workbench.sharing.procedures.desk import Books, Now, ProcedureDesk
from workbench.sharing.procedures.effects import Effects
from workbench.sharing.procedures.sealing import Sealing
from workbench.store.session import Store


def open_procedures(
    store: Store,
    ledger: Ledger,
    city: Callable[[], City],
    grants: Callable[[], Grants],
    cases: Desk,
    audit_key: bytes,
    clock: Callable[[], datetime],
    tried: Callable[[Contract], Iterable[Finding]] = lambda contract: (),
    dispose: Callable[[], object] = lambda: None,
) -> ProcedureDesk:
    """The definitions, the regulation and the calendar are read when they are asked for; what is
    sealed, is sealed by a key that is derived from ``audit_key``."""

    def orders() -> Orders:
        now = city()
        return load_profile(now.regulation.id, now.root)

    def calendar() -> Calendar:
        return load_calendar(city().root)

    sealing = Sealing(audit_key)
    effects = Effects(store.effects, sealing.row, store.rulings)
    books = Books(store.procedures, effects, store.cases, store.messages, ledger)
    now = Now(city, orders, calendar, grants, cases.look, tried, dispose)
    return ProcedureDesk(books, now, sealing, clock, lambda at: f"p{new_case_id(at)}")
