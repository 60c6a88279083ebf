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


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time, by a lock on the folder itself; gone with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
