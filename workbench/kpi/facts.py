"""The facts, by name: ``from workbench.kpi import facts``, then ``facts.uses(entries, ...)``."""

from __future__ import annotations

from workbench.kpi.cases import cases, steps
from workbench.kpi.grants import grants, used_of
from workbench.kpi.procedures import procedures
from workbench.kpi.resources import deliveries, resources
from workbench.kpi.uses import column_days, use_days, uses

__all__ = [
    "cases",
    "column_days",
    "deliveries",
    "grants",
    "procedures",
    "resources",
    "steps",
    "use_days",
    "used_of",
    "uses",
]
