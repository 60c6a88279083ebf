"""The gateway's side of one worker: starting it, asking it, stopping it."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.workspace.protocol import (
    BATCH,
    JSON,
    SCHEMA,
    Closed,
    as_json,
    readable,
    receive,
    receive_json,
    send,
    send_json,
)
from workbench.workspace.spawn import Started

log = logging.getLogger(__name__)
POLL_SECONDS = 0.05
GRACE_SECONDS = 1.0
"""How long an interrupted statement may take to notice before its worker is killed (ours)."""
START_SECONDS = 30.0
PROGRESS_SECONDS = 0.5


@dataclass(frozen=True)
class Limits:
    """What one statement may take: seconds, megabytes, threads."""

    seconds: float
    memory_mb: int
    scratch_mb: int
    threads: int


def start() -> Started:
    """A worker's process, with interpreter, engine and cipher loaded and nothing open yet."""
    return Started("workbench.workspace.worker")


class EngineError(Exception):
    """What the engine answered: ``answer`` has class, text and maybe the missing name."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer.get("class", "error"))
        self.answer = answer


class Stopped(Exception):
    """The statement was stopped from outside; ``cause`` is what to tell."""

    def __init__(self, cause: WorkbenchError) -> None:
        super().__init__(cause.code)
        self.cause = cause


class Worker:
    """One process with one open workspace. Used by one thread at a time (see the pool)."""

    def __init__(
        self,
        started: Started,
        folder: Path,
        key: str,
        limits: Limits,
        account: int | None,
        *,
        own: bool = False,
    ) -> None:
        """Give ``started`` (see ``start``) the workspace in ``folder``. ``own``: it takes tables
        of its person's own. Raises worker_died."""
        self.folder = folder
        self.limits = limits
        self.last_used = time.monotonic()
        self.percent: float | None = None
        self._ids = count(1)
        self._process = started
        self._sock = started.sock
        self.confined = self._open(key, account, own)

    def _open(self, key: str, account: int | None, own: bool) -> tuple[str, ...]:
        config = {
            "own": own,
            "root": str(self.folder),
            "key": key,
            "memory_mb": self.limits.memory_mb,
            "scratch_mb": self.limits.scratch_mb,
            "threads": self.limits.threads,
            "account": account,
        }
        try:
            send_json(self._sock, config)
            if not readable(self._sock, START_SECONDS):
                raise Closed
            return tuple(receive_json(self._sock)["ready"])
        except Closed as error:
            self.kill()
            raise _died() from error

    @property
    def alive(self) -> bool:
        return self._process.alive

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(
        self, sql: str, parameters: pa.RecordBatch | None, stop: Callable[[], WorkbenchError | None]
    ) -> Answer:
        """Start a statement and wait for its schema.

        ``stop`` is asked every 50 ms and returns the error to stop with, or None. Raises
        EngineError, Stopped, or WorkbenchError worker_died.
        """
        sent = None if parameters is None else _stream(parameters)
        return self._asked({"do": "run", "sql": sql}, sent, stop)

    def keep_own(
        self, name: str, stream: bytes | None, stop: Callable[[], WorkbenchError | None]
    ) -> None:
        """Hand over a table of the person's own (an Arrow IPC stream), or have it forgotten where
        there is none. Raises as ``run``."""
        for _ in self._asked({"do": "own", "name": name}, stream, stop):
            raise AssertionError("a table that is handed over has no rows to give")

    def _asked(
        self,
        message: dict[str, Any],
        sent: bytes | None,
        stop: Callable[[], WorkbenchError | None],
    ) -> Answer:
        number = next(self._ids)
        self.percent = None
        try:
            if sent is not None:
                send(self._sock, BATCH, sent)
            send_json(self._sock, {**message, "id": number})
        except Closed as error:
            self.kill()
            raise _died() from error
        return Answer(self, number, stop)

    def next_frame(
        self, number: int, stop: Callable[[], WorkbenchError | None]
    ) -> tuple[bytes, memoryview]:
        """The next schema, batch or closing message; progress messages are kept aside."""
        asked = time.monotonic()
        try:
            while True:
                if readable(self._sock, POLL_SECONDS):
                    self.last_used = time.monotonic()
                    kind, payload = receive(self._sock)
                    if kind != JSON or "progress" not in (message := as_json(payload)):
                        return kind, payload
                    self.percent = message["progress"] if message["progress"] >= 0 else None
                cause = stop()
                if cause is not None:
                    self.stop(number)
                    raise Stopped(cause)
                if time.monotonic() - asked > PROGRESS_SECONDS:
                    asked = time.monotonic()
                    send_json(self._sock, {"do": "progress"})
        except Closed as error:
            self.kill()
            raise (stop() or _died()) from error

    def stop(self, number: int) -> None:
        """Interrupt statement ``number``; if it does not end within the grace, kill."""
        deadline = time.monotonic() + GRACE_SECONDS
        try:
            send_json(self._sock, {"do": "cancel", "id": number})
            while (left := deadline - time.monotonic()) > 0:
                if not readable(self._sock, left):
                    break
                kind, payload = receive(self._sock)
                if kind == JSON and not {"done", "error"}.isdisjoint(as_json(payload)):
                    return
        except Closed:
            log.debug("worker %s closed while it was being stopped", self.pid)
        self.kill()

    def kill(self) -> None:
        """End the process now. Safe to call again, and from another thread."""
        self._process.kill()

    def interrupt_now(self) -> None:
        """From a watching thread: the process ends and whoever reads from it sees it closed."""
        self._process.signal_end()


class Answer:
    """The answer to one statement: ``schema``, then batches until the worker says done."""

    def __init__(
        self, worker: Worker, number: int, stop: Callable[[], WorkbenchError | None]
    ) -> None:
        self._worker = worker
        self._number = number
        self._stop = stop
        self.finished = False
        self._digest = hashlib.sha256()
        kind, payload = self._frame()
        if kind != SCHEMA:
            worker.kill()
            raise _died()
        self.schema = pa.ipc.read_schema(pa.py_buffer(payload))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        while True:
            kind, payload = self._frame()
            if kind == JSON:
                return
            self._digest.update(payload)
            batch = pa.ipc.read_record_batch(pa.py_buffer(payload), self.schema)
            batch.validate()
            yield batch

    @property
    def digest(self) -> str:
        """SHA-256 over the batches so far, as the worker wrote them (Arrow IPC)."""
        return self._digest.hexdigest()

    def _frame(self) -> tuple[bytes, memoryview]:
        try:
            kind, payload = self._worker.next_frame(self._number, self._stop)
        except (Stopped, WorkbenchError):
            self.finished = True
            raise
        if kind == JSON:
            self.finished = True
            message = as_json(payload)
            if "error" in message:
                raise EngineError(message["error"])
        return kind, payload

    def abandon(self) -> None:
        """Stop the statement if it still runs; the worker stays usable if it can."""
        if not self.finished:
            self.finished = True
            self._worker.stop(self._number)


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue().to_pybytes())


def _died() -> WorkbenchError:
    return simple(
        Code.worker_died,
        "执行查询的进程意外结束，临时表已丢失。",
        "The process that ran the query ended; its temporary tables are gone.",
        why=Text("通常是超出了内存上限。", "Usually it went past its memory limit."),
        next=Text(
            "请减小查询的数据量后重试；工作区会自动重新打开。",
            "Try again with less data; the workspace opens again by itself.",
        ),
    )
