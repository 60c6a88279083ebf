"""Applications and their cases: to apply, to follow, to decide. Plain values as the gateway answers
them (``/openapi.json``)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workbench.client.control import Control

Answer = Mapping[str, Any]


class Cases:
    """Of whoever is signed in. A command goes out under a key of its own: sent again after a broken
    connection, with ``key`` as it was, it is done once."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def apply(self, application: Mapping[str, Any], key: str = "") -> Answer:
        """``application``: what stands below ``application:`` in the draft of a refused query.

        Raises Refused, InvalidInput with every reason.
        """
        found: Answer = self._control.post("/applications", application, key=key or new_key())
        return found

    def list(
        self, *, states: Sequence[str] = (), limit: int = 50, offset: int = 0, **wanted: str
    ) -> Answer:
        """``{total, cases}``, the newest first; ``wanted``: scenario, resource, department,
        provider."""
        query = {name: value for name, value in wanted.items() if value}
        found: Answer = self._control.get(
            "/cases", state=[*states], limit=str(limit), offset=str(offset), **query
        )
        return found

    def get(self, case: str) -> Answer:
        """The case with its steps, what its reviewer looks at, and what you may do (``can``)."""
        found: Answer = self._control.get(_path(case))
        return found

    def uniqueness(self, case: str) -> Answer:
        """For who reviews: how far somebody can be told apart by all that the department would
        have. Takes seconds on a large resource."""
        found: Answer = self._control.get(f"{_path(case)}/uniqueness")
        return found

    def act(self, case: str, event: str, seen: int, *, key: str = "", **said: Any) -> Answer:
        """One step. ``seen``: the version that you looked at. ``said``: reason, basis, terms,
        days, application.

        Raises Refused, InvalidInput; Conflict where somebody changed the case since.
        """
        body = {"event": event, "seen": seen, **{k: v for k, v in said.items() if v}}
        found: Answer = self._control.post(_path(case), body, key=key or new_key())
        return found

    def due(self, within: int = 7, limit: int = 100) -> Sequence[Answer]:
        """What is due within so many days, the overdue first."""
        found: Sequence[Answer] = self._control.get("/due", within=str(within), limit=str(limit))
        return found


def new_key() -> str:
    return secrets.token_urlsafe(16)


def _path(case: str) -> str:
    return f"/cases/{quote(case, safe='')}"
