"""What a family of attacks is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..attacker import Attacker, Quantity

Play = Callable[[Attacker], Mapping[int, float]]


@dataclass(frozen=True)
class Family:
    """``play`` gives estimates for those targets of which it learned something; for the others the
    prior speaks. ``versions``: it needs later versions, and its targets are who came, went or was
    restated. ``skip`` says why it cannot be played yet."""

    name: str
    about: str
    play: Play
    quantity: Quantity = field(default_factory=Quantity)
    versions: bool = False
    skip: str = ""


def nothing(attacker: Attacker) -> dict[int, float]:
    """What a family learns that is not played."""
    return {}
