"""Closing entries: each is made once, and what the ledger could not take is owed until it can."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.errors import Code
from workbench.model.entry import Draft
from workbench.query_path.records import Recorder


class Closings:
    """``close`` is for all threads of a gateway, ``settle`` for the one that watches."""

    def __init__(self, ledger: Recorder) -> None:
        self._ledger = ledger
        self._owed: deque[Draft] = deque()

    def close(self, draft: Draft) -> None:
        """Record the closing entry. Where that fails it is owed, and the error goes on."""
        try:
            self._ledger.record(draft)
        except Exception:
            self._owed.append(draft)
            raise

    def settle(self) -> None:
        """Record what is owed. Raises Unavailable while the ledger still takes nothing.

        The first attempt may have been recorded all the same: a commit whose answer was lost, an
        entry whose checkpoint failed.
        """
        while self._owed:
            draft = self._owed[0]
            if not self._ledger.is_closed(draft.release):
                self._ledger.record(replace(draft, detail=_as_told(draft.detail)))
            self._owed.popleft()


def _as_told(detail: Mapping[str, Any]) -> dict[str, Any]:
    """A result that was sent whole ended with an error for its client: it had no entry."""
    if detail.get("outcome") != "complete":
        return dict(detail)
    return {**detail, "outcome": "interrupted", "code": Code.ledger_unavailable.value}
