"""A workspace from its building to its end: new extracts, changed grants, idle hours, a crash."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from workbench.catalogue.identifiers import load_codes
from workbench.errors import Code, WorkbenchError
from workbench.extracts.ingest import ingest
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.model.entry import Event
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

LI = Actor("li", "user", frozenset({Role.analyst}))
TEST = {
    "resources": {
        "t": {
            "data": "t.csv",
            "columns": {
                "a": {"type": "BIGINT", "class": "general"},
                "b": {"type": "VARCHAR", "class": "general"},
            },
        }
    },
    "grants": {"t": {"mode": "obtain", "columns": {"a": "value", "b": "value"}}},
    "settings": {"idle_seconds": 1, "warm_workers": 0},
}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    test = PolicyTest.model_validate(TEST)
    (tmp_path / "t.csv").write_text("a,b\n1,x\n2,y\n", encoding="utf-8")
    write_city(test, tmp_path / "city")
    ingest_all(test, tmp_path, tmp_path / "city", now)
    return tmp_path / "city"


@pytest.fixture
def bench(root: Path) -> Iterator[Workbench]:
    with open_workbench(root) as opened:
        opened.store.users.add("li", "a long enough password", "user", LI.roles)
        yield opened


def rows(bench: Workbench, sql: str) -> list[tuple[Any, ...]]:
    with bench.query_path.run(LI, SCENARIO, sql, method="test", medium="memory") as running:
        table = pa.Table.from_batches(list(running), schema=running.schema)
    return list(zip(*(c.to_pylist() for c in table.columns), strict=True))


def files(bench: Workbench, part: str) -> list[str]:
    return sorted(f.name for f in (bench.layout.workspaces / part).iterdir())


def entries(bench: Workbench, event: Event) -> list[dict[str, Any]]:
    bodies = [json.loads(filed.entry.body) for filed in bench.store.journal.walk()]
    return [body for body in bodies if body["event"] == event.value]


def eventually(true: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def test_a_new_extract_is_read_at_once_and_the_old_workspace_goes(
    bench: Workbench, root: Path, tmp_path: Path
) -> None:
    assert rows(bench, "select a from t order by a") == [(1,), (2,)]
    before = files(bench, "b")
    (tmp_path / "new.csv").write_text("a,b\n7,z\n", encoding="utf-8")
    ingest(
        bench.city().resources["t"],
        [tmp_path / "new.csv"],
        extracts=bench.extracts,
        codes=load_codes(root),
        quarantine_folder=tmp_path / "quarantine",
        clock=now,
    )
    assert rows(bench, "select a from t") == [(7,)]
    eventually(lambda: entries(bench, Event.workspace_destroyed))  # written once the files are gone
    assert not set(before) & set(files(bench, "b"))
    built, gone = (entries(bench, e) for e in (Event.workspace_built, Event.workspace_destroyed))
    assert [b["detail"]["rows"] for b in built] == [{"t": 2}, {"t": 1}]
    assert [b["detail"]["tier"] for b in built] == ["rows", "rows"]
    workspace = built[0]["detail"]["workspace"]
    assert [g["detail"] for g in gone] == [{"workspace": workspace, "reason": "unwanted"}]


def test_a_narrower_grant_gives_a_narrower_workspace(bench: Workbench, root: Path) -> None:
    assert rows(bench, "select b from t order by b") == [("x",), ("y",)]
    before = files(bench, "b")
    scenario = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    text = json.loads(scenario.read_text(encoding="utf-8"))
    del text["resources"][0]["columns"]["b"]
    scenario.write_text(json.dumps(text), encoding="utf-8")
    eventually(lambda: not set(before) & set(files(bench, "b")))
    with pytest.raises(WorkbenchError) as refused:
        rows(bench, "select b from t")
    assert refused.value.code is Code.not_granted
    assert rows(bench, "from t order by 1") == [(1,), (2,)]


def test_a_running_query_ends_when_its_grant_narrows(bench: Workbench, root: Path) -> None:
    scenario = root / "data_contracts" / "scenarios" / f"{SCENARIO}.yaml"
    endless = "select i from range(1000000000) r(i), t"
    with bench.query_path.run(LI, SCENARIO, endless, method="test", medium="memory") as running:
        batches = iter(running)
        next(batches)
        text = json.loads(scenario.read_text(encoding="utf-8"))
        text["resources"][0]["rows"] = [{"column": "a", "op": "=", "value": 1}]
        scenario.write_text(json.dumps(text), encoding="utf-8")
        started = time.monotonic()
        with pytest.raises(WorkbenchError) as ended:
            deque(batches, maxlen=0)
    assert time.monotonic() - started < 2.0
    assert ended.value.code is Code.grant_revoked


def test_an_idle_worker_is_let_go_and_the_next_query_starts_another(bench: Workbench) -> None:
    assert rows(bench, "select 1 as n") == [(1,)]
    (first,) = files(bench, "w")
    eventually(lambda: files(bench, "w") == [])
    assert rows(bench, "select count(*) from t") == [(2,)]
    (second,) = files(bench, "w")
    assert first != second
    assert len(entries(bench, Event.workspace_built)) == 1, "the workspace itself was kept"


def test_the_closing_entry_names_rows_digest_and_extracts(bench: Workbench) -> None:
    rows(bench, "select a from t where b = 'x'")
    (closed,) = entries(bench, Event.release_closed)
    detail = closed["detail"]
    assert (detail["outcome"], detail["rows"]) == ("complete", 1)
    assert len(detail["digest"]) == 64
    version = bench.extracts.latest("t")
    assert version is not None
    assert detail["extracts"] == {"t": [version.version, version.digest]}
    assert closed["content"] == {"t": ["a", "b"]}


def test_what_a_crash_left_is_wiped_and_recorded(root: Path) -> None:
    left = root / ".workbench" / "workspaces" / "b"
    left.mkdir(parents=True)
    (left / "0123").write_bytes(b"left behind")
    with open_workbench(root) as bench:
        assert files(bench, "b") == []
        (gone,) = entries(bench, Event.workspace_destroyed)
        assert gone["detail"] == {"left_by_a_crash": 1}


def test_a_destruction_that_could_not_be_recorded_is_recorded_later(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(bench, "select 1 as n")
    record, refusals = bench.ledger.record, [1, 2]

    def failing(draft: Any, **more: Any) -> Any:
        if draft.event is Event.workspace_destroyed and refusals:
            refusals.pop()
            raise OSError("no disk")
        return record(draft, **more)

    monkeypatch.setattr(bench.ledger, "record", failing)
    grant = f"{SCENARIO}/user/t"
    bench.store.revocations.revoke(grant, now().date(), "authority", "test")
    eventually(lambda: files(bench, "b") == [])
    eventually(lambda: len(entries(bench, Event.workspace_destroyed)) == 1, 40)
