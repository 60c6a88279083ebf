"""The loop that both stores go through, and what it says of itself."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from faults.suffering import People, Suffering, suffering

SEED = "WORKBENCH_FAULT_SEED"
ROUNDS = "WORKBENCH_FAULT_ROUNDS"
"""Environment variables: a seed to go through the same draws again, and how many rounds."""
TARGETS = ("gateway", "worker", "builder", "ingest")
_EXAMINE_EVERY = 10


def seed() -> int:
    """Drawn, or as the variable says; printed, so that a failure can be gone through again."""
    found = int(os.environ.get(SEED, secrets.randbelow(1 << 32)))
    print(f"{SEED}={found}")
    return found


def gone_through(folder: Path, rounds: int, store: Mapping[str, str], people: People) -> Suffering:
    """``rounds`` lives of a gateway; ``found`` of what comes back says what does not hold."""
    rounds = int(os.environ.get(ROUNDS, rounds))
    began = time.monotonic()
    with suffering(folder, seed(), people, store=store) as city:
        for number in range(rounds):
            city.round()
            if number % _EXAMINE_EVERY == _EXAMINE_EVERY - 1:
                city.examine()
                print(
                    f"{number + 1} rounds, {time.monotonic() - began:.0f} s\n{city.told()}",
                    flush=True,
                )
                assert not city.found, city.found[:20]
        city.end()
    print(city.told())
    print(f"{rounds} rounds in {time.monotonic() - began:.0f} s; findings: {len(city.found)}")
    for target in TARGETS:
        assert sum(n for (t, _), n in city.hits.items() if t == target) >= rounds, target
    return city
