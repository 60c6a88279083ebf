"""Opening pages for people: who may, by which token, and what is said to who may not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pyarrow.flight as fl
import pytest
from gateway_bench import PASSWORD, Bench, error_of

from workbench.client import connect
from workbench.errors import Code, Text, WorkbenchError
from workbench.gateway import tokens
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.model.lookup import Scenarios
from workbench.model.scenario import PageSubject, Scenario
from workbench.wire import pack


def scenario(name: str, *pages: PageSubject) -> Scenario:
    title = Text(f"场景{name}", f"Scenario {name}")
    return Scenario(name, "1", title, "目的", "职责", (), (), "主管部门", pages=pages)


CHEN = frozenset({"chen"})
SCENARIOS = (
    scenario("prices", PageSubject("overview", CHEN), PageSubject("board", frozenset({"li"}))),
    scenario("housing", PageSubject("overview", frozenset(), frozenset({"statistics"}))),
)


@pytest.fixture
def pages(bench: Bench) -> Iterator[Bench]:
    bench.city.scenarios = Scenarios({s.id: s for s in SCENARIOS})
    for person, department in (("chen", "development"), ("counter", "statistics")):
        if bench.store.users.get(person) is None:
            bench.store.users.add(person, PASSWORD, department, [Role.leader])
    yield bench
    bench.city.scenarios = Scenarios({})


def opened(bench: Bench, token: str, page: str = "overview", viewer: str = "") -> Any:
    with bench.http(token) as client:
        body = {"viewer": viewer} if viewer else None
        return client.post(f"/pages/{page}/session", json=body)


def code_of(answer: Any) -> Code:
    return WorkbenchError.from_json(json.dumps(answer.json()["reasons"])).code


def entries(bench: Bench, event: str, limit: int = 1) -> list[dict[str, Any]]:
    found = bench.ledger.journal.find(EntryFilter(event=event, limit=limit))
    return [fields_of(filed.entry.body) or {} for filed in found]


def me(bench: Bench, token: str) -> Any:
    with bench.http(token) as client:
        return client.get("/me").json()


def test_a_viewer_never_gets_the_session_of_a_page(pages: Bench) -> None:
    """It may ask anything under the page's grants, and they are to look at what the page shows."""
    for viewer in ("", "chen"):
        answer = opened(pages, pages.token("chen"), viewer=viewer)
        assert (answer.status_code, code_of(answer)) == (403, Code.role_missing)
    answer = opened(pages, pages.token("li"))
    assert (answer.status_code, code_of(answer)) == (403, Code.role_missing)


def test_a_door_opens_a_page_for_whom_it_names(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    (minted,) = entries(pages, "signed_in")
    assert (minted["actor"], minted["viewer"], minted["medium"]) == ("door:voila", "", "door")
    for viewer, department in (("chen", "development"), ("counter", "statistics")):
        found = opened(pages, door, viewer=viewer).json()
        assert found["expires_in"] == 900
        assert me(pages, found["access_token"]) == {
            "id": "page:overview",
            "department": "page:overview",
            "roles": ["page"],
            "viewer": viewer,
            "viewer_department": department,
        }
        (entry,) = entries(pages, "signed_in")
        assert (entry["viewer"], entry["detail"]) == (viewer, {"door": "door:voila"})


def test_a_client_begins_with_the_session_of_a_page(
    pages: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = pages.auth.door_token("voila")
    session = opened(pages, door, viewer="chen").json()["session_token"]
    monkeypatch.setenv("WORKBENCH_URL", pages.gateway.http)
    monkeypatch.setenv("WORKBENCH_TOKEN", session)
    with connect() as from_environment, connect(pages.gateway.http, token=session) as given:
        for connection in (from_environment, given):
            assert connection.whoami()[0]["viewer"] == "chen"


def test_what_a_door_is_told_of_people_is_one_sentence(pages: Bench) -> None:
    """Unknown, disabled and not listed: the words differ in the name alone."""
    pages.store.users.disable("leaver")
    try:
        door = pages.auth.door_token("voila")
        said = set()
        for viewer in ("nobody", "leaver", "wang", "a b"):
            answer = opened(pages, door, viewer=viewer)
            assert (answer.status_code, code_of(answer)) == (403, Code.viewer_not_listed)
            said.add(answer.text.replace(viewer, "?"))
        assert len(said) == 1
        refused = entries(pages, "sign_in_failed", 4)
    finally:
        pages.store.users.enable("leaver")
    assert {(e["actor"], e["viewer"], e["detail"]["known"]) for e in refused} == {
        ("page:overview", "", False),
        ("page:overview", "wang", True),
    }


def test_a_person_whom_the_page_does_not_list(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    answer = opened(pages, door, viewer="li")
    assert (answer.status_code, code_of(answer)) == (403, Code.viewer_not_listed)
    assert opened(pages, door, "board", "li").status_code == 200


def test_a_page_of_no_scenario(pages: Bench) -> None:
    answer = opened(pages, pages.auth.door_token("voila"), "nothing", "chen")
    assert (answer.status_code, code_of(answer)) == (400, Code.not_found)


def test_who_is_looking_is_said_once(pages: Bench) -> None:
    door, person = pages.auth.door_token("voila"), pages.token("chen")
    for token, viewer in ((door, ""), (person, "li")):
        answer = opened(pages, token, viewer=viewer)
        assert (answer.status_code, code_of(answer)) == (422, Code.invalid_request)


def test_a_page_opens_no_pages(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    access = opened(pages, door, viewer="chen").json()["access_token"]
    with pages.http(access) as client:
        for answer in (client.post("/pages/overview/session"), client.get("/pages")):
            assert (answer.status_code, code_of(answer)) == (403, Code.role_missing)


def test_a_door_token_opens_nothing_else(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    with pages.http(door) as client:
        paths = client.get("/openapi.json").json()["paths"]
        asked = [(m, p) for p, methods in paths.items() for m in methods]
        own = {"/health", "/token", "/pages", "/pages/{page}/session"}
        for method, path in asked:
            if path in own:
                continue
            body = {"session_token": door} if path == "/token/refresh" else {}
            answer = client.request(method, path.replace("{query}", "q1"), json=body)
            assert (answer.status_code, code_of(answer)) == (401, Code.unauthenticated), path


def test_a_door_token_is_nobody_at_flight(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    flight, options = pages.flight(door)
    ticket = fl.Ticket(pack("CommandStatementQuery", query="select 1"))
    asked: tuple[Callable[[], object], ...] = (
        lambda: list(flight.list_actions(options)),
        lambda: flight.get_flight_info(fl.FlightDescriptor.for_command(ticket.ticket), options),
        lambda: flight.do_get(ticket, options).read_all(),
        lambda: list(flight.do_action(("CloseSession", b""), options)),
        lambda: flight.authenticate_basic_token(b"door:voila", door.encode()),
        lambda: flight.authenticate_basic_token(b"zhang", door.encode()),
    )
    with flight:
        for ask in asked:
            with pytest.raises(fl.FlightUnauthenticatedError) as raised:
                ask()
            assert error_of(raised).code is Code.unauthenticated
    assert pages.path.calls == []


def test_a_session_of_a_page_lasts_for_its_own_time(pages: Bench) -> None:
    """The gateway has the door's word; when the viewer's own session ends, the door ends the
    visit."""
    own = pages.auth.sign_in("chen", PASSWORD)
    pages.clock.pass_(hours=11)
    found = opened(pages, pages.auth.door_token("voila"), viewer="chen").json()
    pages.clock.pass_(hours=2)
    with pytest.raises(WorkbenchError) as raised:
        pages.auth.refresh(own.session_token)
    assert raised.value.code is Code.token_expired
    assert pages.auth.refresh(found["session_token"]).expires_in == 900
    pages.clock.pass_(hours=10)
    with pytest.raises(WorkbenchError) as raised:
        pages.auth.refresh(found["session_token"])
    assert raised.value.code is Code.token_expired


def test_other_tokens_are_no_doors(pages: Bench) -> None:
    signed = pages.auth.sign_in("chen", PASSWORD)
    forged = jwt.encode({"sub": "door:voila", "aud": tokens.DOOR}, b"x" * 32, tokens.ALGORITHM)
    for token in (signed.session_token, forged, "", "x"):
        answer = opened(pages, token, viewer="chen")
        assert (answer.status_code, code_of(answer)) == (401, Code.unauthenticated)


def test_a_door_token_lives_as_long_as_a_session(pages: Bench) -> None:
    door = pages.auth.door_token("voila")
    pages.clock.pass_(hours=11, minutes=59)
    session = opened(pages, door, viewer="chen").json()["session_token"]
    pages.clock.pass_(minutes=1)
    answer = opened(pages, door, viewer="chen")
    assert (answer.status_code, code_of(answer)) == (401, Code.token_expired)
    pages.clock.pass_(hours=11)
    assert pages.auth.refresh(session).expires_in == 900, "what it opened goes on"


@pytest.mark.parametrize("end", ["disable", "set_password"])
def test_a_session_ends_with_its_viewer(pages: Bench, end: str) -> None:
    pages.store.users.add(end, PASSWORD, "statistics", [Role.leader])
    found = opened(pages, pages.auth.door_token("voila"), viewer=end).json()
    assert pages.auth.refresh(found["session_token"]).expires_in == 900
    getattr(pages.store.users, end)(*([end] if end == "disable" else [end, PASSWORD + "!"]))
    for use in (pages.auth.refresh, pages.auth.actor_of):
        token = found["session_token" if use == pages.auth.refresh else "access_token"]
        with pytest.raises(WorkbenchError) as raised:
            use(token)
        assert raised.value.code in (Code.user_disabled, Code.token_expired)


def test_the_pages_that_a_viewer_may_open(pages: Bench) -> None:
    mine = [
        {
            "id": "overview",
            "scenario": "prices",
            "title": {"zh": "场景prices", "en": "Scenario prices"},
        }
    ]
    door = pages.auth.door_token("voila")
    with pages.http(pages.token("chen")) as client:
        assert client.get("/pages").json() == mine
        assert client.get("/pages", params={"viewer": "li"}).status_code == 422
    with pages.http(door) as client:
        found = {
            viewer: [(p["id"], p["scenario"]) for p in answer.json()]
            for viewer in ("chen", "li", "counter", "wang", "nobody")
            if (answer := client.get("/pages", params={"viewer": viewer})).status_code == 200
        }
        assert client.get("/pages").status_code == 422
    assert found == {
        "chen": [("overview", "prices")],
        "li": [("board", "prices")],
        "counter": [("overview", "housing")],
        "wang": [],
        "nobody": [],
    }


@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 65])
def test_a_door_has_a_plain_name(bench: Bench, name: str) -> None:
    with pytest.raises(WorkbenchError) as raised:
        bench.auth.door_token(name)
    assert raised.value.code is Code.invalid_request
