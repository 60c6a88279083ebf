"""``workbench reconcile`` as a shell runs it, and a control file that comes with a delivery."""

from __future__ import annotations

import json
from pathlib import Path

from test_cli_ingest import city, entries_of, workbench

__all__ = ["city"]
GOOD = "control: 1\nrows: 2\nsums: {id: 3}\n"
BAD = "control: 1\nrows: 3\nsums: {id: 3}\n"


def test_a_table_an_entry_and_the_exit_code(city: Path) -> None:
    workbench(city, "ingest", "people")
    (city / "good.yaml").write_text(GOOD)
    (city / "bad.yaml").write_text(BAD)
    good = workbench(city, "reconcile", "people", "good.yaml")
    assert good.returncode == 0, good.stderr
    assert good.stdout.count("agrees") == 2
    bad = workbench(city, "reconcile", "people", "bad.yaml", language="zh")
    assert bad.returncode == 2
    assert "行数" in bad.stdout
    assert "不符" in bad.stdout
    (found,) = json.loads(workbench(city, "reconcile", "people", "bad.yaml", "--json").stdout)
    assert found["checks"][0] == {
        "check": "rows", "subject": "", "expected": "3", "found": "2", "difference": "-1",
        "agrees": False, "shown": True,
    }  # fmt: skip
    details = [e["detail"] for e in entries_of(city, "reconciled")]
    assert [d["agrees"] for d in details] == [True, False, False]
    assert details[0]["version"] == 0


def test_it_wants_a_resource_and_a_file_or_all(city: Path) -> None:
    for words in ((), ("people",), ("people", "x.yaml", "--all")):
        done = workbench(city, "reconcile", *words)
        assert done.returncode == 2
        assert "--all" in done.stderr
    done = workbench(city, "reconcile", "people", "x.yaml")
    assert (done.returncode, "there is no such file" in done.stderr) == (2, True)
    (city / "good.yaml").write_text(GOOD)
    done = workbench(city, "reconcile", "people", "good.yaml")
    assert (done.returncode, "no current version" in done.stderr) == (5, True)


def test_a_control_file_beside_the_delivery_decides(city: Path) -> None:
    (city / "new.csv").write_text("id,phone\n4,\n5,\n")
    control = city / "new.csv.control.yaml"
    control.write_text(BAD)
    refused = workbench(city, "ingest", "people", "new.csv")
    assert refused.returncode == 2
    assert "rows should be 3, is 2 (off by -1)" in refused.stderr
    assert [e["event"] for e in entries_of(city, "reconciled", "extract_refused")] == [
        "reconciled",
        "extract_refused",
    ]
    control.write_text("control: 1\nrows: 2\n")
    assert workbench(city, "ingest", "people", "new.csv").returncode == 0


def test_all_is_for_contracts_that_name_a_control_file(city: Path) -> None:
    assert "No contract names" in workbench(city, "reconcile", "--all").stdout
    contract = city / "data_contracts/resources/people.odcs.yaml"
    server = "  - {server: own, type: local, path: people.csv, format: csv"
    named = server + ", customProperties: [{property: controlFile, value: people.control.yaml}]"
    text = contract.read_text()
    assert server in text
    contract.write_text(text.replace(server, named))
    (city / "people.control.yaml").write_text(BAD)
    assert workbench(city, "ingest", "people").returncode == 2, "its own file is used"
    (city / "people.control.yaml").write_text(GOOD)
    assert workbench(city, "ingest", "people").returncode == 0
    assert workbench(city, "reconcile", "--all").returncode == 0
    (city / "people.control.yaml").write_text(BAD)
    assert workbench(city, "reconcile", "--all").returncode == 2
    contract.write_text(text.replace(server, named.replace("people.control", "../x.control")))
    done = workbench(city, "contracts", "check")
    assert "must stay inside the city's folder" in done.stdout + done.stderr
