"""The guard of differences: what a statement costs as more and more was told before.

One department asks table after table about the same firms, whose figures are delivered anew from
time to time. The real guard, real books in a real
SQLite store, sealed; what the worker would answer is answered by a DuckDB in this process, and is
counted apart. Times are those of the processor: hours on a machine that does other things, too,
would else measure these.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from stat_tables import Lab

from tests.bench.chart import Line, chart
from tests.bench.measure import table as markdown
from workbench.disclosure.differencing.processors import use_one
from workbench.disclosure.shapes import Rules
from workbench.disclosure.statement import Compiled, compiled
from workbench.model.grant import Use
from workbench.query_path.bound import Guarded, Prepared
from workbench.query_path.guarding import Asking, Guard
from workbench.store.session import Store, open_store
from workbench.store.told import BookName

RULES = Rules(5, ((2, 0.85),), 0.1)
FIRMS, RELEASES = 5_000, 100_000
QUICK = 300
MARKS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 20_000, 40_000, 60_000, 80_000, 100_000)
"""Up to which number of releases figures are taken together."""
VERSIONS = 10
"""Deliveries in the course of it, each with another turnover of every firm."""
PLAIN = 10
"""The statement itself is run for each one in so many: what it takes does not grow."""
WHERE = {"county": 11, "town": 60, "class_": 40, "size": 4, "status": 3}
"""The dimensions, and how many values each has."""
ONE_WAY = 0.5
"""The share of tables by one dimension; the others have two."""
KEY = bytes(range(32))
FOLDER = Path(__file__).parents[2] / "docs" / "benchmarks"


def run(quick: bool) -> dict[str, Any]:
    """Seconds of the guard by how much was told, and of reading its books again."""
    releases = QUICK if quick else RELEASES
    use_one()
    with TemporaryDirectory(prefix="guard-") as folder:
        store = open_store(Path(folder) / "store.sqlite", _now)
        asked = _Asked(store)
        lines = _history(asked, releases)
        asked.guard = Guard(store.told, KEY, _now)
        again, _ = asked.ask("SELECT county, sum(turnover) FROM firm GROUP BY county", plain=False)
        store.close()
        size = sum(f.stat().st_size for f in Path(folder).iterdir())
    return {"firms": FIRMS, "lines": lines, "read again": again, "store": size}


class _Asked:
    """Firms of a city, and a guard that is asked about them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lab = Lab(duckdb.connect(config={"threads": 1}))
        self.version = 0
        self.guard = Guard(store.told, KEY, _now)
        self.worker = 0.0

    def deliver(self) -> None:
        """The next version of the table."""
        self.version += 1
        uses = {"turnover": Use.statistics}
        self.lab.con.execute("DROP TABLE IF EXISTS firm")
        self.lab.put("firm", _firms(self.version), uses, rules=RULES, entity="code")

    def ask(self, text: str, plain: bool) -> tuple[float, float]:
        """Processor seconds of the guard, and where ``plain`` of the statement itself."""
        prepared = self._prepared(text)
        self.worker, started = 0.0, time.thread_time()
        kept, _ = self.guard.guarded(
            prepared,
            Asking("statistics office", "s", "r", {"firm": f"v{self.version}"}),
            self._run,
        )
        guarded = time.thread_time() - started - self.worker
        self.worker = 0.0
        if plain:
            self._run(kept.sql)
        return guarded, self.worker

    def pages(self) -> int:
        """Pages of the turnover's book."""
        return self._store.told.last(BookName("statistics office", "firm", "turnover"))

    def _run(self, sql: str) -> pa.Table:
        started = time.thread_time()
        answer = self.lab.con.execute(sql).to_arrow_table()
        self.worker += time.thread_time() - started
        return answer

    def _prepared(self, text: str) -> Prepared:
        tables = tuple(self.lab.tables.values())

        def written(barred: Any) -> Prepared:
            found = compiled(text, tables, None, barred)
            assert isinstance(found, Compiled), found
            return Prepared(found.sql, guarded=Guarded(found.studies, tables, written))

        return written({})


def _history(asked: _Asked, releases: int) -> list[dict[str, Any]]:
    """A line for each of MARKS. Who interrupts it (SIGINT) gets those that were reached."""
    lines: list[dict[str, Any]] = []
    try:
        _ask_all(asked, releases, lines)
    except KeyboardInterrupt:
        print("   interrupted", file=sys.stderr, flush=True)
    return lines


def _ask_all(asked: _Asked, releases: int, lines: list[dict[str, Any]]) -> None:
    guarded: list[float] = []
    plain: list[float] = []
    began = time.monotonic()
    for number, text in enumerate(_questions(releases), start=1):
        if (number - 1) % (releases // VERSIONS) == 0:
            asked.deliver()
        mine, worker = asked.ask(text, number % PLAIN == 0)
        guarded.append(mine)
        plain += [worker] if worker else []
        if number in MARKS or number == releases:
            told = {"releases": number, "versions": asked.version, "pages": asked.pages()}
            lines.append({**told, **_figures(guarded, plain)})
            guarded.clear()
            plain.clear()
            took = time.monotonic() - began
            print(
                f"   {number:,} releases, {took:,.0f} s: {lines[-1]}", file=sys.stderr, flush=True
            )


def _figures(guarded: list[float], plain: list[float]) -> dict[str, float]:
    return {
        "median": statistics.median(guarded),
        "p95": float(np.quantile(guarded, 0.95)),
        "most": max(guarded),
        "statement": statistics.median(plain),
    }


def _firms(version: int) -> pl.DataFrame:
    """Whoever they are stays; what they make is another figure in each version."""
    rng = np.random.default_rng(7)

    def skewed(count: int) -> np.ndarray[Any, Any]:
        weight = 1.0 / np.arange(1, count + 1) ** 0.7
        return rng.choice(count, FIRMS, p=weight / weight.sum())

    dimensions = {name: [f"{name[0]}{v:03}" for v in skewed(n)] for name, n in WHERE.items()}
    opened = np.datetime64("2008-01-01") + 30 * rng.integers(0, 18 * 12, FIRMS)
    drift = np.random.default_rng(version).lognormal(0, 0.1, FIRMS)
    turnover = np.round(rng.lognormal(13, 1.2, FIRMS) * drift).astype(np.int64)
    code = [f"F{i:06}" for i in range(FIRMS)]
    return pl.DataFrame({"code": code, **dimensions, "opened": opened, "turnover": turnover})


def _questions(count: int) -> Iterator[str]:
    """Tables by one or two dimensions, of all or of some: as an office would ask in years."""
    rng = np.random.default_rng(11)
    names = list(WHERE)
    for _ in range(count):
        by = [str(n) for n in rng.choice([*names, "year(opened)"], _width(rng), False)]
        where = [_condition(rng, n) for n in names if n not in by and rng.random() < 0.25]
        if rng.random() < 0.3:
            year = rng.integers(2008, 2026)
            where.append(f"opened >= DATE '{year}-0{rng.integers(1, 10)}-01'")
        some = f" WHERE {' AND '.join(where)}" if where else ""
        shown = ", ".join(by)
        yield f"SELECT {shown}, sum(turnover) FROM firm{some} GROUP BY {shown}"


def _width(rng: np.random.Generator) -> int:
    return 1 if rng.random() < ONE_WAY else 2


def _condition(rng: np.random.Generator, name: str) -> str:
    values = rng.choice(WHERE[name], min(int(rng.integers(1, 6)), WHERE[name] - 1), replace=False)
    listed = ", ".join(f"'{name[0]}{v:03}'" for v in sorted(values))
    return f"{name} {'NOT ' if rng.random() < 0.3 else ''}IN ({listed})"


def _now() -> datetime:
    return datetime.now(UTC)


def report(figures: dict[str, Any]) -> str:
    """The section, and its plot."""
    lines = figures["lines"]
    _draw(lines)
    times = ("median", "p95", "most", "statement")
    shown = [
        [
            *(f"{line[n]:,}" for n in ("releases", "versions", "pages")),
            *(f"{line[t] * 1000:,.1f}" for t in times),
        ]
        for line in lines
    ]
    head = ("releases so far", "versions", "pages", *(f"{t} (ms)" for t in times))
    return f"""## The guard of differences

{figures["firms"]:,} firms in one table of which {VERSIONS} versions are delivered, and one department that asks for sums by one or two
dimensions, of all or of some, table after table. What the guard takes of a processor beside the questions to the worker and the statement itself (`statement`); each line is of the
releases since the line before. A page is written where something new is told. A gateway that starts anew reads the books of
{lines[-1]["releases"]:,} releases in {figures["read again"]:.1f} s; they take {figures["store"] / 1e6:,.0f} MB in the store.

{markdown(head, shown)}

![Milliseconds of the guard against what was told before](benchmarks/guard.svg)"""


def _draw(lines: list[dict[str, Any]]) -> None:
    drawn = [
        Line(name, [(line["releases"], line[name] * 1000) for line in lines])
        for name in ("median", "p95", "statement")
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "guard.svg").write_text(chart(drawn, "releases", "ms"), encoding="utf-8")
