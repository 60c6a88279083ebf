"""A simulated year from its first day to its last, with a clock of its own.

Cases go through the real desk and store, every round of the watch is a real one, and what is used
or refused stands in the real ledger. The planted truth is given back; the product has none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Protocol

from workbench.catalogue.regulations import load_profile
from workbench.extracts.versions import Extracts
from workbench.gateway.sources import CitySource, GrantSource
from workbench.gateway.state import State, open_state
from workbench.model.contract import Resource
from workbench.model.days import day_of
from workbench.model.grant import GrantState, state_of
from workbench.sharing.desk import Books, Desk
from workbench.sharing.watch import Watch
from workbench.simulation.asking import Holding, moment
from workbench.simulation.casework import Casework
from workbench.simulation.city_files import rows_of, write_city
from workbench.simulation.deliveries import Parcel, parcels_of
from workbench.simulation.demand import Demand
from workbench.simulation.episodes import episodes_of
from workbench.simulation.gaming import Gamers
from workbench.simulation.gaming_parcels import changed
from workbench.simulation.gaming_plan import roles_of, widened
from workbench.simulation.planted import Planted, planted_of, unused_of
from workbench.simulation.uses import Ask, Uses
from workbench.simulation.world import World, chance

MORNING, PARCELS, OFFICE = 0.5, 7.5, 8.0
"""Hours of a day: the rounds of the platform, deliveries, cases."""
_DAY = timedelta(days=1)
Progress = Callable[[int, int], object]


class Deliverer(Protocol):
    """Takes a delivery as ``workbench ingest`` does: the resource, its file and control file, the
    date of the data. A refusal is recorded, and no error."""

    def __call__(self, resource: Resource, file: Path, control: Path, data_date: date) -> None: ...


Delivering = Callable[[State, Callable[[], datetime]], Deliverer]


class Round(Protocol):
    """What the platform does every morning beside the watch of the clocks."""

    def __call__(self, day: date, working: bool) -> None: ...


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Year:
    """The opened parts of a simulated city, while its year is played."""

    world: World
    state: State
    city: CitySource
    grants: GrantSource
    desk: Desk
    watch: Watch
    casework: Casework
    uses: Uses
    demand: Demand
    parcels: tuple[Parcel, ...]
    deliver: Deliverer
    clock: Clock
    gamers: Gamers
    played: list[Ask] = field(default_factory=list)
    last_use: dict[str, date] = field(default_factory=dict)
    """Of each grant of a case, counted here: the product's own count is what is tried."""
    did: Counter[str] = field(default_factory=Counter)
    rounds: list[Round] = field(default_factory=list)

    def play(
        self,
        applications: int,
        progress: Progress = lambda done, total: None,
        most: int = 366,
    ) -> Planted:
        """Every day of the year, or the first so many, with so many applications evenly over their
        working days."""
        first = date(self.world.year, 1, 1)
        count = min(most, (date(first.year + 1, 1, 1) - first).days)
        days = [first + n * _DAY for n in range(count)]
        working = [day for day in days if self.desk.calendar().is_working(day)]
        made = 0
        for number, day in enumerate(days):
            works = day in working
            self._at(day, MORNING)
            self.watch.look()
            for run in self.rounds:
                run(day, works)
            self._deliver(day)
            if works:
                upto = applications * (working.index(day) + 1) // len(working)
                self._office(day, upto - made)
                made = upto
            self._used(day, working=works)
            progress(number + 1, len(days))
        found = planted_of(
            self.world, self.played, self.casework, self.parcels, self._unused(days[-1])
        )
        return replace(found, gaming=self.gamers.planted())

    def _unused(self, last: date) -> dict[str, date]:
        idle = {one: self.casework.holdings[one] for one in self.casework.idle}
        return unused_of(idle, self.grants().by_id, self.last_use, last)

    def _office(self, day: date, applications: int) -> None:
        self._at(day, OFFICE)
        self.casework.decide(day)
        self.gamers.office(day, self.casework)
        for _ in range(applications):
            self.casework.apply(day)

    def _used(self, day: date, *, working: bool) -> None:
        held = self._held(day)
        grants = {
            (one.department, one.scenario, one.resource): one.grant_id
            for some in held.values()
            for one in some
        }
        asks = self.demand.of(day, held, working=working)
        asks += self.gamers.asks(day, held, working=working)
        for ask in sorted(asks, key=lambda ask: (ask.at, ask.person.id, ask.sql)):
            self.clock.now = max(self.clock.now, ask.at)
            done = self.uses.play(ask)
            self.did["use" if done else "refusal"] += 1
            grant = grants.get((ask.person.department, ask.scenario, ask.resource))
            if done and grant is not None:
                self.last_use[grant] = day_of(ask.at)
            if ask.kind:
                self.played.append(ask)

    def _held(self, day: date) -> dict[str, list[Holding]]:
        """By department, what gives something today."""
        found: dict[str, list[Holding]] = {}
        by_id = self.grants().by_id
        for grant_id, holding in self.casework.holdings.items():
            grant = by_id.get(grant_id)
            if grant is not None and state_of(grant, day) is GrantState.active:
                found.setdefault(holding.department, []).append(holding)
        return found

    def _deliver(self, day: date) -> None:
        folder = self.state.layout.state / "simulated"
        plans = {plan.name: plan for plan in self.world.resources}
        for parcel in (one for one in self.parcels if one.on == day):
            self._at(day, PARCELS)
            folder.mkdir(exist_ok=True)
            file, control = folder / f"{parcel.resource}.csv", folder / "control.yaml"
            made = parcel.made or parcel.data_date
            lines = rows_of(plans[parcel.resource], made, parcel.arrived, parcel.turn)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            control.write_text(f"control: 1\nresource: {parcel.resource}\nrows: {parcel.rows}\n")
            resource = self.city().resources[parcel.resource]
            self.deliver(resource, file, control, parcel.data_date)
            self.did["delivery"] += 1
            self.uses.delivered()

    def _at(self, day: date, hour: float) -> None:
        """The clock never goes back: who worked past midnight moves the morning."""
        self.clock.now = max(self.clock.now + timedelta(seconds=1), moment(day, hour))


@contextmanager
def open_year(
    world: World, root: Path, delivering: Delivering, regulation: Path | None = None
) -> Iterator[Year]:
    """Write the city at ``root``, which must not be there yet, and open its parts."""
    roles = roles_of(world)
    world = widened(world, roles)
    write_city(world, root, regulation)
    clock = Clock(moment(date(world.year, 1, 1), 0))
    state, city = open_state(root, clock), CitySource(root)
    store, ledger = state.store, state.ledger
    try:
        grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
        orders = load_profile(city().regulation.id, root)
        desk = _desk(state, city, grants, clock, chance("cases", world.seed))
        calendar, extracts = desk.calendar(), Extracts(state.layout.extracts)
        case_chance = chance("casework", world.seed)
        use_chance = chance("uses", world.seed)
        yield Year(
            world=world,
            state=state,
            city=city,
            grants=grants,
            desk=desk,
            watch=Watch(store, ledger, desk, clock),
            casework=Casework(world, desk, calendar, orders.profile, case_chance),
            uses=Uses(ledger, city, grants, extracts, use_chance),
            demand=Demand(world, episodes_of(world)),
            parcels=changed(world, roles, parcels_of(world, calendar), calendar),
            deliver=delivering(state, clock),
            clock=clock,
            gamers=Gamers.of(world, roles),
        )
    finally:
        store.close()


def _desk(
    state: State, city: CitySource, grants: GrantSource, clock: Clock, choose: Random
) -> Desk:
    """As ``sharing.opening.open_desk``, with ids that the seed gives and a calendar read once."""
    from workbench.catalogue.working_days import load_calendar

    calendar = load_calendar(city().root)
    books = Books(state.store.cases, state.store.messages, state.ledger)
    numbers = iter(range(1, 1_000_000))
    letters = "".join(choose.sample("abcdefghjkmnpqrstvwxyz", 2))

    def new_id(now: datetime) -> str:
        return f"{day_of(now):%Y%m%d}-{letters}{next(numbers):05}"

    return Desk(
        books,
        city,
        lambda: load_profile(city().regulation.id, city().root),
        lambda: calendar,
        grants,
        clock,
        new_id,
    )
