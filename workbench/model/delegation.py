"""A provider's delegation of its reviews, by administrative region (Heilongjiang 2025 art. 23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Delegation:
    """``to`` decides in place of ``provider`` on applications of the departments of ``division``;
    by which decision of the provider, ``reference`` of the day ``on``, says its file."""

    provider: str
    division: str
    to: str
    on: date
    reference: str
