"""Attacks on the mode view, sent by a client of the attacker's own making to a real gateway."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.flight as fl
import pytest
from view_city import FIRMS, IN_SCOPE, OVERRIDE, PAGE, Looking, firms, make

from attacks.served import served
from workbench.client.release import info_of
from workbench.errors import Code, Refused
from workbench.query_path.view_sql import CELL, CUT
from workbench.store.layout import Layout
from workbench.wire import TEMPLATE, pack

MARKS = re.compile("CANARY|7710\\d\\d", re.I)
"""What is not granted: licences, owners behind their mask, turnovers."""
_CODE = re.compile(r"\[(" + "|".join(Code) + r")\]")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("view_attacks"), view_rows_per_day=1_000_000)


@pytest.fixture(scope="module")
def looking(root: Path) -> Iterator[Looking]:
    with served(root) as gateway:
        looking = Looking(gateway)
        yield looking
        looking.close()


def sent(looking: Looking, ticket: bytes, **headers: str) -> tuple[str, pa.Table | None, str]:
    """Code (``ok`` for a page), the page, and all that an error says."""
    try:
        table = looking.raw("attacker", ticket, **headers)
    except (fl.FlightError, pa.ArrowException) as error:
        said = f"{error}\n{getattr(error, 'extra_info', b'')!r}"
        found = _CODE.search(said)
        return found[1] if found else "?", None, said
    return "ok", table, ""


def asked(looking: Looking, **body: Any) -> tuple[str, pa.Table | None, str]:
    whole = {"do": "view", "resource": "firm", **body}
    code, table, said = sent(looking, TEMPLATE + json.dumps(whole).encode())
    assert not MARKS.search(said), said
    if table is not None:
        assert not MARKS.search(str(table.to_pylist())), body
        assert table.num_rows <= PAGE
    return code, table, said


def where(column: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"where": [[column, operator, list(values)]]}


BAD, GONE, NOT, MODE, LIMIT = (
    "invalid_request", "not_found", "not_granted", "mode_not_available", "view_limit",
)  # fmt: skip
CASES: list[tuple[str, str, dict[str, Any]]] = [
    # columns that are not there to be seen
    ("a withheld column", NOT, {"columns": ["licence"]}),
    ("in another case", NOT, {"columns": ["LICENCE"]}),
    ("among granted ones", NOT, {"columns": ["id", "licence"]}),
    ("filter by a withheld column", NOT, where("licence", "=", "CANARY-LICENCE-000")),
    ("starts with on a withheld column", NOT, where("licence", "starts with", "C")),
    ("is null on a withheld column", NOT, where("licence", "is null")),
    ("sort by a withheld column", NOT, {"order_by": [["licence", "asc"]]}),
    ("a column to compare", MODE, {"columns": ["turnover"]}),
    ("filter by a column to compare", MODE, where("turnover", ">", 771_030)),
    ("sort by a column to compare", MODE, {"order_by": [["turnover", "desc"]]}),
    ("full-width letters", GONE, {"columns": ["ｌｉｃｅｎｃｅ"]}),
    ("a zero-width space", GONE, {"columns": ["licence\u200b"]}),
    ("the engine's row number", GONE, {"columns": ["rowid"]}),
    ("the order of rows by the engine's row number", GONE, {"order_by": [["rowid", "asc"]]}),
    # expressions in the place of names
    ("a star", GONE, {"columns": ["*"]}),
    ("a qualified name", GONE, {"columns": ["t.licence"]}),
    ("quotes around it", GONE, {"columns": ['"id"']}),
    ("a quote that ends the name", GONE, {"columns": ['id" FROM firm; SELECT "licence']}),
    ("a cast", GONE, {"columns": ["id::VARCHAR"]}),
    ("COLUMNS", GONE, {"columns": ["COLUMNS('.*')"]}),
    ("a function", GONE, {"columns": ["string_agg(name)"]}),
    ("a scalar subquery", GONE, {"columns": ["(SELECT max(licence) FROM firm)"]}),
    ("a subquery as filter", GONE, where("(SELECT 1)", "=", 1)),
    ("an order of one's own", GONE, {"order_by": [["id; DROP TABLE firm", "asc"]]}),
    ("a random order", GONE, {"order_by": [["random()", "asc"]]}),
    ("more after the direction", BAD, {"order_by": [["id", "asc, licence"]]}),
    ("nulls first", BAD, {"order_by": [["id", "asc NULLS FIRST"]]}),
    ("a comment in the direction", BAD, {"order_by": [["id", "desc --"]]}),
    # resources
    ("a join in the resource", GONE, {"resource": "firm AS t, wages"}),
    ("a schema before it", GONE, {"resource": "workspace.main.firm"}),
    ("a quoted resource", GONE, {"resource": '"firm"'}),
    ("the catalogue of the engine", GONE, {"resource": "information_schema.columns"}),
    ("a table function", GONE, {"resource": "duckdb_tables()"}),
    ("a file", GONE, {"resource": "read_csv('/etc/passwd')"}),
    ("the workspace's file", GONE, {"resource": "w"}),
    ("a path", GONE, {"resource": "../b/0"}),
    ("two statements", GONE, {"resource": "firm; SELECT 1"}),
    ("a resource of another tier", MODE, {"resource": "town"}),
    ("a resource of statistics", MODE, {"resource": "wages"}),
    ("a column of statistics", MODE, {"resource": "wages", "columns": ["wage"]}),
    ("one that is not shared", "not_shared", {"resource": "sealed"}),
    # operators
    ("LIKE", BAD, where("name", "like", "%")),
    ("a regular expression", BAD, where("name", "~", ".*")),
    ("more than an operator", BAD, where("id", "= 1 OR 1 =", 1)),
    ("OR", BAD, {"where": [["id", "=", [1]], "or", ["id", "=", [2]]]}),
    ("a nested group", BAD, {"where": [[["id", "=", [1]], "or", [["id", "=", [2]]]]]}),
    ("an operator as a list", BAD, {"where": [["id", ["=", "or"], [1]]]}),
    ("an upper-case operator", BAD, where("id", "IN", 1)),
    ("between with one end", BAD, where("id", "between", 1)),
    ("is null with a value", BAD, where("note", "is null", "x) OR (1=1")),
    # values
    ("a quote in a value", "ok", where("name", "=", "' OR '1'='1")),
    ("a parameter in a value", "ok", where("name", "=", "$1")),
    ("a zero byte", "ok", where("name", "=", "firm 001\0' OR 1=1 --")),
    ("text for a number", BAD, where("id", "=", "1 OR 1=1")),
    ("text that is a number", BAD, where("id", "=", "1")),
    ("a number for text", BAD, where("name", ">", 0)),
    ("a boolean for a number", BAD, where("id", "=", True)),
    ("a float for an integer", BAD, where("id", "=", 1.0)),
    ("a date that is an expression", BAD, where("since", "=", "today")),
    ("a date with a time", BAD, where("since", "=", "2020-01-01 00:00:00")),
    ("an object as a value", BAD, where("id", "=", {"sql": "1"})),
    ("null as a value", BAD, where("id", "=", None)),
    ("a value that overflows", BAD, where("id", "=", 2**63)),
    ("a decimal that would be rounded", BAD, where("capital", "=", 1.249)),
    ("infinity", BAD, where("capital", "<", float("inf"))),
    ("NaN", BAD, where("capital", "!=", float("nan"))),
    ("starts with on a number", BAD, where("id", "starts with", "1")),
    ("a surrogate that cannot be written", BAD, where("name", "=", "\ud800")),
    ("very many values", BAD, where("id", "in", *range(10_000))),
    ("very many conditions", BAD, {"where": [["id", ">", [0]]] * 1000}),
    # rows and pages
    *(("rows", BAD, {"rows": rows}) for rows in (-1, 0, 1e9, 2.0, True, "10", [], 10**40)),
    ("more rows than a page has", LIMIT, {"rows": PAGE + 1}),
    ("all rows", LIMIT, {"rows": 1_000_000}),
    *(("pages", BAD, {"page": page}) for page in (-1, 0, 1.0, True, "1", None, 2**31, 2**63)),
    ("a page behind all allowance", LIMIT, {"page": 1_000_000, "rows": 2}),
    # packing
    ("one column many times", BAD, {"columns": ["note"] * 50}),
    ("the same in another case", BAD, {"columns": ["note", "NOTE"]}),
    ("a list of columns in a column", BAD, {"columns": [["note", "name"]]}),
    # fields that no request has
    *(
        (f"a doctored {name}", BAD, {name: value})
        for name, value in {
            "watermark": "", "sql": "SELECT * FROM firm", "tier": "rows", "mode": "obtain",
            "person": "somebody", "viewer": "somebody", "grant": "g", "limit": 10**6, "offset": 0,
            "total": True, "scenario": "other", "release": "0" * 24, "Columns": ["id"],
        }.items()
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "body"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_template_gives_nothing_else(looking: Looking, code: str, body: dict[str, Any]) -> None:
    found, table, said = asked(looking, **body)
    assert found == code, said
    if table is not None:
        assert table.num_rows == 0, "a value is a value"


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"view"', b"\xff\xfe", b'{"do": "view"}', b'{"do": ["view"]}',
    b'{"do": "drop", "resource": "firm"}', b'{"resource": "firm"}', b"[" * 100_000,
    b'{"do": "view", "resource": "firm", "page": ' + b"9" * 5_000 + b"}",
    b'{"do": "view", "resource": {"a": 1}}', b'{"do": "VIEW", "resource": "firm"}',
])  # fmt: skip
def test_what_is_no_request_is_refused(looking: Looking, body: bytes) -> None:
    assert sent(looking, TEMPLATE + body)[0] == BAD


def test_a_request_as_large_as_memory_is_not_read(looking: Looking) -> None:
    body = b'{"do": "view", "resource": "' + b"x" * (4 << 20) + b'"}'
    assert sent(looking, TEMPLATE + body)[0] == "request_too_large"


def test_walking_a_hidden_column_letter_by_letter_says_the_same_each_time(looking: Looking) -> None:
    told = {asked(looking, **where("licence", "starts with", c))[2] for c in "ABCXYZ0*"}
    refused = {re.sub(r"[0-9a-f]{16,}", "", said) for said in told}
    assert len(refused) == 1
    assert NOT in refused.pop()


def test_a_mask_is_all_there_is_to_filter_and_sort_by(looking: Looking) -> None:
    def found(*test: Any) -> int:
        table = asked(looking, **where("owner", *test))[1]
        assert table is not None
        return table.num_rows

    assert found("starts with", "Z*") == PAGE
    assert [found("starts with", f"Z{digit}") for digit in range(10)] == [0] * 10
    assert found("=", "Z00-CANARY-OWNER") == 0
    assert found(">", "Z***") == found("<", "Z***") == found("!=", "Z***") == 0
    for direction in ("asc", "desc"):
        table = asked(looking, columns=["id"], order_by=[["owner", direction]])[1]
        assert table is not None
        assert table.column("id").to_pylist() == [0, 1, 2, 4, 5, 6, 8, 9, 10, 12], "not by owner"


def test_rows_out_of_scope_are_not_there(looking: Looking) -> None:
    table = asked(looking, **where("county", "=", "out"))[1]
    assert table is not None
    assert table.num_rows == 0
    seen = 0
    for page in range(1, 7):
        table = asked(looking, columns=["county"], page=page)[1]
        assert table is not None
        assert set(table.column("county").to_pylist()) <= {"north", "south"}
        seen += table.num_rows
    assert seen == IN_SCOPE


def test_a_page_is_never_told_how_many_there_are(looking: Looking) -> None:
    table = asked(looking, columns=["id"], rows=1)[1]
    assert table is not None
    about = info_of(table.schema).to_dict()
    assert about["page"] == {"page": 1, "rows": 1, "more": True}
    assert str(IN_SCOPE) not in {str(value) for value in about.values()}


def test_a_cell_holds_so_much_and_no_more(looking: Looking) -> None:
    table = asked(looking, columns=["note"], order_by=[["note", "desc"]])[1]
    assert table is not None
    cells = [cell for cell in table.column("note").to_pylist() if cell is not None]
    assert max(map(len, cells)) == CELL + len(CUT)
    assert OVERRIDE in cells, "the detector's own bait is among them"


STATEMENTS = [
    "SELECT * FROM firm", "FROM firm", "SELECT count(*) FROM firm", "DESCRIBE firm",
    "SUMMARIZE firm", "SHOW TABLES", "SHOW ALL TABLES", "SELECT * FROM information_schema.tables",
    "SELECT * FROM information_schema.columns", "SELECT table_name FROM duckdb_tables()",
    "SELECT * FROM sqlite_master", "PRAGMA table_info('firm')", "PRAGMA show_tables",
    "SELECT * FROM workspace.main.firm", "SELECT * FROM query_table('firm')",
    "SELECT * FROM query('FROM firm')", "CREATE TEMP TABLE x AS FROM firm", "TABLE firm",
    "SELECT (SELECT max(name) FROM firm)", "EXPLAIN SELECT * FROM firm", "VIEW firm",
    "SELECT * FROM town JOIN firm ON firm.county = town.code", "SELECT firm FROM town, firm",
    "WITH x AS (FROM firm) FROM x", "SELECT avg(id) FROM firm GROUP BY county",
]  # fmt: skip
"""Free SQL against what is only to be viewed."""


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("tier", ["", "rows", "statistics", "view", "compare"])
def test_no_statement_reaches_it_or_shows_that_it_is_there(
    looking: Looking, statement: str, tier: str
) -> None:
    ticket = pack("CommandStatementQuery", query=statement)
    code, table, said = sent(looking, ticket, **({"x_workbench_tier": tier} if tier else {}))
    assert code not in ("?", "internal"), said
    assert not MARKS.search(said)
    if tier in ("view", "compare"):
        assert code == BAD
    if table is not None:
        assert "firm" not in str(table.to_pylist())


def test_the_header_of_another_tier_does_not_move_a_view(looking: Looking) -> None:
    body = {"do": "view", "resource": "firm", "columns": ["id"], "rows": 1}
    for tier in ("rows", "statistics", "compare"):
        table = looking.page("attacker", body, x_workbench_tier=tier)
        assert info_of(table.schema).tier == "view"


def test_the_drivers_own_listing_does_not_name_it(looking: Looking) -> None:
    found = str(looking.gateway.connection("attacker").adbc_get_objects().read_all().to_pylist())
    assert "town" in found
    assert "firm" not in found


def test_a_ticket_of_another_is_charged_to_and_marked_with_whoever_sends_it(
    looking: Looking,
) -> None:
    ticket = TEMPLATE + json.dumps({"do": "view", "resource": "firm", "rows": 1}).encode()
    marks = [info_of(looking.raw(person, ticket).schema).watermark for person in ("owner", "thief")]
    assert [mark.split(" · ")[0] for mark in marks] == ["owner", "thief"]
    assert marks[0].split(" · ")[-1] != marks[1].split(" · ")[-1]


def test_somebody_of_another_department_sees_nothing(looking: Looking) -> None:
    looking.gateway.add("outsider", "provider")
    body = {"do": "view", "resource": "firm"}
    with pytest.raises(fl.FlightError, match="scenario_unknown"):
        looking.page("outsider", body)
    with pytest.raises(fl.FlightError, match="unauthenticated"):
        looking.page("attacker", body, authorization="Bearer x")


def test_no_doctored_description_gets_it_saved(looking: Looking, tmp_path: Path) -> None:
    release = looking.client("saver").view("firm", rows=1)
    for info in (
        replace(release.info, tier="rows", mode="obtain", watermark="", page=None),
        replace(release.info, tier="rows", mode="obtain", id="0" * 24),
    ):
        with pytest.raises(Refused) as refused:
            replace(release, info=info).save(tmp_path / "firm.csv")
        assert refused.value.code is Code.export_not_allowed
    assert list(tmp_path.iterdir()) == []


def test_no_code_of_a_view_is_a_crash_and_nothing_is_written_in_clear(
    looking: Looking, root: Path
) -> None:
    spelt = "LITERAL-7730-张三"
    asked(looking, **where("name", "=", spelt))
    asked(looking, columns=[spelt])
    asked(looking, resource=spelt)
    asked(looking, order_by=[[spelt, "asc"]])
    assert looking.gateway.healthy()
    state = Layout(root).state
    raw = ("extracts", "quarantine")
    files = [
        p for p in state.rglob("*") if p.is_file() and p.relative_to(state).parts[0] not in raw
    ]
    assert any(file.name == "gateway.log" for file in files)
    for file in files:
        data = file.read_bytes()
        assert not re.search(rb"CANARY|firm 0\d\d", data), file.name
        assert spelt.encode() not in data, file.name


def test_there_are_as_many_cases_as_there_were() -> None:
    assert len(CASES) >= 100
    assert len(STATEMENTS) >= 25
    marked = str(firms().select("licence", "owner", "turnover").rows())
    assert len(MARKS.findall(marked)) >= 3 * FIRMS, "what is looked for is in the data"
