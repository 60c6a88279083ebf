"""Signing in at the leaders' server: where a reader sits reaches the gateway's throttle."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from page_city import PASSWORD
from page_server import PROXY_SECRET, PageServer, page_server

from workbench.store.throttle import FAILURES

TOO_MANY = "密码错误次数过多"
STRANGER, LEADER = "127.0.0.66", "127.0.0.7"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    with page_server(tmp_path_factory.mktemp("signing"), pool_size=0) as running:
        yield running


def tried(
    server: PageServer, name: str, password: str, source: str, **headers: str
) -> httpx.Response:
    """One attempt by a new browser whose connection comes from ``source``."""
    transport = httpx.HTTPTransport(local_address=source)
    with httpx.Client(base_url=server.url, transport=transport, headers=headers) as browser:
        (token,) = re.findall(r'name="_xsrf" value="([^"]+)"', browser.get("/login").text)
        form = {"_xsrf": token, "user": name, "password": password, "next": "/"}
        return browser.post("/login", data=form)


def test_a_stranger_keeps_no_leader_out(server: PageServer) -> None:
    said = [tried(server, "li", "wrong", STRANGER).text for _ in range(FAILURES + 1)]
    assert [TOO_MANY in text for text in said] == [False] * FAILURES + [True]
    assert TOO_MANY in tried(server, "li", PASSWORD, STRANGER).text
    assert tried(server, "li", PASSWORD, LEADER).status_code == 302
    invented = {"X-Forwarded-For": LEADER, "X-Real-Ip": LEADER}
    assert TOO_MANY in tried(server, "li", PASSWORD, STRANGER, **invented).text


@pytest.mark.parametrize("address", ["/login", "/logout"])
def test_a_form_of_another_site_is_refused_as_such(server: PageServer, address: str) -> None:
    with server.signed_in() as browser:
        form = {"_xsrf": browser.cookies["_xsrf"], "user": "li", "password": PASSWORD}
        for origin in ("https://elsewhere.example", "null"):
            answer = browser.post(address, data=form, headers={"Origin": origin})
            assert answer.status_code == 403
            assert "<h1>" in answer.text or "<p" in answer.text
        assert browser.get("/").status_code == 200
        answer = browser.post(address, data=form, headers={"Origin": server.url})
        assert answer.status_code == 302


def test_a_proxy_that_proves_itself_says_where_its_readers_sit(server: PageServer) -> None:
    proxy = "127.0.0.2"
    proof = {"X-Workbench-Proxy-Secret": PROXY_SECRET}

    def behind(password: str, forwarded: str, **more: str) -> httpx.Response:
        return tried(server, "wang", password, proxy, **{"X-Forwarded-For": forwarded, **more})

    for _ in range(FAILURES):
        behind("wrong", f"{LEADER}, {STRANGER}", **proof)
    assert TOO_MANY in behind(PASSWORD, STRANGER, **proof).text
    assert behind(PASSWORD, LEADER, **proof).status_code == 302
    for _ in range(FAILURES):
        behind("wrong", LEADER)
    assert TOO_MANY in behind(PASSWORD, "10.0.0.9").text, "unproven, it is one address itself"
