"""The pulls of one gateway: how fresh each is, and what stands in while a source does not answer.

Equal columns and rows share a pull, whoever asks; one pull of a shape runs at a time, and others
wait for it. Files are encrypted under keys that live in this process only: after a restart nothing
that was pulled can be read, and it is wiped. A source that cannot be reached is stood in for by the
last good pull, up to a limit of age; a source that answers *no* is obeyed.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from workbench.catalogue.city_schema import Settings
from workbench.errors import WorkbenchError
from workbench.extracts.sources import SHANGHAI, Pulled
from workbench.model.contract import Resource
from workbench.model.entry import Draft, Event
from workbench.model.grant import Grant
from workbench.model.source import NO_VERSION
from workbench.workspace.child import Child
from workbench.workspace.pulling import PullFailed, Shape, shape_of
from workbench.workspace.source_failures import Failure, failed

log = logging.getLogger(__name__)
AT_ONCE = 2
"""Pulls that run at the same time in one gateway (our default)."""


class Asks(Protocol):
    """``Puller``, or what a test has in its place."""

    def pull(
        self, shape: Shape, file: Path, key: str, started: Callable[[Child], None]
    ) -> dict[str, Any]: ...


@dataclass
class _Slot:
    """What is known of one shape. Changed under the lock of ``Pulls`` only."""

    shape: Shape
    last: Pulled | None = None
    failure: Failure | None = None
    tried: datetime | None = None
    since: datetime | None = None
    running: Future[Pulled] | None = None
    child: Child | None = field(default=None, repr=False)
    dropped: bool = False
    retired: list[tuple[str, datetime]] = field(default_factory=list)
    """Files of earlier pulls, with when they were replaced: a workspace may be building."""


class Pulls:
    """All pulls of one gateway, under ``folder`` (wiped when opened).

    ``record`` is durable on return, or raises: nothing is used that is not in the ledger.
    """

    def __init__(
        self,
        folder: Path,
        puller: Asks,
        settings: Callable[[], Settings],
        record: Callable[[Draft], object],
        clock: Callable[[], datetime],
    ) -> None:
        self._folder, self._puller, self._settings = folder, puller, settings
        self._record, self._clock = record, clock
        self._lock = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._owed: list[Draft] = []
        self._turns = threading.Semaphore(AT_ONCE)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)

    def current(
        self, grant: Grant, resource: Resource, waiting: Callable[[], None]
    ) -> Pulled | None:
        """The rows of ``grant`` as its source has them, no older than the contract's ttl; or the
        last good pull, marked as stale. None where no column of the grant goes into a workspace.

        Raises Unavailable (source_unreachable, source_unfit), or what ``waiting`` raises; the pull
        goes on then, for whoever asks next.
        """
        shape = shape_of(grant, resource)
        if shape is None:
            return None
        with self._lock:
            slot = self._slots.setdefault(shape.key, _Slot(shape))
            ready = self._ready(slot)
            if ready is not None:
                return ready
            future = slot.running
            if future is None:
                future = slot.running = Future()
                work = threading.Thread(target=self._pull, args=(slot, future), daemon=True)
                work.start()
        while True:
            try:
                return future.result(timeout=0.05)
            except TimeoutError:
                if future.done():
                    raise
                waiting()

    def known(self, grant: Grant, resource: Resource) -> Pulled | None:
        """The last good pull, fresh or not, without asking the source; None for none."""
        shape = shape_of(grant, resource)
        if shape is None:
            return None
        with self._lock:
            slot = self._slots.get(shape.key)
            return None if slot is None else self._servable(slot)

    def keep_only(self, wanted: Collection[Shape]) -> None:
        """Destroy what is pulled for no ``wanted`` shape, or has grown too old to be served."""
        keys = {shape.key for shape in wanted}
        with self._lock:
            gone = [slot for key, slot in self._slots.items() if key not in keys]
            for slot in gone:
                slot.dropped = True
                del self._slots[slot.shape.key]
                if slot.child is not None:
                    slot.child.interrupt()
            old = [s for s in self._slots.values() if s.last and self._servable(s) is None]
            for slot in (*gone, *old):
                self._destroy(slot)
            for slot in self._slots.values():
                self._clear(slot, self._clock() - timedelta(seconds=self._settings().query_seconds))
        self._settle()

    def close(self) -> None:
        self.keep_only(())
        shutil.rmtree(self._folder, ignore_errors=True)

    # What is there ---------------------------------------------------------------------------

    def _ready(self, slot: _Slot) -> Pulled | None:
        """What may be used without asking the source; None to ask. Raises where it failed lately,
        so that a dead source does not slow every query."""
        now, last = self._clock(), slot.last
        ttl = timedelta(seconds=slot.shape.source.ttl_seconds)
        if last is not None and timedelta() <= now - last.pulled_at < ttl:
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
        if last is None or not self._clock() - last.pulled_at < max(limit, _ttl(slot.shape)):
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
        for name in pulled.files:
            Path(name).unlink(missing_ok=True)
        self._owed.append(_draft(Event.source_pull_destroyed, shape, digest=pulled.digest))

    def _clear(self, slot: _Slot, until: datetime) -> None:
        """Remove the files that were replaced before ``until``."""
        for name, _ in [r for r in slot.retired if r[1] <= until]:
            Path(name).unlink(missing_ok=True)
        slot.retired = [r for r in slot.retired if r[1] > until]

    def _settle(self) -> None:
        while True:
            with self._lock:
                if not self._owed:
                    return
                draft = self._owed.pop(0)
            try:
                self._record(draft)
            except BaseException:
                with self._lock:
                    self._owed.insert(0, draft)
                raise

    # Asking the source -----------------------------------------------------------------------

    def _pull(self, slot: _Slot, future: Future[Pulled]) -> None:
        """In a thread of its own: the answer for all who wait is set in every case."""
        try:
            found = self._outcome(slot)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            with self._lock:
                slot.running = slot.child = None
            future.set_exception(error)
        else:
            with self._lock:
                slot.running = slot.child = None
            future.set_result(found)

    def _outcome(self, slot: _Slot) -> Pulled:
        try:
            with self._turns:
                pulled = self._good(slot)
        except PullFailed as error:
            return self._bad(slot, error.failure)
        except WorkbenchError as error:
            return self._bad(slot, Failure("internal", error=error))
        except Exception as error:  # noqa: BLE001 - its text may hold what the source said
            log.error("a pull of %s failed: %s", slot.shape.resource, type(error).__name__)
            return self._bad(slot, Failure("internal"))
        return self._keep(slot, pulled)

    def _good(self, slot: _Slot) -> Pulled:
        """Pull now, and enter it in the ledger before anybody may use it."""
        shape, started = slot.shape, self._clock()
        file, key = self._folder / secrets.token_hex(16), secrets.token_hex(16)
        found = self._puller.pull(shape, file, key, lambda child: self._started(slot, child))
        pulled = Pulled(
            resource=shape.resource,
            version=NO_VERSION,
            digest=found["digest"],
            rows=found["rows"],
            ingested_at=started,
            data_date=None,
            obtained_on=started.astimezone(SHANGHAI).date(),
            contract_version=shape.contract,
            files=(str(file),),
            parquet_key=key,
        )
        detail = {"rows": pulled.rows, "bytes": found["bytes"], "digest": pulled.digest}
        try:
            self._record(_draft(Event.source_pulled, shape, at=started.isoformat(), **detail))
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
            if slot.dropped:
                self._remove(slot.shape, pulled)
                raise failed(slot.shape.resource, Failure("interrupted"))
            last = slot.last
            if last is not None and last.digest == pulled.digest:
                Path(pulled.files[0]).unlink()
                day = pulled.obtained_on
                pulled = replace(last, ingested_at=pulled.ingested_at, obtained_on=day)
            elif last is not None:
                slot.retired.append((last.files[0], self._clock()))
            slot.last, slot.failure, slot.since = pulled, None, None
            return pulled

    def _bad(self, slot: _Slot, failure: Failure) -> Pulled:
        now = self._clock()
        with self._lock:
            slot.failure, slot.tried, slot.since = failure, now, slot.since or now
            if failure.answered_no:
                self._destroy(slot)
        detail = {"cause": failure.cause, "columns": sorted(failure.columns)}
        self._record(_draft(Event.source_pull_failed, slot.shape, **detail))
        self._settle()
        with self._lock:
            return self._instead(slot, failure)


def _ttl(shape: Shape) -> timedelta:
    return timedelta(seconds=shape.source.ttl_seconds)


def _draft(event: Event, shape: Shape, **detail: Any) -> Draft:
    """Columns are named; hosts, accounts and values are not."""
    names = tuple(name for name, _, _ in shape.items)
    kind = shape.source.kind.value
    return Draft(event, content={shape.resource: names}, detail={"kind": kind, **detail})
