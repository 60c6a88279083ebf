"""The pulls of one gateway: how fresh each is, and what stands in while a source does not answer.

Equal columns and rows share a pull, whoever asks; one pull of a shape runs at a time, and others
wait for it. Files are encrypted under keys that live in this process only: after a restart nothing
that was pulled can be read, and it is wiped. A source that cannot be reached is stood in for by the
last good pull, up to a limit of age; a source that answers *no* is obeyed.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from workbench.catalogue.city_schema import Settings
from workbench.errors import Code, WorkbenchError
from workbench.extracts.sources import Pulled
from workbench.model.contract import Resource
from workbench.model.entry import Draft, Event
from workbench.model.grant import Grant
from workbench.workspace.child import Child
from workbench.workspace.pull_files import PullFiles, Stored, entry, let_go, pulled_of, size_of
from workbench.workspace.pull_queue import PullQueue
from workbench.workspace.pulling import Asks, PullFailed, Shape, shape_of
from workbench.workspace.source_failures import Failure, failed

log = logging.getLogger(__name__)
CLOSE_SECONDS = 5.0
"""For the pulls that run when the gateway ends (our default)."""


@dataclass
class _Slot:
    """What is known of one shape. Changed under the lock of ``Pulls`` only."""

    shape: Shape
    last: Pulled | None = None
    used: datetime | None = None
    failure: Failure | None = None
    tried: datetime | None = None
    since: datetime | None = None
    coming: int = 0
    """Bytes of a new file that has its room already."""
    child: Child | None = field(default=None, repr=False)
    dropped: bool = False
    retired: list[tuple[str, datetime]] = field(default_factory=list)
    """Files of earlier pulls, with when they were replaced: a workspace may be building."""


class Pulls:
    """All pulls of one gateway, under ``folder`` (wiped when opened).

    ``record`` is durable on return, or raises: nothing is used that is not in the ledger.
    ``in_use`` tells the files that open workspaces were built from.
    """

    def __init__(
        self,
        folder: Path,
        puller: Asks,
        settings: Callable[[], Settings],
        record: Callable[[Draft], object],
        clock: Callable[[], datetime],
    ) -> None:
        self._puller, self._settings = puller, settings
        self._record, self._clock = record, clock
        self.in_use: Callable[[], frozenset[str]] = frozenset
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._queue = PullQueue(lambda: settings().pulls_at_once)
        self._closed = False
        self._files = PullFiles(folder, record)
        self.wiped = self._files.wiped

    def current(
        self, grant: Grant, resource: Resource, waiting: Callable[[], None]
    ) -> Pulled | None:
        """The rows of ``grant`` as its source has them, no older than the contract's ttl; or the
        last good pull, marked as stale. None where no column of the grant goes into a workspace.

        Raises Unavailable (source_unreachable, source_unfit), LimitReached (disk_exceeded), or what
        ``waiting`` raises; the pull goes on then, for whoever asks next.
        """
        shape = shape_of(grant, resource)
        if shape is None:
            return None
        with self._lock:
            if self._closed:
                raise failed(resource.name, Failure("interrupted"))
            slot = self._slots.setdefault(shape.key, _Slot(shape))
            slot.used = self._clock()
            ready = self._ready(slot)
            if ready is not None:
                return ready
            ask = self._queue.ask
            future = ask(shape.key, grant.department, lambda: self._outcome(slot))
        while True:
            try:
                return future.result(timeout=0.05)
            except TimeoutError:
                if future.done():
                    raise
                waiting()

    def known(self, grant: Grant, resource: Resource, *, use: bool = False) -> Pulled | None:
        """The last good pull, fresh or not, without asking the source; None for none. ``use``: it
        goes into a workspace now, and must stay until that is built."""
        shape = shape_of(grant, resource)
        if shape is None:
            return None
        with self._lock:
            slot = self._slots.get(shape.key)
            if slot is None:
                return None
            slot.used = self._clock() if use else slot.used
            return self._servable(slot)

    def keep_only(self, wanted: Collection[Shape]) -> None:
        """Destroy what is pulled for no ``wanted`` shape, or has grown too old to be served."""
        self._let_go(wanted)
        self._files.settle()

    def _let_go(self, wanted: Collection[Shape]) -> None:
        keys = {shape.key for shape in wanted}
        with self._lock:
            gone = [slot for key, slot in self._slots.items() if key not in keys]
            for slot in gone:
                self._drop(slot)
            old = [s for s in self._slots.values() if s.last and self._servable(s) is None]
            for slot in (*gone, *old):
                self._destroy(slot)
            for slot in self._slots.values():
                self._clear(slot, self._clock() - self._building())

    def _drop(self, slot: _Slot) -> None:
        """Whoever asks from now on gets another slot. Under the lock."""
        slot.dropped = True
        del self._slots[slot.shape.key]
        if slot.child is not None:
            slot.child.interrupt()
        error = failed(slot.shape.resource, Failure("interrupted"))
        self._queue.forget(slot.shape.key, error)

    def close(self) -> None:
        """End the pulls that run and destroy what was pulled, each with its entry."""
        with self._lock:
            self._closed = True
        self._let_go(())
        self._queue.join(CLOSE_SECONDS)
        self._files.close()

    # What is there ---------------------------------------------------------------------------

    def _ready(self, slot: _Slot) -> Pulled | None:
        """What may be used without asking the source; None to ask. Raises where it failed lately,
        so that a dead source does not slow every query."""
        now, last = self._clock(), slot.last
        if last is not None and timedelta() <= now - last.pulled_at < slot.shape.ttl:
            return last
        pause = timedelta(seconds=self._settings().pull_retry_seconds)
        if slot.failure is None or slot.tried is None or slot.failure.cause == "interrupted":
            return None
        if not timedelta() <= now - slot.tried < pause:
            return None
        return self._instead(slot, slot.failure)

    def _servable(self, slot: _Slot) -> Pulled | None:
        limit = timedelta(hours=self._settings().pull_max_age_hours)
        last = slot.last
        if last is None or not self._clock() - last.pulled_at < max(limit, slot.shape.ttl):
            return None
        return last

    def _instead(self, slot: _Slot, failure: Failure) -> Pulled:
        last = self._servable(slot)
        if last is None or not failure.unreachable:
            raise failed(slot.shape.resource, failure)
        return replace(last, stale_since=slot.since, cause=failure.text)

    def _destroy(self, slot: _Slot) -> None:
        """The file goes first; the entry is owed until it could be made."""
        last, slot.last = slot.last, None
        if last is not None:
            self._remove(slot.shape, last)
        self._clear(slot, self._clock())

    def _remove(self, shape: Shape, pulled: Pulled) -> None:
        gone = entry(Event.source_pull_destroyed, shape, digest=pulled.digest)
        self._files.remove(pulled.files, gone)

    def _clear(self, slot: _Slot, until: datetime) -> None:
        """Remove the files that were replaced before ``until``."""
        for name, _ in [r for r in slot.retired if r[1] <= until]:
            Path(name).unlink(missing_ok=True)
        slot.retired = [r for r in slot.retired if r[1] > until]

    def _building(self) -> timedelta:
        """How long a workspace may be about to read a file that was given out."""
        return timedelta(seconds=self._settings().query_seconds)

    def _fit(self, slot: _Slot, size: int) -> None:
        """Make room for a new file. Raises LimitReached (disk_exceeded)."""
        in_use = self.in_use()
        with self._lock:
            stored = [found for s in self._slots.values() for found in self._stored(s, in_use)]
            stored = [replace(s, held=True) if s.key == slot.shape.key else s for s in stored]
            for key in let_go(stored, size, self._settings().pulls_mb):
                self._destroy(self._slots[key])
            slot.coming = size
        self._files.settle()

    def _stored(self, slot: _Slot, in_use: frozenset[str]) -> list[Stored]:
        used = slot.used or self._clock()
        found = [Stored("", size_of(name), 0, held=True) for name, _ in slot.retired]
        found.append(Stored("", slot.coming, 0, held=True))
        if slot.last is not None:
            late = self._clock() - used < self._building()
            held = late or not in_use.isdisjoint(slot.last.files)
            size = sum(map(size_of, slot.last.files))
            found.append(Stored(slot.shape.key, size, used.timestamp(), held))
        return found

    # Asking the source -----------------------------------------------------------------------

    def _outcome(self, slot: _Slot) -> Pulled:
        """In a thread of its own: the answer for all who wait."""
        try:
            pulled = self._good(slot)
        except PullFailed as error:
            return self._bad(slot, error.failure)
        except WorkbenchError as error:
            cause = "no_room" if error.code is Code.disk_exceeded else "internal"
            return self._bad(slot, Failure(cause, error=error))
        except Exception as error:  # noqa: BLE001 - its text may hold what the source said
            log.error("a pull of %s failed: %s", slot.shape.resource, type(error).__name__)
            return self._bad(slot, Failure("internal"))
        return self._keep(slot, pulled)

    def _good(self, slot: _Slot) -> Pulled:
        """Pull now, and enter it in the ledger before anybody may use it."""
        shape, started = slot.shape, self._clock()
        file, key = self._files.folder / secrets.token_hex(16), secrets.token_hex(16)
        found = self._puller.pull(shape, file, key, lambda child: self._started(slot, child))
        pulled = pulled_of(shape, found, started, file, key)
        detail = {"rows": pulled.rows, "bytes": found["bytes"], "digest": pulled.digest}
        try:
            if slot.last is None or slot.last.digest != pulled.digest:
                self._fit(slot, found["bytes"])
            self._record(entry(Event.source_pulled, shape, at=started.isoformat(), **detail))
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return pulled

    def _started(self, slot: _Slot, child: Child) -> None:
        with self._lock:
            slot.child = child
            if slot.dropped:
                child.interrupt()

    def _keep(self, slot: _Slot, pulled: Pulled) -> Pulled:
        """Equal contents keep the file that workspaces were built from."""
        with self._lock:
            kept = None if slot.dropped else self._kept(slot, pulled)
            if kept is None:
                self._remove(slot.shape, pulled)
        if kept is None:
            self._files.settle()
            raise failed(slot.shape.resource, Failure("interrupted"))
        return kept

    def _kept(self, slot: _Slot, pulled: Pulled) -> Pulled:
        last = slot.last
        if last is not None and last.digest == pulled.digest:
            Path(pulled.files[0]).unlink()
            day = pulled.obtained_on
            pulled = replace(last, ingested_at=pulled.ingested_at, obtained_on=day)
        elif last is not None:
            slot.retired.append((last.files[0], self._clock()))
        slot.last, slot.failure, slot.since, slot.coming = pulled, None, None, 0
        slot.used = self._clock()
        return pulled

    def _bad(self, slot: _Slot, failure: Failure) -> Pulled:
        now = self._clock()
        with self._lock:
            slot.failure, slot.tried, slot.since = failure, now, slot.since or now
            slot.coming = 0
            if failure.answered_no:
                self._destroy(slot)
        detail = {"cause": failure.cause, "columns": sorted(failure.columns)}
        self._record(entry(Event.source_pull_failed, slot.shape, **detail))
        self._files.settle()
        with self._lock:
            return self._instead(slot, failure)
