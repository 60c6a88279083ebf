"""The operator's variables that the gateway is configured by; nothing else is handed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workbench.store.address import LIBPQ, STORE
from workbench.store.layout import CHECKPOINTS

KEPT = (CHECKPOINTS, STORE, *LIBPQ)
_PATHS = (CHECKPOINTS, "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY")
_DEFAULTS = {
    "PGPASSFILE": ".pgpass",
    "PGSSLROOTCERT": ".postgresql/root.crt",
    "PGSSLCERT": ".postgresql/postgresql.crt",
    "PGSSLKEY": ".postgresql/postgresql.key",
}
"""Where libpq looks in a home when the variable is not set (its documentation, "Environment
Variables" and "SSL Support"). The gateway's home is another one."""


def kept(environ: Mapping[str, str], home: Path, here: Path) -> dict[str, str]:
    """For the gateway, whose home is not the operator's ``home`` and whose folder is not
    ``here``: what those two stand for is written out."""
    found = {name: environ[name] for name in KEPT if environ.get(name)}
    for name in _PATHS:
        if name in found and found[name] != _SYSTEM:
            found[name] = os.path.normpath(here / found[name])
    for name, file in _DEFAULTS.items():
        if name not in found and (home / file).is_file():
            found[name] = str(home / file)
    return found


_SYSTEM = "system"
"""libpq's word for the machine's own roots in the place of a file."""
