"""Reading hundreds of contracts at once, on all cores: reading YAML with its lines is slow.

Processes of our own (``python -I -m workbench.catalogue.bulk``) read one share each and hand back
what ``read_contract`` gave. They see the same files and nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue

from workbench.catalogue.contracts import Contract, read_contract

log = logging.getLogger(__name__)

WORTH_IT = 200
"""Fewer files are read here: a process takes about as long to start as a hundred files to read
(our default)."""
MOST = 8
"""Processes at once (our default)."""

Answer = tuple[int, Contract]
"""The number of the path, and what stands there."""


def processes(files: int, cores: int) -> int:
    """How many processes are worth starting; 0 for none."""
    return 0 if files < WORTH_IT or cores < 2 else min(MOST, cores, files // (WORTH_IT // 2))


def read_many(paths: Sequence[Path], root: Path, count: int) -> Iterator[tuple[Path, Contract]]:
    """In the order in which they are ready. What a process that ended early did not give is
    missing: the caller reads it."""
    shares = [list(range(start, len(paths), count)) for start in range(count)]
    answers: SimpleQueue[Answer | None] = SimpleQueue()
    running = [_started(root) for _ in shares]
    try:
        for process, share in zip(running, shares, strict=True):
            work = process, [(n, str(paths[n])) for n in share], answers
            threading.Thread(target=_served, args=work, daemon=True).start()
        ended = 0
        while ended < count:
            answer = answers.get()
            if answer is None:
                ended += 1
            else:
                yield paths[answer[0]], answer[1]
    finally:
        for process in running:
            process.kill()
            process.wait()


def _started(root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "workbench.catalogue.bulk", str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        start_new_session=True,  # Ctrl-C is ours to handle
    )


def _served(
    process: subprocess.Popen[bytes],
    share: list[tuple[int, str]],
    answers: SimpleQueue[Answer | None],
) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    given = 0
    try:
        with process.stdin as stdin:
            stdin.write(json.dumps(share).encode())
        for _ in share:
            answers.put(pickle.load(process.stdout))  # noqa: S301 - a process of ours wrote it
            given += 1
    except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
        log.warning(
            "a process that read contracts ended after %d of %d: %s",
            given, len(share), type(error).__name__,
        )  # fmt: skip
    finally:
        answers.put(None)


def main() -> None:
    root = Path(sys.argv[1])
    out = sys.stdout.buffer
    for number, path in json.load(sys.stdin.buffer):
        pickle.dump((number, read_contract(Path(path), root)), out, pickle.HIGHEST_PROTOCOL)
        out.flush()


def cores() -> int:
    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
