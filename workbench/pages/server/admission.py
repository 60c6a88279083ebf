"""How many pages are open at once, and who comes in next. Pure: the clock is passed in.

A machine carries so many kernels and no more. Whoever comes when it is full gets a place in a queue
and is let in by that order; a place that nobody asks for again is given up. One person has so many
pages open and no more, by whichever way and from however many browsers they came: nobody fills the
house alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE_SECONDS = 12.0
"""A place in the queue is lost when nobody has asked for it this long (our default): the waiting
page asks every five seconds, and who has closed it holds up the others no longer than this."""


@dataclass(frozen=True)
class Entered:
    """One more page may open. ``visit`` is what has to be given back with ``leave``."""

    visit: str


@dataclass(frozen=True)
class Waiting:
    """``place`` is 1 for who comes in next."""

    place: int


@dataclass(frozen=True)
class OwnShare:
    """They have so many pages ``open``, as many as one person may, and wait for none but theirs."""

    open: int


class Admission:
    """``capacity`` pages are open at once, ``each`` of one person. ``clock`` gives seconds that
    only grow; ``new_id`` names visits."""

    def __init__(
        self,
        capacity: int,
        each: int,
        clock: Callable[[], float],
        patience: float = PATIENCE_SECONDS,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12),
    ) -> None:
        self.capacity, self.each = capacity, each
        self._clock, self._patience, self._new_id = clock, patience, new_id
        self._open: dict[str, str] = {}
        self._queue: dict[tuple[str, str], float] = {}

    @property
    def open(self) -> int:
        return len(self._open)

    @property
    def waiting(self) -> int:
        self._forget()
        return len(self._queue)

    def ask(self, person: str, page: str) -> Entered | Waiting | OwnShare:
        """A person has one place for each page that they wait for, however often they ask: who
        presses "reload" moves nobody back. Each page that is open counts, a second tab too."""
        self._forget()
        own = sum(opened == person for opened in self._open.values())
        if own >= self.each:
            # They hold up nobody: their places in the queue are given up.
            self._give_up(lambda place, _: place[0] == person)
            return OwnShare(own)
        self._queue[person, page] = self._clock()  # keeps the place that is there
        ahead = list(self._queue).index((person, page))
        if ahead >= self.capacity - len(self._open):
            return Waiting(ahead + 1)
        del self._queue[person, page]
        visit = self._new_id()
        self._open[visit] = person
        return Entered(visit)

    def leave(self, visit: str) -> None:
        """The page is closed. To leave twice is to leave."""
        self._open.pop(visit, None)

    def _forget(self) -> None:
        limit = self._clock() - self._patience
        self._give_up(lambda _, asked: asked < limit)

    def _give_up(self, gone: Callable[[tuple[str, str], float], bool]) -> None:
        for place in [place for place, asked in self._queue.items() if gone(place, asked)]:
            del self._queue[place]
