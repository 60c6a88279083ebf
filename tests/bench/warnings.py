"""Early warning against planted truth, next to three baselines on the same records.

Rules were chosen on seeds 1 to 3, thresholds of baselines on seeds 1 and 2. What is reported are
seeds 9001 to 9010, run once after the last change. How alarms are held against what was planted is
in ``warning_counts``, the baselines in ``warning_baselines``, their tuning in ``warning_tuning``.

``python -m tests.bench warnings``, or ``python -m tests.bench.warnings --seeds 1 2`` for other
seeds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.chart import Line, chart
from tests.bench.measure import table
from tests.bench.warning_baselines import METHODS
from tests.bench.warning_city import measured_city, rules
from tests.bench.warning_counts import Counts
from tests.bench.warning_seen import PLANTED, Seen, any_rule, missed, ours, seen, theirs
from tests.bench.warning_tuning import FILE
from workbench.economy import warning
from workbench.economy.frames import add_months

COUNT, MONTHS = 4_000, 60
PICTURE = Path(__file__).parents[2] / "docs" / "benchmarks" / "warnings.svg"
PROCESSES = 5
REPORTED = range(9001, 9011)
CHOICES = ("budget", "best", "customary")
LEADS = range(25)
SIZES = (10_000, 30_000)


def run(quick: bool) -> dict[str, Any]:
    figures = measured([1] if quick else REPORTED, quick)
    if not quick:
        PICTURE.write_text(picture(figures), "utf-8")
    return figures


def measured(seeds: Iterable[int], quick: bool = False) -> dict[str, Any]:
    tuned = json.loads(FILE.read_text("utf-8"))
    total: dict[str, dict[str, Counts]] = {}
    misses: dict[str, list[dict[str, object]]] = {}
    with ProcessPoolExecutor(PROCESSES) as pool:
        cities = pool.map(partial(seen, count=COUNT, months=MONTHS), seeds)
        for one, more in (_of_city(city, tuned) for city in cities):
            for kind, methods in one.items():
                for name, counts in methods.items():
                    total.setdefault(kind, {}).setdefault(name, Counts()).add(counts)
            for kind, found in more.items():
                misses.setdefault(kind, []).extend(found)
    kinds = {k: {n: _told(c) for n, c in methods.items()} for k, methods in total.items()}
    return {
        "seeds": list(seeds),
        "enterprises": COUNT,
        "months": MONTHS,
        "kinds": kinds,
        "missed": misses,
        "cost": [] if quick else [_cost(size) for size in SIZES],
    }


def _of_city(
    city: Seen, tuned: dict[str, Any]
) -> tuple[dict[str, dict[str, Counts]], dict[str, list[dict[str, object]]]]:
    found: dict[str, dict[str, Counts]] = {}
    for kind, methods in tuned.items():
        mine = {"ours": ours(city, kind)}
        if kind not in PLANTED:
            mine["ours, any rule"] = any_rule(city, kind)
        for method, choices in methods.items():
            for choice in CHOICES:
                mine[f"{method}, {choice}"] = theirs(city, kind, method, *choices[choice])
        found[kind] = mine
    print(f"  seed {city.seed}", file=sys.stderr, flush=True)
    return found, {kind: missed(city, kind) for kind in tuned}


def _told(one: Counts) -> dict[str, Any]:
    return {
        "planted": one.planted,
        "found": one.found,
        "alarms": one.alarms,
        "classes": dict(one.classes),
        "recall": one.recall,
        "precision": one.precision,
        "strict": one.strict,
        "f1": one.f1(),
        "strict_f1": one.f1(strict=True),
        "lead": {"mean": _mean(one.leads), "median": _middle(one.leads)},
        "to_full": _mean(one.to_full),
        "by_month": [sum(lead <= n for lead in one.leads) / max(one.planted, 1) for n in LEADS],
        "false_per_1000": one.false_rate,
        "subject_months": one.months,
    }


def _mean(values: list[int]) -> float | None:
    return float(np.mean(values)) if values else None


def _middle(values: list[int]) -> float | None:
    return float(np.median(values)) if values else None


def _cost(size: int) -> dict[str, Any]:
    """Processor time of all rules for one month, with the panel that they need in memory."""
    asked = rules()
    city = measured_city(1, size, 48, asked)
    month, spent = city.months[-1], {}
    for name, rule in asked.items():
        began = time.process_time()
        first = add_months(month, 1 - warning.months_needed(rule.parameters))
        some = city.panel.filter(city.panel["month"] >= first)
        warning.alerts(rule.found_by, rule.parameters, rule.levels, some, month)
        spent[name] = round(time.process_time() - began, 2)
    return {"enterprises": size, "seconds": spent, "sum": round(sum(spent.values()), 2)}


def picture(figures: dict[str, Any]) -> str:
    """The share of planted stops, cuts and slides that is found by each month."""
    lines = []
    for kind in ("stop", "cut", "tax_slide", "export_loss", "credit"):
        points = figures["kinds"][kind]["ours"]["by_month"]
        lines.append(Line(kind, [(float(n), 100 * share) for n, share in enumerate(points)]))
    return chart(lines, "months since the event began", "found of those planted (%)")


def report(figures: dict[str, Any]) -> str:
    head = (
        "kind", "planted", "recall", "precision", "strict", "F1", "lead", "false / 1,000",
        "best baseline, same budget: F1", "best baseline: F1", "its false / 1,000",
    )  # fmt: skip
    rows = [_row(kind, methods) for kind, methods in figures["kinds"].items()]
    costs = "; ".join(
        f"{each['enterprises']:,} enterprises {each['sum']:.1f} s" for each in figures["cost"]
    )
    return f"""## warnings

Early warning on seeds {figures["seeds"]}, {figures["enterprises"]:,} enterprises and
{figures["months"]} months each (docs/early-warning-measured.md says how it is counted). Lead: mean
months from an event's beginning to the first alarm. Processor time of all eight rules for one
month: {costs}.

{table(head, rows)}
"""


def best_of(methods: dict[str, Any], choice: str) -> tuple[str, dict[str, Any]]:
    """The baseline with the best F1."""
    some = {n: methods[f"{n}, {choice}"] for n in METHODS}
    name = max(some, key=lambda n: some[n]["f1"])
    return name, some[name]


def _row(kind: str, methods: dict[str, Any]) -> list[str]:
    it = methods["ours"]
    budget, best = best_of(methods, "budget"), best_of(methods, "best")
    return [
        kind, str(it["planted"]), f"{it['recall']:.2f}", f"{it['precision']:.2f}",
        f"{it['strict']:.2f}", f"{it['f1']:.2f}", _months(it["lead"]["mean"]),
        f"{it['false_per_1000']:.3f}", f"{budget[1]['f1']:.2f} ({budget[0]})",
        f"{best[1]['f1']:.2f} ({best[0]})", f"{best[1]['false_per_1000']:.3f}",
    ]  # fmt: skip


def _months(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", nargs="+", type=int, default=list(REPORTED))
    print(report(measured(parser.parse_args().seeds, quick=True)))
