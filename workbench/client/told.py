"""How much statistics have told of whose data, and output checking. Plain values as the gateway
answers them (``/openapi.json``)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.client.control import Control
from workbench.client.uses import given

Answer = Mapping[str, Any]
_AGAIN_SECONDS = 0.5


class Told:
    """For providers of data, officers of the departments that were told, and output checkers (the
    roles auditor and authority). Whoever else asks is Refused. Every look is recorded."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(
        self, resource: str = "", department: str = "", *, limit: int = 50, offset: int = 0
    ) -> Answer:
        """``{total, lines, …}``: a line for each resource and department that was told of it."""
        named = given(resource=resource, department=department)
        found: Answer = self._control.get("/told", limit=str(limit), offset=str(offset), **named)
        return found

    def detail(self, resource: str, department: str, *, wait: float = 0) -> Answer:
        """``{line, columns, days, …}``: one of them by column and day. Up to ``wait`` seconds are
        waited until it is ``ready``."""
        return self._ready("/told/detail", resource, department, wait)

    def open(self, resource: str, department: str, *, wait: float = 0) -> Answer:
        """``{line, alone, pairs, noise, limits, …}``: what stays open, for output checkers."""
        return self._ready("/told/open", resource, department, wait)

    def releases(
        self,
        *,
        since: date | str | None = None,
        until: date | str | None = None,
        withheld: bool = False,
        before: int | None = None,
        limit: int = 50,
        **wanted: str,
    ) -> Answer:
        """``{lines, before, whole}``, the newest first, for output checkers; the next page with
        ``before``. ``withheld``: only releases in which something is; ``wanted``: resource,
        department, person, scenario."""
        query = given(since=since, until=until, before=before, **wanted)
        some = "true" if withheld else "false"
        found: Answer = self._control.get(
            "/told/releases", limit=str(limit), withheld=some, **query
        )
        return found

    def _ready(self, path: str, resource: str, department: str, wait: float) -> Answer:
        until = time.monotonic() + wait
        while True:
            found: Answer = self._control.get(path, resource=resource, department=department)
            if found["ready"] or time.monotonic() > until:
                return found
            time.sleep(_AGAIN_SECONDS)
