"""Registers with numbers of their own; and what was released before a withdrawal is not kept after
it: by a person, as a picture, and by who was shown a page's kept result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import page_city as pc
import polars as pl
import pytest
from consent_city import ask_for

from workbench.client.connection import Connection, connect
from workbench.errors import Code, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.gateway.exports import Order
from workbench.model.consent import Basis
from workbench.model.entry import Event
from workbench.model.grant import ColumnGrant, Use
from workbench.sharing.consent_asked import asked_in, on_record
from workbench.sharing.consent_verify import consent_mismatches
from workbench.sharing.consents import Consent, ConsentBook
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import DEPARTMENT, PolicyTest

pytestmark = pytest.mark.slow  # each starts gateways of its own

COUNT = 12
PLAIN: dict[str, Any] = {"class": "general"}
PEOPLE, ACCOUNTS = "people.no", "accounts.acct"
ROWS = "select no from people order by no"
LI = pc.page("li")


def register(key: str) -> dict[str, Any]:
    columns = {key: {"type": "BIGINT", **PLAIN}, "town": {"type": "VARCHAR", **PLAIN}}
    return {"data": f"{key}.csv", "entity": key, "columns": columns}


def grant(key: str) -> dict[str, Any]:
    return {"mode": "obtain", "columns": {key: "value", "town": "value"}}


TEST = PolicyTest.model_validate(
    {
        "resources": {"people": register("no"), "accounts": register("acct")},
        "grants": {"people": grant("no"), "accounts": grant("acct")},
        "settings": {"threads": 1, "warm_workers": 0},
    }
)


@dataclass
class Place:
    bench: Workbench
    client: Connection
    clock: pc.Clock

    @property
    def book(self) -> ConsentBook:
        bench = self.bench
        return ConsentBook(bench.store.consents, bench.ledger, bench.keyring.mask_key, self.clock)

    def give(self, kind: str, *numbers: int, until: date | None = None) -> None:
        asked = asked_in(self.bench.city(), SCENARIO, kind)
        day, basis = self.book.today(), Basis.person
        given = [Consent(str(number), day, until, basis) for number in numbers]
        self.book.give(asked, given, "os:test")

    def withdraw(self, kind: str, *numbers: int) -> None:
        record = on_record(self.bench.city(), self.bench.store.consents, SCENARIO, kind)
        self.book.withdraw(record, [str(number) for number in numbers], "os:test")

    def opened(self, release: str) -> dict[str, Any]:
        found = pc.entries(self.bench, Event.release_opened)
        (detail,) = [entry["detail"] for entry in found if entry["release"] == release]
        return dict(detail)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, clock = tmp_path_factory.mktemp("registers"), pc.Clock()
    for key in ("no", "acct"):
        towns = [f"{key}{number % 2}" for number in range(COUNT)]
        pl.DataFrame({key: range(COUNT), "town": towns}).write_csv(folder / f"{key}.csv")
    root = folder / "city"
    write_city(TEST, root)
    ask_for(root, {"people": "no", "accounts": "acct"})
    pc.edit_scenario(root, pc.add_pages)
    ingest_all(TEST, folder, root, clock)
    with open_workbench(pc.aged(root), clock) as bench:
        for name in pc.VIEWERS:
            bench.store.users.add(name, pc.PASSWORD, DEPARTMENT, {pc.Role.analyst})
        gateway = Gateway(bench, "test")
        how: dict[str, Any] = {"language": "en", "scenario": SCENARIO, "progress": False}
        with closing(connect(gateway.http, "li", pc.PASSWORD, **how)) as client:
            yield Place(bench, client, clock)
        gateway.stop()


@pytest.fixture(autouse=True)
def everybody(place: Place) -> None:
    place.give(PEOPLE, *range(COUNT))
    place.give(ACCOUNTS, *range(COUNT))


def numbers(place: Place, sql: str = ROWS) -> Sequence[int]:
    return [number for (number,) in place.client.sql(sql).pl().rows()]


def test_a_number_of_one_register_is_nobody_in_the_next(place: Place) -> None:
    place.withdraw(PEOPLE, *range(COUNT))
    assert numbers(place) == []
    place.give(PEOPLE, 7)
    assert numbers(place) == [7]
    place.withdraw(ACCOUNTS, 7)
    assert numbers(place) == [7]
    assert numbers(place, "select acct from accounts where acct > 5 order by acct") == [
        6, 8, 9, 10, 11,
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "png"])
def test_what_was_released_before_a_withdrawal_is_not_kept_after_it(
    place: Place, tmp_path: Path, form: str
) -> None:
    released = place.client.sql(ROWS)
    assert place.opened(released.info.id)["consent"].keys() == {"changes", "withdrawals", "lapsed"}
    place.give(PEOPLE, 3, until=date(2099, 12, 31))
    released.save(tmp_path / "before.csv")
    place.withdraw(PEOPLE, 3)
    order = Order(released.info.id, "ab" * 32, form, "a.png", COUNT, 1)
    with pytest.raises(WorkbenchError) as refused:
        place.bench.exports.export(pc.person("li"), order)
    with pytest.raises(WorkbenchError, match="consent_withdrawn"):
        released.save(tmp_path / "after.csv")
    assert refused.value.code is Code.consent_withdrawn
    said = refused.value.said("en")
    assert "Since this release somebody whom people is about withdrew" in said
    assert "Ask again, then save" in said
    assert not (tmp_path / "after.csv").exists()
    place.client.sql(ROWS).save(tmp_path / "again.csv")
    assert "\n3\n" not in (tmp_path / "again.csv").read_text(encoding="utf-8-sig")


def test_nor_after_a_consent_ran_out(place: Place) -> None:
    place.give(PEOPLE, 5, until=place.book.today())
    released = place.client.sql(ROWS)
    order = Order(released.info.id, "ab" * 32, "csv", "a.csv", COUNT, 1)
    assert place.bench.exports.export(pc.person("li"), order)
    place.clock.ahead = timedelta(days=1)
    try:
        with pytest.raises(WorkbenchError) as refused:
            place.bench.exports.export(pc.person("li"), order)
    finally:
        place.clock.ahead = timedelta()
    assert refused.value.code is Code.consent_withdrawn


def test_a_result_that_a_page_kept_is_of_the_consents_that_it_was_read_by(place: Place) -> None:
    sql = "select town, count(*) as n from people group by town order by town"
    pc.ask(place.bench, sql, LI)
    rows, info = pc.ask(place.bench, sql, pc.page("wang"))
    assert rows == [("no0", 6), ("no1", 6)]
    assert pc.given_again(place.bench, info) is not None
    order = Order(info.id, "ab" * 32, "png", "图.png", 2, 2)
    assert place.bench.exports.export(pc.page("wang"), order)
    place.withdraw(PEOPLE, 2)
    with pytest.raises(WorkbenchError) as refused:
        place.bench.exports.export(pc.page("wang"), order)
    assert refused.value.code is Code.consent_withdrawn
    rows, info = pc.ask(place.bench, sql, pc.page("wang"))
    assert (rows, pc.given_again(place.bench, info)) == ([("no0", 5), ("no1", 6)], None)


def test_the_reviewers_count_is_of_those_who_consent(place: Place) -> None:
    """Six and six of all rows; of those who consent six and one."""
    place.withdraw(PEOPLE, 3, 5, 7, 9, 11)
    case: Any = SimpleNamespace(application=SimpleNamespace(scenario=SCENARIO, resource="people"))
    review: Any = SimpleNamespace(union=[ColumnGrant("town", Use.value)], rows=())
    found = place.bench.measure(case, review)
    assert found is not None
    assert (found.consenting, found.entities, found.alone, found.small) == (True, 7, 1, 1)
    case.application.scenario = "another"
    found = place.bench.measure(case, review)
    assert found is not None
    assert (found.consenting, found.entities, found.alone, found.small) == (False, COUNT, 0, 0)


def test_the_ledger_is_sound_after_all_of_it(place: Place) -> None:
    changes, found = consent_mismatches(place.bench.ledger.journal, place.bench.store.consents)
    assert changes > 5
    assert found == ()
