"""Procedures beside sharing: which there are, to open, to follow, to step. Plain values as the
gateway answers them (``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbench.client.casework import new_key
from workbench.client.control import Control

Answer = Mapping[str, Any]
_CHUNK = 1 << 20


class Procedures:
    """Of whoever is signed in. A command goes out under a key of its own: sent again after a broken
    connection, with ``key`` as it was, it is done once."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def kinds(self) -> Answer:
        """``{regulation, kinds, unreadable}``: what can be opened, by which article."""
        found: Answer = self._control.get("/procedures/kinds")
        return found

    def open(
        self, kind: str, fields: Mapping[str, str], *, event: str = "", key: str = "", **said: Any
    ) -> Answer:
        """``said``: reason, basis, evidence (a digest: ``digest_of``), days, until.

        Raises Refused, InvalidInput with every reason.
        """
        body = {"kind": kind, "fields": dict(fields), **_given(said | {"event": event})}
        found: Answer = self._control.post("/procedures", body, key=key or new_key())
        return found

    def list(
        self,
        *,
        kinds: Sequence[str] = (),
        running: bool = False,
        limit: int = 50,
        offset: int = 0,
        **wanted: str,
    ) -> Answer:
        """``{total, procedures}``, the newest first; ``wanted``: resource, department, provider."""
        query = {name: value for name, value in wanted.items() if value}
        if running:
            query["running"] = "true"
        found: Answer = self._control.get(
            "/procedures", kind=[*kinds], limit=str(limit), offset=str(offset), **query
        )
        return found

    def get(self, procedure: str) -> Answer:
        """The procedure with its steps, and what you may do (``can``, ``offers``)."""
        found: Answer = self._control.get(_path(procedure))
        return found

    def act(self, procedure: str, event: str, seen: int, *, key: str = "", **said: Any) -> Answer:
        """One step. ``seen``: the version that you looked at; ``said`` as of ``open``.

        Raises Refused, InvalidInput; Conflict where somebody changed it since.
        """
        body = {"event": event, "seen": seen, **_given(said)}
        found: Answer = self._control.post(_path(procedure), body, key=key or new_key())
        return found

    def due(self, within: int = 7, limit: int = 100) -> Sequence[Answer]:
        """What is due within so many days, the overdue first."""
        found: Sequence[Answer] = self._control.get(
            "/procedures/due", within=str(within), limit=str(limit)
        )
        return found


def digest_of(file: Path) -> str:
    """The SHA-256 digest of a file, which itself stays where it is. Raises OSError."""
    found = sha256()
    with file.open("rb") as stream:
        while part := stream.read(_CHUNK):
            found.update(part)
    return found.hexdigest()


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in said.items() if value}
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in plain.items()}


def _path(procedure: str) -> str:
    return f"/procedures/{quote(procedure, safe='')}"
