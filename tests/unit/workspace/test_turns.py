"""Whose build comes next."""

from __future__ import annotations

from itertools import count

from workbench.workspace.turns import Ticket, Turns

_numbers = count()


def joined(turns: Turns, *asked: tuple[str, str, str]) -> list[Ticket]:
    tickets = [Ticket(d, p, k, next(_numbers)) for d, p, k in asked]
    for ticket in tickets:
        turns.join(ticket)
    return tickets


def served(turns: Turns) -> list[str]:
    return list(iter(turns.next, None))


def test_a_hundred_requests_of_one_department_delay_anothers_by_one():
    turns = Turns()
    joined(turns, *[("tax", "zhang", f"t{n}") for n in range(100)])
    joined(turns, ("civil", "li", "c0"), ("civil", "li", "c1"))
    assert [turns.position(k) for k in ("t0", "c0", "c1", "t1", "t99")] == [1, 2, 4, 3, 102]
    assert served(turns)[:5] == ["t0", "c0", "t1", "c1", "t2"]


def test_within_a_department_people_take_turns():
    turns = Turns()
    joined(turns, *[("tax", "zhang", f"z{n}") for n in range(3)], ("tax", "wang", "w0"))
    assert served(turns) == ["z0", "w0", "z1", "z2"]


def test_equal_keys_are_served_once_and_by_the_earliest_of_their_turns():
    turns = Turns()
    joined(turns, ("tax", "zhang", "z0"), ("tax", "zhang", "same"), ("civil", "li", "same"))
    assert turns.position("same") == 2
    assert served(turns) == ["z0", "same"]


def test_who_gives_up_leaves_and_who_waits_for_the_same_stays():
    turns = Turns()
    first, second, other = joined(
        turns, ("tax", "zhang", "k"), ("civil", "li", "k"), ("civil", "li", "o")
    )
    turns.leave(first)
    assert [turns.position(k) for k in ("k", "o")] == [1, 2]
    turns.leave(second)
    turns.leave(second)
    assert [turns.position(k) for k in ("k", "o")] == [0, 1]
    turns.leave(other)
    assert turns.next() is None
