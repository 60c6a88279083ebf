"""Sample people, and what is looked at before anything starts."""

from __future__ import annotations

import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.catalogue.city import load_city
from workbench.errors import Text, WorkbenchError
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.actor import Role
from workbench.model.contract import SharingMode
from workbench.model.scenario import PageSubject, ResourceUse, Scenario
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout
from workbench.store.session import Store, open_store
from workbench.up.check import check_ports
from workbench.up.sample import (
    SAMPLE_PEOPLE,
    busiest_department,
    first_page,
    read_people,
    reviewing_department,
    sample_people,
    viewing_department,
)

ROOT = Path(__file__).parents[3]


def scenario(name: str, *departments: str, page: PageSubject | None = None) -> Scenario:
    pages = (page,) if page else ()
    return Scenario(name, "1", Text("甲", "a"), "", "", (), departments, "", pages=pages)


SCENARIOS = {
    s.id: s
    for s in (
        scenario("a", "one"),
        scenario("b", "two", page=PageSubject("p", viewer_departments=frozenset({"three"}))),
        scenario("c", "two", "one"),
        scenario("d", "two"),
    )
}


def now() -> datetime:
    return datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Store, Ledger]:
    layout = Layout(tmp_path)
    keyring = Keyring.open(layout.keys, create=True)
    store = open_store(layout.store, now)
    checkpoints = Checkpoints(layout.checkpoints, keyring.checkpoint_key)
    return store, Ledger(store.journal, checkpoints, keyring.audit_key, now)


def test_people_are_made_once_noted_for_their_owner_and_recorded(
    opened: tuple[Store, Ledger], tmp_path: Path
) -> None:
    store, ledger = opened
    path = tmp_path / "people.txt"
    people, fresh = sample_people(store.users, SCENARIOS, {}, ledger, path, "os:me")
    assert fresh
    assert [p.id for p in people] == [name for name, _ in SAMPLE_PEOPLE]
    assert {p.id: p.department for p in people} == {
        "analyst": "two", "officer": "two", "reviewer": "three", "authority": "three",
        "leader": "three", "auditor": "three", "operator": "three",
    }  # fmt: skip
    assert len({p.password for p in people}) == len(people)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for person, (_, role) in zip(people, SAMPLE_PEOPLE, strict=True):
        user = store.users.verify(person.id, person.password)
        assert user is not None
        assert user.roles == frozenset({role})
    again, fresh = sample_people(store.users, SCENARIOS, {}, ledger, path, "os:me")
    assert not fresh
    assert again == people == read_people(path)
    assert people[0].password not in repr(people)


def test_a_city_with_people_of_its_own_gets_none(
    opened: tuple[Store, Ledger], tmp_path: Path
) -> None:
    store, ledger = opened
    store.users.add("someone", "a long enough password", "one", {Role.analyst})
    path = tmp_path / "people.txt"
    assert sample_people(store.users, SCENARIOS, {}, ledger, path, "os:me") == ((), False)
    assert not path.exists()


def test_the_analyst_sits_where_most_is_granted_and_the_leader_where_pages_are_looked_at() -> None:
    assert busiest_department(SCENARIOS) == "two"
    assert viewing_department(SCENARIOS) == "three"
    assert viewing_department({"a": SCENARIOS["a"]}) == "one"


def test_of_departments_with_as_many_scenarios_the_analyst_sits_where_modes_differ() -> None:
    def shared(name: str, department: str, mode: SharingMode) -> Scenario:
        used = ResourceUse("r", mode, ())
        return replace(scenario(name, department), resources=(used,))

    several = (
        shared("a", "one", SharingMode.obtain),
        shared("b", "one", SharingMode.obtain),
        shared("c", "two", SharingMode.obtain),
        shared("d", "two", SharingMode.view),
    )
    assert busiest_department({s.id: s for s in several}) == "two"
    assert busiest_department({s.id: s for s in several[:3]}) == "one"


def test_no_department_anywhere_is_told() -> None:
    with pytest.raises(WorkbenchError) as caught:
        busiest_department({"x": scenario("x")})
    assert "departments" in caught.value.said("zh")


def test_the_first_page_that_has_a_notebook(tmp_path: Path) -> None:
    assert first_page(SCENARIOS, tmp_path) == ""
    (tmp_path / "p.ipynb").touch()
    assert first_page(SCENARIOS, tmp_path) == "p"
    assert first_page(SCENARIOS, tmp_path, "overview") == "p"
    (tmp_path / "overview.ipynb").touch()
    assert first_page(SCENARIOS, tmp_path, "overview") == "overview"


def test_the_sample_city_has_an_analyst_a_leader_and_a_page() -> None:
    city = load_city(ROOT)
    analyst, leader = busiest_department(city.scenarios), viewing_department(city.scenarios)
    page = first_page(city.scenarios, ROOT / "dashboards", city.first_page)
    assert {analyst, leader} <= set(city.departments)
    allowed = next(p for s in city.scenarios.values() for p in s.pages if p.id == page)
    assert leader in allowed.viewer_departments
    assert reviewing_department(city.resources) == "taxation"


def test_a_taken_port_is_named_with_its_option() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError) as caught:
            check_ports("127.0.0.1", {"--lab-port": port, "--http-port": port})
    told = caught.value.said("zh")
    assert f"端口 {port} 已被占用" in told
    assert "--lab-port" in told
    assert caught.value.exit_code == 5
    assert len(caught.value.reasons) == 2


def test_one_port_for_two_servers_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(WorkbenchError) as caught:
        check_ports("127.0.0.1", {"--lab-port": port, "--voila-port": port})
    assert "--lab-port" in caught.value.said("zh")
