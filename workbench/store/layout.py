"""Where the state of a city lies: ``<city>/.workbench/``, readable by its owner alone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = ".workbench"
CHECKPOINTS = "WORKBENCH_CHECKPOINTS"
"""Environment variable: a folder for checkpoints outside the state, best on another machine."""


@dataclass(frozen=True)
class Layout:
    """The paths of one city's state. ``root`` is the city's folder (with ``data_contracts``)."""

    root: Path

    @property
    def state(self) -> Path:
        return self.root / FOLDER

    @property
    def store(self) -> Path:
        return self.state / "store.sqlite"

    @property
    def store_url(self) -> Path:
        """Says where the store is, if it is not ``store``."""
        return self.state / "store.url"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets"

    @property
    def checkpoints(self) -> Path:
        moved = os.environ.get(CHECKPOINTS, "")
        return Path(moved) if moved else self.state / "checkpoints"

    @property
    def extracts(self) -> Path:
        return self.state / "extracts"

    @property
    def workspaces(self) -> Path:
        return self.state / "workspaces"

    @property
    def logs(self) -> Path:
        return self.state / "logs"


def private_folder(path: Path) -> Path:
    """The folder, made with its parents where missing, open to its owner alone (0700)."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """A new file of its owner alone (0600), on disk when this returns. FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def synced(path: Path) -> None:
    """Have the file or folder on disk before going on."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time, by a lock on the folder itself; gone with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
