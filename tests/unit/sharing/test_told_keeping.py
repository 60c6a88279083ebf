"""How long what was told is kept: by the last grant's end, on both stores, by a clock of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from matters import CALENDAR, ROOT
from stores import Places

from workbench.catalogue.city_schema import Settings
from workbench.catalogue.regulations import load_profile
from workbench.errors import InvalidInput, Unavailable
from workbench.ledger.chain import fields_of
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, GrantState, Origin, OriginKind
from workbench.regulations.profile import Profile
from workbench.sharing.told_keeping import Fate, Kept, ToldKeeping, Until, keep_until, standing
from workbench.store.keyring import Keyring
from workbench.store.session import Store, open_store
from workbench.store.told import BookName, Shelf, ToldPage

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 9)
ORIGIN = Origin(OriginKind.scenario, "s@1", "authority")


def grant(
    department: str = "health", resource: str = "people", scenario: str = "s", **more: object
) -> Grant:
    columns = (ColumnGrant("income"),)
    made = Grant(f"{scenario}/{department}/{resource}", scenario, department, resource, columns,
                 SharingMode.statistics, ORIGIN)  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def shelf(department: str = "health", resource: str = "people") -> Shelf:
    return Shelf(department, resource, 1, NOON)


def days(count: int) -> Until:
    return lambda over: over + timedelta(days=count)


@dataclass
class Room:
    """Books, a ledger, and what the keeping is told of the city."""

    store: Store
    ledger: Ledger
    now: datetime = NOON
    grants: list[Grant] = field(default_factory=list)
    until: Until = field(default_factory=lambda: days(10))
    sound: bool = True

    @property
    def keeping(self) -> ToldKeeping:
        return ToldKeeping(
            self.store.told,
            self.ledger,
            lambda: self.grants,
            lambda: self.until,
            lambda: self.sound,
            lambda: self.now,
        )

    def tell(self, department: str, resource: str, *subjects: str) -> None:
        for subject in subjects or ("",):
            name = BookName(department, resource, subject)
            number = self.store.told.last(name) + 1
            page = ToldPage(name, number, "r", "s", self.now, 1, 1, 0, b"sealed")
            self.store.told.add([page])

    def books(self) -> set[tuple[str, str]]:
        return {(name.department, name.resource) for name in self.store.told.books()}

    def on(self, day: date) -> Kept:
        self.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        return self.keeping.look()

    def entries(self) -> list[dict[str, object]]:
        head = self.ledger.journal.head()
        filed = [self.ledger.journal.at(n) for n in range(1, (head.seq if head else 0) + 1)]
        found = [fields_of(each.entry.body) or {} for each in filed if each is not None]
        return [each for each in found if each["event"] == "told_forgotten"]


@pytest.fixture
def room(store_places: Places, tmp_path: Path) -> Iterator[Room]:
    keyring = Keyring.open(tmp_path / "keys")
    made: list[Room] = []
    store = open_store(store_places.where(tmp_path), lambda: made[0].now if made else NOON)
    checkpoints = Checkpoints(tmp_path / "checkpoints", keyring.checkpoint_key)
    ledger = Ledger(store.journal, checkpoints, keyring.audit_key, lambda: made[0].now)
    made.append(Room(store, ledger))
    yield made[0]
    store.close()


# What becomes of a book ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grants", "fate", "over"),
    [
        ([], Fate.unknown, None),
        ([grant(department="other")], Fate.unknown, None),
        ([grant(resource="firms")], Fate.unknown, None),
        ([grant()], Fate.granted, None),
        ([grant(resource="People")], Fate.granted, None),
        ([grant(valid_until=TODAY)], Fate.granted, None),
        ([grant(valid_from=date(2027, 1, 1))], Fate.granted, None),
        ([grant(rectify_by=date(2025, 1, 1))], Fate.granted, None),
        ([grant(revoked_on=date(2025, 1, 1), stopped=GrantState.suspended)], Fate.granted, None),
        ([grant(valid_until=date(2026, 3, 8))], Fate.kept, TODAY),
        ([grant(revoked_on=date(2026, 3, 1))], Fate.kept, date(2026, 3, 1)),
        ([grant(revoked_on=date(2026, 2, 27), stopped=GrantState.ended)], Fate.kept,
         date(2026, 2, 27)),
        ([grant(revoked_on=date(2026, 2, 26))], Fate.due, date(2026, 2, 26)),
        ([grant(valid_until=date(2026, 2, 25))], Fate.due, date(2026, 2, 26)),
        ([grant(revoked_on=date(2025, 1, 1)), grant(scenario="t")], Fate.granted, None),
        ([grant(revoked_on=date(2025, 1, 1)), grant(scenario="t", valid_until=date(2026, 3, 4))],
         Fate.kept, date(2026, 3, 5)),
        ([grant(revoked_on=date(2025, 1, 1)), grant(department="other")], Fate.due,
         date(2025, 1, 1)),
    ],
)  # fmt: skip
def test_it_is_kept_as_long_as_any_grant_and_then_for_a_while(
    grants: list[Grant], fate: Fate, over: date | None
) -> None:
    (found,) = standing([shelf()], grants, TODAY, days(10))
    assert (found.fate, found.over) == (fate, over)


def test_a_book_of_no_single_resource_is_kept_as_long_as_the_department_has_a_grant() -> None:
    element = shelf(resource="·element")
    over, other = grant(revoked_on=date(2025, 1, 1)), grant(resource="firms")
    assert standing([element], [over, other], TODAY, days(10))[0].fate is Fate.granted
    assert standing([element], [over], TODAY, days(10))[0].fate is Fate.due
    assert standing([element], [grant(department="x")], TODAY, days(10))[0].fate is Fate.unknown


def profile(name: str) -> Profile:
    return load_profile(name, ROOT).profile


@pytest.mark.parametrize(
    ("setting", "regulation", "over", "last"),
    [
        (30, "heilongjiang-2025", date(2026, 12, 15), date(2027, 1, 14)),
        (1, "aba-2024", date(2026, 12, 31), date(2027, 1, 1)),
        (0, "aba-2024", date(2026, 12, 31), date(2027, 12, 31)),
        (0, "binzhou-2023", date(2027, 12, 31), date(2028, 12, 30)),
        # art. 28: at least three years; a Saturday is moved to the next working day
        (0, "heilongjiang-2025", date(2026, 12, 31), date(2029, 12, 31)),
        (0, "heilongjiang-2025", date(2028, 2, 29), date(2031, 2, 28)),
        (0, "heilongjiang-2025", date(2027, 5, 25), date(2030, 5, 27)),
    ],
)
def test_the_period_is_the_city_s_or_the_regulation_s_or_ours(
    setting: int, regulation: str, over: date, last: date
) -> None:
    settings = Settings(told_books_keep_days=setting)
    assert keep_until(settings, lambda: profile(regulation), CALENDAR)(over) == last


# Rounds -------------------------------------------------------------------------------------------


def test_each_department_s_is_destroyed_when_its_own_time_has_come(room: Room) -> None:
    room.tell("health", "people", "", "income")
    room.tell("health", "firms")
    room.tell("other", "people")
    ends = date(2026, 12, 28)
    room.grants = [grant(valid_until=ends), grant("other", valid_until=ends + timedelta(days=3))]
    room.grants += [grant(resource="firms")]
    assert room.on(date(2026, 12, 28)) == Kept(books=3)
    assert room.on(date(2027, 1, 8)) == Kept(books=3)
    assert room.on(date(2027, 1, 9)) == Kept(books=3, destroyed=1, pages=2)
    assert room.books() == {("health", "firms"), ("other", "people")}
    assert room.on(date(2027, 1, 9)) == Kept(books=2)
    assert room.on(date(2027, 1, 12)) == Kept(books=2, destroyed=1, pages=1)
    assert [(e["department"], e["content"]) for e in room.entries()] == [
        ("health", {"people": []}),
        ("other", {"people": []}),
    ]
    assert room.entries()[0]["detail"] == {
        "resource": "people",
        "department": "health",
        "pages": 2,
        "last_told": "2026-03-09",
        "over": "2026-12-29",
        "kept_until": "2027-01-08",
        "why": "retention",
    }


def test_a_new_grant_within_the_period_finds_the_book(room: Room) -> None:
    """Who lets a grant run out and applies again has not forgotten what was told."""
    room.tell("health", "people")
    room.grants = [grant(valid_until=date(2026, 3, 31))]
    assert room.on(date(2026, 4, 11)).destroyed == 0
    room.grants += [grant(scenario="again", valid_from=date(2026, 5, 1))]
    assert room.on(date(2026, 4, 20)).destroyed == 0
    assert room.on(date(2026, 6, 1)).destroyed == 0
    assert room.books() == {("health", "people")}


def test_a_suspended_grant_and_one_that_is_not_known_destroy_nothing(room: Room) -> None:
    room.tell("health", "people")
    room.tell("gone", "people")
    room.grants = [grant(revoked_on=date(2020, 1, 1), stopped=GrantState.suspended)]
    assert room.on(date(2030, 1, 1)) == Kept(books=2, unknown=1)
    assert room.entries() == []


def test_while_a_file_is_wrong_nothing_is_destroyed(room: Room) -> None:
    room.tell("health", "people")
    room.grants = [grant(revoked_on=date(2020, 1, 1))]
    room.sound = False
    assert room.keeping.look() == Kept(held=True)
    with pytest.raises(InvalidInput, match="errors"):
        room.keeping.destroy("health", "people", "op", "tidy")
    assert room.books() == {("health", "people")}


def test_a_file_that_goes_wrong_during_a_round_holds_it(room: Room) -> None:
    """Then its grants are missing among those that were read."""
    room.tell("health", "people")

    def grants() -> Iterable[Grant]:
        room.sound = False
        return [grant(revoked_on=date(2020, 1, 1))]

    keeping = ToldKeeping(
        room.store.told, room.ledger, grants, lambda: days(1), lambda: room.sound, lambda: NOON
    )
    assert keeping.look() == Kept(held=True)
    assert room.books() == {("health", "people")}


def test_a_period_that_cannot_be_read_destroys_nothing(room: Room) -> None:
    room.tell("health", "people")

    def unreadable() -> Profile:
        return load_profile("nowhere-1999", ROOT).profile

    def until() -> Until:
        return keep_until(Settings(), unreadable, CALENDAR)

    keeping = ToldKeeping(
        room.store.told,
        room.ledger,
        lambda: [grant(revoked_on=date(2020, 1, 1))],
        until,
        lambda: True,
        lambda: NOON,
    )
    with pytest.raises(InvalidInput):
        keeping.look()
    assert room.books() == {("health", "people")}


def test_destruction_and_its_entry_stand_together_or_not_at_all(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.tell("health", "people")
    room.grants = [grant(revoked_on=date(2020, 1, 1))]
    forget = room.store.told.forget

    def interrupted(department: str = "", resource: str = "") -> int:
        assert forget(department, resource) == 1
        raise OSError("killed")

    monkeypatch.setattr(room.store.told, "forget", interrupted)
    with pytest.raises(Unavailable):
        room.keeping.look()
    assert (room.books(), room.entries()) == ({("health", "people")}, [])
    monkeypatch.undo()
    assert room.keeping.look().destroyed == 1
    assert (room.books(), len(room.entries())) == (set(), 1)


def test_a_page_that_is_written_meanwhile_is_not_destroyed_unseen(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.tell("health", "people")
    room.grants = [grant(revoked_on=date(2020, 1, 1))]
    found = room.store.told.shelves()
    room.tell("health", "people")
    monkeypatch.setattr(room.store.told, "shelves", lambda: found)
    assert room.keeping.look().destroyed == 0
    assert (room.books(), room.entries()) == ({("health", "people")}, [])


# By hand ------------------------------------------------------------------------------------------


def test_what_no_grant_is_known_for_an_operator_destroys(room: Room) -> None:
    room.tell("gone", "people")
    room.tell("health", "people")
    room.grants = [grant()]
    with pytest.raises(InvalidInput, match="not to be destroyed"):
        room.keeping.destroy("health", "people", "op", "tidy")
    with pytest.raises(InvalidInput, match="no book"):
        room.keeping.destroy("health", "firms", "op", "tidy")
    room.grants += [grant("kept", revoked_on=TODAY)]
    room.tell("kept", "people")
    with pytest.raises(InvalidInput, match="kept until 2026-03-19"):
        room.keeping.destroy("kept", "people", "op", "tidy")
    done = room.keeping.destroy("gone", "people", "op", "the scenario was taken away")
    assert done.fate is Fate.unknown
    (entry,) = room.entries()
    assert entry["actor"] == "op"
    assert dict(entry["detail"])["why"] == "the scenario was taken away"  # type: ignore[call-overload]
    assert room.books() == {("health", "people"), ("kept", "people")}
