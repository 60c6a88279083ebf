"""A Jupyter server's folder: our page template, the board, its configuration, its kernel's token.

Where the server has an account of its own, that account owns only what it must write (``OWN``).
The rest stays root's and readable: an account that could replace a file by a link would have root
write through it at the next start.

Kernels get their token through the kernel's description and not through the server's environment:
the description can be written again while the server runs, so that a kernel started tomorrow does
not begin with yesterday's token.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from workbench.up.accounts import Account

TEMPLATE = "workbench"
OWN = ("user", "data", "runtime", "tmp", "ipython")


def make_home(home: Path, account: Account | None) -> None:
    """The folder with all its parts but the kernel and the configuration."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in OWN:
        (home / name).mkdir(mode=0o700, exist_ok=True)
        _hand_over(home / name, account)
    share = home / "share"
    if share.exists():
        shutil.rmtree(share)
    _fill(share / "jupyter")
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "migrated").touch()  # there is nothing of an older Jupyter to look for
    if account is not None:
        home.chmod(0o755)
        _readable(share)
        _readable(home / "config", deep=False)
        _readable(home / "config" / "migrated")


def write_kernel(home: Path, environment: Mapping[str, str], account: Account | None) -> None:
    """The Python kernel of this server's users, with what it may know."""
    folder = home / "share" / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (workbench)",
        "language": "python",
        "env": dict(environment),
        "metadata": {"debugger": True},
    }
    write_private(folder / "kernel.json", json.dumps(description, indent=1), account)
    if account is not None:
        _readable(folder.parent, deep=False)
        _readable(folder, deep=False)


def share(home: Path, file: Path) -> Path:
    """A copy for everybody to read, beside the kernels. Not for secrets."""
    folder = home / "share" / "jupyter"
    folder.mkdir(parents=True, exist_ok=True)
    copy, fresh = folder / file.name, folder / f".{file.name}.new"
    shutil.copyfile(file, fresh)
    fresh.chmod(0o644)
    return fresh.replace(copy)


def write_private(path: Path, text: str, reader: Account | None) -> None:
    """Replace the file at once, readable by its owner and by ``reader`` alone."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    if reader is not None:
        os.chown(fresh, -1, reader.gid)
        fresh.chmod(0o640)
    fresh.replace(path)


def working_copy(source: Path, home: Path, account: Account) -> Path:
    """The account's own copy, made once: what it has changed is never written over."""
    copy = home / source.name
    if not copy.exists():
        fresh = _fresh_copy(source, home)
        for found in (fresh, *_below(fresh)):
            _hand_over(found, account)
        fresh.replace(copy)
    return copy


def reading_copy(source: Path, home: Path) -> Path:
    """A copy for reading, as ``source`` is now."""
    copy = home / source.name
    fresh = _fresh_copy(source, home)
    _readable(fresh)
    if copy.exists():
        shutil.rmtree(copy)
    return fresh.replace(copy)


def _fresh_copy(source: Path, home: Path) -> Path:
    fresh = home / f".{source.name}.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    if source.is_dir():
        shutil.copytree(source, fresh)
    else:
        fresh.mkdir()
    return fresh


def _fill(share: Path) -> None:
    """Our template, and what the board of a page loads: for Voila and for JupyterLab."""
    static = share / "voila" / "templates" / TEMPLATE / "static"
    with as_file(files("workbench.ui").joinpath("share", "jupyter")) as source:
        shutil.copytree(source, share)
    with as_file(files("workbench.ui").joinpath("assets", "static")) as source:
        for folder in (static, share / "labextensions" / TEMPLATE / "static"):
            shutil.copytree(source, folder, dirs_exist_ok=True)


def _readable(path: Path, *, deep: bool = True) -> None:
    """Everybody may read, the owner may write, whatever the umask was."""
    for found in (path, *(_below(path) if deep else ())):
        found.chmod(0o755 if found.is_dir() else 0o644)


def _hand_over(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _below(path: Path) -> Iterator[Path]:
    for folder, names, file_names in os.walk(path):
        for name in (*names, *file_names):
            yield Path(folder) / name
