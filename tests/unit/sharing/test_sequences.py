"""Whatever people do, in whatever order, at a real desk over a real store: no case is lost, an old
case keeps its days when the rules change, and nothing that has ended answers a query."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from desk_house import House
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from matters import CALENDAR, LI, NOON, PEOPLE, SUN, application, terms

from workbench.errors import WorkbenchError
from workbench.ledger.checkpoints import Checkpoints
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor
from workbench.model.case import Case, Clock, State
from workbench.model.days import day_of
from workbench.policy.holding import active_grants
from workbench.sharing.guards import may
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event, possible
from workbench.sharing.verify import mismatches
from workbench.store.keyring import Keyring
from workbench.store.session import open_store

STOPPED = {State.suspended, State.ended, State.revoked, State.refused, State.withdrawn}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("apply"), st.sampled_from([LI, SUN])),
        st.tuples(
            st.just("act"),
            st.sampled_from([event for event in Event if event is not Event.apply]),
            st.sampled_from(PEOPLE),
            st.integers(0, 2),
        ),
        st.tuples(st.just("go_on"), st.integers(0, 6), st.integers(0, 1)),
        st.tuples(st.just("go_on"), st.integers(0, 6), st.integers(0, 1)),
        st.tuples(st.just("rules"), st.integers(1, 30)),
        st.tuples(st.just("days"), st.integers(1, 200)),
    ),
    min_size=15,
    max_size=25,
)


Clocks = dict[str, tuple[int, Clock | None]]
"""By case: its version, and the deadline that runs."""


@dataclass
class Model:
    """What has to hold. ``days`` are the days of a review that each case began under."""

    house: House
    review: int = 7
    days: dict[str, int] = field(default_factory=dict)

    def apply(self, officer: Actor) -> None:
        case = self.house.desk.apply(application(), officer).case
        self.days[case.id] = self.review
        self.has_its_days(case)

    def act(self, event: Event, actor: Actor, which: int) -> None:
        if which >= len(self.days):
            return
        case = self.house.store.cases.get(list(self.days)[which])
        assert case is not None
        given_ = terms(case) if event in (Event.approve, Event.narrow) else None
        command = Command(
            event, case.version, reason="why", basis="art. 1", terms=given_,
            days=5 if event is Event.notify else 0,
        )  # fmt: skip
        after = self.house.desk.act(case.id, command, actor).case
        if after.state is State.under_review:
            self.has_its_days(after)

    def go_on(self, choice: int, which: int) -> None:
        """One of the steps that somebody may do."""
        if which >= len(self.days):
            return
        case = self.house.store.cases.get(list(self.days)[which])
        assert case is not None
        can = [
            (event, next(person for person in PEOPLE if may(case, event, person)))
            for event in possible(case.state)
            if any(may(case, event, person) for person in PEOPLE)
        ]
        if can:
            self.act(*can[choice % len(can)], which)

    def rules(self, count: int) -> None:
        """Another file of the regulation, from now on."""
        self.review = count
        written = rf"\g<1>{count}"
        pattern = r"(application\.review:\s+count: )\d+"
        self.house.under("aba-2024", lambda text: re.sub(pattern, written, text, count=1))

    def pass_days(self, count: int) -> None:
        self.house.now += timedelta(days=count)

    def has_its_days(self, case: Case) -> None:
        clock = case.clock
        assert clock is not None
        last = CALENDAR.working_day_after(day_of(self.house.now), self.days[case.id])
        assert clock.due == last, "an old case counts by its own rules"

    def holds(self, clocks: Clocks) -> Clocks:
        """After every step; ``clocks`` as they were before it."""
        cases = {case.id: case for case in self.house.store.cases.all()}
        assert set(cases) == set(self.days), "no case is lost, none comes from nowhere"
        today = day_of(self.house.now)
        live = {
            grant.id
            for person in (LI, SUN)
            for grant in active_grants(person, "watch", self.house.grants(), today)
        }
        assert len(live) <= 1, "a department holds one grant of a resource in a scenario"
        for case in cases.values():
            if case.state in STOPPED or case.application.until < today:
                assert case.grant_id not in live
            if case.grant_id in live:
                assert any(step.event == "approve" for step in case.steps)
        now = {case.id: (case.version, case.clock) for case in cases.values()}
        for name, (version, clock) in clocks.items():
            if now[name][0] == version:
                assert now[name][1] == clock, "no deadline moves by itself"
        return now


@contextmanager
def living() -> Iterator[Model]:
    with tempfile.TemporaryDirectory() as folder:
        place, made = Path(folder), list[House]()
        keyring = Keyring.open(place / "keys")
        store = open_store(place / "store.sqlite", lambda: made[0].now if made else NOON)
        checkpoints = Checkpoints(place / "checkpoints", keyring.checkpoint_key)
        ledger = Ledger(store.journal, checkpoints, keyring.audit_key, lambda: made[0].now)
        made.append(House(store, ledger, place))
        try:
            yield Model(made[0])
        finally:
            store.close()


@settings(max_examples=examples(15), deadline=None)
@given(STEPS)
def test_whatever_people_do(steps: list[tuple[object, ...]]) -> None:
    with living() as model:
        does = {
            "apply": model.apply,
            "act": model.act,
            "go_on": model.go_on,
            "rules": model.rules,
            "days": model.pass_days,
        }
        model.apply(LI)
        clocks: Clocks = {}
        for name, *words in steps:
            with suppress(WorkbenchError):  # refused: nothing has changed, as is looked at next
                does[str(name)](*words)  # type: ignore[operator]
            clocks = model.holds(clocks)
        house = model.house
        kept, apart = mismatches(house.store.journal, house.store.cases, house.store.messages)
        assert (kept, apart) == (len(model.days), ())
