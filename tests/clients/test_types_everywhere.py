"""Types × clients: every value arrives as it is, under its own name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
import sqlalchemy as sa

from clients.served_city import HEADER, LI, PASSWORD, SCENARIO, Running

pytestmark = pytest.mark.slow  # each starts gateways of its own

# name, SQL, value
TYPES: tuple[tuple[str, str, Any], ...] = (
    ("布尔", "true", True),
    ("tiny", "(-128)::TINYINT", -128),
    ("最大整数", "9223372036854775807::BIGINT", 9223372036854775807),
    ("ubig", "18446744073709551615::UBIGINT", 18446744073709551615),
    ("real", "0.1::DOUBLE", 0.1),
    ("金额", "1234567890123456.7891::DECIMAL(20,4)", Decimal("1234567890123456.7891")),
    (
        "wide",
        "'12345678901234567890123456789.123456789'::DECIMAL(38,9)",
        Decimal("12345678901234567890123456789.123456789"),
    ),
    ('a "quoted" name', "'引号\"和''换行\n𠮷'", "引号\"和'换行\n𠮷"),
    ("empty", "''", ""),
    ("select", "'关键字'", "关键字"),
    ("日期", "DATE '2024-02-29'", date(2024, 2, 29)),
    ("old", "DATE '1900-01-01'", date(1900, 1, 1)),
    ("clock", "TIME '23:59:59.999999'", time(23, 59, 59, 999999)),
    (
        "moment",
        "TIMESTAMP '2024-02-29 23:59:59.123456'",
        datetime(2024, 2, 29, 23, 59, 59, 123456),
    ),
    (
        "北京时间",
        "TIMESTAMPTZ '2024-03-10 08:00:00.5+08'",
        datetime(2024, 3, 10, 0, 0, 0, 500000, tzinfo=UTC),
    ),
    ("bytes", "'\\x00\\xFF'::BLOB", b"\x00\xff"),
    ("nothing", "NULL::INTEGER", None),
    ("no text", "NULL::VARCHAR", None),
)
STATEMENT = "SELECT " + ", ".join(
    f'{sql} AS "{name.replace(chr(34), chr(34) * 2)}"' for name, sql, _ in TYPES
)
NAMES = [name for name, _, _ in TYPES]
VALUES = [value for _, _, value in TYPES]


def engine(gateway: Running) -> sa.Engine:
    host, _, port = gateway.flight.partition("://")[2].partition(":")
    address = sa.URL.create("adbc+flightsql", host=host, port=int(port), query={"tls": "false"})
    options = {"username": LI, "password": PASSWORD, HEADER: SCENARIO}
    return sa.create_engine(address, connect_args={"autocommit": True, "db_kwargs": options})


def by_adbc(gateway: Running) -> tuple[list[str], list[Any]]:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        return [d[0] for d in cursor.description], list(cursor.fetchone())


def by_arrow(gateway: Running) -> tuple[list[str], list[Any]]:
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        table = cursor.fetch_arrow_table()
    return table.schema.names, [column[0].as_py() for column in table.columns]


def by_polars(gateway: Running) -> tuple[list[str], list[Any]]:
    with gateway.adbc() as connection:
        frame = pl.read_database(STATEMENT, connection)
    return frame.columns, list(frame.row(0))


def by_polars_engine(gateway: Running) -> tuple[list[str], list[Any]]:
    frame = pl.read_database(STATEMENT, engine(gateway), infer_schema_length=None)
    return frame.columns, list(frame.row(0))


def by_sqlalchemy(gateway: Running) -> tuple[list[str], list[Any]]:
    with engine(gateway).connect() as connection:
        found = connection.execute(sa.text(STATEMENT.replace(":", r"\:")))
        return list(found.keys()), list(found.one())


def by_pandas(gateway: Running) -> tuple[list[str], list[Any]]:
    with gateway.adbc() as connection:
        frame = pd.read_sql(STATEMENT, connection, dtype_backend="pyarrow")
    return list(frame.columns), [_plain(frame[c].iloc[0]) for c in frame.columns]


def by_pandas_engine(gateway: Running) -> tuple[list[str], list[Any]]:
    # The Arrow backend of pandas takes every bytes object for text, so it is left out here.
    text = sa.text(STATEMENT.replace(":", r"\:"))
    frame = pd.read_sql(text, engine(gateway), coerce_float=False)
    return list(frame.columns), [_plain(frame[c].iloc[0]) for c in frame.columns]


def _plain(value: Any) -> Any:
    return None if value is pd.NA or value is pd.NaT else value


@pytest.mark.parametrize(
    "client",
    [
        by_adbc,
        by_arrow,
        by_polars,
        by_polars_engine,
        by_sqlalchemy,
        by_pandas,
        by_pandas_engine,
    ],
)
def test_values_and_names_arrive(
    gateway: Running, client: Callable[[Running], tuple[list[str], list[Any]]]
) -> None:
    names, values = client(gateway)
    assert names == NAMES
    wrong = {n: (v, e) for n, v, e in zip(names, values, VALUES, strict=True) if v != e}
    assert wrong == {}


CELL = """
import os, json
os.environ["PLOOMBER_STATS_ENABLED"] = "false"
import sqlalchemy as sa
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
given = json.loads(os.environ["GIVEN"])
place = {"host": given["host"], "port": given["port"], "query": {"tls": "false"}}
url = sa.URL.create("adbc+flightsql", **place)
arguments = {"autocommit": True, "db_kwargs": given["options"]}
shell.push({"engine": sa.create_engine(url, connect_args=arguments)})
shell.run_line_magic("load_ext", "sql")
shell.run_line_magic("config", "SqlMagic.feedback = 0")
shell.run_line_magic("config", "SqlMagic.displaycon = False")
shell.run_line_magic("config", "SqlMagic.named_parameters = 'disabled'")
shell.run_line_magic("sql", "engine --alias one")
found = shell.run_cell_magic("sql", "", given["statement"])
print("#####" + json.dumps([list(found.keys), [repr(v) for v in list(found)[0]]]))
"""


def test_values_and_names_arrive_in_jupysql(gateway: Running, home: Path) -> None:
    host, _, port = gateway.flight.partition("://")[2].partition(":")
    given = {
        "host": host,
        "port": int(port),
        "options": {"username": LI, "password": PASSWORD, HEADER: SCENARIO},
        "statement": STATEMENT.replace("\n", "' || chr(10) || '"),
    }
    done = subprocess.run(
        [sys.executable, "-c", CELL],
        env={**os.environ, "HOME": str(home), "GIVEN": json.dumps(given), "PYTHONUTF8": "1"},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "#####" in done.stdout, done.stderr
    names, values = json.loads(done.stdout.rpartition("#####")[2].splitlines()[0])
    assert names == NAMES
    moment = next(i for i, v in enumerate(VALUES) if isinstance(v, datetime) and v.tzinfo)
    assert values[moment].startswith("datetime.datetime(2024, 3, 10, 0, 0, 0, 500000")
    values[moment] = repr(VALUES[moment])
    assert values == [repr(v) for v in VALUES]


BINDABLE = [v for v in VALUES if v is not None and v != 2**64 - 1]
"""The driver itself builds no parameter past 64 bits with a sign."""


@pytest.mark.parametrize("value", BINDABLE)
def test_parameters_arrive(gateway: Running, value: Any) -> None:
    """There and back, bound."""
    with gateway.adbc() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT ? AS v, ? IS NULL AS none", (value, None))
        assert cursor.fetchone() == (value, True)
