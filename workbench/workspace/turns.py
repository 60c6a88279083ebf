"""Whose build comes next: departments in turn, and within a department its people in turn.

A department that asks for a hundred workspaces delays another's first by one build, not by a
hundred. Pure: whoever uses it holds a lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """One waiter: ``number`` tells apart two of the same person for the same ``key``."""

    department: str
    person: str
    key: str
    number: int


_Queue = dict[str, dict[str, list[Ticket]]]


class Turns:
    """The waiting tickets, oldest turn first."""

    def __init__(self) -> None:
        self._queue: _Queue = {}

    def join(self, ticket: Ticket) -> None:
        people = self._queue.setdefault(ticket.department, {})
        people.setdefault(ticket.person, []).append(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Drop the ticket; nothing where it has left or was served."""
        people = self._queue.get(ticket.department, {})
        tickets = people.get(ticket.person, [])
        if ticket in tickets:
            tickets.remove(ticket)
            _tidy(self._queue, ticket)

    def next(self) -> str | None:
        """The key whose turn it is. All tickets for it are served with it."""
        ticket = next(_rounds(self._queue), None)
        if ticket is None:
            return None
        _serve(self._queue, ticket)
        for other in [t for t in self._all() if t.key == ticket.key]:
            self.leave(other)
        return ticket.key

    def position(self, key: str) -> int:
        """How many builds come up to and with this one: 1 is next, 0 is not waiting."""
        copied = {d: {p: list(t) for p, t in people.items()} for d, people in self._queue.items()}
        seen: set[str] = set()
        for ticket in _rounds(copied):
            seen.add(ticket.key)
            if ticket.key == key:
                return len(seen)
        return 0

    def _all(self) -> list[Ticket]:
        return [
            t for people in self._queue.values() for tickets in people.values() for t in tickets
        ]


def _rounds(queue: _Queue) -> Iterator[Ticket]:
    """The tickets in the order of their turns. ``queue`` changes where the caller goes on."""
    while queue:
        people = next(iter(queue.values()))
        ticket = next(iter(people.values()))[0]
        yield ticket
        _serve(queue, ticket)


def _serve(queue: _Queue, ticket: Ticket) -> None:
    """Take the ticket out; its person goes behind the others, its department too."""
    people = queue.pop(ticket.department)
    tickets = people.pop(ticket.person)
    tickets.remove(ticket)
    if tickets:
        people[ticket.person] = tickets
    if people:
        queue[ticket.department] = people


def _tidy(queue: _Queue, ticket: Ticket) -> None:
    people = queue[ticket.department]
    if not people[ticket.person]:
        del people[ticket.person]
    if not people:
        del queue[ticket.department]
