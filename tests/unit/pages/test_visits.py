"""Which kernel belongs to whom, and which one nobody needs any more."""

from __future__ import annotations

import pytest

from workbench.pages.server.visits import LOADS, Patience, Visit, Visits, Why


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ended() -> list[str]:
    return []


@pytest.fixture
def visits(clock: Clock, ended: list[str]) -> Visits:
    return Visits(clock, Patience(unseen=60, left=30), ended.append)


def begun(visits: Visits, name: str = "v1", kernel: str = "k1", until: float = 1e9) -> Visit:
    visit = visits.begin(name, "li", "board", until)
    visit.kernel = kernel
    return visit


def reasons(visits: Visits) -> list[Why]:
    return [why for _, why in visits.due()]


def test_a_kernel_belongs_to_who_opened_its_page(visits: Visits) -> None:
    begun(visits)
    assert visits.owns("li", "k1")
    assert not visits.owns("wang", "k1")
    assert not visits.owns("li", "k2")
    # A visit that has no kernel yet owns none, whatever a kernel without a name may be.
    visits.begin("v2", "wang", "board", 1e9)
    assert not visits.owns("wang", "")


def test_a_page_that_never_connects_is_ended_a_minute_after_it_was_shown(
    visits: Visits, clock: Clock
) -> None:
    begun(visits)
    clock.now += 600  # a slow statement: somebody waits for it
    assert reasons(visits) == []
    visits.shown("v1")
    clock.now += 60
    assert reasons(visits) == []
    clock.now += 1
    assert reasons(visits) == [Why.never_seen]


def test_a_page_that_went_silently_is_ended_and_one_that_comes_back_is_not(
    visits: Visits, clock: Clock
) -> None:
    begun(visits)
    visits.shown("v1")
    visits.connected("k1")
    clock.now += 3600
    assert reasons(visits) == []
    visits.disconnected("k1")
    clock.now += 30
    visits.connected("k1")  # the network was away for a moment
    clock.now += 3600
    assert reasons(visits) == []
    visits.disconnected("k1")
    clock.now += 31
    assert reasons(visits) == [Why.left]


def test_two_connections_of_a_page_are_left_when_both_are(visits: Visits, clock: Clock) -> None:
    begun(visits)
    visits.connected("k1")
    visits.connected("k1")
    visits.disconnected("k1")
    clock.now += 100
    assert reasons(visits) == []


def test_a_page_ends_with_its_session_though_somebody_looks(visits: Visits, clock: Clock) -> None:
    begun(visits, until=clock.now + 10)
    visits.connected("k1")
    clock.now += 10
    assert reasons(visits) == [Why.ended]


def test_to_end_twice_is_told_once(visits: Visits, ended: list[str]) -> None:
    begun(visits)
    visits.end("v1")
    visits.end("v1")
    assert ended == ["v1"]
    assert len(visits) == 0


def test_while_a_page_is_on_its_way_the_pool_is_left_alone(visits: Visits, clock: Clock) -> None:
    assert not visits.loading
    begun(visits)
    assert visits.loading
    visits.shown("v1")
    assert visits.loading
    visits.connected("k1")
    assert not visits.loading
    begun(visits, "v2", "k2")
    visits.shown("v2")
    clock.now += LOADS  # it will not connect any more
    assert not visits.loading
