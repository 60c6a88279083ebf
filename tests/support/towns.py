"""A served city of three departments and a bureau, under one of the five regulations, and its
people: what the journeys of an application walk through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attacks.served import PASSWORD, SCENARIO, Served, served
from commands import Said, here
from page_city import edit_city

from workbench.catalogue.city import load_city
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, State, Terms
from workbench.model.contract import SharingMode
from workbench.model.days import day_of
from workbench.model.grant import ColumnGrant, Use
from workbench.model.lookup import Grants
from workbench.sharing.lifecycle import Command
from workbench.sharing.opening import open_desk
from workbench.sharing.transitions import Event
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

ROOT = Path(__file__).parents[2]
COLUMNS = {
    "code": {"type": "VARCHAR", "class": "general"},
    "town": {"type": "VARCHAR", "class": "general"},
    "amount": {"type": "BIGINT", "class": "general"},
}
TEST = {
    "resources": {"firms": {"data": "firms.csv", "columns": COLUMNS}},
    "grants": {
        "firms": {
            "mode": "obtain",
            "columns": {"code": "value", "town": "value"},
            "rows": [{"column": "town", "op": "in", "values": ["东", "西"]}],
        }
    },
    "settings": {"warm_workers": 0},
}
FIRMS = "code,town,amount\nA,东,10\nB,西,20\nC,南,40\n"
ASKED = "select sum(amount) as amount from firms"
PEOPLE = {
    "li": ("user", Role.analyst),
    "ma": ("user", Role.officer),
    "wang": ("provider", Role.provider),
    "chen": ("bureau", Role.authority),
    "he": ("bureau", Role.auditor),
}
WORKING_DAYS = {
    "foshan-2019": 10,
    "changde-2016": None,
    "binzhou-2023": None,
    "aba-2024": 7,
    "heilongjiang-2025": 1,
}
"""Foshan 2019 art. 26, Aba 2024 art. 25, Heilongjiang 2025 art. 22; Changde gives no number, and
that part of Binzhou's text is missing."""


@dataclass
class Town:
    """A served city; ``say`` runs a command as somebody who has signed in."""

    gateway: Served
    folder: Path
    regulation: str

    def say(self, person: str, *words: str, given: str = "") -> Said:
        home = self.folder / person
        first = not home.exists()
        home.mkdir(exist_ok=True)
        environment = {
            "WORKBENCH_URL": self.gateway.http,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
        }
        if first:
            login = ("login", "--user", person, "--password-stdin")
            done = here(*login, given=f"{PASSWORD}\n", **environment)
            assert done.returncode == 0, done.stderr
        return here(*words, given=given, **environment)

    def done(self, person: str, *words: str, given: str = "") -> Any:
        said = self.say(person, *words, "--json", given=given)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)

    def sql(self, text: str = ASKED) -> Said:
        return self.say("li", "sql", "-s", SCENARIO, "--format", "csv", text)


@contextmanager
def town_under(regulation: str, tmp_path: Path) -> Iterator[Town]:
    """While a gateway serves it, on a store below ``tmp_path``."""
    city = write_town(regulation, tmp_path)
    with served(city) as gateway:
        add_people(city)
        yield Town(gateway, tmp_path, regulation)


def write_town(
    regulation: str, tmp_path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Path:
    """The city's folder, with its data ingested at ``clock``."""
    (tmp_path / "firms.csv").write_text(FIRMS, encoding="utf-8")
    test, city = PolicyTest.model_validate(TEST), tmp_path / "city"
    write_city(test, city)
    folder = city / "data_contracts" / "regulations"
    for file in (ROOT / "data_contracts" / "regulations").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())

    def under(spec: dict[str, Any]) -> None:
        spec["regulation"] = regulation
        spec["departments"]["bureau"] = {"zh": "主管部门", "en": "bureau"}

    edit_city(city, under)
    ingest_all(test, tmp_path, city, clock)
    return city


def add_people(city: Path) -> None:
    store = open_store(Layout(city).store, lambda: datetime.now(UTC))
    for name, (department, role) in PEOPLE.items():
        store.users.add(name, PASSWORD, department, {role})
    store.close()


def granted_before(city: Path, then: datetime) -> Case:
    """A case that was applied for and approved at ``then``, and not used since: by the same code,
    under a clock of that day."""

    def clock() -> datetime:
        return then

    layout = Layout(city)
    store, keyring = open_store(layout.store, clock), Keyring.open(layout.keys)
    try:
        checkpoints = Checkpoints(layout.checkpoints, keyring.checkpoint_key)
        ledger = Ledger(store.journal, checkpoints, keyring.audit_key, clock)
        desk = open_desk(store, ledger, lambda: load_city(city), lambda: Grants(()), clock)
        officer, reviewer = (
            Actor(n, PEOPLE[n][0], frozenset({PEOPLE[n][1]})) for n in ("ma", "wang")
        )
        columns = tuple(AskedColumn(ColumnGrant(name, Use.value)) for name in ("code", "town"))
        asked = Application(
            "user", SCENARIO, "firms", SharingMode.obtain, columns, "三定规定", "月度分析",
            day_of(then).replace(year=then.year + 2),
            rows=load_city(city).scenarios[SCENARIO].resources[0].rows,
        )  # fmt: skip
        case = desk.apply(asked, officer).case
        if case.state is State.under_review:
            terms = Terms(tuple(c.grant for c in columns), asked.mode, asked.until, asked.rows)
            case = desk.act(
                case.id, Command(Event.approve, case.version, terms=terms), reviewer
            ).case
        if case.state is State.approved:
            case = desk.act(case.id, Command(Event.supply, case.version), reviewer).case
        return case
    finally:
        store.close()
