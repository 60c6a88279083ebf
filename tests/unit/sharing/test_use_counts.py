"""What is counted of the use of grants: in few statements, once, on both stores."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time

import pytest
from desk_house import House

from workbench.model.entry import Draft, Event
from workbench.sharing import usage
from workbench.sharing.usage import Tally, count_uses
from workbench.store.uses import Key, Person, Used

DAY = date(2026, 3, 9)
LATER = date(2026, 4, 2)


def at(day: date, hour: int = 5) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def used(*columns: str, day: date = DAY, releases: int = 1, hour: int = 5) -> Used:
    return Used(releases, frozenset(columns), at(day, hour))


@pytest.fixture
def counted(house: House) -> House:
    first: dict[Key, Used] = {
        ("g1", "li", DAY): used("a", "b"),
        ("g1", "xu", DAY): used("a", releases=4),
        ("g2", "li", DAY): used("c"),
    }
    more: dict[Key, Used] = {
        ("g1", "li", DAY): used("d", hour=6),
        ("g1", "li", LATER): used("a", day=LATER),
    }
    assert house.store.uses.add(first, 0, 10)
    assert house.store.uses.add(more, 10, 20)
    return house


def test_more_of_the_same_day_is_added_to_it(counted: House) -> None:
    uses = counted.store.uses
    assert uses.seen() == 20
    assert uses.of("g1", DAY) == {
        ("g1", "li", DAY): used("a", "b", "d", releases=2, hour=6),
        ("g1", "xu", DAY): used("a", releases=4),
        ("g1", "li", LATER): used("a", day=LATER),
    }
    assert not uses.add({("g1", "li", DAY): used("e")}, 10, 30), "somebody else counted to 20"
    assert uses.seen() == 20


def test_by_person_column_and_day(counted: House) -> None:
    uses = counted.store.uses
    assert uses.last_days() == {"g1": LATER, "g2": DAY}
    assert uses.people(["g1", "g2", "g3"]) == (
        Person("g1", "li", 3, DAY, at(LATER)),
        Person("g1", "xu", 4, DAY, at(DAY)),
        Person("g2", "li", 1, DAY, at(DAY)),
    )
    assert uses.people(["g1"], LATER) == (Person("g1", "li", 1, LATER, at(LATER)),)
    assert uses.columns_read(["g1"]) == {
        ("g1", "li"): {"a": LATER, "b": DAY, "d": DAY},
        ("g1", "xu"): {"a": DAY},
    }
    assert uses.columns_read(["g1"], LATER) == {("g1", "li"): {"a": LATER}}
    total, days = uses.days("g1", limit=2)
    assert (total, [key[1:] for key in days]) == (3, [("li", LATER), ("li", DAY)])
    assert uses.days("g1", LATER, offset=1) == (1, {})
    assert (uses.people([]), uses.columns_read([])) == ((), {})


def test_more_grants_than_one_statement_names(house: House) -> None:
    many: dict[Key, Used] = {(f"g{n}", "li", DAY): used("a") for n in range(1203)}
    assert house.store.uses.add(many, 0, 1)
    assert house.store.uses.add(dict.fromkeys(many, used("b")), 1, 2)
    ids = [key[0] for key in many]
    assert sum(person.releases for person in house.store.uses.people(ids)) == 2 * 1203
    assert len(house.store.uses.last_used(ids)) == 1203


# From the ledger ----------------------------------------------------------------------------------


def opened(house: House, times: int) -> None:
    grants = {"taxes": ["g1", "obtain"]}
    for _ in range(times):
        house.ledger.record(
            Draft(
                Event.release_opened,
                actor="li",
                content={"taxes": ("a",)},
                detail={"grants": grants},
            )
        )


def test_several_who_look_at_once_count_each_entry_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "PAGE", 3)
    opened(house, 25)
    journal, uses = house.store.journal, house.store.uses
    tally, told = Tally(journal, uses), []
    threads = [
        *(threading.Thread(target=lambda: told.append(tally.bring_up())) for _ in range(3)),
        threading.Thread(target=lambda: count_uses(journal, uses)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [(25, 0)] * 3
    assert [person.releases for person in uses.people(["g1"])] == [25]


def test_who_looks_waits_no_longer_than_a_while_and_is_told_what_is_behind(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "PAGE", 2)
    opened(house, 5)
    tally = Tally(house.store.journal, house.store.uses)
    monkeypatch.setattr(usage, "SECONDS", -1.0)
    assert tally.bring_up() == (0, 5)
    assert count_uses(house.store.journal, house.store.uses, enough=iter([False, True]).__next__)
    assert house.store.uses.seen() == 2
    monkeypatch.setattr(usage, "SECONDS", 5.0)
    assert tally.bring_up() == (5, 0)


def test_what_somebody_broke_is_passed_over(house: House) -> None:
    opened(house, 1)
    house.ledger.record(Draft(Event.release_opened, actor="li", detail={"grants": "broken"}))
    assert count_uses(house.store.journal, house.store.uses) == 2
    assert house.store.uses.last_days().keys() == {"g1"}
