"""Reports that are worked out beside the requests: waited for, kept, and not too many."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from workbench.disclosure.telling.books import Enough
from workbench.errors import Code, InvalidInput, LimitReached, WorkbenchError, simple
from workbench.gateway.looking import KEPT, MOST_WAITING, Looking

LONG = 30.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What holds the works of a test until it is set."""
    found = threading.Event()
    yield found
    found.set()


def test_who_does_not_wait_is_told_to_ask_again_and_it_is_worked_out_once(
    gate: threading.Event,
) -> None:
    looking, worked = Looking(), []

    def work(_: Enough) -> str:
        worked.append(1)
        gate.wait(LONG)
        return "done"

    assert looking.result("a", work, seconds=0) is None
    assert looking.result("a", work, seconds=0) is None
    gate.set()
    assert looking.result("a", work, LONG) == "done"
    assert looking.result("a", work, LONG) == "done"
    assert worked == [1]


def test_a_failure_is_told_and_not_kept() -> None:
    looking = Looking()

    def fails(_: Enough) -> str:
        raise simple(Code.invalid_request, "错", "wrong")

    def breaks(_: Enough) -> str:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(InvalidInput):
            looking.result("a", fails, LONG)
    with pytest.raises(WorkbenchError) as caught:
        looking.result("b", breaks, LONG)
    assert caught.value.code is Code.internal
    assert looking.result("a", lambda _: "well", LONG) == "well"


def test_no_more_than_a_few_wait(gate: threading.Event) -> None:
    looking = Looking()

    def work(_: Enough) -> bool:
        return gate.wait(LONG)

    for key in range(MOST_WAITING + 1):
        assert looking.result(key, work, seconds=0) is None
    with pytest.raises(LimitReached) as caught:
        looking.result("more", work, seconds=0)
    assert caught.value.code is Code.too_many_queries
    gate.set()
    assert all(looking.result(key, work, LONG) for key in range(MOST_WAITING + 1))
    assert looking.result("more", work, LONG)


def test_what_runs_is_told_when_the_gateway_ends(gate: threading.Event) -> None:
    looking = Looking()
    assert looking.result("a", lambda enough: enough(), LONG) is False
    looking.stop()
    assert looking.result("b", lambda enough: enough(), LONG) is True


def test_only_the_last_are_kept() -> None:
    looking, worked = Looking(), []

    def work(_: Enough) -> int:
        worked.append(1)
        return len(worked)

    for key in range(KEPT + 1):
        looking.result(key, work, LONG)
    assert looking.result(KEPT, work, LONG) == KEPT + 1
    assert looking.result(0, work, LONG) == KEPT + 2
