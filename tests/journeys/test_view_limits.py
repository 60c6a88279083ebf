"""What one person may see of a view in a day: counted before a page leaves, by a clock of ours."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from view_city import SCENARIO, make

from workbench.errors import Code, LimitReached
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role

ANALYST = frozenset({Role.analyst})
LI, WANG = Actor("li", "user", ANALYST), Actor("wang", "user", ANALYST)


class Clock:
    """10:00 in China, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("limits"), view_rows_per_day=12)


def opened(root: Path, clock: Clock) -> Workbench:
    bench = open_workbench(root, clock)
    for person in (LI, WANG):
        if bench.store.users.get(person.id) is None:
            bench.store.users.add(person.id, "a long enough password", "user", ANALYST)
    return bench


def rows(bench: Workbench, actor: Actor, **asked: Any) -> int:
    body = {"do": "view", "resource": "firm", **asked}
    with bench.query_path.template(
        actor, SCENARIO, body, method="view", medium="memory"
    ) as running:
        return pa.Table.from_batches(list(running), schema=running.schema).num_rows


def refused(bench: Workbench, actor: Actor, **asked: Any) -> str:
    with pytest.raises(LimitReached) as limit:
        rows(bench, actor, **asked)
    assert limit.value.code is Code.view_limit
    return limit.value.said("en")


def test_a_day_by_the_clock_of_china_for_each_person_and_over_restarts(root: Path) -> None:
    clock = Clock()
    with opened(root, clock) as bench:
        assert rows(bench, LI, rows=8) == 8
        assert "rows=4" in refused(bench, LI, rows=5)
        assert rows(bench, WANG, rows=8) == 8, "another person has a day of their own"
    with opened(root, clock) as bench:
        assert "rows=4" in refused(bench, LI, rows=5), "a restart forgets nothing"
        assert rows(bench, LI, rows=3, where=[["id", "=", [4]]]) == 1, "charged as it came"
        assert rows(bench, LI, rows=3, where=[["id", "=", [-1]]]) == 0, "and one for an empty one"
        assert "rows=2" in refused(bench, LI, rows=3)
        clock.now = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
        assert rows(bench, LI, rows=2) == 2
        assert "tomorrow" in refused(bench, LI, rows=1)
        clock.now += timedelta(minutes=1)
        assert rows(bench, LI, rows=10) == 10, "midnight in China"


def test_a_refusal_for_the_allowance_tells_nothing_of_the_rows(root: Path) -> None:
    """One row is left: whether a filter finds none, one or many, two are not to be had."""
    clock = Clock()
    clock.now += timedelta(days=30)
    with opened(root, clock) as bench:
        assert rows(bench, LI, rows=10) == 10
        assert rows(bench, LI, rows=1) == 1
        said = {
            refused(bench, LI, rows=2, where=[["id", op, [value]]])
            for op, value in ((">", 0), ("=", 4), ("=", -1))
        }
        assert len(said) == 1
        assert rows(bench, LI, rows=1) == 1, "no refusal was charged"


def test_pages_are_no_deeper_than_a_day(root: Path) -> None:
    clock = Clock()
    clock.now += timedelta(days=60)
    with opened(root, clock) as bench:
        assert rows(bench, LI, rows=1, page=12) == 1
        assert "beyond the 12 rows" in refused(bench, LI, rows=1, page=13)
        assert "beyond" in refused(bench, LI, rows=10, page=1_000_000)
        assert "10 rows at most" in refused(bench, LI, rows=11)


def test_requests_at_once_do_not_share_the_last_rows(root: Path) -> None:
    clock = Clock()
    clock.now += timedelta(days=90)
    with opened(root, clock) as bench:
        rows(bench, LI, rows=1)  # the worker is there
        got: list[int] = []
        codes: list[Code] = []
        start = threading.Barrier(8)

        def race() -> None:
            start.wait()
            try:
                got.append(rows(bench, LI, rows=4))
            except LimitReached as limit:
                codes.append(limit.code)

        threads = [threading.Thread(target=race) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [4, 4]
        assert codes == [Code.view_limit] * 6


def test_the_same_page_again_is_charged_again(root: Path) -> None:
    clock = Clock()
    clock.now += timedelta(days=120)
    with opened(root, clock) as bench:
        for _ in range(3):
            assert rows(bench, LI, rows=4, page=2) == 4
        assert "tomorrow" in refused(bench, LI, rows=4, page=2)
