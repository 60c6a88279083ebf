"""The 22 queries of TPC-H: governed, through gateway, ledger and wire, against raw DuckDB."""

from __future__ import annotations

from typing import Any

from tpch_city import Tpch

from tests.bench.city import folder, own_client, tpch_gateway
from tests.bench.measure import alternated, geometric_mean, medians, met, ms, table

TARGET = 1.05


def run(quick: bool) -> dict[str, Any]:
    scale, repeats = (0.1, 3) if quick else (1, 7)
    with folder() as place:
        tpch = Tpch(place, scale)
        tpch.files()
        with tpch_gateway(tpch) as gateway, own_client(gateway, "analyst") as connection:
            tpch.trim()
            tpch.con.execute("CHECKPOINT")
            return {
                "scale": scale,
                "repeats": repeats,
                "queries": {
                    number: _both(tpch, connection, text, repeats)
                    for number, text in tpch.queries.items()
                },
            }


def _both(tpch: Tpch, connection: Any, text: str, repeats: int) -> dict[str, float]:
    ways = {
        "raw": lambda: tpch.con.execute(text).to_arrow_table(),
        "governed": lambda: connection.sql(text).arrow(),
    }
    return medians(alternated(ways, repeats, warm=2))


def report(figures: dict[str, Any]) -> str:
    queries = figures["queries"]
    ratios = {n: q["governed"] / q["raw"] for n, q in queries.items()}
    mean = geometric_mean(ratios.values())
    raw, governed = (sum(q[way] for q in queries.values()) for way in ("raw", "governed"))
    over = sorted((q["governed"] - q["raw"]) for q in queries.values())[len(queries) // 2]
    return f"""## TPC-H, scale factor {figures["scale"]}

Geometric mean of governed / raw, warm, medians of {figures["repeats"]}: **{mean:.3f}**
(target at most {TARGET}: {met(mean <= TARGET)}). In all {governed:.2f} s against {raw:.2f} s
({governed / raw:.3f}); the median query is {ms(over)} ms slower. Governed means: signed in,
decided, entered in the ledger twice or more, run in a worker on the encrypted workspace, sent over
Flight. Raw means the same rows and columns in an in-memory DuckDB in the caller's process. What a
governed query adds does not grow with its work: it is the cost of a tiny query (below), which
weighs where the raw query is short.

{
        table(
            ("query", "raw ms", "governed ms", "ratio"),
            ((n, ms(q["raw"]), ms(q["governed"]), f"{ratios[n]:.2f}") for n, q in queries.items()),
        )
    }"""
