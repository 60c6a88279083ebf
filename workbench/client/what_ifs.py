"""Named cases of what-if questions. Plain values as the gateway answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workbench.client.control import Control

Answer = Mapping[str, Any]


class WhatIfs:
    """What your department supposed and kept."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def inputs(self) -> Sequence[Answer]:
        """What may be asked about and what be moved: the files that are yours to use."""
        found: Sequence[Answer] = self._control.get("/what-ifs/inputs")
        return [one["inputs"] for one in found]

    def list(self, *, deleted: bool = False, limit: int = 50, offset: int = 0) -> Answer:
        """``cases``, the newest first, and their ``total``. ``deleted``: those that were."""
        found: Answer = self._control.get(
            "/what-ifs", deleted=str(deleted).lower(), limit=str(limit), offset=str(offset)
        )
        return found

    def get(self, case: str) -> Answer:
        """Raises StatementWrong (not_found)."""
        found: Answer = self._control.get(_path(case))
        return found

    def keep(
        self,
        name: str,
        supposed: Mapping[str, Any],
        outcome: Mapping[str, Any],
        entry: int,
        *,
        key: str,
        note: str = "",
    ) -> Answer:
        """Keep what was worked out from the release of ledger entry ``entry``. Raises InvalidInput
        for a name that is taken or a release of somebody else."""
        body = {
            "name": name,
            "note": note,
            "supposed": dict(supposed),
            "outcome": dict(outcome),
            "entry": entry,
            "key": key,
        }
        found: Answer = self._control.post("/what-ifs", body)
        return found

    def delete(self, case: str, seen: int) -> Answer:
        """It is marked, and can be restored. Raises Refused (not_yours), Conflict (moved_on)."""
        found: Answer = self._control.post(f"{_path(case)}/delete", {"seen": seen})
        return found

    def restore(self, case: str, seen: int) -> Answer:
        """Raises as ``delete``."""
        found: Answer = self._control.post(f"{_path(case)}/restore", {"seen": seen})
        return found


def _path(case: str) -> str:
    return f"/what-ifs/{quote(case, safe='')}"
