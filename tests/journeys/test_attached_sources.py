"""A source that is attached, through the real gateway: PostgreSQL, MariaDB and SQLite."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attached_city as at
import psutil
import pyarrow as pa
import pytest
import servers
from commands import here

from workbench.client.release import caption
from workbench.errors import Code, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.entry import Event
from workbench.model.release import ReleaseInfo
from workbench.trial.city import SCENARIO

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(servers.missing_programs()), reason=f"missing: {servers.missing_programs()}"
    ),
]
LI = Actor("li", "user", frozenset({Role.analyst}))
WANG = Actor("wang", "user", frozenset({Role.analyst}))
WRONG = "another-Passw0rd-of-nobody"
ALL = "select * from staff order by id"
IN_SCOPE = [
    (1, "张三", Decimal("12.50")),
    (2, "李四", Decimal("0.10")),
    (4, "o'Brien \\ 😀", Decimal("-99999.99")),
]


@dataclass
class Clock:
    """Now, and what a test adds to it."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="module")
def postgres() -> Iterator[servers.Server]:
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[servers.Server]:
    with servers.mariadb() as server:
        yield server


@contextmanager
def bench_at(root: Path, clock: Clock | None = None) -> Iterator[Workbench]:
    with open_workbench(root, clock or Clock()) as opened:
        for person in (LI, WANG):
            if opened.store.users.get(person.id) is None:
                opened.store.users.add(person.id, "a long enough password", "user", person.roles)
        yield opened


def ask(
    bench: Workbench, sql: str = ALL, who: Actor = LI
) -> tuple[list[tuple[Any, ...]], ReleaseInfo]:
    with bench.query_path.run(who, SCENARIO, sql, method="test", medium="memory") as running:
        table = pa.Table.from_batches(list(running), schema=running.schema)
        info = running.info
    return list(zip(*(c.to_pylist() for c in table.columns), strict=True)), info


def refused(bench: Workbench, sql: str = ALL) -> WorkbenchError:
    with pytest.raises(WorkbenchError) as error:
        ask(bench, sql)
    return error.value


def entries(bench: Workbench, event: Event) -> list[dict[str, Any]]:
    bodies = [json.loads(filed.entry.body) for filed in bench.store.journal.walk()]
    return [body for body in bodies if body["event"] == event.value]


def pulls(bench: Workbench) -> list[Path]:
    return sorted(p for p in (bench.layout.workspaces / "p").iterdir() if p.is_file())


def eventually(true: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def city(
    kind: str, root: Path, server: servers.Server | None, ttl: str = "15m", **settings: int
) -> Path:
    at.write_attached(root, at.server_of(kind, server, ttl), settings=settings)
    if server is None:
        at.fill_sqlite(root)
    else:
        at.set_secret(root)
        (at.fill_postgres if kind == "postgres" else at.fill_mariadb)(server)
    return root


@pytest.mark.parametrize(
    "kind", ["postgres", pytest.param("mysql", marks=pytest.mark.slow), "sqlite"]
)
def test_a_governed_query_gives_the_granted_rows_and_columns_and_nothing_else(
    kind: str, tmp_path: Path, postgres: servers.Server, mariadb: servers.Server
) -> None:
    server = {"postgres": postgres, "mysql": mariadb, "sqlite": None}[kind]
    root = city(kind, tmp_path, server)
    before = len(server.log.read_bytes()) if server else 0
    with bench_at(root) as bench:
        rows, info = ask(bench)
        assert rows == IN_SCOPE
        assert refused(bench, "select salary from staff").code is Code.not_granted
        (source,) = info.sources
        assert source.pulled_at is not None
        assert source.extract_version == -1
        assert "pulled from its source at 20" in caption(info, "en")
        assert "取自来源 20" in caption(info, "zh")
        (pulled,) = entries(bench, Event.source_pulled)
        assert pulled["content"] == {"staff": ["id", "name", "paid"]}
        (closed,) = [
            e for e in entries(bench, Event.release_closed) if e["detail"].get("rows") == 3
        ]
        stamp = [source.pulled_at.isoformat(), pulled["detail"]["digest"]]
        assert closed["detail"]["extracts"] == {"staff": stamp}
        no_canary_below(bench.layout.state)
    if server is not None:
        check_log(kind, server.log.read_bytes()[before:].decode("utf-8", "replace"))


def no_canary_below(folder: Path) -> None:
    found = [p for p in folder.rglob("*") if p.is_file() and at.CANARY.encode() in p.read_bytes()]
    assert found == []


CATALOGUE = re.compile(r"pg_catalog|information_schema")
SELECTS = re.compile(r"(?:statement|Execute|execute [^:]*)[:\t ]\s*(.*\bFROM\b.*staff.*)", re.I)


def check_log(kind: str, log: str) -> None:
    """The server's own log: the granted columns, the scope, and nothing of what is withheld."""
    assert "salary" not in log
    assert at.CANARY not in log
    assert at.READER_PASSWORD not in log
    selects = [line for line in log.splitlines() if SELECTS.search(line)]
    (asked,) = [s for s in selects if "Prepare" not in s and not CATALOGUE.search(s)]
    for shown in ("id", "name", "paid", "county", "LIMIT"):
        assert shown in asked
    assert asked.index("county") > asked.index("WHERE"), "the scope's column is only compared"
    assert ("990101" if kind == "postgres" else b"990101".hex()) in asked


@pytest.mark.parametrize("kind", ["postgres", pytest.param("mysql", marks=pytest.mark.slow)])
def test_the_password_is_nowhere(
    kind: str,
    tmp_path: Path,
    postgres: servers.Server,
    mariadb: servers.Server,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = postgres if kind == "postgres" else mariadb
    root, clock = city(kind, tmp_path, server), Clock()
    seen: set[bytes] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for child in children():
                for name in ("cmdline", "environ"):
                    with suppress(OSError):  # it has ended
                        seen.add(Path(f"/proc/{child}/{name}").read_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = []
    try:
        with caplog.at_level(logging.DEBUG), bench_at(root, clock) as bench:
            ask(bench)
            said.append(repr(vars(bench.query_path)))
            at.set_secret(root, password=WRONG)
            clock.ahead += timedelta(hours=1)
            error = refused(bench)
            assert "user or password was not accepted" in error.said("en")
            said += [error.said("zh"), error.said("en"), str(error), error.to_json()]
            said += [json.dumps(e) for event in Event for e in entries(bench, event)]
    finally:
        done.set()
        watcher.join()
    assert any(b"workbench.workspace.puller" in line for line in seen), "the puller was seen"
    everywhere = b"\n".join(seen) + "\n".join([caplog.text, *said]).encode()
    everywhere += server.log.read_bytes().split(b"IDENTIFIED BY")[-1].split(b"\n", 1)[-1]
    for path in root.rglob("*"):
        if path.is_file():
            everywhere += path.read_bytes()
    for password in (at.READER_PASSWORD, WRONG):
        assert password.encode() not in everywhere
        assert json.dumps(password).encode()[1:-1] not in everywhere


@pytest.mark.parametrize("kind", ["postgres", pytest.param("mysql", marks=pytest.mark.slow)])
def test_a_stopped_server_leaves_the_last_good_pull_and_a_started_one_gives_a_fresh_one(
    kind: str, tmp_path: Path, postgres: servers.Server, mariadb: servers.Server
) -> None:
    server = postgres if kind == "postgres" else mariadb
    clock = Clock()
    with bench_at(city(kind, tmp_path, server), clock) as bench:
        rows, first = ask(bench)
        server.stop()
        try:
            clock.ahead += timedelta(minutes=14)
            rows, fresh = ask(bench)
            assert (rows, fresh.notes) == (IN_SCOPE, ())
            clock.ahead += timedelta(minutes=166)
            rows, stale = ask(bench)
            assert rows == IN_SCOPE
            (note,) = stale.notes
            assert "the connection was refused" in note
            assert "连接被拒绝" in note
            assert "3 h ago" in note
            assert note in caption(stale, "en")
            assert stale.sources[0].pulled_at == first.sources[0].pulled_at
            assert len(entries(bench, Event.workspace_built)) == 1
            clock.ahead += timedelta(hours=22)
            error = refused(bench)
            assert error.code is Code.source_unreachable
            assert (error.exit_code, error.http_status) == (5, 503)
            said = error.said("en")
            assert "the connection was refused" in said
            assert "workbench sources check staff" in said
            assert server.host not in said
            assert str(server.port) not in said
        finally:
            server.start()
        clock.ahead += timedelta(minutes=1)
        rows, again = ask(bench)
        assert (rows, again.notes) == (IN_SCOPE, ())
        assert again.sources[0].extract_digest == first.sources[0].extract_digest
        causes = [e["detail"]["cause"] for e in entries(bench, Event.source_pull_failed)]
        assert set(causes) == {"connection_refused"}


def sources(root: Path) -> dict[str, Any]:
    """What ``workbench sources --json`` tells of the one source."""
    (found,) = json.loads(told_by(root, "sources", "--json"))
    return dict(found)


def told_by(root: Path, *arguments: str) -> str:
    return here(*arguments, "--city", str(root)).stdout


def test_nobody_knocks_without_signing_in(tmp_path: Path, mariadb: servers.Server) -> None:
    root = city("mysql", tmp_path, mariadb)

    def dropped() -> int:
        return int(at.mariadb_run(mariadb, "SHOW GLOBAL STATUS LIKE 'Aborted_connects'").split()[1])

    before = dropped()
    assert sources(root)["reachable"] is True
    with bench_at(root) as bench:
        assert ask(bench)[0] == IN_SCOPE
    assert "each source answers" in told_by(root, "doctor", "--sources", "--json")
    assert dropped() == before, "the server counts such against max_connect_errors"
    at.set_secret(root, password=WRONG)
    assert sources(root)["cause"] == "authentication"
    assert dropped() == before + 1, "one refused sign-in, and no probe after it"


@pytest.mark.parametrize("kind", ["postgres", pytest.param("mysql", marks=pytest.mark.slow)])
def test_a_server_that_accepts_and_says_nothing_is_not_waited_for(
    kind: str, tmp_path: Path, postgres: servers.Server, mariadb: servers.Server
) -> None:
    server = postgres if kind == "postgres" else mariadb
    root = city(kind, tmp_path, server)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        at.write_attached(root, {**at.server_of(kind, server), "port": port})
        begun = time.monotonic()
        assert sources(root)["cause"] == "no_answer"
        assert time.monotonic() - begun < 60


@pytest.mark.parametrize("kind", ["postgres", pytest.param("mysql", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("where", "cause"),
    [
        ({"port": 1, "database": "tls"}, "connection_refused"),
        ({"host": "certificate.invalid", "database": "no_such"}, "host_unknown"),
    ],
)
def test_who_cannot_be_reached_is_told_apart_whatever_its_name(
    kind: str, where: dict[str, Any], cause: str, tmp_path: Path, postgres: servers.Server
) -> None:
    at.write_attached(tmp_path, {**at.server_of(kind, postgres), **where})
    at.set_secret(tmp_path)
    assert sources(tmp_path)["cause"] == cause


def test_a_source_that_never_answered_is_a_clear_error(
    tmp_path: Path, postgres: servers.Server
) -> None:
    root = city("postgres", tmp_path, postgres)
    (port,) = [p for p in [1] if p != postgres.port]
    at.write_attached(root, {**at.server_of("postgres", postgres), "port": port})
    with bench_at(root) as bench:
        error = refused(bench)
        assert error.code is Code.source_unreachable
        assert "no earlier pull" in error.said("en")
        assert ask(bench, "select 1 as n")[0] == [(1,)], "what does not need it is not hindered"


def test_what_does_not_read_the_source_neither_waits_for_it_nor_asks_it(tmp_path: Path) -> None:
    with bench_at(city("sqlite", tmp_path, None)) as bench:
        assert ask(bench, "select 1 as n")[0] == [(1,)]
        ask(bench, "create temp table mine as select 2 as n")
        assert ask(bench, "select n from mine")[0] == [(2,)], "no pull ended its workspace"
        assert entries(bench, Event.source_pulled) == []
        assert ask(bench)[0] == IN_SCOPE, "the next that reads it gets a workspace with it"
        assert ask(bench, "select 3 as n")[0] == [(3,)]
        built = [e["content"] for e in entries(bench, Event.workspace_built)]
        assert built == [{}, {"staff": ["id", "name", "paid"]}], "and it is kept"
        assert len(entries(bench, Event.source_pulled)) == 1


def test_equal_contents_keep_the_workspace_and_new_ones_make_another(
    tmp_path: Path, postgres: servers.Server
) -> None:
    clock = Clock()
    with bench_at(city("postgres", tmp_path, postgres, "1m"), clock) as bench:
        ask(bench)
        ask(bench, who=WANG)
        assert len(entries(bench, Event.source_pulled)) == 1, "equal grants share a pull"
        clock.ahead += timedelta(minutes=2)
        ask(bench)
        assert len(entries(bench, Event.source_pulled)) == 2
        assert len(entries(bench, Event.workspace_built)) == 1
        assert len(pulls(bench)) == 1
        with at.admin(postgres) as con:
            con.execute("UPDATE staff SET paid = 7 WHERE id = 1")
        clock.ahead += timedelta(minutes=2)
        rows, _ = ask(bench)
        assert rows[0] == (1, "张三", Decimal("7.00"))
        assert len(entries(bench, Event.workspace_built)) == 2


def test_a_killed_puller_leaves_nothing_and_the_next_query_works(
    tmp_path: Path, postgres: servers.Server
) -> None:
    with bench_at(city("postgres", tmp_path, postgres)) as bench:
        with at.admin(postgres) as con, con.transaction():
            con.execute("LOCK TABLE staff IN ACCESS EXCLUSIVE MODE")
            answers: list[WorkbenchError] = []
            asking = threading.Thread(target=lambda: answers.append(refused(bench)))
            asking.start()
            eventually(lambda: pullers() != [])
            for process in pullers():
                process.kill()
            asking.join()
        (error,) = answers
        assert error.code is Code.source_unreachable
        assert "interrupted" in error.said("en")
        assert list((bench.layout.workspaces / "p").iterdir()) == []
        assert ask(bench)[0] == IN_SCOPE


def children() -> list[str]:
    """Ids of the processes that this one has started."""
    found: list[str] = []
    for listed in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += listed.read_text().split()
    return found


def pullers() -> list[psutil.Process]:
    started = psutil.Process().children()
    return [c for c in started if any("workspace.puller" in word for word in words(c))]


def words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def test_the_pull_of_an_ended_grant_is_destroyed(tmp_path: Path, postgres: servers.Server) -> None:
    with bench_at(city("postgres", tmp_path, postgres)) as bench:
        ask(bench)
        assert len(pulls(bench)) == 1
        bench.store.revocations.revoke(
            f"{SCENARIO}/user/staff", datetime.now(UTC).date(), "authority", "test"
        )
        eventually(lambda: pulls(bench) == [])
        eventually(lambda: len(entries(bench, Event.source_pull_destroyed)) == 1)


def test_a_source_that_withdraws_its_permission_is_obeyed(
    tmp_path: Path, postgres: servers.Server
) -> None:
    clock = Clock()
    with bench_at(city("postgres", tmp_path, postgres), clock) as bench:
        ask(bench)
        with at.admin(postgres) as con:
            con.execute("REVOKE SELECT ON staff FROM reader")
        clock.ahead += timedelta(hours=1)
        error = refused(bench)
        assert error.code is Code.source_unreachable
        assert "may not read a column" in error.said("en")
        assert pulls(bench) == [], "what it gave before is given up"


def test_what_a_pull_left_at_a_crash_is_wiped(tmp_path: Path) -> None:
    root = city("sqlite", tmp_path, None)
    left = root / ".workbench" / "workspaces" / "p" / "left"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"encrypted under a key that is gone")
    with bench_at(root) as bench:
        assert pulls(bench) == []
        (gone,) = entries(bench, Event.source_pull_destroyed)
        assert gone["detail"] == {"left_by_a_crash": 1}
        assert ask(bench)[0] == IN_SCOPE


def test_a_revocation_ends_workers_while_the_ledger_takes_no_end_of_a_pull(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench_at(city("sqlite", tmp_path, None)) as bench:
        ask(bench)
        folders = [bench.layout.workspaces / name for name in ("p", "b", "w")]
        assert all(list(folder.iterdir()) for folder in folders)
        record = bench.ledger.record

        def failing(draft: Any, **more: Any) -> Any:
            if draft.event is Event.source_pull_destroyed:
                raise OSError("no disk")
            return record(draft, **more)

        with monkeypatch.context() as patch:
            patch.setattr(bench.ledger, "record", failing)
            bench.store.revocations.revoke(
                f"{SCENARIO}/user/staff", datetime.now(UTC).date(), "authority", "test"
            )
            eventually(lambda: not any(list(folder.iterdir()) for folder in folders))
            assert entries(bench, Event.source_pull_destroyed) == []
    assert len(entries_of(tmp_path, Event.source_pull_destroyed)) == 1, "entered at the end"


def entries_of(root: Path, event: Event) -> list[dict[str, Any]]:
    """Of a gateway that has ended."""
    with bench_at(root) as bench:
        return entries(bench, event)
