"""The families of attacks, in the order in which a table shows them."""

from __future__ import annotations

from . import (
    colluding,
    complements,
    insiders,
    moments,
    months,
    noise,
    single,
    statements,
    systems,
    thresholds,
    trackers,
    versions,
)
from .family import Family

FAMILIES: tuple[Family, ...] = (
    single.FAMILY,
    trackers.FAMILY,
    complements.FAMILY,
    systems.MARGINS,
    systems.UNIONS,
    systems.DESIGNS,
    thresholds.FAMILY,
    moments.FAMILY,
    statements.FAMILY,
    months.FAMILY,
    colluding.ACCOUNTS,
    colluding.SCENARIOS,
    colluding.RESOURCES,
    colluding.JOINS,
    insiders.INSIDERS,
    insiders.CROWDS,
    insiders.LISTS,
    insiders.CLASSES,
    noise.FAMILY,
    versions.FAMILY,
)
"""Those that need a later version come last: a version, once there, is there for all."""

__all__ = ["FAMILIES", "Family"]
