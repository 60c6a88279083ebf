"""Releases of the statistics tier by department and resource, counted from the ledger."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.ledger.chain import Journal, fields_of
from workbench.model.contract import SharingMode
from workbench.model.entry import Event, Filed
from workbench.model.tier import Tier

SECONDS = 1.0
"""How long whoever looks waits for the counts to be brought up to date (our default)."""
Of = tuple[str, str]
"""Department and resource."""


@dataclass
class Releases:
    """``withheld``: figures by rule. Of a release that reads several resources each has all of
    them: the ledger does not tell them apart. ``noisy`` of ``number`` carried noise. ``destroyed``:
    when a book was destroyed last, and by which rule (see ``told_keeping``)."""

    number: int = 0
    noisy: int = 0
    withheld: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    destroyed: tuple[datetime, str] | None = None

    def add(self, at: datetime, detail: Mapping[str, Any]) -> None:
        self.number += 1
        self.noisy += bool(detail.get("noise"))
        self.withheld.update(withheld_of(detail))
        self.first, self.last = self.first or at, at


class ToldTally:
    """Of one gateway, in memory: after a start it is counted anew, up to ``SECONDS`` for each look.
    ``enough`` is told where the gateway ends."""

    def __init__(self, journal: Journal, enough: Callable[[], bool] = lambda: False) -> None:
        self._journal, self._enough = journal, enough
        self._lock = threading.Lock()
        self._seen = 0
        self._found: dict[Of, Releases] = defaultdict(Releases)

    def bring_up(self, seconds: float = SECONDS) -> tuple[Mapping[Of, Releases], bool]:
        """What was counted, and whether something is not counted yet."""
        until = time.monotonic() + seconds
        with self._lock:
            for filed in self._journal.walk(self._seen or None):
                self._count(filed)
                self._seen = filed.entry.seq
                if time.monotonic() > until or self._enough():
                    break
            head = self._journal.head()
            return dict(self._found), head is not None and head.seq > self._seen

    def _count(self, filed: Filed) -> None:
        event = filed.keys.get("event")
        if event not in (Event.release_opened, Event.told_forgotten):
            return
        fields = fields_of(filed.entry.body)
        if fields is None:
            return  # somebody broke it: ``workbench audit verify`` finds it
        department, detail = str(fields.get("department", "")), fields.get("detail", {})
        if event == Event.told_forgotten:
            found = self._found[department, str(detail.get("resource", ""))]
            found.destroyed = filed.entry.at, str(detail.get("why", ""))
            return
        for resource in protected_in(fields):
            self._found[department, resource].add(filed.entry.at, detail)


def protected_in(fields: Mapping[str, Any]) -> list[str]:
    """The resources that a release of the statistics tier read of those it protects: by the mode
    of their grants where no rule is told. None for another tier."""
    detail = fields.get("detail")
    if not isinstance(detail, dict) or detail.get("tier") != Tier.statistics.value:
        return []
    grants = detail.get("grants")
    if not isinstance(grants, dict):
        return []
    whole = SharingMode.statistics.value
    named = sorted(name for name, taken in grants.items() if taken[1] == whole)
    return named or (sorted(grants) if detail.get("rules") else [])


def withheld_of(detail: Mapping[str, Any]) -> dict[str, int]:
    """Figures by the rule that withholds them."""
    found = detail.get("withheld")
    return {str(rule): int(n) for rule, n in found.items()} if isinstance(found, dict) else {}
