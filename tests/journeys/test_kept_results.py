"""Results kept for pages: who is given one again, what is never kept, and when they go."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import attached_city as at
import page_city as pc
import pyarrow as pa
import pytest

from workbench.catalogue.scenarios import grants_of
from workbench.errors import Code, WorkbenchError
from workbench.extracts.recall import Wish, recall
from workbench.gateway.assemble import Workbench
from workbench.gateway.exports import Order
from workbench.model.actor import Actor
from workbench.model.decision import Permit
from workbench.model.entry import Event
from workbench.model.tier import Tier
from workbench.query_path import kept as kept_module
from workbench.query_path.statistics import Statement
from workbench.trial.city import SCENARIO

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

LI, WANG = pc.page("li"), pc.page("wang")
SUM = "select city, sum(value) as v from price group by city order by city"
SLOW = "select count(*) as n from range(120000000) r, price where r.range % 7 = value"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pc.write_pages(tmp_path_factory.mktemp("pages"))


@pytest.fixture
def clock() -> pc.Clock:
    return pc.Clock()


@pytest.fixture
def bench(city: Path, tmp_path: Path, clock: pc.Clock) -> Iterator[Workbench]:
    with pc.opened(pc.copied(city, tmp_path), clock) as opened:
        yield opened


@pytest.fixture(scope="module")
def running(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """For tests that change nothing but what is kept."""
    with pc.opened(pc.copied(city, tmp_path_factory.mktemp("running"))) as opened:
        yield opened


def count(bench: Workbench) -> int:
    return len(bench.query_path._kept)


def again(bench: Workbench, sql: str, who: Actor = LI, **how: Any) -> bool:
    """Whether the answer was given again; it is asked for once."""
    return pc.given_again(bench, pc.ask(bench, sql, who, **how)[1]) is not None


def let_workers_go(bench: Workbench) -> None:
    pool = bench.query_path._pool
    for _, seat in pool._all_seats():
        with seat.lock:
            pool._end(seat)


def test_the_next_viewer_is_given_it_again_by_a_release_of_their_own(bench: Workbench) -> None:
    rows, first = pc.ask(bench, SUM, LI)
    let_workers_go(bench)
    same, second = pc.ask(bench, SUM, WANG)
    assert rows == same == [("乙", 3), ("甲", 3)]
    assert list((bench.layout.workspaces / "w").iterdir()) == [], "no worker was started"
    opened = [pc.entry_of(bench, Event.release_opened, info) for info in (first, second)]
    closed = [pc.entry_of(bench, Event.release_closed, info) for info in (first, second)]
    assert "kept" not in opened[0]["detail"]
    assert opened[1]["detail"].pop("kept") == opened[0]["seq"] == first.ledger_seq
    assert opened[0]["detail"] == opened[1]["detail"]
    assert [e["viewer"] for e in opened] == [e["viewer"] for e in closed] == ["li", "wang"]
    for entry in closed:
        assert entry["detail"].pop("seconds") >= 0
    assert closed[0]["detail"] == closed[1]["detail"]
    assert (closed[1]["detail"]["outcome"], closed[1]["detail"]["rows"]) == ("complete", 2)
    assert len(pc.entries(bench, Event.decision)) == 2
    assert first.id != second.id
    told = [{**i.to_dict(), "id": "", "ledger_seq": 0} for i in (first, second)]
    assert told[0] == told[1]
    assert pc.given_again(bench, pc.ask(bench, SUM, LI)[1]) == first.ledger_seq


def test_a_statistic_keeps_its_protection(running: Workbench) -> None:
    rows, first = pc.ask(running, pc.BY_TOWN, LI)
    same, second = pc.ask(running, pc.BY_TOWN, WANG)
    assert rows == same
    assert pc.given_again(running, second) == first.ledger_seq
    assert second.tier == "statistics"
    assert second.disclosure == first.disclosure
    assert second.companions
    closed = pc.entry_of(running, Event.release_closed, second)
    assert closed["detail"]["withheld"] >= 0


def test_another_rule_computes_anew(bench: Workbench) -> None:
    before = pc.ask(bench, pc.BY_TOWN, LI)[0]
    pc.edit_city(bench.city().root, lambda spec: spec["settings"].update(threshold_k=5))
    pc.eventually(lambda: bench.city().settings.threshold_k == 5)
    after, info = pc.ask(bench, pc.BY_TOWN, LI)
    assert pc.given_again(bench, info) is None
    assert info.disclosure is not None
    assert info.disclosure["rules"]["k"] == 5
    assert (before[1][1], after[1][1]) == (4, None), "four in the west are too few by now"


def test_figures_that_become_preliminary_say_so_at_once(bench: Workbench) -> None:
    assert pc.ask(bench, SUM, LI)[1].sources[0].status == "final"
    pc.edit_contract(
        bench.city().root,
        "price",
        lambda c: c["customProperties"].append(
            {"property": "figureStatus", "value": "preliminary"}
        ),
    )
    pc.eventually(lambda: bench.city().resources["price"].figure_status.value == "preliminary")
    _, info = pc.ask(bench, SUM, WANG)
    assert info.sources[0].status == "preliminary"
    order = Order(info.id, "ab" * 32, "csv", "价格.csv", 2, 2)
    (source,) = bench.exports.export(WANG, order).body["sources"]
    assert source["status"] == "preliminary"


def test_a_kept_release_may_be_saved_by_whom_it_was_given_to(running: Workbench) -> None:
    pc.ask(running, SUM, LI)
    _, info = pc.ask(running, SUM, WANG)
    assert pc.given_again(running, info) is not None
    order = Order(info.id, "ab" * 32, "csv", "价格.csv", 2, 2)
    with pytest.raises(WorkbenchError) as raised:
        running.exports.export(LI, order)
    assert raised.value.code is Code.export_not_allowed
    body = running.exports.export(WANG, order).body
    assert (body["viewer"], body["released_at"]) == ("wang", info.ledger_seq)
    assert body["sources"][0]["resource"] == "price"


def test_pages_statements_and_parameters_are_told_apart(running: Workbench) -> None:
    sql = "select count(*) as n from price where value > ? and 1 = 1"

    def given(*values: Any) -> pa.RecordBatch:
        return pa.RecordBatch.from_pydict({str(i): [v] for i, v in enumerate(values, 1)})

    assert not again(running, sql, parameters=given(1))
    assert not again(running, sql, parameters=given(2))
    assert not again(running, sql, parameters=given(1.0))
    assert not again(running, sql.replace("1 = 1", "1=1"), parameters=given(1))
    assert not again(running, sql, pc.page("li", "desk"), parameters=given(1))
    assert again(running, sql, WANG, parameters=given(1))
    assert pc.ask(running, sql, LI, parameters=given(2))[0] == [(1,)]
    towns = "select count(*) as n from person where town = ?"
    assert not again(running, towns, parameters=given("东"))
    assert not again(running, towns, parameters=given("西"))
    assert pc.ask(running, towns, WANG, parameters=given("东"))[0][0][0] == 12
    assert again(running, towns, parameters=given("西"))
    plain = "select city from price order by 1"
    assert not again(running, plain, tier=Tier.rows)
    assert not again(running, "select count(*) as n from price", tier=Tier.statistics)
    assert not again(running, "select count(*) as n from price", tier=Tier.rows)


@pytest.mark.parametrize(
    "sql",
    [
        "select random() from price",
        "select day, now() from price",
        "select current_date, city from price",
        "select CURRENT_TIMESTAMP::varchar from price",
        "select age(day) from price",
        "select day.age() from price",
        "select reservoir_quantile(value, 0.5) from price",
        "select gen_random_uuid() from price",
        "select list_aggregate([1], 'sum') from price",
        "select * from price using sample 2 rows",
        "select getvariable('x') from price",
        "describe price",
    ],
)
def test_what_changes_by_itself_is_computed_each_time(running: Workbench, sql: str) -> None:
    before = count(running)
    pc.ask(running, sql, LI)
    if sql != "describe price":  # what a contract says does not change by itself
        assert not again(running, sql)
        assert count(running) == before


def test_what_people_ask_is_not_kept(running: Workbench) -> None:
    before = count(running)
    for _ in range(2):
        assert not again(running, "select max(value) from price", pc.person("li"))
    assert count(running) == before
    assert not again(running, "select max(value) from price")
    assert not again(running, "select max(value) from price", pc.person("li"))


def test_an_answer_that_was_not_sent_whole_is_not_kept(running: Workbench) -> None:
    many = "select r.range, city from range(300000) r, price order by 1, 2"
    with running.query_path.run(LI, SCENARIO, many, method="test", medium="memory") as result:
        next(iter(result))
    assert not again(running, many)
    assert again(running, many)


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table price as select '假' as city, 0 as value",
        "explain analyze create temp table price as select '假' as city, 0 as value",
        "set variable v = 1",
        "prepare p as select 1",
        "create temp macro city() as '假'",
        "begin",
        "explain select 1",
    ],
)
def test_a_viewer_leaves_nothing_behind_in_the_page_s_worker(
    running: Workbench, statement: str
) -> None:
    """All viewers share it: a table of one's own would be a false figure before the others."""
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(running, statement, LI)
    assert raised.value.code is Code.statement_not_allowed
    assert pc.ask(running, SUM, WANG)[0] == [("乙", 3), ("甲", 3)]
    for _, seat in running.query_path._pool._all_seats():
        assert not seat.created


def test_the_rules_of_a_statistic_shape_its_key(running: Workbench) -> None:
    city = running.city()
    known = city.scenarios[SCENARIO]
    grants = tuple(g for g in grants_of(known) if g.department == LI.department)
    permit = Permit(known, grants, (), tier=Tier.statistics)
    stricter = replace(city, settings=replace(city.settings, threshold_k=9))
    statements = [
        Statement(permit, pc.BY_TOWN, parameters, of)
        for of in (city, stricter)
        for parameters in ({}, {"1": 1}, {"1": "1"})
    ]
    assert len({statement.shape() for statement in statements}) == 6
    assert statements[0].shape() == Statement(permit, pc.BY_TOWN, {}, city).shape()


def a_row_less(scenario: dict[str, Any]) -> None:
    scenario["resources"][0]["rows"] = [{"column": "city", "op": "=", "value": "甲"}]


def retitled(contract: dict[str, Any]) -> None:
    contract["name"] = "另一标题"


def delivered(bench: Workbench) -> None:
    pc.deliver(bench, bench.city().root, "price", "city,day,value\n丙,2026-01-01,9\n")


def recalled(bench: Workbench) -> None:
    recall(bench.extracts, Wish("price", 0, "x", "counted twice"), bench.clock)


def revoked(bench: Workbench) -> None:
    grant = f"{SCENARIO}/page:board/price"
    bench.store.revocations.revoke(grant, bench.clock().date(), "x", "y")


ENDS: dict[str, Callable[[Workbench], object]] = {
    "revocation": revoked,
    "narrower grant": lambda bench: pc.edit_scenario(bench.city().root, a_row_less),
    "new extract": delivered,
    "recall": recalled,
    "contract": lambda bench: pc.edit_contract(bench.city().root, "price", retitled),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_ends_a_workspace_ends_what_is_kept(
    end: Callable[[Workbench], object], bench: Workbench
) -> None:
    rows = pc.ask(bench, SUM, LI)[0]
    assert count(bench) == 1
    end(bench)
    pc.eventually(lambda: count(bench) == 0)
    if end in (revoked, recalled):
        with pytest.raises(WorkbenchError) as raised:
            pc.ask(bench, SUM, LI)
        assert raised.value.code in (Code.grant_revoked, Code.extract_recalled)
        return
    after, info = pc.ask(bench, SUM, LI)
    assert pc.given_again(bench, info) is None
    assert (after == rows) == (end is ENDS["contract"])


def test_what_is_kept_ends_with_the_last_day_of_its_grant(
    bench: Workbench, clock: pc.Clock
) -> None:
    last = (clock() + timedelta(days=3)).date()
    pc.edit_scenario(bench.city().root, lambda s: s.update(valid_until=last.isoformat()))
    pc.eventually(lambda: bench.city().scenarios[SCENARIO].valid_until == last)
    pc.ask(bench, SUM, LI)
    assert again(bench, SUM, WANG)
    clock.ahead += timedelta(days=5)
    pc.eventually(lambda: count(bench) == 0)
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(bench, SUM, LI)
    assert raised.value.code is Code.grant_expired


def test_a_disabled_viewer_is_given_nothing_and_closing_drops_all(
    bench: Workbench,
) -> None:
    pc.ask(bench, SUM, LI)
    bench.store.users.disable("wang")
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(bench, SUM, WANG)
    assert raised.value.code is Code.user_disabled
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(bench, SUM, pc.page("chen"))
    assert raised.value.code is Code.viewer_not_listed
    pc.ask(bench, SUM, LI)
    assert count(bench) == 1
    bench.query_path.close()
    assert count(bench) == 0


def test_who_is_disabled_ends_nothing_of_the_other_viewers(bench: Workbench) -> None:
    pc.ask(bench, SUM, LI)
    assert again(bench, SUM, WANG), "the last who asked is the one who is disabled"
    ((_, seat),) = bench.query_path._pool._all_seats()
    worker = seat.worker
    bench.store.users.disable("wang")
    assert bench.query_path._standing.sweep()
    with pytest.raises(WorkbenchError) as raised:
        pc.ask(bench, SUM, WANG)
    assert raised.value.code is Code.user_disabled
    assert again(bench, SUM, LI)
    assert pc.entries(bench, Event.workspace_destroyed) == []
    pc.ask(bench, SUM + " limit 7", LI)
    assert seat.worker is worker is not None
    assert worker.alive
    revoked(bench)
    pc.eventually(lambda: count(bench) == 0 and not seat.taken)
    pc.eventually(lambda: len(pc.entries(bench, Event.workspace_destroyed)) == 1)


def test_what_a_person_holds_ends_when_they_are_disabled(bench: Workbench) -> None:
    pc.ask(bench, SUM, pc.person("li"))
    ((_, seat),) = bench.query_path._pool._all_seats()
    bench.store.users.disable("li")
    pc.eventually(lambda: not seat.taken)


def test_what_is_kept_stays_within_its_limits(city: Path, tmp_path: Path) -> None:
    root = pc.copied(city, tmp_path, kept_mb=2, kept_result_mb=1)

    def of(mega: float, name: str) -> str:
        rows = int(mega * (1 << 20) / 8)
        return f"select r.range as {name} from range({rows}) r, price where value = 1"

    with pc.opened(root) as bench:
        for name in ("a", "b", "c"):
            assert not again(bench, of(0.7, name))
        assert count(bench) == 2
        assert 1.3 * (1 << 20) <= bench.query_path._kept.size <= 2 << 20
        assert again(bench, of(0.7, "b"))
        assert not again(bench, of(0.7, "a")), "the first to come was the first to go"
        assert again(bench, of(0.7, "b")), "and what was used stayed"
        assert not again(bench, of(1.1, "large"))
        assert not again(bench, of(1.1, "large"))
        pc.edit_city(root, lambda spec: spec["settings"].update(kept_mb=0))
        pc.eventually(lambda: bench.city().settings.kept_mb == 0)
        for _ in range(2):
            assert not again(bench, SUM)


def test_twenty_who_ask_the_same_at_once_are_given_one_answer(running: Workbench) -> None:
    sql = SLOW.replace("120000000", "20000000")
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda i: pc.ask(running, sql, (LI, WANG)[i % 2]), range(20)))
    assert len({tuple(rows) for rows, _ in found}) == 1
    first = [info.ledger_seq for _, info in found if pc.given_again(running, info) is None]
    assert len(first) == 1
    assert {pc.given_again(running, info) for _, info in found} == {None, *first}


def test_who_waits_may_give_up_and_goes_on_where_the_first_fails(running: Workbench) -> None:
    stop_first, stop_second = threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(pc.ask, running, SLOW, LI, cancelled=stop_first.is_set)
        pc.eventually(lambda: bool(running.query_path._kept._making))
        second = pool.submit(pc.ask, running, SLOW, WANG, cancelled=stop_second.is_set)
        quick = SLOW.replace("120000000", "1000")
        pc.eventually(lambda: len(running.query_path.running(LI.id)) == 2)
        waiting = running.query_path.running(LI.id)[1]
        assert waiting.stage == "waiting"
        third = pool.submit(pc.ask, running, SLOW, LI)
        stop_second.set()
        with pytest.raises(WorkbenchError) as raised:
            second.result(timeout=30)
        assert raised.value.code is Code.cancelled
        assert not first.done()
        stop_first.set()
        with pytest.raises(WorkbenchError):
            first.result(timeout=30)
        _, info = third.result(timeout=60)
    assert pc.given_again(running, info) is None
    assert again(running, SLOW)
    assert not again(running, quick)


def test_who_has_waited_long_enough_computes_too(
    running: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_module, "WAIT_SECONDS", 0.2)
    sql = SUM + " limit 100"
    pc.ask(running, sql, LI)
    key = next(reversed(running.query_path._kept._results))
    running.query_path._kept.clear()
    with running.query_path._kept.turn(key, running.city(), lambda: None):
        started = time.monotonic()
        assert not again(running, sql, WANG)
        assert time.monotonic() - started > 0.2
        assert count(running) == 0, "it is the first one's to keep"


def test_what_was_pulled_is_kept_until_it_is_pulled_anew(tmp_path: Path, clock: pc.Clock) -> None:
    at.write_attached(tmp_path, at.server_of("sqlite", None, "10m"))
    at.fill_sqlite(tmp_path)
    pc.edit_scenario(tmp_path, pc.add_pages)
    pc.aged(tmp_path)
    sql = "select count(*) as n from staff"
    with pc.opened(tmp_path, clock) as bench:
        for name in pc.VIEWERS:
            bench.store.users.add(name, pc.PASSWORD, "user", pc.person(name).roles)
        rows, first = pc.ask(bench, sql, LI)
        same, second = pc.ask(bench, sql, WANG)
        assert rows == same
        assert pc.given_again(bench, second) == first.ledger_seq
        clock.ahead += timedelta(minutes=11)
        _, third = pc.ask(bench, sql, WANG)
        assert pc.given_again(bench, third) == first.ledger_seq, "the same rows came"
        assert third.sources[0].pulled_at != first.sources[0].pulled_at
        at.fill_sqlite(tmp_path, at.ROWS[:1])
        clock.ahead += timedelta(minutes=11)
        fourth, info = pc.ask(bench, sql, LI)
        assert pc.given_again(bench, info) is None
        assert fourth == [(1,)] != rows
