"""People, resources and a desk of procedures over a real store; made up."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from stores import Places

from workbench.catalogue.procedures import known_procedures, load_procedure
from workbench.catalogue.regulations import Orders, load_profile, orders_in
from workbench.catalogue.working_days import calendar_of
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.errors import Text
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.ledger.usage import usage
from workbench.model.actor import Actor, Role
from workbench.model.contract import (
    Classification,
    Column,
    Level,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)
from workbench.model.days import day_of
from workbench.model.entry import EntryFilter
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind
from workbench.model.lookup import Grants
from workbench.model.procedure import Definition, FieldKind, Procedure, Value
from workbench.sharing.lifecycle import Rules
from workbench.sharing.procedures import refusals
from workbench.sharing.procedures.desk import Books, Now, ProcedureDesk
from workbench.sharing.procedures.effects import Effects
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.sealing import Sealing
from workbench.sharing.procedures.watch import ProcedureWatch
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store

ROOT = Path(__file__).parents[3]
FIVE = ("foshan-2019", "changde-2016", "binzhou-2023", "aba-2024", "heilongjiang-2025")
CALENDAR = calendar_of(())
NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
"""Monday noon in China."""
TODAY = date(2026, 3, 9)
UNTIL = date(2027, 3, 9)
PROOF = "ab" * 32

LI = Actor("li", "drc", frozenset({Role.officer}))
SUN = Actor("sun", "drc", frozenset({Role.officer}))
WANG = Actor("wang", "tax", frozenset({Role.provider}))
ZHOU = Actor("zhou", "tax", frozenset({Role.provider, Role.officer}))
GAO = Actor("gao", "land", frozenset({Role.provider, Role.officer}))
CHEN = Actor("chen", "bureau", frozenset({Role.authority}))
DENG = Actor("deng", "bureau", frozenset({Role.authority, Role.officer}))
ALL = Actor("all", "tax", frozenset({Role.provider, Role.officer, Role.authority}))
XU = Actor("xu", "drc", frozenset({Role.analyst}))
HE = Actor("he", "bureau", frozenset({Role.auditor}))
MA = Actor("ma", "other", frozenset({Role.officer, Role.provider}))
PEOPLE = (LI, SUN, WANG, ZHOU, GAO, CHEN, DENG, ALL, XU, HE, MA)

GRANT = Grant(
    id="g1", scenario="watch", department="drc", resource="taxes",
    columns=(ColumnGrant("county"),), mode=SharingMode.obtain,
    origin=Origin(OriginKind.application, "c1", "wang", TODAY), valid_until=UNTIL,
)  # fmt: skip
KINDS = tuple(known_procedures(ROOT))


def resource(name: str, provider: str) -> Resource:
    general = Classification(Level.general)
    return Resource(
        id=name,
        name=name,
        title=Text(name, name),
        version="1",
        provider=provider,
        department=provider,
        library=LibraryKind.business,
        sharing=Sharing(
            SharingType.conditional,
            SharingMode.obtain,
            scope="各部门",
            purpose="监测",
            reason="商业秘密",
            legal_basis="第22条",
        ),
        columns=(
            Column("county", "VARCHAR", classification=general),
            Column("amount", "DECIMAL(18,2)", classification=general),
        ),
    )


def contract(name: str, **more: object) -> str:
    """The text of a contract of that table, which the tax department provides."""
    made = replace(resource(name, "tax"), **more)  # type: ignore[arg-type]
    return to_yaml(odcs_of(made))


GIVEN: Mapping[FieldKind, str] = {
    FieldKind.resource: "taxes",
    FieldKind.column: "county,amount",
    FieldKind.key: "91510000MA62000000",
    FieldKind.grant: "g1",
    FieldKind.department: "tax",
    FieldKind.date: "2026-03-09",
    FieldKind.text: "什么地方不对",
    FieldKind.sharing_type: "unconditional",
    FieldKind.contract: contract("taxes"),
    FieldKind.evidence: PROOF,
}


def definition(kind: str) -> Definition:
    return load_procedure(kind, ROOT).definition


def rules(regulation: str) -> Rules:
    found = load_profile(regulation, ROOT)
    return Rules(regulation, found.version, found.profile, CALENDAR)


def given(of: Definition, **more: str) -> dict[str, str]:
    """Something for every field but the case, which is another machine's."""
    found = {s.name: GIVEN[s.kind] for s in of.fields if s.kind in GIVEN}
    if "other" in found:
        found["other"] = "plots"
    if of.id == "catalogue_entry":
        found["contract"] = contract("fees")
    return found | more


def values(of: Definition) -> tuple[Value, ...]:
    kinds = {s.name: s.kind for s in of.fields}
    return tuple(Value(name, kinds[name], text) for name, text in given(of).items())


def full(event: str, seen: int, **more: object) -> Command:
    command = Command(event, seen, reason="why", basis="art. 1", evidence=PROOF)
    return replace(command, **more)  # type: ignore[arg-type]


@dataclass
class House:
    """A desk, and all that it writes to. ``root`` has the definitions; ``regulation`` may be
    exchanged under a running procedure."""

    store: Store
    ledger: Ledger
    folder: Path
    sealing: Sealing
    root: Path = ROOT
    now: datetime = NOON
    regulation: str = "aba-2024"
    text: str = ""
    held: tuple[Grant, ...] = (GRANT,)
    more: dict[str, Resource] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    def __post_init__(self) -> None:
        self.under(self.regulation)

    def under(self, regulation: str) -> House:
        file = ROOT / "data_contracts" / "regulations" / f"{regulation}.yaml"
        self.regulation, self.text = regulation, file.read_text(encoding="utf-8")
        return self

    def own_definitions(self) -> Path:
        """From now on those of a folder that may be changed; returned."""
        folder = self.folder / "city" / "data_contracts" / "procedures"
        shutil.copytree(ROOT / "data_contracts" / "procedures", folder, dirs_exist_ok=True)
        self.root = self.folder / "city"
        return folder

    def orders(self) -> Orders:
        return orders_in(self.text.encode(), self.regulation)

    def city(self) -> SimpleNamespace:
        return SimpleNamespace(
            root=self.root,
            resources={"taxes": resource("taxes", "tax"), "plots": resource("plots", "land")}
            | self.more,
            departments=dict.fromkeys(("drc", "tax", "land", "bureau", "other"), Text("", "")),
        )

    def case(self, id: str, actor: Actor) -> object:  # noqa: A002
        raise refusals.no_such_procedure(id)

    @property
    def desk(self) -> ProcedureDesk:
        store = self.store
        books = Books(
            store.procedures, Effects(store.effects, self.sealing.row, store.rulings), store.cases,
            store.messages, self.ledger,
        )  # fmt: skip
        now = Now(
            self.city,  # type: ignore[arg-type]
            self.orders,
            lambda: CALENDAR,
            lambda: Grants(self.held),
            self.case,  # type: ignore[arg-type]
        )
        return ProcedureDesk(
            books, now, self.sealing, lambda: self.now,
            lambda at: f"p{day_of(at):%Y%m%d}-{next(self.ids)}",
        )  # fmt: skip

    def watch(self) -> ProcedureWatch:
        return ProcedureWatch(self.store, self.ledger, self.desk, lambda: self.now)

    def open(self, kind: str, event: str, actor: Actor, **more: object) -> Procedure:
        fields = more.pop("fields", None) or given(definition(kind))
        return self.desk.open(kind, fields, full(event, 0, **more), actor).procedure  # type: ignore[arg-type]

    def act(self, procedure: Procedure, event: str, actor: Actor, **more: object) -> Procedure:
        command = full(event, procedure.version, **more)
        return self.desk.act(procedure.id, command, actor).procedure

    def on(self, day: date) -> None:
        self.now = datetime.combine(day, NOON.timetz())

    def told(self, procedure: Procedure) -> list[tuple[str, str]]:
        found = self.store.messages.of_case(procedure.id)
        return [(m.kind, m.recipient) for m in sorted(found, key=lambda m: (m.made, m.recipient))]

    def entries(self, event: str = "procedure_stepped") -> list[dict[str, object]]:
        found = usage(self.ledger.journal, EntryFilter(event=event, limit=1000))
        return [dict(row.detail) | {"did": row.method} for row in found][::-1]


def made(store_where: str, folder: Path) -> House:
    keyring = Keyring.open(folder / "keys")
    houses: list[House] = []
    store = open_store(store_where, lambda: houses[0].now if houses else NOON)
    checkpoints = Checkpoints(folder / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, lambda: houses[0].now)
    houses.append(House(store, ledger, folder, Sealing(keyring.audit_key)))
    return houses[0]


@pytest.fixture
def bureaus(store_places: Places, tmp_path: Path) -> Iterator[House]:
    """On both kinds of store, one after the other."""
    house = made(store_places.where(tmp_path), tmp_path)
    yield house
    house.store.close()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[House]:
    house = made(str(tmp_path / "store.sqlite"), tmp_path)
    yield house
    house.store.close()
