"""One small query by the own client and by the stock driver, against a bare ``DoGet``."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.flight as fl
from tpch_city import Tpch

from tests.bench.city import folder, own_client, tpch_gateway
from tests.bench.measure import alternated, medians, met, ms, table

TARGET = 3.0
ROWS = 25
STATEMENT = "SELECT n_nationkey, n_name FROM nation"


def run(quick: bool) -> dict[str, Any]:
    repeats = 100 if quick else 1000
    with folder() as place, bare(ROWS) as flight:
        tpch = Tpch(place, 0.01)
        tpch.files()
        with tpch_gateway(tpch) as gateway, own_client(gateway, "analyst") as own:
            stock = gateway.connection("stock")

            def by_stock() -> None:
                with stock.cursor() as cursor:
                    cursor.execute(STATEMENT)
                    assert cursor.fetch_arrow_table().num_rows == ROWS

            def by_own() -> None:
                assert own.sql(STATEMENT).arrow().num_rows == ROWS

            def bare_get() -> None:
                assert flight.do_get(fl.Ticket(b"tiny")).read_all().num_rows == ROWS

            ways = {"bare DoGet": bare_get, "own client": by_own, "stock ADBC": by_stock}
            taken = alternated(ways, repeats, warm=20)
    high = {name: sorted(values)[int(len(values) * 0.99)] for name, values in taken.items()}
    return {"repeats": repeats, "p50": medians(taken), "p99": high}


@contextmanager
def bare(rows: int) -> Iterator[fl.FlightClient]:
    """A client of a bare server in a process of its own."""
    script = Path(__file__).with_name("bare_flight.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(rows)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with fl.connect(f"grpc://127.0.0.1:{port}") as client:
            yield client
    finally:
        process.kill()
        process.wait()


def report(figures: dict[str, Any]) -> str:
    p50, p99 = figures["p50"], figures["p99"]
    least = p50["bare DoGet"]
    ratio = p50["own client"] / least
    return f"""## A tiny query

{ROWS} rows, {figures["repeats"]} times each, in turns. The own client's p50 is **{
        ratio:.2f}** times that
of a bare `DoGet` of the same rows from memory (target at most {TARGET:g}: {met(ratio <= TARGET)}).
A governed query is one call of the own client (two of the stock driver) with authentication, the
decision, the ledger's three entries (decided, opened, closed), and a statement in the worker. Each
entry is two synchronised writes, one of the store and one of its checkpoint (see *The ledger* for
what one costs): the three take most of what the target allows before anything else is done.

{
        table(
            ("way", "p50 ms", "p99 ms", "p50 against bare"),
            ((n, ms(p50[n]), ms(p99[n]), f"{p50[n] / least:.2f}") for n in p50),
        )
    }"""
