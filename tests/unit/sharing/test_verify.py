"""The verification of cases beside people who go on working: what they do is no finding, and what
somebody changed behind the ledger's back stays one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from desk_house import House
from matters import CHEN, WANG, terms
from sqlalchemy import update

from workbench.model.case import Case
from workbench.sharing.transitions import Event
from workbench.sharing.verification import steps, verify_all
from workbench.sharing.verify import Mismatch, mismatches
from workbench.store import tables
from workbench.store.case_text import to_text
from workbench.store.cases import Cases
from workbench.store.keyring import Keyring


class Between:
    """The cases of a store; the first time that all of them are read, something happens first."""

    def __init__(self, cases: Cases, happens: Callable[[], object]) -> None:
        self._cases, self._happens = cases, happens

    def all(self) -> Iterator[Case]:
        self._happens()
        yield from self._cases.all()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cases, name)


def found(house: House, cases: Any = None) -> tuple[int, tuple[Mismatch, ...]]:
    store = house.store
    return mismatches(store.journal, cases or store.cases, store.messages)


def test_what_is_done_between_the_ledger_and_the_cases_is_no_finding(house: House) -> None:
    case, other = house.approved(), house.applied()

    def happens() -> None:
        house.applied()
        noticed = house.act(case, Event.notify, CHEN, reason="unused", days=3)
        house.act(noticed, Event.suspend, CHEN, reason="not done")
        house.act(other, Event.refuse, WANG, reason="no", basis="art. 1")

    assert found(house, Between(house.store.cases, happens)) == (3, ())


def test_what_was_changed_stays_a_finding_while_others_work(house: House) -> None:
    changed, lost, behind = house.approved(), house.applied(), house.applied()
    case = house.act(behind, Event.return_, WANG, reason="say more")

    def happens() -> None:
        with house.store.writing() as connection:
            for one in (replace(changed, provider="other"), behind):
                here = update(tables.cases).where(tables.cases.c.id == one.id)
                connection.execute(here.values(body=to_text(one)))
            connection.execute(tables.cases.delete().where(tables.cases.c.id == lost.id))

    _, apart = found(house, Between(house.store.cases, happens))
    told = {(one.case_id, one.how.en) for one in apart}
    assert (changed.id, "it is not what the ledger has the digest of") in told
    assert (lost.id, "the ledger knows it; the store does not, or cannot read it") in told
    assert (case.id, f"the store has step {behind.version}, the ledger step {case.version}") in told


@pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)
def test_verified_again_and_again_beside_somebody_who_decides(house: House) -> None:
    done = threading.Event()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while not done.is_set():
                case = house.applied()
                house.act(case, Event.approve, WANG, terms=terms(case))
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        seen = [found(house)]
        while worker.is_alive() and (len(seen) < 25 or seen[-1][0] <= seen[0][0]):
            seen.append(found(house))
    finally:
        done.set()
        worker.join()
    assert errors == []
    assert [apart for _, apart in seen if apart] == []
    assert seen[-1][0] > seen[0][0], "somebody worked meanwhile"


def test_the_whole_of_it_and_how_far_it_is(house: House) -> None:
    house.approved()
    told: list[int] = []
    keyring = Keyring.open(house.folder / "keys")
    total = steps(house.store)
    clean = verify_all(house.store, house.folder / "checkpoints", keyring, told.append)
    assert (clean.sound, clean.cases, sum(told)) == (True, 1, total)
    assert clean.to_dict()["entries"] == clean.ledger.entries == total // 3
    with house.store.writing() as connection:
        connection.execute(update(tables.cases).values(provider="other"))
    apart = verify_all(house.store, house.folder / "checkpoints", keyring)
    assert (apart.ledger.clean, apart.sound) == (True, False)
    assert [one["en"] for one in apart.to_dict()["case_findings"]] == [
        "what it is listed by is not what it says"
    ]
