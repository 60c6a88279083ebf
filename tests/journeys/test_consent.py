"""With consent, withdrawn, never: through a real gateway, in every mode, and in the ledger."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attached_city as at
import pytest
from commands import Said, here
from compare_city import resident
from consent_city import COUNT, ask_for, file_of, ids, write_consent_city

from workbench.catalogue.city import check_city
from workbench.client.connection import Connection, connect
from workbench.declared.findings import errors
from workbench.errors import Code, Refused, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.gateway.doors import Gateway
from workbench.model.actor import Actor, Role
from workbench.model.consent import Basis, consent_key, subject_of
from workbench.model.entry import EntryFilter, Event
from workbench.sharing.consent_asked import asked_in, on_record
from workbench.sharing.consents import Consent, ConsentBook
from workbench.trial.city import SCENARIO
from workbench.trial.schema import DEPARTMENT

PASSWORD = "一个足够长的密码-2026"
PEOPLE = ids(COUNT)
LI = Actor("li", DEPARTMENT, frozenset({Role.analyst}))
ROWS = "select number from person order by number"
COUNTED = "select count(*) as n, sum(income) as total from counted"


@dataclass
class Place:
    root: Path
    bench: Workbench
    client: Connection
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def run(self, *words: str, given: str = "") -> Said:
        return here(*words, "--city", str(self.root), given=given)

    @property
    def book(self) -> ConsentBook:
        bench = self.bench
        return ConsentBook(bench.store.consents, bench.ledger, bench.keyring.mask_key, self.now)

    def only(self, *people: str) -> None:
        """These consent, and nobody else."""
        asked, book = asked_in(self.bench.city(), SCENARIO), self.book
        store, key = self.bench.store, consent_key(self.bench.keyring.mask_key, SCENARIO)
        standing = {s for page in store.consents.subjects(SCENARIO, book.today()) for s in page}
        for one in set(PEOPLE) - set(people):
            if subject_of(key, "resident_id", one) in standing:
                record = on_record(self.bench.city(), store.consents, SCENARIO)
                book.withdraw(record, [one], "os:test")
        given = [Consent(one, book.today(), basis=Basis.person) for one in people]
        book.give(asked, given, "os:test")

    def numbers(self) -> list[int]:
        return [row for (row,) in self.client.sql(ROWS).pl().rows()]

    def entries(self, event: Event) -> list[dict[str, Any]]:
        found = self.bench.ledger.journal.find(EntryFilter(event=event.value, limit=1000))
        return [json.loads(filed.entry.body) for filed in found]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = write_consent_city(tmp_path_factory.mktemp("consent"), regulation="foshan-2019")
    found: list[Place] = []

    def clock() -> datetime:
        return datetime.now(UTC) + (found[0].ahead if found else timedelta())

    with open_workbench(root, clock) as bench:
        bench.store.users.add("li", PASSWORD, DEPARTMENT, [Role.analyst])
        gateway = Gateway(bench, "test")
        with closing(
            connect(gateway.http, "li", PASSWORD, language="en", scenario=SCENARIO)
        ) as client:
            found.append(Place(root, bench, client))
            yield found[0]
        gateway.stop()


def told(notes: Sequence[str]) -> str:
    (note,) = [note for note in notes if "consent" in note]
    return note


# Never, given, withdrawn ------------------------------------------------------------------------


def test_where_nobody_consents_there_is_no_row(place: Place) -> None:
    place.only()
    client = place.client
    assert place.numbers() == []
    counted = client.sql(COUNTED)
    assert counted.pl(reasons=False).rows() in ([(0, None)], [(None, None)], [])
    assert client.sql("select count(*) as n from free").pl().rows() == [(COUNT,)]


def test_a_list_that_is_imported_is_there_at_the_next_query(place: Place, tmp_path: Path) -> None:
    place.only()
    assert place.numbers() == []
    file = file_of(tmp_path, PEOPLE[:30])
    done = place.run("consent", "import", str(file), "--scenario", SCENARIO)
    assert done.returncode == 0, done.stderr
    client = place.client
    assert place.numbers() == list(range(30))
    total = sum(1000 + number for number in range(30))
    assert client.sql(COUNTED).pl().rows()[0][:2] == (30, total)
    found = client.view("looked", ["number"], rows=40)
    assert found.rows == 30
    matched = client.compare(
        "matched", {"id": "income"}, [PEOPLE[1], PEOPLE[35]], ["1001.00", "1035.00"]
    )
    assert matched.table.column("income").to_pylist() == ["match", "no_match"]


def test_what_was_released_says_that_rows_are_left_out_and_not_how_many(place: Place) -> None:
    place.only(*PEOPLE[:30])
    client = place.client
    said = [
        client.sql(ROWS).info.notes,
        client.sql(COUNTED).info.notes,
        client.view("looked", ["number"]).info.notes,
        client.compare("matched", {"id": "income"}, [PEOPLE[1]], ["1001.00"]).info.notes,
        client.explain(COUNTED).notes,
        client.explain(ROWS).notes,
    ]
    for notes in said:
        note = told(notes)
        assert "the rows of others are left out" in note
        assert "Foshan 2019 (consultation draft) art. 31" in note
        numbers = set(re.findall(r"\d+", note))
        assert numbers == {"2019", "31"}, "another would tell how many did not consent"
    assert "the rows of others are left out" in repr(client.explain(ROWS))
    free = client.sql("select number from free")
    assert not [note for note in free.info.notes if "consent" in note]


def test_a_withdrawal_takes_effect_at_the_next_query(place: Place) -> None:
    place.only(*PEOPLE[:30])
    assert place.numbers() == list(range(30))
    assert place.client.sql(COUNTED).pl()["n"].to_list() == [30]
    words = ("consent", "withdraw", "--scenario", SCENARIO)
    assert place.run(*words, given=PEOPLE[7]).returncode == 0
    assert place.numbers() == [n for n in range(30) if n != 7]
    assert place.client.sql(COUNTED).pl()["n"].to_list() == [None], "29 beside 30 tells of one"


def test_a_temporary_table_does_not_outlive_a_withdrawal(place: Place) -> None:
    place.only(*PEOPLE[:29])
    place.client.sql("create temp table kept as select number from person")
    assert place.client.sql("select count(*) as n from kept").pl().rows() == [(29,)]
    place.only(*PEOPLE[:28])
    with pytest.raises(WorkbenchError) as gone:
        place.client.sql("select count(*) as n from kept")
    assert gone.value.code in (Code.not_found, Code.statement_wrong)


def test_a_consent_that_runs_out_is_none_the_day_after(place: Place) -> None:
    place.only(*PEOPLE[:3])
    words = ("consent", "give", "--scenario", SCENARIO)
    last = place.book.today().isoformat()
    assert place.run(*words, "--until", last, given=PEOPLE[0]).returncode == 0
    assert place.numbers() == [0, 1, 2]
    place.ahead = timedelta(days=1)
    try:
        other = connect(place.client.url, "li", PASSWORD, language="en", scenario=SCENARIO)
        with closing(other) as tomorrow:
            assert [n for (n,) in tomorrow.sql(ROWS).pl().rows()] == [1, 2]
    finally:
        place.ahead = timedelta()


def test_an_open_page_learns_that_others_consent(place: Place) -> None:
    place.only(*PEOPLE[:2])
    before = place.client.stamp()
    assert place.client.stamp() == before
    place.only(*PEOPLE[:3])
    assert place.client.stamp() != before


# While something runs ----------------------------------------------------------------------------

ENDLESS = "select i from range(1000000000) r(i), person"


@pytest.mark.parametrize(("who", "stopped"), [("withdraw", True), ("give", False)])
def test_a_withdrawal_stops_what_is_running_and_a_gift_does_not(
    place: Place, who: str, stopped: bool
) -> None:
    place.only(*PEOPLE[:3])
    person = PEOPLE[0] if stopped else PEOPLE[9]
    how: dict[str, Any] = {"method": "test", "medium": "memory"}
    with place.bench.query_path.run(LI, SCENARIO, ENDLESS, **how) as running:
        batches = iter(running)
        next(batches)
        assert place.run("consent", who, "--scenario", SCENARIO, given=person).returncode == 0
        if not stopped:
            until = time.monotonic() + 0.8
            while time.monotonic() < until:
                next(batches)
            return
        with pytest.raises(WorkbenchError) as ended:
            deque(batches, maxlen=0)
    assert ended.value.code is Code.consent_withdrawn
    said = ended.value.said("en")
    assert "Somebody whom person is about withdrew" in said
    assert "Run it again" in said
    assert place.entries(Event.release_closed)[0]["detail"]["outcome"] == "interrupted"


def test_who_reads_what_asks_nobody_goes_on(place: Place) -> None:
    place.only(*PEOPLE[:3])
    endless = ENDLESS.replace("person", "free")
    with place.bench.query_path.run(LI, SCENARIO, endless, method="t", medium="m") as running:
        batches = iter(running)
        next(batches)
        place.only(*PEOPLE[:2])
        until = time.monotonic() + 0.8
        while time.monotonic() < until:
            next(batches)


# The requirement itself --------------------------------------------------------------------------


def counted(place: Place) -> list[tuple[int]]:
    """Nothing where the grant changed while it was asked: such a query is stopped."""
    try:
        return place.client.sql("select count(*) as n from free").pl().rows()
    except Refused as error:
        if error.code is not Code.grant_revoked:
            raise
        return []


def test_a_scenario_that_begins_to_ask_gives_no_row_that_it_has_no_consent_for(
    place: Place,
) -> None:
    place.only(*PEOPLE[:2])
    assert place.client.sql("select count(*) as n from free").pl().rows() == [(COUNT,)]
    ask_for(place.root, {"free": "id"})
    try:
        until = time.monotonic() + 10
        while counted(place) != [(2,)]:
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        ask_for(place.root, {"free": "id"}, required=False)


def test_the_ledger_is_sound_after_all_of_it(place: Place) -> None:
    done = place.run("audit", "verify", "--json")
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert found["clean"]
    assert found["consents"] > 3
    assert found["consent_findings"] == []
    everything = [json.dumps(e) for e in place.entries(Event.consent_changed)]
    assert not [p for p in PEOPLE for text in everything if p in text]


# At the source -----------------------------------------------------------------------------------


def test_rows_of_an_attached_source_are_filtered_before_a_workspace_has_them(
    tmp_path: Path,
) -> None:
    card = {"type": "VARCHAR", "class": "important", "identifier": "resident_id", "personal": True}
    columns = {**at.COLUMNS, "name": card}
    test = {
        "resources": {"staff": {"data": "none.csv", "columns": columns}},
        "grants": {"staff": {"mode": "obtain", "columns": {"id": "value"}, "rows": at.SCOPE}},
    }
    at.write_attached(tmp_path, at.server_of("sqlite", None), test)
    people = [resident(1), resident(2).lower(), None, resident(4)]
    at.fill_sqlite(
        tmp_path,
        [(*row[:1], person, *row[2:]) for row, person in zip(at.ROWS, people, strict=True)],
    )
    ask_for(tmp_path, {"staff": "name"})
    assert errors(check_city(tmp_path)) == ()
    with open_workbench(tmp_path) as bench:
        bench.store.users.add("li", PASSWORD, DEPARTMENT, [Role.analyst])
        assert _staff(bench) == []
        words = ("consent", "give", "--scenario", SCENARIO, "--city", str(tmp_path))
        for person in people[:2]:
            assert here(*words, given=person or "").returncode == 0
        assert _staff(bench) == [1, 2], "of the rows in scope (1, 2, 4) those who consent"
        built = [
            json.loads(filed.entry.body)["content"]
            for filed in bench.ledger.journal.find(EntryFilter(event="workspace_built"))
        ]
        assert built[0] == {"staff": ["id"]}


def _staff(bench: Workbench) -> list[int]:
    sql = "select id from staff order by id"
    with bench.query_path.run(LI, SCENARIO, sql, method="test", medium="memory") as running:
        return [row for batch in running for row in batch.column(0).to_pylist()]
