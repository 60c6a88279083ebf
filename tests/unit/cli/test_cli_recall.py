"""``workbench recall`` as a shell runs it: what it tells, in both languages, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli_ingest import city, entries_of, workbench

__all__ = ["city"]


@pytest.fixture
def twice(city: Path) -> Path:
    """``people`` in two versions."""
    workbench(city, "ingest", "people")
    (city / "people.csv").write_text("id,phone\n3,\n")
    workbench(city, "ingest", "people")
    return city


def recall(city: Path, *more: str, language: str = "en") -> str:
    words = ("recall", "people", "--version", "1", "--reason", "counted twice", *more)
    done = workbench(city, *words, language=language)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_it_tells_what_it_did_and_the_ledger_knows(twice: Path) -> None:
    assert "would be recalled (nothing was done)" in recall(twice, "--dry-run")
    told = recall(twice)
    assert "Version 1 of people is recalled." in told
    assert "Readers move to version 0" in told
    assert "No release was made from this version." in told
    undone = recall(twice, "--undo", language="zh")
    assert "已撤回对 people 第 1 版的召回" in undone
    assert "读者转到第 1 版" in undone
    first, second = entries_of(twice, "extract_recalled", "recall_undone")
    assert first["department"] == "bureau"
    assert first["content"] == {"people": ["id", "phone"]}
    assert first["actor"].startswith("os:")
    assert (first["detail"]["version"], first["detail"]["current_now"]) == (1, 0)
    assert first["detail"]["reason"] == "counted twice"
    assert (second["event"], second["detail"]["current_now"]) == ("recall_undone", 1)
    shown = workbench(twice, "audit", "show", language="zh")
    assert "版本召回" in shown.stdout
    assert workbench(twice, "audit", "verify").returncode == 0


def test_the_list_of_versions(twice: Path) -> None:
    recall(twice)
    listed = workbench(twice, "recall", "people", "--list").stdout.splitlines()
    assert "recalled: counted twice" in listed[1]
    assert "current" in listed[2]
    found = json.loads(workbench(twice, "recall", "people", "--list", "--json").stdout)
    assert [(v["version"], v["current"]) for v in found] == [(1, False), (0, True)]
    assert found[0]["recalled"]["reason"] == "counted twice"


def test_what_it_refuses(twice: Path) -> None:
    for words, told in (
        (("--version", "1"), "needs a reason"),
        (("--reason", "x"), "Say which version"),
        (("--version", "9", "--reason", "x"), "There are: 0, 1"),
    ):
        done = workbench(twice, "recall", "people", *words)
        assert done.returncode == 2
        assert told in done.stderr
    assert entries_of(twice, "extract_recalled") == []


def test_wrong_contracts_do_not_stop_a_recall(twice: Path) -> None:
    (twice / "data_contracts/resources/people.odcs.yaml").write_text("kind: [")
    assert "is recalled" in recall(twice)
    (entry,) = entries_of(twice, "extract_recalled")
    assert entry["content"] == {"people": []}


def test_the_recalled_delivery_is_refused_by_ingest(twice: Path) -> None:
    recall(twice)
    done = workbench(twice, "ingest", "people")
    assert done.returncode == 2
    assert "counted twice" in done.stderr
    assert workbench(twice, "ingest", "people", "--force").returncode == 0
