"""Built workspaces on disk: one file a key, made once, whoever asks, and removed when unused.

File names are random, the folder is neutral, and a file's key lives in this process only: after
a restart nothing that was left behind can be read, and it is wiped. A few builds run at once, each
in a process of its own; the others wait their turn. What is on disk stays within a budget.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from workbench.engine.duckdb import Resources
from workbench.model.consent import consent_key
from workbench.model.tier import Tier
from workbench.workspace.build import Manifest
from workbench.workspace.child import Child
from workbench.workspace.consents import Subjects, nobody
from workbench.workspace.construction import MODULE, BuildProgress, Construction
from workbench.workspace.disk import Budget, Stored, evicted
from workbench.workspace.masks import compare_root, scenario_key
from workbench.workspace.plan import Consented, plan_of
from workbench.workspace.spares import Spares
from workbench.workspace.spec import WorkspaceSpec
from workbench.workspace.turns import Ticket, Turns

POLL_SECONDS = 0.05
CLOSE_SECONDS = 5.0


@dataclass(frozen=True)
class Holder:
    """Whose workspace it is. The key of a build knows nothing of this; turns and quotas do."""

    person: str
    department: str


@dataclass(frozen=True)
class Build:
    """A finished workspace file of ``size`` bytes. ``secret`` opens it."""

    key: str
    scenario: str
    file: Path
    secret: str
    manifest: Manifest
    size: int
    tier: Tier = Tier.rows


@dataclass(frozen=True)
class BuildLimits:
    """What builds may take: ``resources`` each, ``at_once`` of them, and disk in all."""

    resources: Resources
    at_once: int
    budget: Budget
    warm: int = 0


Waiting = Callable[[BuildProgress | None], None]
"""Called while waiting, with what is known of the build (None: waiting for something else);
raises to give up waiting. A build that has begun goes on."""

Destroyed = Callable[[Build, str], object]
"""Called with a reason: ``unwanted`` (no grant gives it any more), ``budget``, ``closing``."""


@dataclass
class _Entry:
    """One key, from the first who asks to its end."""

    spec: WorkspaceSpec
    key: str
    department: str
    construction: Construction
    future: Future[Build] = field(default_factory=Future)
    begun: bool = False
    waiters: int = 0
    used: float = 0.0

    @property
    def finished(self) -> bool:
        return self.future.done()

    def stored(self, held: bool) -> Stored:
        size = self.future.result().size if self.finished else self.construction.size
        return Stored(self.key, self.department, size, self.used, held or not self.finished)


class Builds:
    """All builds of one gateway, under ``folder`` (wiped when opened).

    ``in_use`` tells the keys that seats hold; it is asked under the lock. ``subjects`` gives those
    who consent in a scenario when a build begins.
    """

    def __init__(
        self,
        folder: Path,
        mask_key: bytes,
        limits: BuildLimits,
        on_built: Callable[[Build], object],
        on_destroyed: Destroyed,
        subjects: Subjects = nobody,
    ) -> None:
        self._folder = folder
        self._mask_key = mask_key
        self._limits = limits
        self._subjects = subjects
        self._on_built = on_built
        self._on_destroyed = on_destroyed
        self.in_use: Callable[[], frozenset[str]] = frozenset
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._turns = Turns()
        self._numbers = count()
        self._building = 0
        self._closed = False
        self._owed: list[tuple[Build, str]] = []
        self.wiped = len([f for f in folder.glob("*") if f.is_file()])
        """Files of a run that did not end in order; nobody has their keys any more."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        self._builders = Spares(lambda: Child(MODULE), limits.warm)

    def get(self, spec: WorkspaceSpec, holder: Holder, waiting: Waiting) -> Build:
        """The build of ``spec``, made in its turn if nobody has made it. Equal keys share one.

        Raises Unavailable (build_interrupted, internal), LimitReached, or what ``waiting`` raises.
        """
        with self._lock:
            entry = self._entry(spec, holder)
            entry.used = time.monotonic()
            if entry.finished:
                return entry.future.result()
            ticket = Ticket(holder.department, holder.person, entry.key, next(self._numbers))
            entry.waiters += 1
            if not entry.begun:
                self._turns.join(ticket)
                self._begin()
        try:
            while not wait_for([entry.future], POLL_SECONDS).done:
                waiting(self._progress(entry))
            return entry.future.result()
        finally:
            self._leave(entry, ticket)

    def files_of(self, keys: Collection[str]) -> frozenset[str]:
        """The files of extracts and pulls that these builds are made from."""
        with self._lock:
            specs = [self._entries[key].spec for key in keys if key in self._entries]
        return frozenset(file for s in specs for t in s.tables for file in t.extract.files)

    def _entry(self, spec: WorkspaceSpec, holder: Holder) -> _Entry:
        key = spec.key()
        if key not in self._entries:
            construction = Construction(self._folder, self._limits.resources)
            self._entries[key] = _Entry(spec, key, holder.department, construction)
        return self._entries[key]

    def _leave(self, entry: _Entry, ticket: Ticket) -> None:
        with self._lock:
            self._turns.leave(ticket)
            entry.waiters -= 1
            if not entry.waiters and not entry.begun:
                self._entries.pop(entry.key, None)

    def _progress(self, entry: _Entry) -> BuildProgress:
        with self._lock:
            position = self._turns.position(entry.key)
        if position:
            return BuildProgress(position)
        progress = entry.construction.progress
        # Of days that somebody chose, how many rows there are is for a protected count to say.
        return progress if entry.spec.within is None else replace(progress, rows=0)

    # One build ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start what has its turn. Under the lock."""
        while self._building < self._limits.at_once and not self._closed:
            key = self._turns.next()
            if key is None:
                return
            entry = self._entries[key]
            entry.begun = True
            self._building += 1
            threading.Thread(target=self._make, args=(entry,), daemon=True).start()

    def _make(self, entry: _Entry) -> None:
        try:
            self._finish(entry, self._constructed(entry))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._fail(entry, error)
        finally:
            with self._lock:
                self._building -= 1
                self._begin()

    def _finish(self, entry: _Entry, built: Build) -> None:
        with self._lock:
            entry.future.set_result(built)
            stopped = self._entries.get(entry.key) is not entry
            if stopped:  # while it ended: it was ready just before
                self._destroy(built, "unwanted")
        self._settle()

    def _fail(self, entry: _Entry, error: Exception) -> None:
        with self._lock:
            if self._entries.get(entry.key) is entry:
                del self._entries[entry.key]
        try:
            entry.construction.discard()
        finally:
            entry.future.set_exception(error)

    def _constructed(self, entry: _Entry) -> Build:
        pseudonyms = (
            compare_root(self._mask_key)
            if entry.spec.tier is Tier.compare
            else scenario_key(self._mask_key, entry.spec.scenario)
        )
        work, spec = entry.construction, entry.spec
        own = consent_key(self._mask_key, spec.scenario)
        plan = plan_of(spec, Consented(work.consents, own) if spec.asks_consent else None)
        asked = self._subjects(spec.scenario) if spec.asks_consent else None
        builder = self._builders.take()
        manifest = work.run(builder, plan, pseudonyms, lambda: self._fit(entry), asked)
        self._fit(entry)
        size = work.size
        built = Build(entry.key, spec.scenario, work.file, work.secret, manifest, size, spec.tier)
        self._on_built(built)
        return built

    def _fit(self, entry: _Entry) -> None:
        """Let go what is needed for ``entry`` to stay within the budget. Raises disk_exceeded."""
        with self._lock:
            held = self.in_use()
            others = [e.stored(e.key in held) for e in self._entries.values() if e is not entry]
            self._drop(evicted(others, entry.stored(True), self._limits.budget), "budget")
        self._settle()

    # Their end ----------------------------------------------------------------------------------

    def keep_only(self, wanted: Callable[[], frozenset[str]], reason: str = "unwanted") -> None:
        """Destroy every finished build whose key is not ``wanted`` (asked under the lock), and
        stop one that nobody waits for either.

        The files go first. A destruction that could not be recorded is owed until it is.
        """
        with self._lock:
            keys = wanted()
            gone = [e for e in self._entries.values() if e.key not in keys]
            self._drop([e.key for e in gone if e.finished], reason)
            for entry in gone:
                if entry.begun and not entry.finished and not entry.waiters:
                    del self._entries[entry.key]  # whoever asks from now on gets another
                    entry.construction.kill()
        self._settle()

    def _drop(self, keys: list[str], reason: str) -> None:
        """Under the lock."""
        for key in keys:
            self._destroy(self._entries.pop(key).future.result(), reason)

    def _destroy(self, built: Build, reason: str) -> None:
        built.file.unlink(missing_ok=True)
        self._owed.append((built, reason))

    def _settle(self) -> None:
        with self._lock:
            owed, self._owed = self._owed, []
        while owed:
            try:
                self._on_destroyed(*owed[0])
            except BaseException:
                with self._lock:
                    self._owed += owed
                raise
            del owed[0]

    def close(self) -> None:
        """End what is being built and destroy what was."""
        with self._lock:
            self._closed = True
            for entry in self._entries.values():
                entry.construction.kill()
        limit = time.monotonic() + CLOSE_SECONDS
        while self._building and time.monotonic() < limit:
            time.sleep(POLL_SECONDS / 5)
        self._builders.close()
        self.keep_only(frozenset, "closing")
        shutil.rmtree(self._folder, ignore_errors=True)
