"""The stock driver against the whole gateway: catalogue, parameters, cancel, deadlines, tokens."""

from __future__ import annotations

import threading
import time
import warnings
from pathlib import Path
from typing import Any

import adbc_driver_flightsql.dbapi as adbc
import adbc_driver_manager
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sqlalchemy as sa

from clients.served_city import (
    BEARER,
    HEADER,
    LI,
    PASSWORD,
    SCENARIO,
    WANG,
    Running,
    eventually,
    workbench,
)
from workbench.errors import WorkbenchError

LONG = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
CANCELLED = adbc_driver_manager.AdbcStatusCode.CANCELLED
TIMEOUT = adbc_driver_manager.AdbcStatusCode.TIMEOUT


def one(connection: Any, sql: str, parameters: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def read_slowly(reader: Any) -> int:
    rows = 0
    for batch in reader:
        rows += batch.num_rows
        time.sleep(0.2)
    return rows


def reasons(error: Any) -> WorkbenchError:
    return WorkbenchError.from_json(dict(error.details)[b"x-workbench-error-bin"].decode())


def last_closing(gateway: Running) -> dict[str, Any]:
    return gateway.events("release_closed")[-1]


# The catalogue ----------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", ["catalogs", "db_schemas", "tables", "columns", "all"])
def test_objects_at_every_depth(gateway: Running, depth: str) -> None:
    with gateway.adbc() as connection:
        found = connection.adbc_get_objects(depth=depth).read_all().to_pylist()
    assert [c["catalog_name"] for c in found] == ["workspace"]
    schemas = found[0]["catalog_db_schemas"]
    if depth == "catalogs":
        assert schemas is None
        return
    assert [s["db_schema_name"] for s in schemas] == ["main"]
    tables = schemas[0]["db_schema_tables"]
    if depth == "db_schemas":
        assert tables is None
        return
    assert [(t["table_name"], t["table_type"]) for t in tables] == [
        ("divisions", "table"),
        ("house_prices", "table"),
    ]
    columns = tables[1]["table_columns"]
    if depth == "tables":
        assert columns is None
        return
    assert [(c["column_name"], c["ordinal_position"], c["xdbc_type_name"]) for c in columns] == [
        ("month", 1, "DATE"),
        ("city", 2, "VARCHAR"),
        ("mom_index", 3, "DOUBLE"),
    ]
    assert not tables[1]["table_constraints"]


def test_the_schema_of_a_table_is_that_of_its_result(gateway: Running) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM house_prices LIMIT 0")
        described = connection.adbc_get_table_schema("house_prices")
        assert described.equals(cursor.fetch_arrow_table().schema)
        with pytest.raises(adbc.Error, match="NOT_FOUND"):
            connection.adbc_get_table_schema("tax_tip_offs_synthetic")


def test_where_one_stands(gateway: Running) -> None:
    with gateway.adbc() as connection:
        assert connection.adbc_current_catalog == "workspace"
        assert connection.adbc_current_db_schema == "main"
        connection.adbc_current_catalog = "workspace"
        with pytest.raises(adbc.Error, match="x-workbench-scenario"):
            connection.adbc_current_catalog = "tax_structure"
        assert one(connection, "SELECT count(*) > 0 FROM workspace.main.house_prices") == (True,)


def test_a_person_with_one_scenario_names_none(gateway: Running) -> None:
    options = {"username": WANG, "password": PASSWORD}
    with adbc.connect(gateway.flight, db_kwargs=options, autocommit=True) as connection:
        assert one(connection, "SELECT count(*) > 0 FROM catalogue_aba") == (True,)
    options = {"username": LI, "password": PASSWORD}
    with (
        adbc.connect(gateway.flight, db_kwargs=options, autocommit=True) as connection,
        pytest.raises(adbc.Error, match="house_price_watch, tax_statistics, tax_structure"),
    ):
        one(connection, "SELECT 1")


# Parameters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT ? + 1, ?", ["1", "2"]),
        ("SELECT $2, $1, $2", ["1", "2"]),
        ("SELECT $b, $a", ["a", "b"]),
        ("SELECT 1", []),
        ("SELECT " + ", ".join("?" * 12), [str(n) for n in range(1, 13)]),
    ],
)
def test_a_prepared_statement_tells_its_parameters(
    gateway: Running, sql: str, names: list[str]
) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        assert cursor.adbc_prepare(sql) == pa.schema([(name, pa.null()) for name in names])


def test_preparing_what_will_be_refused_tells_nothing(gateway: Running) -> None:
    """A prepared IMPORT opens no file: the text is screened before it is parsed."""
    with gateway.adbc() as connection, connection.cursor() as cursor:
        for sql in ("IMPORT DATABASE '/etc'", "selec ?", "SELECT ?; SELECT ?"):
            assert cursor.adbc_prepare(sql) is None or not cursor.adbc_prepare(sql)


def test_batches_of_rows(gateway: Running) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT range AS n FROM range(10)")
        assert [len(cursor.fetchmany(4)) for _ in range(4)] == [4, 4, 2, 0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda c: c.executemany("SELECT ?", [(1,), (2,)]), "executemany"),
        (lambda c: c.executescript("CREATE TEMP TABLE t AS SELECT 1"), "cursor.execute"),
        (lambda c: c.adbc_ingest("t", pa.table({"a": [1]})), "made a resource"),
    ],
)
def test_what_is_refused_tells_what_to_do_instead(gateway: Running, call: Any, said: str) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        with pytest.raises(adbc.Error, match=r"\[invalid_request\]") as raised:
            call(cursor)
        assert said in str(raised.value)
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_temporary_tables_without_results(gateway: Running) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TEMP TABLE kept (a INTEGER, 名称 VARCHAR)")
        for row in ((1, "甲"), (2, "乙")):
            cursor.execute("INSERT INTO kept VALUES (?, ?)", row)
        cursor.execute("SELECT * FROM kept ORDER BY a")
        assert cursor.fetchall() == [(1, "甲"), (2, "乙")]
        cursor.execute("DROP TABLE kept")


# Stopping ---------------------------------------------------------------------------------------


def test_cancel_closes_the_query_as_cancelled(gateway: Running) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        before = len(gateway.events("decision"))

        def cancel() -> None:
            eventually(lambda: len(gateway.events("decision")) > before)
            time.sleep(0.3)  # it was decided; now it runs
            cursor.adbc_cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(adbc.Error) as raised:
            cursor.execute(LONG)
        canceller.join()
        assert raised.value.status_code == CANCELLED
        eventually(lambda: closed_as_cancelled(gateway))
        assert one(connection, "SELECT 7") == (7,)


def closed_as_cancelled(gateway: Running) -> bool:
    """The last of all releases, and none is open any more."""
    code = last_closing(gateway).get("detail", {}).get("code")
    return bool(code == "cancelled" and gateway.open_releases() == 0)


@pytest.mark.parametrize("where", ["statement", "connection"])
def test_a_driver_s_deadline_leaves_no_query_behind(gateway: Running, where: str) -> None:
    deadline = {"adbc.flight.sql.rpc.timeout_seconds.fetch": "1.0"}
    more = deadline if where == "connection" else {}
    with gateway.adbc(**more) as connection, connection.cursor() as cursor:
        if where == "statement":
            cursor.adbc_statement.set_options(**deadline)
        started = time.monotonic()
        with pytest.raises(adbc.Error) as raised:
            cursor.execute(LONG)
        assert raised.value.status_code == TIMEOUT
        assert time.monotonic() - started < 20
        eventually(lambda: closed_as_cancelled(gateway))


def test_a_deadline_midway_in_a_result_is_an_error_and_no_short_table(gateway: Running) -> None:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.flight.sql.rpc.timeout_seconds.fetch": "1.5"})
        cursor.execute("SELECT range, repeat('x', 2000) AS t FROM range(200000)")
        with pytest.raises((adbc.Error, pa.ArrowException, OSError)):
            read_slowly(cursor.fetch_record_batch())
    eventually(lambda: gateway.open_releases() == 0)
    assert last_closing(gateway)["detail"]["outcome"] == "interrupted"


# Tokens -----------------------------------------------------------------------------------------


def test_a_bearer_token_ends_with_the_sessions_of_its_person(gateway: Running) -> None:
    """What an expired token looks like, without waiting a quarter of an hour for it."""
    options = {BEARER: f"Bearer {gateway.token(WANG)}"}
    with adbc.connect(gateway.flight, db_kwargs=options, autocommit=True) as connection:
        assert one(connection, "SELECT 1") == (1,)
        for word in ("disable", "enable"):
            assert workbench(gateway.root, "users", word, WANG).returncode == 0
        with pytest.raises(adbc.Error, match=r"\[token_expired\].*\n→ "):
            one(connection, "SELECT 1")
    options = {BEARER: f"Bearer {gateway.token(WANG)}"}
    with adbc.connect(gateway.flight, db_kwargs=options, autocommit=True) as connection:
        assert one(connection, "SELECT 1") == (1,)


# SQLAlchemy, pandas, Polars ---------------------------------------------------------------------


def engine(gateway: Running, **more: Any) -> sa.Engine:
    host, _, port = gateway.flight.partition("://")[2].partition(":")
    address = sa.URL.create("adbc+flightsql", host=host, port=int(port), query={"tls": "false"})
    options = {"username": LI, "password": PASSWORD, HEADER: SCENARIO}
    arguments = {"autocommit": True, "db_kwargs": options}
    return sa.create_engine(address, connect_args=arguments, **more)


def test_an_engine_says_no_password(gateway: Running) -> None:
    assert PASSWORD not in repr(engine(gateway).url) + repr(engine(gateway))


def test_a_pool_pings_commits_and_rolls_back(gateway: Running) -> None:
    pooled = engine(gateway, pool_pre_ping=True, pool_size=2)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Cannot disable autocommit")
        for _ in range(4):
            with pooled.begin() as connection:
                assert connection.execute(sa.text("SELECT 1")).scalar_one() == 1
            with pooled.connect() as connection:
                connection.execute(sa.text("SELECT :n AS n"), {"n": 2})
                connection.rollback()
    assert pooled.pool.checkedin() == 1  # type: ignore[attr-defined]
    pooled.dispose()


def test_a_query_without_autocommit_warns_and_works(gateway: Running) -> None:
    options = {"username": LI, "password": PASSWORD, HEADER: SCENARIO}
    with pytest.warns(Warning, match="autocommit"):
        connection = adbc.connect(gateway.flight, db_kwargs=options)
    with connection:
        assert one(connection, "SELECT 1") == (1,)
        connection.commit()


def test_reflection_keeps_decimals_exact(gateway: Running) -> None:
    """As Numeric they would pass through a float in this dialect."""
    from workbench.gateway.metadata import arrow_schema

    schema = arrow_schema([("a", "DECIMAL(38,9)"), ("b", "BIGINT"), ('c "q"', "VARCHAR")])
    told = [dict(field.metadata) for field in schema]
    assert told == [
        {b"ARROW:FLIGHT:SQL:PRECISION": b"38", b"ARROW:FLIGHT:SQL:SCALE": b"9"},
        {b"ARROW:FLIGHT:SQL:TYPE_NAME": b"BIGINT"},
        {b"ARROW:FLIGHT:SQL:TYPE_NAME": b"VARCHAR"},
    ]
    names = [c["type"] for c in sa.inspect(engine(gateway)).get_columns("house_prices")]
    assert [str(t) for t in names] == ["DATE", "VARCHAR", "FLOAT"]


def test_several_sets_of_parameters_are_refused_with_a_way_out(gateway: Running) -> None:
    with engine(gateway).connect() as connection:
        connection.execute(sa.text("CREATE OR REPLACE TEMP TABLE many (a INTEGER)"))
        with pytest.raises(sa.exc.DBAPIError, match="executemany"):
            connection.execute(sa.text("INSERT INTO many VALUES (:a)"), [{"a": 1}, {"a": 2}])


def test_what_writes_is_refused(gateway: Running) -> None:
    with gateway.adbc() as connection:
        with pytest.raises(pd.errors.DatabaseError):
            pd.DataFrame({"a": [1]}).to_sql("q", connection, index=False)
        with pytest.raises(adbc.Error, match="made a resource"):
            pl.DataFrame({"a": [1]}).write_database("q", connection)
    with pytest.raises(sa.exc.DBAPIError, match=r"\[statement_not_allowed\]"):
        pd.DataFrame({"a": [1]}).to_sql("q", engine(gateway), index=False)


def test_polars_by_address_alone_is_told_that_nobody_signed_in(gateway: Running) -> None:
    address = gateway.flight.replace("grpc://", "flightsql://") + "?transport=tcp"
    with pytest.raises(Exception, match=r"\[unauthenticated\]"):
        pl.read_database_uri("SELECT 1", address, engine="adbc")


def test_pandas_takes_no_parameters_over_adbc(gateway: Running) -> None:
    """The page says so; this tells when it changes."""
    with gateway.adbc() as connection, pytest.raises(NotImplementedError):
        pd.read_sql("SELECT ?", connection, params=(1,))


def test_the_reasons_stand_in_the_details(gateway: Running, tmp_path: Path) -> None:
    with gateway.adbc() as connection, pytest.raises(adbc.Error) as raised:
        one(connection, "SELECT yoy_index FROM house_prices")
    error = reasons(raised.value)
    assert error.reasons[0].subject == "house_prices.yoy_index"
    assert error.reasons[0].draft
    assert "\n→ " in str(raised.value)
