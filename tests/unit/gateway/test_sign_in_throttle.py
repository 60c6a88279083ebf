"""Wrong passwords from one address keep out that address alone, and only a door says another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import adbc_driver_flightsql.dbapi as adbc
import httpx
import pytest
from gateway_bench import PASSWORD, Bench

from workbench.errors import Code, WorkbenchError
from workbench.gateway.doors import PROXIES, Gateway
from workbench.model.actor import Role
from workbench.store.throttle import FAILURES, WINDOW

HERE, STRANGER = "127.0.0.1", "127.0.0.66"


@pytest.fixture
def name(bench: Bench, request: pytest.FixtureRequest) -> Iterator[str]:
    """A person whom no other test has failed to be."""
    person = request.node.originalname
    if bench.store.users.get(person) is None:
        bench.store.users.add(person, PASSWORD, "development", [Role.leader])
    yield person
    bench.clock.now += WINDOW + timedelta(seconds=1)


def tried(
    at: str, name: str, password: str, source: str = HERE, token: str = "", **more: str
) -> httpx.Response:
    """One attempt at the gateway ``at``, over a connection that comes from ``source``."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    forwarded = more.pop("forwarded", "")
    if forwarded:
        headers["x-forwarded-for"] = forwarded
    transport = httpx.HTTPTransport(local_address=source)
    with httpx.Client(base_url=at, transport=transport, headers=headers) as client:
        return client.post("/token", json={"user": name, "password": password, **more})


def locked(at: str, name: str, source: str = HERE, **how: str) -> None:
    """Wrong passwords, until one is told to wait."""
    for _ in range(FAILURES):
        assert "Too many" not in tried(at, name, "wrong", source, **how).text
    assert "Too many" in tried(at, name, PASSWORD, source, **how).text


def test_a_stranger_keeps_out_only_their_own_address(bench: Bench, name: str) -> None:
    locked(bench.gateway.http, name, STRANGER)
    assert tried(bench.gateway.http, name, PASSWORD).status_code == 200
    assert tried(bench.gateway.http, name, PASSWORD, STRANGER).status_code == 401
    basic = {"username": name, "password": PASSWORD}
    with adbc.connect(bench.gateway.flight, db_kwargs=basic, autocommit=True) as connection:
        assert connection.adbc_get_info()


def test_a_door_says_where_its_readers_sit(bench: Bench, name: str) -> None:
    door = bench.auth.door_token("voila")
    locked(bench.gateway.http, name, token=door, address="10.0.0.66")
    for address in ("10.0.0.7", ""):
        answer = tried(bench.gateway.http, name, PASSWORD, token=door, address=address)
        assert answer.status_code == 200, "another reader, and the door itself"


def test_nobody_else_says_where_they_sit(bench: Bench, name: str) -> None:
    signed = bench.auth.sign_in("zhang", PASSWORD)
    for token in ("", "x", signed.access_token, signed.session_token):
        answer = tried(bench.gateway.http, name, PASSWORD, token=token, address="10.0.0.7")
        error = WorkbenchError.from_json(json.dumps(answer.json()["reasons"]))
        assert (answer.status_code, error.code) == (401, Code.unauthenticated)
    bench.clock.pass_(hours=13)
    answer = tried(bench.gateway.http, name, PASSWORD)
    assert answer.status_code == 200, "it is no failure of theirs"


def test_a_door_token_lets_nobody_in(bench: Bench, name: str) -> None:
    door = bench.auth.door_token("voila")
    answer = tried(bench.gateway.http, name, "wrong", token=door, address="10.0.0.7")
    assert answer.status_code == 401


def test_a_forwarded_address_is_believed_of_named_proxies_only(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked(bench.gateway.http, name)
    answer = tried(bench.gateway.http, name, PASSWORD, forwarded="10.0.0.7")
    assert answer.status_code == 401, "a program of this machine is no proxy unless it is named"
    monkeypatch.setenv(PROXIES, "127.0.0.2")
    opened = bench.gateway._bench
    second = Gateway(opened, "1.2.3")
    try:
        for source, status in (("127.0.0.2", 200), (HERE, 401)):
            answer = tried(second.http, name, PASSWORD, source, forwarded="10.0.0.7")
            assert answer.status_code == status
        forged = tried(second.http, name, PASSWORD, "127.0.0.2", forwarded=f"10.0.0.7, {HERE}")
        assert forged.status_code == 401, "only what the proxy itself has added counts"
    finally:
        second._server.should_exit = True
        second._flight.shutdown()
