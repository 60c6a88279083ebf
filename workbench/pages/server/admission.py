"""How many pages are open at once, and who comes in next. Pure: the clock is passed in.

A machine carries so many kernels and no more. Whoever comes when it is full gets a place in a queue
and is let in by that order; a place that nobody asks for again is given up.
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


class Admission:
    """``clock`` gives seconds that only grow; ``new_id`` names visits."""

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
        self._queue: dict[tuple[str, str], float] = {}

    @property
    def open(self) -> int:
        return len(self._open)

    @property
    def waiting(self) -> int:
        self._forget()
        return len(self._queue)

    def ask(self, visitor: str, page: str) -> Entered | Waiting:
        """A visitor has one place for each page that they wait for, however often they ask: who
        presses "reload" moves nobody back. Each page that is open counts, a second tab too."""
        self._forget()
        self._queue[visitor, page] = self._clock()  # keeps the place that is there
        ahead = list(self._queue).index((visitor, page))
        if ahead >= self.capacity - len(self._open):
            return Waiting(ahead + 1)
        del self._queue[visitor, page]
        visit = self._new_id()
        self._open.add(visit)
        return Entered(visit)

    def leave(self, visit: str) -> None:
        """The page is closed. To leave twice is to leave."""
        self._open.discard(visit)

    def _forget(self) -> None:
        limit = self._clock() - self._patience
        for place in [place for place, asked in self._queue.items() if asked < limit]:
            del self._queue[place]
