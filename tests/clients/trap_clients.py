"""Clients that are killed, or stop reading, in processes of their own: ``python trap_clients.py``.

They say ``reading`` once the first batch is there, then go on as they are told: ``stall`` (read no
more), ``slow`` (a batch now and then). A result that ends well is told as ``whole ROWS``; an error
as ``error TEXT``.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def main(kind: str, address: str, options: dict[str, str], sql: str, then: str) -> None:
    try:
        rows = {"adbc": by_adbc, "polars": by_polars, "ours": by_ours}[kind](
            address, options, sql, then
        )
    except BaseException as error:
        print("error", type(error).__name__, " ".join(str(error).split()), flush=True)
        return
    print("whole", rows, flush=True)


def by_adbc(address: str, options: dict[str, str], sql: str, then: str) -> int:
    import adbc_driver_flightsql.dbapi as adbc

    with (
        adbc.connect(address, db_kwargs=options, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return read(cursor.fetch_record_batch(), then)


def by_polars(address: str, options: dict[str, str], sql: str, then: str) -> int:
    import adbc_driver_flightsql.dbapi as adbc
    import polars as pl

    with adbc.connect(address, db_kwargs=options, autocommit=True) as connection:
        print("reading", flush=True)
        return pl.read_database(sql, connection).height


def by_ours(address: str, options: dict[str, str], sql: str, then: str) -> int:
    from workbench.client.connection import connect

    connection = connect(address, language="en", progress=False, **options)
    with connection.stream(sql) as stream:
        return read(stream, then)


def read(batches: Any, then: str) -> int:
    rows = 0
    for batch in batches:
        if rows == 0:
            print("reading", flush=True)
        rows += batch.num_rows
        if then == "stall":
            time.sleep(600)
        if then == "slow":
            time.sleep(0.05)
    return rows


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4], sys.argv[5])
