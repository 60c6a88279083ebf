"""The leaders' server, its kernels and the gateway, all of them real."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from page_city import PASSWORD, entries, eventually
from page_server import (
    LINK,
    PROXY_SECRET,
    PageServer,
    kernel_of,
    name_of,
    page_server,
    sign_in,
    told,
    xsrf,
)
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect
from websockets.sync.client import connect as connect_socket

from workbench.model.entry import Event
from workbench.pages.server.page import VERSION


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    folder = tmp_path_factory.mktemp("pages")
    patience = {"unseen_seconds": 2.0, "left_seconds": 8.0, "refill_seconds": 0.2}
    with page_server(
        folder,
        viewers=3,
        pages_each=2,
        pool_size=1,
        early_seconds=5.0,
        place_seconds=5.0,
        **patience,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_left(server: PageServer) -> Iterator[None]:
    """After each test only the pool is there: every kernel of a page has ended."""
    yield
    assert server.pool_is_full(), [p.cmdline() for p in server.kernels()]


def leave(browser: httpx.Client, html: str) -> int:
    """What the page does when it is left."""
    return browser.post(told(html, "leave"), headers=xsrf(browser)).status_code


# The door -----------------------------------------------------------------------------------------


def test_nobody_sees_anything_before_they_sign_in(server: PageServer) -> None:
    with server.browser() as browser:
        for address in ("/", "/voila/render/board.ipynb", "/thumbnails/board.png"):
            answer = browser.get(address)
            assert answer.status_code == 302
            assert answer.headers["location"].startswith("/login?next=")
        for address in (
            "/voila/tree",
            "/voila/files/board.ipynb",
            "/voila/api/contents/board.ipynb",
        ):
            assert browser.get(address).status_code == 404


def test_a_person_signs_in_sees_their_pages_and_signs_out(server: PageServer) -> None:
    with server.browser() as browser:
        answer = sign_in(browser, "li", PASSWORD, "/?lang=en")
        assert (answer.status_code, answer.headers["location"]) == (302, "/?lang=en")
        cookie = next(c for c in browser.cookies.jar if c.name.startswith("workbench-pages"))
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "Lax"
        assert PASSWORD not in str(cookie.value)
        assert cookie.name.endswith(server.url.rsplit(":", 1)[1])  # cookies know no ports
        index = browser.get("/").text
        titles = re.findall(r"<h2>([^<]+)</h2>", index)
        assert sorted(titles) == ["价格表 board", "价格表 desk", "价格表 mine"]
        english = browser.get("/?lang=en").text
        assert "Prices board" in english
        assert "The mayor&#39;s meeting" in english
        assert "Prices board" in browser.get("/").text  # the choice is kept
        out = browser.post("/logout", headers=xsrf(browser))
        assert out.headers["location"] == "/login"
        assert browser.get("/").status_code == 302


def test_a_wrong_password_is_answered_in_the_gateway_s_words(server: PageServer) -> None:
    with server.browser() as browser:
        answer = sign_in(browser, "li", "wrong")
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text
    assert "忘记密码请联系安全管理员" in answer.text
    assert "workbench-pages" not in answer.headers.get("set-cookie", "")


def test_a_form_of_another_site_signs_nobody_in_or_out(server: PageServer) -> None:
    with server.browser() as browser:
        assert browser.post("/login", data={"user": "li", "password": PASSWORD}).status_code == 403
    with server.signed_in() as browser:
        assert browser.post("/logout").status_code == 403
        assert browser.get("/").status_code == 200


def test_a_link_lets_in_and_its_token_leaves_the_address(server: PageServer) -> None:
    with server.browser() as browser:
        answer = browser.get(f"/?lang=en&token={LINK}")
        assert (answer.status_code, answer.headers["location"]) == (302, "/?lang=en")
        titles = re.findall(r"<h2>([^<]+)</h2>", browser.get("/").text)
        assert sorted(titles) == ["Prices board", "Prices desk"]  # not the one under one's own name


@pytest.mark.parametrize("token", ["wrong", LINK[:-1], LINK + "x"])
def test_a_wrong_link_lets_nobody_in(server: PageServer, token: str) -> None:
    with server.browser() as browser:
        answer = browser.get("/", params={"token": token})
        assert answer.status_code == 403
        assert "访问令牌无效" in answer.text
        assert token not in answer.text
        assert browser.get("/").status_code == 302


def test_a_proxy_names_who_is_looking_when_it_proves_itself(server: PageServer) -> None:
    proof = {"X-Forwarded-User": "li", "X-Workbench-Proxy-Secret": PROXY_SECRET}
    with server.browser(**proof) as browser:
        assert "价格表 board" in browser.get("/").text


@pytest.mark.parametrize(
    "more",
    [{}, {"X-Workbench-Proxy-Secret": ""}, {"X-Workbench-Proxy-Secret": PROXY_SECRET[:-1]}],
    ids=["none", "empty", "wrong"],
)
def test_a_proxy_without_proof_is_refused_and_not_ignored(
    server: PageServer, more: dict[str, str]
) -> None:
    with server.signed_in() as browser:
        answer = browser.get("/", headers={"X-Forwarded-User": "li", **more})
    assert answer.status_code == 403
    assert "统一入口没有证明自己的身份" in answer.text


def test_a_name_that_is_given_twice_is_no_name(server: PageServer) -> None:
    headers = [
        ("X-Forwarded-User", "li"),
        ("X-Forwarded-User", "wang"),
        ("X-Workbench-Proxy-Secret", PROXY_SECRET),
    ]
    assert httpx.get(server.url, headers=headers, trust_env=False).status_code == 403


def test_a_link_on_another_site_does_not_change_who_is_signed_in(server: PageServer) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    with server.signed_in("wang") as browser:
        answer = browser.get(f"/?token={LINK}", headers=foreign)
        assert answer.status_code == 403
        assert "您已以 wang 的身份登录" in answer.text
        assert "价格表 mine" in browser.get("/").text  # still wang's own
        assert browser.get(f"/?token={LINK}").status_code == 302  # typed in: meant so
        assert "价格表 mine" not in browser.get("/").text
    with server.browser() as browser:
        assert browser.get(f"/?token={LINK}", headers=foreign).status_code == 302


@pytest.mark.parametrize("path", ["/login", f"/?token={LINK}", "/voila/render/board.ipynb"])
def test_another_host_is_not_answered(server: PageServer, path: str) -> None:
    port = server.url.rsplit(":", 1)[1]
    with server.browser() as browser:
        for host in ("evil.example", f"evil.example:{port}", "10.1.2.3"):
            answer = browser.get(path, headers={"Host": host})
            assert answer.status_code == 403
            assert "set-cookie" not in answer.headers
        assert browser.get("/login", headers={"Host": f"localhost:{port}"}).status_code == 200


def test_what_is_no_text_in_an_address_is_no_error(server: PageServer) -> None:
    with server.browser() as browser:
        assert browser.get("/login?lang=%ff").status_code == 200
        assert browser.get("/voila/nothing?lang=%ff").status_code == 404


def test_a_stranger_can_not_fill_the_memory(server: PageServer) -> None:
    with server.browser() as browser:
        form = browser.get("/login").text
        (token,) = re.findall(r'name="_xsrf" value="([^"]+)"', form)
        body = {"_xsrf": token, "user": "li", "password": "x" * 70_000, "next": "/"}
        with suppress(httpx.TransportError):  # the connection may end while it is sent
            assert browser.post("/login", data=body).status_code in (400, 413)
        assert browser.get("/login").status_code == 200
    assert "Content-Length too long" in server.log


def test_files_outside_are_not_read_and_strangers_leave_no_traceback(server: PageServer) -> None:
    outside = server.site.root / "large.json"
    outside.write_bytes(b"[" + b"1," * 4_000_000 + b"1]")
    up = "../" * 16 + str(outside).lstrip("/")
    before = server.log.count("Traceback")
    with server.browser() as browser:
        for base in (
            "/voila/static/",
            "/voila/templates/workbench/static/",
            "/voila/labextensions/",
        ):
            for path in (up, up + ".none", up.replace("/", "%2f")):
                request = browser.build_request("GET", server.url)
                request.url = request.url.copy_with(raw_path=(base + path).encode())
                answer = browser.send(request)
                assert answer.status_code in (403, 404), (base, path)
                assert len(answer.content) < 4_000
        for path in ("x", "workbench/static/..%2fconf.json", "nothing/static/x.js"):
            assert browser.get(f"/voila/templates/{path}").status_code in (403, 404)
    assert server.log.count("Traceback") == before


# Pages --------------------------------------------------------------------------------------------


def test_a_page_is_shown_with_its_figures_before_its_kernel_lives(server: PageServer) -> None:
    with server.browser() as browser:
        browser.get(f"/?token={LINK}")
        answer = server.page(browser, query="?lang=en&theme=wall")
        html = answer.text
        assert answer.status_code == 200
        assert '<html lang="en" data-language="en" data-page="board" data-theme="wall">' in html
        assert "<title>Prices board</title>" in html
        early = html.index('id="workbench-early"')
        assert html.index("<body") < early < html.index('id="rendered_cells"')
        assert '"甲","3"' in html[early : html.index('id="rendered_cells"')]
        assert "connect-src 'self'" in answer.headers["content-security-policy"]
        assert kernel_of(html)
        assert leave(browser, html) == 204
        assert browser.get(f"/voila/static/{VERSION}/voila.js").status_code == 200
        chosen = server.page(browser, query="?f.name=x").text  # figures under no choice are others
        assert kernel_of(chosen)
        assert "workbench-early" not in chosen
        assert leave(browser, chosen) == 204
    # Both asked as the page, for li; the door stands in the ledger as who let them in.
    signed = [e for e in entries(server.bench, Event.signed_in) if e["actor"] == "page:board"]
    assert (signed[-1]["viewer"], signed[-1]["detail"]["door"]) == ("li", "door:pages")
    released = entries(server.bench, Event.release_opened)[-1]
    assert (released["actor"], released["viewer"]) == ("page:board", "li")


def test_the_kernel_knows_its_token_and_no_other_process_can_read_it(server: PageServer) -> None:
    with server.signed_in() as browser:
        html = server.page(browser).text
        assert "workbench-early" in html
        for kernel in server.kernels():
            told_ = {k: v for k, v in kernel.environ().items() if k.startswith("WORKBENCH")}
            assert set(told_) <= {"WORKBENCH_URL", "WORKBENCH_LANG"}
        with suppress(psutil.AccessDenied):  # it is closed to its own account, root may look
            assert "WORKBENCH_TOKEN" not in server.process.environ()
        written = "".join(
            path.read_text(errors="replace")
            for path in server.place.home.rglob("*")
            if path.is_file() and path.stat().st_size < 100_000
        )
        for secret in (server.secrets["door_token"], LINK, PROXY_SECRET, PASSWORD):
            assert secret not in written
            assert secret not in server.log
            assert secret not in html
        assert "eyJ" not in written + server.log + html  # how our tokens begin
        leave(browser, html)


def test_a_page_under_one_s_own_name_asks_with_one_s_own_session(server: PageServer) -> None:
    with server.signed_in("wang") as browser:
        html = server.page(browser, "mine").text
        assert "workbench-early" in html
        leave(browser, html)
    released = entries(server.bench, Event.release_opened)[-1]
    assert (released["actor"], released["viewer"]) == ("wang", "")


@pytest.mark.parametrize("way", ["link", "proxy"])
def test_it_says_so_to_who_did_not_sign_in_themselves(server: PageServer, way: str) -> None:
    proof = {"X-Forwarded-User": "li", "X-Workbench-Proxy-Secret": PROXY_SECRET}
    with server.browser(**(proof if way == "proxy" else {})) as browser:
        if way == "link":
            browser.get(f"/?token={LINK}")
        answer = server.page(browser, "mine")
    assert answer.status_code == 401
    assert "须以您本人的身份登录" in answer.text
    assert "/login?next=%2Fvoila%2Frender%2Fmine.ipynb" in answer.text


def test_a_page_that_does_not_list_somebody_says_so(server: PageServer) -> None:
    with server.signed_in("chen") as browser:
        assert re.findall(r"<h2>([^<]+)</h2>", browser.get("/").text) == ["价格表 mine"]
        answer = server.page(browser)
    assert answer.status_code == 403
    assert "chen" in answer.text
    assert "workbench-early" not in answer.text


def test_there_is_no_such_page(server: PageServer) -> None:
    with server.signed_in() as browser:
        answer = server.page(browser, "nothing")
        assert answer.status_code == 400
        assert "没有页面 nothing" in answer.text
        for path in ("..%2Fboard", "pages/board", "board.yaml"):
            assert browser.get(f"/voila/render/{path}").status_code == 404


# Kernels ------------------------------------------------------------------------------------------


async def connects(server: PageServer, kernel: str, cookies: httpx.Cookies) -> int:
    """The status with which a WebSocket is refused, or 101."""
    named = "; ".join(f"{name}={value}" for name, value in cookies.items())
    address = f"{server.url.replace('http', 'ws')}/api/kernels/{kernel}/channels"
    try:
        socket = await websocket_connect(HTTPRequest(address, headers={"Cookie": named}))
    except HTTPClientError as error:
        return error.code
    socket.close()
    return 101


def test_a_kernel_speaks_only_to_who_opened_its_page(server: PageServer) -> None:
    with server.signed_in("li") as li, server.signed_in("wang") as wang, server.browser() as link:
        html = server.page(li).text
        kernel = kernel_of(html)
        link.get(f"/?token={LINK}")  # the same person by another way is another visitor
        for browser in (wang, link, server.browser()):
            assert asyncio.run(connects(server, kernel, browser.cookies)) == 403
        assert asyncio.run(connects(server, kernel, li.cookies)) == 101
        eventually(lambda: len(server.kernels()) == 2, 20)
        for found in map(name_of, server.kernels()):  # nobody's kernel, and the page's own
            expected = 101 if found == kernel else 403
            assert asyncio.run(connects(server, found, li.cookies)) == expected
        wang.get("/login")
        for address in (f"/voila/api/shutdown/{kernel}", told(html, "leave")):
            assert wang.post(address, headers=xsrf(wang)).status_code == 403
        assert wang.get(f"/api/kernels/{kernel}").status_code == 403
        assert wang.delete(f"/api/kernels/{kernel}", headers=xsrf(wang)).status_code == 403
        assert li.get(f"/api/kernels/{kernel}").status_code == 200
        # Voila's own script asks so when a page is closed.
        address = f"/voila/api/shutdown/{kernel}"
        assert li.post(address).status_code == 403
        assert li.post(address, headers=xsrf(li)).status_code == 204
        assert leave(li, html) == 204  # to leave twice is no error
        assert li.get(f"/api/kernels/{kernel}").status_code == 403


@pytest.mark.slow
def test_a_kernel_that_no_page_connects_to_is_ended(server: PageServer) -> None:
    with server.signed_in() as browser:
        kernel = kernel_of(server.page(browser).text)
        assert browser.get(f"/api/kernels/{kernel}").status_code == 200
    assert server.pool_is_full()
    assert "its page never connected" in server.log


def test_three_visits_leave_no_kernel(server: PageServer) -> None:
    before = {p.pid for p in server.kernels()}
    with server.signed_in() as browser:
        for _ in range(3):
            assert leave(browser, server.page(browser).text) == 204
    assert server.pool_is_full()
    assert len(before | {p.pid for p in server.kernels()}) > 1  # they were other kernels


def test_who_leaves_while_the_page_loads_leaves_no_kernel(server: PageServer) -> None:
    with (
        server.signed_in() as browser,
        browser.stream("GET", "/voila/render/board.ipynb") as answer,
    ):
        assert next(answer.iter_text()).startswith("<!DOCTYPE html>")
    assert server.pool_is_full()


def test_a_kernel_that_died_is_replaced_in_the_pool(server: PageServer) -> None:
    assert server.pool_is_full()
    (waiting,) = server.kernels()
    waiting.kill()
    with server.signed_in() as browser:
        html = server.page(browser).text
        assert "workbench-early" in html
        assert kernel_of(html)
        leave(browser, html)


def connected(server: PageServer, browser: httpx.Client, html: str) -> Any:
    """As a page is while somebody looks at it."""
    named = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = f"{server.url.replace('http', 'ws')}/api/kernels/{kernel_of(html)}/channels"
    return connect_socket(address, additional_headers={"Cookie": named}, max_size=None)


@pytest.mark.slow
def test_when_all_places_are_taken_the_next_waits_and_comes_in(server: PageServer) -> None:
    with server.signed_in("li") as li, server.signed_in("wang") as wang, ExitStack() as looking:
        first = server.page(li).text
        looking.enter_context(connected(server, li, first))
        second = server.page(li).text  # a second tab counts
        looking.enter_context(connected(server, li, second))
        third = server.page(li, "desk")  # nobody fills the house alone
        assert third.status_code == 503
        assert "您打开的页面已达每人上限" in third.text
        assert '<p class="place">2</p>' in third.text
        own = server.page(wang, "mine").text
        looking.enter_context(connected(server, wang, own))
        waits = server.page(wang)
        assert waits.status_code == 503
        assert waits.headers["retry-after"] == "5"
        assert '<p class="place">1</p>' in waits.text
        assert 'content="5;url=/voila/render/board.ipynb"' in waits.text
        assert '<p class="place">1</p>' in server.page(wang).text
        assert '<p class="place">2</p>' in server.page(wang, "desk").text
        leave(li, first)
        assert server.page(li).status_code == 503  # not before who waits
        shown = server.page(wang)
        assert shown.status_code == 200
        leave(wang, shown.text)
        li.post("/logout", headers=xsrf(li))  # their pages end with them
        leave(wang, own)
        # Who has closed the waiting page holds up nobody for long.
        eventually(lambda: server.page(wang, "mine").status_code == 200, 20)
        wang.post("/logout", headers=xsrf(wang))


# The end of a session -----------------------------------------------------------------------------


def test_a_changed_password_ends_the_visit_at_the_next_page(server: PageServer) -> None:
    users = server.bench.store.users
    with server.signed_in("wang") as browser:
        users.set_password("wang", "another long password")
        try:
            answer = server.page(browser)
            assert answer.status_code == 401
            assert 'name="password"' in answer.text
            assert "令牌已过期" in answer.text
            assert browser.get("/").status_code == 302
        finally:
            users.set_password("wang", PASSWORD)


def test_a_disabled_viewer_is_refused_by_every_way(server: PageServer) -> None:
    users = server.bench.store.users
    with server.signed_in("li") as person, server.browser() as link:
        link.get(f"/?token={LINK}")
        users.disable("li")
        try:
            assert server.page(person).status_code == 401
            assert server.page(link).status_code == 403
        finally:
            users.enable("li")


def test_an_ended_door_token_is_told_and_a_new_one_opens_again(server: PageServer) -> None:
    with server.browser() as browser:
        browser.get(f"/?token={LINK}")
        old = server.secrets["door_token"]
        server.tell(door_token="")
        eventually(lambda: server.page(browser).status_code == 503)
        assert "页面服务器尚不能代为打开页面" in server.page(browser).text
        server.tell(door_token=old)
        eventually(lambda: browser.get("/").status_code == 200)


def test_a_gateway_that_is_away_is_told(tmp_path: Path, server: PageServer) -> None:
    with server.signed_in() as browser:
        server.gateway._server.should_exit = True  # its HTTP side alone
        server.gateway._thread.join(10)
        answer = server.page(browser)
        assert answer.status_code == 503
        assert "数据网关暂时没有应答" in answer.text
