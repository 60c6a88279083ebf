"""The outcome of ``policy.decide``: a type each, matched exhaustively."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import Reason
from workbench.model.grant import Grant
from workbench.model.scenario import Scenario
from workbench.model.tier import Tier


@dataclass(frozen=True)
class Permit:
    """Run it, in the ``tier`` of a workspace of exactly ``grants``; the rest are obligations.

    ``reads`` are the ``(resource, columns)`` to record; ``obligations`` are texts of the
    conditions that bind the user (usage requirements of the resources).
    """

    scenario: Scenario
    grants: tuple[Grant, ...]
    reads: tuple[tuple[str, tuple[str, ...]], ...]
    obligations: tuple[str, ...] = ()
    tier: Tier = Tier.rows


@dataclass(frozen=True)
class Deny:
    reasons: tuple[Reason, ...]


Decision = Permit | Deny


@dataclass(frozen=True)
class Visible:
    """One line of "what may I see, and why?".

    ``state`` is the grant's state on the day asked; ``because`` its origin in words.
    """

    scenario: str
    resource: str
    columns: tuple[tuple[str, str, str], ...]
    """``(name, use, mask or "")``"""
    mode: str
    state: str
    valid_until: str
    because: str
