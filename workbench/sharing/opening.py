"""A city's desk, made of its parts."""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from workbench.catalogue.city import City
from workbench.catalogue.notices import load_notices
from workbench.catalogue.regulations import Orders, load_profile
from workbench.catalogue.working_days import load_calendar
from workbench.extracts.versions import Extracts
from workbench.ledger.record import Ledger
from workbench.model.case import Case
from workbench.model.days import day_of
from workbench.model.lookup import Grants
from workbench.regulations.calendar import Calendar
from workbench.regulations.profile import Profile
from workbench.sharing.carriers import carriers_of
from workbench.sharing.consented import ConsentedIn
from workbench.sharing.desk import Books, Desk
from workbench.sharing.outbox import Counts, Outbox
from workbench.sharing.review import Review
from workbench.sharing.told_keeping import ToldKeeping, Until, keep_until
from workbench.sharing.uniqueness import Uniqueness, uniqueness
from workbench.store.secrets import Secrets
from workbench.store.session import Store

_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""None that is taken for another one when it is read out or written by hand."""


def open_desk(
    store: Store,
    ledger: Ledger,
    city: Callable[[], City],
    grants: Callable[[], Grants],
    clock: Callable[[], datetime],
) -> Desk:
    """The regulation and the calendar are read when they are asked for: a case is a matter of
    days, and the file that it begins under is that of its moment."""

    def orders() -> Orders:
        now = city()
        return load_profile(now.regulation.id, now.root)

    def calendar() -> Calendar:
        return load_calendar(city().root)

    books = Books(store.cases, store.messages, ledger)
    return Desk(books, city, orders, calendar, grants, clock, new_case_id)


def open_profile(city: Callable[[], City]) -> Callable[[], Profile]:
    """The profile of the city's regulation as its file says now, read once for each city that was
    loaded."""
    kept: list[tuple[City, Profile]] = []

    def profile() -> Profile:
        now = city()
        if not kept or kept[0][0] is not now:
            kept[:] = [(now, load_profile(now.regulation.id, now.root).profile)]
        return kept[0][1]

    return profile


Measure = Callable[[Case, Review], Uniqueness | None]
"""None where there is no extract to count in."""


def open_measure(
    city: Callable[[], City], extracts: Extracts, consented: ConsentedIn, scratch: Path
) -> Measure:
    """``scratch`` is a folder of the gateway's own."""

    def measure(case: Case, review: Review) -> Uniqueness | None:
        resource = city().resources.get(case.application.resource)
        extract = extracts.latest(case.application.resource) if resource is not None else None
        if resource is None or extract is None:
            return None
        among = consented(case.application.scenario, resource)
        return uniqueness(extract, resource, review.union, review.rows, scratch, consented=among)

    return measure


def open_outbox(
    store: Store, city: Callable[[], City], state: Path, secrets: Secrets
) -> Callable[[datetime], Counts]:
    """Sends what waits, as ``notices.yaml`` says at that moment. ``state`` is the city's folder of
    state; ``secrets`` are the accounts that the file names. Raises InvalidInput for a wrong
    file: then nothing is sent, and nothing lost."""

    def send(now: datetime) -> Counts:
        here = city()
        notices = load_notices(here.root, here.departments)
        return Outbox(store.messages, carriers_of(notices, state, secrets)).send(now)

    return send


def open_keeping(
    store: Store,
    ledger: Ledger,
    city: Callable[[], City],
    grants: Callable[[], Grants],
    sound: Callable[[], bool],
    clock: Callable[[], datetime],
) -> ToldKeeping:
    """``sound``: whether every file of the city can be read. The period is that of the moment."""
    profile = open_profile(city)

    def until() -> Until:
        now = city()
        return keep_until(now.settings, profile, load_calendar(now.root))

    return ToldKeeping(store.told, ledger, grants, until, sound, clock)


def new_case_id(now: datetime) -> str:
    """``20261123-k7m2xq``: its day, and what nobody guesses or mistakes."""
    tail = "".join(chance.choice(_LETTERS) for _ in range(6))
    return f"{day_of(now):%Y%m%d}-{tail}"
