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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psutil
from attacks.served import PASSWORD, served

from tests.bench.city import folder
from tests.bench.measure import seconds, table
from workbench.catalogue.regulations import known_regulations
from workbench.extracts.versions import Extracts
from workbench.libraries import statements
from workbench.libraries.definition import Library, load_libraries
from workbench.store.layout import Layout

NAME = "libraries"
SIZES = ((30_000, 72), (1_000_000, 72))
QUICK = ((3_000, 15),)
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
         f"{one['governed']:.0f} ({one['governed'] / one['hand']:.0f})",
         f"{one['peak_gib']:.1f}", f"{one['figures']:,}",
         f"{one['withheld'] / one['figures']:.0%}"]
        for one in figures["sizes"]
    ]  # fmt: skip
    months = [
        [f"{one['enterprises']:,} × {one['months']}", f"{one['governed'] / one['months']:.1f}",
         f"{one['month']:.1f}"]
        for one in figures["sizes"]
    ]  # fmt: skip
    return f"""## libraries

All indicators of the seven libraries (synthetic city): by hand, the libraries' own statements month by month without a
gateway, and `workbench libraries run` through the gateway with every rule of the statistics tier. Seconds, and ratios to
the hand-written statements; the run's memory is that of the gateway and all its workers.

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
    } What takes the governed run its
time is not the sums: for each figure it is worked out who contributes what, what would follow from it beside all that was told,
and which others have to go; each month is asked for itself, and a library's database is built anew where its extracts changed. It is
done once for a month.

{table(["enterprises × months", "seconds a month, in the run of all", "one month alone"], months)}
"""


def _verdict(sizes: Sequence[dict[str, Any]]) -> str:
    """Whether each way holds the target, at each size, in words."""
    said = []
    for way, name in (("own", "own statements"), ("governed", "governed run")):
        ratios = [one[way] / one["hand"] for one in sizes]
        held = all(ratio <= AT_MOST for ratio in ratios)
        numbers = " and ".join(f"{ratio:.2f}" for ratio in ratios)
        said.append(f"The {name}: {numbers} ({'held' if held else '**missed**'}).")
    return " ".join(said)


# A city -------------------------------------------------------------------------------------------


def _size(kept: Path, place: Path, enterprises: int, months: int) -> dict[str, Any]:
    built = kept / f"city-{enterprises}-{months}"
    if not built.exists():
        _workbench(
            "sample", "build", "--city", str(built), "--enterprises", str(enterprises),
            "--months", str(months),
        )  # fmt: skip
    city = place / f"run-{enterprises}"
    shutil.copytree(built, city, copy_function=_linked)
    _settle(city)
    extracts = Extracts(Layout(city).extracts)
    libraries = list(load_libraries(city, known_regulations(city)).values())
    first = _months_before(LAST, months - 1)
    with _raw(extracts, libraries) as engine:
        hand = min(seconds(lambda: _by_hand(engine, libraries)) for _ in range(REPEATS))
        own = seconds(lambda: _own(engine, libraries, first, months))
    governed = _governed(city, first)
    return {
        "enterprises": enterprises,
        "months": months,
        "largest": max(_rows(extracts, name) for name in _tables(libraries)),
        "hand": hand,
        "own": own,
        **governed,
    }


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


def _months_before(month: date, count: int) -> date:
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
def _raw(extracts: Extracts, libraries: Sequence[Library]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as engine:
        engine.execute(f"set threads = {THREADS}; set memory_limit = '{MEMORY}'")
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
                month = _months_before(first, -number)
                engine.execute(statements.of_base(library, name, month)).fetch_arrow_table()


# Through the gateway ------------------------------------------------------------------------------


def _governed(city: Path, first: date) -> dict[str, Any]:
    state = str(city / "session")
    with served(city) as gateway, _peak(gateway.process.pid) as peak:
        gateway.add("ana", "drc")
        _workbench("login", "--url", gateway.http, "--user", "ana", "--password-stdin",
                   given=PASSWORD + "\n", state=state)  # fmt: skip
        said: list[dict[str, Any]] = []
        before = _months_before(LAST, 1)
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
