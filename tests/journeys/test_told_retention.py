"""What a department was told, from the answer to its destruction: a city's files, its gateway's
rounds and the shell.

Real: contracts, ingest, gateway, workers, ledger, store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from noisy_city import PASSWORD, Clock
from typer.testing import CliRunner

from workbench.cli import app
from workbench.client.connection import connect
from workbench.gateway.assemble import Workbench, open_state, open_workbench
from workbench.gateway.doors import Gateway
from workbench.gateway.sources import LOOK_SECONDS
from workbench.ledger.chain import fields_of
from workbench.model.actor import Role
from workbench.model.entry import EntryFilter
from workbench.sharing.told_keeping import Kept
from workbench.store.session import Store
from workbench.store.told import BookName, ToldPage
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import PolicyTest

GENERAL = {"class": "general"}
CITY = {
    "resources": {
        "firm": {
            "data": "firm.csv",
            "entity": "code",
            "columns": {
                "code": {"type": "VARCHAR", **GENERAL},
                "paid": {"type": "DOUBLE", **GENERAL},
            },
        }
    },
    "grants": {
        "firm": {
            "mode": "statistics",
            "columns": {"code": "join_key", "paid": "statistics"},
            "departments": ["user", "other"],
        }
    },
    "settings": {
        "threads": 1, "warm_workers": 0, "join_key_floor": 3, "told_books_keep_days": 30,
    },
}  # fmt: skip
QUESTION = "select count(*) as n, sum(paid) as paid from firm"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    rows = [{"code": f"F{n:03}", "paid": 10.0 + n % 7} for n in range(40)]
    pl.DataFrame(rows).write_csv(tmp_path / "firm.csv")
    test, made = PolicyTest.model_validate(CITY), tmp_path / "city"
    write_city(test, made)
    ingest_all(test, tmp_path, made, lambda: datetime.now(UTC))
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(root: Path, clock: Clock) -> Iterator[Workbench]:
    """After both departments were told."""
    with open_workbench(root, clock) as opened:
        gateway = Gateway(opened, "test")
        try:
            for person, department in (("li", "user"), ("wang", "other")):
                opened.store.users.add(person, PASSWORD, department, {Role.analyst})
                with connect(
                    gateway.http, person, PASSWORD, scenario=SCENARIO, progress=False
                ) as client:
                    assert client.sql(QUESTION).withheld == 0
            yield opened
        finally:
            gateway.stop()


def departments(store: Store) -> set[str]:
    return {name.department for name in store.told.books()}


def scenario_file(root: Path) -> Path:
    (found,) = (root / "data_contracts" / "scenarios").iterdir()
    return found


def looked(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files as they are now, at once."""
    monkeypatch.setattr("workbench.gateway.sources.LOOK_SECONDS", 0.0)
    bench.city.look()
    monkeypatch.setattr("workbench.gateway.sources.LOOK_SECONDS", LOOK_SECONDS)


def test_from_the_answer_to_the_proof_of_destruction(
    root: Path, bench: Workbench, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert departments(bench.store) == {"user", "other"}
    clock.days(400)
    assert bench.keeping.look() == Kept(books=2)

    file = scenario_file(root)
    body = json.loads(file.read_text("utf-8"))
    body["valid_until"] = "2026-04-01"  # it ran out a year ago
    ended = json.dumps(body)
    broken = root / "data_contracts" / "resources" / "broken.odcs.yaml"
    broken.write_text("not: [a contract", encoding="utf-8")
    file.write_text(ended, encoding="utf-8")
    looked(bench, monkeypatch)
    assert bench.city.problem is not None
    assert bench.keeping.look() == Kept(held=True)

    broken.unlink()
    file.rename(root / "kept.yaml")
    looked(bench, monkeypatch)
    assert bench.city.problem is None
    assert bench.keeping.look() == Kept(books=2, unknown=2)
    (root / "kept.yaml").rename(file)
    looked(bench, monkeypatch)
    assert {each.until for each in bench.keeping.standing()} == {date(2026, 5, 2)}
    assert bench.keeping.look().destroyed == 2
    assert departments(bench.store) == set()
    filed = bench.store.journal.find(EntryFilter(event="told_forgotten", resource="firm"))
    proofs = [(fields_of(each.entry.body) or {})["detail"] for each in filed]
    assert [(each["why"], each["kept_until"]) for each in proofs] == [
        ("retention", "2026-05-02")
    ] * 2


@pytest.fixture
def store(root: Path) -> Iterator[Store]:
    """With a page of each department, as the guard leaves one."""
    state = open_state(root)
    for department in ("user", "other"):
        book = BookName(department, "firm", "paid")
        state.store.told.add(
            [ToldPage(book, 1, "r", SCENARIO, datetime.now(UTC), 1, 1, 0, b"sealed")]
        )
    yield state.store
    state.store.close()


def test_the_shell_shows_sweeps_and_destroys(
    root: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    place = ["--city", str(root)]

    def ran(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["store", "told", *words, *place])
        return done.exit_code, done.output

    code, text = ran("list", "--json")
    assert code == 0, text
    lines = {line["department"]: line for line in json.loads(text)}
    assert {line["state"] for line in lines.values()} == {"granted"}
    assert lines["user"]["kept_until"] is None
    assert "a grant lives" in ran("list")[1]
    store.revocations.revoke(f"{SCENARIO}/user/firm", date(2020, 1, 1), "authority", "over")
    assert "to be destroyed" in ran("list")[1]
    assert json.loads(ran("sweep", "--json")[1])["destroyed"] == 1
    assert "0 destroyed" in ran("sweep")[1]
    assert departments(store) == {"other"}
    code, text = ran("destroy", "other", "firm", "--reason", "tidy")
    assert code == 2, text
    assert "not to be destroyed yet" in text
    scenario_file(root).unlink()
    assert "no grant is known" in ran("list")[1]
    code, text = ran("destroy", "other", "firm", "--reason", "its scenario was taken away")
    assert code == 0, text
    assert departments(store) == set()
