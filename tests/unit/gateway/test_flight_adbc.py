"""The stock driver against the real server: what an analyst's tool sees."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import adbc_driver_flightsql.dbapi as adbc
import polars as pl
import pyarrow as pa
import pytest
from gateway_bench import PASSWORD, SECRET, Bench, error_of, wait_until

from workbench.errors import Code

LONG = "select sum(a.range * b.range) from range(1000000) a, range(1000000) b"


def one(connection: Any, sql: str, parameters: Any = None) -> pa.Table:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetch_arrow_table()


def test_bearer_token_and_scenario_reach_the_query_path(bench: Bench) -> None:
    with bench.adbc() as connection:
        assert one(connection, "select '滨州' as 市, 1 as n").to_pylist() == [
            {"市": "滨州", "n": 1}
        ]
    call = bench.path.calls[0]
    assert (call["actor"].id, call["scenario"]) == ("zhang", "prices")


def test_schema_metadata_of_the_release_arrives(bench: Bench) -> None:
    with bench.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("select 1 as n")
        assert cursor.fetch_record_batch().schema.metadata[b"workbench.release"] == b"{}"


def test_polars_reads_through_the_connection(bench: Bench) -> None:
    with bench.adbc() as connection:
        frame = pl.read_database("select range as n from range(30000)", connection)
    assert frame.height == 30000


def test_basic_sign_in_of_the_driver(bench: Bench) -> None:
    options = {
        "username": "zhang",
        "password": PASSWORD,
        "adbc.flight.sql.rpc.call_header.x-workbench-scenario": "prices",
    }
    with adbc.connect(bench.gateway.flight, db_kwargs=options, autocommit=True) as connection:
        assert one(connection, "select 7 as n").to_pylist() == [{"n": 7}]


def test_a_basic_session_is_renewed_while_used_and_ends_after_twelve_hours(bench: Bench) -> None:
    options = {"username": "zhang", "password": PASSWORD}
    with adbc.connect(bench.gateway.flight, db_kwargs=options, autocommit=True) as connection:
        for _ in range(71):
            bench.clock.pass_(minutes=10)
            assert one(connection, "select 1 as n").num_rows == 1
        bench.clock.pass_(minutes=11)
        with pytest.raises(adbc.Error, match=r"\[token_expired\]"):
            one(connection, "select 1")


def test_wrong_password(bench: Bench) -> None:
    options = {"username": "zhang", "password": "wrong"}
    with pytest.raises(adbc.Error, match=r"\[unauthenticated\] 用户名或密码不正确") as raised:
        adbc.connect(bench.gateway.flight, db_kwargs=options, autocommit=True)
    assert "wrong" not in str(raised.value).replace("is wrong", "")


def test_parameters_are_bound(bench: Bench) -> None:
    with bench.adbc() as connection:
        assert one(connection, "select ? + 1 as n, ? as t", (41, "哈尔滨")).to_pylist() == [
            {"n": 42, "t": "哈尔滨"}
        ]
        with connection.cursor() as cursor:
            for n in (1, 2):
                cursor.execute("select ? as n", (n,))
                assert cursor.fetchone() == (n,)


def test_several_rows_of_parameters_are_refused(bench: Bench) -> None:
    rows = pa.record_batch({"0": [1, 2]})
    with (
        bench.adbc() as connection,
        pytest.raises(adbc.Error, match=r"\[invalid_request\] 一次查询只接受一组参数"),
    ):
        one(connection, "select ?", rows)


def test_chinese_error_text_and_reasons_arrive_whole(bench: Bench) -> None:
    with (
        bench.adbc() as connection,
        pytest.raises(
            adbc.Error, match=r"\[statement_wrong\] 语句有误：表不存在。 / No such"
        ) as raised,
    ):
        one(connection, "select * from nowhere")
    assert error_of(raised).code is Code.statement_wrong


def test_an_unforeseen_error_says_nothing_but_an_id(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with bench.adbc() as connection, pytest.raises(adbc.Error) as raised:
        one(connection, "crash")
    error = error_of(raised)
    assert error.code is Code.internal
    assert error.reasons[0].subject in caplog.text
    for told in (str(raised.value), str(raised.value.details), caplog.text):
        assert SECRET not in told
        assert "/secret/path" not in told
        assert "Traceback" not in told


def test_an_unforeseen_error_midway_is_told_and_the_query_is_closed(bench: Bench) -> None:
    bench.path.fails_midway = True
    with bench.adbc() as connection, pytest.raises((adbc.Error, pa.ArrowException)) as raised:
        one(connection, "select range from range(100000)")
    assert SECRET not in str(raised.value)
    assert "[internal]" in str(raised.value)
    wait_until(lambda: bench.path.runnings[0].closed > 0)


def test_metadata_names_what_the_scenario_holds(bench: Bench) -> None:
    with bench.adbc() as connection:
        objects = connection.adbc_get_objects().read_all().to_pylist()
        assert [c["catalog_name"] for c in objects] == ["workspace"]
        schemas = objects[0]["catalog_db_schemas"]
        assert [s["db_schema_name"] for s in schemas] == ["main"]
        tables = {t["table_name"]: t for t in schemas[0]["db_schema_tables"]}
        assert set(tables) == {"division", "house_price"}
        assert tables["division"]["table_type"] == "table"
        columns = [c["column_name"] for c in tables["house_price"]["table_columns"]]
        assert columns == ["city", "month"]
        assert connection.adbc_get_table_types() == ["table"]
        assert connection.adbc_get_table_schema("house_price") == pa.schema(
            [("city", pa.string()), ("month", pa.date32())]
        )
        info = connection.adbc_get_info()
        assert info["vendor_name"] == "Qiku Workbench"
        assert info["vendor_version"] == "1.2.3"


def test_metadata_filters(bench: Bench) -> None:
    with bench.adbc() as connection:

        def names(**wanted: Any) -> list[str]:
            found = connection.adbc_get_objects(depth="tables", **wanted).read_all().to_pylist()
            return [
                t["table_name"]
                for c in found
                for s in c["catalog_db_schemas"] or ()
                for t in s["db_schema_tables"] or ()
            ]

        assert names(table_name_filter="house%") == ["house_price"]
        assert names(table_name_filter="h%_%pri_e") == ["house_price"]
        assert names(table_name_filter="price") == []
        assert names(table_types_filter=["view"]) == []
        assert names(table_types_filter=["table"]) == ["division", "house_price"]
        assert names(db_schema_filter="other") == []
        assert names(catalog_filter="other") == []


def test_metadata_of_another_scenario_is_empty(bench: Bench) -> None:
    with bench.adbc(scenario="housing") as connection:
        found = connection.adbc_get_objects().read_all().to_pylist()
    assert found[0]["catalog_db_schemas"][0]["db_schema_tables"] == []


def test_the_only_scenario_goes_without_saying(bench: Bench) -> None:
    with bench.adbc(scenario=None) as connection:
        one(connection, "select 1")
    assert bench.path.calls[0]["scenario"] == "prices"


@pytest.mark.parametrize(
    ("person", "said"), [("li", "housing, prices"), ("wang", "您目前没有可用的应用场景")]
)
def test_a_missing_scenario_lists_ones_own(bench: Bench, person: str, said: str) -> None:
    with (
        bench.adbc(person, scenario=None) as connection,
        pytest.raises(adbc.Error, match=r"\[invalid_request\]") as raised,
    ):
        one(connection, "select 1")
    assert said in error_of(raised).said("zh")


def test_cancel_from_another_thread_stops_the_query_on_the_server(bench: Bench) -> None:
    with bench.adbc() as connection, connection.cursor() as cursor:
        threading.Timer(0.5, cursor.adbc_cancel).start()
        started = time.monotonic()
        with pytest.raises((adbc.Error, pa.ArrowException), match=r"(?i)cancel"):
            cursor.execute(LONG)
        assert time.monotonic() - started < 5
        wait_until(lambda: bench.gateway._limits.busy_in_all == 0)
        assert one(connection, "select 1 as n").num_rows == 1


def test_a_result_left_unread_is_closed_when_the_connection_closes(bench: Bench) -> None:
    with bench.adbc() as connection:
        cursor = connection.cursor()
        cursor.execute("select range, repeat('x', 1000) as t from range(2000000)")
        reader = cursor.fetch_record_batch()
        reader.read_next_batch()
        reader.close()
        cursor.close()
    wait_until(lambda: bench.path.runnings[0].closed > 0)
    assert not bench.path.runnings[0].ended


def test_updates_are_refused(bench: Bench) -> None:
    with (
        bench.adbc() as connection,
        connection.cursor() as cursor,
        pytest.raises(adbc.Error, match=r"\[invalid_request\]"),
    ):
        cursor.adbc_ingest("t", pa.table({"a": [1]}))
    with bench.adbc() as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_sql_query("create table t(a int)")
        with pytest.raises(adbc.Error, match=r"\[invalid_request\]"):
            cursor.adbc_statement.execute_update()
    assert bench.path.calls == []


def test_a_statement_that_is_too_long(bench: Bench) -> None:
    with bench.adbc() as connection, pytest.raises(adbc.Error) as raised:
        one(connection, "select '" + "长" * 30000 + "'")
    error = error_of(raised)
    assert error.code is Code.request_too_large
    assert error.reasons[0].next is not None
    assert bench.path.calls == []


def test_parameters_that_are_too_long(bench: Bench) -> None:
    with bench.adbc() as connection, pytest.raises(adbc.Error, match=r"\[request_too_large\]"):
        one(connection, "select ?", ("x" * 100_000,))


def test_one_persons_queries_are_limited_and_anothers_are_not(bench: Bench) -> None:
    bench.city.settings.queries_per_person = 2
    big = "select range, repeat('x', 1000) as t from range(2000000)"
    with bench.adbc() as connection, bench.adbc("li") as other:
        held = []
        for _ in range(2):
            cursor = connection.cursor()
            cursor.execute(big)
            held.append((cursor, cursor.fetch_record_batch()))
        with pytest.raises(adbc.Error, match=r"\[too_many_queries\] 您已有 2 个查询"):
            one(connection, "select 1")
        assert one(other, "select 1 as n").num_rows == 1
        for cursor, reader in held:
            reader.close()
            cursor.close()
        wait_until(lambda: bench.gateway._limits.busy_in_all == 0)
        assert one(connection, "select 1 as n").num_rows == 1


def test_a_person_disabled_while_connected_is_refused_at_once(bench: Bench) -> None:
    with bench.adbc("leaver", scenario="prices") as connection:
        bench.store.users.disable("leaver")
        try:
            with pytest.raises(adbc.Error, match=r"\[user_disabled\]"):
                one(connection, "select 1")
        finally:
            bench.store.users.enable("leaver")
        with pytest.raises(adbc.Error, match=r"\[(token_expired|unauthenticated)\]"):
            one(connection, "select 1")


def test_an_expired_token(bench: Bench) -> None:
    with bench.adbc() as connection:
        bench.clock.pass_(minutes=15)
        with pytest.raises(adbc.Error, match=r"\[token_expired\]"):
            one(connection, "select 1")


def test_twenty_clients_at_once(bench: Bench) -> None:
    bench.city.settings.queries_per_person = 25
    bench.city.settings.queries_per_department = 25

    def work(n: int) -> int:
        with bench.adbc("li") as connection:
            return sum(
                one(connection, f"select sum(range) + {n} as s from range({n * 1000})").num_rows
                for _ in range(3)
            )

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(work, range(1, 21))) == [3] * 20
    wait_until(lambda: all(r.closed for r in bench.path.runnings))
    assert len(bench.path.runnings) == 60
