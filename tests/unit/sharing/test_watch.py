"""Clocks that chase, with a clock of the test's own, on both stores."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta

import pytest
from desk_house import House
from matters import LI, NOON, WANG, terms

from workbench.errors import WorkbenchError
from workbench.ledger.usage import usage
from workbench.model.actor import PLATFORM
from workbench.model.case import State
from workbench.model.days import day_of
from workbench.model.entry import Draft, EntryFilter
from workbench.model.entry import Event as Entered
from workbench.model.grant import GrantState
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.sharing.usage import count_uses
from workbench.sharing.watch import Watch


def watch(house: House) -> Watch:
    return Watch(house.store, house.ledger, house.desk, lambda: house.now)


def on(house: House, day: date) -> None:
    house.now = datetime.combine(day, NOON.timetz())


def said(house: House, case_id: str) -> list[tuple[str, str]]:
    told = house.store.messages.of_case(case_id)
    return [(m.kind, m.recipient) for m in sorted(told, key=lambda m: (m.made, m.recipient))]


def used(house: House, grant: str, *columns: str, by: str = "xu") -> None:
    draft = Draft(
        Entered.release_opened,
        actor=by,
        department="drc",
        content={"taxes": columns},
        detail={"grants": {"taxes": [grant, "obtain", "", "", ""]}},
    )
    house.ledger.record(draft)


def test_before_on_and_after_its_day_once_each(house: House) -> None:
    case = house.applied()  # Monday 2026-03-09; seven working days: Wednesday 2026-03-18
    seen = []
    for day in range(9, 31):
        on(house, date(2026, 3, day))
        for _ in range(2):
            done = watch(house).look()
            if done.reminded:
                seen.append((day, done.reminded))
    assert seen == [(16, 1), (18, 1), (19, 2), (25, 2)]
    reminders = [one for one in said(house, case.id) if one[0] != "apply"]
    assert reminders == [
        ("due_soon", "department:tax"),
        ("due_today", "department:tax"),
        ("overdue", "department:tax"),
        ("overdue", "role:authority"),
        ("overdue", "department:tax"),
        ("overdue", "role:authority"),
    ]
    entries = usage(house.ledger.journal, EntryFilter(event="case_reminded", limit=100))
    assert len(entries) == 6
    late = next(m for m in house.store.messages.of_case(case.id) if m.kind == "overdue")
    assert "1 day ago (art. 25). Art. 41(6)" in json.loads(late.body)["en"]


def test_no_deadline_is_made_up(house: House) -> None:
    house.under("changde-2016")
    case = house.applied()
    for days in range(0, 400, 40):
        on(house, date(2026, 3, 9) + timedelta(days=days))
        watch(house).look()
    assert said(house, case.id) == [("apply", "department:tax")]


def test_two_at_once_say_nothing_twice(house: House) -> None:
    cases = [house.applied(users=(f"p{n}",)) for n in range(6)]
    on(house, date(2026, 3, 18))
    start, totals = threading.Barrier(3), []

    def look() -> None:
        start.wait()
        totals.append(watch(house).look().reminded)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals) == len(cases)
    entries = usage(house.ledger.journal, EntryFilter(event="case_reminded", limit=100))
    assert len(entries) == len(cases)


def test_left_unused_then_rectified_or_suspended(house: House) -> None:
    house.under("heilongjiang-2025")
    idle = house.approved()
    on(house, date(2026, 5, 20))
    used(house, idle.grant_id, "county")
    on(house, date(2026, 8, 20))  # three months after the last use
    assert watch(house).look().dormant == 0
    on(house, date(2026, 8, 21))
    assert watch(house).look().dormant == 1
    assert watch(house).look().dormant == 0
    noticed = house.store.cases.get(idle.id)
    assert noticed is not None
    assert (noticed.state, noticed.steps[-1].actor) == (State.rectifying, "platform")
    assert "art. 27" in noticed.steps[-1].reason
    assert noticed.clock is not None
    assert noticed.clock.due == date(2026, 9, 4)
    assert ("notify", "department:drc") in said(house, idle.id)

    house.now += timedelta(hours=1)
    used(house, idle.grant_id, "county")  # used again in time: nothing is left to do
    assert watch(house).look().used_again == 1
    assert house.store.cases.get(idle.id).state is State.active  # type: ignore[union-attr]

    on(house, date(2026, 12, 1))
    assert watch(house).look().dormant == 1
    last = house.store.cases.get(idle.id).clock.due  # type: ignore[union-attr]
    assert last == date(2026, 12, 15)
    assert house.grant_states(last)[idle.grant_id] is GrantState.active
    after = last + timedelta(days=1)
    assert house.grant_states(after)[idle.grant_id] is GrantState.suspended  # before any look
    on(house, after)
    assert watch(house).look().suspended == 1
    assert house.store.cases.get(idle.id).state is State.suspended  # type: ignore[union-attr]


def test_where_no_text_speaks_of_it_nothing_is_dormant(house: House) -> None:
    case = house.approved()  # Aba gives no number
    on(house, date(2026, 12, 30))
    assert watch(house).look().dormant == 0
    assert house.store.cases.get(case.id).state is State.active  # type: ignore[union-attr]


def test_the_end_of_a_grant_is_announced_and_said(house: House) -> None:
    case = house.approved()
    seen = {}
    for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 24), date(2027, 1, 1)):
        on(house, day)
        watch(house).look()
        seen[day] = [one for one in said(house, case.id) if one[0] in ("ends_soon", "expired")]
    assert [len(found) for found in seen.values()] == [0, 1, 2, 4]
    assert seen[date(2027, 1, 1)][-2:] == [
        ("expired", "department:drc"),
        ("expired", "department:tax"),
    ]


def test_the_platform_does_only_what_a_date_decides(house: House) -> None:
    case = house.applied()
    for event in (Event.approve, Event.refuse, Event.return_, Event.withdraw):
        command = Command(event, 1, reason="x", basis="y", terms=terms(case), days=1)
        with pytest.raises(WorkbenchError):
            house.desk.act(case.id, command, PLATFORM)
    case = house.act(case, Event.approve, WANG, terms=terms(case))
    for event in (Event.revoke, Event.end, Event.narrow):
        command = Command(event, 2, reason="x", basis="y", terms=terms(case))
        with pytest.raises(WorkbenchError):
            house.desk.act(case.id, command, PLATFORM)


def test_uses_are_counted_once_by_whoever_counts(house: House) -> None:
    case = house.approved()
    for n in range(30):
        used(house, case.grant_id, "county", "amount" if n == 7 else "county")
    used(house, case.grant_id, "county", by="wen")
    start = threading.Barrier(3)
    counted = []

    def count() -> None:
        start.wait()
        counted.append(count_uses(house.ledger.journal, house.store.uses))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    head = house.ledger.journal.head()
    assert head is not None
    assert sum(counted) == head.seq
    found = house.store.uses.of(case.grant_id, date(2026, 1, 1))
    assert {key[1]: value.releases for key, value in found.items()} == {"xu": 30, "wen": 1}
    assert found[case.grant_id, "xu", day_of(NOON)].columns == {"county", "amount"}
    assert house.store.uses.last_used([case.grant_id, "case:none"]) == {case.grant_id: NOON}


def test_a_round_tells_how_far_it_is(house: House) -> None:
    for n in range(4):
        house.applied(users=(f"p{n}",))
    house.act(house.applied(users=("q",)), Event.withdraw, LI)
    told: list[tuple[int, int]] = []
    done = watch(house).look(lambda done, total: told.append((done, total)))
    assert (done.cases, told) == (4, [(4, 4)])
