"""The truth of a simulated year: who was made to behave how. For tests alone; the product has no
way to it."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from workbench.model.grant import Grant, stopped_on
from workbench.simulation.asking import Holding
from workbench.simulation.casework import Casework
from workbench.simulation.deliveries import Parcel
from workbench.simulation.uses import Ask
from workbench.simulation.world import World

FILE = "planted.json"


@dataclass(frozen=True)
class Planted:
    """``departments``: behaviour -> departments. ``people``: kind -> person -> the days on which
    it was played, first and last, with the number of asks. ``idle``: grant -> day from which it is
    not used; ``dormant``: those of them that lay unused for three months while they gave something
    -> the day on which these were over (Heilongjiang 2025 art. 27; a grant that was stopped or
    replaced before, or that began late in the year, is none). ``lost``: resource and day of each
    delivery that never came whole. ``gaming``: behaviour, planted or innocent
    (``gaming_plan``) -> departments."""

    seed: int
    departments: dict[str, list[str]]
    people: dict[str, dict[str, list[str]]]
    idle: dict[str, str]
    dormant: dict[str, str]
    lost: list[list[str]]
    gaming: dict[str, list[str]] = field(default_factory=dict)

    def write(self, root: Path) -> Path:
        path = root / FILE
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")
        return path

    @classmethod
    def read(cls, root: Path) -> Planted:
        return cls(**json.loads((root / FILE).read_text(encoding="utf-8")))


def planted_of(
    world: World,
    played: Iterable[Ask],
    casework: Casework,
    parcels: Iterable[Parcel],
    unused: Mapping[str, date],
) -> Planted:
    """Only what was played: a person whose department got no grant did nothing. ``unused`` are the
    grants that lay so for three months."""
    departments: dict[str, list[str]] = {}
    for one in world.departments:
        for behaviour in sorted(one.behaviours):
            departments.setdefault(behaviour, []).append(one.id)
    people: dict[str, dict[str, list[str]]] = {}
    for ask in played:
        day = f"{ask.at:%Y-%m-%d}"
        known = people.setdefault(ask.kind, {}).setdefault(ask.person.id, [day, day, "0"])
        known[1], known[2] = day, str(int(known[2]) + 1)
    idle = {grant: day.isoformat() for grant, day in casework.idle.items()}
    lost = [[one.resource, one.on.isoformat()] for one in parcels if one.planted]
    dormant = {grant: day.isoformat() for grant, day in unused.items()}
    return Planted(world.seed, departments, people, idle, dormant, lost)


def unused_of(
    idle: Mapping[str, Holding],
    grants: Mapping[str, Grant],
    last_use: Mapping[str, date],
    last: date,
) -> dict[str, date]:
    """Those of ``idle`` that lay unused for three months while they gave something: with the day
    on which these were over, before it stopped and before ``last``: so the next morning's round
    can see it."""
    found = {}
    for grant_id, held in idle.items():
        over = three_months_after(last_use.get(grant_id, held.began))
        end = stopped_on(grants[grant_id], last)
        if over < (last if end is None else min(end, last)):
            found[grant_id] = over
    return found


def three_months_after(day: date) -> date:
    """The same day three months later, or that month's last. Counted here once more, and not by
    the product's own function: what is tried does not judge itself."""
    year, month = divmod(day.year * 12 + day.month - 1 + 3, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
