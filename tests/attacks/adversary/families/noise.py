"""Noisy repeats: the same figure, asked often and in many ways, until the noise averages out."""

from __future__ import annotations

from ..attacker import Attacker
from .family import Family


def _play(attacker: Attacker) -> dict[int, float]:
    """Never reached while ``skip`` says why."""
    raise NotImplementedError(attacker.department)


FAMILY = Family(
    "noise", "noisy figures, repeated", _play,
    skip="statements give no noisy figures: there is no mechanism to repeat yet",
)  # fmt: skip
