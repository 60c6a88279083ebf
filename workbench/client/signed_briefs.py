"""The monthly briefs as they were signed. Plain values as the gateway answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workbench.client.control import Control

Answer = Mapping[str, Any]


class SignedBriefs:
    """Those that are yours to read; who deals with the sign-off sees the unsigned, too."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def list(self) -> Sequence[Answer]:
        """``digest, month, state, signed, …``, the newest first."""
        found: Sequence[Answer] = self._control.get("/briefs")
        return found

    def get(self, digest: str) -> Answer:
        """``line``, and ``document``: the JSON that was signed. Raises StatementWrong."""
        found: Answer = self._control.get(f"/briefs/{quote(digest, safe='')}")
        return found

    def take(self, digest: str, language: str, form: str) -> Answer:
        """A file of a signed brief (``name``, ``type``, ``content`` in base64), entered in the
        ledger. Raises StatementWrong where it is not signed or not rendered."""
        path = f"/briefs/{quote(digest, safe='')}/take"
        found: Answer = self._control.post(path, {"language": language, "form": form})
        return found
