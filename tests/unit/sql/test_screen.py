"""``accepted.sql`` and ``refused.sql``: one statement a line, under the code that it gets."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from workbench.errors import Code
from workbench.sql.functions import ALLOWED, REFUSED, RELATIONS, SYSTEM_VIEWS, classified, topic_of
from workbench.sql.parser import engine_functions
from workbench.sql.screen import screen

HERE = Path(__file__).parent


def _lines(name: str) -> list[tuple[str, str]]:
    """``(heading, statement)``; a heading is a line that begins with ``-- ``."""
    heading, out = "", []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-- "):
            heading = line.removeprefix("-- ").split(":")[0]
        else:
            out.append((heading, line))
    return out


ACCEPTED, REFUSED_LINES = _lines("accepted.sql"), _lines("refused.sql")


@pytest.mark.parametrize("sql", [sql for _, sql in ACCEPTED])
def test_accepted(sql: str) -> None:
    assert screen(sql) == ()


@pytest.mark.parametrize(("code", "sql"), REFUSED_LINES)
def test_refused(code: str, sql: str) -> None:
    found = screen(sql)
    assert Code(code) in {reason.code for reason in found}
    for reason in found:
        assert reason.what.zh
        assert reason.what.en
        assert reason.next is not None or reason.code is Code.statement_wrong


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(ACCEPTED) >= 90
    assert len(REFUSED_LINES) >= 150


def test_every_reason_is_given_at_once() -> None:
    found = screen("SELECT getenv('A'), inet_client_addr() FROM read_csv('x'), duckdb_databases")
    assert [r.subject for r in found] == [
        "getenv",
        "inet_client_addr",
        "read_csv",
        "duckdb_databases",
    ]


def test_what_would_last_is_told_how_to_be_temporary() -> None:
    (reason,) = screen("CREATE OR REPLACE VIEW v AS SELECT 1")
    assert reason.next is not None
    assert "CREATE TEMP VIEW" in reason.next.en


def test_a_misspelt_statement_gets_a_suggestion() -> None:
    (reason,) = screen("SELEC a FROM t")
    assert reason.next is not None
    assert "SELECT" in reason.next.en


def test_a_file_is_not_opened_to_read_a_statement(tmp_path: Path) -> None:
    """Extracting IMPORT DATABASE opens its file, so its first word is looked at before."""
    (tmp_path / "schema.sql").write_text("SELECT 'CANARY'")
    (tmp_path / "load.sql").write_text("")
    for sql in (f"IMPORT DATABASE '{tmp_path}'", f"EXPLAIN IMPORT DATABASE '{tmp_path}'"):
        (reason,) = screen(sql)
        assert reason.code is Code.statement_not_allowed
    assert "CANARY" not in str(screen(f"PREPARE x AS IMPORT DATABASE '{tmp_path}'"))


# Spaces and quotes that two lexers could read differently --------------------------------------


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u200b", "\u3000", "\ufeff", "\u2060"])
def test_odd_spaces_hide_nothing(space: str) -> None:
    assert screen(f"SELECT{space}*{space}FROM{space}t") == ()
    assert screen(f"SELECT * FROM read_csv{space}('x')")[0].subject == "read_csv"
    assert screen(f"SELECT 1{space};{space}ATTACH 'x'")[0].code is Code.several_statements
    assert screen(f"{space}ATTACH 'x'")[0].code is Code.statement_not_allowed


def test_all_that_the_parser_takes_for_a_space_is_known() -> None:
    from workbench.sql.tokens import UNICODE_SPACES

    parse = duckdb.connect().extract_statements
    found = []
    for point in range(0x80, 0x10000):
        if 0xD800 <= point < 0xE000:
            continue
        try:
            parse(f"select{chr(point)}1")
        except duckdb.Error:
            continue
        found.append(chr(point))
    assert set(found) == set(UNICODE_SPACES)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT $\u00a0$ ' $\u00a0$, getenv('A') --'",
        "SELECT $a\u00a0b$ ' $a\u00a0b$, getenv('A') --'",
        "SELECT 1\0 ; ATTACH 'x'",
        "SELECT '\ud800'",
    ],
)
def test_a_text_with_two_readings_is_refused(sql: str) -> None:
    (reason,) = screen(sql)
    assert reason.code is Code.statement_wrong


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "+" * 200_000 + "1",
        "SELECT " + "+-" * 100_000 + "1",
        "/*" * 100_000 + "*/" * 100_000 + "SELECT 1",
        "SELECT " + "(" * 200_000,
        "SELECT " + "a.b(" * 20_000,
        "EXPLAIN " * 20_000 + "SELECT 1",
        "SELECT * FROM " + "t, " * 20_000,
        ";" * 100_000,
    ],
    ids=lambda s: s[:16],
)
def test_no_text_keeps_the_screen_busy(sql: str) -> None:
    """DuckDB's lexer is cubic in a run of ``+`` (minutes for these) and so must not see it."""
    start = time.monotonic()
    assert screen(sql)
    assert time.monotonic() - start < 10


def test_decoration_is_not_taken_for_an_operator() -> None:
    line = "=" * 80
    assert screen(f"-- {line}\n/{'*' * 80}/\nSELECT 1 -- {'-' * 80}") == ()


# The classification ----------------------------------------------------------------------------


def test_every_function_of_the_engine_is_classified() -> None:
    assert sorted(name for name in engine_functions() if not classified(name)) == []


def test_no_name_is_both_or_unknown_to_the_engine() -> None:
    refused = frozenset().union(*REFUSED.values())
    assert not refused & ALLOWED
    assert ALLOWED - engine_functions() == frozenset()
    assert RELATIONS <= ALLOWED


def test_every_table_function_is_on_the_short_list_or_refused() -> None:
    rows = duckdb.sql(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE function_type IN ('table', 'table_macro')"
    ).fetchall()
    open_ = {str(n) for (n,) in rows if topic_of(str(n)) is None}
    assert open_ - RELATIONS == {"histogram"}, "histogram: the aggregate is fine, FROM is not"


def test_every_system_view_is_refused_but_the_information_schema() -> None:
    rows = duckdb.sql("SELECT view_name, schema_name FROM duckdb_views() WHERE internal").fetchall()
    for name, schema in rows:
        refused = screen(f"SELECT * FROM {schema}.{name}") != ()
        assert refused == (schema != "information_schema"), (schema, name)
    assert {n for n, s in rows if s != "information_schema"} <= SYSTEM_VIEWS


def test_a_function_that_nobody_reviewed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upgrade of the engine."""
    from workbench.sql import screen as module

    later = engine_functions() | {"brand_new"}
    monkeypatch.setattr(module, "engine_functions", lambda: later)
    (reason,) = screen("SELECT brand_new(1)")
    assert reason.code is Code.function_not_allowed
    assert screen("SELECT a_macro_of_mine(1)") == ()
