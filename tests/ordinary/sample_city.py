"""A small city for ordinary work, and the copy of it that a person would trim by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

CITIES = ("Aba", "Dazhou", "Harbin", "Meishan", "Nowhere")
COLUMNS = {
    "house": {"city": "VARCHAR", "month": "DATE", "mom": "DOUBLE", "yoy": "DOUBLE"},
    "division": {"code": "VARCHAR", "name": "VARCHAR", "title": "VARCHAR", "parent": "VARCHAR"},
    "event": {
        "id": "BIGINT", "city": "VARCHAR", "began": "TIMESTAMP", "payload": "VARCHAR",
        "amount": "DECIMAL(18,4)",
    },
}  # fmt: skip
WITHHELD = {"house": "agent", "division": "mayor", "event": "phone"}
SCOPE = {"house": "city", "event": "city"}


def frames() -> dict[str, pl.DataFrame]:
    """As delivered, with a withheld column each and rows outside the scope."""
    return {"house": _houses(), "division": _divisions(), "event": _events()}


def _houses() -> pl.DataFrame:
    rows = [
        {
            "city": city,
            "month": date(2022 + m // 12, m % 12 + 1, 1),
            "mom": 100 + ((i * 7 + m * 13) % 17 - 8) / 10,
            "yoy": 100 + ((i * 11 + m * 5) % 41 - 15) / 5,
            "agent": f"agent {i}-{m}",
        }
        for i, city in enumerate(CITIES)
        for m in range(30)
    ]
    return pl.DataFrame(rows)


def _divisions() -> pl.DataFrame:
    rows = [
        {"code": "510000", "name": "Sichuan", "title": "Province of Sichuan", "parent": None},
        {"code": "513200", "name": "Aba", "title": "Prefecture of Aba", "parent": "510000"},
        {"code": "511700", "name": "Dazhou", "title": "City of Dazhou", "parent": "510000"},
        {"code": "511400", "name": "Meishan", "title": "City of Meishan", "parent": "510000"},
        {"code": "230100", "name": "Harbin", "title": "City of Harbin", "parent": None},
        {"code": "513201", "name": "Maerkang", "title": "Town of Maerkang", "parent": "513200"},
    ]
    return pl.DataFrame([{**row, "mayor": f"mayor of {row['name']}"} for row in rows])


def _events() -> pl.DataFrame:
    rows = [
        {
            "id": i,
            "city": CITIES[i % 5],
            "began": datetime(2024, 1, 1, 3) + timedelta(hours=7 * i),
            "payload": json.dumps({"kind": "ab"[i % 2], "n": i, "tags": ["x"] * (i % 3)}),
            "amount": Decimal(i * 12345) / 10000,
            "phone": f"phone {i}",
        }
        for i in range(60)
    ]
    return pl.DataFrame(rows, schema_overrides={"amount": pl.Decimal(18, 4)})


def make(folder: Path) -> Path:
    """The city's root, its data ingested."""
    data, root = folder / "delivered", folder / "city"
    data.mkdir(parents=True)
    root.mkdir()
    for name, frame in frames().items():
        frame.write_parquet(data / f"{name}.parquet")
    test = PolicyTest.model_validate(
        {
            "resources": {name: _resource(name) for name in COLUMNS},
            "grants": {name: _grant(name) for name in COLUMNS},
        }
    )
    write_city(test, root)
    ingest_all(test, data, root, lambda: datetime.now(UTC))
    return root


def _resource(name: str) -> dict[str, object]:
    columns = {c: {"type": t, "class": "general"} for c, t in COLUMNS[name].items()}
    columns[WITHHELD[name]] = {"type": "VARCHAR", "class": "important"}
    return {"data": f"{name}.parquet", "columns": columns}


def _grant(name: str) -> dict[str, object]:
    scope = [{"column": SCOPE[name], "op": "!=", "value": "Nowhere"}] if name in SCOPE else []
    return {"mode": "obtain", "columns": dict.fromkeys(COLUMNS[name], "value"), "rows": scope}


def trimmed() -> duckdb.DuckDBPyConnection:
    """Plain DuckDB on a copy that was trimmed by hand: columns chosen, rows filtered, sorted."""
    con = duckdb.connect(config={"threads": "2"})
    for name, frame in frames().items():
        kept = frame.drop(WITHHELD[name])
        if name in SCOPE:
            kept = kept.filter(pl.col(SCOPE[name]) != "Nowhere")
        con.register("given", kept.to_arrow())
        con.execute(f"CREATE TABLE {name} AS FROM given ORDER BY ALL")
        con.unregister("given")
    return con
