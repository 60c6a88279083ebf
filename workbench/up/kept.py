"""What of the operator's is handed on: the variables that the gateway is configured by, and a
secret of a proxy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workbench.errors import Code, Text, WorkbenchError, simple
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


def read_secret(path: Path) -> str:
    """The secret in a file that only its owner may read. Raises InvalidInput."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            found = stream.read(MOST_BYTES).decode("ascii").strip()
    except (OSError, ValueError) as error:
        raise _no_secret(path, getattr(error, "strerror", None) or "not ASCII") from None
    if mode & 0o077:
        raise _no_secret(path, "chmod 600")
    if len(found) < LEAST_CHARACTERS or not found.isprintable():
        raise _no_secret(path, f"< {LEAST_CHARACTERS}")
    return found


MOST_BYTES, LEAST_CHARACTERS = 4096, 24
"""A shorter secret could be guessed (our default: openssl rand -base64 24 has 32)."""


def _no_secret(path: Path, why: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"密钥文件 {path} 不能使用（{why}）。",
        f"The file of the secret {path} cannot be used ({why}).",
        rule=Text(
            f"至少 {LEAST_CHARACTERS} 个可见 ASCII 字符，只有所有者可读（chmod 600）。",
            f"At least {LEAST_CHARACTERS} printable ASCII characters, for its owner's eyes only "
            "(chmod 600).",
        ),
        next=Text(
            "例如：openssl rand -base64 24 > FILE && chmod 600 FILE",
            "For example: openssl rand -base64 24 > FILE && chmod 600 FILE",
        ),
        subject=str(path),
    )
