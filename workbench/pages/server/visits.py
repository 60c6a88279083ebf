"""Which kernel shows which page to whom, and which kernel nobody needs any more. Pure.

A visit begins when it is let in, gets its kernel, is shown (the page was sent to its end), is seen
(the browser's WebSocket came) and is left. A page says when it is left; for those that could not
say so, ``due`` finds out by the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a kernel is ended though nobody asked for it."""

    never_seen = "its page never connected"
    left = "its page has gone"
    ended = "its session has ended"


@dataclass
class Visit:
    """``visitor`` is the key of who opened it. Times are seconds of the clock that was passed in;
    ``until`` is when the session behind it ends."""

    id: str
    visitor: str
    page: str
    began: float
    until: float
    kernel: str = ""
    shown: float | None = None
    left: float | None = None
    connections: int = 0
    seen: bool = False


@dataclass(frozen=True)
class Patience:
    """Seconds that a kernel is kept without a page: before it was ever seen, and after it was."""

    unseen: float = 60.0
    left: float = 60.0


class Visits:
    """``on_end`` is told the id of each visit that is over."""

    def __init__(
        self,
        clock: Callable[[], float],
        patience: Patience,
        on_end: Callable[[str], None],
    ) -> None:
        self._clock, self._patience, self._on_end = clock, patience, on_end
        self._visits: dict[str, Visit] = {}

    def __len__(self) -> int:
        return len(self._visits)

    def __iter__(self) -> Iterator[Visit]:
        return iter(list(self._visits.values()))

    def begin(self, visit: str, visitor: str, page: str, until: float) -> Visit:
        found = Visit(visit, visitor, page, self._clock(), until)
        self._visits[visit] = found
        return found

    def get(self, visit: str) -> Visit | None:
        return self._visits.get(visit)

    def of_kernel(self, kernel: str) -> Visit | None:
        found = (v for v in self._visits.values() if kernel and v.kernel == kernel)
        return next(found, None)

    def owns(self, visitor: str, kernel: str) -> bool:
        """Whether this visitor opened the page of this kernel."""
        visit = self.of_kernel(kernel)
        return visit is not None and visit.visitor == visitor

    def shown(self, visit: str) -> None:
        if visit in self._visits:
            self._visits[visit].shown = self._clock()

    def connected(self, kernel: str) -> None:
        visit = self.of_kernel(kernel)
        if visit is not None:
            visit.connections += 1
            visit.seen, visit.left = True, None

    def disconnected(self, kernel: str) -> None:
        visit = self.of_kernel(kernel)
        if visit is not None and visit.connections:
            visit.connections -= 1
            if not visit.connections:
                visit.left = self._clock()

    def end(self, visit: str) -> None:
        """To end twice is to end."""
        if self._visits.pop(visit, None) is not None:
            self._on_end(visit)

    @property
    def loading(self) -> bool:
        """Whether a page is on its way: not sent to its end, or not connected a moment later."""
        return any(self._loads(v) for v in self._visits.values())

    def due(self) -> list[tuple[Visit, Why]]:
        """The visits whose kernel is to be ended now, each with the reason."""
        found = ((visit, self._why(visit)) for visit in self._visits.values())
        return [(visit, why) for visit, why in found if why is not None]

    def _loads(self, visit: Visit) -> bool:
        return visit.shown is None or (not visit.seen and self._clock() - visit.shown < LOADS)

    def _why(self, visit: Visit) -> Why | None:
        now = self._clock()
        if now >= visit.until:
            return Why.ended
        if visit.left is not None and now - visit.left > self._patience.left:
            return Why.left
        # One that is still being sent has somebody who waits for it.
        if not visit.seen and visit.shown is not None and now - visit.shown > self._patience.unseen:
            return Why.never_seen
        return None


LOADS = 10.0
"""Seconds in which a browser connects once it has the page (our default)."""
