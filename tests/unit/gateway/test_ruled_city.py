"""The city with what its procedures decided laid over it: what it shows, grants and refuses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stores import Places

from workbench.catalogue.city import City, check_city
from workbench.catalogue.write import odcs_of, to_yaml
from workbench.cli.ingest_desk import Desk as IngestDesk
from workbench.errors import Code, InvalidInput, Reason, WorkbenchError
from workbench.extracts.versions import Extracts
from workbench.gateway.answers import CatalogueEntry
from workbench.gateway.ruled import RuledCity, city_at, city_now, findings_at
from workbench.gateway.sources import GrantSource
from workbench.gateway.state import State, open_state
from workbench.ledger.usage import usage
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn
from workbench.model.contract import Classification, Column, Level, SharingMode, SharingType
from workbench.model.days import day_of
from workbench.model.decision import Deny, Permit
from workbench.model.entry import EntryFilter
from workbench.model.grant import ColumnGrant, GrantState, state_of
from workbench.model.procedure import Procedure
from workbench.model.read_set import ReadSet, StatementKind
from workbench.policy.decide import decide
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.destroying import Destroying
from workbench.sharing.procedures.guards import Command
from workbench.sharing.procedures.opening import open_procedures
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
COLUMNS = {"code": {"type": "VARCHAR", "class": "general"}}
TEST = {
    "resources": {name: {"data": "x.csv", "columns": COLUMNS} for name in ("firms", "plots")},
    "grants": {name: {"mode": "obtain", "columns": {"code": "value"}} for name in
               ("firms", "plots")},
}  # fmt: skip
LI = Actor("li", "user", frozenset({Role.analyst}))
MA = Actor("ma", "user", frozenset({Role.officer}))
WANG = Actor("wang", "provider", frozenset({Role.provider}))
ZHOU = Actor("zhou", "provider", frozenset({Role.provider}))
CHEN = Actor("chen", "bureau", frozenset({Role.authority}))
DENG = Actor("deng", "bureau", frozenset({Role.authority}))
PROOF = "ab" * 32


@dataclass
class Town:
    state: State
    now: datetime = NOON

    def __post_init__(self) -> None:
        store = self.state.store
        self.city = RuledCity(self.state.layout.root, store, lambda: self.now)
        self.grants = GrantSource(
            self.city, store.revocations.all, store.version, store.cases.granted_since
        )
        self.cases = open_desk(store, self.state.ledger, self.city, self.grants, self.clock)
        key = self.state.keyring.audit_key
        self.desk: ProcedureDesk = open_procedures(
            store, self.state.ledger, self.city, self.grants, self.cases, key, self.clock,
            self.city.tried,
        )  # fmt: skip

    def clock(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return day_of(self.now)

    def walked(
        self,
        kind: str,
        event: str,
        opener: Actor,
        fields: dict[str, str],
        *steps: tuple[str, Actor],
    ) -> Procedure:
        said = Command(event, reason="why", basis="art. 1", evidence=PROOF)
        found = self.desk.open(kind, fields, said, opener).procedure
        for name, who in steps:
            found = self.step(found, name, who)
        return found

    def step(
        self, found: Procedure, event: str, who: Actor, until: date | None = None
    ) -> Procedure:
        said = Command(event, found.version, "why", "art. 1", PROOF, until=until)
        return self.desk.act(found.id, said, who).procedure

    def asked(self, *tables: str) -> Permit | Deny:
        city = self.city()
        reads = ReadSet(StatementKind.query, tables=tables)
        return decide(
            LI, "trial", city.scenarios, self.grants(), city.resources, reads, self.today,
            city.regulation,
        )  # fmt: skip

    def refused(self, *tables: str) -> tuple[Reason, ...]:
        found = self.asked(*tables)
        assert isinstance(found, Deny), "it gives nothing"
        return found.reasons

    def shared(self, name: str) -> SharingType:
        return self.city().resources[name].sharing.type


@pytest.fixture
def town(store_places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    root = tmp_path / "city"
    write_city(PolicyTest.model_validate(TEST), root)
    shutil.copytree(ROOT / "data_contracts" / "procedures", root / "data_contracts" / "procedures")
    if store_places.server is not None:
        monkeypatch.setenv("WORKBENCH_STORE", store_places.where(tmp_path))
    towns: list[Town] = []
    state = open_state(root, lambda: towns[0].now if towns else NOON)
    towns.append(Town(state))
    yield towns[0]
    state.store.close()


def not_shared_since(town: Town, until: date | None = None) -> Procedure:
    fields = {"resource": "firms", "to": "not_shared", "event": "flood"}
    found = town.walked("reclassification_emergency", "propose", WANG, fields)
    return town.step(found, "adjust", ZHOU, until=until or town.today + timedelta(days=9))


def test_a_live_grant_of_what_is_not_shared_any_more_gives_nothing(town: Town) -> None:
    assert isinstance(town.asked("firms"), Permit)
    found = not_shared_since(town)
    (reason,) = town.refused("firms")
    assert reason.code is Code.not_shared
    assert found.id in reason.what.en + (reason.why.en if reason.why else "")
    assert "Temporary change in an emergency" in (reason.why.en if reason.why else "")
    assert reason.rule is not None
    assert reason.rule.en == "Our default", "the regulation of this city orders no such change"
    assert isinstance(town.asked("plots"), Permit), "nothing else is touched"
    (grant,) = (one for one in town.grants() if one.resource == "firms")
    assert state_of(grant, town.today) is GrantState.suspended
    assert town.state.store.rulings.of(found.id)


def test_it_goes_back_after_its_day_without_anything_being_done(town: Town) -> None:
    before = town.city()
    not_shared_since(town)
    assert town.shared("firms") is SharingType.not_shared
    town.now += timedelta(days=9)
    assert town.shared("firms") is SharingType.not_shared, "the last day"
    town.now += timedelta(days=1)
    assert town.city() is before
    assert isinstance(town.asked("firms"), Permit)


def test_nothing_changed_is_the_same_city(town: Town) -> None:
    not_shared_since(town)
    first = town.city()
    assert town.city() is first
    town.state.store.users.add("x", "correct horse battery", "user", {Role.analyst})
    assert town.city() is first, "of another change the city is none the newer"


def test_what_another_process_decided_is_seen_at_the_next_question(town: Town) -> None:
    other = Town(town.state)
    assert other.shared("firms") is SharingType.conditional
    not_shared_since(town)
    assert other.shared("firms") is SharingType.not_shared


def test_who_is_not_granted_it_is_told_of_the_decision_too(town: Town) -> None:
    found = not_shared_since(town)
    applied = Application(
        "user", "trial", "firms", SharingMode.obtain,
        (AskedColumn(ColumnGrant("code"), "need"),), "duty", "why",
        town.today + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(WorkbenchError) as raised:
        town.cases.apply(applied, MA)
    assert raised.value.code is Code.not_shared
    assert found.id in raised.value.said("zh")


def test_an_entry_that_is_withdrawn_is_not_granted_anew_and_ends_on_its_day(town: Town) -> None:
    fields = {"resource": "firms"}
    found = town.walked("catalogue_withdrawal", "apply", WANG, fields)
    last = town.today + timedelta(days=400)
    found = town.step(found, "approve", CHEN, until=last)
    assert isinstance(town.asked("firms"), Permit)
    applied = Application(
        "user", "trial", "firms", SharingMode.obtain,
        (AskedColumn(ColumnGrant("code"), "need"),), "duty", "why",
        town.today + timedelta(days=30),
    )  # fmt: skip
    with pytest.raises(WorkbenchError) as raised:
        town.cases.apply(applied, MA)
    assert found.id in raised.value.said("en")
    town.now = datetime(last.year, last.month, last.day, 4, tzinfo=UTC)
    assert isinstance(town.asked("firms"), Permit), "the last day of service"
    town.now += timedelta(days=1)
    (reason,) = town.refused("firms")
    assert "withdrawn" in reason.what.en
    entry = CatalogueEntry.of(town.city().resources["firms"], town.city().regulation)
    assert (entry.provider, entry.columns) == ("", [])
    assert found.id in entry.decided[0].en
    town.step(found, "keep", WANG)
    assert isinstance(town.asked("firms"), Permit)


def test_the_command_line_sees_the_city_as_the_gateway_does(town: Town) -> None:
    not_shared_since(town)
    for made in (city_now(town.state, town.clock), city_at(town.state.layout.root, town.clock)):
        assert made.resources == town.city().resources
        assert made.resources["firms"].sharing.type is SharingType.not_shared


def test_of_a_place_without_a_state_none_is_made(tmp_path: Path) -> None:
    write_city(PolicyTest.model_validate(TEST), tmp_path)
    found: City = city_at(tmp_path)
    assert set(found.resources) == {"firms", "plots"}
    assert not (tmp_path / ".workbench").exists()


# Contracts ----------------------------------------------------------------------------------------


def column(name: str) -> Column:
    return Column(name, "VARCHAR", classification=Classification(Level.general))


def published(town: Town, name: str, *columns: str) -> Procedure:
    """A new entry, where the catalogue has none of this name; else a change of the one there is."""
    known = town.city().resources.get(name)
    like = known or town.city().resources["firms"]
    made = replace(like, name=name, id=name, columns=tuple(map(column, columns)))
    text = to_yaml(odcs_of(made))
    if known is None:
        new = {"department": "provider", "name": name, "contract": text}
        return town.walked(
            "catalogue_entry", "draft", WANG, new, ("submit", WANG), ("publish", CHEN)
        )
    fields = {"resource": name, "since": str(town.today), "what": "x", "contract": text}
    return town.walked("catalogue_change", "begin", WANG, fields, ("update", ZHOU))


def test_what_is_published_is_an_entry_of_the_city(town: Town) -> None:
    found = published(town, "fees", "code", "amount")
    assert [c.name for c in town.city().resources["fees"].columns] == ["code", "amount"]
    assert not list((town.state.layout.root / "data_contracts" / "resources").glob("fees*"))
    assert set(city_at(town.state.layout.root).resources) == {"firms", "plots", "fees"}
    assert findings_at(town.state.layout.root) == check_city(town.state.layout.root)
    applied = Application(
        "user", "trial", "fees", SharingMode.obtain,
        (AskedColumn(ColumnGrant("amount"), "need"),), "duty", "why",
        town.today + timedelta(days=30),
    )  # fmt: skip
    assert town.cases.apply(applied, MA).case.provider == "provider"
    assert found.steps[-1].by_hand is False


def test_a_changed_contract_stands_in_the_place_of_its_file(town: Town) -> None:
    found = published(town, "firms", "code", "phone")
    assert [c.name for c in town.city().resources["firms"].columns] == ["code", "phone"]
    (told,) = set(findings_at(town.state.layout.root)) - set(check_city(town.state.layout.root))
    assert (told.file, told.severity) == ("data_contracts/resources/firms.odcs.yaml", "warning")
    assert found.id in told.problem.en
    town.now += timedelta(seconds=1)
    again = published(town, "firms", "code", "phone", "fax")
    assert town.city().resources["firms"].column("fax") is not None
    assert [one.procedure_id for one in town.state.store.rulings.all()] == [found.id, again.id]
    assert RuledCity(town.state.layout.root, town.state.store, town.clock)() == town.city()


def test_a_contract_that_breaks_a_scenario_is_not_published(town: Town) -> None:
    with pytest.raises(InvalidInput) as raised:
        published(town, "firms", "phone")
    assert "data_contracts/scenarios/trial.yaml" in raised.value.said("en")
    assert town.city().resources["firms"].column("code") is not None
    assert town.city.problem is None
    assert town.state.store.rulings.all() == ()


# Data ---------------------------------------------------------------------------------------------

EMERGENCY = {"resource": "firms", "event": "flood", "ended": "2026-03-01"}


def ingested(town: Town) -> Extracts:
    """One version of each resource, and a quarantine of the first."""
    root = town.state.layout.root
    (root / "x.csv").write_text("code\nA\nB\n", encoding="utf-8")
    ingest_all(PolicyTest.model_validate(TEST), root, root, town.clock)
    aside = town.state.layout.state / "quarantine" / "firms"
    aside.mkdir(parents=True, exist_ok=True)
    (aside / "a.csv").write_text("firms,1,code,x,\n", encoding="utf-8")
    return Extracts(town.state.layout.extracts)


def destroyed(town: Town) -> list[Mapping[str, Any]]:
    wanted = EntryFilter(event="extract_destroyed")
    return [dict(row.detail) for row in usage(town.state.ledger.journal, wanted)]


def test_what_is_sealed_gives_nothing_and_stays_until_it_is_kept_or_destroyed(town: Town) -> None:
    extracts = ingested(town)
    found = town.walked("emergency_data", "assess", WANG, EMERGENCY, ("seal", ZHOU))
    (reason,) = town.refused("firms")
    assert "sealed" in reason.what.en
    assert extracts.latest("firms") is not None
    found = town.step(found, "return", CHEN)
    assert isinstance(town.asked("firms"), Deny), "sent back for another look, sealed as it is"
    town.step(found, "keep", CHEN)
    assert isinstance(town.asked("firms"), Permit)


def test_what_is_destroyed_is_gone_with_its_digests_in_the_ledger(town: Town) -> None:
    extracts = ingested(town)
    was = extracts.latest("firms")
    assert was is not None
    state = town.state
    gone = Destroying(state.store.rulings.all, state.ledger, extracts, state.layout.state)
    assert gone.look() == 0
    found = town.walked("emergency_data", "assess", WANG, EMERGENCY, ("destroy", ZHOU))
    assert "destroyed" in town.refused("firms")[0].what.en
    assert extracts.latest("firms") is not None, "the machine stopped before anything was removed"
    assert gone.look() == 1
    (told,) = destroyed(town)
    assert (told["case"], told["step"]) == (found.id, 2)
    assert told["versions"] == [{"version": 0, "digest": was.digest, "rows": 2}]
    assert extracts.latest("firms") is None
    assert not Path(was.files[0]).exists()
    assert not (state.layout.state / "quarantine" / "firms").exists()
    assert not (state.layout.state / "destroying").exists()
    assert extracts.latest("plots") is not None
    assert gone.look() == 0
    assert len(destroyed(town)) == 1
    town.step(town.step(found, "return", CHEN), "keep", DENG)
    assert isinstance(town.asked("firms"), Deny), "nobody takes a destruction back"


def test_a_delivery_of_what_was_destroyed_is_not_taken(town: Town) -> None:
    ingested(town)
    town.walked("emergency_data", "assess", WANG, EMERGENCY, ("destroy", ZHOU))
    desk = IngestDesk(town.state, town.city())
    with pytest.raises(WorkbenchError) as raised:
        desk.take(town.city().resources["firms"], [town.state.layout.root / "x.csv"])
    assert raised.value.code is Code.not_shared
