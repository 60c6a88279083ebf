"""Does the harness see anything at all? Without protection, and in disguise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from attacks.canary_city import ENVIRONMENT, CanaryCity, residents
from attacks.detector import STEMS, Detector, Find
from attacks.paragraphs import kinds


def test_the_same_statements_leak_without_protection(
    canary_city: CanaryCity, tmp_path: Path
) -> None:
    folder, answer = canary_city.root.parent, tmp_path / "answer.json"
    subprocess.run(
        [sys.executable, "-m", "attacks.unprotected", str(folder), str(answer)],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=200,
    )
    seen = json.loads(answer.read_text())
    assert seen.keys() == set(kinds()) - {"exhaustion"}
    assert all(kind["leaked"] >= 3 for kind in seen.values()), seen
    marks = {mark for kind in seen.values() for mark in kind["marks"]}
    assert marks >= {"COL", "TAB", "ROW", "MASK", "FILE", "STATE", "SCN"}


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize(
    "disguise",
    [
        "{0}",
        "x{0}y",
        "upper({0})",
        "lower({0})",
        "reverse({0})",
        "hex({0})",
        "base64(encode({0}))",
        "base64(encode('ab' || {0}))",
        "encode({0})::VARCHAR",
        "string_split({0}, '')",
        "[{{'a': {0}}}]",
        "to_json({{'k': [{0}]}})",
        "MAP {{{0}: 1}}",
        "encode({0})",
    ],
)
def test_the_detector_sees_through(stem: str, disguise: str, detector: Detector) -> None:
    value = f"CANARY-{stem}-0001"
    if disguise in ("{0}", "x{0}y"):
        assert detector.in_text(disguise.format(value), "error")
        return
    table = duckdb.sql("SELECT " + disguise.format("v") + f" AS x FROM (SELECT '{value}' AS v)")
    assert stem in {f.mark for f in detector.in_table(table.to_arrow_table())}


@pytest.mark.parametrize(
    ("expression", "mark"),
    [
        ("income", "COL"), ("-income", "COL"), ("income::DOUBLE", "COL"),
        ("income::HUGEINT", "COL"), ("income::VARCHAR", "COL"), ("to_hex(income)", "COL"),
        ("format('{:,}', income)", "COL"), ("avg(income)", "COL"), ("min(wage)", "MASK"),
        ("secret_day", "COL"), ("epoch(secret_day)", "COL"),
        ("strftime(secret_day, '%Y%m%d')", "COL"),
        ("md5(min(bsn))", "COL"), ("sha256(min(org))", "MASK"), ("hash(min(bsn))", "COL"),
        ("count(*)", "ROW"), ("max(score)", "ROW"), ("born", "MASK"),
    ],
)  # fmt: skip
def test_the_detector_sees_numbers_dates_and_digests(
    expression: str, mark: str, detector: Detector
) -> None:
    given = residents().to_arrow()
    con = duckdb.connect()
    con.register("resident", given)
    table = con.execute(f"SELECT {expression} AS x FROM resident").to_arrow_table()
    marks = {f.mark for f in detector.in_table(table)}
    assert mark in marks


def test_what_a_statement_spells_out_is_not_counted(detector: Detector) -> None:
    said = "SELECT 'CANARY-COL-1'"
    assert detector.in_text("CANARY-COL-1", "result", said) == []
    assert detector.in_text("CANARY-ROW-1", "result", said) == [Find("ROW", "plain", "result")]
