"""A program that applies, decides and reminds until it is killed: ``casework.py CITY SEED``."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.gateway.assemble import open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.case import Application, AskedColumn, Case, State, Terms
from workbench.model.contract import SharingMode
from workbench.model.grant import ColumnGrant
from workbench.sharing.lifecycle import Command
from workbench.sharing.transitions import Event
from workbench.sharing.watch import Watch
from workbench.store.cases import CaseFilter

OFFICER = Actor("ma", "user", frozenset({Role.officer}))
REVIEWER = Actor("wang", "provider", frozenset({Role.provider}))
AUTHORITY = Actor("chen", "bureau", frozenset({Role.authority}))
START = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
RESOURCES = 8
STEPS: dict[State, tuple[tuple[Event, Actor], ...]] = {
    State.under_review: (
        (Event.approve, REVIEWER),
        (Event.approve, REVIEWER),
        (Event.refuse, REVIEWER),
        (Event.return_, REVIEWER),
    ),
    State.returned: ((Event.resubmit, OFFICER),),
    State.approved: ((Event.supply, REVIEWER),),
    State.active: ((Event.notify, AUTHORITY), (Event.suspend, REVIEWER)),
    State.rectifying: ((Event.rectified, AUTHORITY),),
    State.suspended: ((Event.resume, AUTHORITY), (Event.revoke, REVIEWER)),
}


def application(choose: random.Random) -> Application:
    return Application(
        department="user",
        scenario="trial",
        resource=f"firms{choose.randrange(RESOURCES)}",
        mode=SharingMode.obtain,
        columns=(AskedColumn(ColumnGrant("code")),),
        duty="duty",
        reason=f"reason {choose.random()}",
        until=date(2027, 3, 1),
    )


def terms(case: Case) -> Terms:
    asked = case.application
    return Terms(tuple(c.grant for c in asked.columns), asked.mode, asked.until, asked.rows)


def main() -> None:
    choose = random.Random(int(sys.argv[2]))
    now = [START + timedelta(days=choose.randint(0, 40))]
    with open_workbench(Path(sys.argv[1]), clock=lambda: now[0]) as bench:
        watch = Watch(bench.store, bench.ledger, bench.cases, lambda: now[0])
        apply(bench, choose)  # however early it dies, and however busy the machine is
        print("working", flush=True)
        while True:
            now[0] += timedelta(hours=choose.randint(1, 12))
            what = choose.random()
            if what < 0.3:
                apply(bench, choose)
            elif what < 0.8:
                step(bench, choose)
            else:
                watch.look()


def apply(bench, choose: random.Random) -> None:  # type: ignore[no-untyped-def]
    try:
        bench.cases.apply(application(choose), OFFICER, f"k{choose.random()}")
    except WorkbenchError as error:
        # Where a grant is suspended or to be rectified, that comes first: no fault.
        print(error.code, file=sys.stderr)


def step(bench, choose: random.Random) -> None:  # type: ignore[no-untyped-def]
    lines = bench.store.cases.find(CaseFilter(states=frozenset(STEPS), limit=20))
    if not lines:
        return
    case = bench.store.cases.get(choose.choice(lines).id)
    event, actor = choose.choice(STEPS[case.state])
    command = Command(
        event,
        case.version,
        reason="reason",
        basis="art. 1",
        terms=terms(case) if event is Event.approve else None,
        days=5,
    )
    try:
        bench.cases.act(case.id, command, actor, f"k{choose.random()}")
    except WorkbenchError as error:
        # A grant that has run out cannot be given back: that is no fault.
        print(error.code, file=sys.stderr)


if __name__ == "__main__":
    main()
