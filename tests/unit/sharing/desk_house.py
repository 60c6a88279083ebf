"""A desk over a real store, and all that it writes to, for the tests of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from matters import CALENDAR, LI, NOON, ROOT, WANG, application, matter, terms
from stores import Places

from workbench.catalogue.regulations import Orders, orders_in
from workbench.gateway.sources import decided_grants
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.ledger.usage import usage
from workbench.model.actor import Actor
from workbench.model.case import Case
from workbench.model.contract import SharingType
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter
from workbench.model.grant import GrantState, state_of
from workbench.model.lookup import Grants
from workbench.model.scenario import Scenario
from workbench.sharing.desk import Books, Desk
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store


@dataclass
class House:
    """A desk, and all that it writes to. ``regulation`` may be exchanged under a running case."""

    store: Store
    ledger: Ledger
    folder: Path
    kind: SharingType = SharingType.conditional
    now: datetime = NOON
    text: str = ""
    reviewer: str = "tax"
    provider: str = "tax"
    scenario: Scenario | None = None
    gone: bool = False
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def __post_init__(self) -> None:
        self.under("aba-2024")

    def under(self, regulation: str, change: Callable[[str], str] = lambda text: text) -> None:
        file = ROOT / "data_contracts" / "regulations" / f"{regulation}.yaml"
        self.regulation, self.text = regulation, change(file.read_text(encoding="utf-8"))

    def orders(self) -> Orders:
        return orders_in(self.text.encode(), self.regulation)

    def city(self) -> SimpleNamespace:
        about = matter(self.kind)
        resource = replace(about.resource, provider=self.provider)
        return SimpleNamespace(
            scenarios={} if self.gone else {"watch": self.scenario or about.scenario},
            resources={} if self.gone else {"taxes": resource},
            reviewer_of=lambda resource, applicant: self.reviewer,
        )

    def grants(self) -> Grants:
        return Grants(decided_grants(self.store.cases.granted_since))

    @property
    def desk(self) -> Desk:
        books = Books(self.store.cases, self.store.messages, self.ledger)
        return Desk(
            books,
            self.city,  # type: ignore[arg-type]
            self.orders,
            lambda: CALENDAR,
            self.grants,
            lambda: self.now,
            lambda now: f"{day_of(now):%Y%m%d}-{next(self.ids)}",
        )

    def applied(self, **more: object) -> Case:
        return self.desk.apply(application(**more), LI).case

    def act(self, case: Case, event: Event, actor: Actor, **more: object) -> Case:
        command = Command(event, case.version, **more)  # type: ignore[arg-type]
        return self.desk.act(case.id, command, actor).case

    def approved(self, **more: object) -> Case:
        case = self.applied(**more)
        return self.act(case, Event.approve, WANG, terms=terms(case))

    def entries(self) -> list[dict[str, object]]:
        found = usage(self.ledger.journal, EntryFilter(event="case_stepped", limit=1000))
        return [dict(row.detail) | {"actor": row.actor, "did": row.method} for row in found][::-1]

    def grant_states(self, day: date) -> dict[str, GrantState]:
        return {grant.id: state_of(grant, day) for grant in self.grants()}


@pytest.fixture
def house(store_places: Places, tmp_path: Path) -> Iterator[House]:
    keyring = Keyring.open(tmp_path / "keys")
    made: list[House] = []
    store = open_store(store_places.where(tmp_path), lambda: made[0].now if made else NOON)
    checkpoints = Checkpoints(tmp_path / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, lambda: made[0].now)
    made.append(House(store, ledger, tmp_path))
    yield made[0]
    store.close()
