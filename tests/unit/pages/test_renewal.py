"""How a page's kernel keeps its access, and what ends it: asked as a kernel asks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from page_city import PASSWORD, SCENARIO, Clock, opened, write_pages

from workbench.client import connect
from workbench.client.connection import Connection
from workbench.errors import Code, Unauthenticated
from workbench.gateway.assemble import Workbench
from workbench.gateway.doors import Gateway as Doors
from workbench.pages.server.app import PagesServer
from workbench.pages.server.gateway import Gateway
from workbench.pages.server.kernels import PageKernels
from workbench.pages.server.visitors import How, Visitors

QUESTION = "select count(*) as n from price"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pages(tmp_path_factory.mktemp("renewal"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(city: Path, clock: Clock) -> Iterator[Workbench]:
    found = opened(city, clock)
    yield found
    found.close()


@pytest.fixture
def doors(bench: Workbench) -> Iterator[Doors]:
    found = Doors(bench, "test")
    yield found
    found.stop()


@pytest.fixture
def kernel(bench: Workbench, doors: Doors) -> Iterator[Connection]:
    """Begins with the session of the page, as ``show`` does."""

    async def opened_for_li() -> str:
        gateway = Gateway(doors.http)
        try:
            session = await gateway.page_session("board", bench.auth.door_token("pages"), "li")
            return session.session_token
        finally:
            await gateway.close()

    with connect(doors.http, token=asyncio.run(opened_for_li()), progress=False) as connection:
        yield connection


def ask(kernel: Connection) -> int:
    return kernel.sql(QUESTION, scenario=SCENARIO).rows


def test_access_is_renewed_by_itself_while_the_session_lasts(
    kernel: Connection, clock: Clock
) -> None:
    for hours in (0, 0.3, 6, 11.9):  # an access token lives a quarter of an hour
        clock.ahead = timedelta(hours=hours)
        assert ask(kernel) == 1
    assert kernel.whoami()[0]["viewer"] == "li"


def test_after_the_session_one_has_to_sign_in_again(kernel: Connection, clock: Clock) -> None:
    assert ask(kernel) == 1
    clock.ahead = timedelta(hours=12, minutes=1)
    with pytest.raises(Unauthenticated) as refused:
        ask(kernel)
    assert refused.value.code is Code.token_expired


@pytest.mark.parametrize(
    ("end", "back", "code"),
    [
        (("disable",), ("enable",), Code.user_disabled),
        (("set_password", "another long password"), ("set_password", PASSWORD), Code.token_expired),
    ],
    ids=["disabled", "password changed"],
)
def test_it_ends_with_its_viewer_at_once(
    kernel: Connection,
    bench: Workbench,
    end: tuple[str, ...],
    back: tuple[str, ...],
    code: Code,
) -> None:
    assert ask(kernel) == 1
    getattr(bench.store.users, end[0])("li", *end[1:])
    try:
        with pytest.raises(Unauthenticated) as refused:
            ask(kernel)
    finally:
        getattr(bench.store.users, back[0])("li", *back[1:])
    assert refused.value.code is code


def test_who_signed_in_is_renewed_for_as_long_as_their_own_session(
    doors: Doors, clock: Clock
) -> None:
    """The server renews their access token until their session ends; the visit ends with it."""

    async def open_pages() -> None:
        gateway = Gateway(doors.http)
        seconds = 0.0
        visitors = Visitors(lambda: seconds)
        found = await gateway.sign_in("li", PASSWORD)
        _, visitor = visitors.welcome(
            "li", How.password, found.session_token, found.access_token, found.expires_in
        )
        first = await gateway.renewed(visitor, seconds)
        assert first == found.access_token
        seconds = 11 * 3600.0
        clock.ahead = timedelta(seconds=seconds)
        bearer = await gateway.renewed(visitor, seconds)
        assert bearer != first
        await gateway.confirm(bearer)
        clock.ahead = timedelta(hours=12, minutes=1)
        with pytest.raises(Unauthenticated):
            await gateway.confirm(bearer)
        with pytest.raises(Unauthenticated):
            await gateway.renewed(visitor, 12.1 * 3600)
        await gateway.close()

    asyncio.run(open_pages())


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/pages-server.md").read_text(encoding="utf-8")
    for kind in (PagesServer, PageKernels):
        own = kind.class_own_traits(config=True)
        assert own
        for name in own:
            assert re.search(rf"`{name}`", page), name
