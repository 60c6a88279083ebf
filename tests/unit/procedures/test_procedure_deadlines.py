"""Each deadline that a procedure starts, under each of the five regulations: a dated case, written
by hand from the articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from procedure_house import (
    CHEN,
    DENG,
    FIVE,
    KINDS,
    LI,
    NOON,
    TODAY,
    WANG,
    ZHOU,
    definition,
    full,
    rules,
    values,
)

from workbench.errors import Conflict, InvalidInput, WorkbenchError
from workbench.model.actor import Actor
from workbench.model.procedure import Party, Procedure, Running
from workbench.sharing.procedures.stepping import Matter, opened, stepped

Way = tuple[str, tuple[tuple[str, Actor], ...]]
WAYS: dict[str, Way] = {
    "correction.forward": ("correction", (("submit_to_authority", LI),)),
    "correction.answer": ("correction", (("submit", LI),)),
    "correction.answer by the authority": (
        "correction",
        (("submit_to_authority", LI), ("forward", CHEN)),
    ),
    "correction.answer extended": ("correction", (("submit", LI), ("extend", WANG))),
    "correction.answer of open data": ("open_correction", (("enter", LI),)),
    "catalogue.update": ("catalogue_change", (("begin", WANG),)),
    "catalogue.update extended": ("catalogue_change", (("begin", WANG), ("extend", CHEN))),
    "catalogue.review": ("catalogue_change", (("begin", WANG), ("submit", WANG))),
    "catalogue.report": ("catalogue_change", (("begin", WANG), ("update", ZHOU))),
    "catalogue.rework": (
        "catalogue_entry",
        (("draft", WANG), ("submit", WANG), ("return", CHEN)),
    ),
    "demand.review": ("demand", (("ask", LI),)),
    "demand.mount": ("demand", (("ask", LI), ("accept", WANG))),
    "open.answer": ("open_application", (("enter", LI),)),
}
"""How each deadline is started, on Monday 2026-03-09."""
NONE, UNKNOWN, NOT_OFFERED = ("none", None, ""), ("unknown", None, ""), None
OVER = ("over", None, "")
"""The regulation asks for nothing more there."""
NO_CLOCK = ("open", None, "")
"""Its deadline is about something else: none is said to run."""
EXPECTED: dict[str, dict[str, tuple[str, date | None, str] | None]] = {
    "correction.forward": {
        "foshan-2019": NOT_OFFERED,
        "changde-2016": NONE,
        "binzhou-2023": UNKNOWN,
        "aba-2024": ("number", date(2026, 3, 11), "20"),
        "heilongjiang-2025": NONE,
    },
    "correction.answer": {
        "foshan-2019": ("number", date(2026, 3, 23), "30"),
        "changde-2016": NOT_OFFERED,
        "binzhou-2023": UNKNOWN,
        "aba-2024": ("number", date(2026, 3, 16), "20"),
        "heilongjiang-2025": ("number", date(2026, 3, 16), "24"),
    },
    "correction.answer by the authority": {
        "foshan-2019": NOT_OFFERED,
        "changde-2016": ("none", None, "22"),
        "binzhou-2023": UNKNOWN,
        "aba-2024": ("number", date(2026, 3, 16), "20"),
        "heilongjiang-2025": ("number", date(2026, 3, 16), "24"),
    },
    "correction.answer extended": {
        "foshan-2019": NOT_OFFERED,
        "changde-2016": NOT_OFFERED,
        "binzhou-2023": NOT_OFFERED,
        "aba-2024": ("number", date(2026, 3, 23), "20"),
        "heilongjiang-2025": NOT_OFFERED,
    },
    "correction.answer of open data": {
        "foshan-2019": NO_CLOCK,
        "changde-2016": NO_CLOCK,
        "binzhou-2023": NO_CLOCK,
        "aba-2024": ("number", date(2026, 3, 16), "20"),
        "heilongjiang-2025": ("number", date(2026, 3, 16), "24"),
    },
    "catalogue.update": {
        "foshan-2019": NONE,
        "changde-2016": ("none", None, "10"),
        "binzhou-2023": ("number", date(2026, 3, 30), "12"),
        "aba-2024": ("number", date(2026, 3, 23), "16"),
        "heilongjiang-2025": ("number", date(2026, 3, 12), "15"),
    },
    "catalogue.update extended": {
        "foshan-2019": NOT_OFFERED,
        "changde-2016": NOT_OFFERED,
        "binzhou-2023": NOT_OFFERED,
        "aba-2024": NOT_OFFERED,
        "heilongjiang-2025": ("number", date(2026, 3, 19), "15"),
    },
    "catalogue.review": {
        "foshan-2019": NONE,
        "changde-2016": NOT_OFFERED,
        "binzhou-2023": ("number", date(2026, 3, 11), "12"),
        "aba-2024": NOT_OFFERED,
        "heilongjiang-2025": NOT_OFFERED,
    },
    "catalogue.report": {
        "foshan-2019": NOT_OFFERED,
        "changde-2016": OVER,
        "binzhou-2023": NOT_OFFERED,
        "aba-2024": ("number", date(2026, 3, 12), "16"),
        "heilongjiang-2025": OVER,
    },
    "catalogue.rework": {
        "foshan-2019": NONE,
        "changde-2016": NONE,
        "binzhou-2023": NONE,
        "aba-2024": NONE,
        "heilongjiang-2025": ("number", date(2026, 3, 16), "12"),
    },
    "demand.review": {
        "foshan-2019": NONE,
        "changde-2016": NONE,
        "binzhou-2023": UNKNOWN,
        "aba-2024": NONE,
        "heilongjiang-2025": ("number", date(2026, 3, 12), "29"),
    },
    "demand.mount": {
        "foshan-2019": NONE,
        "changde-2016": NONE,
        "binzhou-2023": UNKNOWN,
        "aba-2024": NONE,
        "heilongjiang-2025": ("number", date(2026, 3, 23), "29"),
    },
    "open.answer": {
        "foshan-2019": NONE,
        "changde-2016": NONE,
        "binzhou-2023": ("none", None, "32"),
        "aba-2024": NONE,
        "heilongjiang-2025": ("number", date(2026, 3, 16), "34"),
    },
}


def walked(kind: str, way: tuple[tuple[str, Actor], ...], regulation: str) -> Procedure:
    of, held = definition(kind), rules(regulation)
    (first, opener), *rest = way
    matter = Matter(values(of), provider="tax", other="land")
    found = opened("p1", of, full(first, 0), matter, opener, NOON, held, str.upper)
    for event, actor in rest:
        found = stepped(found, of, full(event, found.version), actor, NOON, held, str.upper)
    return found


@pytest.mark.parametrize("regulation", FIVE)
@pytest.mark.parametrize("name", sorted(WAYS))
def test_a_deadline_ends_on_its_day(name: str, regulation: str) -> None:
    expected = EXPECTED[name][regulation]
    if expected is None:
        with pytest.raises(WorkbenchError):
            walked(*WAYS[name], regulation)
        return
    found = walked(*WAYS[name], regulation)
    if expected is OVER:
        assert (found.over, found.clock) == (True, None)
        return
    if expected is NO_CLOCK:
        assert (found.over, found.clock) == (False, None)
        return
    clock = found.clock
    assert clock is not None
    assert clock.key == name.split()[0]
    assert (clock.state, clock.due, clock.article) == expected


def test_every_deadline_that_a_definition_starts_has_its_dated_case() -> None:
    started = {
        step.starts.deadline
        for kind in KINDS
        for step in definition(kind).steps
        if step.starts is not None and step.starts.deadline
    }
    assert started == {name.split()[0] for name in WAYS} | {"withdrawal.notice"}


# The notice before a withdrawal -------------------------------------------------------------------

APPLIED = ("catalogue_withdrawal", (("apply", WANG),))


def approved(regulation: str, until: date) -> Procedure:
    of = definition("catalogue_withdrawal")
    found = walked(*APPLIED, regulation)
    command = full("approve", found.version, until=until)
    return stepped(found, of, command, CHEN, NOON, rules(regulation), str.upper)


def test_a_withdrawn_entry_is_served_for_the_six_months_of_heilongjiang() -> None:
    with pytest.raises(InvalidInput) as raised:
        approved("heilongjiang-2025", date(2026, 9, 8))
    assert "2026-09-09" in raised.value.said("zh")
    assert "第16条" in raised.value.said("zh")
    assert approved("heilongjiang-2025", date(2026, 9, 9)).clock == Running(
        "withdrawal.notice", TODAY, "number", date(2026, 9, 9), False, "16", Party.provider,
        at_least=True,
    )  # fmt: skip


@pytest.mark.parametrize("regulation", sorted(set(FIVE) - {"heilongjiang-2025"}))
def test_elsewhere_its_last_day_is_the_one_that_was_named(regulation: str) -> None:
    clock = approved(regulation, date(2026, 4, 1)).clock
    assert clock is not None
    assert (clock.state, clock.due) == ("named", date(2026, 4, 1))


def test_it_is_not_withdrawn_before_that_day_is_over() -> None:
    of, held = definition("catalogue_withdrawal"), rules("heilongjiang-2025")
    found = approved("heilongjiang-2025", date(2026, 9, 9))
    command = full("withdraw", found.version)
    with pytest.raises(Conflict):
        stepped(found, of, command, CHEN, NOON + timedelta(days=184), held, str.upper)
    after = stepped(found, of, command, CHEN, NOON + timedelta(days=185), held, str.upper)
    assert (after.state, after.clock, after.steps[-1].late) == ("withdrawn", None, None)


# Around a deadline --------------------------------------------------------------------------------


def test_it_counts_from_the_day_of_the_event_not_of_its_entry() -> None:
    of, held = definition("catalogue_change"), rules("aba-2024")
    earlier = tuple(
        replace(one, text="2026-03-02") if one.name == "since" else one for one in values(of)
    )
    matter = Matter(earlier, provider="tax")
    found = opened("p1", of, full("begin", 0), matter, WANG, NOON, held, str.upper)
    assert found.clock is not None
    assert (found.clock.started, found.clock.due) == (date(2026, 3, 2), date(2026, 3, 16))
    tomorrow = tuple(replace(one, text="2026-03-10") if one.name == "since" else one
                     for one in values(of))  # fmt: skip
    with pytest.raises(InvalidInput):
        opened("p1", of, full("begin", 0), Matter(tomorrow, "tax"), WANG, NOON, held, str.upper)


def test_it_is_extended_once_and_only_while_it_runs() -> None:
    of, held = definition("correction"), rules("aba-2024")
    once = walked("correction", (("submit", LI), ("extend", WANG)), "aba-2024")
    again = full("extend", once.version)
    with pytest.raises(Conflict) as raised:
        stepped(once, of, again, WANG, NOON, held, str.upper)
    assert "已经延长过一次" in raised.value.said("zh")
    fresh = walked("correction", (("submit", LI),), "aba-2024")
    late = NOON + timedelta(days=8)
    with pytest.raises(Conflict):
        stepped(fresh, of, full("extend", 1), WANG, late, held, str.upper)


@pytest.mark.parametrize(("days", "late"), [(7, 0), (8, 1), (20, 13)])
def test_how_late_it_was_is_on_record(days: int, late: int) -> None:
    of, held = definition("correction"), rules("aba-2024")
    found = walked("correction", (("submit", LI),), "aba-2024")
    at = NOON + timedelta(days=days)
    after = stepped(found, of, full("correct", 1), WANG, at, held, str.upper)
    assert after.steps[-1].late == late
    plain = walked("correction", (("submit_to_authority", LI), ("forward", CHEN)), "changde-2016")
    there = rules("changde-2016")
    after = stepped(plain, of, full("correct", 2), WANG, at, there, str.upper)
    assert after.steps[-1].late is None, "where no day limits it, nothing is late"


def ordered(regulation: str, **more: object) -> Procedure:
    of = definition("correction")
    matter = Matter(values(of), provider="tax")
    command = full("order", 0, **more)
    return opened("p1", of, command, matter, DENG, NOON, rules(regulation), str.upper)


@pytest.mark.parametrize(
    ("regulation", "article"),
    [("foshan-2019", None), ("changde-2016", ""), ("binzhou-2023", ""), ("aba-2024", "20")],
)
def test_days_are_named_where_the_text_leaves_them_to_the_notice(
    regulation: str, article: str | None
) -> None:
    """Aba 2024 art. 20 has the authority order a verification by a day, and gives none."""
    if article is None:  # Foshan 2019 art. 30 gives ten
        with pytest.raises(InvalidInput):
            ordered(regulation, days=3)
        return
    clock = ordered(regulation, days=3).clock
    assert clock is not None
    assert (clock.state, clock.due, clock.article) == ("named", date(2026, 3, 12), article)
    with pytest.raises(InvalidInput):
        ordered(regulation)


def test_nobody_names_days_beside_a_number_of_the_regulation() -> None:
    with pytest.raises(InvalidInput) as raised:
        ordered("heilongjiang-2025", days=3)
    assert "不能另定" in raised.value.said("zh")
    clock = ordered("heilongjiang-2025").clock
    assert clock is not None
    assert (clock.state, clock.due, clock.article) == ("number", date(2026, 3, 16), "24")
