"""Runs ``workbench`` commands in forks of one process that has imported them already.

``python -m faults.forking`` takes lines ``{"args", "out"}`` on stdin, answers each with the pid on
stdout, and ends with its stdin. The commands run as they always do; only the second that each
needs to import its modules is saved, so that the test run can afford many of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from importlib import import_module

MODULES = ("workbench.cli.serve", "workbench.cli.ingest", "workbench.gateway.serve")


def main() -> None:
    from workbench.cli import main as workbench

    for name in MODULES:
        import_module(name)
    assert threading.active_count() == 1  # of the libraries' own, jemalloc's knows of forks
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        job = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _become(job["out"])
            _run(workbench, job["args"])
        print(pid, flush=True)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _become(out: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.setsid()
    nothing = os.open("/dev/null", os.O_RDONLY)
    written = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)
    sys.stdin = os.fdopen(0, closefd=False)


def _run(command: Callable[[list[str]], None], args: list[str]) -> None:
    """And end at once: the libraries' own threads, which their cleaning up waits for, are the
    parent's."""
    code: object = 1
    try:
        command(args)
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _reap(*_: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
