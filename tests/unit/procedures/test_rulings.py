"""What stands for a resource on a day, of what procedures decided: the pure core."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from procedure_house import resource

from workbench.errors import Text
from workbench.model.contract import OpenType, Resource, SharingMode, SharingType
from workbench.model.procedure import Effect
from workbench.model.ruling import Ruling, by_resource, entry_of, ruled, standing

DAY = date(2026, 3, 9)
NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
TITLE = Text("调整", "change")
TAXES = resource("taxes", "tax")
OPEN, SHUT = SharingType.unconditional, SharingType.not_shared
MIDDLE = SharingType.conditional


def ruling(number: int, effect: Effect, procedure: str = "p1", **more: object) -> Ruling:
    """The ``number``th decision, an hour after the one before."""
    at = NOON + timedelta(hours=number)
    made = Ruling(procedure, number, effect, "taxes", at, DAY, TITLE, "aba-2024", "16")
    was = {"was_sharing": MIDDLE, "was_opening": OpenType.not_open}
    return replace(made, **(was | more))  # type: ignore[arg-type]


def to(number: int, sharing: SharingType, procedure: str = "p1", **more: object) -> Ruling:
    return ruling(number, Effect.reclassify, procedure, sharing=sharing, **more)


def for_now(number: int, sharing: SharingType, until: date, procedure: str = "p1") -> Ruling:
    return ruling(number, Effect.reclassify_until, procedure, sharing=sharing, until=until)


def kind_on(day: date, *rulings: Ruling, of: Resource = TAXES) -> SharingType:
    return ruled(of, rulings, day).sharing.type


def test_without_a_decision_the_contract_itself_is_given_back() -> None:
    assert ruled(TAXES, (), DAY) is TAXES
    gone = for_now(1, SHUT, DAY)
    assert ruled(TAXES, (gone,), DAY + timedelta(days=1)) is TAXES


def test_what_was_decided_last_stands_in_whatever_order_it_is_read() -> None:
    three = (to(1, SHUT, "p1"), to(2, OPEN, "p2"), to(3, MIDDLE, "p3"))
    assert {kind_on(DAY, *order) for order in permutations(three)} == {MIDDLE}
    assert kind_on(DAY, *three[:2]) is OPEN


def test_a_type_for_a_time_goes_back_by_itself_to_what_stood_before() -> None:
    until = DAY + timedelta(days=10)
    lasting, passing = to(1, OPEN, "p1"), for_now(2, SHUT, until, "p2")
    assert kind_on(until, lasting, passing) is SHUT, "the last day is included"
    assert kind_on(until + timedelta(days=1), lasting, passing) is OPEN
    assert kind_on(until + timedelta(days=1), passing) is MIDDLE


def test_prolonged_to_an_earlier_day_the_first_day_counts_no_more() -> None:
    first = for_now(1, SHUT, DAY + timedelta(days=30))
    second = for_now(2, SHUT, DAY + timedelta(days=5))
    assert kind_on(DAY + timedelta(days=6), first, second) is MIDDLE
    other = for_now(2, SHUT, DAY + timedelta(days=5), "p2")
    assert kind_on(DAY + timedelta(days=6), first, other) is SHUT, "another procedure's stands"


def test_what_is_taken_back_is_that_of_the_same_procedure() -> None:
    passing = for_now(1, SHUT, DAY + timedelta(days=30))
    assert kind_on(DAY, passing, ruling(2, Effect.take_back)) is MIDDLE
    assert kind_on(DAY, passing, ruling(2, Effect.take_back, "p2")) is SHUT
    assert ruled(TAXES, (ruling(1, Effect.destroy), ruling(2, Effect.take_back)), DAY).closed


@pytest.mark.parametrize(
    ("decided", "now", "stands"),
    [
        (OPEN, MIDDLE, OPEN),  # the contract is as it was
        (OPEN, OPEN, OPEN),  # it was brought up to the decision
        (OPEN, SHUT, SHUT),  # it was made stricter than both since
        (SHUT, OPEN, SHUT),  # and laxer
    ],
)
def test_where_the_contract_changed_since_the_stricter_stands(
    decided: SharingType, now: SharingType, stands: SharingType
) -> None:
    changed = replace(TAXES, sharing=replace(TAXES.sharing, type=now))
    assert kind_on(DAY, to(1, decided), of=changed) is stands


def test_what_is_not_shared_has_no_mode_no_conditions_and_is_not_open() -> None:
    wide = replace(TAXES, open_type=OpenType.unconditional)
    found = ruled(wide, (to(1, SHUT, was_opening=OpenType.unconditional),), DAY)
    assert (found.sharing.mode, found.sharing.conditions) == (None, "")
    assert found.open_type is OpenType.not_open
    assert found.contract is wide
    again = ruled(found, (to(1, OPEN),), DAY)
    assert again.open_type is OpenType.unconditional, "worked out of the contract, not of itself"
    assert again.sharing.mode is SharingMode.obtain


def test_an_open_type_alone_leaves_the_sharing_as_it_is() -> None:
    found = ruled(TAXES, (ruling(1, Effect.reclassify, opening=OpenType.conditional),), DAY)
    assert (found.open_type, found.sharing) == (OpenType.conditional, TAXES.sharing)
    assert found.closed is None


def test_who_is_served_on_is_served_to_the_last_day_and_nobody_new_comes() -> None:
    last = DAY + timedelta(days=100)
    gone = ruling(1, Effect.withdraw_entry, since=last + timedelta(days=1))
    now, then = ruled(TAXES, (gone,), last), ruled(TAXES, (gone,), last + timedelta(days=1))
    assert now.closed is None
    assert now.closed_to_new is not None
    assert then.closed is not None
    assert then.closed.procedure_id == "p1"
    unknown = ruled(TAXES, (replace(gone, since=None),), date(2099, 1, 1))
    assert (unknown.closed, unknown.closed_to_new is None) == (None, False)


def test_what_was_withdrawn_is_published_again_by_the_procedure_that_withdrew_it() -> None:
    gone = ruling(1, Effect.withdraw_entry)
    again = ruling(2, Effect.publish_entry)
    assert ruled(TAXES, (gone, again), DAY) is TAXES
    by_other = ruled(TAXES, (gone, ruling(2, Effect.publish_entry, "p2")), DAY)
    assert by_other.closed is not None
    assert standing((gone, again, ruling(3, Effect.withdraw_entry)), DAY)


def test_a_seal_suspends_and_a_destruction_ends() -> None:
    sealed = ruled(TAXES, (ruling(1, Effect.seal),), DAY).closed
    gone = ruled(TAXES, (ruling(1, Effect.destroy),), DAY).closed
    assert sealed is not None
    assert gone is not None
    assert (sealed.comes_back, gone.comes_back) == (True, False)


def test_the_contract_that_was_published_last_is_the_entry() -> None:
    one = ruling(1, Effect.publish_entry, text="a")
    two = ruling(2, Effect.change_entry, "p2", text="b")
    bare = ruling(3, Effect.publish_entry, "p3")
    assert entry_of((two, bare, one)) == two
    assert entry_of((bare,)) is None
    assert by_resource((two, one, bare))["taxes"] == (one, two, bare)
