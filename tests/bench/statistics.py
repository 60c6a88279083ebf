"""Statistics under their rules, against the same aggregates on raw DuckDB: 20 queries, 10 M rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.city import folder
from tests.bench.measure import alternated, geometric_mean, medians, met, ms, seconds, table
from workbench.catalogue.city import load_city
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.trial.city import SCENARIO, ingest_all, write_city
from workbench.trial.schema import DEPARTMENT, PolicyTest

TARGET = 1.5
ONE, SEVERAL, JOINS = "one row per entity", "several rows per entity", "joins"

TABLES: Mapping[str, str] = {
    "firm": """
        SELECT i AS id, 'C' || (hash(i) % 40) AS county, 'I' || (hash(i + 7) % 96) AS industry,
               'S' || (hash(i + 13) % 5) AS size, 2000 + (hash(i + 17) % 24)::INTEGER AS founded,
               exp(10 + 2 * sqrt(-2 * ln(r1)) * cos(6.283185307 * r2)) AS turnover,
               round(exp(7 + 2 * sqrt(-2 * ln(r3)) * cos(6.283185307 * r1)), 2)::DECIMAL(18,2) AS tax
        FROM (SELECT i, (hash(i + 23) % 1000003 + 1) / 1000005.0 AS r1,
                     (hash(i + 29) % 1000003 + 1) / 1000005.0 AS r2,
                     (hash(i + 31) % 1000003 + 1) / 1000005.0 AS r3 FROM range({rows}) t(i))""",
    "filing": """
        SELECT i AS no, i // 4 AS firm, 'C' || (hash(i // 4) % 40) AS county,
               'I' || (hash(i // 4 + 7) % 96) AS industry, (i % 4 + 1)::INTEGER AS quarter,
               exp(9 + 2 * sqrt(-2 * ln(r1)) * cos(6.283185307 * r2)) AS turnover,
               (hash(i + 37) % 5000)::INTEGER AS staff
        FROM (SELECT i, (hash(i + 41) % 1000003 + 1) / 1000005.0 AS r1,
                     (hash(i + 43) % 1000003 + 1) / 1000005.0 AS r2 FROM range({rows}) t(i))""",
    "county": "SELECT 'C' || i AS code, 'county ' || i AS name, 'P' || (i % 5) AS prefecture "
    "FROM range(40) t(i)",
}
QUERIES: Mapping[str, tuple[str, ...]] = {
    ONE: (
        "SELECT county, count(*), sum(turnover) FROM firm GROUP BY county",
        "SELECT industry, avg(turnover), avg(tax) FROM firm GROUP BY industry",
        "SELECT county, industry, sum(tax) FROM firm GROUP BY county, industry",
        "SELECT size, founded, count(*), sum(turnover), sum(tax) FROM firm GROUP BY size, founded",
        "SELECT industry, stddev_samp(turnover) FROM firm WHERE founded >= 2015 GROUP BY industry",
        "SELECT county, median(turnover) FROM firm WHERE size = 'S3' GROUP BY county",
        "SELECT founded, sum(tax) / sum(turnover) FROM firm GROUP BY founded",
        "SELECT CASE WHEN turnover < 100000 THEN 'a' WHEN turnover < 1000000 THEN 'b' ELSE 'c' END, "
        "count(*), sum(tax) FROM firm GROUP BY 1",
    ),
    SEVERAL: (
        "SELECT county, count(*), sum(turnover) FROM filing GROUP BY county",
        "SELECT county, quarter, count(DISTINCT firm), sum(turnover) FROM filing "
        "GROUP BY county, quarter",
        "SELECT industry, avg(turnover), avg(staff) FROM filing WHERE quarter = 4 GROUP BY industry",
        "SELECT county, industry, sum(turnover) FROM filing GROUP BY county, industry",
        "SELECT industry, corr(turnover, staff) FROM filing GROUP BY industry",
        "SELECT quarter, sum(turnover) FILTER (WHERE county = 'C1'), sum(turnover) FROM filing "
        "GROUP BY quarter",
    ),
    JOINS: (
        "SELECT c.prefecture, sum(f.turnover) FROM firm f JOIN county c ON f.county = c.code "
        "GROUP BY c.prefecture",
        "SELECT c.name, f.quarter, avg(f.turnover) FROM filing f JOIN county c "
        "ON f.county = c.code GROUP BY c.name, f.quarter",
        "SELECT c.prefecture, f.industry, count(*), sum(f.tax) FROM firm f JOIN county c "
        "ON f.county = c.code GROUP BY c.prefecture, f.industry",
        "SELECT f.size, sum(t.turnover) FROM filing t JOIN firm f ON t.firm = f.id GROUP BY f.size",
        "SELECT f.founded, avg(t.staff), count(*) FROM filing t JOIN firm f ON t.firm = f.id "
        "WHERE t.quarter = 1 GROUP BY f.founded",
        "SELECT f.county, f.size, sum(f.tax) FROM filing t JOIN firm f ON t.firm = f.id "
        "WHERE t.quarter = 2 GROUP BY f.county, f.size",
    ),
}
_GENERAL, _SECRET = {"class": "general"}, {"class": "important"}
RESOURCES: Mapping[str, Mapping[str, Any]] = {
    "firm": {
        "id": {"type": "BIGINT", **_SECRET}, "county": {"type": "VARCHAR", **_GENERAL},
        "industry": {"type": "VARCHAR", **_GENERAL}, "size": {"type": "VARCHAR", **_GENERAL},
        "founded": {"type": "INTEGER", **_GENERAL},
        "turnover": {"type": "DOUBLE", "bands": [100000, 1000000], **_SECRET},
        "tax": {"type": "DECIMAL(18,2)", **_SECRET},
    },
    "filing": {
        "no": {"type": "BIGINT", **_SECRET}, "firm": {"type": "BIGINT", **_SECRET},
        "county": {"type": "VARCHAR", **_GENERAL}, "industry": {"type": "VARCHAR", **_GENERAL},
        "quarter": {"type": "INTEGER", **_GENERAL}, "turnover": {"type": "DOUBLE", **_SECRET},
        "staff": {"type": "INTEGER", **_SECRET},
    },
    "county": {name: {"type": "VARCHAR", **_GENERAL} for name in ("code", "name", "prefecture")},
}  # fmt: skip
ENTITY = {"firm": "id", "filing": "firm", "county": "code"}
USES: Mapping[str, Mapping[str, str]] = {
    "firm": {
        "id": "join_key", "county": "value", "industry": "value", "size": "value",
        "founded": "value", "turnover": "statistics", "tax": "statistics",
    },
    "filing": {
        "firm": "join_key", "county": "value", "industry": "value", "quarter": "value",
        "turnover": "statistics", "staff": "statistics",
    },
    "county": {"code": "value", "name": "value", "prefecture": "value"},
}  # fmt: skip
ANALYST = Actor("analyst", DEPARTMENT, frozenset({Role.analyst}))


def run(quick: bool) -> dict[str, Any]:
    rows, repeats = (200_000, 2) if quick else (10_000_000, 5)
    with folder() as place:
        raw = _raw(place, rows)
        root = _city(place, raw)
        with open_workbench(root) as workbench:
            workbench.store.users.add(
                "analyst", "a long enough passphrase", DEPARTMENT, frozenset({Role.analyst})
            )
            built = seconds(lambda: _asked(workbench, "SELECT count(*) FROM firm"))
            return {
                "rows": rows,
                "repeats": repeats,
                "build_seconds": built,
                "queries": {
                    kind: [_both(raw, workbench, text, repeats) for text in texts]
                    for kind, texts in QUERIES.items()
                },
            }


def _raw(place: Path, rows: int) -> duckdb.DuckDBPyConnection:
    """The tables in a DuckDB file, with two threads, as an analyst would have them; and as Parquet
    to deliver. A file, for its compressed columns are faster to group than those in memory."""
    con = duckdb.connect(str(place / "raw.duckdb"), config={"threads": "2"})
    for name, text in TABLES.items():
        con.execute(f"CREATE TABLE {name} AS {text.format(rows=rows)}")
        con.execute(f"COPY {name} TO '{place / name}.parquet'")
    con.execute("CHECKPOINT")
    return con


def _city(place: Path, raw: duckdb.DuckDBPyConnection) -> Path:
    test = PolicyTest.model_validate(
        {
            "resources": {
                name: {"data": f"{name}.parquet", "entity": ENTITY[name], "columns": columns}
                for name, columns in RESOURCES.items()
            },
            "grants": {
                name: {
                    "mode": "obtain" if name == "county" else "statistics",
                    "columns": columns,
                    "disclosure": {} if name == "county" else _RULES,
                }
                for name, columns in USES.items()
            },
            "settings": {"query_seconds": 3600, "memory_mb": 6144, "temp_mb": 20_000},
        }
    )
    root = place / "city"
    root.mkdir()
    write_city(test, root)
    ingest_all(test, place, root, lambda: datetime.now(UTC))
    assert load_city(root).scenarios
    return root


_RULES = {"k": 5, "dominance": {"n": 2, "k": 0.85}, "p_percent": 10}


def _asked(workbench: Workbench, text: str) -> tuple[int, int]:
    """The cells released and withheld."""
    with workbench.query_path.run(
        ANALYST, SCENARIO, text, method="bench", medium="memory"
    ) as running:
        batches = list(running)
    companions = running.info.companions
    why = [v for b in batches for c in companions for v in b.column(c).to_pylist()]
    return sum(v is None for v in why), sum(v is not None for v in why)


def _both(
    raw: duckdb.DuckDBPyConnection, workbench: Workbench, text: str, repeats: int
) -> dict[str, Any]:
    ways = {
        "raw": lambda: raw.execute(text).to_arrow_table(),
        "governed": lambda: _asked(workbench, text),
    }
    taken = medians(alternated(ways, repeats, warm=1))
    released, withheld = _asked(workbench, text)
    return {"sql": text, **taken, "released": released, "withheld": withheld}


def report(figures: dict[str, Any]) -> str:
    means, rows = {}, []
    for kind, queries in figures["queries"].items():
        ratios = [q["governed"] / q["raw"] for q in queries]
        means[kind] = geometric_mean(ratios)
        rows += [
            (kind, f"`{q['sql']}`", ms(q["raw"]), ms(q["governed"]), f"{r:.2f}",
             f"{q['released']} / {q['withheld']}")
            for q, r in zip(queries, ratios, strict=True)
        ]  # fmt: skip
    listed = "; ".join(f"{kind}: **{mean:.2f}**" for kind, mean in means.items())
    return f"""## Statistics under their rules

Geometric means of governed / raw over {sum(map(len, figures["queries"].values()))} aggregates of
{figures["rows"]:,} rows, warm, medians of {figures["repeats"]}. {listed} (target for one row per
entity at most {TARGET}: {met(means[ONE] <= TARGET)}). Governed means: decided, entered in the
ledger, compiled, run in the statistics tier's worker on the encrypted workspace, each cell passed
by threshold, complement, (2, 85 %) dominance, p 10 % and uniformity, without the wire. Raw is the
same text on a plain DuckDB file without any of it. First open, which builds the workspace of all
three tables and measures what bounds the rules: {figures["build_seconds"]:.1f} s.

Most cells of large groups are proven by bounds of the build (so many rows cannot be of fewer
entities; the largest entity of the table is too small beside the cell's total) and need no
counting by entity; the others are looked at by their largest rows, and counted exactly where that
does not do. The joins of two protected tables are slow for another reason: raw joins integers,
governed the 32-digit pseudonyms that stand for them.

{table(("kind", "query", "raw ms", "governed ms", "ratio", "released / withheld"), rows)}"""
