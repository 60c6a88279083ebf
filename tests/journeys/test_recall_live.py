"""A running gateway and a recall from another process: its readers move, its users are listed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attacks.served import SCENARIO, Answer, Served, ask, served
from commands import Said, here

from workbench.extracts.versions import Extracts
from workbench.ledger.chain import fields_of
from workbench.model.entry import Event
from workbench.store.layout import Layout
from workbench.store.session import open_store
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

COLUMNS = {"a": {"type": "BIGINT", "class": "general"}}
TEST = {
    "resources": {name: {"data": f"{name}.csv", "columns": COLUMNS} for name in ("t", "u")},
    "grants": {name: {"mode": "obtain", "columns": {"a": "value"}} for name in ("t", "u")},
    "settings": {"query_seconds": 120, "threads": 1, "warm_workers": 0},
}
ENDLESS = "select count(*) from range(1000000000000) r(i), {} where i % 7 = a"
WHY = "重复计数 / counted twice"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Served]:
    test = PolicyTest.model_validate(TEST)
    for name in ("t", "u"):
        (tmp_path / f"{name}.csv").write_text("a\n1\n")
    write_city(test, tmp_path / "city")
    ingest_all(test, tmp_path, tmp_path / "city", lambda: datetime.now(UTC))
    with served(tmp_path / "city") as running:
        yield running


def workbench(gateway: Served, *arguments: str) -> Said:
    return here(*arguments, "--city", str(gateway.root))


def delivered(gateway: Served, value: int) -> None:
    file = gateway.root.parent / f"{value}.csv"
    file.write_text(f"a\n{value}\n")
    done = workbench(gateway, "ingest", "t", str(file))
    assert done.returncode == 0, done.stderr


def recalled(gateway: Served, version: int, *more: str, name: str = "t") -> dict[str, Any]:
    words = ("recall", name, "--version", str(version), "--reason", WHY, "--json", *more)
    done = workbench(gateway, *words)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def value(gateway: Served, person: str = "li") -> Any:
    answer = gateway.ask(person, "select a from t")
    return answer.code if answer.table is None else answer.table["a"].to_pylist()


def running(gateway: Served, person: str, table: str) -> tuple[threading.Thread, list[Answer]]:
    """A query of that person which will not end by itself, when it is under way."""
    answers: list[Answer] = []
    connection = gateway.connection(person)
    before = entries(gateway, Event.decision)
    ask_it = lambda: answers.append(ask(connection, ENDLESS.format(table)))  # noqa: E731
    thread = threading.Thread(target=ask_it)
    thread.start()
    eventually(lambda: len(entries(gateway, Event.decision)) > len(before))
    time.sleep(0.5)
    assert not answers
    return thread, answers


def eventually(true: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def entries(gateway: Served, event: Event) -> list[dict[str, Any]]:
    store = open_store(Layout(gateway.root).store, lambda: datetime.now(UTC))
    try:
        found = [fields_of(filed.entry.body) for filed in store.journal.walk()]
    finally:
        store.close()
    return [f for f in found if f is not None and f["event"] == event.value]


@pytest.mark.slow
def test_readers_move_to_the_version_before_and_the_users_are_listed(gateway: Served) -> None:
    assert value(gateway, "wang") == [1]
    delivered(gateway, 2)
    assert value(gateway) == [2]
    assert value(gateway) == [2]
    gateway.ask("li", "select a from u")
    told = recalled(gateway, 1, "--dry-run")
    assert value(gateway) == [2], "a dry run does nothing"
    assert entries(gateway, Event.extract_recalled) == []
    found = recalled(gateway, 1)
    assert value(gateway) == [1]
    assert (found["current_before"], found["current_now"]) == (1, 0)
    uses = [(u["actor"], u["department"], u["scenario"], u["rows"]) for u in found["uses"]]
    assert uses == [("li", "user", SCENARIO, 1)] * 3
    assert len(told["uses"]) == 2, "one came after it"
    opened = {e["release"]: e for e in entries(gateway, Event.release_opened)}
    assert {opened[u["release"]]["detail"]["extracts"]["t"][0] for u in found["uses"]} == {1}
    (entry,) = entries(gateway, Event.extract_recalled)
    assert entry["actor"].startswith("os:")
    assert entry["department"] == "provider"
    assert (entry["detail"]["version"], entry["detail"]["reason"]) == (1, WHY)
    recalled(gateway, 1, "--undo")
    assert value(gateway) == [2]
    assert len(entries(gateway, Event.recall_undone)) == 1


@pytest.mark.slow
def test_a_query_that_reads_the_version_is_stopped_and_another_goes_on(gateway: Served) -> None:
    delivered(gateway, 2)
    reads, answers = running(gateway, "li", "t")
    other, others = running(gateway, "wang", "u")
    recalled(gateway, 1)
    done = time.monotonic()
    reads.join(20)
    took = time.monotonic() - done
    assert answers, "it was not stopped"
    assert answers[0].code == "extract_recalled"
    assert WHY in answers[0].error
    assert "第 1 版数据已被召回" in answers[0].error
    assert took < 10, "2 s and what a busy machine adds"
    assert not others, "one that reads another resource goes on"
    assert value(gateway) == [1]
    recalled(gateway, 0, name="u")
    other.join(20)
    assert [answer.code for answer in others] == ["extract_recalled"]


def test_with_nothing_before_it_an_analyst_is_told_what_and_what_next(gateway: Served) -> None:
    assert value(gateway) == [1]
    found = recalled(gateway, 0)
    assert found["current_now"] is None
    assert Extracts(Layout(gateway.root).extracts).latest("t") is None
    answer = gateway.ask("li", "select a from t")
    assert answer.code == "extract_recalled"
    for words in ("没有更早的版本", "there is no version", WHY, "授权仍然有效"):
        assert words in answer.error
    assert gateway.ask("li", "select a from u").code == "ok", "other resources are still served"
    delivered(gateway, 5)
    assert value(gateway) == [5]
