"""Counting how far people can be told apart, over HTTP: a few at a time; and a case without id."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from overseen_city import Town, overseen

from workbench.cli.cases import _counted
from workbench.errors import Code, InvalidInput, LimitReached, Text, WorkbenchError
from workbench.gateway import casework
from workbench.model.actor import Actor, Role
from workbench.sharing.looks import Looks

WU = Actor("wu", "trade", frozenset({Role.provider}))
SPEC = {
    "department": "finance", "scenario": "trial", "resource": "prices", "mode": "obtain",
    "columns": {"town": "value"}, "duty_basis": "duty", "reason": "month",
    "until": "2026-12-31", "users": ["li"],
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with overseen(tmp_path_factory.mktemp("looks")) as found:
        yield found


def test_a_few_count_at_a_time_and_the_next_is_told_at_once(town: Town) -> None:
    """Whoever asks often does not take the gateway's threads from everybody else."""
    bench, gate, done = town.bench, threading.Event(), list[Any]()
    case = town.as_("ma").cases.apply(SPEC)["id"]

    def measure(*given: Any) -> Any:
        gate.wait(10)
        return bench.measure(*given)

    app = FastAPI()
    casework.add(app, bench.cases, bench.city, measure, bench.clock, Depends(lambda: WU))

    async def get() -> Any:
        door = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=door, base_url="http://gateway") as client:
            return (await client.get(f"/cases/{case}/uniqueness")).json()

    def ask() -> None:
        try:
            done.append(asyncio.run(get()))
        except WorkbenchError as error:
            done.append(error)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    limit = time.monotonic() + 30
    while len(done) < 5 - casework.COUNTS and time.monotonic() < limit:
        time.sleep(0.01)
    refused = list(done)
    gate.set()
    for thread in threads:
        thread.join()
    assert [type(one) for one in refused] == [LimitReached] * (5 - casework.COUNTS)
    assert refused[0].code is Code.too_many_queries
    assert [one["entities"] for one in done if isinstance(one, dict)] == [1] * casework.COUNTS
    assert town.as_("wu").cases.uniqueness(case)["entities"] == 1


def test_a_review_is_shown_without_a_count_that_others_keep_waiting() -> None:
    class Busy:
        def uniqueness(self, _: str) -> Any:
            with Looks(0, Text("测算", "Counts")).one():
                raise AssertionError

    told = _counted(Busy(), "case")["why"]  # type: ignore[arg-type]
    assert told["en"].startswith("Counts: 0 under way")
    assert "Next: Try again" in told["en"]


def test_a_case_without_an_id_is_told_so(town: Town) -> None:
    cases = town.as_("wu").cases
    for ask in (
        lambda: cases.get(""),
        lambda: cases.uniqueness(""),
        lambda: cases.act("", "approve", 1),
    ):
        with pytest.raises(InvalidInput, match="No case was named") as told:
            ask()
        assert town.gateway.http not in str(told.value)
