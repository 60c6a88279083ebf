"""When a comparison waits, and when it is told of."""

from __future__ import annotations

import pytest

from workbench.query_path.compare_limits import level_of, pause_of


def test_each_call_waits_twice_as_long_and_none_longer_than_five_seconds() -> None:
    assert [pause_of(n) for n in range(1, 9)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert pause_of(10**9) == 5.0


@pytest.mark.parametrize(
    ("misses", "level"),
    [(0, 0), (99, 0), (100, 1), (199, 1), (200, 2), (399, 2), (400, 3), (800, 4), (1600, 5)],
)
def test_an_alert_at_every_doubling(misses: int, level: int) -> None:
    assert level_of(misses, 100) == level
