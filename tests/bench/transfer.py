"""Ten million rows of eight columns: governed, over bare Flight, and in process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.flight as fl
from attacks.served import served
from tpch_city import set_settings

from tests.bench.city import SETTINGS, folder, own_client
from tests.bench.measure import alternated, medians, met, table
from tests.bench.tiny import bare
from workbench.engine.duckdb import literal
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

TARGET = 0.75
COLUMNS = {
    "a": "BIGINT", "b": "BIGINT", "c": "INTEGER", "d": "DOUBLE",
    "e": "DOUBLE", "f": "DATE", "g": "BIGINT", "h": "INTEGER",
}  # fmt: skip
ROWS_SQL = """
    SELECT i::BIGINT AS a, (i * 7919 % 1000003)::BIGINT AS b, (i % 97)::INTEGER AS c,
        i / 7.0 AS d, sqrt(i) AS e, DATE '2000-01-01' + (i % 9000)::INTEGER AS f,
        (i * 31)::BIGINT AS g, (i % 13)::INTEGER AS h
    FROM range({rows}) t(i)"""


def run(quick: bool) -> dict[str, Any]:
    rows, repeats = (1_000_000, 3) if quick else (10_000_000, 7)
    with folder() as place, bare(1) as flight:
        root = _city(place, rows)
        file = literal(str(place / "wide.parquet"))
        raw = duckdb.connect(config={"threads": "2"})
        raw.execute(f"CREATE TABLE wide AS FROM {file}")
        make = f"CREATE TABLE IF NOT EXISTS wide AS FROM {file}"
        flight.do_get(fl.Ticket(make.encode())).read_all()
        with served(root) as gateway, own_client(gateway, "analyst") as own:
            ways = {
                "in process": lambda: raw.execute("FROM wide").to_arrow_table(),
                "bare Flight": lambda: flight.do_get(fl.Ticket(b"FROM wide")).read_all(),
                "governed": lambda: own.sql("FROM wide").arrow(),
            }
            taken = medians(alternated(ways, repeats, warm=1))
            size = raw.execute("FROM wide").to_arrow_table().nbytes
    return {"rows": rows, "bytes": size, "repeats": repeats, "seconds": taken}


def _city(place: Path, rows: int) -> Path:
    duckdb.sql(f"COPY ({ROWS_SQL.format(rows=rows)}) TO '{place}/wide.parquet'")
    columns = {name: {"type": kind, "class": "general"} for name, kind in COLUMNS.items()}
    test = PolicyTest.model_validate(
        {
            "resources": {"wide": {"data": "wide.parquet", "columns": columns}},
            "grants": {"wide": {"mode": "obtain", "columns": dict.fromkeys(COLUMNS, "value")}},
        }
    )
    root = place / "city"
    root.mkdir()
    write_city(test, root)
    set_settings(root, SETTINGS)
    ingest_all(test, place, root, lambda: datetime.now(UTC))
    return root


def report(figures: dict[str, Any]) -> str:
    taken, rows, size = figures["seconds"], figures["rows"], figures["bytes"]
    least = taken["in process"]
    share = least / taken["governed"]
    return f"""## Transfer

{rows:,} rows × {len(COLUMNS)} columns ({size / 2**20:.0f} MiB of Arrow), medians of {
        figures["repeats"]
    }.
Governed transfer runs at **{share:.2f}** of the in-process speed (target at least {TARGET}:
{met(share >= TARGET)}).
Bare Flight, with neither policy nor ledger, is at {least / taken["bare Flight"]:.2f}. Governed
batches go one way more, from the worker's process to the gateway's, and every byte is hashed
(SHA-256) for the closing entry; server, worker and client share the cores.

{
        table(
            ("way", "seconds", "MiB/s", "speed against in process"),
            (
                (n, f"{s:.2f}", f"{size / 2**20 / s:.0f}", f"{least / s:.2f}")
                for n, s in taken.items()
            ),
        )
    }"""
