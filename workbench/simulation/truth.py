"""Whether a finding is about something that was planted. For officers of the simulation, who find
out by asking people, and for tests; the product has no way to it."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.simulation.world import AUTHORITY
from workbench.simulation.year import Year
from workbench.store.anomalies import Finding

PLANTED: Mapping[str, str] = {
    "beyond_scope": "over_reaching",
    "beyond_purpose": "beyond_purpose",
    "sudden_volume": "sudden_volume",
    "odd_hours": "odd_hours",
    "enumeration": "enumerating",
    "dormancy": "dormant",
    "overdue_delivery": "stale",
    "lost_transfer": "lost",
}
"""What each kind of finding should find."""


def is_planted(finding: Finding, year: Year) -> bool:
    """By the day of the finding; of people, whichever behaviour was planted in them."""
    planted, world = PLANTED[finding.kind], year.world
    if planted == "over_reaching":
        return planted in world.department(finding.department).behaviours
    if planted == "stale":
        return planted in world.department(finding.department).behaviours
    if planted == "dormant":
        return finding.grant_id in year.casework.idle or finding.department == AUTHORITY
    if planted == "lost":
        return any(
            one.planted and one.resource == finding.resource and one.on <= finding.until
            for one in year.parcels
        )
    return any(one.id == finding.person and one.planted for one in world.people)
