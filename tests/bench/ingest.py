"""A delivery with all its checks, beside DuckDB's own CSV to Parquet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.city import folder
from tests.bench.measure import alternated, medians, table
from workbench.catalogue.city import load_city
from workbench.catalogue.identifiers import load_codes
from workbench.extracts.ingest import ingest
from workbench.extracts.versions import Extracts
from workbench.trial.city import write_city
from workbench.trial.schema import PolicyTest

COLUMNS = {
    "id": "BIGINT", "name": "VARCHAR", "code": "VARCHAR", "day": "DATE", "x": "DOUBLE",
    "n": "INTEGER", "amount": "DECIMAL(12,2)", "place": "VARCHAR", "flag": "BOOLEAN",
    "at": "TIMESTAMP",
}  # fmt: skip
ROWS_SQL = """
    SELECT i AS id, 'name ' || (i * 7919 % 1000003) AS name,
        '91510000' || lpad((i % 1000000)::VARCHAR, 10, '0') AS code,
        DATE '2000-01-01' + (i % 9000)::INT AS day, (i % 100) / 7.0 AS x,
        (i * 31 % 10000)::INT AS n, round((i % 100000) / 100.0, 2)::DECIMAL(12, 2) AS amount,
        CASE WHEN i % 5 = 0 THEN NULL ELSE '四川省阿坝州' || (i % 13) END AS place,
        i % 2 = 0 AS flag, TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS at
    FROM range({rows}) r(i)"""


def run(quick: bool) -> dict[str, Any]:
    rows, repeats = (100_000, 3) if quick else (2_000_000, 5)
    with folder() as place:
        file = place / "a.csv"
        con = duckdb.connect(config={"threads": "2"})
        con.execute(f"COPY ({ROWS_SQL.format(rows=rows)}) TO '{file}' (HEADER)")
        ours = _ingester(place, file)
        copy = (
            f"COPY (SELECT * FROM read_csv('{file}')) TO '{place}/b.parquet' "
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        ways = {"plain read_csv to Parquet": lambda: con.execute(copy), "ingest": ours}
        taken = medians(alternated(ways, repeats))
        size = file.stat().st_size
    return {"rows": rows, "bytes": size, "repeats": repeats, "seconds": taken}


def _ingester(place: Path, file: Path) -> Any:
    root = place / "city"
    root.mkdir()
    columns = {name: {"type": kind, "class": "general"} for name, kind in COLUMNS.items()}
    columns["id"] |= {"required": True, "unique": True}
    columns["name"] |= {"personal": True}
    things = {"data": "a.csv", "columns": columns}
    write_city(PolicyTest.model_validate({"resources": {"things": things}}), root)
    resource = load_city(root).resources["things"]
    extracts, codes = Extracts(place / "extracts"), load_codes(root)

    def once() -> None:
        report = ingest(
            resource,
            [file],
            extracts=extracts,
            codes=codes,
            quarantine_folder=place / "quarantine",
            clock=lambda: datetime.now(UTC),
            force=True,
        )
        assert report.rejected == 0

    return once


def report(figures: dict[str, Any]) -> str:
    taken, rows = figures["seconds"], figures["rows"]
    plain, ours = taken["plain read_csv to Parquet"], taken["ingest"]
    return f"""## Ingest

{rows:,} rows × {len(COLUMNS)} columns of CSV ({figures["bytes"] / 2**20:.0f} MiB), median of
{
        figures["repeats"]
    }. Ingest hashes the delivery, tells its encoding, reads every field as text, judges
it, finds repeats of a unique column, writes Parquet and commits a version: **{
        ours / plain:.1f}** times
the time of a plain copy that guesses types and checks nothing.

{
        table(
            ("way", "seconds", "rows a second"),
            ((n, f"{s:.2f}", f"{rows / s:,.0f}") for n, s in taken.items()),
        )
    }"""
