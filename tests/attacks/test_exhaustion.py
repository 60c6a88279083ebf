"""No statement starves the gateway or anybody beside it, and none outlives its limits."""

from __future__ import annotations

import time

import httpx
import pytest

from attacks.canary_city import SMALL_LIMITS
from attacks.conftest import BYSTANDER_SECONDS, Arena
from attacks.paragraphs import Case, cases

OVERRUN_SECONDS = 20.0
"""After the deadline: a second of grace for the interrupt, the kill, two busy cores, and the
reading of a statement as long as the limit allows, which nothing interrupts."""


@pytest.mark.parametrize("case", cases("exhaustion"), ids=lambda case: case.id)
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


def test_the_gateway_is_alive_and_runs_nothing(arena: Arena) -> None:
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


def test_no_worker_outlives_its_limits(arena: Arena) -> None:
    workers = arena.gateway.workers()
    people = len(arena.people) + 3  # the neighbour, the bystander, the hoarder
    spares = 2  # a worker and a builder that nobody has used
    assert len(workers) <= people + spares
    before = {p.pid: sum(p.cpu_times()[:2]) for p in workers}
    time.sleep(1.0)
    for process in workers:
        assert sum(process.cpu_times()[:2]) - before[process.pid] < 0.3, "still computing"
        assert process.memory_info().rss < (SMALL_LIMITS["memory_mb"] + 512) << 20
