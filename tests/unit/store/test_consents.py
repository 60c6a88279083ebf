"""Consents as a store keeps them: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from stores import Places

from workbench.model.consent import Basis, Change, Given, Wanted
from workbench.store.consents import MovedOn
from workbench.store.moving import move
from workbench.store.session import Store, open_store
from workbench.store.tables import consents

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MORE = timedelta(days=1)


@pytest.fixture
def store(store_places: Places, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(store_places.where(tmp_path), lambda: NOW)
    yield opened
    opened.close()


@dataclass
class Told:
    """Changes that were made, as a caller makes them."""

    store: Store
    scenario: str = "s"
    made: list[Change] = field(default_factory=list)

    def give(
        self,
        *subjects: str,
        until: date | None = None,
        at: datetime = NOW,
        on: date = TODAY,
        basis: Basis = Basis.person,
    ) -> Change:
        wanted = [Wanted(Given(subject, on, until, "k"), basis) for subject in subjects]
        return self._make(self.store.consents.plan(self.scenario, wanted, "os:li", at))

    def withdraw(self, *subjects: str, at: datetime = NOW) -> Change:
        plan = self.store.consents.plan_withdrawal
        return self._make(plan(self.scenario, subjects, "os:li", at))

    def _make(self, change: Change) -> Change:
        if not change.empty:
            self.store.consents.make(change)
            self.made.append(change)
        return change

    def standing(self, today: date = TODAY) -> list[str]:
        return [s for page in self.store.consents.subjects(self.scenario, today) for s in page]


def test_who_never_gave_a_consent_has_none(store: Store) -> None:
    told = Told(store)
    assert told.standing() == []
    assert store.consents.state("s", TODAY).changes == 0
    assert store.consents.last("s", "a") is None


def test_a_consent_is_of_one_scenario(store: Store) -> None:
    Told(store, "s").give("a", "b")
    Told(store, "other").give("c")
    assert Told(store, "s").standing() == ["a", "b"]
    assert Told(store, "other").standing() == ["c"]
    assert store.consents.state("third", TODAY).changes == 0


def test_a_withdrawal_takes_out_and_keeps_when_and_by_whom(store: Store) -> None:
    told = Told(store)
    told.give("a", "b")
    before = store.consents.state("s", TODAY)
    change = told.withdraw("a", at=NOW + timedelta(hours=1))
    assert (change.number, change.narrows) == (2, True)
    assert told.standing() == ["b"]
    assert store.consents.state("s", TODAY).narrowed_since(before)
    kept = store.consents.last("s", "a")
    assert kept is not None
    assert (kept.ended, kept.ended_at) == ("withdrawn", NOW + timedelta(hours=1))


def test_what_is_given_after_a_withdrawal_stands_again_beside_the_old_one(store: Store) -> None:
    told = Told(store)
    told.give("a")
    told.withdraw("a")
    told.give("a")
    assert told.standing() == ["a"]
    counts = store.consents.counts("s", TODAY)
    assert (counts.standing, counts.withdrawn, counts.lapsed) == (1, 1, 0)


LESS = timedelta(days=-1)
LISTED, UNDATED, PERSON = Basis.listed, Basis.undated, Basis.person


@pytest.mark.parametrize(
    ("basis", "on", "given"),
    [
        (LISTED, TODAY + LESS, False),
        (LISTED, TODAY, False),
        (LISTED, TODAY + MORE, True),
        (UNDATED, TODAY + MORE, False),
        (PERSON, TODAY + LESS, False),
        (PERSON, TODAY, True),
        (PERSON, TODAY + MORE, True),
    ],
)
def test_what_is_from_before_a_withdrawal_does_not_undo_it(
    store: Store, basis: Basis, on: date, given: bool
) -> None:
    told = Told(store)
    told.give("a", "b", on=TODAY + LESS)
    told.withdraw("a")
    done = told.give("a", "b", on=on, basis=basis, at=NOW + MORE)
    assert (done.withdrawn_since, "a" in told.standing()) == (int(not given), given)
    assert "b" in told.standing()


def test_the_last_withdrawal_counts_in_the_citys_day(store: Store) -> None:
    told = Told(store)
    told.give("a", on=TODAY + LESS)
    told.withdraw("a", at=NOW + LESS)
    told.give("a")
    told.withdraw("a", at=NOW.replace(hour=17))  # one in the morning of the 24th
    assert told.give("a", on=TODAY + MORE, basis=LISTED).withdrawn_since == 1
    assert told.give("a", on=TODAY + MORE + MORE, basis=LISTED).given


@pytest.mark.parametrize(
    ("basis", "on", "until", "fate"),
    [
        (LISTED, TODAY + LESS, None, "given_later"),
        (PERSON, TODAY + LESS, None, "given_later"),
        (UNDATED, TODAY + MORE, None, "given_later"),
        (UNDATED, TODAY + MORE, TODAY + MORE, "unchanged"),
        (LISTED, TODAY + LESS, TODAY + MORE, "unchanged"),
        (LISTED, TODAY, TODAY + MORE, "unchanged"),
        (LISTED, TODAY, None, "replaced"),
        (LISTED, TODAY + MORE, TODAY + MORE, "replaced"),
    ],
)
def test_what_was_given_later_is_not_replaced_by_what_was_given_earlier(
    store: Store, basis: Basis, on: date, until: date | None, fate: str
) -> None:
    told = Told(store)
    told.give("a", until=TODAY + MORE)
    done = told.give("a", until=until, on=on, basis=basis, at=NOW + MORE)
    found = {"given_later": done.given_later, "unchanged": done.unchanged}
    assert found | {"replaced": len(done.ends)} == {
        "given_later": 0, "unchanged": 0, "replaced": 0, fate: 1,
    }  # fmt: skip
    kept = store.consents.last("s", "a")
    assert kept is not None
    assert kept.until == (until if fate == "replaced" else TODAY + MORE)


def test_who_consents_again_on_a_later_day_is_safe_from_lists_of_between(store: Store) -> None:
    told = Told(store)
    told.give("a", on=TODAY + LESS + LESS, until=TODAY + MORE)
    told.give("a", until=TODAY + MORE)
    assert told.give("a", on=TODAY + LESS, basis=LISTED).given_later == 1


def test_a_gift_to_whom_it_ran_out_of_narrows_nothing(store: Store) -> None:
    told = Told(store)
    told.give("a", until=TODAY + LESS)
    before = store.consents.state("s", TODAY)
    assert before.lapsed == TODAY + LESS
    told.give("a")
    assert not store.consents.state("s", TODAY).narrowed_since(before)


def test_the_kinds_of_keys_are_known_by_scenario(store: Store) -> None:
    assert store.consents.kinds("s") == ()
    told = Told(store)
    told.give("a")
    told._make(store.consents.plan("s", [Wanted(Given("b", TODAY, None, "r.no"))], "os:li", NOW))
    Told(store, "other").give("c")
    assert store.consents.kinds("s") == ("k", "r.no")
    told.withdraw("a", "b")
    assert store.consents.kinds("s") == ("k", "r.no")


def test_the_same_again_changes_nothing(store: Store) -> None:
    told = Told(store)
    told.give("a", "b")
    again = told.give("a", "b")
    assert (again.empty, again.unchanged) == (True, 2)
    assert told.withdraw("c").empty
    assert store.consents.state("s", TODAY).changes == 1


def test_a_gift_does_not_narrow_and_so_stops_nobody(store: Store) -> None:
    told = Told(store)
    told.give("a")
    before = store.consents.state("s", TODAY)
    told.give("b")
    after = store.consents.state("s", TODAY)
    assert after != before
    assert not after.narrowed_since(before)


def test_a_consent_with_a_last_day_ends_by_itself(store: Store) -> None:
    told = Told(store)
    told.give("a", until=TODAY)
    told.give("b")
    assert told.standing(TODAY) == ["a", "b"]
    assert told.standing(TODAY + MORE) == ["b"]
    today = store.consents.state("s", TODAY)
    assert store.consents.state("s", TODAY + MORE).narrowed_since(today)
    counts = store.consents.counts("s", TODAY + MORE)
    assert (counts.standing, counts.withdrawn, counts.lapsed) == (1, 0, 1)


def test_another_last_day_replaces_the_consent(store: Store) -> None:
    told = Told(store)
    told.give("a", until=TODAY)
    before = store.consents.state("s", TODAY)
    change = told.give("a", until=TODAY + MORE)
    assert (len(change.given), change.ends) == (1, {"a": 1})
    assert told.standing(TODAY + MORE) == ["a"]
    assert not store.consents.state("s", TODAY).narrowed_since(before)
    assert told.give("a", until=TODAY - MORE).narrows
    assert told.standing() == []
    assert store.consents.state("s", TODAY).narrowed_since(before)


def test_of_two_changes_at_once_the_second_is_told(store: Store) -> None:
    one = store.consents.plan("s", [Wanted(Given("a", TODAY))], "os:li", NOW)
    other = store.consents.plan_withdrawal("s", ["a"], "os:wang", NOW)
    store.consents.make(one)
    with pytest.raises(MovedOn):
        store.consents.make(other)


def test_a_change_is_seen_by_whoever_watches_the_store(store: Store) -> None:
    before = store.version()
    Told(store).give("a")
    assert store.version() > before


def test_the_store_tells_the_digest_of_each_change(store: Store) -> None:
    told = Told(store)
    told.give("a", "b", until=TODAY + MORE)
    told.give("a")
    told.withdraw("b")
    assert store.consents.numbers("s") == {1, 2, 3}
    for change in told.made:
        assert store.consents.digest_of("s", change.number) == change.digest()
    with store.writing() as connection:
        connection.execute(update(consents).where(consents.c.subject == "b").values(ended=""))
    assert store.consents.digest_of("s", 3) != told.made[2].digest()


def test_more_than_a_page_of_subjects(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.store.consents.PAGE", 3)
    monkeypatch.setattr("workbench.store.consents._AT_ONCE", 2)
    told = Told(store)
    names = [f"{n:02}" for n in range(10)]
    told.give(*names)
    told.withdraw(*names[::2])
    assert told.standing() == names[1::2]
    assert told.give(*names).unchanged == 5


def test_consents_move_with_the_store(store_places: Places, tmp_path: Path) -> None:
    here = open_store(tmp_path / "here.sqlite", lambda: NOW)
    there = open_store(store_places.where(tmp_path / "there"), lambda: NOW)
    told = Told(here)
    told.give("a", "b", until=TODAY + MORE)
    told.withdraw("a")
    state = here.consents.state("s", TODAY)
    move(here, there, lambda: True)
    assert Told(there).standing() == ["b"]
    assert there.consents.state("s", TODAY) == state
    assert there.consents.digest_of("s", 1) == told.made[0].digest()
    here.close()
    there.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["give", "withdraw"]),
        st.sets(st.sampled_from("abcd"), min_size=1),
        st.sampled_from([None, TODAY - MORE, TODAY, TODAY + MORE]),
    ),
    max_size=12,
)


@pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_the_last_word_of_each_subject_counts(
    store: Store, steps: list[tuple[str, set[str], date | None]]
) -> None:
    told = Told(store, scenario=f"s{store.version()}")
    expected: dict[str, date | None] = {}
    for how, subjects, until in steps:
        before = store.consents.state(told.scenario, TODAY)
        standing = set(told.standing())
        if how == "give":
            told.give(*sorted(subjects), until=until)
            expected |= dict.fromkeys(subjects, until)
        else:
            told.withdraw(*sorted(subjects))
            expected = {s: u for s, u in expected.items() if s not in subjects}
        now = [s for s, u in sorted(expected.items()) if u is None or u >= TODAY]
        assert told.standing() == now
        state = store.consents.state(told.scenario, TODAY)
        if standing - set(now):
            assert state.narrowed_since(before)
        if standing != set(now):
            assert state != before
    for change in told.made:
        assert store.consents.digest_of(told.scenario, change.number) == change.digest()
