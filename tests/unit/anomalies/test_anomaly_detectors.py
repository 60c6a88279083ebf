"""Each detector on frames made by hand: it fires at its limit, and not below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from anomaly_frames import CALENDAR, MONDAY, days_of, frame, hour, on, rule
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant, Grant, Origin, OriginKind
from workbench.sharing.anomalies import detectors, standing
from workbench.sharing.anomalies.standing import Held
from workbench.store.anomalies import Hour, Transfer


def scope(*hours: Hour) -> list[detectors.Found]:
    found = rule("beyond_scope", window=30, refusals=5, share=0.05)
    return detectors.beyond_scope(found, frame(*hours), days_of(hours))


def test_refused_columns_at_the_limit_and_below_it() -> None:
    assert not scope(hour(scope=4))
    (found,) = scope(hour(scope=3), hour(on(29), scope=2, first=200))
    assert (found.person, found.department, found.measure, found.threshold) == ("li", "drc", 5, 5)
    assert (found.since, found.until, found.evidence) == (MONDAY, on(29), (100, 200))
    assert not scope(hour(scope=3), hour(on(30), scope=2)), "a day later the window has moved on"


def test_refused_columns_of_somebody_who_asks_a_lot() -> None:
    assert scope(hour(scope=5, calls=95))
    assert not scope(hour(scope=5, calls=96))


def test_refusals_of_two_people_are_not_one_person_s() -> None:
    assert not scope(hour(scope=3), hour(scope=3, person="xu"))


def test_other_purposes_at_the_limit_and_below_it() -> None:
    def purpose(*hours: Hour) -> list[detectors.Found]:
        found = rule("beyond_purpose", window=30, tries=4)
        return detectors.beyond_purpose(found, frame(*hours), days_of(hours))

    assert not purpose(hour(purpose=3), hour(scope=9))
    (found,) = purpose(
        hour(purpose=3, scenario="", resource=""), hour(on(2), purpose=1, resource="prices")
    )
    assert (found.measure, found.scenario, found.resource) == (4, "s", "prices")


def test_keys_walked_on_one_resource() -> None:
    def walked(*hours: Hour) -> list[detectors.Found]:
        found = rule("enumeration", window=7, lookups=40, share=0.6)
        return detectors.enumeration(found, frame(*hours), days_of(hours))

    assert not walked(hour(lookups=39, calls=39))
    (found,) = walked(hour(lookups=20, calls=20), hour(on(6), lookups=20, calls=46))
    assert (found.measure, found.resource, found.subject) == (40, "taxes", ("li", "drc", "taxes"))
    assert not walked(hour(lookups=20, calls=20), hour(on(6), lookups=20, calls=47))
    assert not walked(hour(lookups=20), hour(on(7), lookups=20))
    assert not walked(hour(lookups=39), hour(lookups=39, resource="prices"))


def usual(days: int = 12, calls: int = 4) -> list[Hour]:
    return [hour(on(-n), calls=calls) for n in range(1, days + 1)]


def sudden(*hours: Hour, **limits: float) -> list[detectors.Found]:
    numbers = {"deviations": 6, "calls": 12, "history_days": 60, "active_days": 10} | limits
    return detectors.sudden_volume(rule("sudden_volume", **numbers), frame(*hours), [MONDAY])


def test_a_day_far_above_the_person_s_own() -> None:
    """The median is 4 and nothing deviates from it: the floor of a quarter, and at least 1, holds.
    So 4 + 6 × 1 = 10 calls are not sudden, and fewer than 12 never are."""
    assert not sudden(*usual(), hour(calls=11))
    (found,) = sudden(*usual(), hour(calls=12))
    assert (found.measure, found.threshold, found.until) == (12, 10, MONDAY)
    assert not sudden(*usual(calls=12), hour(calls=30)), "12 + 6 × 3 = 30 is not above"
    assert sudden(*usual(calls=12), hour(calls=31))


def test_a_spread_of_days_is_nothing_sudden() -> None:
    """Of 2, 10, 2, 10 ...: median 6, deviation 4 × 1.4826, so that 41.58 is the limit."""
    mixed = [hour(on(-n), calls=2 if n % 2 else 10) for n in range(1, 13)]
    assert not sudden(*mixed, hour(calls=41))
    (found,) = sudden(*mixed, hour(calls=42))
    assert found.threshold == pytest.approx(6 + 6 * 4 * 1.4826, abs=0.01)


def test_without_a_history_nothing_is_sudden() -> None:
    assert not sudden(*usual(days=9), hour(calls=99))
    assert sudden(*usual(days=10), hour(calls=99))
    long_ago = [replace(one, day=one.day - timedelta(days=60)) for one in usual()]
    assert not sudden(*long_ago, hour(calls=99))


def walking(*hours: Hour) -> list[detectors.Found]:
    limits = rule("enumeration", window=7, lookups=20, share=0.1)
    return detectors.enumeration(limits, frame(*hours), [MONDAY])


def test_a_day_of_walking_keys_is_told_once() -> None:
    """What they were found walking does not count as volume; what they did beside it does."""
    limits = rule("sudden_volume", deviations=6, calls=12, history_days=60, active_days=10)

    def found(*today: Hour) -> list[float]:
        hours = (*usual(), *today)
        seen = detectors.sudden_volume(limits, frame(*hours), [MONDAY], walking(*hours))
        return [one.measure for one in seen]

    walked = hour(calls=40, lookups=40)
    assert found(hour(calls=40)) == [40]
    assert found(walked) == []
    assert found(walked, hour(at=11, calls=11)) == []
    assert found(walked, hour(at=11, calls=12)) == [12], "another thing on the same day"
    assert found(walked, hour(at=11, calls=12, resource="prices")) == [12]
    assert found(hour(calls=19, lookups=19)) == [19], "too few for keys that are walked"
    mixed = hour(calls=40, lookups=25)
    assert found(mixed) == [15], "of one hour the look-ups alone are told"
    assert found(walked, hour(person="xu", calls=40), *other("xu")) == [40]


def other(person: str) -> list[Hour]:
    return [replace(one, person=person) for one in usual()]


def test_keys_walked_on_another_day_explain_nothing() -> None:
    hours = (*usual(), hour(calls=30), hour(on(-1), at=9, calls=40, lookups=40))
    limits = rule("sudden_volume", deviations=6, calls=12, history_days=60, active_days=10)
    before = [replace(one, until=on(-1)) for one in walking(*usual(), hour(calls=40, lookups=40))]
    assert before
    (found,) = detectors.sudden_volume(limits, frame(*hours), [MONDAY], before)
    assert found.measure == 30


def odd(*hours: Hour, **limits: float) -> list[detectors.Found]:
    numbers = {"calls": 6, "days": 2, "from_hour": 7, "to_hour": 22, "habit": 0.1} | limits
    found = rule("odd_hours", window=14, history_days=60, **numbers)
    return detectors.odd_hours(found, frame(*hours), days_of(hours), CALENDAR)


def test_outside_working_time() -> None:
    assert not odd(hour(at=22, calls=3), hour(on(1), at=6, calls=2)), "five calls"
    assert not odd(hour(at=22, calls=6)), "one day"
    assert not odd(hour(at=21, calls=6), hour(on(1), at=7, calls=6)), "working time"
    (found,) = odd(hour(at=22, calls=3), hour(on(1), at=6, calls=3))
    assert (found.measure, found.until) == (6, on(1))


def test_weekends_are_odd_and_worked_weekends_are_not() -> None:
    saturday, sunday = date(2025, 3, 15), date(2025, 3, 16)
    assert odd(hour(saturday, calls=3), hour(sunday, calls=3))
    worked = (date(2025, 1, 26), date(2025, 2, 8))  # Spring Festival of 2025, 调休
    assert not odd(*(hour(day, calls=3) for day in worked))


def test_who_works_at_night_as_a_habit() -> None:
    late = (hour(at=23, calls=3), hour(on(1), at=23, calls=3))
    worked = [on(-n) for n in range(14, 54) if CALENDAR.is_working(on(-n)) and on(-n).weekday() < 5]
    before = [hour(day, at=10, calls=1) for day in worked]
    assert len(odd(*before, *late)) == 1
    tenth = -(-len(before) // 10)
    habit = [replace(one, hour=23) for one in before[:tenth]]
    assert not odd(*before[tenth:], *habit, *late)
    assert odd(*before[tenth:], *habit[1:], *late), "less than a tenth is no habit"


def granted(until: date = date(2026, 12, 31)) -> Grant:
    origin = Origin(OriginKind.application, "c1", "wang", MONDAY)
    columns = (ColumnGrant("code"),)
    return Grant(
        "case:c1", "s", "drc", "taxes", columns, SharingMode.obtain, origin, valid_until=until
    )


def idle(
    since: date,
    today: date,
    grant: Grant | None = None,
    given: Callable[[Grant], date | None] = lambda grant: None,
) -> list[detectors.Found]:
    held = [Held(grant or granted(), since)]
    return standing.dormancy(rule("dormancy", months=3), held, CALENDAR, today, given)


def test_a_grant_left_unused() -> None:
    """Three months from Monday 10 March end on Tuesday 10 June: 92 days."""
    assert not idle(MONDAY, on(92))
    (one,) = idle(MONDAY, on(93))
    assert (one.grant_id, one.measure, one.threshold) == ("case:c1", 93, 92)
    assert (one.subject, one.since, one.until) == (("case:c1",), MONDAY, date(2025, 6, 10))
    assert not idle(MONDAY, on(93), granted(until=on(80)))


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (date(2025, 9, 30), date(2025, 12, 30)),  # 91 days
        (date(2024, 11, 29), date(2025, 2, 28)),  # February has no 29th
        (date(2025, 7, 1), date(2025, 10, 9)),  # 1 October begins a holiday; the 9th is worked
        (date(2025, 3, 14), date(2025, 6, 16)),  # the 14th of June is a Saturday
    ],
)
def test_three_months_are_counted_as_those_of_a_regulation(since: date, last: date) -> None:
    assert not idle(since, last)
    assert [one.until for one in idle(since, last + timedelta(days=1))] == [last]


def test_a_grant_of_a_case_counts_from_the_day_on_which_it_was_given() -> None:
    """It was decided on Monday the 10th and supplied on the 17th: a week later it is over."""
    assert not idle(MONDAY, on(93), given=lambda grant: on(7))
    (one,) = idle(MONDAY, on(100), given=lambda grant: on(7))
    assert (one.since, one.until) == (on(7), date(2025, 6, 17))
    (one,) = idle(on(20), on(120), given=lambda grant: on(7))
    assert one.since == on(20), "it was used after that"
    assert not idle(MONDAY, on(92), given=lambda grant: pytest.fail("nobody had to ask"))


def test_what_is_late_by_its_cycle(taxes: object) -> None:
    """Monthly data of 10 March are late from 12 May: 31 days until the next, 31 to deliver them."""
    found = rule("overdue_delivery", days=1)
    known = {"taxes": Transfer("taxes", 7, MONDAY, MONDAY)}

    def late(today: date) -> list[detectors.Found]:
        return standing.overdue_delivery(found, [taxes], known, today)  # type: ignore[list-item]

    assert not late(date(2025, 5, 11))
    (one,) = late(date(2025, 5, 12))
    assert (one.resource, one.department, one.measure, one.evidence) == ("taxes", "tax", 1, (7,))
    assert one.since == date(2025, 5, 12)


def test_what_its_sender_counted_and_nobody_received(taxes: object) -> None:
    found = rule("lost_transfer", working_days=4)

    def lost(today: date, known: Transfer) -> list[detectors.Found]:
        return standing.lost_transfer(
            found,
            [taxes],  # type: ignore[list-item]
            {"taxes": known},
            CALENDAR,
            today,
        )

    short = Transfer("taxes").missed(9, MONDAY)
    assert not lost(on(4), short), "Tuesday to Thursday are three"
    (one,) = lost(on(5), short)
    assert (one.measure, one.evidence, one.since) == (4, (9,), MONDAY)
    assert not lost(on(30), short.received(12, on(2), "2025-02-28"))


HOURS = st.builds(
    hour,
    day=st.integers(0, 40).map(on),
    at=st.integers(0, 23),
    person=st.sampled_from(["li", "xu"]),
    calls=st.integers(0, 30),
    scope=st.integers(0, 4),
    purpose=st.integers(0, 3),
    lookups=st.integers(0, 30),
    resource=st.sampled_from(["taxes", "prices"]),
    first=st.integers(1, 1000),
)


def everything(hours: list[Hour]) -> list[detectors.Found]:
    data, days = frame(*hours), days_of(hours)
    return [
        *detectors.beyond_scope(rule("beyond_scope"), data, days),
        *detectors.beyond_purpose(rule("beyond_purpose"), data, days),
        *detectors.enumeration(rule("enumeration"), data, days),
        *detectors.sudden_volume(rule("sudden_volume", active_days=3), data, days),
        *detectors.odd_hours(rule("odd_hours"), data, days, CALENDAR),
    ]


@settings(deadline=None, max_examples=examples(15))
@given(st.lists(HOURS, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(hours: list[Hour], chance: object) -> None:
    mixed = list(hours)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert everything(mixed) == everything(hours)


@settings(deadline=None, max_examples=examples(10))
@given(st.lists(HOURS, min_size=1, max_size=30))
def test_days_together_find_what_days_alone_do(hours: list[Hour]) -> None:
    """What a round finds does not depend on how many days it has to make up for."""
    data = frame(*hours)
    found = rule("beyond_scope")
    alone = [
        one for day in sorted(days_of(hours)) for one in detectors.beyond_scope(found, data, [day])
    ]
    together = detectors.beyond_scope(found, data, days_of(hours))
    assert together == alone
