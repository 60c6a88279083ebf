"""Made-up questions of the statistics grammar, and small cities to ask them of: entities of one row
and of several, heavy tails, gaps, zeros, negative values, groups in which all is equal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb
import polars as pl
from disclosure_oracle import Asked, Condition, Limits, Question, Row
from stat_tables import Lab

from workbench.disclosure.shapes import Rules, StatTable
from workbench.model.grant import Use

ENTITIES = 160
EDGES = (100, 10_000)
USES = {"key": "join_key", "x": "statistics", "y": "statistics", "z": "statistics"}
VISIT_USES = {"key": "join_key", "w": "statistics"}


@dataclass(frozen=True)
class City:
    """Rows, and a DuckDB that holds the same."""

    lab: Lab
    limits: Limits
    rounding: tuple[int, int]
    firm: list[Row]
    visit: list[Row]
    area: list[Row]


RULES = [
    Limits(5, ((2, Fraction(85, 100)),), Fraction(1, 10)),
    Limits(3, ((1, Fraction(60, 100)), (3, Fraction(95, 100))), None, hidden=True),
    Limits(7, (), Fraction(3, 10)),
    Limits(5, ((2, Fraction(85, 100)),), Fraction(1, 10)),
]


@cache
def city(number: int) -> City:
    """Of the last one nobody has more than one row, and released values are rounded."""
    made, limits, last = random.Random(number), RULES[number], number == len(RULES) - 1
    rounding = (5, 1_000) if last else (0, 0)
    firm = [row for i in range(ENTITIES) for row in _firm(i, made, once=last)]
    visit = [row for i in range(ENTITIES) for row in _visits(i, made)]
    area = [{"a": a, "zone": f"Z{i % 2}"} for i, a in enumerate("PQRS")]
    lab = Lab(duckdb.connect(config={"threads": "1"}))
    rules = Rules(
        limits.k,
        tuple((n, float(share)) for n, share in limits.shares),
        None if limits.p is None else float(limits.p),
        rounding[0] or None,
        rounding[1] or None,
        limits.hidden,
    )
    edges = [Decimal(e) for e in EDGES]
    lab.put("firm", pl.DataFrame(firm, infer_schema_length=None), USES, rules=rules, entity="key",
            bands={"x": edges, "y": edges})  # fmt: skip
    lab.put("visit", pl.DataFrame(visit), VISIT_USES, rules=rules, entity="key")
    lab.put("area", pl.DataFrame(area))
    for name, rows in (("firm", firm), ("visit", visit), ("area", area)):
        lab.tables[name] = _counted(lab.tables[name], rows)
    return City(lab, limits, rounding, firm, visit, area)


def _counted(table: StatTable, rows: list[Row]) -> StatTable:
    """With how many rows share one value of a column."""
    often = {
        c.name: max(Counter(r[c.name] for r in rows if r[c.name] is not None).values())
        for c in table.columns
    }
    columns = (
        replace(c, facts=replace(c.facts, often=often[c.name]))
        if c.use is not Use.statistics else c
        for c in table.columns
    )  # fmt: skip
    return replace(table, columns=tuple(columns))


def _firm(number: int, made: random.Random, *, once: bool) -> Iterator[Row]:
    """``x`` is heavy-tailed, ``y`` has gaps, zeros and negative values, ``z`` is often equal."""
    place = {
        "key": f"K{number:03}",
        "a": made.choice("PPPPPQQQR" if number % 50 else "S"),
        "b": made.choice(("u", "u", "u", "v", None)),
        "c": made.choice((1, 1, 1, 2, 3)),
    }
    for _ in range(1 if once else made.choice((1, 1, 1, 2, 6))):
        yield {
            **place,
            "x": int(10 ** made.uniform(1, 6)),
            "y": made.choice((None, 0, -made.randrange(500), int(10 ** made.uniform(1, 5)))),
            "z": 7 if place["a"] == "Q" else made.choice((0, 7)),
        }


def _visits(number: int, made: random.Random) -> Iterator[Row]:
    for _ in range(made.choice((0, 0, 1, 2, 9))):
        yield {"key": f"K{number:03}", "d": made.choice("mmn"), "w": made.randrange(1, 900)}


# Questions --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """``dims`` are columns with their values, ``measures`` with whether some have none."""

    sql: str
    rows: list[Row]
    entities: tuple[str, ...]
    dims: dict[str, tuple[Any, ...]]
    measures: dict[str, bool]
    bands: tuple[str, ...]
    nullable: frozenset[str]


FIRM_DIMS: dict[str, tuple[Any, ...]] = {"a": tuple("PQRS"), "b": ("u", "v"), "c": (1, 2, 3)}
FIRM_MEASURES = {"x": False, "y": True, "z": False}


@cache
def sources(number: int) -> tuple[Source, ...]:
    held = city(number)
    firm = [_of("f", row) | {"entity": row["key"]} for row in held.firm]
    zones = {row["a"]: row["zone"] for row in held.area}
    by_key: dict[str, list[Row]] = {}
    for row in held.visit:
        by_key.setdefault(row["key"], []).append(_of("v", row) | {"visited": row["key"]})
    nobody = {"v.key": None, "v.d": None, "v.w": None, "visited": None}
    inner = [f | v for f in firm for v in by_key.get(f["f.key"], [])]
    outer = [f | v for f in firm for v in by_key.get(f["f.key"], [nobody])]
    dims = {f"f.{name}": values for name, values in FIRM_DIMS.items()}
    measures = {f"f.{name}": gaps for name, gaps in FIRM_MEASURES.items()}
    both, more = {**dims, "v.d": ("m", "n")}, {**measures, "v.w": False}
    gaps = frozenset({"f.y", "f.b"})
    bands = ("f.x", "f.y")
    zoned = [f | {"r.zone": zones[f["f.a"]]} for f in firm]
    joined = "firm f JOIN visit v ON f.key = v.key"
    left = "firm f LEFT JOIN visit v ON f.key = v.key"
    twins: dict[str, list[Row]] = {}
    for row in held.firm:
        twins.setdefault(row["key"], []).append(_of("g", row) | {"twin": row["key"]})
    named = [f | {"f.x2": f["f.x"]} for f in firm]
    itself = [f | g for f in firm for g in twins[f["f.key"]]]
    pair = ("entity", "visited")
    return (
        Source("firm f", firm, ("entity",), dims, measures, bands, gaps),
        Source("firm f JOIN area r ON f.a = r.a", zoned, ("entity",),
               {**dims, "r.zone": ("Z0", "Z1")}, measures, bands, gaps),
        Source(joined, inner, pair, both, more, bands, gaps),
        Source("(SELECT key, a, b, c, x, y, z, x AS x2 FROM firm) f", named, ("entity",), dims,
               {**measures, "f.x2": False}, bands, gaps),
        Source("firm f JOIN firm g ON f.key = g.key AND f.a = g.a", itself, ("entity", "twin"),
               {**dims, "g.b": ("u", "v")}, {**measures, "g.x": False, "g.y": True}, bands,
               gaps | {"g.y"}),
        Source(left, outer, pair, both, {**more, "v.w": True}, bands,
               gaps | {"v.w", "v.d", "v.key"}),
    )  # fmt: skip


def _of(alias: str, row: Row) -> Row:
    return {f"{alias}.{name}": value for name, value in row.items()}


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _not(one: bool | None) -> bool | None:
    return None if one is None else not one


def _and(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def condition(made: random.Random, source: Source, deep: int = 2) -> Condition:
    kind = made.choice(("equal", "equal", "in", "null", "band", "band", "not", "and", "or"))
    if deep and kind in ("not", "and", "or"):
        one = condition(made, source, deep - 1)
        if kind == "not":
            return Condition(f"(NOT {one.sql})", lambda r: _not(one.of(r)), one.banded)
        other = condition(made, source, deep - 1)
        banded = one.banded or other.banded
        if kind == "and":
            return Condition(
                f"({one.sql} AND {other.sql})", lambda r: _and(one.of(r), other.of(r)), banded
            )
        return Condition(
            f"({one.sql} OR {other.sql})",
            lambda r: _not(_and(_not(one.of(r)), _not(other.of(r)))),
            banded,
        )
    if kind == "band":
        name, edge = made.choice(source.bands), made.choice(EDGES)
        up = made.random() < 0.5
        return Condition(
            f"({name} {'>=' if up else '<'} {edge})",
            lambda r: None if r[name] is None else (r[name] >= edge) is up,
            banded=True,
        )
    name = made.choice(list(source.dims))
    if kind == "null":
        return Condition(f"({name} IS NULL)", lambda r: r[name] is None)
    chosen = made.sample(source.dims[name], 2 if kind == "in" else 1)
    sql = f"({name} = {_literal(chosen[0])})"
    if kind == "in":
        sql = f"({name} IN ({', '.join(map(_literal, chosen))}))"
    return Condition(sql, lambda r: None if r[name] is None else r[name] in chosen)


def aggregate(made: random.Random, source: Source, guards: list[Condition]) -> Asked:
    kind = made.choice(
        ("count", "count", "sum", "sum", "avg", "keys", "median", "quantile", "corr", "var_pop",
         "stddev_samp")
    )  # fmt: skip
    guard = made.choice(guards) if made.random() < 0.5 else None
    if kind == "count":
        of = () if made.random() < 0.6 else (made.choice([*source.measures, "f.b"]),)
        return Asked("count", of, guard)
    if kind == "keys":
        return Asked("keys", ("f.key",), guard)
    if kind == "corr":
        return Asked("corr", tuple(made.sample(list(source.measures), 2)), guard)
    of = (made.choice(list(source.measures)),)
    if kind == "quantile":
        q = Fraction(made.randrange(1, 20), 20)
        return Asked("quantile", of, guard, q=q, disc=made.random() < 0.5)
    if kind in ("sum", "avg") and made.random() < 0.3:
        case, zero = made.choice(guards), made.random() < 0.5
        return Asked(kind, of, None if kind == "avg" else guard, case, zero)
    return Asked(kind, of, guard)


def key(made: random.Random, source: Source) -> tuple[str, Callable[[Row], Any], bool]:
    if made.random() < 0.15:
        one = condition(made, source, 0)
        return (
            f"CASE WHEN {one.sql} THEN 'h' ELSE 'l' END",
            lambda r: "h" if one.of(r) is True else "l",
            one.banded,
        )
    name = made.choice(list(source.dims))
    return name, lambda r: r[name], False


def question(made: random.Random, source: Source) -> Question:
    guards = [condition(made, source) for _ in range(2)]
    keys = {k[0]: k for k in (key(made, source) for _ in range(made.choice((0, 1, 1, 1, 2))))}
    asked = {a.sql: a for a in (aggregate(made, source, guards) for _ in range(made.randint(1, 4)))}
    return Question(
        source.sql,
        source.rows,
        source.entities,
        tuple(keys.values()),
        tuple(asked.values()),
        condition(made, source) if made.random() < 0.5 else None,
        made.choice(("", "", "", "ROLLUP", "CUBE")) if keys else "",
        nullable=source.nullable,
        origins={name: name.split(".")[1].removesuffix("2") for name in source.measures},
    )


def made_up(count: int, seed: int) -> Iterator[tuple[int, Question]]:
    made = random.Random(seed)
    for number in range(count):
        which = number % len(RULES)
        yield which, question(made, made.choice(sources(which)))
