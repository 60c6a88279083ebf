"""``workbench`` commands, run in this process: one of its own takes a second each to import.

Whatever a process of its own is for (signals, exit codes of a shell, another user) starts one.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from workbench.cli import main


@dataclass(frozen=True)
class Said:
    """What a shell would see of a command. ``args`` are its words."""

    args: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str


def here(*words: str, folder: Path | None = None, given: str = "", **environment: str) -> Said:
    """``workbench WORDS`` in ``folder``, with ``given`` on its stdin, in English unless told."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.chdir(folder or Path.cwd()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        for name, value in {"WORKBENCH_LANG": "en", "COLUMNS": "200", **environment}.items():
            patch.setenv(name, value)
        patch.setattr("sys.stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as left:
            main(list(words))
    return Said(words, _number(left.value.code), _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    """Exactly: a reader of a pipe sees how lines end."""
    stream.seek(0)
    return stream.buffer.read().decode()


def _number(code: object) -> int:
    """As the interpreter leaves: nothing is 0."""
    return code if isinstance(code, int) else 0 if code is None else 1
