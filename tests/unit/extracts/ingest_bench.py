"""Rows a second of ingest with its checks, beside DuckDB's own CSV to Parquet, in one run.

python tests/unit/extracts/ingest_bench.py [ROWS]
"""

from __future__ import annotations

import resource as limits
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from ingest_desk import Desk, column, personal, resource

THINGS = resource(
    column("id", "BIGINT", required=True, unique=True),
    personal("name", max_length=40, required=True),
    column("code", pattern="[0-9]{18}"),
    column("day", "DATE", required=True),
    column("x", "DOUBLE", minimum=0, maximum=100),
    column("n", "INTEGER", minimum=0),
    column("amount", "DECIMAL(12,2)"),
    column("place"),
    column("flag", "BOOLEAN"),
    column("at", "TIMESTAMP", required=True),
)
TABLE = """
    SELECT i AS id, 'name ' || (i * 7919 % 1000003) AS name,
        '91510000' || lpad((i % 1000000)::VARCHAR, 10, '0') AS code,
        DATE '2000-01-01' + (i % 9000)::INT AS day, (i % 100) / 7.0 AS x,
        (i * 31 % 10000)::INT AS n, round((i % 100000) / 100.0, 2)::DECIMAL(12, 2) AS amount,
        CASE WHEN i % 5 = 0 THEN NULL ELSE '四川省阿坝州' || (i % 13) END AS place,
        i % 2 = 0 AS flag, TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS at
    FROM range({rows}) r(i)
"""


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = root / "a.csv"
        con = duckdb.connect()
        con.execute(f"COPY ({TABLE.format(rows=rows)}) TO '{file}' (HEADER)")
        plain, ours = [], []
        for _ in range(3):
            start = time.perf_counter()
            con.execute(
                f"COPY (SELECT * FROM read_csv('{file}')) TO '{root}/b.parquet' "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            plain.append(time.perf_counter() - start)
            start = time.perf_counter()
            Desk(root).ingest(THINGS, file, force=True)
            ours.append(time.perf_counter() - start)
        peak = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{rows:,} rows x 10, {file.stat().st_size / 1e6:.0f} MB, best of 3")
        print(f"plain DuckDB {min(plain):.2f} s; ingest {min(ours):.2f} s")
        print(f"ratio {min(ours) / min(plain):.2f}; {rows / min(ours):,.0f} rows/s; {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
