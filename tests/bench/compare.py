"""Comparing keys with a register of a million rows: plain, hashed, and a bare join beside it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from attacks.served import served

from tests.bench.city import folder, own_client
from tests.bench.measure import alternated, medians, ms, table
from workbench.client.connection import Connection
from workbench.engine.duckdb import literal
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

ROWS, KEYS, ROUNDS = 1_000_000, 10_000, 5
"""As many keys as one call takes (our default)."""
GRANTED = {"id": "compare", "income": "compare", "name": "compare"}
PLAIN, HASHED, RAW = "compare", "compare, hashed", "raw DuckDB: a join of the same keys"
ONE, ONE_RAW = "compare, one key", "raw DuckDB, one key"


def run(quick: bool) -> dict[str, Any]:
    rows, keys, rounds = (50_000, 1_000, 2) if quick else (ROWS, KEYS, ROUNDS)
    with folder() as place:
        file = _register(place, rows)
        root = _city(place, rows)
        with (
            served(root) as gateway,
            own_client(gateway, "li") as client,
            duckdb.connect(config={"threads": "2"}) as con,
        ):
            con.execute(f"CREATE TABLE register AS FROM {literal(str(file))}")
            fresh = _Fresh(rows)
            client.compare("register", {"id": "income"}, [0], ["0.00"])  # the workspace is built
            ways: dict[str, Callable[[], object]] = {
                PLAIN: lambda: _compared(client, fresh.take(keys), hashed=False),
                HASHED: lambda: _compared(client, fresh.take(keys), hashed=True),
                RAW: lambda: _joined(con, fresh.take(keys)),
                ONE: lambda: _compared(client, fresh.take(1), hashed=False),
                ONE_RAW: lambda: _joined(con, fresh.take(1)),
            }
            taken = medians(alternated(ways, rounds))
    return {"rows": rows, "keys": keys, "rounds": rounds, "seconds": taken}


def _register(place: Path, rows: int) -> Path:
    file = place / "register.parquet"
    duckdb.sql(
        f"COPY (SELECT i AS id, (i * 7 % 1000003)::DECIMAL(18,2) AS income, 'name ' || i AS name "
        f"FROM range({rows}) t(i)) TO {literal(str(file))}"
    )
    return file


def _city(place: Path, rows: int) -> Path:
    """Limits that the measurement does not meet; counting goes on all the same."""
    columns = {"id": "BIGINT", "income": "DECIMAL(18,2)", "name": "VARCHAR"}
    test = PolicyTest.model_validate(
        {
            "resources": {
                "register": {
                    "data": "register.parquet",
                    "entity": "id",
                    "columns": {c: {"type": t, "class": "general"} for c, t in columns.items()},
                }
            },
            "grants": {"register": {"mode": "compare", "columns": GRANTED}},
            "settings": {
                "threads": 2,
                "compare_keys_per_day": 10**9,
                "compare_misses_alert": 10**9,
                "compare_tries_per_key": 10**6,
            },
        }
    )
    root = place / "city"
    write_city(test, root)
    ingest_all(test, place, root, lambda: datetime.now(UTC))
    return root


class _Fresh:
    """Keys that were not asked before, every other one with its right value: each is a new try."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._numbers = itertools.count()

    def take(self, count: int) -> tuple[list[int], list[Decimal]]:
        numbers = list(itertools.islice(self._numbers, count))
        keys = [number * 31 % self._rows for number in numbers]
        values = [
            Decimal(key * 7 % 1000003 + (n % 2)) for key, n in zip(keys, numbers, strict=True)
        ]
        return keys, values


def _compared(
    client: Connection, asked: tuple[list[int], list[Decimal]], *, hashed: bool
) -> list[str]:
    found = client.compare("register", {"id": "income"}, *asked, hashed=hashed)
    outcomes: list[str] = found.table.column("income").to_pylist()
    assert outcomes.count("match") == (len(outcomes) + 1) // 2 or len(outcomes) == 1
    return outcomes


def _joined(con: duckdb.DuckDBPyConnection, asked: tuple[list[int], list[Decimal]]) -> pa.Table:
    keys, values = asked
    given = pa.table(
        {"i": range(len(keys)), "k": keys, "v": pa.array(values, pa.decimal128(18, 2))}
    )
    con.register("given", given)
    return con.execute(
        "SELECT CASE WHEN t.id IS NULL THEN 'no_match' ELSE 'match' END AS income FROM given "
        "LEFT JOIN register t ON t.id = given.k AND t.income = given.v ORDER BY i"
    ).to_arrow_table()


def report(figures: dict[str, Any]) -> str:
    taken, keys = figures["seconds"], figures["keys"]
    rate = {name: keys / taken[name] for name in (PLAIN, HASHED, RAW)}
    return f"""## Comparing

{keys:,} new keys with a value each, half of them right, against a register of {figures["rows"]:,} rows; in
turns, median of {figures["rounds"]}. **{rate[PLAIN]:,.0f} keys a second** plain, {rate[HASHED]:,.0f} hashed at the
client, {rate[RAW]:,.0f} in a bare join. The difference is HMAC-SHA256 of each key and value, a
durable count of each try before the lookup, decision, release and closing in the ledger, and the
way over Flight. What a case worker waits for, one key, takes {ms(taken[ONE])} ms.

{table(("what", "ms"), ((name, ms(value)) for name, value in taken.items()))}"""
