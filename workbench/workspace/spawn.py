"""Starting one of our own processes: nothing inherited but one socket."""

from __future__ import annotations

import socket
import subprocess
import sys

AHEAD_BYTES = 1 << 20
"""How far a process may write ahead of its reader, so that both work at once (our default; the
system may give less, see net.core.wmem_max)."""


class Started:
    """A process that runs ``python -I -m MODULE FD`` and waits at its end of ``sock``.

    Its environment is empty and its descriptors are closed. ``kill`` from any thread.
    """

    def __init__(self, module: str) -> None:
        self.sock, child = socket.socketpair()
        child.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD_BYTES)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", module, str(child.fileno())],
            env={"PYTHONDONTWRITEBYTECODE": "1"},
            pass_fds=(child.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        child.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def signal_end(self) -> None:
        """End the process now and leave the socket to whoever reads from it."""
        if self._process.poll() is None:
            self._process.kill()

    def kill(self) -> None:
        """End the process now and close the socket. Safe to call again."""
        self.signal_end()
        self._process.wait()
        self.sock.close()
