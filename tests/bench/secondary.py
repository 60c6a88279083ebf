"""Secondary suppression: how long, how many cells, and how far from the cheapest pattern."""

from __future__ import annotations

import itertools
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.chart import Line, chart
from tests.bench.measure import table as markdown
from workbench.disclosure.secondary import (
    NOBODY,
    Table,
    audit,
    optimum,
    protection,
    suppress,
    unprotected,
)
from workbench.disclosure.shapes import Rules

RULES = Rules(5, ((2, 0.85),), 0.1)
"""The product's defaults (docs/statistics.md)."""
SIZES = ((20, 10), (50, 20), (100, 25), (100, 50), (200, 50))
QUICK = SIZES[:2]
FEW, MANY = 4.0, 2.2
"""Of the logarithm of how many entities a cell has, the mean: 55 or 9 entities in the median cell."""
SECONDS, TABLES = 600.0, 60
FOLDER = Path(__file__).parents[2] / "docs" / "benchmarks"


def run(quick: bool) -> dict[str, Any]:
    """Seconds of ``suppress``, of proving the pattern anew, and of every attacker's bound."""
    sizes = QUICK if quick else SIZES
    rows = [
        {"rows": r, "columns": c, "withheld": name, **_measured(r, c, mean, insiders)}
        for (r, c), (name, mean, insiders) in itertools.product(sizes, _KINDS)
    ]
    return {"rows": rows, "optimum": _against_optimum(10 if quick else TABLES)}


_KINDS = (
    ("few", FEW, False),
    ("many", MANY, False),
    ("many, insiders", MANY, True),
)


def _measured(rows: int, columns: int, mean: float, insiders: bool) -> dict[str, Any]:
    made = business_table(rows, columns, mean, insiders)
    pattern = suppress(made, seconds=SECONDS, progress=_shown(), clock=time.monotonic)
    started = time.perf_counter()
    open_ = int(unprotected(made, pattern.withheld).sum())
    proven = time.perf_counter()
    bounds = audit(made, pattern.withheld)
    audited = time.perf_counter()
    slack = 1e-6 * made.upper
    close = (bounds.upper < made.values + made.upper - slack) | (
        bounds.lower > np.maximum(made.values - made.lower, made.least) + slack
    )
    assert open_ == 0
    assert not (close & made.primary).any()
    assert pattern.cleaned
    assert not (pattern.failed | pattern.hurried).any()
    return {
        "cells": made.values.size,
        "primary": int(made.primary.sum()),
        "secondary": int(pattern.secondary.sum()),
        "margins": int(pattern.margins_withheld.sum()),
        "programs": pattern.programs,
        "suppress": pattern.seconds,
        "prove anew": proven - started,
        "all bounds": audited - proven,
    }


def _shown() -> Any:
    last = [time.monotonic()]

    def progress(done: int, of: int) -> None:
        if time.monotonic() - last[0] > 5:
            last[0] = time.monotonic()
            print(f"   {done:,} of {of:,}", file=sys.stderr, flush=True)

    return progress


def business_table(rows: int, columns: int, mean: float, insiders: bool = False) -> Table:
    """Sums of a heavy-tailed measure, counties by industries, withheld by the product's rules."""
    draw = np.random.default_rng(rows * columns)
    cells: dict[tuple[int | None, int | None], list[np.ndarray]] = defaultdict(list)
    for row, column in itertools.product(range(rows), range(columns)):
        own = draw.lognormal(8, 1.5, draw.poisson(draw.lognormal(mean, 1.0)))
        if own.size:
            for key in itertools.product((row, None), (column, None)):
                cells[key].append(own)
    return _judged({key: np.concatenate(own) for key, own in cells.items()}, insiders)


def _judged(cells: dict[Any, np.ndarray], insiders: bool) -> Table:
    totals, primary, levels, holders = [], [], [], []
    for number, own in enumerate(cells.values()):
        top, total = np.sort(own)[::-1][:2], float(own.sum())
        rest = total - float(top.sum())
        primary.append(
            own.size < RULES.k or rest < 0.15 * total or rest < RULES.p * top[0]  # type: ignore[operator]
        )
        totals.append(total)
        levels.append(protection(total, list(map(float, top)), own.size, RULES))
        holders.append(number if insiders and own.size == 1 else NOBODY)
    lower, upper = [level.lower for level in levels], [level.upper for level in levels]
    return Table.crossed(list(cells), totals, primary, lower, upper, holder=holders)


def _against_optimum(tables: int) -> dict[str, Any]:
    """Tables of 3 x 3 to 6 x 6 with margins, one inner cell in seven withheld."""
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(tables):
        made = _small(seed)
        best = optimum(made, 60)
        started = time.perf_counter()
        pattern = suppress(made, seconds=60, progress=None, clock=time.monotonic)
        found["seconds"].append(time.perf_counter() - started)
        if best is None or not made.primary.any():
            continue
        assert best.proven
        found["cost"].append(float(made.cost[pattern.secondary].sum()))
        found["least cost"].append(best.cost)
        found["cells"].append(int(pattern.secondary.sum()))
        found["cells of the cheapest"].append(int((best.withheld & ~made.primary).sum()))
    same = sum(a <= b * 1.001 for a, b in zip(found["cost"], found["least cost"], strict=True))
    sums = {name: sum(values) for name, values in found.items()}
    return {"tables": len(found["cost"]), "as cheap": same, **sums}


def _small(seed: int) -> Table:
    draw = np.random.default_rng(5000 + seed)
    shape = draw.integers(3, 7, 2)
    inner = np.round(draw.lognormal(4, 1.5, shape)) * (draw.random(shape) > 0.15)
    cells: dict[Any, float] = defaultdict(float)
    for (row, column), value in np.ndenumerate(inner):
        if value:
            for key in itertools.product((row, None), (column, None)):
                cells[key] += float(value)
    values = np.array(list(cells.values()))
    primary = [None not in key and bool(draw.random() < 0.15) for key in cells]
    return Table.crossed(list(cells), values, primary, 0.15 * values, 0.15 * values)


def report(figures: dict[str, Any]) -> str:
    """The section of the page; its chart is written beside the figures."""
    rows, best = figures["rows"], figures["optimum"]
    _draw(rows)
    counts = ("cells", "primary", "secondary", "margins", "programs")
    times = ("suppress", "prove anew", "all bounds")
    shown = [
        [f"{r['rows']} x {r['columns']}", r["withheld"]]
        + [f"{r[name]:,}" for name in counts]
        + [f"{r[name]:.2f}" for name in times]
        for r in rows
    ]
    head = ["table", "primary cells", *counts, *(f"{name} (s)" for name in times)]
    return f"""## Secondary suppression

Counties by industries with margins, sums of log-normal contributions, withheld by the default rules; *few* with 55
entities in the median cell, *many* with 9; *insiders*: firms alone in a cell attack as well. `suppress` finds the pattern;
each is then proven anew, and the attacker's bounds are solved for every withheld cell: **none was closer than its level**.

{markdown(head, shown)}

![Seconds against the size of the table](benchmarks/secondary.svg)

Against the cheapest pattern there is, on {best["tables"]} tables of 3 x 3 to 6 x 6 with margins: **{best["cost"] / best["least cost"]:.3f}** of
its cost ({best["cells"]:.0f} secondary cells, where the cheapest patterns have {best["cells of the cheapest"]:.0f}); {best["as cheap"]} tables as
cheap as can be; {best["seconds"] / best["tables"] * 1000:.0f} ms a table."""


def _draw(rows: list[dict[str, Any]]) -> None:
    lines = [
        Line(name, [(r["cells"], r["suppress"]) for r in rows if r["withheld"] == name])
        for name, _, _ in _KINDS
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "secondary.svg").write_text(chart(lines, "cells", "seconds"), encoding="utf-8")
