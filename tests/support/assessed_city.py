"""A small simulated year that is to be assessed: gaming is planted in it, manual values are stated
with evidence, and its facts are delivered. All of it is made up (synthetic)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from journeys.test_kpi_planted import AUTHORITY, LAST, MORNING_AFTER, YEAR, equip
from ruamel.yaml import YAML
from shipped import ROOT

from workbench.assessment.reading import load_schemes
from workbench.assessment.scheme import Scheme
from workbench.assessment.values import path_of
from workbench.catalogue.regulations import FOLDER, known_regulations
from workbench.cli.sample_deliver import delivering
from workbench.gateway.delivering import open_delivering
from workbench.simulation.behaviours import behaviours_in
from workbench.simulation.planted import Planted
from workbench.simulation.platform import attend
from workbench.simulation.world import World, make_world
from workbench.simulation.year import open_year

__all__ = ["AUTHORITY", "LAST", "YEAR", "Clock", "assessed_city", "world_of"]
EVIDENCE = "synthetic.txt"


@dataclass
class Clock:
    """The machine's, as many days later as a test has it."""

    later: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


def world_of(seed: int, departments: int, behaviours: str) -> World:
    spec = behaviours_in(ROOT / "data_contracts" / "simulation" / f"{behaviours}.yaml")
    return make_world(spec, YEAR, seed, departments)


def assessed_city(root: Path, world: World, applications: int, regulation: str) -> Planted:
    """Played, equipped, with every shipped scheme and values for all of its manual items, and its
    facts of the year delivered. What was planted."""
    rules = ROOT / FOLDER / f"{regulation}.yaml"
    with open_year(world, root, delivering, rules) as year:
        attend(year)
        planted = year.play(applications)
    equip(root)
    names = [one.id for one in world.departments]
    providers = {one.id for one in world.departments if one.provides}
    _declare(root, names, providers, world.seed)
    with open_delivering(root, lambda: MORNING_AFTER) as opened:
        assert opened.up_to(LAST)
    return planted


def _declare(root: Path, names: list[str], providers: set[str], seed: int) -> None:
    shipped, own = ROOT / "data_contracts", root / "data_contracts"
    (own / "assessment").mkdir()
    for one in (shipped / "assessment").glob("*.yaml"):
        text = one.read_text("utf-8").replace("data_bureau", AUTHORITY)
        (own / "assessment" / one.name).write_text(text, "utf-8")
    (own / "procedures").mkdir(exist_ok=True)
    for one in (shipped / "procedures").glob("assessment*.yaml"):
        (own / "procedures" / one.name).write_bytes(one.read_bytes())
    for scheme in load_schemes(root, known_regulations(root)).values():
        _state(root, scheme, names, providers, random.Random(f"{scheme.id} {seed}"))


def _state(
    root: Path, scheme: Scheme, names: list[str], providers: set[str], choose: random.Random
) -> None:
    path = path_of(root, scheme.id, YEAR)
    path.parent.mkdir(parents=True, exist_ok=True)
    evidence = path.parent / EVIDENCE
    evidence.write_text(
        "合成证据，没有这样的文件 / synthetic evidence: there is no such file\n", "utf-8"
    )
    shown = {"file": EVIDENCE, "sha256": sha256(evidence.read_bytes()).hexdigest()}
    values = [
        {**told, "evidence": [dict(shown)]} for told in _values(scheme, names, providers, choose)
    ]
    with path.open("w", encoding="utf-8") as out:
        YAML().dump({"scheme": scheme.id, "year": YEAR, "values": values}, out)


def _values(
    scheme: Scheme, names: list[str], providers: set[str], choose: random.Random
) -> Iterator[dict[str, Any]]:
    """Cases are found with one of five of those who provide data; nobody has an incident. Marks of
    a hundred are 85 to 100."""
    for each in scheme.indicators:
        if each.measure.manual is None:
            continue
        for name in names:
            found = choose.choices((0, 1, 2), (80, 15, 5))[0]
            value = found if name in providers and each.weight else 0
            if each.measure.manual.direction == "higher":
                value = choose.randint(85, 100)
            yield {"indicator": each.id, "department": name, "value": value}
