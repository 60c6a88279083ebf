"""Who has which worker. People never share one; one person's statements wait for each other."""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.workspace.builds import Build, Builds, link_into
from workbench.workspace.process import Limits, Worker
from workbench.workspace.spec import WorkspaceSpec

_FIRST_ACCOUNT = 61_000
_ACCOUNTS = 4_000


class Seat:
    """The worker of one person in one scenario, and what its temporary state was made from.

    ``lineage`` maps resources to columns that statements with lasting effect have read: a later
    statement that names something the catalogue does not know may hold any of it.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.build_key = ""
        self.wanted_key = ""
        self.worker: Worker | None = None
        self.lineage: dict[str, frozenset[str]] = {}
        self.created: set[str] = set()


class Pool:
    """Workers of one gateway, over ``builds``. ``folder`` holds the workers' own folders."""

    def __init__(self, builds: Builds, folder: Path, limits: Limits, idle_seconds: float) -> None:
        self._builds = builds
        self._folder = folder
        self._limits = limits
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._seats: dict[tuple[str, str], Seat] = {}
        self._numbers = count()
        self._closed = threading.Event()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        threading.Thread(target=self._cull_idle, daemon=True).start()

    @contextmanager
    def seat(
        self, person: str, spec: WorkspaceSpec, waiting: Callable[[], None]
    ) -> Iterator[tuple[Seat, Worker, Build]]:
        """The person's worker over ``spec``, for one statement at a time.

        ``waiting`` is called while another statement or a build is waited for, and raises to
        give up.
        """
        with self._lock:
            seat = self._seats.setdefault((person, spec.scenario), Seat())
        while not seat.lock.acquire(timeout=0.05):
            waiting()
        try:
            seat.wanted_key = spec.key()  # before the build exists, so that no sweep takes it
            build = self._builds.get(spec, waiting)
            worker = self._worker(seat, build)
            yield seat, worker, build
        finally:
            seat.lock.release()

    def _worker(self, seat: Seat, build: Build) -> Worker:
        if seat.worker is not None and seat.build_key == build.key and seat.worker.alive:
            return seat.worker
        self._end(seat)
        account = _FIRST_ACCOUNT + next(self._numbers) % _ACCOUNTS if os.geteuid() == 0 else None
        folder = self._folder / secrets.token_hex(16)
        link_into(build, folder, account)
        try:
            seat.worker = Worker(folder, build.secret, self._limits, account)
        except WorkbenchError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        seat.build_key = build.key
        return seat.worker

    def _end(self, seat: Seat) -> None:
        if seat.worker is not None:
            seat.worker.kill()
            shutil.rmtree(seat.worker.folder, ignore_errors=True)
        seat.worker, seat.build_key = None, ""
        seat.lineage, seat.created = {}, set()

    def keep_only(self, wanted: Mapping[tuple[str, str], str]) -> bool:
        """End the workers whose person and scenario are not ``wanted`` with just their build's
        key, then destroy the builds that are neither wanted nor in use.

        A worker that runs a statement is ended by whoever stops the statement: False where one
        such worker was left.
        """
        done = True
        for place, seat in self._all_seats():
            held = seat.build_key or seat.wanted_key
            if not held or wanted.get(place) == held:
                continue
            if not seat.lock.acquire(blocking=False):
                done = False
                continue
            try:
                self._end(seat)
                seat.wanted_key = ""
            finally:
                seat.lock.release()
        self._builds.keep_only(lambda: frozenset(wanted.values()) | self._in_use())
        return done

    def _in_use(self) -> frozenset[str]:
        seats = [seat for _, seat in self._all_seats()]
        return frozenset(k for s in seats for k in (s.build_key, s.wanted_key) if k)

    def _all_seats(self) -> list[tuple[tuple[str, str], Seat]]:
        with self._lock:
            return list(self._seats.items())

    def _cull_idle(self) -> None:
        while not self._closed.wait(min(self._idle_seconds / 4, 15.0)):
            limit = time.monotonic() - self._idle_seconds
            for _, seat in self._all_seats():
                if seat.lock.acquire(blocking=False):
                    try:
                        if seat.worker and seat.worker.last_used < limit:
                            self._end(seat)
                    finally:
                        seat.lock.release()

    def close(self) -> None:
        self._closed.set()
        for _, seat in self._all_seats():
            if seat.worker is not None:
                self._end(seat)
        self._builds.close()
        shutil.rmtree(self._folder, ignore_errors=True)
