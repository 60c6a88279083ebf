"""What it costs to tell how much of a ranking is the weights: processor time and memory.

Departments and scores are made up. Each size is measured in a process of its own, so that the peak
of one is not that of the next.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from fractions import Fraction
from typing import Any

import numpy as np

from tests.bench.measure import table
from workbench.assessment.rates import Rates, share
from workbench.assessment.sensitivity import smallest_swap
from workbench.assessment.stability import Anywhere, Around, leave_one_out, stability
from workbench.assessment.tables import Scores
from workbench.assessment.totals import Weights, total

NAME = "assessment_stability"
SIZES = ((10_000, 100, 40), (10_000, 1_000, 40), (100_000, 100, 40))
QUICK = ((1_000, 30, 20),)
DIMENSIONS, GAPS, ITEMS, SEED = 5, 0.15, 30, 0
MIB = 2**20


def run(quick: bool) -> dict[str, Any]:
    return {"sizes": [_apart(*size) for size in (QUICK if quick else SIZES)]}


def report(figures: dict[str, Any]) -> str:
    rows = [
        [f"{one['draws']:,} × {one['departments']:,} × {one['indicators']}", f"{one['around']:.2f}",
         f"{one['anywhere']:.2f}", f"{one['left_out']:.2f}", f"{one['rates']:.1f}", f"{one['swap']:.2f}",
         f"{one['peak_mib']:.0f}"]
        for one in figures["sizes"]
    ]  # fmt: skip
    return f"""## Rank stability

Draws × departments × indicators; seconds of processor time, and the peak of memory of the whole
process with its libraries. A cell in seven is not rated, so that weights are redistributed.

{table(("size", "near the scheme", "any weights", "each indicator left out", "rates drawn anew", "smallest swap of two", "MiB"), rows)}
"""


def _apart(*size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.assessment_stability", *map(str, size)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))


def _measured(draws: int, departments: int, indicators: int) -> dict[str, Any]:
    weights, scores = _made(departments, indicators)
    rates = _rates(scores)
    first, second = sorted(scores, key=lambda d: -(total(scores[d], weights) or 0))[:2]
    works = {
        "around": lambda: stability(weights, scores, Around(), seed=SEED, draws=draws),
        "anywhere": lambda: stability(weights, scores, Anywhere(), seed=SEED, draws=draws),
        "left_out": lambda: leave_one_out(weights, scores),
        "swap": lambda: smallest_swap(weights, scores, first, second),
    }
    taken = {name: _seconds(work) for name, work in works.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB
    taken["rates"] = _seconds(
        lambda: stability(weights, scores, Around(), seed=SEED, draws=draws, rates=rates)
    )
    size = {"draws": draws, "departments": departments, "indicators": indicators}
    return size | taken | {"peak_mib": peak}


def _seconds(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _made(departments: int, indicators: int) -> tuple[Weights, Scores]:
    rng = np.random.default_rng(SEED)
    names = [f"i{n:02}" for n in range(indicators)]
    weights = {
        f"g{g}": {name: Fraction(100, indicators) for name in names[g::DIMENSIONS]}
        for g in range(DIMENSIONS)
    }
    level = rng.normal(70, 8, departments)
    given = np.clip(level[:, None] + rng.normal(0, 12, (departments, indicators)), 0, 100)
    there = rng.random(given.shape) > GAPS
    scores = {
        f"d{d:04}": {
            name: Fraction(int(given[d, n] * 100), 100)
            for n, name in enumerate(names)
            if there[d, n]
        }
        for d in range(departments)
    }
    return weights, scores


def _rates(scores: Scores) -> Rates:
    return {
        d: {name: share(int(score * ITEMS / 100), ITEMS, lambda hits, of: 100 * hits / of)
            for name, score in given.items()}
        for d, given in scores.items()
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_measured(*map(int, sys.argv[1:]))))
