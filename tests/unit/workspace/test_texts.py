"""No error of the engine carries a value of the data, whichever way it is made to."""

from __future__ import annotations

import duckdb
import pytest

from workbench.errors import Code
from workbench.workspace.answers import refusal
from workbench.workspace.texts import LONGEST, told
from workbench.workspace.worker import as_reader

VALUE, NUMBER = "Zhao 4417-x", 90311


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute(f"CREATE TABLE t AS SELECT '{VALUE}' AS v, {NUMBER} AS n, 'a,(b\"''c' AS odd")
    return made


STATEMENTS = [
    "SELECT v::INTEGER FROM t",
    "SELECT v::DATE FROM t",
    "SELECT v::TIMESTAMP FROM t",
    "SELECT v::BOOLEAN FROM t",
    "SELECT v::JSON FROM t",
    "SELECT v::ENUM('a') FROM t",
    "SELECT v::INTEGER[] FROM t",
    "SELECT v::STRUCT(a INTEGER) FROM t",
    "SELECT v::DECIMAL(3, 1) FROM t",
    "SELECT n::TINYINT FROM t",
    "SELECT n::DECIMAL(2, 1) FROM t",
    "SELECT n::BIGINT * 9223372036854775807 FROM t",
    "SELECT make_date(n, n, n) FROM t",
    "SELECT strptime(v, '%Y') FROM t",
    "SELECT regexp_matches('x', '(' || v) FROM t",
    "SELECT string_split_regex('x', '[' || v) FROM t",
    "SELECT date_part(v, DATE '2020-01-01') FROM t",
    "SELECT TIMESTAMP '2020-01-01' AT TIME ZONE v FROM t",
    "SELECT from_base64(v || '=') FROM t",
    "SELECT chr(n * 100000) FROM t",
    "SELECT odd::INTEGER FROM t",
    "SELECT odd::DATE FROM t",
    "SELECT (v || '\"' || odd)::INTEGER FROM t",
    "SELECT CASE WHEN i = 900000 THEN v ELSE '1' END::INTEGER FROM t, range(1000000) r(i)",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_values_stay_out(statement: str, con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises((duckdb.Error, OSError)) as raised:
        for _ in as_reader(con.execute(statement)):
            pass
    name, text = told(raised.value, statement)
    assert name.endswith("Exception")
    assert " Error: " in text
    for part in (VALUE, "Zhao", "4417", str(NUMBER), "(b"):
        assert part not in text


def test_an_error_in_the_middle_of_a_result_keeps_its_class(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("SET threads = 1")  # with more, another thread's interruption may come first
    with pytest.raises(OSError, match="Conversion") as raised:
        for _ in as_reader(con.execute(STATEMENTS[-1])):
            pass
    assert told(raised.value, STATEMENTS[-1])[0] == "ConversionException"


def test_what_the_statement_says_itself_stays(con: duckdb.DuckDBPyConnection) -> None:
    for statement, expected in (
        ("SELECT 'abc'::INTEGER", "Could not convert string 'abc' to INT32"),
        ("SELECT 300::TINYINT", "with value 300 cannot be cast"),
        ("SELECT error('my own words')", "my own words"),
        ("SELECT nothing FROM t", 'column "nothing" not found'),
        ("SELECT v FROM t WHERE", "syntax error"),
    ):
        with pytest.raises(duckdb.Error) as raised:
            con.execute(statement).fetchall()
        assert expected in told(raised.value, statement)[1]


def test_a_long_text_is_cut(con: duckdb.DuckDBPyConnection) -> None:
    statement = "SELECT error(repeat('word ', 100000) || v) FROM t"
    with pytest.raises(duckdb.Error) as raised:
        con.execute(statement).fetchall()
    assert len(told(raised.value, statement)[1]) <= LONGEST


def test_an_interruption_that_nobody_asked_for_is_no_cancellation() -> None:
    error = refusal({"class": "InterruptException", "text": "INTERRUPT Error: Interrupted!"})
    assert error.code is Code.statement_wrong
