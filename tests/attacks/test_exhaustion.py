"""No statement starves the gateway or anybody beside it, and none outlives its limits."""

from __future__ import annotations

import time
from typing import Any

import httpx
import psutil
import pytest

from attacks.canary_city import SMALL_LIMITS
from attacks.conftest import BYSTANDER_SECONDS, Arena
from attacks.paragraphs import Case, cases

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

OVERRUN_SECONDS = 20.0
"""After the deadline: a second of grace for the interrupt, the kill, two busy cores, and the
reading of a statement as long as the limit allows, which nothing interrupts."""

LIKE = {
    "a recursive CTE with a key that changes for ever": "a recursive CTE without an end",
    "unnest of lists of lists": "a cross join of four",
    "range of a trillion of trillions": "generate_series by an interval of a microsecond",
    "a window over all": "a sort that spills over its limit",
    "string_agg of everything as one value": "list of everything as one value",
    "similarity of long texts, in every row": "the distance of two long texts",
    "a long chain of unions": "a long chain of operators",
    "a million columns by PIVOT": "a hundred thousand columns",
    "a hundred thousand members of IN": "a long chain of operators",
    "a hundred thousand partitions of a window": "an aggregation of distinct long keys",
    "padding by format": "padding",
    "arrays of a fixed size": "a long chain of operators",
    "a combinatorial explosion of lists": "a list bomb: doubled again and again",
    "JSON forty thousand levels deep": "padding",
    "a bit string": "padding",
    "a scalar subquery for each pair": "a cross join of four",
    "random joins that never match": "a cross join of four",
}
"""Each takes seconds and exhausts what the other one exhausts, which `make test` runs; all of
them run with `make test-slow`."""


def some(case: Case) -> Any:
    """The case, among the slow ones where another of its kind is asked in every run."""
    marks = [pytest.mark.slow] if case.idea in LIKE else []
    return pytest.param(case, marks=marks, id=case.id)


in_both_runs = pytest.mark.parametrize("run", ["", pytest.param("slow", marks=pytest.mark.slow)])
"""What is examined after the cases, whichever of them ran."""


def test_each_kind_is_in_every_run() -> None:
    ideas = {case.idea for case in cases("exhaustion")}
    assert ideas >= LIKE.keys() | set(LIKE.values())
    assert LIKE.keys().isdisjoint(LIKE.values())
    assert len(ideas - LIKE.keys()) >= 43


@pytest.mark.parametrize("case", [some(case) for case in cases("exhaustion")])
def test_nobody_is_starved(case: Case, arena: Arena) -> None:
    answers, found, bystander = arena.attack_watched(case)
    assert not found, [case.steps[0][:200], found]
    for answer in answers:
        assert answer.code not in ("?", "internal"), answer.error
        assert answer.seconds < SMALL_LIMITS["query_seconds"] + OVERRUN_SECONDS, answer.code
    assert bystander.table is not None, bystander.error
    assert bystander.table.to_pylist() == [{"n": 3}]
    assert bystander.seconds < BYSTANDER_SECONDS


def test_many_prepared_handles_and_many_queries_at_once(arena: Arena) -> None:
    """Handles are bounded a person; queries beyond the limit are refused, and others go on."""
    connection = arena.gateway.connection("hoarder")
    cursors = [connection.cursor() for _ in range(300)]
    try:
        for number, cursor in enumerate(cursors):
            cursor.adbc_prepare(f"SELECT {number} AS n FROM town")
        assert arena.gateway.ask("hoarder", "SELECT 1 AS n").code == "ok"
        assert arena.gateway.ask("bystander", "SELECT 1 AS n").code == "ok"
    finally:
        for cursor in cursors:
            cursor.close()


# After all of the above -----------------------------------------------------------------------


@in_both_runs
def test_the_gateway_is_alive_and_runs_nothing(arena: Arena, run: str) -> None:
    assert arena.gateway.process.poll() is None
    assert arena.gateway.healthy()
    for person in sorted(arena.people):
        header = {"Authorization": f"Bearer {arena.gateway.token(person)}"}
        answer = httpx.get(f"{arena.gateway.http}/queries", headers=header, timeout=10)
        assert answer.json() == []
    print(
        f"slowest attack {arena.slowest:.1f} s, "
        f"slowest bystander beside one {arena.slowest_bystander:.1f} s"
    )


@in_both_runs
def test_no_worker_outlives_its_limits(arena: Arena, run: str) -> None:
    workers = arena.gateway.workers()
    people = len(arena.people) + 3  # the neighbour, the bystander, the hoarder
    spares = 2  # a worker and a builder that nobody has used
    assert len(workers) <= people + spares
    assert any(idle_for_a_second(workers) for _ in range(5)), "still computing"
    for process in workers:
        assert process.memory_info().rss < (SMALL_LIMITS["memory_mb"] + 512) << 20


def idle_for_a_second(workers: list[psutil.Process]) -> bool:
    """A spare that has just been started computes too, once."""
    before = [sum(process.cpu_times()[:2]) for process in workers]
    time.sleep(1.0)
    after = [sum(process.cpu_times()[:2]) for process in workers]
    return all(now - then < 0.3 for then, now in zip(before, after, strict=True))
