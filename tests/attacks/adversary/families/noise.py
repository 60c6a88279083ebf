"""Noisy repeats: the same figure, asked often and in many ways, until the noise averages out."""

from __future__ import annotations

from .family import Family, nothing

FAMILY = Family(
    "noise",
    "noisy figures, repeated",
    nothing,
    skip="no statement gives a noisy figure: they are asked for by a form of their own, which "
    "this desk does not ask yet",
)
