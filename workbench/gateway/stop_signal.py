"""SIGTERM and SIGINT as something that can be waited for."""

from __future__ import annotations

import select
import signal
import socket
from types import TracebackType

_NUMBERS = (signal.SIGTERM, signal.SIGINT)


class StopSignal:
    """Between entering and leaving, SIGTERM and SIGINT end ``wait`` and do nothing else.

    Python runs a handler in the main thread only. Where the system gives the signal to another
    thread, a main thread that waits for a lock sleeps on and never sees it. The signal is
    therefore written to a socket as well, and the socket is what ``wait`` looks at. Enter it in
    the main thread, before other threads start.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)

    def __enter__(self) -> StopSignal:
        self._fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers = [(n, signal.signal(n, lambda *_: None)) for n in _NUMBERS]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._handlers:
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd)
        self._reader.close()
        self._writer.close()

    @property
    def asked(self) -> bool:
        return self.wait(0)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether a stop was asked for, after ``seconds`` at most (None: for ever)."""
        looked = select.poll()
        looked.register(self._reader, select.POLLIN)
        return bool(looked.poll(None if seconds is None else seconds * 1000))
