"""Who uses my data: the grants on what your department provides, and what was made of them. Plain
values as the gateway answers them (``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from workbench.client.casework import new_key
from workbench.client.control import Control

Answer = Mapping[str, Any]


class Uses:
    """For providers of data, and those who watch over all. Whoever else asks is Refused."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(
        self,
        *,
        since: date | str | None = None,
        order: str = "recent",
        states: Sequence[str] = (),
        limit: int = 50,
        offset: int = 0,
        **wanted: str,
    ) -> Answer:
        """``{total, lines, …}``: a line for each grant. Figures count from the day ``since`` on;
        ``order``: recent, idle; ``wanted``: scenario, resource, department."""
        found: Answer = self._control.get(
            "/uses",
            order=order,
            state=[*states],
            limit=str(limit),
            offset=str(offset),
            **given(since=since, **wanted),
        )
        return found

    def get(
        self, grant: str, since: date | str | None = None, limit: int = 200, offset: int = 0
    ) -> Answer:
        """``{line, total, days}``: one grant by person and day, the newest first."""
        path = f"/uses/{quote(grant, safe='')}"
        found: Answer = self._control.get(
            path, limit=str(limit), offset=str(offset), **given(since=since)
        )
        return found

    def revoke(self, grant: str, reason: str, basis: str, *, key: str = "") -> Answer:
        """Take back a grant that a scenario file gives. Done once, however often it is sent.

        Raises Refused; Conflict for a grant of a case, which is revoked there.
        """
        path = f"/grants/{quote(grant, safe='')}/revoke"
        body = {"reason": reason, "basis": basis}
        found: Answer = self._control.post(path, body, key=key or new_key())
        return found


def given(**values: Any) -> dict[str, str]:
    """As a query says them; what is empty is left out."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in values.items()
        if value not in (None, "")
    }
