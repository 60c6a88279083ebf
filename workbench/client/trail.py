"""The trail of what people did: for auditors. Plain values as the gateway answers them
(``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.client.control import Control
from workbench.client.uses import given

Answer = Mapping[str, Any]


class Trail:
    """Every reading is recorded. Whoever is no auditor is Refused."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(
        self,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        before: int | None = None,
        limit: int = 50,
        **wanted: str,
    ) -> Answer:
        """``{rows, before}``, the newest first; the next page with ``before``. ``until`` is the
        last day, included; ``wanted``: person, scenario, resource, event."""
        query = given(since=since, until=until, before=before, **wanted)
        found: Answer = self._control.get("/trail", limit=str(limit), **query)
        return found

    def verify(self) -> Answer:
        """Start to verify the whole ledger, or look at the verification that runs."""
        found: Answer = self._control.post("/trail/verify", {})
        return found

    def verification(self) -> Answer:
        """How far the last one is, and what it found."""
        found: Answer = self._control.get("/trail/verify")
        return found

    def enterprise(self, key: str, scenario: str = "", since: date | str | None = None) -> Answer:
        """By whom the data of one person or firm could have been seen. ``key``: a credit code, or
        another entity key; it goes into no address and no log."""
        body = {"key": key, **given(scenario=scenario, since=since)}
        found: Answer = self._control.post("/trail/enterprise", body)
        return found
