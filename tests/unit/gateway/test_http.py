"""The HTTP side with a real client on a real port."""

from __future__ import annotations

import gzip
import json
import socket
from urllib.parse import urlsplit

import psutil
import pytest
from gateway_bench import PASSWORD, Bench

from workbench.errors import Code, WorkbenchError, simple
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter


def reasons(answer: object) -> WorkbenchError:
    return WorkbenchError.from_json(json.dumps(answer.json()["reasons"]))  # type: ignore[attr-defined]


def test_health_tells_the_same_to_anybody(bench: Bench) -> None:
    with bench.http() as client:
        answer = client.get("/health")
    assert answer.json() == {
        "status": "ok",
        "version": "1.2.3",
        "flight": bench.gateway.flight,
        "certificate_expires": None,
        "certificate_expires_soon": False,
    }


def test_health_says_that_the_contracts_are_wrong_and_not_how(bench: Bench) -> None:
    bench.city.problem = simple(Code.invalid_contract, "错", "wrong")
    with bench.http() as client:
        assert client.get("/health").json()["status"] == "contracts_invalid"


def test_sign_in_refresh_and_who_am_i(bench: Bench) -> None:
    with bench.http() as client:
        found = client.post("/token", json={"user": "zhang", "password": PASSWORD}).json()
        assert found["expires_in"] == 900
        bench.clock.pass_(minutes=20)
        old = {"authorization": f"Bearer {found['access_token']}"}
        answer = client.get("/me", headers=old)
        assert answer.status_code == 401
        assert reasons(answer).code is Code.token_expired
        fresh = client.post("/token/refresh", json={"session_token": found["session_token"]})
        new = {"authorization": f"Bearer {fresh.json()['access_token']}"}
        assert client.get("/me", headers=new).json() == {
            "id": "zhang",
            "department": "development",
            "roles": ["analyst"],
            "viewer": "",
            "viewer_department": "",
        }


def test_access_never_outlives_its_session(bench: Bench) -> None:
    session = bench.auth.sign_in("zhang", PASSWORD).session_token
    bench.clock.pass_(hours=11, minutes=55)
    assert bench.auth.refresh(session).expires_in == 300
    bench.clock.pass_(minutes=5)
    with bench.http() as client:
        answer = client.post("/token/refresh", json={"session_token": session})
    assert reasons(answer).code is Code.token_expired


def test_an_access_token_refreshes_nothing(bench: Bench) -> None:
    with bench.http() as client:
        answer = client.post("/token/refresh", json={"session_token": bench.token()})
    assert (answer.status_code, reasons(answer).code) == (401, Code.unauthenticated)


def test_the_same_answer_for_an_unknown_person_and_a_wrong_password(bench: Bench) -> None:
    with bench.http() as client:
        answers = [
            client.post("/token", json={"user": user, "password": "wrong-password"})
            for user in ("zhang", "nobody", "page:prices", "x y")
        ]
    assert {a.status_code for a in answers} == {401}
    assert len({a.text for a in answers}) == 1


@pytest.mark.parametrize(
    "path", ["/me", "/catalogue", "/grants", "/tables", "/queries", "/usage", "/nothing"]
)
def test_nothing_without_a_token(bench: Bench, path: str) -> None:
    with bench.http() as client:
        answer = client.get(path)
    assert answer.status_code == (404 if path == "/nothing" else 401)
    assert answer.json()["reasons"][0]["what"].keys() == {"zh", "en"}


def test_every_endpoint_but_three_asks_who(bench: Bench) -> None:
    with bench.http() as client:
        paths = client.get("/openapi.json").json()["paths"]
        for path, methods in paths.items():
            for method in methods:
                answer = client.request(method, path.replace("{query}", "q1"), json={})
                wanted = {"/health": 200, "/token": 422, "/token/refresh": 422}.get(path, 401)
                assert answer.status_code == wanted, path


def test_catalogue_shows_of_what_is_not_shared_only_that_it_exists(bench: Bench) -> None:
    with bench.http(bench.token()) as client:
        found = {entry["name"]: entry for entry in client.get("/catalogue").json()}
    assert found["open"]["columns"][0]["classification"] == "important"
    assert found["open"]["provider"] == "统计局"
    assert {k for k, v in found["hidden"].items() if v} == {"name", "title", "sharing_type"}


def test_grants_tables_and_queries(bench: Bench) -> None:
    with bench.http(bench.token()) as client:
        assert client.get("/grants").json()[0]["columns"] == [
            {"name": "city", "use": "value", "mask": ""}
        ]
        rows = client.get("/tables").json()
        city = {"table": "house_price", "column": "city", "type": "VARCHAR", "tiers": ["rows"]}
        assert rows[0] == city
        assert client.get("/tables", params={"scenario": "housing"}).json() == []
        assert client.get("/queries").json()[0]["stage"] == "running"
        assert client.post("/queries/q1/cancel").json() == {"cancelled": True}
        assert client.post("/queries/other/cancel").json() == {"cancelled": False}
    assert bench.path.cancels[-2:] == [("zhang", "q1"), ("zhang", "other")]


def test_tables_without_a_scenario_lists_ones_own(bench: Bench) -> None:
    with bench.http(bench.token("li")) as client:
        answer = client.get("/tables")
    assert answer.status_code == 422
    assert "housing, prices" in reasons(answer).said("en")


def test_usage_is_ones_own(bench: Bench) -> None:
    bench.token("li")
    with bench.http(bench.token("zhang")) as client:
        found = client.get("/usage", params={"limit": 1000}).json()
        assert client.get("/usage", params={"limit": 1}).json() == found[:1]
        assert client.get("/usage", params={"limit": 100000}).status_code == 422
    assert {e["actor"] for e in found} == {"zhang"}
    assert found[0]["event"] == "signed_in"
    assert "seal" not in found[0]


def test_sign_ins_and_failures_stand_in_the_ledger_without_what_was_typed(bench: Bench) -> None:
    with bench.http() as client:
        client.post("/token", json={"user": "li", "password": "not-the-password"})
        client.post("/token", json={"user": "my-password-typed-here", "password": "x"})
    found = bench.ledger.journal.find(EntryFilter(event="sign_in_failed", limit=2))
    fields = [fields_of(f.entry.body) or {} for f in found]
    assert [f["actor"] for f in fields] == ["", "li"]
    everything = " ".join(f.entry.body for f in found)
    assert "my-password-typed-here" not in everything
    assert "not-the-password" not in everything


def test_errors_of_form_name_the_fields_and_not_their_values(bench: Bench) -> None:
    with bench.http() as client:
        answer = client.post("/token", json={"user": "zhang", "pass": "hunter2-hunter2"})
        broken = client.post("/token", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "body.password" in answer.json()["reasons"][0]["subject"]
    assert "hunter2" not in answer.text
    assert reasons(broken).code is Code.invalid_request


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("en", "Not signed in"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "未登录"),
        ("fr, en-GB;q=0.7, zh;q=0.3", "Not signed in"),
        ("zh;q=nan,en;q=0.1", "Not signed in"),
        ("de", "未登录"),
        ("", "未登录"),
    ],
)
def test_the_message_follows_accept_language(bench: Bench, header: str, said: str) -> None:
    with bench.http() as client:
        answer = client.get("/me", headers={"accept-language": header})
    assert said in answer.json()["message"]
    assert set(answer.json()["reasons"][0]["what"]) == {"zh", "en"}


def test_a_body_that_is_too_large(bench: Bench) -> None:
    with bench.http() as client:
        known = client.post("/token", content=b"x" * 70_000)
        chunked = client.post("/token", content=(b"x" * 1000 for _ in range(200)))
    for answer in (known, chunked):
        assert (answer.status_code, reasons(answer).code) == (429, Code.request_too_large)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x-gzip, gzip"])
def test_nothing_that_was_compressed_is_unpacked(bench: Bench, coding: str) -> None:
    """A body counts as it came: 60 kB of it would be 60 MB."""
    signed = json.dumps({"user": "zhang", "password": PASSWORD}).encode()
    bomb = gzip.compress(b"{" + b" " * (60 << 20))
    assert len(bomb) < 64 << 10
    headers = {"content-encoding": coding, "content-type": "application/json"}
    process = psutil.Process()
    before = process.memory_info().rss
    with bench.http() as client:
        for body in (bomb, gzip.compress(signed)):
            answer = client.post("/token", content=body, headers=headers)
            assert (answer.status_code, reasons(answer).code) == (400, Code.invalid_request)
    assert process.memory_info().rss - before < 30 << 20


def test_headers_of_every_answer(bench: Bench) -> None:
    with bench.http() as client:
        for path in ("/health", "/me", "/nothing", "/docs", "/redoc"):
            answer = client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "server" not in answer.headers
        assert client.get("/docs").status_code == 404


def test_raw_nonsense_does_not_end_the_server(bench: Bench) -> None:
    where = urlsplit(bench.gateway.http)
    for sent in (b"\x00\xff\xfe\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"POST /token HTTP/1.1\r\n\r\n"):
        with socket.create_connection((where.hostname, where.port), 5) as raw:
            raw.sendall(sent)
            raw.settimeout(2)
            assert b"Traceback" not in raw.recv(4096)
    with bench.http() as client:
        assert client.get("/health").status_code == 200


def test_page_tokens(bench: Bench) -> None:
    session = bench.auth.page_session("overview", "zhang")
    access = bench.auth.refresh(session).access_token
    with bench.http(access) as client:
        assert client.get("/me").json() == {
            "id": "page:overview",
            "department": "page:overview",
            "roles": ["page"],
            "viewer": "zhang",
            "viewer_department": "development",
        }
        # All viewers of a page share its id.
        assert client.get("/queries").json() == []
        assert client.post("/queries/q1/cancel").json() == {"cancelled": False}
        found = client.get("/usage").json()
        assert {(e["actor"], e["viewer"]) for e in found} == {("page:overview", "zhang")}


def test_a_page_token_ends_with_its_viewer(bench: Bench) -> None:
    session = bench.auth.page_session("overview", "leaver")
    access = bench.auth.refresh(session).access_token
    bench.store.users.disable("leaver")
    try:
        for person, code in (("leaver", Code.user_disabled), ("nobody", Code.unauthenticated)):
            with pytest.raises(WorkbenchError) as raised:
                bench.auth.page_session("overview", person)
            assert raised.value.code is code
        with pytest.raises(WorkbenchError) as raised:
            bench.auth.actor_of(access)
        assert raised.value.code is Code.user_disabled
    finally:
        bench.store.users.enable("leaver")
    with pytest.raises(WorkbenchError):
        bench.auth.actor_of(access)


@pytest.mark.parametrize("page", ["", "a b", "../x", "x" * 65, "a\n"])
def test_a_page_id_is_plain(bench: Bench, page: str) -> None:
    with pytest.raises(WorkbenchError) as raised:
        bench.auth.page_session(page, "zhang")
    assert raised.value.code is Code.invalid_request


def test_a_new_password_ends_old_tokens(bench: Bench) -> None:
    bench.store.users.add("changer", PASSWORD, "development", [Role.analyst])
    before = bench.auth.sign_in("changer", PASSWORD)
    bench.store.users.set_password("changer", PASSWORD + "!")
    with pytest.raises(WorkbenchError) as raised:
        bench.auth.refresh(before.session_token)
    assert raised.value.code is Code.token_expired
    with pytest.raises(WorkbenchError):
        bench.auth.actor_of(before.access_token)
