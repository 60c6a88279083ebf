"""``workbench policy test`` as a reviewer uses it: a file, an exit code, a JSON report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Said, here

pytestmark = pytest.mark.slow  # much of it is seen by faster tests beside it; `make test-slow`

HERE = Path(__file__).parent / "policy"


def policy_test(file: Path, *options: str) -> Said:
    return here("policy", "test", str(file), *options)


def written(folder: Path, **changes: object) -> Path:
    test = {
        "resources": {
            "t": {"data": "t.csv", "columns": {"a": {"type": "BIGINT", "class": "general"},
                                               "b": {"type": "VARCHAR", "class": "core"}}}
        },
        "grants": {"t": {"mode": "obtain", "columns": {"a": "value"}}},
        "canaries": ["CANARY"],
        "queries": [{"sql": "select a from t", "expect": "ok"}],
    }  # fmt: skip
    (folder / "t.csv").write_text("a,b\n1,CANARY\n2,CANARY\n", encoding="utf-8")
    file = folder / "test.json"
    file.write_text(json.dumps({**test, **changes}), encoding="utf-8")
    return file


def test_every_line_of_the_example_holds():
    """As a process of its own, as a pipeline runs it."""
    command = [sys.executable, "-m", "workbench", "policy", "test", str(HERE / "person.yaml")]
    done = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, timeout=120, check=False
    )
    report = json.loads(done.stdout)
    wrong = [q for q in report["queries"] if not q["holds"]]
    assert wrong == []
    assert done.returncode == 0
    assert report["total"] == 35
    first = report["queries"][0]
    assert first["outcome"] == "ok"
    assert first["milliseconds"] > 0
    assert first["canary"] is None
    refused = report["queries"][8]
    assert (refused["outcome"], refused["rule"]) == ("refused", "not_granted")


def test_a_line_that_does_not_hold_is_named_and_the_exit_code_says_so(tmp_path):
    lines = [
        {"sql": "select b from t", "expect": "ok"},
        {"sql": "select a from t", "expect": "refused"},
        {"sql": "select a frm t x y", "expect": "refused"},
        {"sql": "select count(*) from t", "expect": {"rows": [[3]]}},
    ]
    done = policy_test(written(tmp_path, queries=lines), "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert [q["holds"] for q in report["queries"]] == [False] * 4
    assert [q["outcome"] for q in report["queries"]] == ["refused", "ok", "error", "ok"]


def test_a_canary_in_a_result_fails_the_line_whatever_it_expects(tmp_path):
    grants = {"t": {"mode": "obtain", "columns": {"a": "value", "b": "value"}}}
    queries = [
        {"sql": "select b from t", "expect": "any"},
        {"sql": "select 'CANARY' from t", "expect": "ok"},
    ]
    done = policy_test(written(tmp_path, grants=grants, queries=queries), "--json")
    seen = json.loads(done.stdout)["queries"]
    assert seen[0]["canary"] == [{"canary": "CANARY", "where": "result"}]
    assert [q["holds"] for q in seen] == [False, True]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"queries": [{"sql": "select 1", "expect": {"refused": "not_grnted"}}]}, "not_granted"),
        ({"queries": [{"sql": "select 1", "expects": "ok"}]}, "expect"),
        ({"queries": [{"expect": "ok"}]}, "sql"),
        ({"queries": [{"sql": "select 1", "expect": "ok", "as": "nobody"}]}, "nobody"),
        ({"grants": {"nope": {"mode": "obtain", "columns": {"a": "value"}}}}, "nope"),
        ({"grants": {"t": {"mode": "obtain", "columns": {"z": "value"}}}}, "z"),
        ({"resources": {"t": {"data": "no.csv", "columns": {}}}}, "no.csv"),
        ({"resources": {"t": {"data": "t.csv", "columns": {"a": {"type": "NOPE"}}}}}, "NOPE"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path, changes, words):
    done = policy_test(written(tmp_path, **changes))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mode", ["view", "compare"])
def test_a_statement_reaches_nothing_of_modes_that_are_not_for_statements(tmp_path, mode):
    grants = {"t": {"mode": mode, "columns": {"a": "value"}}}
    expect = {"refused": "mode_not_available"}
    queries = [{"sql": "select a from t", "expect": expect}]
    done = policy_test(written(tmp_path, grants=grants, queries=queries), "--json")
    assert json.loads(done.stdout)["queries"][0]["rule"] == "mode_not_available"
    assert done.returncode == 0


def test_a_view_is_a_line_of_its_own(tmp_path):
    grants = {"t": {"mode": "view", "columns": {"a": "value", "b": "value"}}}
    view = {"resource": "t"}
    queries = [
        {"view": {**view, "columns": ["a"]}, "expect": {"rows": [[1], [2], [3]]}},
        {"view": {**view, "columns": ["a"], "order_by": "-a"}, "expect": {"rows": [[1], [2], [3]]}},
        {"view": {**view, "columns": ["a"], "where": {"b": "CANARY"}},
         "expect": {"rows": [[2]]}},
        {"view": {**view, "where": [["a", ">", 2]], "page": 1, "rows": 2},
         "expect": {"rows": [[3, "z"]]}},
        {"view": {**view, "rows": 101}, "expect": {"refused": "view_limit"}},
        {"view": {**view, "where": {"a": "x"}}, "expect": {"refused": "invalid_request"}},
        {"view": {"resource": "u"}, "expect": {"refused": "not_found"}},
        {"view": view, "expect": "any"},
        {"view": view, "sql": "select 1", "expect": "ok"},
    ]  # fmt: skip
    done = policy_test(written(tmp_path, grants=grants, queries=queries))
    assert done.returncode == 2, "one line, one question"
    file = written(tmp_path, grants=grants, queries=queries[:-1])
    (tmp_path / "t.csv").write_text("a,b\n3,z\n1,x\n2,CANARY\n", encoding="utf-8")
    done = policy_test(file, "--json")
    lines = json.loads(done.stdout)["queries"]
    assert [line["holds"] for line in lines] == [True, False, True, True, True, True, True, False]
    assert lines[-1]["canary"] == [{"canary": "CANARY", "where": "result"}]
    assert json.loads(lines[4]["sql"])["view"]["rows"] == 101


def test_a_join_key_below_the_floor_is_refused_and_one_above_it_joins(tmp_path):
    (tmp_path / "k.csv").write_text(
        "id,code\n" + "".join(f"{i},{i % 3}\n" for i in range(300)), encoding="utf-8"
    )
    columns = {"id": {"type": "BIGINT", "class": "general"},
               "code": {"type": "VARCHAR", "class": "general"}}  # fmt: skip
    file = written(
        tmp_path,
        resources={"k": {"data": "k.csv", "columns": columns}},
        grants={"k": {"mode": "obtain", "columns": {"id": "join_key", "code": "join_key"}}},
        queries=[
            {"sql": "select code from k", "expect": {"refused": "join_key_floor"}},
            {"sql": "select count(*) from k a join k b using (id)", "expect": {"rows": [[300]]}},
            {"sql": "select count(*) from k where id = '7'", "expect": {"rows": [[0]]}},
            {"sql": "select * from k limit 1", "expect": "ok"},
        ],
    )
    done = policy_test(file, "--json")
    assert [q for q in json.loads(done.stdout)["queries"] if not q["holds"]] == []


def test_a_comparison_is_a_line_of_its_own(tmp_path):
    columns = {"id": {"type": "BIGINT", "class": "general"},
               "b": {"type": "VARCHAR", "class": "core"}}  # fmt: skip
    told = {"data": "t.csv", "entity": "id", "columns": columns, "membership_told": True}
    compare = {"resource": "t", "on": {"id": "b"}}
    queries = [
        {"compare": {**compare, "keys": [1, 2, 9], "values": ["CANARY", "x", "x"]},
         "expect": {"rows": [[1, "match"], [2, "no_match"], [9, "not_found"]]}},
        {"compare": {**compare, "keys": [2, 1], "values": ["x", "CANARY"]},
         "expect": {"rows": [[1, "match"], [2, "no_match"]]}},
        {"compare": {**compare, "keys": [1], "values": []},
         "expect": {"refused": "invalid_request"}},
        {"compare": {**compare, "keys": [1, 1], "values": ["y", "z"]},
         "expect": {"refused": "compare_limit"}},
    ]  # fmt: skip
    file = written(
        tmp_path,
        resources={"t": told},
        grants={"t": {"mode": "compare", "columns": {"id": "compare", "b": "compare"}}},
        queries=queries,
        settings={"compare_tries_per_key": 2},
    )
    (tmp_path / "t.csv").write_text("id,b\n1,CANARY\n2,CANARY\n", encoding="utf-8")
    done = policy_test(file, "--json")
    lines = json.loads(done.stdout)["queries"]
    assert [line["holds"] for line in lines] == [True, False, True, True]
    assert [line["canary"] for line in lines] == [None] * 4
