"""Who comes in, who waits, and in which order."""

from __future__ import annotations

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from workbench.pages.server.admission import (
    PATIENCE_SECONDS,
    Admission,
    Entered,
    OwnShare,
    Waiting,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def admission(capacity: int, clock: Clock | None = None, each: int = 9) -> Admission:
    ids = count()
    return Admission(capacity, each, clock or Clock(), new_id=lambda: f"id{next(ids)}")


def entered(answer: Entered | Waiting | OwnShare) -> str:
    assert isinstance(answer, Entered)
    return answer.visit


def test_as_many_come_in_as_there_is_room_and_a_second_tab_counts() -> None:
    doors = admission(2)
    entered(doors.ask("li", "board"))
    entered(doors.ask("li", "board"))
    assert doors.ask("li", "board") == Waiting(1)
    assert (doors.open, doors.waiting) == (2, 1)


def test_who_waits_comes_in_by_order_and_a_newcomer_does_not_overtake() -> None:
    doors = admission(1)
    visit = entered(doors.ask("li", "board"))
    assert doors.ask("wang", "board") == Waiting(1)
    assert doors.ask("chen", "board") == Waiting(2)
    doors.leave(visit)
    assert doors.ask("newcomer", "board") == Waiting(3)
    assert doors.ask("chen", "board") == Waiting(2)
    visit = entered(doors.ask("wang", "board"))
    assert doors.ask("chen", "board") == Waiting(1)
    doors.leave(visit)
    entered(doors.ask("chen", "board"))


def test_to_ask_often_takes_no_second_place_but_another_page_does() -> None:
    doors = admission(1)
    entered(doors.ask("li", "board"))
    for _ in range(9):
        assert doors.ask("wang", "board") == Waiting(1)
    assert doors.ask("wang", "desk") == Waiting(2)
    assert doors.ask("chen", "board") == Waiting(3)


def test_nobody_fills_the_house_alone() -> None:
    doors = admission(3, each=2)
    first, _ = entered(doors.ask("li", "board")), entered(doors.ask("li", "desk"))
    assert doors.ask("li", "third") == OwnShare(2)
    entered(doors.ask("wang", "board"))
    assert (doors.open, doors.waiting) == (3, 0)
    doors.leave(first)
    entered(doors.ask("li", "third"))


def test_who_has_their_share_holds_up_nobody_who_waits() -> None:
    doors = admission(2, each=1)
    visit = entered(doors.ask("chen", "board"))
    entered(doors.ask("zhao", "board"))
    assert doors.ask("li", "board") == Waiting(1)
    assert doors.ask("li", "desk") == Waiting(2)
    assert doors.ask("wang", "board") == Waiting(3)
    doors.leave(visit)
    entered(doors.ask("li", "board"))
    assert doors.ask("li", "desk") == OwnShare(1)
    assert doors.ask("wang", "board") == Waiting(1)


def test_a_place_is_kept_by_asking_and_lost_by_silence() -> None:
    clock = Clock()
    doors = admission(1, clock)
    entered(doors.ask("li", "board"))
    assert doors.ask("wang", "board") == Waiting(1)
    assert doors.ask("chen", "board") == Waiting(2)
    clock.now += PATIENCE_SECONDS - 1
    assert doors.ask("chen", "board") == Waiting(2)
    clock.now += 2
    assert doors.ask("chen", "board") == Waiting(1)
    assert doors.ask("wang", "board") == Waiting(2)


def test_to_leave_twice_frees_one_place() -> None:
    doors = admission(1)
    visit = entered(doors.ask("li", "board"))
    doors.leave(visit)
    doors.leave(visit)
    entered(doors.ask("wang", "board"))
    assert isinstance(doors.ask("chen", "board"), Waiting)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=60))
def test_never_more_than_the_machine_carries(steps: list[tuple[str, bool]]) -> None:
    doors = admission(3)
    visits: list[str] = []
    waiting: dict[str, None] = {}
    for who, leaves in steps:
        if leaves and visits:
            doors.leave(visits.pop(0))
            continue
        answer = doors.ask(who, "board")
        if isinstance(answer, Entered):
            visits.append(answer.visit)
            waiting.pop(who, None)
        else:
            waiting[who] = None
        assert doors.open == len(visits) <= 3
        assert doors.waiting == len(waiting)
    for visit in visits:
        doors.leave(visit)
    answers = [doors.ask(who, "board") for who in waiting]
    assert sum(isinstance(answer, Entered) for answer in answers) == min(3, len(waiting))
