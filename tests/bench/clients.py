"""Sixteen clients at once for a minute: errors, throughput, and the gateway's memory."""

from __future__ import annotations

import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import psutil
from attacks.served import Served
from tpch_city import Tpch

from tests.bench.city import SETTINGS, folder, own_client, tpch_gateway
from tests.bench.measure import met, ms, table
from workbench.errors import WorkbenchError

CLIENTS = 16
SMALL = {**SETTINGS, "memory_mb": 512, "threads": 1}
STATEMENTS = (
    "SELECT n_name FROM nation ORDER BY n_name",
    "SELECT o_orderpriority, count(*) FROM orders GROUP BY ALL ORDER BY ALL",
    "SELECT l_returnflag, sum(l_quantity) FROM lineitem GROUP BY ALL ORDER BY ALL",
    "SELECT * FROM customer LIMIT 5000",
    "SELECT l_orderkey, l_extendedprice FROM lineitem WHERE l_quantity > 45",
)


@dataclass
class Tally:
    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rows: int = 0


def run(quick: bool) -> dict[str, Any]:
    duration = 8.0 if quick else 60.0
    with folder() as place:
        tpch = Tpch(place, 0.1)
        tpch.files()
        tpch.con.close()
        with tpch_gateway(tpch, SMALL) as gateway:
            for number in range(CLIENTS):
                with own_client(gateway, f"person{number}") as connection:
                    connection.sql(STATEMENTS[0]).arrow()
            return _load(gateway, duration)


def _load(gateway: Served, duration: float) -> dict[str, Any]:
    tallies = [Tally() for _ in range(CLIENTS)]
    end = time.monotonic() + duration
    threads = [
        threading.Thread(target=_client, args=(gateway, number, end, tally))
        for number, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    memory = _watched(gateway, end)
    for thread in threads:
        thread.join()
    taken = sorted(s for tally in tallies for s in tally.seconds)
    half = len(memory) // 2
    return {
        "seconds": duration,
        "queries": len(taken),
        "rows": sum(tally.rows for tally in tallies),
        "errors": [error for tally in tallies for error in tally.errors][:20],
        "fewest_of_one": min(len(tally.seconds) for tally in tallies),
        "most_of_one": max(len(tally.seconds) for tally in tallies),
        "p50": statistics.median(taken),
        "p99": taken[int(len(taken) * 0.99)],
        "gateway_mb": memory,
        "first_half_mb": max(memory[:half], default=0),
        "second_half_mb": max(memory[half:], default=0),
    }


def _client(gateway: Served, number: int, end: float, tally: Tally) -> None:
    chance = random.Random(number)
    with own_client(gateway, f"person{number}") as connection:
        while time.monotonic() < end:
            started = time.monotonic()
            try:
                tally.rows += connection.sql(chance.choice(STATEMENTS)).arrow().num_rows
            except WorkbenchError as error:
                tally.errors.append(str(error.code))
            else:
                tally.seconds.append(time.monotonic() - started)


def _watched(gateway: Served, end: float) -> list[int]:
    """The gateway's own resident memory in MiB, once a second."""
    process, seen = psutil.Process(gateway.process.pid), []
    while time.monotonic() < end:
        seen.append(process.memory_info().rss >> 20)
        time.sleep(1)
    return seen


def report(figures: dict[str, Any]) -> str:
    first, second = figures["first_half_mb"], figures["second_half_mb"]
    flat = second <= first * 1.1
    errors = figures["errors"]
    lines = (
        ("queries", f"{figures['queries']:,}"),
        ("queries a second", f"{figures['queries'] / figures['seconds']:.0f}"),
        ("rows", f"{figures['rows']:,}"),
        ("errors", len(errors) or "none"),
        ("fewest and most of one client", f"{figures['fewest_of_one']}, {figures['most_of_one']}"),
        ("p50, p99 ms", f"{ms(figures['p50'])}, {ms(figures['p99'])}"),
        ("gateway memory, highest of first and second half", f"{first} MiB, {second} MiB"),
    )
    return f"""## Sixteen clients at once

{CLIENTS} people, each with a worker of their own, asking without a pause for {figures["seconds"]:.0f} s
over TPC-H tables of scale factor 0.1. Without an error: {met(not errors)}. Memory of the gateway
flat (second half at most 10 % above the first): {met(flat)}.

{table(("what", "seen"), lines)}"""
