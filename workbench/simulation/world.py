"""Who and what there is in a simulated city, and what is planted in it. Pure: a seed in, values
out; the same seed gives the same city."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from workbench.simulation.behaviours import Behaviours

AUTHORITY = "bureau"
"""The department that runs the platform in every simulated city."""
CYCLES = ("每月", "每月", "每季度")
"""Of the resources in turn; ``model.cycles`` reads them."""
INNOCENT = ("bursts", "campaigns", "late_weeks", "newcomers")
KINDS = ("enumerating", "sudden_volume", "odd_hours", "beyond_purpose")
COLUMNS_LACKED = ("kind", "town")
"""What a part of a divided entry may lack."""
EXTRA = ("phone", "income", "owner_id")
"""Columns that no scenario lists: to ask for one is to ask for more than the purpose needs."""


@dataclass(frozen=True)
class Person:
    """An analyst. ``planted`` is one of KINDS or empty, ``innocent`` one of INNOCENT or empty;
    ``at_night``: works so as a habit."""

    id: str
    department: str
    planted: str = ""
    at_night: bool = False
    innocent: str = ""


@dataclass(frozen=True)
class Department:
    id: str
    behaviours: frozenset[str]
    people: tuple[Person, ...]
    provides: bool


@dataclass(frozen=True)
class ResourcePlan:
    """``element``: the data element of its amount; two resources of one element are collected
    twice. ``compared``: it has a column that may only be compared. ``lacks``: a column that the
    others have."""

    name: str
    provider: str
    sharing: str
    cycle: str
    element: str
    compared: bool
    lacks: str = ""


@dataclass(frozen=True)
class ScenarioPlan:
    id: str
    resources: tuple[str, ...]


@dataclass(frozen=True)
class World:
    seed: int
    year: int
    departments: tuple[Department, ...]
    resources: tuple[ResourcePlan, ...]
    scenarios: tuple[ScenarioPlan, ...]
    spec: Behaviours = field(repr=False)

    def department(self, name: str) -> Department:
        return next(one for one in self.departments if one.id == name)

    @property
    def people(self) -> tuple[Person, ...]:
        return tuple(person for one in self.departments for person in one.people)


def chance(name: str, seed: int) -> Random:
    """Each part of a year has a chance of its own, so that one part does not move another."""
    return Random(f"{name} {seed}")  # noqa: S311 - a play, no secret


def make_world(spec: Behaviours, year: int, seed: int, departments: int) -> World:
    """``departments`` beside the authority, at least 4; a third of them provide."""
    choose = chance("world", seed)
    names = [f"d{n:02}" for n in range(1, departments + 1)]
    providers = names[: max(2, departments // 3)]
    behaviours = _behaviours(spec, names, providers, choose)
    people = _people(spec, names, choose)
    made = tuple(
        Department(
            name,
            frozenset(kind for kind, who in behaviours.items() if name in who),
            tuple(person for person in people if person.department == name),
            name in providers,
        )
        for name in names
    )
    resources = _resources(providers, behaviours["repeated_collection"], choose)
    return World(seed, year, made, resources, _scenarios(resources, choose), spec)


def _behaviours(
    spec: Behaviours, names: list[str], providers: list[str], choose: Random
) -> dict[str, frozenset[str]]:
    """Who answers and delivers late is a provider; who asks for too much is anybody."""
    plan = spec.departments
    among = {
        "stalling": (providers, plan.stalling.share),
        "stale": (providers, plan.stale.share),
        "repeated_collection": (providers, plan.repeated_collection.share),
        "over_reaching": (names, plan.over_reaching.share),
    }
    return {kind: _some(who, share, choose) for kind, (who, share) in among.items()}


def _some(names: list[str], share: float, choose: Random) -> frozenset[str]:
    """At least one, where the share is not nothing."""
    count = max(1, round(share * len(names))) if share else 0
    return frozenset(choose.sample(names, min(count, len(names))))


def _people(spec: Behaviours, names: list[str], choose: Random) -> list[Person]:
    low, high = spec.ordinary.analysts
    ids = [
        (f"{name}-analyst{n}", name)
        for name in names
        for n in range(1, choose.randint(low, high) + 1)
    ]
    free = [person for person, _ in ids]
    planted: dict[str, str] = {}
    for kind in KINDS:
        for person in sorted(_some(free, getattr(spec.people, kind).share, choose)):
            planted[person] = kind
            free.remove(person)
    night = _some(free, spec.ordinary.night_shift, choose)
    free = [person for person in free if person not in night]
    innocent: dict[str, str] = {}
    for kind in INNOCENT:
        for person in sorted(_some(free, getattr(spec.innocent, kind).share, choose)):
            innocent[person] = kind
            free.remove(person)
    return [
        Person(one, dept, planted.get(one, ""), one in night, innocent.get(one, ""))
        for one, dept in ids
    ]


def _resources(
    providers: list[str], twice: frozenset[str], choose: Random
) -> tuple[ResourcePlan, ...]:
    """Three of each provider. Who collects again what another has does so with its second one."""
    found = []
    for number, provider in enumerate(providers):
        for n in range(3):
            name, index = f"r{number * 3 + n:02}", number * 3 + n
            copied = provider in twice and n == 1
            other = choose.randrange(len(providers)) * 3
            element = f"E{other if copied and other != number * 3 else index:03}"
            sharing = "unconditional" if n == 2 and number % 2 else "conditional"
            cycle = CYCLES[index % len(CYCLES)]
            found.append(ResourcePlan(name, provider, sharing, cycle, element, n == 0))
    secret = ResourcePlan("sealed", providers[0], "not_shared", "每年", "", False)
    return (*found, secret)


def _scenarios(resources: tuple[ResourcePlan, ...], choose: Random) -> tuple[ScenarioPlan, ...]:
    """Each purpose has some four resources; every resource that is shared is in one at least."""
    shared = [one.name for one in resources if one.sharing != "not_shared"]
    choose.shuffle(shared)
    groups = [shared[start : start + 3] for start in range(0, len(shared), 3)]
    return tuple(
        ScenarioPlan(f"s{n:02}", tuple(sorted({*group, choose.choice(shared)})))
        for n, group in enumerate(groups)
    )
