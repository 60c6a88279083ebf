"""The verification of the whole ledger beside the gateway: one at a time, in its own thread."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.calls import stopping as stopping_error
from workbench.gateway.failures import foreseen
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.sharing import oversight
from workbench.sharing.trail import Reader, record_look
from workbench.sharing.verification import Verified, steps, verify_all
from workbench.store.keyring import Keyring
from workbench.store.session import Store

log = logging.getLogger(__name__)

BREATH_STEPS = 200
BREATH_SECONDS = 0.005
"""After so many steps it rests for so long, so that everybody else's requests go on (our
default)."""
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Progress:
    """``state``: none, running, done, failed. ``total`` is about right, and never below
    ``done``."""

    state: str = "none"
    by: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    done: int = 0
    total: int = 0
    found: Verified | None = None
    trouble: WorkbenchError | None = None


class Verifying:
    """Of one gateway. ``clock`` gives aware times."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        checkpoints: Path,
        keyring: Keyring,
        clock: Callable[[], datetime],
    ) -> None:
        self._store, self._ledger = store, ledger
        self._checkpoints, self._keyring = checkpoints, keyring
        self._clock = clock
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress = Progress()

    def start(self, actor: Actor) -> Progress:
        """Start one, or answer the one that runs. Raises Refused, Unavailable."""
        oversight.audits(actor)
        with self._lock:
            if self._progress.state != "running":
                record_look(self._ledger, Reader.of(actor), {}, "trail verify", "http")
                total = steps(self._store)
                self._begin()
                self._progress = Progress("running", actor.id, self._clock(), total=total)
            return self._progress

    def _begin(self) -> None:
        """It comes no further than the lock that is held here, so that one that cannot start is
        never told as running."""
        thread = threading.Thread(target=self._run, name="verify", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            raise _no_thread() from None
        self._thread = thread

    def progress(self, actor: Actor) -> Progress:
        """Of the last one. Raises Refused."""
        oversight.audits(actor)
        with self._lock:
            return self._progress

    def stop(self) -> None:
        """End one that runs; it is told as failed."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            found = verify_all(self._store, self._checkpoints, self._keyring, self._advance)
        except Exception as error:  # noqa: BLE001 - told to whoever asks, and logged
            known = foreseen(error)
            log.error("the verification of the ledger failed: %s", known.code)
            self._set(state="failed", ended=self._clock(), trouble=known)
            return
        log.info("the ledger was verified: %s", "sound" if found.sound else "NOT SOUND")
        with self._lock:
            done = self._progress.done
        self._set(state="done", ended=self._clock(), total=done, found=found)

    def _advance(self, more: int) -> None:
        if self._stopping.is_set():
            raise stopping_error()
        with self._lock:
            done = self._progress.done + more
            total = max(self._progress.total, done)
            breathes = done // BREATH_STEPS > self._progress.done // BREATH_STEPS
            self._progress = replace(self._progress, done=done, total=total)
        if breathes:
            time.sleep(BREATH_SECONDS)

    def _set(self, **values: object) -> None:
        with self._lock:
            self._progress = replace(self._progress, **values)  # type: ignore[arg-type]


def _no_thread() -> WorkbenchError:
    return simple(
        Code.gateway_unavailable,
        "核验未能开始。",
        "The verification could not start.",
        why=Text("网关没有可用的线程。", "The gateway has no thread left for it."),
        next=Text(
            "请稍后再试；或在本机运行 workbench audit verify。",
            "Try again in a moment, or run workbench audit verify at the machine.",
        ),
    )
