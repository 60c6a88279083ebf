"""A result on its way through pyarrow, and the two ends that pyarrow leaves open.

A ``ServerCallContext`` points into the call: touched after it, or from another thread that
outlives it, the process dies. And when a client goes away, pyarrow just drops the stream: nothing
is called but the iterator's ``__del__``, which therefore closes the query.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol

import pyarrow as pa

from workbench.errors import WorkbenchError
from workbench.gateway.calls import Call

log = logging.getLogger(__name__)
ASK_SECONDS = 0.02


class Running(Protocol):
    """What ``QueryPath.run`` gives."""

    @property
    def schema(self) -> pa.Schema: ...
    @property
    def cause(self) -> WorkbenchError | None: ...
    def __iter__(self) -> Iterator[pa.RecordBatch]: ...
    def close(self) -> None: ...


class CallWatch:
    """``cancelled()`` for the query path: asks the call only while, and where, it is being served.

    From another thread or after the call it gives the last answer instead, and so within
    ``ASK_SECONDS`` of the last time: a small query asks many times in a millisecond.
    """

    def __init__(self, context: Any, asked_to_stop: Callable[[], bool]) -> None:
        self._context = context
        self._asked_to_stop = asked_to_stop
        self._thread: int | None = None
        self._gone = False
        self._asked = -ASK_SECONDS

    def __enter__(self) -> CallWatch:
        self._thread = threading.get_ident()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread = None

    def cancelled(self) -> bool:
        now = time.monotonic()
        due = not self._gone and now - self._asked >= ASK_SECONDS
        if due and self._thread == threading.get_ident():
            self._asked = now
            self._gone = bool(self._context.is_cancelled())
        return self._gone or self._asked_to_stop()

    def forget(self) -> None:
        """The call is over: never touch its context again."""
        self._thread = None
        self._context = None


class Stream:
    """Iterator over a Running's batches for ``GeneratorStream``.

    ``failed`` turns any exception into the Flight error to raise; ``held`` is closed exactly once,
    at the end, on an error, or when the stream is dropped.
    """

    def __init__(
        self,
        running: Running,
        call: Call,
        watch: CallWatch,
        failed: Callable[[Exception], Exception],
        held: ExitStack,
    ) -> None:
        self._running = running
        self._batches = iter(running)
        self._taking = threading.Lock()
        self._ended: WorkbenchError | None = None
        self._call = call
        self._watch = watch
        self._failed = failed
        self._held = held
        self._open = True
        call.line.rows = 0

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> pa.RecordBatch:
        with self._taking:
            return self._taken()

    def _taken(self) -> pa.RecordBatch:
        if self._ended is not None:
            # Ended from outside: an error, lest what the client has looked whole.
            raise self._failed(self._ended)
        if not self._open:
            raise StopIteration
        try:
            with self._watch:
                batch = next(self._batches)
        except StopIteration:
            self._close_quietly()
            raise
        except Exception as error:  # noqa: BLE001  nothing else may reach pyarrow
            # Made before closing: it may add a trailer, for which the call must still be there.
            raised = self._failed(error)
            self._close_quietly()
            raise raised from None
        self._call.line.rows = (self._call.line.rows or 0) + batch.num_rows
        return batch

    def end_if_stalled(self) -> None:
        """From another thread: close the query where it has to stop, but its own thread sits in a
        send to a client that does not read. The client is told when it reads on."""
        if self._running.cause is None or not self._taking.acquire(blocking=False):
            return
        try:
            if self._open:
                self._ended = self._running.cause
                self._close_quietly()
        finally:
            self._taking.release()

    def close(self) -> None:
        """Close the query and give back what was held. Safe to call again, from any thread."""
        if self._open:
            self._open = False
            self._watch.forget()
            self._held.close()

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self._close_quietly()

    def _close_quietly(self) -> None:
        # Nobody is left to raise to. What the ledger could not take is closed at the next start.
        try:
            self.close()
        except Exception as error:  # noqa: BLE001
            log.error("closing a stream failed: %s", type(error).__name__)
