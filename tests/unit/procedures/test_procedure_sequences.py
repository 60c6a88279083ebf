"""Whatever people do, in whatever order, at a real desk over a real store, while files change under
them: nothing is lost, an old procedure keeps its days and its steps, and the ledger agrees."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from examples import examples
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st
from procedure_house import KINDS, PEOPLE, UNTIL, House, definition, given, made

from workbench.catalogue.procedures import version_of
from workbench.errors import WorkbenchError
from workbench.model.actor import Actor
from workbench.model.days import day_of
from workbench.model.procedure import Procedure, Running
from workbench.sharing.procedures.definition import rows_from
from workbench.sharing.procedures.effects import is_marked
from workbench.sharing.procedures.guards import Command, may
from workbench.sharing.procedures.verify import procedure_mismatches

REGULATIONS = ("aba-2024", "heilongjiang-2025", "foshan-2019", "binzhou-2023")
PROOF = "cd" * 32
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from(KINDS), st.sampled_from(PEOPLE)),
        st.tuples(st.just("act"), st.integers(0, 30), st.sampled_from(PEOPLE), st.integers(0, 3)),
        st.tuples(st.just("go_on"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("go_on"), st.integers(0, 9), st.integers(0, 3)),
        st.tuples(st.just("rules"), st.sampled_from(REGULATIONS), st.sampled_from([3, 8])),
        st.tuples(st.just("files"), st.integers(0, 1)),
        st.tuples(st.just("days"), st.integers(1, 60)),
    ),
    min_size=12,
    max_size=22,
)
Clocks = dict[str, tuple[int, Running | None]]
"""By procedure: its version, and the deadline that runs."""


@dataclass
class Model:
    """What has to hold. ``versions``: the definition and the profile that each began under."""

    house: House
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)

    def open(self, kind: str, actor: Actor) -> None:
        of = definition(kind)
        first = next(row for row in of.steps if not row.before)
        command = self.command(first.event, 0)
        found = self.house.desk.open(kind, given(of), command, actor).procedure
        self.versions[found.id] = found.definition, found.profile

    def command(self, event: str, seen: int) -> Command:
        return Command(event, seen, reason="why", basis="art. 1", evidence=PROOF)

    def which(self, which: int) -> Procedure:
        found = self.house.store.procedures.get(list(self.versions)[which % len(self.versions)])
        assert found is not None
        return found

    def act(self, choice: int, actor: Actor, which: int) -> None:
        found = self.which(which)
        events = sorted({row.event for row in self.house.desk.definition(found).steps})
        command = self.command(events[choice % len(events)], found.version)
        self.house.desk.act(found.id, command, actor)

    def go_on(self, choice: int, which: int) -> None:
        """One of the steps that somebody may do."""
        found, desk = self.which(which), self.house.desk
        of, profile = desk.definition(found), desk.rules(found).profile
        can = [
            (row, person)
            for row in rows_from(of, found.regulation, found.state)
            for person in PEOPLE
            if may(found, of, row, person, profile)
        ]
        if not can:
            return
        row, person = can[(choice * 7) % len(can)]
        for days, until in ((0, None), (4, None), (0, UNTIL + timedelta(days=400))):
            made = self.command(row.event, found.version)
            made = Command(**{**made.__dict__, "days": days, "until": until})
            with suppress(WorkbenchError):
                desk.act(found.id, made, person)
                return

    def rules(self, regulation: str, count: int) -> None:
        """Another regulation, and another file of it, from now on."""
        self.house.under(regulation)
        self.house.text = re.sub(r"(answer:\s+count: )\d+", rf"\g<1>{count}", self.house.text)

    def files(self, number: int) -> None:
        """Other files of all definitions, from now on: another title, and no second person."""
        for file in (self.house.root / "data_contracts" / "procedures").iterdir():
            text = file.read_text(encoding="utf-8")
            text = re.sub(r"^title: \{zh: \S+?,", f"title: {{zh: 改{number},", text, flags=re.M)
            file.write_text(text, encoding="utf-8")

    def days(self, count: int) -> None:
        self.house.now += timedelta(days=count)

    def holds(self, clocks: Clocks) -> Clocks:
        """After every step; ``clocks`` as they were before it."""
        store = self.house.store
        found = {one.id: one for one in store.procedures.all()}
        assert set(found) == set(self.versions), "none is lost, none comes from nowhere"
        for one in found.values():
            assert (one.definition, one.profile) == self.versions[one.id], "frozen"
            text = store.procedures.definition(one.definition)
            assert text is not None
            assert version_of(text.encode()) == one.definition
            assert one.over == self.house.desk.definition(one).state(one.state).over
        now = {one.id: (one.version, one.clock) for one in found.values()}
        for name, (version, clock) in clocks.items():
            assert now[name][0] >= version
            if now[name][0] == version:
                assert now[name][1] == clock, "no deadline moves by itself, or by a changed file"
        marked = {one.id for one in found.values() if is_marked(one)}
        assert marked == store.effects.marked()
        return now


@settings(max_examples=examples(3), deadline=None)
@given_(MOVES)
def test_whatever_people_do(moves: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        house = made(str(Path(name) / "store.sqlite"), Path(name))
        house.own_definitions()
        model, clocks = Model(house), Clocks()
        does = {
            "open": model.open,
            "act": model.act,
            "go_on": model.go_on,
            "rules": model.rules,
            "files": model.files,
            "days": model.days,
        }
        try:
            while not model.versions:
                model.open("correction", PEOPLE[0])
            for move, *words in moves:
                with suppress(WorkbenchError):  # refused: nothing has changed, as is looked at next
                    does[str(move)](*words)  # type: ignore[operator]
                clocks = model.holds(clocks)
            looked = house.watch().look()
            running = sum(not one.over for one in house.store.procedures.all())
            assert (looked.looked, looked.troubled) == (running, 0)
            assert house.watch().look().reminded == 0, "each thing is said once"
            kept, apart = procedure_mismatches(house.store.journal, house.store)
            assert (kept, apart) == (len(model.versions), ())
            assert day_of(house.now) >= day_of(next(house.store.procedures.all()).opened)
        finally:
            house.store.close()
