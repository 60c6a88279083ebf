"""A trusted child process for one job: ``python -I -m MODULE FD``.

Unlike a worker it runs nothing that an analyst wrote. It starts with an empty environment and one
socket, gets its job over it, may report progress, answers once and ends; and it ends when the
socket closes, so that it does not outlive a gateway that was killed.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from workbench.workspace.protocol import Closed, readable, receive_json, send_json
from workbench.workspace.spawn import Started

Message = Mapping[str, Any]
Report = Callable[[Message], None]
_POLL_SECONDS = 0.05
_PR_SET_DUMPABLE = 4


class ChildDied(Exception):
    """The process ended without an answer: it was killed, or ran out of memory."""


class ChildFailed(Exception):
    """The job raised: ``kind`` is the class of the exception, ``detail`` what the job tells."""

    def __init__(self, kind: str, detail: Message) -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


class Child:
    """The parent's side of one child. Used by one thread, ``interrupt`` by any."""

    def __init__(self, module: str) -> None:
        self._started = Started(module)
        self._sock = self._started.sock

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def alive(self) -> bool:
        return self._started.alive

    def run(
        self,
        job: Message,
        on_progress: Report = lambda _: None,
        waiting: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """The job's answer. ``waiting`` is called every 50 ms and raises to give up.

        Raises ChildFailed, ChildDied, or what ``waiting`` raises; the process is gone then.
        """
        try:
            send_json(self._sock, dict(job))
            while True:
                while not readable(self._sock, _POLL_SECONDS):
                    waiting()
                message = receive_json(self._sock)
                if "progress" in message:
                    on_progress(message["progress"])
                elif "failed" in message:
                    raise ChildFailed(message["failed"], message["detail"])
                else:
                    answer: dict[str, Any] = message["answer"]
                    return answer
        except Closed as error:
            raise ChildDied from error
        finally:
            self.kill()

    def interrupt(self) -> None:
        """From another thread: the process ends, and whoever waits in ``run`` gets ChildDied."""
        self._started.signal_end()

    def kill(self) -> None:
        """End the process now. Safe to call again."""
        self._started.kill()


def serve(work: Callable[[dict[str, Any], Report], Message]) -> None:
    """The child's side, the ``main`` of such a module: one job, one answer.

    ``work`` gets the job and a function to report progress with. Of an exception only its class
    goes back, and what it carries as ``detail``: its text may hold values.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    sock = socket.socket(fileno=int(sys.argv[1]))
    sock.set_inheritable(False)
    job = receive_json(sock)
    threading.Thread(target=_end_with, args=(sock,), daemon=True).start()
    try:
        answer = work(job, lambda message: send_json(sock, {"progress": dict(message)}))
        send_json(sock, {"answer": dict(answer)})
    except Exception as error:  # noqa: BLE001 - every failure is an answer to the parent
        detail = getattr(error, "detail", {})
        send_json(sock, {"failed": type(error).__name__, "detail": detail})


def _end_with(sock: socket.socket) -> None:
    """The parent says nothing more: whatever comes is the end of the socket.

    Where a report was not read yet when the parent was killed, it ends with an error.
    """
    try:
        sock.recv(1)
    finally:
        os._exit(0)
