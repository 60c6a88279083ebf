"""What is withheld shapes nothing that arrives: not the order, not a name, not a size, not a text.

Two cities hold the same granted values and differ in everything else. Then: what lies on disk, and
how soon access ends.
"""

from __future__ import annotations

import gc
import re
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pyarrow as pa
import pyarrow.flight as fl
import pytest
from attacks.served import PASSWORD, Answer, Served, ask, served

from workbench.errors import WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.entry import Entry
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest
from workbench.wire import pack

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

ACTOR = Actor("analyst", "user", frozenset({Role.analyst}))
PEOPLE = 3000
GENERAL = {"class": "general"}
PERSONAL = {"class": "important", "personal": True}
TEST = {
    "resources": {
        "person": {
            "data": "person.parquet",
            "columns": {
                "id": {"type": "BIGINT", **GENERAL},
                "bsn": {"type": "VARCHAR", **PERSONAL},
                "name": {"type": "VARCHAR", **PERSONAL},
                "born": {"type": "DATE", **PERSONAL},
                "income": {"type": "DOUBLE", **PERSONAL},
                "town": {"type": "VARCHAR", **GENERAL},
                "note": {"type": "VARCHAR", **GENERAL},
                "score": {"type": "DOUBLE", **GENERAL},
            },
        },
        "secret": {"data": "secret.parquet", "columns": {"x": {"type": "VARCHAR", **PERSONAL}}},
    },
    "grants": {
        "person": {
            "mode": "obtain",
            "columns": {
                "id": "value",
                "name": {"use": "value", "mask": {"kind": "partial", "keep_first": 1}},
                "born": {"use": "value", "mask": {"kind": "date", "level": "year"}},
                "town": "value",
                "note": "value",
                "score": "value",
            },
            "rows": [{"column": "town", "op": "!=", "value": "Elsewhere"}],
        }
    },
}
SAME_ANSWERS = (
    "SELECT * FROM person",
    "FROM person LIMIT 7",
    "SELECT rowid, id FROM person",
    "SELECT rowid, * FROM person OFFSET 2040 LIMIT 20",
    "SELECT first(id), last(id), any_value(note), arbitrary(name) FROM person",
    "SELECT list(id), string_agg(note, ',') FROM person",
    "SELECT town, list(id) FROM person GROUP BY town ORDER BY town",
    "SELECT id, row_number() OVER () AS r FROM person",
    "SUMMARIZE person",
    "DESCRIBE person",
    "SHOW TABLES",
    "EXPLAIN SELECT * FROM person WHERE score > 10",
    "EXPLAIN SELECT count(*) FROM person a JOIN person b ON a.note = b.note",
    "SELECT approx_quantile(score, 0.3), approx_count_distinct(note) FROM person",
    "SELECT min(COLUMNS(*)), max(COLUMNS(*)) FROM person",
    "SELECT hash(p), md5(to_json(p)) FROM person p",
)
SAME_ERRORS = (
    "SELECT bsn FROM person",
    "SELECT income, bsn FROM person WHERE income > 5",
    "SELECT bsnn FROM person",
    "SELECT p.incom FROM person p",
    "SELECT * FROM secret",
    "SELECT * FROM secre",
    "SELECT * FROM nothing_of_the_kind",
    "SELECT CAST(note AS INTEGER) FROM person",
    "SELECT CAST(name AS DATE) FROM person",
    "SELECT error(note) FROM person",
    "SELECT CAST(bsn AS INTEGER) FROM person",
    "SELECT nothing(bsn) FROM person",
    "SELECT 1 FROM person WHERE",
    "SELECT * FROM read_parquet('x')",
    "COPY person TO 'x'",
    "SELECT * EXCLUDE (bsn) FROM person",
    "SELECT * FROM person JOIN person q USING (bsn)",
    "SELECT rowid FROM person ORDER BY income",
    "SELECT (SELECT note FROM person)",
    "SELECT struct_extract(p, 'bsn') FROM person p",
    "SELECT COLUMNS('bsn') FROM person",
    "UPDATE person SET note = 'x'",
    "SELECT getenv('HOME')",
    "PIVOT person ON bsn",
)


def person(variant: int) -> pl.DataFrame:
    """The same granted values in both variants; all else, and the order, differ."""
    rows = [_row(i, variant, "Here" if i % 3 else "There") for i in range(PEOPLE)]
    outside = 500 if variant else 1700
    rows += [_row(10_000 + i, variant, "Elsewhere") for i in range(outside)]
    return pl.DataFrame(rows).sort("income", descending=bool(variant))


def _row(i: int, variant: int, town: str) -> dict[str, Any]:
    return {
        "id": i,
        "bsn": None if variant and i % 5 == 0 else f"{'9' * (4 + 30 * variant)}{i:05}",
        "name": "ABCD"[i % 4] + ("nna" if variant else "lexander the Great"),
        "born": date(1950 + i % 50, 1 + (i * (3 + variant)) % 12, 1 + (i + variant * 7) % 28),
        "income": float((i * (7919 if variant else 104729)) % 100_003),
        "town": town,
        "note": f"note {i % 997}",
        "score": (i * 37 % 1000) / 8,
    }


def city(folder: Path, variant: int) -> Path:
    data, root = folder / f"delivered{variant}", folder / f"city{variant}"
    data.mkdir()
    root.mkdir()
    person(variant).write_parquet(data / "person.parquet", row_group_size=700 + 3000 * variant)
    pl.DataFrame({"x": [f"x{variant}"] * (1 + 9000 * variant)}).write_parquet(
        data / "secret.parquet"
    )
    test = PolicyTest.model_validate(TEST)
    write_city(test, root)
    ingest_all(test, data, root, lambda: datetime.now(UTC))
    return root


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, Workbench]]:
    """Both cities opened, with equal keys: pseudonyms would differ by design otherwise."""
    folder = tmp_path_factory.mktemp("invariance")
    first, second = city(folder, 0), city(folder, 1)
    open_workbench(first).close()
    shutil.copytree(Layout(first).keys, Layout(second).keys)
    with open_workbench(first) as one, open_workbench(second) as other:
        for bench in (one, other):
            bench.store.users.add(ACTOR.id, "correct horse battery", "user", {Role.analyst})
        yield one, other


def outcome(bench: Workbench, statement: str) -> tuple[str, bytes]:
    """``("ok", bytes)`` of a result without its description, else the code and the error whole."""
    try:
        with bench.query_path.run(
            ACTOR, SCENARIO, statement, method="test", medium="memory"
        ) as running:
            table = pa.Table.from_batches(list(running), schema=running.schema)
    except WorkbenchError as error:
        return error.code, "\n".join((error.to_json(), error.said("zh"), str(error))).encode()
    sink = pa.BufferOutputStream()
    plain = table.replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    return "ok", sink.getvalue().to_pybytes()


@pytest.mark.parametrize("statement", SAME_ANSWERS)
def test_answers_are_the_same_byte_by_byte(
    statement: str, pair: tuple[Workbench, Workbench]
) -> None:
    first, second = (outcome(bench, statement) for bench in pair)
    assert first[0] == "ok", first
    assert first == second


@pytest.mark.parametrize("statement", SAME_ERRORS)
def test_errors_are_the_same_to_the_last_letter(
    statement: str, pair: tuple[Workbench, Workbench]
) -> None:
    first, second = (outcome(bench, statement) for bench in pair)
    assert first[0] not in ("ok", "internal"), first
    assert first == second


def test_the_variants_do_differ() -> None:
    first, second = person(0), person(1)
    assert first["bsn"].to_list() != second["bsn"].to_list()
    assert first.height != second.height
    ids = [f.filter(pl.col("town") != "Elsewhere")["id"].to_list() for f in (first, second)]
    assert ids[0] != ids[1]
    assert sorted(ids[0]) == sorted(ids[1])


def test_completion_and_grants_are_the_same(pair: tuple[Workbench, Workbench]) -> None:
    first, second = (
        (b.query_path.schema_of(ACTOR, SCENARIO), b.query_path.visible(ACTOR)) for b in pair
    )
    assert first == second
    assert {column for _, column, _ in first[0]} == {
        "id", "name", "born", "town", "note", "score",
    }  # fmt: skip


def test_files_have_neutral_names_and_equal_sizes(pair: tuple[Workbench, Workbench]) -> None:
    for bench in pair:
        assert outcome(bench, "SELECT count(*) FROM person")[0] == "ok"
    first, second = (_shape(bench.layout.workspaces) for bench in pair)
    assert first == second
    for name in (p.name for b in pair for p in b.layout.workspaces.rglob("*")):
        assert re.fullmatch(r"[bpwt]|[0-9a-f]{32}", name), name


def _shape(folder: Path) -> list[tuple[int, str, int]]:
    """Depth, kind and size of all that lies below, with the random names left out."""
    return sorted(
        (len(p.relative_to(folder).parts), "f" if p.is_file() else "d", p.stat().st_size)
        if p.is_file()
        else (len(p.relative_to(folder).parts), "d", 0)
        for p in folder.rglob("*")
    )


def test_names_do_not_repeat(pair: tuple[Workbench, Workbench]) -> None:
    first, second = ({p.name for p in (b.layout.workspaces / "b").iterdir()} for b in pair)
    assert first
    assert first.isdisjoint(second)


def test_the_ledger_says_the_same_of_what_was_released(pair: tuple[Workbench, Workbench]) -> None:
    """Rows, bytes and digest of a release do not depend on what was withheld."""
    statement = "SELECT * FROM person"
    closings = []
    for bench in pair:
        assert outcome(bench, statement)[0] == "ok"
        head = bench.store.journal.head()
        assert isinstance(head, Entry)
        closings.append(re.findall(r'"(?:bytes|digest|rows)":[^,}]+', head.body))
    assert len(closings[0]) == 3
    assert closings[0] == closings[1]


# On disk, and how soon it ends -----------------------------------------------------------------

MARK = "AT-REST-3391"
ROWS = 40_000
ENDINGS = ("revoked", "disabled", "revoked-deaf", "disabled-reading")
LONG = "SELECT count(*) FROM mark a, mark b WHERE a.id * b.id % 1000003 = 5"
# A few rows only: one call takes seconds, and many at once would need more memory than there is.
DEAF = "SELECT levenshtein(repeat(note, 9000), repeat(note, 8999) || id) FROM (FROM mark LIMIT 8)"
SLOWLY = "SELECT a.id, a.note FROM mark a, mark b"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("at-rest")
    (folder / "city").mkdir()
    pl.DataFrame(
        {"id": range(ROWS), "note": [f"{MARK}-{i:05} {i * 7919 % 9973}" for i in range(ROWS)]}
    ).write_parquet(folder / "mark.parquet")
    test = PolicyTest.model_validate(
        {
            "resources": {
                "mark": {
                    "data": "mark.parquet",
                    "columns": {
                        "id": {"type": "BIGINT", **GENERAL},
                        "note": {"type": "VARCHAR", **GENERAL},
                    },
                }
            },
            "grants": {
                "mark": {
                    "mode": "obtain",
                    "columns": {"id": "value", "note": "value"},
                    "departments": ["user", *ENDINGS],
                }
            },
            "settings": {"memory_mb": 256, "temp_mb": 4096, "query_seconds": 120, "threads": 2},
        }
    )  # fmt: skip
    write_city(test, folder / "city")
    ingest_all(test, folder, folder / "city", lambda: datetime.now(UTC))
    with served(folder / "city") as running:
        yield running


def _running(gateway: Served, person_: str, statement: str) -> tuple[threading.Thread, list[Any]]:
    """A thread that asks, and a list that gets the answer and when it came: once it runs."""
    answers: list[Any] = []
    connection = gateway.connection(person_)
    header = {"Authorization": f"Bearer {gateway.token(person_)}"}

    def run() -> None:
        reading = statement == SLOWLY
        answer = _read_slowly(gateway, person_) if reading else ask(connection, statement)
        answers.extend((answer, time.monotonic()))

    thread = threading.Thread(target=run)
    thread.start()
    limit = time.monotonic() + 30
    while _stages(gateway, header) not in (["running"], ["sending"]):
        assert thread.is_alive(), answers
        assert time.monotonic() < limit
        time.sleep(0.02)
    return thread, answers


def _stages(gateway: Served, header: dict[str, str]) -> list[str]:
    """Of what that person asks for now."""
    found = httpx.get(f"{gateway.http}/queries", headers=header, timeout=10)
    return [one["stage"] for one in found.json()]


def _read_slowly(gateway: Served, person_: str) -> Answer:
    """A client of Flight itself that takes a little now and then, so that the gateway waits."""
    client = fl.connect(gateway.flight)
    token = client.authenticate_basic_token(person_, PASSWORD)
    options = fl.FlightCallOptions(headers=[token, (b"x-workbench-scenario", SCENARIO.encode())])
    command = fl.FlightDescriptor.for_command(pack("CommandStatementQuery", query=SLOWLY))
    try:
        info = client.get_flight_info(command, options)
        reader = client.do_get(info.endpoints[0].ticket, options)
        while True:
            reader.read_chunk()
            time.sleep(0.1)
    except (pa.ArrowException, OSError) as error:
        return Answer(None, f"{error}\n{getattr(error, 'extra_info', b'')!r}")
    finally:
        client.close()


@pytest.mark.slow
def test_nothing_readable_lies_on_disk_while_a_sort_spills(gateway: Served) -> None:
    workspaces = Layout(gateway.root).workspaces
    statement = (
        "SELECT count(*) FROM (SELECT x, row_number() OVER (ORDER BY hash(x)) AS r "
        "FROM (SELECT note || n AS x FROM mark, range(110) t(n)) q) p WHERE x > '' AND r % 2 = 0"
    )
    thread, answers = _running(gateway, "spiller", statement)
    spilt, plain = 0, set()
    while thread.is_alive():
        for file in workspaces.rglob("*"):
            data = _bytes_of(file)
            if file.parent.name == "t":
                spilt = max(spilt, len(data))
            if MARK.encode() in data:
                plain.add(file.name)
        time.sleep(0.05)
    thread.join()
    assert answers[0].code == "ok", answers[0].error
    assert spilt > 1 << 20, "nothing was spilt, so nothing was shown"
    assert not plain


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except FileNotFoundError:
        return b""


def _end(gateway: Served, ending: str) -> None:
    if ending.startswith("revoked"):
        _revoke(gateway, ending)
        return
    store = open_store(Layout(gateway.root).store, lambda: datetime.now(UTC))
    store.users.disable(ending)
    store.close()


def _revoke(gateway: Served, department: str) -> None:
    store = open_store(Layout(gateway.root).store, lambda: datetime.now(UTC))
    grant = f"{SCENARIO}/{department}/mark"
    store.revocations.revoke(grant, date(2024, 1, 1), "authority", "test")
    store.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_running_query_ends_within_two_seconds(
    ending: str, gateway: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.add(ending, department=ending)
    assert gateway.ask(ending, "SELECT count(*) FROM mark").code == "ok"
    statement = {"deaf": DEAF, "reading": SLOWLY}.get(ending.partition("-")[2], LONG)
    thread, answers = _running(gateway, ending, statement)
    time.sleep(0.3)  # so that what is deaf is past the last that it hears
    assert thread.is_alive(), answers
    ended = time.monotonic()
    _end(gateway, ending)
    thread.join(timeout=30)
    answer, when = answers
    with capsys.disabled():
        print(f"\n{ending}: stopped after {when - ended:.2f} s with {answer.code}")
    assert answer.code == ("grant_revoked" if "revoked" in ending else "user_disabled")
    assert when - ended < 2.0
    assert gateway.ask(ending, "SELECT count(*) FROM mark").table is None
    gc.collect()  # the driver cannot close a disabled person's statement, and complains when freed


def test_the_workspace_is_gone_when_the_last_grant_ends(gateway: Served) -> None:
    """Both for somebody idle and for somebody whose statement runs at that moment."""
    workspaces = Layout(gateway.root).workspaces
    assert gateway.ask("idle", "SELECT count(*) FROM mark").code == "ok"
    thread, _ = _running(gateway, "busy", LONG)
    assert list((workspaces / "b").iterdir())
    assert gateway.confined()
    _revoke(gateway, "user")
    thread.join()
    limit = time.monotonic() + 30
    while left := [p for part in ("b", "w") for p in (workspaces / part).iterdir()]:
        assert time.monotonic() < limit, left
        time.sleep(0.02)
    while gateway.confined():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_nothing_is_left_when_the_gateway_stops(gateway: Served) -> None:
    assert gateway.stop() == 0
    workspaces = Layout(gateway.root).workspaces
    assert not [p for p in workspaces.rglob("*") if p.is_file()]
    assert {p.name for p in workspaces.iterdir()} <= {"b", "w"}
