"""Clocks that are set back, and the year's end: entries go on and tell of it, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faults import fault_city
from faults.fault_city import PASSWORD, SCENARIO, delivered
from workbench.catalogue.identifiers import load_codes
from workbench.errors import Code, WorkbenchError
from workbench.extracts.ingest import ingest
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.ledger.findings import FindingKind, Verification
from workbench.ledger.verify import verify
from workbench.model.actor import Actor, Role

LAST_SECOND = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
"""Of the year 2026 in China; in UTC the year goes on for eight hours."""


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    return Clock(LAST_SECOND)


@pytest.fixture
def bench(tmp_path: Path, clock: Clock) -> Iterator[Workbench]:
    root = fault_city.make(tmp_path)
    file = root / "data_contracts" / "scenarios" / "trial.yaml"
    scenario = json.loads(file.read_text())
    file.write_text(json.dumps({**scenario, "valid_until": "2026-12-31"}))
    with open_workbench(root, clock) as opened:
        fault_city.seat(opened.store, ["anlan"])
        yield opened


def rows(bench: Workbench) -> int:
    actor = Actor("anlan", fault_city.DEPARTMENT, frozenset({Role.analyst}))
    sql = "SELECT id FROM station"
    with bench.query_path.run(actor, SCENARIO, sql, method="query", medium="test") as running:
        return sum(batch.num_rows for batch in running)


def verified(bench: Workbench) -> Verification:
    keys, journal = bench.keyring, bench.store.journal
    return verify(journal, bench.layout.checkpoints, keys.checkpoint_public, keys.audit_key)


def test_the_year_ends_in_china_and_not_in_utc(bench: Workbench, clock: Clock) -> None:
    assert rows(bench) == fault_city.FACTS.count("station", 0)
    clock.step(seconds=1)
    with pytest.raises(WorkbenchError) as refused:
        rows(bench)
    assert refused.value.code is Code.grant_expired
    clock.step(hours=8)
    with pytest.raises(WorkbenchError):
        rows(bench)
    assert verified(bench).findings == ()
    months = sorted(path.name for path in bench.layout.checkpoints.glob("*.jsonl"))
    assert months == ["2026-12.jsonl", "2027-01.jsonl"]


def test_a_running_query_ends_with_the_year(bench: Workbench, clock: Clock) -> None:
    actor = Actor("anlan", fault_city.DEPARTMENT, frozenset({Role.analyst}))
    sql = "SELECT r.id, r.note FROM reading r, range(3000)"
    with bench.query_path.run(actor, SCENARIO, sql, method="query", medium="test") as running:
        batches = iter(running)
        next(batches)
        clock.step(seconds=1)
        with pytest.raises(WorkbenchError) as stopped:
            for _ in batches:
                pass
    assert stopped.value.code is Code.grant_revoked
    assert bench.store.journal.open_releases() == ()


def test_a_clock_set_back_is_told_and_loses_nothing(bench: Workbench, clock: Clock) -> None:
    clock.step(days=-40)
    before = rows(bench)
    for hours in (-3, -24 * 31, 5):
        clock.step(hours=hours)
        assert rows(bench) == before
    found = verified(bench)
    assert found.clean
    kinds = {finding.kind for finding in found.findings}
    assert kinds == {FindingKind.time_backwards}
    assert len(found.findings) == 2
    assert bench.store.journal.open_releases() == ()


def test_versions_follow_one_another_under_a_clock_set_back(
    bench: Workbench, clock: Clock, tmp_path: Path
) -> None:
    for edition in (1, 2, 3):
        clock.step(days=-1)
        city = bench.city()
        made = ingest(
            city.resources["station"],
            [delivered(tmp_path / "data", "station", edition)],
            extracts=bench.extracts,
            codes=load_codes(city.root),
            quarantine_folder=tmp_path / "quarantine",
            clock=clock,
        ).version
        assert made is not None
        assert made.version == edition
        latest = bench.extracts.latest("station")
        assert latest is not None
        assert latest.version == edition
        assert rows(bench) == fault_city.FACTS.count("station", edition)


def test_a_token_ends_on_time_though_the_clock_went_back(bench: Workbench, clock: Clock) -> None:
    token = bench.auth.sign_in("anlan", PASSWORD).access_token
    clock.step(days=-1)
    bench.auth.known(token)
    clock.step(days=1, minutes=16)
    with pytest.raises(WorkbenchError) as ended:
        bench.auth.known(token)
    assert ended.value.code is Code.token_expired
