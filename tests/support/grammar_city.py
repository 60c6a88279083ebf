"""The tables over which the statistics grammar is tested, and how its texts are read.

``firm`` and ``visit`` are large and even, so that nothing of them is withheld where a question is
not narrow; ``shop`` is small, with a town for each reason why a cell may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
from stat_tables import Lab

from workbench.disclosure.shapes import Rules

RULES = Rules(k=5, dominance=((2, 0.85),), p=0.1)
SHOP = Rules(k=3, dominance=((2, 0.96),), p=0.1)
STALL = replace(SHOP, hidden=True)
KIOSK = replace(SHOP, round_counts=5, round_values=100.0)
LICENCE = Rules(k=5, dominance=((1, 0.7),), p=None, round_counts=10)
FIRMS = 360
TOWNS: dict[str, list[float | None]] = {
    "sound": [10, 12, 9, 11, 13, 14],
    "two": [10, 12],
    "giant": [1000, 1, 2, 3],
    "close": [50, 49, 3, 1.5],
    "alike": [7, 7, 7, 7],
    "silent": [None, None, None, None],
    "four": [10, 12, 9, 11],
}
"""The sales of the shops of each town."""


def firms() -> pl.DataFrame:
    """Two years of each firm. ``code`` is its key; ``name``, ``score`` and ``opened`` are nearly
    unique; ``owner`` and ``taxes`` are sometimes missing; ``balance`` is sometimes negative."""
    return pl.DataFrame([_firm(i, year) for year in (2024, 2025) for i in range(FIRMS)])


def _firm(i: int, year: int) -> dict[str, object]:
    size = 1 + (i * 37 + year) % 97
    return {
        "code": f"F{i:04}",
        "name": f"firm {i:04}",
        "county": ("north", "south", "west")[i % 3],
        "industry": ("A1", "A2", "B1", "B2")[i // 3 % 4],
        "owner": None if i % 6 == 0 else ("state", "private")[i // 2 % 2],
        "year": year,
        "founded": date(2000 + i // 4 % 10, i % 4 * 3 + 1, 1),
        "listed": i % 5 < 2,
        "score": i,
        "opened": date(2010, 1, 1) + timedelta(days=i),
        "turnover": Decimal(size * 1000 + i),
        "taxes": None if i % 8 == 0 else float(size * 30 + i % 7),
        "balance": float((size + i) * (-1) ** (i // 3)),
    }


def visits() -> pl.DataFrame:
    """Three inspections of every other firm."""
    return pl.DataFrame(
        [
            {
                "code": f"F{i:04}",
                "kind": ("routine", "complaint")[(i // 2 + n) % 2],
                "amount": Decimal(100 + (i * 13 + n * 29) % 50),
            }
            for i in range(0, FIRMS, 2)
            for n in range(3)
        ]
    )


def counties() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "county": ["north", "south", "west", "east"],
            "title": ["North county", "South county", "West county", "East county"],
            "area": ["mountains", "plain", "plain", "mountains"],
            "people": [100, 200, 300, 400],
        }
    )


def shops() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"shop": f"{town}{n}", "town": town, "sales": sales}
            for town, all_ in TOWNS.items()
            for n, sales in enumerate(all_)
        ],
        schema={"shop": pl.String, "town": pl.String, "sales": pl.Float64},
    )


def deliveries() -> pl.DataFrame:
    """Four of each shop; one shop of the town "sound" has 300 more."""
    each = shops().select("shop", "town", pl.lit([1.0, 2.0, 3.0, 4.0]).alias("tons"))
    many = pl.DataFrame({"shop": "sound0", "town": "sound", "tons": [[5.0] * 300]})
    return pl.concat([each, many]).explode("tons")


def made(con: duckdb.DuckDBPyConnection) -> Lab:
    lab = Lab(con)
    money = {"turnover": "DECIMAL(18,2)"}
    edges = [Decimal(10_000), Decimal(50_000)]
    lab.put(
        "firm",
        firms(),
        {"code": "join_key", **dict.fromkeys(("turnover", "taxes", "balance"), "statistics")},
        rules=RULES,
        entity="code",
        bands={
            "turnover": edges,
            "score": [Decimal(100), Decimal(200)],
            "opened": [date(2010, 7, 1)],
        },
        types_=money,
    )
    lab.put(
        "visit",
        visits(),
        {"code": "join_key", "amount": "statistics"},
        rules=RULES,
        entity="code",
        types_={"amount": "DECIMAL(18,2)"},
    )
    lab.put("county", counties())
    uses = {"shop": "join_key", "sales": "statistics"}
    for name, rules in (("shop", SHOP), ("stall", STALL), ("kiosk", KIOSK)):
        lab.put(name, shops(), uses, rules=rules, entity="shop")
    loads = {"shop": "join_key", "tons": "statistics"}
    lab.put("delivery", deliveries(), loads, rules=SHOP, entity="shop")
    old = pl.col("town") == "four"
    licences = shops().select(
        "shop", pl.when(old).then(pl.lit("old")).otherwise(pl.lit("new")).alias("kind")
    )
    lab.put("licence", licences, {"shop": "join_key"}, rules=LICENCE, entity="shop")
    return lab


# Texts -------------------------------------------------------------------------------------------


def rows_of(text: str) -> Iterator[dict[str, str]]:
    """The rows of all tables of a text, by the names in the line that begins each."""
    names: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            names = []
            continue
        cells = [cell.strip() for cell in re.split(r" +\| +", line.strip().strip("|").strip())]
        if names:
            assert len(cells) == len(names), line
            yield dict(zip(names, cells, strict=True))
        else:
            names = cells


def sections(file: Path) -> dict[str, list[dict[str, str]]]:
    """By the heading ``== name ==`` above them."""
    parts = re.split(r"^== (.+) ==$", file.read_text("utf-8"), flags=re.M)[1:]
    return {name: list(rows_of(body)) for name, body in zip(parts[::2], parts[1::2], strict=True)}
