"""What departments of a simulated city do for their score alone, and what only looks like it:
made up beforehand, day by day. Pure; without ``gaming`` in the behaviours there is nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from workbench.simulation.behaviours import Bursting, Closing, Gaming, Splitting
from workbench.simulation.episodes import weekdays
from workbench.simulation.world import COLUMNS_LACKED, CYCLES, ResourcePlan, World, chance

FIRST, LAST = 60, 345
"""Days of the year between which calls and applications for the score are made: what is called has
to be granted before."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Burst:
    """Calls of one person by one statement, ``spacing`` seconds apart."""

    department: str
    resource: str
    calls: int
    spacing: float
    jitter: float


@dataclass(frozen=True)
class Steady:
    """Calls of a resource by all of a department's people, so often a week, all the year."""

    department: str
    resource: str
    weekly: float


@dataclass(frozen=True)
class Brief:
    """An application that is taken back after so many days."""

    department: str
    resource: str
    days: int


@dataclass
class Roles:
    """``kinds``: behaviour -> departments; ``resources``: of those that do it with a resource of
    theirs, which. ``extra``: entries that there are only for it, with the day of the first data
    (None: never)."""

    kinds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    resources: dict[str, str] = field(default_factory=dict)
    extra: dict[str, tuple[ResourcePlan, date | None]] = field(default_factory=dict)
    wanted: set[tuple[str, str]] = field(default_factory=set)
    bursts: dict[date, list[Burst]] = field(default_factory=lambda: defaultdict(list))
    briefs: dict[date, list[Brief]] = field(default_factory=lambda: defaultdict(list))
    steady: list[Steady] = field(default_factory=list)


PLANTED = (
    "splitting", "resending", "self_calling", "exchanging", "closing", "catching_up",
)  # fmt: skip
INNOCENT = (
    "series", "unchanged", "december", "yearly", "own_users", "scheduled", "withdrawn",
)  # fmt: skip
_ANYBODY = frozenset({"self_calling", "scheduled", "closing", "withdrawn"})
"""All others are done with data of one's own."""


def roles_of(world: World) -> Roles:
    """A department has one of these behaviours at most, and none where all are taken."""
    spec, roles = world.spec.gaming, Roles()
    if spec is None:
        return roles
    choose = chance("gaming", world.seed)
    providers = [one.id for one in world.departments if one.provides]
    others = [one.id for one in world.departments if not one.provides]
    choose.shuffle(providers)
    choose.shuffle(others)
    for kind in (*PLANTED, *INNOCENT):
        for _ in range(_count(spec, kind, choose)):
            takes = others if kind in _ANYBODY and choose.random() < _ELSEWHERE else providers
            if takes:
                _play(roles, kind, takes.pop(), world, choose, providers)
    return roles


_ELSEWHERE = 0.7


def widened(world: World, roles: Roles) -> World:
    """With the entries that there are only for it."""
    extra = tuple(plan for plan, _ in roles.extra.values())
    return replace(world, resources=(*world.resources, *extra)) if extra else world


def _count(spec: Gaming, kind: str, choose: Random) -> int:
    if kind == "exchanging":
        return choose.randint(*spec.exchanging.pairs)
    found = getattr(spec if kind in PLANTED else spec.innocent, kind)
    return choose.randint(*found.departments)


def _play(
    roles: Roles, kind: str, who: str, world: World, choose: Random, providers: list[str]
) -> None:
    if kind in ("exchanging", "own_users"):
        if kind == "exchanging" and not providers:
            return
        _steady(roles, kind, who, world, choose, providers)
    elif kind in _ANYBODY:
        _anybody(roles, kind, who, world, choose)
    elif kind in ("splitting", "series", "yearly"):
        _entries(roles, kind, _first(world, who), world, choose)
    else:
        roles.resources[who] = _own(world, who, choose)
    roles.kinds[kind].append(who)


def _spec(world: World) -> Gaming:
    assert world.spec.gaming is not None  # who plays has a part in it
    return world.spec.gaming


def _entries(roles: Roles, kind: str, plan: ResourcePlan, world: World, choose: Random) -> None:
    spec = _spec(world)
    if kind == "splitting":
        _split(roles, spec.splitting, plan, world, choose, together=True)
    elif kind == "series":
        _split(roles, spec.innocent.series, plan, world, choose, together=False)
    else:
        name = f"{plan.name}y"
        yearly = replace(plan, name=name, cycle="每年", element=f"{name}-e")
        roles.extra[name] = (yearly, date(world.year, 12, choose.randint(1, 28)))


def _anybody(roles: Roles, kind: str, who: str, world: World, choose: Random) -> None:
    spec = _spec(world)
    if kind in ("closing", "withdrawn"):
        _close(
            roles,
            spec.closing if kind == "closing" else spec.innocent.withdrawn,
            who,
            world,
            choose,
        )
        return
    plan = spec.self_calling if kind == "self_calling" else spec.innocent.scheduled
    _burst(roles, plan, who, _own(world, who, choose) or _any(world, choose), world, choose)


def _steady(
    roles: Roles, kind: str, who: str, world: World, choose: Random, providers: list[str]
) -> None:
    spec, own = _spec(world), _own(world, who, choose)
    if kind == "own_users":
        roles.steady.append(Steady(who, own, choose.uniform(*spec.innocent.own_users.weekly)))
        roles.wanted.add((who, own))
        return
    other = providers.pop()
    for one, whose in ((who, other), (other, who)):
        resource = _own(world, whose, choose)
        roles.steady.append(Steady(one, resource, choose.uniform(*spec.exchanging.weekly)))
        roles.wanted.add((one, resource))
    roles.kinds[kind].append(other)


def _first(world: World, who: str) -> ResourcePlan:
    return next(one for one in world.resources if one.provider == who)


def _own(world: World, who: str, choose: Random) -> str:
    """A resource of theirs that is updated monthly, or empty."""
    own = [
        one.name
        for one in world.resources
        if one.provider == who and one.cycle == CYCLES[0] and one.sharing != "not_shared"
    ]
    return choose.choice(own) if own else ""


def _any(world: World, choose: Random) -> str:
    return choose.choice([one.name for one in world.resources if one.sharing != "not_shared"])


def _split(
    roles: Roles,
    spec: Splitting,
    plan: ResourcePlan,
    world: World,
    choose: Random,
    *,
    together: bool,
) -> None:
    """The entry stays; so many parts of it come beside it: ``together`` within the days, else the
    days lie between one and the next."""
    start = date(world.year, 1, 1) + choose.randint(FIRST, 200) * _DAY
    without = choose.random() < spec.unmounted
    for number in range(choose.randint(*spec.parts) - 1):
        lacks = choose.choice(COLUMNS_LACKED) if choose.random() < spec.dropped else ""
        days = choose.randint(*spec.days)
        day = start + days * _DAY
        start = start if together else day
        part = replace(plan, name=f"{plan.name}p{number}", lacks=lacks, compared=False)
        roles.extra[part.name] = (part, None if without or day.year != world.year else day)


def _burst(
    roles: Roles, spec: Bursting, who: str, resource: str, world: World, choose: Random
) -> None:
    roles.wanted.add((who, resource))
    jitter, spacing = choose.uniform(*spec.jitter), choose.uniform(20, 240)
    days = weekdays(date(world.year, 1, 1) + FIRST * _DAY, (LAST - FIRST) * 5 // 7)
    for day in sorted(choose.sample(days, min(len(days), choose.randint(*spec.bursts)))):
        calls = choose.randint(*spec.calls)
        roles.bursts[day].append(Burst(who, resource, calls, spacing, jitter))


def _close(roles: Roles, spec: Closing, who: str, world: World, choose: Random) -> None:
    """One after the other; half of them ask for the same each time."""
    days = weekdays(date(world.year, 1, 1) + FIRST * _DAY, (LAST - FIRST) * 5 // 7)
    count, same = choose.randint(*spec.cases), choose.random() < 0.5
    resource = _any(world, choose)
    step = max(1, len(days) // max(1, count))
    for number in range(count):
        after = min(choose.randint(*spec.days), step)
        asked = resource if same else _any(world, choose)
        roles.briefs[days[min(number * step, len(days) - 1)]].append(Brief(who, asked, after))
