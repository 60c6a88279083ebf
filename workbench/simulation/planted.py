"""The truth of a simulated year: who was made to behave how. For tests alone; the product has no
way to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from workbench.simulation.casework import Casework
from workbench.simulation.deliveries import Parcel
from workbench.simulation.uses import Ask
from workbench.simulation.world import World

FILE = "planted.json"


@dataclass(frozen=True)
class Planted:
    """``departments``: behaviour -> departments. ``people``: kind -> person -> the days on which
    it was played, first and last, with the number of asks. ``idle``: grant -> day from which it is
    not used. ``lost``: resource and day of each delivery that never came whole."""

    seed: int
    departments: dict[str, list[str]]
    people: dict[str, dict[str, list[str]]]
    idle: dict[str, str]
    lost: list[list[str]]

    def write(self, root: Path) -> Path:
        path = root / FILE
        path.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")
        return path

    @classmethod
    def read(cls, root: Path) -> Planted:
        return cls(**json.loads((root / FILE).read_text(encoding="utf-8")))


def planted_of(
    world: World, played: Iterable[Ask], casework: Casework, parcels: Iterable[Parcel]
) -> Planted:
    """Only what was played: a person whose department got no grant did nothing."""
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
    return Planted(world.seed, departments, people, idle, lost)
