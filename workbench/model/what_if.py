"""A named case of a what-if question: what was supposed, of which figures, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Estimate:
    """An elasticity: ``target`` moves by ``value`` % (``low`` to ``high``) when the driver moves
    by 1 %."""

    driver: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """The target's change in % against no shock, with the interval of ``level``; the months that
    the estimate rests on, its R squared, and the last month of the figures (``YYYY-MM``).
    ``baseline`` is the mean of the twelve months ahead without the shocks, null where one of
    them is not known."""

    value: float
    low: float
    high: float
    observations: int
    fit: float
    month: str
    baseline: float | None
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class Supposed:
    """The question: of which inputs (``data_contracts/what_if``), what moves by how many %."""

    inputs: str
    target: str
    shocks: Mapping[str, float]
    level: float


@dataclass(frozen=True)
class WhatIf:
    """A case that was kept. ``entry`` is that of the ledger under which its figures were released,
    ``versions`` theirs (resource -> version and digest), ``kept`` the entry of its saving.
    ``deleted`` is when it was deleted; it can be restored."""

    id: str
    department: str
    name: str
    scenario: str
    maker: str
    made: datetime
    note: str
    supposed: Supposed
    outcome: Outcome
    entry: int
    versions: Mapping[str, tuple[Any, ...]]
    deleted: datetime | None = None
    version: int = 1
