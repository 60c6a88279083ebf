"""The baselines' choices, made on the tuning seeds alone: ``python -m tests.bench.warning_tuning``.

For each kind and method, of all forms, months and thresholds: *budget* is the one with the best F1
among those that raise no more false alarms for 1,000 subject-months than the rule does on the same
seeds (``LEAST_BUDGET`` at least), *best* the one with the best F1 of all, whatever it raises, and
*customary* the threshold that is often taken. They are kept in ``warning_tuned.json``.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.warning_baselines import CUSTOMARY, METHODS
from tests.bench.warning_counts import Counts
from tests.bench.warning_seen import ours, seen, tried

TUNED = range(1, 5)
COUNT, MONTHS = 6_000, 60
PROCESSES = 4
LEAST_BUDGET = 0.01
FILE = Path(__file__).with_name("warning_tuned.json")
_PARTS = np.array([0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9])
GRIDS = {
    "threshold on power": _PARTS,
    "threshold": _PARTS,
    "z-score": np.array([1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0, 14.0, 20.0]),
    "CUSUM": np.array([3.0, 5.0, 7.0, 9.0, 12.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0]),
}
Key = tuple[str, int, float]
Tried = dict[str, dict[str, dict[Key, Counts]]]


def of_city(seed: int) -> tuple[dict[str, Counts], Tried]:
    city = seen(seed, COUNT, MONTHS)
    mine = {kind: ours(city, kind) for kind in city.scores}
    others = {
        kind: {method: tried(city, kind, method, GRIDS[method]) for method in METHODS}
        for kind in city.scores
    }
    return mine, others


def chosen(mine: Counts, others: dict[Key, Counts], method: str) -> dict[str, Any]:
    budget = max(mine.false_rate, LEAST_BUDGET)
    within = {key: one for key, one in others.items() if one.false_rate <= budget}
    quiet = min(others, key=lambda key: others[key].false_rate)
    return {
        "budget": max(within, key=lambda key: within[key].f1()) if within else quiet,
        "best": max(others, key=lambda key: others[key].f1()),
        "customary": ("plain", 1, CUSTOMARY[method]),
    }


def main() -> None:
    mine: dict[str, Counts] = {}
    others: Tried = {}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for seed, (one, more) in zip(TUNED, pool.map(of_city, TUNED), strict=True):
            print(f"  seed {seed}", file=sys.stderr, flush=True)
            for kind, counts in one.items():
                mine.setdefault(kind, Counts()).add(counts)
                for method, found in more[kind].items():
                    kept = others.setdefault(kind, {}).setdefault(method, {})
                    for key, each in found.items():
                        kept.setdefault(key, Counts()).add(each)
    picked = {
        kind: {method: chosen(mine[kind], found, method) for method, found in methods.items()}
        for kind, methods in others.items()
    }
    FILE.write_text(json.dumps(picked, indent=1) + "\n", "utf-8")
    for kind, counts in mine.items():
        told = f"recall {counts.recall:.3f} precision {counts.precision:.3f}"
        print(f"{kind}: {told} F1 {counts.f1():.3f} false {counts.false_rate:.3f}")
        for method, choices in picked[kind].items():
            best = others[kind][method][tuple(choices["budget"])]
            own = others[kind][method][tuple(choices["best"])]
            print(f"  {method}: {choices} F1 {best.f1():.3f}, {own.f1():.3f}")


if __name__ == "__main__":
    main()
