"""kill -9 of gateway, worker, builder and ingest at random moments, on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.loops import gone_through
from faults.suffering import FEW, MORE


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_deaths_of_each(tmp_path: Path) -> None:
    city = gone_through(tmp_path, 2, {}, FEW)
    assert not city.found, city.found[:20]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_hundred_deaths_of_each(tmp_path: Path) -> None:
    city = gone_through(tmp_path, 100, {}, MORE)
    assert not city.found, city.found[:20]
    for target, least in (("gateway", 4), ("worker", 2), ("builder", 2), ("ingest", 3)):
        phases = {phase for t, phase in city.hits if t == target}
        assert len(phases) >= least, (target, phases)
