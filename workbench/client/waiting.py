"""Waiting for a call into C that does not listen to Ctrl-C.

The call runs in a thread; the caller waits in Python, where Ctrl-C arrives, and then cancels.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
CANCEL_SECONDS = 2.0
"""How long a cancelled call is waited for before control returns to the person (our default)."""


class _Call(Generic[T]):
    """A call in a thread: ``done`` is set when ``result`` or ``error`` is."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self.done = threading.Event()
        self.result: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result.append(self._function())
        except BaseException as error:  # noqa: BLE001  raised again by whoever waits
            self.error = error
        finally:
            self.done.set()


def wait(
    function: Callable[[], T],
    cancel: Callable[[], None],
    tick: Callable[[], None] = lambda: None,
) -> T:
    """``function()``, with ``tick()`` every 0.1 s in this thread while it runs.

    After KeyboardInterrupt here a thread calls ``cancel()`` until the call ends; it is raised again
    when that is so, and after 2 s all the same.
    """
    call = _Call(function)
    threading.Thread(target=call.run, name="workbench-call", daemon=True).start()
    try:
        while not call.done.wait(TICK_SECONDS):
            tick()
    except BaseException:
        _stop(call, cancel)
        raise
    if call.error is not None:
        raise call.error
    return call.result[0]


def _stop(call: _Call[T], cancel: Callable[[], None]) -> None:
    # A cancel may wait for the network itself, so it is not waited for.
    until = time.monotonic() + CANCEL_SECONDS
    cancelling = threading.Thread(
        target=_cancelling, args=(call, cancel, until), name="workbench-cancel", daemon=True
    )
    cancelling.start()
    call.done.wait(CANCEL_SECONDS)


def _cancelling(call: _Call[T], cancel: Callable[[], None], until: float) -> None:
    """More than once: a cancel that comes before the call has started is lost."""
    while time.monotonic() < until:
        try:
            cancel()
        except Exception as error:  # noqa: BLE001  there is nobody to raise it to
            log.debug("cancel: %s", type(error).__name__)
        if call.done.wait(TICK_SECONDS):
            return
