"""Each rule of the gaming watch: what it asks about, and what only looks like it."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.assessment.gamed import (
    COLUMNS,
    LAST,
    ROOT,
    YEAR,
    calls,
    case,
    days,
    entry,
    every,
    found,
    seen,
    versions,
)

from workbench.assessment.gaming.finding import Events
from workbench.assessment.gaming.rules import Kind, rules_of
from workbench.assessment.gaming.seen import Seen
from workbench.assessment.gaming.watch import DETECTORS, look

MONTHS = [date(YEAR, month, 10) for month in range(1, 13)]


def test_every_kind_has_a_detector_and_a_rule() -> None:
    assert set(DETECTORS) == set(Kind) == {rule.kind for rule in rules_of(ROOT)}


def parts(*since: date | None) -> Seen:
    """An entry of January, and so many that have all its columns but one."""
    fewer = COLUMNS - {"c7 E7"}
    return seen(
        [entry("r"), *(entry(f"r{n}", columns=fewer, since=day) for n, day in enumerate(since))]
    )


def test_entries_that_are_alike_and_new_within_a_month_are_asked_about() -> None:
    (one,) = found(Kind.split_entries, parts(date(YEAR, 5, 2), date(YEAR, 5, 20)))
    assert one.found.events == Events(resources=frozenset({"r0", "r1"})), "not the one before"
    assert (one.found.department, one.found.subject) == ("health", "r")
    assert "health" in one.question.en
    assert "r" in one.question.zh


def test_entries_without_data_are_parts_too() -> None:
    (one,) = found(Kind.split_entries, parts(None, None))
    assert one.found.events.resources == {"r0", "r1"}


@pytest.mark.parametrize(
    "what",
    [
        parts(date(YEAR, 3, 1), date(YEAR, 6, 1), date(YEAR, 9, 1)),  # a volume a quarter
        parts(date(YEAR, 5, 2)),  # one more
        parts(date(YEAR - 1, 5, 2), date(YEAR - 1, 5, 3)),  # of another year
        seen([entry("r"), *(entry(f"r{n}", f"d{n}", since=date(YEAR, 5, 2)) for n in range(3))]),
        seen(
            [entry(f"r{n}", columns=frozenset(f"c{i} E{n}{i}" for i in range(8))) for n in range(4)]
        ),
    ],
    ids=["a series", "one more", "the year before", "other providers", "other data elements"],
)
def test_entries_that_may_well_be_several(what: Seen) -> None:
    assert found(Kind.split_entries, what) == []


def contents(*letters: str) -> Seen:
    return seen([entry("r")], versions("r", dict(zip(MONTHS, letters, strict=False))))


def test_what_was_sent_again_is_counted_by_version() -> None:
    (one,) = found(Kind.unchanged, contents(*"aaabbbcdefgh"))
    assert one.found.events.versions == {("r", 1), ("r", 2), ("r", 4), ("r", 5)}
    assert (one.found.count, one.found.of) == (4, 12)


@pytest.mark.parametrize("letters", ["aabbccdefghi", "abababababab", "abcdefghijkl"])
def test_what_seldom_stays_the_same_or_comes_back_is_not(letters: str) -> None:
    assert found(Kind.unchanged, contents(*letters)) == []


def test_contents_that_cannot_be_read_are_not_said_to_be_the_same() -> None:
    assert found(Kind.unchanged, contents(*[""] * 12)) == []


def silent(*names: str, before: date = date(YEAR, 6, 1), cycle: int = 31) -> Seen:
    """Nothing after ``before`` until the last ten days."""
    entries = [entry(name, cycle=cycle) for name in names]
    sent = {MONTHS[0]: "a", before: "b", LAST - timedelta(days=5): "c"}
    return seen(entries, [one for name in names for one in versions(name, sent)])


def test_who_is_silent_and_catches_up_before_the_count() -> None:
    (one,) = found(Kind.before_count, silent("r", "q"))
    assert one.found.events.versions == {("r", 2), ("q", 2)}
    assert (one.found.count, one.found.of) == (2, 2)


@pytest.mark.parametrize(
    "what",
    [
        silent("r"),
        silent("r", "q", cycle=366),
        silent("r", "q", before=date(YEAR, 10, 20)),
        seen([entry("r"), entry("q")], [*versions("r", dict.fromkeys([*MONTHS, LAST], "a"))]),
    ],
    ids=["one resource", "due once a year", "some weeks late", "all the year, and a correction"],
)
def test_updates_in_december_that_are_as_they_should_be(what: Seen) -> None:
    assert found(Kind.before_count, what) == []


def bursts(seconds: float, calls_: int, of: int, others: int = 50) -> Seen:
    """On so many days, beside other calls of other people."""
    spread = others // 50
    robot = [
        calls("works", "r", every(seconds, calls_, day), first=1000 * (n + 1))
        for n, day in enumerate(days(of))
    ]
    rest = [
        calls("works", "r", every(3000, spread, day), f"q{n}", 90_000 + 1000 * n)
        for n, day in enumerate(days(50, 1))
    ]
    return seen([entry("r")], uses=[*robot, *rest])


def test_even_bursts_of_one_person_are_asked_about_with_their_entries() -> None:
    (one,) = found(Kind.self_calls, bursts(30, 10, 4))
    assert one.found.count == 40
    assert one.found.events.uses == {1000 * (n + 1) + m for n in range(4) for m in range(10)}
    assert one.found.share == 40 / 90


def test_calls_as_fast_as_a_machine_can_are_even() -> None:
    (one,) = found(Kind.self_calls, bursts(0, 10, 4))
    assert one.found.count == 40


def test_a_job_once_a_day_and_a_single_day_are_not_bursts() -> None:
    assert found(Kind.self_calls, bursts(30, 2, 200)) == []
    assert found(Kind.self_calls, bursts(30, 40, 2)) == []
    assert found(Kind.self_calls, bursts(30, 10, 4, others=400)) == [], "a small share"


def test_calls_at_random_moments_are_not_even() -> None:
    chance = random.Random(1)
    uses = [
        calls(
            "works",
            "r",
            sorted(every(chance.expovariate(1) * 3000, 2, day)[1] for _ in range(30)),
            first=1000 * (n + 1),
        )
        for n, day in enumerate(days(6))
    ]
    assert found(Kind.self_calls, seen([entry("r")], uses=uses)) == []


def own(people: int, apart: int = 1) -> Seen:
    """A hundred calls of its own data by so many people."""
    uses = [
        calls("health", "r", every(7, 1, day), f"p{n % people}", first=n + 1)
        for n, day in enumerate(days(100, apart))
    ]
    return seen([entry("r")], uses=uses)


def test_calls_of_ones_own_data_by_one_person() -> None:
    (one,) = found(Kind.own_calls, own(1))
    assert one.found.events.uses == set(range(1, 101))
    assert found(Kind.own_calls, own(3)) == [], "many people use them"
    assert found(Kind.own_calls, own(1, apart=0)) == [], "one day is for the anomaly watch"


def mutual(back: int) -> Seen:
    uses = [
        calls("health", "w", every(100, 80, date(YEAR, 5, 5)), first=1),
        calls("works", "h", every(100, back, date(YEAR, 5, 5)), first=1001),
        calls("works", "other", every(100, 50, date(YEAR, 5, 5)), first=2001),
    ]
    entries = [entry("h", "health"), entry("w", "works"), entry("other", "mines")]
    return seen(entries, uses=uses)


def test_two_that_call_each_other_are_one_finding() -> None:
    (one,) = found(Kind.mutual_calls, mutual(80))
    assert (one.found.department, one.found.subject) == ("health", "works")
    assert one.found.count == 160
    assert one.found.share == 80 / 130, "of the one of whom it is less"
    assert found(Kind.mutual_calls, mutual(20)) == []


def test_applications_taken_back_without_use() -> None:
    cases = [case(n, f"a{n}", closed=3) for n in range(4)]
    cases += [case(n, "b", closed=None) for n in range(4, 8)]
    (one,) = found(Kind.opened_and_closed, seen(cases=cases))
    assert one.found.events.cases == {f"case-{n}" for n in range(4)}
    assert (one.found.count, one.found.of) == (4, 8)


def test_the_same_content_again_and_again_is_enough_however_many_others() -> None:
    cases = [case(n, "a", closed=3) for n in range(4)]
    others = [case(n, "b", closed=None) for n in range(4, 40)]
    assert found(Kind.opened_and_closed, seen(cases=cases + others))
    different = [case(n, f"a{n}", closed=3) for n in range(4)]
    assert found(Kind.opened_and_closed, seen(cases=different + others)) == []


def test_what_was_used_or_kept_for_months_was_for_something() -> None:
    used = [case(n, "a", closed=3, used=True) for n in range(5)]
    kept = [case(n, "a", closed=90) for n in range(5)]
    assert found(Kind.opened_and_closed, seen(cases=used)) == []
    assert found(Kind.opened_and_closed, seen(cases=kept)) == []


def everything() -> Seen:
    """Something of each kind at once."""
    many = [parts(date(YEAR, 5, 2), date(YEAR, 5, 20)), mutual(80), bursts(30, 10, 4)]
    many += [silent("m", "n"), seen([entry("u")], versions("u", dict.fromkeys(MONTHS, "a")))]
    uses = [one.uses for one in many]
    cases = [case(n, f"a{n}", closed=3) for n in range(4)]
    entries = {each.resource: each for one in many for each in one.entries}
    sent = [each for one in many for each in one.versions]
    robot = calls("mines", "other", every(20, 90, date(YEAR, 4, 4)), first=5000)
    steady = [
        calls("mines", "other", every(7, 1, day), first=6000 + n) for n, day in enumerate(days(60))
    ]
    return seen(entries.values(), sent, cases, [*uses, robot, *steady[:40]])


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_what_was_seen_makes_no_difference(seed: int) -> None:
    what, chance = everything(), random.Random(seed)
    rules = rules_of(ROOT)
    expected = look(what, rules)
    assert len({one.kind for one in expected}) >= 5
    turned = Seen(
        what.year,
        what.as_of,
        tuple(chance.sample(what.entries, len(what.entries))),
        tuple(chance.sample(what.versions, len(what.versions))),
        tuple(chance.sample(what.cases, len(what.cases))),
        what.uses.sample(fraction=1, shuffle=True, seed=seed % 2**31),
    )
    assert look(turned, rules) == expected


def test_nothing_of_other_years_counts() -> None:
    what = everything()
    later = Seen(
        YEAR + 1, date(YEAR + 1, 12, 31), what.entries, what.versions, what.cases, what.uses
    )
    assert look(later, rules_of(ROOT)) == ()
