"""How many pages are open at once, and who comes in next. Pure: the clock is passed in.

A machine carries so many kernels and no more. Whoever comes when it is full gets a place in a queue
and is let in by that order; a place that nobody asks for again is given up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 30.0
"""A place in the queue is lost when nobody has asked for it this long (our default): the waiting
page asks every five seconds."""


@dataclass(frozen=True)
class Entered:
    """One more page may open. ``visit`` is what has to be given back with ``leave``."""

    visit: str


@dataclass(frozen=True)
class Waiting:
    """``ticket`` keeps the place; ``place`` is 1 for who comes in next."""

    ticket: str
    place: int


@dataclass
class _Place:
    visitor: str
    asked: float


class Admission:
    """``clock`` gives seconds that only grow; ``new_id`` names visits and tickets."""

    def __init__(
        self,
        capacity: int,
        clock: Callable[[], float],
        patience: float = PATIENCE_SECONDS,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12),
    ) -> None:
        self.capacity = capacity
        self._clock, self._patience, self._new_id = clock, patience, new_id
        self._open: set[str] = set()
        self._queue: dict[str, _Place] = {}

    @property
    def open(self) -> int:
        return len(self._open)

    @property
    def waiting(self) -> int:
        self._forget()
        return len(self._queue)

    def ask(self, visitor: str, ticket: str = "") -> Entered | Waiting:
        """``ticket`` is the one that this visitor was given before, if any; another's counts
        as none."""
        self._forget()
        held = self._queue.get(ticket)
        if held is None or held.visitor != visitor:
            ticket = self._new_id()
            self._queue[ticket] = held = _Place(visitor, self._clock())
        held.asked = self._clock()
        ahead = list(self._queue).index(ticket)
        if ahead >= self.capacity - len(self._open):
            return Waiting(ticket, ahead + 1)
        del self._queue[ticket]
        visit = self._new_id()
        self._open.add(visit)
        return Entered(visit)

    def leave(self, visit: str) -> None:
        """The page is closed. To leave twice is to leave."""
        self._open.discard(visit)

    def _forget(self) -> None:
        limit = self._clock() - self._patience
        for ticket in [t for t, place in self._queue.items() if place.asked < limit]:
            del self._queue[ticket]
