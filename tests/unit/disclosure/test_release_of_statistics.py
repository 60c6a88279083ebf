"""A statistic as it reaches a person: marks, report and explanation, by the client and the shell.

Real: contracts, ingest, gateway, worker, ledger. The city has the table ``shop`` of the grammar's
tests (k = 3, (2, 0.96), 10 %) and a table that is given in full.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attacks.served import PASSWORD, SCENARIO, Served, served
from grammar_city import counties, shops

from workbench.client.connection import Connection, connect
from workbench.client.release import Release
from workbench.errors import Code, Refused, WorkbenchError
from workbench.gateway.assemble import open_state
from workbench.ledger.chain import fields_of
from workbench.trial.city import ingest_all, write_city
from workbench.trial.schema import PolicyTest

BY_TOWN = "select town, count(*) as n, sum(sales) as sales from shop group by town order by town"
CITY = {
    "resources": {
        "shop": {
            "data": "shop.csv",
            "entity": "shop",
            "columns": {
                "shop": {"type": "VARCHAR", "class": "general"},
                "town": {"type": "VARCHAR", "class": "general"},
                "sales": {"type": "DECIMAL(18,2)", "class": "important"},
            },
        },
        "county": {
            "data": "county.csv",
            "columns": {
                "county": {"type": "VARCHAR", "class": "general"},
                "area": {"type": "VARCHAR", "class": "general"},
            },
        },
    },
    "grants": {
        "shop": {
            "mode": "statistics",
            "columns": {"shop": "join_key", "town": "value", "sales": "statistics"},
            "disclosure": {"k": 3, "dominance": {"n": 2, "k": 0.96}, "p_percent": 10},
        },
        "county": {"mode": "obtain", "columns": {"county": "value", "area": "value"}},
    },
    "settings": {"threads": 1, "warm_workers": 0, "join_key_floor": 3},
}
Client = Callable[[str], Connection]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("statistics")
    shops().write_csv(folder / "shop.csv")
    counties().select("county", "area").write_csv(folder / "county.csv")
    test = PolicyTest.model_validate(CITY)
    root = folder / "city"
    write_city(test, root)
    ingest_all(test, folder, root, lambda: datetime.now(UTC))
    with served(root) as running:
        running.add("li")
        yield running


@pytest.fixture(scope="module")
def clients(gateway: Served) -> Iterator[Client]:
    open_: dict[str, Connection] = {}

    def client(language: str) -> Connection:
        if language not in open_:
            open_[language] = connect(
                gateway.http, "li", PASSWORD, language=language, scenario=SCENARIO, progress=False
            )
        return open_[language]

    yield client
    for each in open_.values():
        each.close()


@pytest.fixture(scope="module")
def release(clients: Client) -> Release:
    return clients("en").sql(BY_TOWN)


# The release -------------------------------------------------------------------------------------


def test_a_release_counts_what_is_withheld_and_shows_no_companion(release: Release) -> None:
    assert release.tier == "statistics"
    assert release.columns == ("town", "n", "sales")
    assert (release.rows, release.withheld) == (7, 5)
    assert "5 cells withheld" in release.counted()
    assert release.arrow().column_names == ["town", "n", "sales"]
    assert release.pl()["n"].to_list() == [4, 4, 4, 4, 4, 6, None]
    reasons = release.arrow(reasons=True).to_pydict()
    assert dict(zip(reasons["town"], reasons["sales_withheld"], strict=True)) == {
        "alike": "suppressed",
        "close": "suppressed",
        "four": None,
        "giant": "suppressed",
        "silent": "empty",
        "sound": None,
        "two": "suppressed",
    }


def test_the_report_names_the_rules_and_counts_by_column(release: Release) -> None:
    report = release.disclosure.to_dict()
    assert report["protected"] == ["shop"]
    assert report["mode"] == "statistics"
    assert report["rules"] == {
        "k": 3,
        "dominance": [{"n": 2, "k": 0.96}],
        "p_percent": 10.0,
        "rounding": {"counts": None, "values": None},
        "zero": "told",
    }
    assert (report["cells"], report["withheld"]) == (14, 5)
    assert report["why"] == {"suppressed": 5, "empty": 1}
    assert report["columns"]["n"] == {"suppressed": 1}


def test_by_which_rule_is_for_output_checkers(release: Release, gateway: Served) -> None:
    state = open_state(gateway.root)
    try:
        filed = state.store.journal.at(release.info.ledger_seq)
    finally:
        state.store.close()
    assert filed is not None
    assert (fields_of(filed.entry.body) or {})["detail"]["withheld"] == {
        "below_threshold": 2,
        "dominance": 1,
        "p_percent": 1,
        "uniform": 1,
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["fewer than 3 entities", "5 cells withheld", "nothing is withheld"],
        ),
        ("zh", ["主体少于 3 个", "未放行 5 格", "不是未放行"]),
    ],
)
def test_the_table_marks_each_missing_cell_and_says_what_the_marks_mean(
    language: str, words: list[str], clients: Client
) -> None:
    found = clients(language).sql(BY_TOWN)
    text, html = repr(found), found._repr_html_()
    for shown in (text, html):
        for word in words:
            assert word in shown
        assert "_withheld" not in shown.replace("workbench-withheld", "")
    lines = {line.split()[0]: line.split()[1:] for line in found.text().splitlines() if line}
    assert lines["sound"] == ["6", "69.00"]
    assert lines["two"][0].startswith("⊘")
    marks = {lines[town][1] for town in ("alike", "close", "giant", "two")}
    assert len(marks) == 1, "each looks as any other"
    assert lines["silent"][1] not in marks
    marks.add(lines["silent"][1])
    assert all(mark in html for mark in marks)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Protected: shop; 14 cells, 5 withheld", "(2, 96%)", "looks the same"]),
        ("zh", ["受保护的资源：shop；共 14 格", "每格至少 3 个主体", "看起来都一样"]),
    ],
)
def test_the_report_is_read_in_both_languages(
    language: str, words: list[str], clients: Client
) -> None:
    report = clients(language).sql(BY_TOWN).disclosure
    for word in words:
        assert word in repr(report)
        assert word in report._repr_html_()


def test_a_result_of_the_rows_tier_has_nothing_to_mark(clients: Client) -> None:
    found = clients("en").sql("select * from county order by county")
    assert (found.tier, found.withheld, found.disclosure.rules) == ("rows", 0, None)
    assert "withheld" not in repr(found)
    assert "Nothing of this release is protected." in repr(found.disclosure)
    forced = clients("en").sql(
        "select area, count(*) as n from county group by 1", tier="statistics"
    )
    assert (forced.tier, forced.withheld) == ("statistics", 0)


def test_a_tier_that_holds_no_such_table_refuses(clients: Client) -> None:
    with pytest.raises(WorkbenchError):
        clients("en").sql("select count(*) from shop", tier="rows")


def test_a_receipt_names_the_tier_and_the_rules(clients: Client, tmp_path: Path) -> None:
    clients("en").sql(BY_TOWN).save(tmp_path / "a.csv")
    receipt = json.loads((tmp_path / "a.csv.receipt.json").read_text(encoding="utf-8"))
    (grant,) = receipt["receipt"]["grants"]
    assert (grant["tier"], grant["rules"]["k"], grant["rules"]["p_percent"]) == (
        "statistics", 3, 10,
    )  # fmt: skip
    clients("en").sql("from county").save(tmp_path / "b.csv")
    receipt = json.loads((tmp_path / "b.csv.receipt.json").read_text(encoding="utf-8"))
    assert receipt["receipt"]["grants"][0]["tier"] == "rows"
    assert "rules" not in receipt["receipt"]["grants"][0]


# The explanation ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["It may run, in the tier statistics.", "8 cells released, 5 withheld", "(2, 96%)"]),
        ("zh", ["可以运行，在 statistics 层。", "不放行 5 格", "每格至少 3 个主体"]),
    ],
)
def test_what_would_be_withheld_is_told_before(
    language: str, words: list[str], clients: Client
) -> None:
    told = clients(language).explain(BY_TOWN)
    assert (told.allowed, told.tier, told.withheld, told.k) == (True, "statistics", 5, 3)
    counted = {(column, why): number for column, why, number in told.cells}
    assert counted["sales", "suppressed"] == 4
    assert counted["n", None] == 6
    for word in words:
        assert word in repr(told)
        assert word in told._repr_html_()
    assert "69" not in repr(told)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["It would be refused.", "QUANTILE_CONT(column, 0.95)"]),
        ("zh", ["会被拒绝。", "QUANTILE_CONT(列, 0.95)"]),
    ],
)
def test_what_would_be_refused_is_told_with_the_nearest_form(
    language: str, words: list[str], clients: Client
) -> None:
    told = clients(language).explain("select town, max(sales) from shop group by town")
    assert not told.allowed
    assert [reason.code for reason in told.reasons] == [Code.statistics_grammar]
    assert (told.cells, told.withheld, told.released) == ((), 0, 0)
    for word in words:
        assert word in repr(told)
        assert word in told._repr_html_()


def test_a_statement_of_the_rows_tier_is_explained_without_cells(clients: Client) -> None:
    told = clients("en").explain("select * from county")
    assert (told.allowed, told.tier, told.cells) == (True, "rows", ())
    assert "cells" not in repr(told)
    asked = clients("en").explain("select * from county", tier="statistics")
    assert not asked.allowed


@pytest.mark.parametrize(
    ("statement", "code", "named"),
    [
        ("select * from nosuch", Code.not_found, "nosuch"),
        ("select nocol from county", Code.not_found, "nocol"),
        ("select c.nocol from (select county from county) c", Code.not_found, "nocol"),
        ("select sum(area) from county", Code.statement_wrong, "sum"),
        ("select * from county where area = ?", Code.statement_wrong, ""),
        ("create temp table t as select nocol from county", Code.not_found, "nocol"),
    ],
)
def test_what_cannot_be_planned_is_not_said_to_run(
    statement: str, code: Code, named: str, clients: Client
) -> None:
    told = clients("en").explain(statement)
    assert [reason.code for reason in told.reasons] == [code]
    assert named in repr(told)
    assert not told.allowed
    with pytest.raises(WorkbenchError) as run:
        clients("en").sql(statement)
    assert run.value.code is code


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table kept as select * from county",
        "create temp macro twice(x) as 2 * x",
        "create temp table kept(a integer); -- a remark",
        "-- a remark\nfrom county",
        "show tables",
        "explain select * from county",
        "pivot county on area using count(*)",
    ],
)
def test_what_is_explained_leaves_nothing_in_the_worker(statement: str, clients: Client) -> None:
    client = clients("en")
    told = client.explain(statement, tier="rows")
    assert (told.allowed, told.tier, told.cells) == (True, "rows", ()), repr(told)
    with pytest.raises(WorkbenchError):
        client.sql("select * from kept", tier="rows")
    with pytest.raises(WorkbenchError):
        client.sql("select twice(1)", tier="rows")


def test_what_is_explained_is_not_remembered_as_read_by_what_comes_after(gateway: Served) -> None:
    gateway.add("wang")
    with connect(gateway.http, "wang", PASSWORD, scenario=SCENARIO, progress=False) as client:
        client.sql("create temp table mine as select 1 as a", tier="rows")
        for statement in ("select * from mine", "create temp table kept as select * from county"):
            assert client.explain(statement, tier="rows").allowed
        release = client.sql("select * from mine", tier="rows")
        assert release.info.sources == ()
        client.sql("create temp table kept as select * from county", tier="rows")
        assert [s.resource for s in client.sql("from mine", tier="rows").info.sources] == ["county"]


@pytest.mark.parametrize("tier", ["auto", "", None])
def test_a_tier_is_asked_for_as_it_is_of_a_statement(tier: str | None, clients: Client) -> None:
    client = clients("en")
    statement = "select town, count(*) as n from shop group by town"
    assert client.explain(statement, tier=tier).tier == "statistics"
    assert client.sql(statement, tier=tier).tier == "statistics"
    with pytest.raises(WorkbenchError) as refused:
        client.explain(statement, tier="view")
    assert refused.value.code is Code.invalid_request


def test_no_plan_leaves(clients: Client) -> None:
    body = {"do": "explain", "sql": "select * from county", "tier": "rows"}
    table = clients("en").template(body).table
    assert (table.column_names, table.num_rows) == (["column", "why", "cells"], 0)


def test_an_explanation_is_entered_like_a_query(clients: Client) -> None:
    before = clients("en").usage(1)[0]
    clients("en").explain(BY_TOWN)
    after = clients("en").usage(1)[0]
    assert before != after


# The shell ---------------------------------------------------------------------------------------


def shell(gateway: Served, *words: str) -> subprocess.CompletedProcess[str]:
    """``workbench sql`` as li, in English."""
    session = clients_token(gateway)
    return subprocess.run(
        [sys.executable, "-m", "workbench", "sql", "-s", SCENARIO, *words],
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "WORKBENCH_URL": gateway.http,
            "WORKBENCH_TOKEN": session,
            "WORKBENCH_LANG": "en",
            "PYTHONUTF8": "1",
        },
        timeout=60,
        check=False,
    )


def clients_token(gateway: Served) -> str:
    with connect(gateway.http, "li", PASSWORD, progress=False) as connection:
        return connection.session_token


def test_the_shell_marks_what_is_withheld(gateway: Served) -> None:
    done = shell(gateway, "--tier", "statistics", BY_TOWN)
    assert done.returncode == 0, done.stderr
    assert "suppressed: withheld so that nobody single shows" in done.stdout
    assert "_withheld" not in done.stdout
    assert "5 cells withheld" in done.stderr


def test_the_shell_writes_the_reasons_beside_the_values(gateway: Served) -> None:
    done = shell(gateway, "-f", "csv", BY_TOWN)
    rows = {row["town"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert (rows["two"]["n"], rows["two"]["n_withheld"]) == ("", "suppressed")
    assert (rows["sound"]["sales"], rows["sound"]["sales_withheld"]) == ("69.00", "")


def test_the_shell_explains(gateway: Served) -> None:
    done = shell(gateway, "--explain", BY_TOWN)
    assert done.returncode == 0, done.stderr
    assert "8 cells released, 5 withheld" in done.stdout
    refused = shell(gateway, "--explain", "select max(sales) from shop")
    assert "QUANTILE_CONT(column, 0.95)" in refused.stdout
    assert refused.returncode == Refused.exit_code
