"""What people would use instead: PostgreSQL with column GRANTs, row-level security, barrier views.

The same rows, the same 22 queries, one analyst. Two set-ups: *grants* (the analyst's role may read
the granted columns of the base tables, a row-level policy lets all rows through) and *views* (the
role may read security-barrier views of the granted columns only). Keys and the usual indexes on
foreign keys exist, tables are analysed, memory settings are those of a machine of this size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import servers
from tpch_city import KEYS, WITHHELD, Tpch

from tests.bench.city import folder, own_client, tpch_gateway
from tests.bench.measure import alternated, geometric_mean, medians, ms, seconds, table
from workbench.engine.duckdb import extension_file, literal

DEADLINE_SECONDS = 120
_STARS = re.compile(r"(EXISTS\s*\(\s*SELECT)\s+\*", re.IGNORECASE)
"""With column grants PostgreSQL refuses the star here too, though nothing of it is read."""
INDEXES = (
    "lineitem (l_partkey, l_suppkey)",
    "lineitem (l_shipdate)",
    "orders (o_custkey)",
    "orders (o_orderdate)",
    "partsupp (ps_suppkey)",
    "customer (c_nationkey)",
    "supplier (s_nationkey)",
)
SETTINGS = {
    "shared_buffers": "4GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "effective_cache_size": "12GB",
    "max_parallel_workers_per_gather": 2,
    "random_page_cost": 1.1,
    "max_wal_size": "8GB",
    "log_statement": "none",
}
Ask = Callable[[str], object]


def run(quick: bool) -> dict[str, Any]:
    scale, repeats = (0.05, 1) if quick else (1, 3)
    with folder() as place, servers.postgres(SETTINGS) as server:
        tpch = Tpch(place, scale)
        files = tpch.files()
        loaded = seconds(lambda: _load(server, tpch, files))
        with tpch_gateway(tpch) as gateway, own_client(gateway, "analyst") as own:
            tpch.trim()
            version = _version(server)
            with _analyst(server, "base") as base, _analyst(server, "views") as views:
                ways: dict[str, Ask] = {
                    "raw": lambda text: tpch.con.execute(text).to_arrow_table(),
                    "governed": lambda text: own.sql(text).arrow(),
                    "grants": base,
                    "views": views,
                }
                queries = {n: _all(ways, text, repeats) for n, text in tpch.queries.items()}
    return {
        "scale": scale,
        "repeats": repeats,
        "server_version": version,
        "load_seconds": loaded,
        "queries": queries,
    }


def _version(server: servers.Server) -> str:
    with psycopg.connect(_place(server, "postgres")) as owner:
        (version,) = owner.execute("SHOW server_version").fetchone() or ("",)
    return str(version).split()[0]


def _all(ways: dict[str, Ask], text: str, repeats: int) -> dict[str, float | None]:
    """Median seconds of each way; None where it passed the deadline."""
    slow = {name for name, ask in ways.items() if not _ends(ask, text)}
    kept = {name: (lambda ask=ask: ask(text)) for name, ask in ways.items() if name not in slow}
    taken: dict[str, float | None] = dict(medians(alternated(kept, repeats, warm=0)))
    return {name: taken.get(name) for name in ways}


def _ends(ask: Ask, text: str) -> bool:
    try:
        ask(text)
    except psycopg.errors.QueryCanceled:
        return False
    return True


@contextmanager
def _analyst(server: servers.Server, schema: str) -> Iterator[Ask]:
    """A session of the role that holds the grants; it sees only what ``schema`` gives."""
    options = f"-c search_path={schema} -c statement_timeout={DEADLINE_SECONDS * 1000}"
    with psycopg.connect(_place(server, "analyst"), options=options, autocommit=True) as session:
        yield lambda text: session.execute(_STARS.sub(r"\1 1", text)).fetchall()


def _place(server: servers.Server, user: str) -> str:
    return psycopg.conninfo.make_conninfo(
        host=server.host, port=server.port, user=user, password=server.password, dbname="postgres"
    )


def _load(server: servers.Server, tpch: Tpch, files: dict[str, Path]) -> None:
    con = duckdb.connect(config={"threads": "2"})
    con.execute(f"LOAD {literal(str(extension_file('postgres_scanner')))}")
    con.execute(f"ATTACH {literal(_place(server, 'postgres'))} AS pg (TYPE postgres)")
    con.execute("CREATE SCHEMA pg.base")
    for name, file in files.items():
        con.execute(f"CREATE TABLE pg.base.{name} AS FROM {literal(str(file))}")
    con.close()
    with psycopg.connect(_place(server, "postgres"), autocommit=True) as owner:
        for statement in _governing(tpch):
            owner.execute(statement)
        owner.execute("VACUUM ANALYZE")


def _governing(tpch: Tpch) -> Iterator[str]:
    yield f"CREATE ROLE analyst LOGIN PASSWORD '{servers.PASSWORD}'"
    yield "CREATE SCHEMA views"
    yield "GRANT USAGE ON SCHEMA base, views TO analyst"
    for name, columns in tpch.columns.items():
        kept = ", ".join(c for c in columns if c not in WITHHELD.get(name, set()))
        yield f"ALTER TABLE base.{name} ADD PRIMARY KEY ({', '.join(KEYS[name])})"
        yield f"GRANT SELECT ({kept}) ON base.{name} TO analyst"
        yield f"ALTER TABLE base.{name} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY scope ON base.{name} FOR SELECT TO analyst USING (true)"
        yield (
            f"CREATE VIEW views.{name} WITH (security_barrier) AS SELECT {kept} FROM base.{name}"
        )
        yield f"GRANT SELECT ON views.{name} TO analyst"
    for index in INDEXES:
        yield f"CREATE INDEX ON base.{index}"


def report(figures: dict[str, Any]) -> str:
    queries = figures["queries"]
    ended = [q for q in queries.values() if all(q[way] for way in ("grants", "views"))]
    late = {way: sum(q[way] is None for q in queries.values()) for way in ("grants", "views")}
    means = {
        way: geometric_mean(q[way] / q["governed"] for q in ended) for way in ("grants", "views")
    }

    def shown(value: float | None) -> str:
        return ms(value) if value is not None else f"> {DEADLINE_SECONDS} s"

    rows = (
        (n, *(shown(q[way]) for way in ("raw", "governed", "grants", "views")))
        for n, q in queries.items()
    )
    return f"""## What people would use instead: PostgreSQL

TPC-H at scale factor {figures["scale"]}, PostgreSQL {figures["server_version"]} with keys, indexes on foreign keys and dates,
`shared_buffers` {SETTINGS["shared_buffers"]}, `work_mem` {SETTINGS["work_mem"]}; medians of {figures["repeats"]} after one
warm run. *grants*: column GRANTs and a row-level policy on the tables. *views*: security-barrier
views. (Their `EXISTS (SELECT *` is `EXISTS (SELECT 1`: with column grants the star is refused.)
Against the governed query, over the queries that both ended within {DEADLINE_SECONDS} s, PostgreSQL
takes **{means["grants"]:.1f}** times as long with grants and **{means["views"]:.1f}** times with views (geometric
means); {late["grants"]} and {late["views"]} queries did not end.

The comparison is one of columns and rows for analysis; PostgreSQL also takes writes, and its
errors and statistics still tell of columns that were not granted (`\\d`, `pg_stats` of own columns,
constraint messages), which a workspace cannot.

{table(("query", "raw DuckDB ms", "governed ms", "grants ms", "views ms"), rows)}"""
