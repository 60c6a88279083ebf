"""A city for attacks on the tier of statistics: its truth is known, its values stand out.

Turnovers are primes of six and more digits, no two alike, so that a released number which is one
firm's shows, also where it comes multiplied, or as the difference of two. Names, keys and whatever
is not granted carry marks. The visible tables are what an attacker could bring along: a register of
areas, the bosses of 20 firms, visits (one firm has 400 of them).
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

FIRMS, KNOWN, VISITED = 3000, 20, 400
"""Firms; those of the roster; visits of the one that has most."""
K = 5
UNTAXED = ("C09", "I03")
BANDS = {"turnover": (1_000_000, 10_000_000, 100_000_000), "tax": (100_000,)}
GENERAL = {"class": "general"}
PERSONAL = {"class": "important", "personal": True}


@dataclass(frozen=True)
class Firm:
    """``grade`` is 1 but for about one firm in a hundred; ``years`` has a turnover and a tax (some
    have none, some negative) for each."""

    number: int
    county: str
    industry: str
    size: str
    grade: int
    opened: date
    years: dict[int, tuple[int, int | None]]

    @property
    def key(self) -> str:
        return f"CANARY-KEY-{self.number:04}"


@cache
def firms() -> tuple[Firm, ...]:
    made, taken = random.Random(4), set[int]()
    return _alone_with_a_tax([_firm(number, made, taken) for number in range(FIRMS)])


def _alone_with_a_tax(all_: list[Firm]) -> tuple[Firm, ...]:
    """In one county one firm of an industry has a tax, the others none."""
    without = [f for f in all_ if (f.county, f.industry) == UNTAXED][1:]
    for firm in without:
        firm.years.update({year: (t, None) for year, (t, _) in firm.years.items()})
    return tuple(all_)


def _firm(number: int, made: random.Random, taken: set[int]) -> Firm:
    """The last three firms are a county of their own, the six before them another."""
    county = f"C{made.randrange(10):02}"
    if number >= FIRMS - 9:
        county = "C11" if number >= FIRMS - 3 else "C10"
    years = {}
    for year in range(2021, 2021 + made.choice((1, 1, 2, 3))):
        turnover = _prime(int(10 ** made.uniform(5.1, 9.3)) + made.randrange(10**4), taken)
        share = made.uniform(0.01, 0.2) * (-1 if made.random() < 0.02 else 1)
        years[year] = (turnover, None if made.random() < 0.03 else int(turnover * share))
    return Firm(
        number,
        county,
        f"I{min(int(made.expovariate(0.35)), 11):02}",
        made.choice("SSSSSSMMML"),
        2 if made.random() < 0.01 else 1,
        date(1990, 1, 1) + timedelta(days=made.randrange(12_000)),
        years,
    )


def _prime(least: int, taken: set[int]) -> int:
    number = least | 1
    while number in taken or not all(pow(a, number - 1, number) == 1 for a in (2, 3, 5, 7, 11)):
        number += 2
    taken.add(number)
    return number


@cache
def targets() -> dict[str, str]:
    """Where an attacker would look: ``g_``: a cell with one firm of another grade; ``a_``: a
    county and a size that share one firm; ``d_``: large firms of which one has nearly all; ``v_``:
    the firm that is visited most, and the band that it reaches."""
    cells: dict[tuple[str, str], list[Firm]] = defaultdict(list)
    for firm in firms():
        if 2021 in firm.years:
            cells[firm.county, firm.industry].append(firm)
    found: dict[str, str] = {}
    for (county, industry), there in sorted(cells.items()):
        place = {"county": county, "industry": industry}
        odd = [f for f in there if f.grade != 1]
        large = [f for f in there if f.size == "L"]
        if len(odd) == 1 and len(there) >= 12:
            _noted(found, "g", place)
        if len(large) == 1 and len(there) >= 12:
            _noted(found, "a", {**place, "size": "L"})
        if len(large) >= K and _share(large) > 0.9:
            _noted(found, "d", place)
    firm = visited()
    seen = {"county": firm.county, "industry": firm.industry, "size": firm.size}
    _noted(found, "v", {**seen, "band": str(BANDS["turnover"][1])})
    return found


@cache
def visited() -> Firm:
    """The first of the roster that reaches the second band."""
    return next(f for f in firms()[:KNOWN] if f.years[2021][0] >= BANDS["turnover"][1])


def _noted(found: dict[str, str], which: str, place: Mapping[str, str]) -> None:
    for name, value in place.items():
        found.setdefault(f"{which}_{name}", value)


def _share(there: list[Firm]) -> float:
    held = [firm.years[2021][0] for firm in there]
    return max(held) / sum(held)


def frames() -> dict[str, pl.DataFrame]:
    """Every resource as it is delivered."""
    made = random.Random(5)
    all_ = firms()
    inspections = [
        {
            "code": f.key,
            "kind": made.choice(("fire", "food", "tax")),
            "day": date(2023, 1, 1) + timedelta(days=made.randrange(365)),
            "fine": made.choice((0, 0, made.randrange(1_000, 90_000))),
            "officer": f"CANARY-OFFICER-{made.randrange(40):02}",
        }
        for f in all_
        for _ in range(made.choice((0, 0, 1, 2, 6)))
    ]
    known = all_[:KNOWN]
    visits = [(f.key, n) for f in known for n in range(VISITED if f is visited() else 1)]
    counties = sorted({f.county for f in all_})
    return {
        "firm": pl.DataFrame([row for f in all_ for row in _rows(f)], infer_schema_length=None),
        "inspection": pl.DataFrame(inspections),
        "region": pl.DataFrame(
            {"county": counties, "zone": [f"Z{i % 3}" for i in range(len(counties))]}
        ).with_columns(weight=pl.int_range(pl.len()) + 100),
        "roster": pl.DataFrame(
            {"code": [f.key for f in known], "boss": [f"boss {f.number:02}" for f in known],
             "staff": [10_007 + f.number**3 for f in known]}
        ),
        "visit": pl.DataFrame(visits, schema=["code", "n"], orient="row"),
        "licence": _marked("licence", 50),
        "rating": _marked("rating", 80).with_columns(score=pl.int_range(80) + 555_000_111),
        "sealed": _marked("sealed", 30),
    }  # fmt: skip


def _rows(firm: Firm) -> list[dict[str, Any]]:
    return [
        {
            "code": firm.key,
            "name": f"N1-CANARY-NAME-{firm.number:04}",
            "county": firm.county,
            "industry": firm.industry,
            "size": firm.size,
            "grade": firm.grade,
            "opened": firm.opened,
            "year": year,
            "turnover": turnover,
            "tax": tax,
            "owner": f"CANARY-OWNER-{firm.number:04}",
        }
        for year, (turnover, tax) in firm.years.items()
    ]


def _marked(what: str, rows: int) -> pl.DataFrame:
    marks = [f"CANARY-{what.upper()}-{i:03}" for i in range(rows)]
    return pl.DataFrame({"id": [f"{what} {i}" for i in range(rows)], what: marks})


def _columns(**types: str) -> dict[str, dict[str, Any]]:
    return {name: {"type": type_, **GENERAL} for name, type_ in types.items()}


RESOURCES: dict[str, dict[str, Any]] = {
    "firm": {
        "entity": "code",
        "columns": {
            **_columns(code="VARCHAR", name="VARCHAR", county="VARCHAR", industry="VARCHAR",
                       size="VARCHAR", grade="INTEGER", opened="DATE", year="INTEGER"),
            "turnover": {"type": "BIGINT", **PERSONAL, "bands": list(BANDS["turnover"])},
            "tax": {"type": "BIGINT", **PERSONAL, "bands": list(BANDS["tax"])},
            "owner": {"type": "VARCHAR", **PERSONAL},
        },
    },
    "inspection": {
        "entity": "code",
        "columns": {
            **_columns(code="VARCHAR", kind="VARCHAR", day="DATE"),
            "fine": {"type": "BIGINT", **PERSONAL, "bands": [10_000]},
            "officer": {"type": "VARCHAR", **PERSONAL},
        },
    },
    "region": {"entity": "county",
               "columns": _columns(county="VARCHAR", zone="VARCHAR", weight="BIGINT")},
    "roster": {"entity": "code", "columns": _columns(code="VARCHAR", boss="VARCHAR",
                                                      staff="BIGINT")},
    "visit": {"entity": ["code", "n"], "columns": _columns(code="VARCHAR", n="BIGINT")},
    "licence": {"entity": "id", "columns": _columns(id="VARCHAR", licence="VARCHAR")},
    "rating": {"entity": "id",
               "columns": _columns(id="VARCHAR", rating="VARCHAR", score="BIGINT")},
    "sealed": {"entity": "id", "columns": _columns(id="VARCHAR", sealed="VARCHAR")},
}  # fmt: skip

GRANTS: dict[str, dict[str, Any]] = {
    "firm": {
        "mode": "statistics",
        "columns": {
            "code": "join_key", "name": "value", "county": "value", "industry": "value",
            "size": "value", "grade": "value", "opened": "value", "year": "value",
            "turnover": "statistics", "tax": "statistics",
        },
    },
    "inspection": {
        "mode": "statistics",
        "columns": {"code": "join_key", "kind": "value", "day": "value", "fine": "statistics"},
    },
    "region": {"mode": "obtain",
               "columns": {"county": "value", "zone": "value", "weight": "value"}},
    "roster": {"mode": "obtain",
               "columns": {"code": "join_key", "boss": "value", "staff": "value"}},
    "visit": {"mode": "obtain", "columns": {"code": "join_key", "n": "value"}},
    "licence": {"mode": "view", "columns": {"id": "value", "licence": "value"}},
    "rating": {"mode": "obtain",
               "columns": {"id": "join_key", "rating": "compare", "score": "compare"}},
}  # fmt: skip
SETTINGS = {
    "threshold_k": K, "dominance_n": 2, "dominance_percent": 85, "p_percent": 10,
    "join_key_floor": 10, "query_seconds": 10, "threads": 1, "warm_workers": 1,
    "queries_per_person": 4,
}  # fmt: skip


def make(folder: Path) -> Path:
    """The root of the city, its data ingested."""
    data = folder / "delivered"
    data.mkdir(parents=True)
    for name, frame in frames().items():
        frame.write_parquet(data / f"{name}.parquet")
    resources = {
        name: {
            "data": f"{name}.parquet",
            "sharing": "not_shared" if name == "sealed" else "conditional",
            **form,
        }
        for name, form in RESOURCES.items()
    }
    test = PolicyTest.model_validate(
        {"resources": resources, "grants": GRANTS, "settings": SETTINGS}
    )
    root = folder / "city"
    root.mkdir()
    write_city(test, root)
    ingest_all(test, data, root, lambda: datetime.now(UTC))
    return root
