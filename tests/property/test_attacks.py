"""Statements nobody thought of: put together from fragments, run in process, searched for marks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from attacks.canary_city import SMALL_LIMITS, make
from attacks.detector import Detector, Find
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import Code, WorkbenchError
from workbench.gateway.assemble import Workbench, open_workbench
from workbench.model.actor import Actor, Role
from workbench.trial.city import SCENARIO

ACTOR = Actor("generated", "user", frozenset({Role.analyst}))
LIMITS = {**SMALL_LIMITS, "query_seconds": 5}

# Fragments -------------------------------------------------------------------------------------

GRANTED = st.sampled_from(
    ["id", "name", "phone", "born", "wage", "org", "town", "note", "score", "seen", "day", "cost"]
)
WITHHELD = st.sampled_from(
    ["bsn", "income", "diagnosis", "secret_day", "grade", "doctor", "person", "amount", "berth"]
)
ODD = st.sampled_from(
    ["rowid", "*", "r", "resident", "COLUMNS(*)", "COLUMNS('.*')", "#2", "NULL", "1", "'x'", "?"]
)
TABLES = st.sampled_from(
    ["resident", "visit", "town", "payroll", "sealed", "harbour", "resident AS r",
     "workspace.main.resident", "memory.main.payroll", "duckdb_columns()", "pg_class",
     "information_schema.columns", "read_parquet('*')", "glob('/*')", "'w'", "sqlite_master",
     "query_table('payroll')", "pragma_storage_info('resident')", "range(5)", "(VALUES (1)) v(bsn)"]
)  # fmt: skip
FUNCTIONS = st.sampled_from(
    ["upper", "md5", "hash", "max", "min", "list", "string_agg", "to_json", "error", "getenv",
     "read_text", "first", "histogram", "stats", "typeof", "struct_pack", "CAST_INT", "encode",
     "any_value", "approx_top_k", "unnest", "row", "getvariable", "current_setting", "write_log"]
)  # fmt: skip


def _spelt(name: str, how: int) -> str:
    """The same name in another spelling."""
    if not name.isidentifier():
        return name
    return (name, name.upper(), f'"{name}"', f'"{name.upper()}"', f"r.{name}", f"/**/{name}")[how]


names = st.builds(_spelt, GRANTED | WITHHELD | ODD, st.integers(0, 5))


def _call(function: str, inner: str) -> str:
    if function == "CAST_INT":
        return f"CAST({inner} AS INTEGER)"
    return f"{function}({inner})"


expressions = st.recursive(
    names,
    lambda inner: st.one_of(
        st.builds(_call, FUNCTIONS, inner),
        st.builds("{} || {}".format, inner, inner),
        st.builds("CASE WHEN {} IS NULL THEN {} END".format, inner, inner),
        st.builds("(SELECT {} FROM {} LIMIT 1)".format, inner, TABLES),
        st.builds("list_transform([1], x -> {})".format, inner),
        st.builds("{{'a': {}}}".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{} OVER (ORDER BY {})".format, st.just("lag(note)"), inner),
    ),
    max_leaves=4,
)
JOINS = st.sampled_from(
    [" NATURAL JOIN ", " CROSS JOIN ", " POSITIONAL JOIN ", ", LATERAL ", " LEFT JOIN "]
)
relations = st.one_of(
    TABLES,
    TABLES,
    st.builds("{}{}{}".format, TABLES, JOINS, TABLES),
    st.builds("{} JOIN {} USING ({})".format, TABLES, TABLES, GRANTED | WITHHELD),
)
CLAUSES = st.sampled_from(
    ["WHERE {} IS NOT NULL", "ORDER BY {}", "GROUP BY {}", "QUALIFY {} IS NULL", "LIMIT 3",
     "GROUP BY ALL", "USING SAMPLE 5", "WHERE {} > 1 OR true", "HAVING max({}) IS NULL", ""]
)  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> str:
    shown = ", ".join(draw(st.lists(expressions, min_size=1, max_size=3)))
    clause = draw(CLAUSES).format(draw(names))
    return f"SELECT {shown} FROM {draw(relations)} {clause}"


WRAPPINGS = st.sampled_from(
    ["{}", "{}", "{}", "{}", "WITH q AS ({}) FROM q",
     "WITH resident AS ({}) SELECT * FROM resident", "SELECT * FROM ({}) q",
     "SUMMARIZE {}", "DESCRIBE {}", "EXPLAIN {}",
     "CREATE OR REPLACE TEMP TABLE made AS {}", "CREATE OR REPLACE TEMP VIEW seen_ AS {}",
     "FROM made", "FROM seen_", "PIVOT ({}) ON 1 USING count(*)", "{}; SELECT bsn FROM resident",
     "COPY ({}) TO '/x'", "CREATE OR REPLACE TEMP MACRO m_() AS TABLE {}", "FROM m_()",
     "{} UNION ALL BY NAME SELECT NULL AS bsn", "/* {} */ SELECT 1", "PREPARE p_ AS {}",
     "EXECUTE p_", "EXPLAIN ANALYZE {}", "SET VARIABLE v_ = ({})", "SELECT getvariable('v_')"]
)  # fmt: skip
statements = st.builds(lambda wrapping, query: wrapping.replace("{}", query), WRAPPINGS, queries())


# The property ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    city = make(tmp_path_factory.mktemp("generated"), LIMITS)
    with open_workbench(city.root, lambda: datetime.now(UTC)) as opened:
        opened.store.users.add(ACTOR.id, "correct horse battery", "user", {Role.analyst})
        yield opened


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def outcome(bench: Workbench, statement: str) -> pa.Table | WorkbenchError:
    try:
        with bench.query_path.run(
            ACTOR, SCENARIO, statement, method="test", medium="memory"
        ) as running:
            return pa.Table.from_batches(list(running), schema=running.schema)
    except WorkbenchError as error:
        return error


def marks(detector: Detector, found: pa.Table | WorkbenchError, statement: str) -> list[Find]:
    if isinstance(found, WorkbenchError):
        text = "\n".join((str(found), found.to_json(), found.said("zh"), found.said("en")))
        return detector.in_text(text, "error", statement)
    return detector.in_table(found, statement)


@settings(
    max_examples=examples(100),
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(statement=statements)
def test_no_generated_statement_brings_a_mark(
    statement: str, bench: Workbench, detector: Detector
) -> None:
    found = outcome(bench, statement)
    assert not marks(detector, found, statement)
    if isinstance(found, WorkbenchError):
        assert found.code not in (Code.internal, Code.worker_died), found
    head = bench.store.journal.head()
    assert head is not None
    assert not detector.in_text(head.body, "ledger", statement)


def test_some_of_them_do_run(bench: Workbench) -> None:
    """The generator is not a machine for syntax errors."""
    seen: dict[str, int] = {"ok": 0, "refused": 0, "wrong": 0}

    @settings(max_examples=examples(60), derandomize=True, deadline=None, database=None)
    @given(statement=statements)
    def count(statement: str) -> None:
        found = outcome(bench, statement)
        kind = "ok" if isinstance(found, pa.Table) else found.code.kind.value
        seen[kind] = seen.get(kind, 0) + 1

    count()
    assert seen["ok"] >= 8, seen
    assert seen["refused"] >= 20, seen
