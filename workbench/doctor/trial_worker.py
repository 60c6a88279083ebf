"""A real worker over an empty workspace: what does it give up here?"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path

import duckdb

from workbench.catalogue.city_schema import Settings
from workbench.doctor.facts import WorkerSeen
from workbench.engine.duckdb import Resources, attach_encrypted, open_builder
from workbench.errors import WorkbenchError
from workbench.workspace.process import Limits, Worker, start

ACCOUNT = 62_999
"""A number that nobody has: systemd's range for such accounts (our default)."""


def worker_of(settings: Settings) -> WorkerSeen:
    """In a temporary folder of its own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-doctor-"))
    try:
        return WorkerSeen(_steps(folder, settings))
    except (WorkbenchError, duckdb.Error, OSError, LookupError) as error:
        return WorkerSeen(problem=str(error).split("\n", 1)[0])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _steps(folder: Path, settings: Settings) -> tuple[str, ...]:
    scratch, key = folder / "s", secrets.token_hex(16)
    for made in (scratch, folder / "w", folder / "w" / "t"):
        made.mkdir(mode=0o700)
    with open_builder(Resources(256, 64, 1), scratch) as con:
        attach_encrypted(con, folder / "w" / "w", key, write=True)
        con.execute("CREATE TABLE workspace.nothing (i INTEGER)")
    account = ACCOUNT if os.geteuid() == 0 else None
    if account is not None:
        folder.chmod(0o711)
        (folder / "w" / "w").chmod(0o444)
        for given in (folder / "w", folder / "w" / "t"):
            os.chown(given, account, account)
    limits = Limits(10.0, min(settings.memory_mb, 512), 64, 1)
    worker = Worker(start(), folder / "w", key, limits, account)
    try:
        return worker.confined
    finally:
        worker.kill()
