"""Results kept for pages: what one viewer was shown is shown to the next without being computed.

Only in memory, and only of pages: their statements are the same for everybody who may look. Each
query was decided and recorded before it comes here, and what it is given is released anew.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from workbench.catalogue.city import City
from workbench.errors import WorkbenchError
from workbench.model.actor import Actor
from workbench.query_path.asks import AsItStands
from workbench.query_path.bound import Bound
from workbench.query_path.described import BelowFloor
from workbench.query_path.kept_results import Collected, Result
from workbench.query_path.readings import Reading
from workbench.query_path.statistics import Statement
from workbench.query_path.whole import Answer
from workbench.workspace.spec import WorkspaceSpec

log = logging.getLogger(__name__)
WAIT_SECONDS = 30.0
"""How long one who asks the same waits for the first, before computing too (our default)."""
_POLL_SECONDS = 0.05
Check = Callable[[], bool]


@dataclass(frozen=True)
class Key:
    """``workspace`` covers grants, contracts, extracts and pulls; ``asked`` is a digest of the
    statement, its parameters, and the rules that it is protected by."""

    page: str
    place: str
    workspace: str
    asked: str


def key_of(actor: Actor, reading: Reading, bound: Bound, spec: WorkspaceSpec) -> Key | None:
    """None for what is not kept: of people; by a template; what changes by itself.

    A name means the same in every worker of a page: pages run queries only (``policy.decide``), so
    that none of their workers holds anything but its workspace.
    """
    if not actor.is_page or not isinstance(bound, AsItStands | Statement):
        return None
    if not reading.steady:
        return None
    return Key(actor.id, spec.place, spec.key(), hashlib.sha256(bound.shape()).hexdigest())


class Turn:
    """One query's part in a result: ``kept`` where there is one, else ``collected`` looks on while
    it is computed, and ``keep`` keeps it."""

    def __init__(self, results: Kept, key: Key | None, city: City, kept: Result | None) -> None:
        self.kept, self.key, self.city = kept, key, city
        self._results = results
        self._collected: Collected | None = None
        self._fit: Check = lambda: False
        self._first = 0

    @property
    def first(self) -> int | None:
        """The entry that released it first, where it is given again."""
        return None if self.kept is None else self.kept.first

    def collected(
        self, answer: Answer, low: BelowFloor, told: Mapping[str, Any] | None, fit: Check
    ) -> Answer:
        """``answer``, held as it passes. ``fit`` says, at its end, whether it may be kept."""
        if self.key is None:
            return answer
        self._fit = fit
        empty = Result(answer.schema, low, told)
        self._collected = Collected(answer, empty, self._results.most_of_one, self._give_up)
        return self._collected

    def opened(self, entry: int) -> None:
        self._first = entry

    def keep(self) -> None:
        """Once all of it was sent and closed in the ledger."""
        result = None if self._collected is None else self._collected.result(self._first)
        if self.key is None or result is None:
            return
        try:
            self._results.put(self.key, result, self.city, self._fit)
        except WorkbenchError as error:  # the answer was given; whoever asks next computes it
            log.warning("a result of %s was not kept: %s", self.key.page, error.code)

    def _give_up(self) -> None:
        if self.key is not None:
            self._results.end(self.key, self, worth=False)


@dataclass
class _Making:
    """A result under way. ``worth``: whether the next who asks may hope to keep it."""

    turn: Turn
    done: threading.Event = field(default_factory=threading.Event)
    worth: bool = True


class Kept:
    """The results of one gateway, the least recently used first. Safe for threads.

    ``city`` gives the present one: another drops all, for anything in it may shape an answer.
    """

    def __init__(self, city: Callable[[], City]) -> None:
        self._city = city
        self._lock = threading.Lock()
        self._of: City | None = None
        self._results: OrderedDict[Key, Result] = OrderedDict()
        self._making: dict[Key, _Making] = {}

    def __len__(self) -> int:
        with self._lock:
            return len(self._results)

    @property
    def size(self) -> int:
        """Bytes."""
        with self._lock:
            return self._size()

    @property
    def most_of_one(self) -> int:
        """Bytes."""
        settings = self._city().settings
        return min(settings.kept_result_mb, settings.kept_mb) << 20

    @contextmanager
    def turn(self, key: Key | None, city: City, waiting: Callable[[], object]) -> Iterator[Turn]:
        """While a query lasts that was decided by ``city``. ``waiting`` is called while another
        one computes the same, and raises to give up."""
        taken = self._taken(key, city, waiting)
        try:
            yield taken
        finally:
            if key is not None:
                self.end(key, taken)

    def _taken(self, key: Key | None, city: City, waiting: Callable[[], object]) -> Turn:
        limit = time.monotonic() + WAIT_SECONDS
        while key is not None:
            self._drop_all_of_another(self._city())
            with self._lock:
                kept = self._results.get(key)
                making = self._making.get(key)
                if kept is not None:
                    self._results.move_to_end(key)
                    return Turn(self, key, city, kept)
                if making is None:
                    turn = Turn(self, key, city, None)
                    self._making[key] = _Making(turn)
                    return turn
            if not _awaited(making, limit, waiting):
                break
        return Turn(self, None, city, None)

    def end(self, key: Key, turn: Turn, *, worth: bool = True) -> None:
        """``turn`` computes it no longer: whoever waits goes on."""
        with self._lock:
            making = self._making.get(key)
            if making is not None and making.turn is turn:
                del self._making[key]
                making.worth = worth
                making.done.set()

    def put(self, key: Key, result: Result, city: City, fit: Check) -> None:
        """``fit`` is asked under the lock: what a sweep is about to drop is not put after it."""
        now = self._city()
        self._drop_all_of_another(now)
        with self._lock:
            if city is now is self._of and result.size <= self.most_of_one and fit():
                self._results[key] = result
                over = self._size() - (now.settings.kept_mb << 20)
                while over > 0:
                    over -= self._results.popitem(last=False)[1].size

    def keep_only(self, wanted: Mapping[tuple[str, str], str]) -> None:
        """Drop the results whose page and place are not ``wanted`` with just their workspace."""
        self._drop_all_of_another(self._city())
        with self._lock:
            for key in [k for k in self._results if wanted.get((k.page, k.place)) != k.workspace]:
                del self._results[key]

    def clear(self) -> None:
        with self._lock:
            self._results.clear()

    def _drop_all_of_another(self, city: City) -> None:
        with self._lock:
            if self._of is not city:
                self._of = city
                self._results.clear()

    def _size(self) -> int:
        return sum(result.size for result in self._results.values())


def _awaited(making: _Making, limit: float, waiting: Callable[[], object]) -> bool:
    """False where there is no use in waiting on."""
    while not making.done.wait(_POLL_SECONDS):
        waiting()
        if time.monotonic() > limit:
            return False
    return making.worth
