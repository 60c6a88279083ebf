"""Decisions and listings in cities of 20 to 2,000 resources, from files that the loader read."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from big_city import (
    ISSUE,
    Made,
    Size,
    analyst_of,
    column_name,
    made_city,
    resource_name,
    scenario_name,
    uses_of,
    write_big_city,
)

from tests.bench.chart import Line, chart
from tests.bench.measure import table
from workbench.catalogue.city import City, load_city
from workbench.catalogue.files import look
from workbench.catalogue.kept import Kept
from workbench.gateway.answers import CatalogueEntry, VisibleGrant, json_bytes
from workbench.gateway.sources import all_grants
from workbench.model.decision import Visible
from workbench.model.lookup import Grants
from workbench.policy.decide import decide
from workbench.policy.visible import visible
from workbench.sql.inspect import inspect
from workbench.sql.screen import screen

Work = Callable[[], object]

NAME = "policy_scale"
TODAY = date(2026, 11, 22)
SIZES = (
    Size(20, 25, 10, 4),
    Size(100, 25, 50, 10),
    Size(500, 25, 250, 20),
    Size(1000, 25, 500, 40),
    ISSUE,
)
QUICK = SIZES[:2]
FOLDER = Path(__file__).parents[2] / "docs" / "benchmarks"


def run(quick: bool) -> dict[str, Any]:
    """Milliseconds (medians), except ``first load`` and ``one edit`` in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        cities = [_City.at(Path(folder) / str(n), size) for n, size in enumerate(_sizes(quick))]
        rows = [{"resources": c.size.resources, "columns": c.size.resources * c.size.columns,
                 "grants": c.size.grants, **c.loading} for c in cities]  # fmt: skip
        for name, work in MEASURED.items():
            for row, value in zip(rows, _in_turns([work(c) for c in cities]), strict=True):
                row[name] = value
    return {"rows": rows}


def report(figures: dict[str, Any]) -> str:
    """The section of the page; its chart is written beside the figures."""
    rows = figures["rows"]
    write(figures, FOLDER)
    columns = list(rows[0])
    head = [c if c in _COUNTS else f"{c} ({'s' if c in _SECONDS else 'ms'})" for c in columns]
    shown = [[_shown(c, row[c]) for c in columns] for row in rows]
    first, last = rows[0], rows[-1]
    ratios = ", ".join(f"{name} {last[name] / first[name]:.2f}" for name in DECISIONS)
    return (
        "## Decisions in a large city\n\n"
        "Made-up cities in real YAML files, read by the real loader. A decision is the whole way "
        "from the text of a statement to Permit or Deny: screening, reading, deciding. *Mine* is "
        "what the person of one department gets to see, *all mine* where that department holds "
        "every grant of the city; *catalogue* is the whole of it.\n\n"
        f"{table(head, shown)}\n\n"
        f"Largest against smallest city: {ratios}. (Target: no growth.)\n\n"
        "![Time of a decision against the size of the city](benchmarks/policy_scale.svg)"
    )


def write(figures: dict[str, Any], folder: Path) -> None:
    rows = figures["rows"]
    lines = [
        Line(name, [(row["columns"], row[name]) for row in rows]) for name in (*DECISIONS, "mine")
    ]
    folder.mkdir(parents=True, exist_ok=True)
    text = chart(lines, "columns in the city", "milliseconds")
    (folder / "policy_scale.svg").write_text(text, encoding="utf-8")


_COUNTS = ("resources", "columns", "grants")
_SECONDS = ("first load", "one edit")


def _shown(name: str, value: float) -> str:
    return f"{value:,}" if name in _COUNTS else f"{value:.3g}"


def _sizes(quick: bool) -> tuple[Size, ...]:
    return QUICK if quick else SIZES


@dataclass(frozen=True)
class _City:
    """``crowded`` is the same in memory, where one department holds all grants."""

    size: Size
    city: City
    grants: Grants
    crowded: Made
    loading: dict[str, float]

    @classmethod
    def at(cls, root: Path, size: Size) -> _City:
        write_big_city(root, size)
        kept = Kept()
        time.sleep(0.2)  # else its files would pass for being written this very moment
        first, city = _timed(lambda: _load(root, kept))
        file = root / "data_contracts" / "resources" / "r00003.odcs.yaml"
        file.write_text(file.read_text("utf-8").replace("1.0.0", "1.0.1"), "utf-8")
        edit, city = _timed(lambda: _load(root, kept))
        looks = median(_milliseconds(lambda: look(root)) for _ in range(9))
        loading = {"first load": first, "one edit": edit, "look at the files": looks}
        crowded = made_city(replace(size, departments=1))
        return cls(size, city, all_grants(city, {}), crowded, loading)


def _load(root: Path, kept: Kept) -> City:
    kept.start(look(root))
    return load_city(root, kept)


def _timed(work: Callable[[], City]) -> tuple[float, City]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _milliseconds(work: Work) -> float:
    """Of this thread on the processor, which other processes do not stretch."""
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def _in_turns(works: list[Work], repeats: int = 25) -> list[float]:
    """The median of each, taken in turns, so that a slow minute slows all of them."""
    for work in works:
        work()
    taken = [[_milliseconds(work) for work in works] for _ in range(repeats)]
    return [median(times) for times in zip(*taken, strict=True)]


def _decision(statement: Callable[[Size], str], scenario: str = "") -> Callable[[_City], Work]:
    def of(made: _City) -> Work:
        last = made.size.scenarios - 1
        sql, actor = statement(made.size), analyst_of(last, made.size)
        city, grants = made.city, made.grants

        def work() -> None:
            screen(sql)
            reads = inspect(sql, city.names)
            name = scenario or scenario_name(last)
            decide(actor, name, city.scenarios, grants, city.resources, reads, TODAY)

        return work

    return of


def _granted(size: Size) -> str:
    first, second = uses_of(size.scenarios - 1, size)[:2]
    a, b = resource_name(first), resource_name(second)
    c, d = column_name(first, 2), column_name(second, 0)
    return f"select {c}, count(*) from {a} join {b} on {c} = {d} where {c} <> 'x' group by 1"


def _withheld(size: Size) -> str:
    first = uses_of(size.scenarios - 1, size)[0]
    return f"select {column_name(first, 1)} from {resource_name(first)}"


def _mine(made: _City) -> Work:
    actor = analyst_of(made.size.scenarios - 1, made.size)
    city = made.city
    return lambda: _listed(visible(actor, city.scenarios, made.grants, city.resources, TODAY))


def _all_mine(made: _City) -> Work:
    actor = analyst_of(0, replace(made.size, departments=1))
    it = made.crowded
    return lambda: _listed(visible(actor, it.scenarios, it.grants, it.resources, TODAY))


def _listed(lines: tuple[Visible, ...]) -> None:
    for line in lines:
        json_bytes(VisibleGrant.of(line))


def _catalogue(made: _City) -> Work:
    def work() -> None:
        for resource in made.city.resources.values():
            json_bytes(CatalogueEntry.of(resource))

    return work


DECISIONS: dict[str, Callable[[_City], Work]] = {
    "permitted": _decision(_granted),
    "column refused": _decision(_withheld),
    "scenario refused": _decision(lambda _: "select 1", "s9999"),
}
MEASURED = {**DECISIONS, "mine": _mine, "all mine": _all_mine, "catalogue": _catalogue}
