"""All indicators of the seven libraries over a sample city: the governed run beside DuckDB by hand.

By hand: one statement a base for all months, over the same Parquet files, with two threads and no
rules. The libraries' own statements are run over the same tables without a gateway as well, which
parts what month by month costs from what protection costs. ``WORKBENCH_CITIES`` names a folder in
which built cities are kept from one run to the next (a million enterprises take an hour to make).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from calendar import monthrange
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psutil
from attacks.served import PASSWORD, served

from tests.bench import overview
from tests.bench.city import folder
from tests.bench.measure import seconds, table
from workbench.catalogue.city import load_city
from workbench.catalogue.regulations import known_regulations
from workbench.cli.common import opened
from workbench.cli.ingest_desk import Desk
from workbench.cli.libraries_run import LARGE, Maker
from workbench.client.connection import connect
from workbench.extracts.versions import Extracts
from workbench.libraries import statements
from workbench.libraries.definition import Library, load_libraries
from workbench.store.layout import Layout

NAME = "libraries"
SIZES = ((30_000, 72, 12), (1_000_000, 72, 3))
QUICK = ((3_000, 14, 14),)
"""Enterprises, months of the city, and months that the governed run works out: all 72 of 30,000
take most of an hour, of a million a night."""
LAST = date(2026, 9, 1)
REPEATS = 3
AT_MOST = 1.2
"""Of the time of the hand-written statements, at most (the target)."""
THREADS, MEMORY = 2, "12GB"
SETTINGS = {"memory_mb": 6144, "threads": THREADS, "query_seconds": 3600}
GIB = 2**30


def run(quick: bool) -> dict[str, Any]:
    with folder() as place:
        kept = Path(os.environ.get("WORKBENCH_CITIES", place))
        return {"sizes": [_size(kept, place, *size) for size in (QUICK if quick else SIZES)]}


def report(figures: dict[str, Any]) -> str:
    rows = [
        [f"{one['enterprises']:,} × {one['months']}", f"{one['largest']:,}", f"{one['hand']:.1f}",
         f"{one['own']:.1f} ({one['own'] / one['hand']:.2f})",
         *_governed_cells(one)]
        for one in figures["sizes"]
    ]  # fmt: skip
    months = [
        [f"{one['enterprises']:,} × {one['months']}", f"{one['of_month']:,}",
         f"{one['governed'] / one['worked_out']:.1f}", f"{one['month']:.1f}",
         _or_none(one["cut"]), _or_none(one["whole"])]
        for one in figures["sizes"]
        if one["worked_out"]
    ]  # fmt: skip
    seen = [overview.report(one["overview"]) for one in figures["sizes"] if one["overview"]]
    return f"""## libraries

All indicators of the seven libraries (synthetic city): by hand, the libraries' own statements month by month without a
gateway, and `workbench libraries run` through the gateway with every rule of the statistics tier. Seconds, and ratios to
the hand-written statements (of a run of fewer months, for as many as there are); the run's memory is that of the gateway and
all its workers.

{
        table(
            [
                "enterprises × months",
                "rows of the largest table",
                "by hand",
                "own statements",
                "governed",
                "peak GiB",
                "figures",
                "withheld",
            ],
            rows,
        )
    }

**The target is at most 1.2 of the hand-written statements.** {
        _verdict(figures["sizes"])
    } Own statements ask each month by itself: of few
rows most of the time is that of asking. What takes the governed run its time is not the sums: for each figure it is worked out who contributes what, what would follow from it beside all that was told,
and which others have to go; and the databases that it is asked of are built, encrypted, for the months in work. It is done once
for a month.

**A new month.** Tables of {
        LARGE:,} rows and more are cut to the months in work, so that it costs what the month costs and not
what the years before it do. Seconds; the last two columns are the same month in a city where none was worked out before, with
the tables cut to it, and with all months in the database as it was before.

{
        table(
            [
                "enterprises × months",
                "rows of the month",
                "a month, in the run of all",
                "the last one, after the others",
                "by itself, cut",
                "by itself, whole",
            ],
            months,
        )
    }

{" ".join(seen)}
"""


def _governed_cells(one: dict[str, Any]) -> list[str]:
    if not one["worked_out"]:
        return ["not run to its end", "", "", ""]
    return [
        f"{one['governed']:.0f} of {one['worked_out']} months "
        f"({_of_all(one, 'governed') / one['hand']:.0f})",
        f"{one['peak_gib']:.1f}",
        f"{one['figures']:,}",
        f"{one['withheld'] / one['figures']:.0%}",
    ]


def _of_all(one: dict[str, Any], way: str) -> float:
    """Seconds of a way, for as many months as there are."""
    worked_out = one["worked_out"] if way == "governed" else one["months"]
    return float(one[way] * one["months"] / worked_out)


def _or_none(took: float | None) -> str:
    return "" if took is None else f"{took:.1f}"


def _verdict(sizes: Sequence[dict[str, Any]]) -> str:
    """Whether each way holds the target, at each size, in words."""
    said = []
    for way, name in (("own", "own statements"), ("governed", "governed run")):
        ratios = [_of_all(one, way) / one["hand"] for one in sizes if one[way] is not None]
        held = all(ratio <= AT_MOST for ratio in ratios)
        numbers = " and ".join(f"{ratio:.2f}" for ratio in ratios)
        said.append(f"The {name}: {numbers} ({'held' if held else '**missed**'}).")
    return " ".join(said)


# A city -------------------------------------------------------------------------------------------


def built_city(kept: Path, enterprises: int, months: int) -> Path:
    """One that was kept, or a new one. Nobody writes into it."""
    built = kept / f"city-{enterprises}-{months}"
    if not built.exists():
        _workbench(
            "sample", "build", "--city", str(built), "--enterprises", str(enterprises),
            "--months", str(months),
        )  # fmt: skip
    return built


def _size(kept: Path, place: Path, enterprises: int, months: int, governed: int) -> dict[str, Any]:
    built = built_city(kept, enterprises, months)
    city = _copied(built, place / f"run-{enterprises}")
    extracts = Extracts(Layout(city).extracts)
    libraries = list(load_libraries(city, known_regulations(city)).values())
    first = months_before(LAST, months - 1)
    with raw(extracts, libraries) as engine:
        hand = min(seconds(lambda: _by_hand(engine, libraries)) for _ in range(REPEATS))
        own = seconds(lambda: _own(engine, libraries, first, months))
        of_month = _month_rows(engine, libraries)
    ran = _governed(city, governed)
    done = governed >= 12
    return {
        "enterprises": enterprises,
        "months": months,
        "largest": max(_rows(extracts, name) for name in _tables(libraries)),
        "hand": hand,
        "own": own,
        "of_month": of_month,
        "worked_out": governed,
        **ran,
        "whole": _one_month(_copied(built, place / f"whole-{enterprises}"), 10**12)
        if done
        else None,
        "cut": _one_month(_copied(built, place / f"cut-{enterprises}"), LARGE) if done else None,
        "overview": _overview(city) if done else None,
    }


def _copied(built: Path, city: Path) -> Path:
    shutil.copytree(built, city, copy_function=_linked)
    _settle(city)
    return city


def _linked(source: str, target: str) -> None:
    """Parquet files are never written into: a link will do. All else is copied."""
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _settle(city: Path) -> None:
    """Memory and time enough for a million enterprises."""
    with (city / "data_contracts" / "city.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nsettings: {json.dumps(SETTINGS)}\n")


def months_before(month: date, count: int) -> date:
    years, number = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, number + 1, 1)


def _tables(libraries: Sequence[Library]) -> set[str]:
    words = {w for x in libraries for b in x.bases.values() for w in b.tables.split()}
    return {w for w in words if w.isidentifier() and w not in ("join", "using")}


def _rows(extracts: Extracts, name: str) -> int:
    version = extracts.latest(name)
    return 0 if version is None else version.rows


# Without a gateway --------------------------------------------------------------------------------


@contextmanager
def raw(extracts: Extracts, libraries: Sequence[Library]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as engine:
        engine.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY}'")
        engine.execute("set parquet_metadata_cache = true")
        for name in _tables(libraries):
            version = extracts.latest(name)
            assert version is not None, name
            files = ", ".join(f"'{file}'" for file in version.files)
            engine.execute(f"create view {name} as select * from read_parquet([{files}])")
        yield engine


def _by_hand(engine: duckdb.DuckDBPyConnection, libraries: Sequence[Library]) -> None:
    for library in libraries:
        for name, base in library.bases.items():
            asked = ", ".join(f"{each.formula} as {each.id}" for each in library.of(name))
            keys = ", ".join(base.by.values())
            sets = ", ".join(
                f"(m, {', '.join(some)})" if some else "(m)" for some in _subsets(base)
            )
            engine.execute(
                f"select {base.month} as m, {keys}, {asked} from {base.tables} "
                f"group by grouping sets ({sets})"
            ).fetch_arrow_table()


def _subsets(base: Any) -> Iterator[tuple[str, ...]]:
    keys = tuple(base.by.values())
    for bits in range(2 ** len(keys)):
        yield tuple(key for at, key in enumerate(keys) if bits >> at & 1)


def _own(
    engine: duckdb.DuckDBPyConnection, libraries: Sequence[Library], first: date, months: int
) -> None:
    for library in libraries:
        for name in library.bases:
            for number in range(months):
                month = months_before(first, -number)
                engine.execute(statements.of_base(library, name, month)).fetch_arrow_table()


def _month_rows(engine: duckdb.DuckDBPyConnection, libraries: Sequence[Library]) -> int:
    """Rows of the last month in all tables that have months."""
    total = 0
    for name in _tables(libraries):
        columns = {row[0] for row in engine.execute(f"describe {name}").fetchall()}
        if "month" in columns:
            asked = f"select count(*) from {name} where month = date '{LAST.isoformat()}'"
            (rows,) = engine.execute(asked).fetchone() or (0,)
            total += rows
    return total


# Through the gateway ------------------------------------------------------------------------------


def _signed_in(city: Path, gateway: Any) -> str:
    state = str(city / "session")
    gateway.add("ana", "drc")
    _workbench("login", "--url", gateway.http, "--user", "ana", "--password-stdin",
               given=PASSWORD + "\n", state=state)  # fmt: skip
    return state


def _one_month(city: Path, large: int) -> float:
    """Seconds of the last month by itself, where resources of ``large`` rows are cut to it."""
    libraries = load_libraries(city, known_regulations(city)).values()
    end = LAST.replace(day=monthrange(LAST.year, LAST.month)[1])
    with served(city) as gateway, opened(city) as state:
        gateway.add("ana", "drc")
        found = load_city(city)
        with connect(gateway.http, user="ana", password=PASSWORD, progress=False) as connection:
            maker = Maker(found, Desk(state, found).shelf(), connection, large)
            return seconds(lambda: maker.run_all(libraries, LAST, end, lambda done: None))


def _overview(city: Path) -> dict[str, Any]:
    with served(city) as gateway:
        state = _signed_in(city, gateway)
        asked = ("analysis", "run", "--from", "2025-10", "--month", f"{LAST:%Y-%m}")
        _workbench(*asked, "--url", gateway.http, "--city", str(city), state=state)
    return overview.measure(city, LAST)


def _governed(city: Path, months: int) -> dict[str, Any]:
    first = months_before(LAST, months - 1)
    with served(city) as gateway, _peak(gateway.process.pid) as peak:
        state = _signed_in(city, gateway)
        said: list[dict[str, Any]] = []
        before = months_before(LAST, 1)
        options = ("--url", gateway.http, "--city", str(city), "--json")
        history = ("libraries", "run", "--from", f"{first:%Y-%m}", "--month", f"{before:%Y-%m}")
        took = seconds(lambda: said.extend(_ran(*history, *options, state=state)))
        one = ("libraries", "run", "--month", f"{LAST:%Y-%m}")
        month = seconds(lambda: said.extend(_ran(*one, *options, state=state)))
    return {
        "governed": took + month,
        "month": month,
        "figures": sum(each["figures"] for each in said),
        "withheld": sum(each["withheld"] for each in said),
        "peak_gib": peak[0] / GIB,
    }


def _ran(*words: str, state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_workbench(*words, state=state))
    return found


def _workbench(*words: str, given: str = "", state: str = "") -> str:
    environment = {**os.environ, **({"XDG_STATE_HOME": state} if state else {})}
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *words],
        input=given, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stderr}")
    return done.stdout


@contextmanager
def _peak(pid: int) -> Iterator[list[int]]:
    """The most memory that a process and those it started have at once, in bytes."""
    seen, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            seen[0] = max(seen[0], _held(pid))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


def _held(pid: int) -> int:
    total = 0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it ended meanwhile
            continue
    return total
