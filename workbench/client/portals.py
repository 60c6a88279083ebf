"""The open catalogues of the portals that were imported, searched. Plain values as the gateway
answers them (``/openapi.json``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.client.control import Control
from workbench.client.uses import given


class Portals:
    """For whoever is signed in; what is not open is not there."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def search(
        self,
        text: str,
        *,
        department: str = "",
        portal: str = "",
        types: Sequence[str] = (),
        limit: int = 10,
    ) -> Mapping[str, Any]:
        """``{asked, words, total, hits}``, best first, at most 200: what ``workbench catalogue
        search --json`` gives. ``department`` and ``portal`` are parts of names; ``types``:
        unconditional, conditional.

        Raises Unavailable where nothing was imported yet.
        """
        found: Mapping[str, Any] = self._control.get(
            "/catalogue/search",
            q=text,
            type=[*types],
            limit=str(limit),
            **given(department=department, portal=portal),
        )
        return found
