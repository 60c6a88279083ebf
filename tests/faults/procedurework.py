"""A program that opens and steps procedures and reminds of them until it is killed:
``procedurework.py CITY SEED``."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.gateway.sources import CitySource, GrantSource
from workbench.gateway.state import open_state
from workbench.model.actor import Actor, Role
from workbench.model.procedure import Need
from workbench.sharing.opening import open_desk
from workbench.sharing.procedures.definition import rows_from
from workbench.sharing.procedures.desk import ProcedureDesk
from workbench.sharing.procedures.guards import Command, may
from workbench.sharing.procedures.opening import open_procedures
from workbench.sharing.procedures.watch import ProcedureWatch
from workbench.store.procedures import ProcedureFilter
from workbench.store.session import Store

PEOPLE = (
    Actor("ma", "user", frozenset({Role.officer})),
    Actor("wang", "provider", frozenset({Role.provider})),
    Actor("zhou", "provider", frozenset({Role.provider})),
    Actor("chen", "bureau", frozenset({Role.authority})),
    Actor("deng", "bureau", frozenset({Role.authority})),
)
START = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
PROOF = "ab" * 32
OPENED = (
    ("correction", PEOPLE[0], {"resource": "firms0", "key": "A", "wrong": "x"}),
    ("correction", PEOPLE[0], {"resource": "firms1", "column": "code", "wrong": "y"}),
    ("demand", PEOPLE[0], {"from": "provider", "items": "x", "scenario": "y"}),
    ("reclassification_law", PEOPLE[1],
     {"resource": "firms2", "to": "unconditional", "since": "2026-03-01"}),
    ("data_subject", PEOPLE[0],
     {"resource": "firms3", "person": "P", "identity": PROOF, "wish": "z"}),
    ("conflict", PEOPLE[0], {"resource": "firms0", "other": "firms1", "item": "code"}),
)  # fmt: skip


def command(event: str, seen: int, needs: frozenset[Need]) -> Command:
    return Command(
        event, seen, reason="why", basis="art. 1", evidence=PROOF,
        days=3 if Need.days in needs else 0,
        until=date(2027, 6, 1) if Need.until in needs else None,
    )  # fmt: skip


def main() -> None:
    choose = random.Random(int(sys.argv[2]))
    now, root = [START + timedelta(days=choose.randint(0, 40))], Path(sys.argv[1])
    state, city = open_state(root, lambda: now[0]), CitySource(root)
    store, ledger = state.store, state.ledger
    grants = GrantSource(city, store.revocations.all, store.version, store.cases.granted_since)
    cases = open_desk(store, ledger, city, grants, lambda: now[0])
    key = state.keyring.audit_key
    desk = open_procedures(store, ledger, city, grants, cases, key, lambda: now[0])
    watch = ProcedureWatch(store, ledger, desk, lambda: now[0])
    opening(desk, choose)  # however early it dies, and however busy the machine is
    print("working", flush=True)
    while True:
        now[0] += timedelta(hours=choose.randint(1, 12))
        what = choose.random()
        if what < 0.3:
            opening(desk, choose)
        elif what < 0.85:
            step(desk, store, choose)
        else:
            watch.look()


def opening(desk: ProcedureDesk, choose: random.Random) -> None:
    kind, actor, fields = choose.choice(OPENED)
    said = Command("", reason="why", basis="art. 1", evidence=PROOF)
    desk.open(kind, fields, said, actor, f"k{choose.random()}")


def step(desk: ProcedureDesk, store: Store, choose: random.Random) -> None:
    lines = store.procedures.find(ProcedureFilter(running=True, limit=20))
    found = store.procedures.get(choose.choice(lines).id) if lines else None
    if found is None:
        return
    definition, profile = desk.definition(found), desk.rules(found).profile
    can = [
        (row, who)
        for row in rows_from(definition, found.regulation, found.state)
        for who in PEOPLE
        if may(found, definition, row, who, profile)
    ]
    row, who = choose.choice(can)
    try:
        wanted = command(row.event, found.version, row.needs)
        desk.act(found.id, wanted, who, f"k{choose.random()}")
    except WorkbenchError as error:
        # A deadline that has passed is not extended, and a ladder has an end: that is no fault.
        print(error.code, file=sys.stderr)


if __name__ == "__main__":
    main()
