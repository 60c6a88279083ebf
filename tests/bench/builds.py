"""Building workspaces: rows a second, and what the second to open an equal one waits."""

from __future__ import annotations

import statistics
from typing import Any

import duckdb
from attacks.served import Served
from tpch_city import Tpch

from tests.bench.city import folder, own_client, tpch_gateway
from tests.bench.measure import ms, seconds, table
from workbench.engine.duckdb import literal

STATEMENT = "SELECT count(*) FROM region"
ROUNDS = 3


def run(quick: bool) -> dict[str, Any]:
    scale = 0.1 if quick else 1
    with folder() as place:
        tpch = Tpch(place, scale)
        files = tpch.files()
        rows = sum(_count(tpch, name) for name in files)
        tpch.con.close()
        first, second, again, plain = [], [], [], []
        for number in range(ROUNDS):
            # A gateway that starts has no builds, so its first person waits for one.
            with tpch_gateway(tpch) as gateway:
                first.append(_opened(gateway, f"first{number}"))
                second.append(_opened(gateway, f"second{number}"))
                again.append(_asked(gateway, f"second{number}"))
            target = place / f"plain{number}.duckdb"
            plain.append(seconds(lambda: _plain(files, target)))  # noqa: B023 - called at once
            target.unlink()
    return {
        "scale": scale,
        "rows": rows,
        "rounds": ROUNDS,
        "seconds": {
            "first open (builds)": statistics.median(first),
            "second person, equal workspace": statistics.median(second),
            "same person again": statistics.median(again),
            "plain DuckDB: the same tables from Parquet, unsorted": statistics.median(plain),
        },
    }


def _count(tpch: Tpch, name: str) -> int:
    (count,) = tpch.con.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)
    return int(count)


def _opened(gateway: Served, person: str) -> float:
    """Seconds of somebody's first statement, signing in not counted."""
    with own_client(gateway, person) as connection:
        connection.grants()  # the channel is open
        return seconds(lambda: connection.sql(STATEMENT).arrow())


def _asked(gateway: Served, person: str) -> float:
    with own_client(gateway, person) as connection:
        connection.sql(STATEMENT).arrow()
        return seconds(lambda: connection.sql(STATEMENT).arrow())


def _plain(files: dict[str, Any], target: Any) -> None:
    with duckdb.connect(str(target), config={"threads": "2"}) as con:
        for name, file in files.items():
            con.execute(f"CREATE TABLE {name} AS FROM {literal(str(file))}")


def report(figures: dict[str, Any]) -> str:
    taken, rows = figures["seconds"], figures["rows"]
    first = taken["first open (builds)"]
    second = taken["second person, equal workspace"]
    plain = taken["plain DuckDB: the same tables from Parquet, unsorted"]
    return f"""## Building a workspace

TPC-H at scale factor {figures["scale"]}: {rows:,} rows in eight tables, median of {figures["rounds"]}.
The first statement waits for the build: **{rows / first / 1e6:.2f} million rows a second**, encrypted
and every table sorted by all that is released, {first / plain:.1f} times the time of a plain DuckDB file.
Whoever opens an equal workspace after that waits {first / second:.0f} times less.

{table(("what", "ms"), ((name, ms(value)) for name, value in taken.items()))}"""
