"""The code of a documentation page, run as a reader would: in order, in one fresh process.

Run as a program it is that process: ``python pages.py PAGE`` prints the output of each block as
JSON. Nothing of the workbench can be imported there.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LANGUAGES = frozenset({"python", "ipython"})


@dataclass(frozen=True)
class Block:
    """One piece of code, and what the page says that it prints."""

    language: str
    code: str
    prints: str


def blocks(page: Path) -> list[Block]:
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [
        Block(language, code, _text_after(found, index))
        for index, (language, code) in enumerate(found)
        if language in LANGUAGES
    ]


def _text_after(found: list[tuple[str, str]], index: int) -> str:
    following = found[index + 1 : index + 2]
    return following[0][1] if following and following[0][0] == "text" else ""


def run(page: Path, home: Path, **environment: str) -> list[str]:
    """What each block printed. Fails with everything that the process said."""
    done = subprocess.run(
        [sys.executable, "-I", __file__, str(page.resolve())],
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
            "IPYTHONDIR": str(home / "ipython"),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    printed: list[str] = json.loads(done.stdout.rpartition("\n#####\n")[2].splitlines()[0])
    return printed


class _NotOurs:
    """Keeps the workbench's own package out: a page is about stock clients."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] == "workbench":
            raise ModuleNotFoundError("a stock client has no workbench package")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: whoever asks for another machine ends the process, since an exception could
    be caught."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        os.write(2, f"asked for {host}".encode())
        os._exit(9)


def _main(page: Path) -> None:
    sys.meta_path.insert(0, _NotOurs())
    sys.addaudithook(_stay_here)
    warnings.filterwarnings("error", message="Cannot disable autocommit")
    out = []
    shell: Any = None
    space: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            if block.language == "ipython":
                shell = shell or _shell()
                shell.run_cell(block.code).raise_error()
            else:
                exec(compile(block.code, str(page), "exec"), space)
        out.append(said.getvalue())
    print("\n#####\n" + json.dumps(out))
    sys.stdout.flush()


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.colors = "nocolor"
    return shell


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
