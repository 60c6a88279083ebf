"""Findings of the anomaly watch, for officers of the authority. Plain values as the gateway answers
them (``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from workbench.client.control import Control

Answer = Mapping[str, Any]


class Anomalies:
    """What is out of the ordinary in the ledger, and what became of it."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(
        self, *, since: date | None = None, limit: int = 50, offset: int = 0, **wanted: str
    ) -> Sequence[Answer]:
        """The newest first; ``wanted``: rule, department, case, state (open, explained,
        confirmed).

        Raises Refused for whoever is no officer of the authority, as all here.
        """
        query = {name: value for name, value in wanted.items() if value}
        if since is not None:
            query["since"] = since.isoformat()
        found = self._control.get("/anomalies", limit=str(limit), offset=str(offset), **query)
        findings: Sequence[Answer] = found["findings"]
        return findings

    def get(self, finding: str) -> Answer:
        """One finding, with the positions of the entries that show it (``evidence``)."""
        found: Answer = self._control.get(_path(finding))
        return found

    def explain(self, finding: str, reason: str) -> Answer:
        """It was nothing: what was ordered for it alone is lifted. Raises Conflict where it was
        closed already, InvalidInput without a reason."""
        return self._close(finding, "explain", reason)

    def rectify(self, finding: str, reason: str) -> Answer:
        """It is so: rectification is ordered where it was not. Raises as ``explain``."""
        return self._close(finding, "rectify", reason)

    def precision(self) -> Sequence[Answer]:
        """How often each rule was right, in all and by month of closing."""
        found: Sequence[Answer] = self._control.get("/anomalies/precision")
        return found

    def _close(self, finding: str, event: str, reason: str) -> Answer:
        body = {"event": event, "reason": reason}
        found: Answer = self._control.post(_path(finding), body)
        return found


def _path(finding: str) -> str:
    return f"/anomalies/{quote(finding, safe='')}"
