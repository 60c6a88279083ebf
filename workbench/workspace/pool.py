"""Who has which worker. People never share one; one person's statements wait for each other."""

from __future__ import annotations

import errno
import math
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.model.tier import Tier
from workbench.workspace.builds import Build, Builds, Holder, Waiting
from workbench.workspace.disk import no_room
from workbench.workspace.process import Limits, Worker, start
from workbench.workspace.spares import Spares
from workbench.workspace.spec import WorkspaceSpec

_FIRST_ACCOUNT = 61_000
_ACCOUNTS = 4_000


@dataclass(frozen=True)
class PoolLimits:
    """``idle_seconds`` before a worker is let go; ``workers`` in all and ``per_department``;
    ``warm`` processes started ahead."""

    idle_seconds: float
    workers: int
    per_department: int
    warm: int


class Seat:
    """The worker of one person in one tier of a scenario, and what its temporary state is made of.

    ``lineage`` maps resources to columns that statements with lasting effect have read: a later
    statement that names something the catalogue does not know may hold any of it. In a page's seat
    nothing lasts: all its viewers sit there, so that it runs queries only (``policy.decide``).
    ``own`` maps the names of the person's own tables that the worker has to their digests.
    """

    def __init__(self) -> None:
        self.department = ""
        self.lock = threading.Lock()
        self.build_key = ""
        self.wanted_key = ""
        self.worker: Worker | None = None
        self.taken = False
        self.lineage: dict[str, frozenset[str]] = {}
        self.created: set[str] = set()
        self.own: dict[str, str] = {}

    @property
    def held_key(self) -> str:
        """The key of the build that this seat needs now, so that it must stay on disk."""
        return self.build_key or (self.wanted_key if self.lock.locked() else "")


class Pool:
    """Workers of one gateway, over ``builds``. ``folder`` holds the workers' own folders."""

    def __init__(self, builds: Builds, folder: Path, limits: Limits, sizes: PoolLimits) -> None:
        self._builds = builds
        self._folder = folder
        self._limits = limits
        self._sizes = sizes
        self._lock = threading.Lock()
        self._seats: dict[tuple[str, str], Seat] = {}
        self._numbers = count()
        self._closed = threading.Event()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        builds.in_use = self._held
        self._spares = Spares(start, sizes.warm)
        threading.Thread(target=self._cull_idle, daemon=True).start()

    @contextmanager
    def seat(
        self, holder: Holder, spec: WorkspaceSpec, waiting: Waiting
    ) -> Iterator[tuple[Seat, Worker, Build]]:
        """The person's worker over ``spec``, for one statement at a time.

        ``waiting`` is called while another statement or a build is waited for, and raises to
        give up.
        """
        place = (holder.person, spec.place)
        with self._lock:
            seat = self._seats.setdefault(place, Seat())
        while not seat.lock.acquire(timeout=0.05):
            waiting(None)
        try:
            if seat.worker is None:
                seat.department = holder.department  # a person may move to another one
            seat.wanted_key = spec.key()  # before the build exists, so that no sweep takes it
            build = self._builds.get(spec, holder, waiting)
            worker = self._worker(seat, build, own=spec.tier is Tier.own)
            yield seat, worker, build
        finally:
            seat.lock.release()

    def _worker(self, seat: Seat, build: Build, *, own: bool) -> Worker:
        if seat.worker is not None and seat.build_key == build.key and seat.worker.alive:
            return seat.worker
        self._end(seat)
        self._take_place(seat)
        account = _FIRST_ACCOUNT + next(self._numbers) % _ACCOUNTS if os.geteuid() == 0 else None
        folder = self._folder / secrets.token_hex(16)
        try:
            link_into(build, folder, account)
            process = self._spares.take()
            seat.worker = Worker(process, folder, build.secret, self._limits, account, own=own)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            seat.taken = False
            raise
        seat.build_key = build.key
        return seat.worker

    def _take_place(self, seat: Seat) -> None:
        """Count the seat in; one idle the longest goes for it. Raises LimitReached."""
        with self._lock:
            own = [s for s in self._seats.values() if s.taken and s.department == seat.department]
            self._free_one(own, self._sizes.per_department, "workers_per_department")
            taken = [s for s in self._seats.values() if s.taken]
            self._free_one(taken, self._sizes.workers, "workers")
            seat.taken = True

    def _free_one(self, taken: list[Seat], limit: int, setting: str) -> None:
        if len(taken) < limit:
            return
        for seat in sorted(taken, key=lambda s: s.worker.last_used if s.worker else math.inf):
            if seat.lock.acquire(blocking=False):
                try:
                    self._end(seat)
                finally:
                    seat.lock.release()
                return
        raise _all_busy(limit, setting)

    def _end(self, seat: Seat) -> None:
        if seat.worker is not None:
            seat.worker.kill()
            shutil.rmtree(seat.worker.folder, ignore_errors=True)
        seat.worker, seat.build_key, seat.taken = None, "", False
        seat.lineage, seat.created, seat.own = {}, set(), {}

    def keep_only(self, wanted: Mapping[tuple[str, str], str]) -> bool:
        """End the workers whose person and place are not ``wanted`` with just their build's
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

    def forget_own(self, lasts: Callable[[str, str, Mapping[str, str]], bool]) -> None:
        """End idle workers that have a table of their person's own which ``lasts`` (person, place,
        digests by name) no more. One that works is told so before its next statement."""
        for (person, place), seat in self._all_seats():
            if seat.own and seat.lock.acquire(blocking=False):
                try:
                    if not lasts(person, place, seat.own):
                        self._end(seat)
                finally:
                    seat.lock.release()

    def _in_use(self) -> frozenset[str]:
        seats = [seat for _, seat in self._all_seats()]
        return frozenset(k for s in seats for k in (s.build_key, s.wanted_key) if k)

    def _held(self) -> frozenset[str]:
        """Builds that are open, or about to be opened. An idle person's may be built again."""
        return frozenset(key for _, seat in self._all_seats() if (key := seat.held_key))

    def files_in_use(self) -> frozenset[str]:
        """What the workspaces that are open, or about to be, are built from."""
        return self._builds.files_of(self._held())

    def _all_seats(self) -> list[tuple[tuple[str, str], Seat]]:
        with self._lock:
            return list(self._seats.items())

    def _cull_idle(self) -> None:
        while not self._closed.wait(min(self._sizes.idle_seconds / 4, 15.0)):
            limit = time.monotonic() - self._sizes.idle_seconds
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
        self._spares.close()
        self._builds.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def link_into(build_: Build, folder: Path, account: int | None) -> None:
    """A worker's own folder: the workspace as ``w``, an empty scratch folder ``t``.

    Raises LimitReached (disk_exceeded) where the disk is full, OSError.
    """
    scratch = folder / "t"
    try:
        folder.mkdir(mode=0o700)
        scratch.mkdir(mode=0o700)
        os.link(build_.file, folder / "w")
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise no_room() from error
        raise
    if account is not None:
        os.chown(folder, account, account)
        os.chown(scratch, account, account)


def _all_busy(limit: int, setting: str) -> WorkbenchError:
    return simple(
        Code.too_many_queries,
        f"允许的 {limit} 个查询进程都在工作，暂不能再打开工作区。",
        f"All {limit} workers that are allowed are busy; no other workspace can be opened now.",
        rule=Text(
            f"本市设置 settings.{setting}（city.yaml）。",
            f"The city's settings.{setting} (city.yaml).",
        ),
        next=Text(
            "请等待其中一个查询结束后再试。", "Try again when one of their queries has ended."
        ),
        subject=setting,
    )
