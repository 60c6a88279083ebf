"""No statement brings back what was not granted: not in a result, an error, a log or the ledger."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from attacks.canary_city import ENVIRONMENT, SMALL_LIMITS, CanaryCity
from attacks.conftest import BYSTANDER_SECONDS, Arena
from attacks.detector import STEMS, Detector, Find
from attacks.paragraphs import Case, cases, kinds

LEAST = {
    "column": 78, "table": 58, "row": 40, "metadata": 90, "files_environment": 97, "at_rest": 38,
    "state_ddl": 72, "evaluation": 75, "python": 47, "exhaustion": 60,
}  # fmt: skip
"""Cases of each class: a lower number means that somebody dropped some."""
DATA = [case for kind in kinds() if kind != "exhaustion" for case in cases(kind)]
OVERRUN_SECONDS = 8.0
"""After the deadline: a second of grace for the interrupt, the kill, and two busy cores."""


def test_there_are_as_many_statements_of_each_class_as_there_were() -> None:
    counted = {kind: len(cases(kind)) for kind in kinds()}
    assert counted.keys() == LEAST.keys()
    assert all(counted[kind] >= least for kind, least in LEAST.items()), counted
    assert sum(counted.values()) >= 250
    texts = [case.steps for kind in kinds() for case in cases(kind)]
    assert len(set(texts)) == len(texts), "a statement stands there twice"


@pytest.mark.parametrize("case", DATA, ids=lambda case: case.id)
def test_nothing_withheld_comes_back(case: Case, arena: Arena) -> None:
    answers, found = arena.attack(case)
    assert not found, [case.steps, found]
    for answer in answers:
        assert answer.code not in ("?", "internal", "worker_died"), answer.error


@pytest.mark.parametrize("case", cases("exhaustion"), ids=lambda case: case.id)
def test_nobody_is_starved(case: Case, arena: Arena) -> None:
    answers, found, bystander = arena.attack_watched(case)
    assert not found, [case.steps[0][:200], found]
    for answer in answers:
        assert answer.code not in ("?", "internal"), answer.error
        assert answer.seconds < SMALL_LIMITS["query_seconds"] + OVERRUN_SECONDS, answer.code
    assert bystander.table is not None, bystander.error
    assert bystander.table.to_pylist() == [{"n": 3}]
    assert bystander.seconds < BYSTANDER_SECONDS


def test_many_prepared_handles_and_many_queries_at_once(arena: Arena) -> None:
    """Handles are bounded a person; queries beyond the limit are refused, and others go on."""
    connection = arena.gateway.connection("hoarder")
    cursors = [connection.cursor() for _ in range(300)]
    try:
        for number, cursor in enumerate(cursors):
            cursor.adbc_prepare(f"SELECT {number} AS n FROM town")
        assert arena.gateway.ask("hoarder", "SELECT 1 AS n").code == "ok"
        assert arena.gateway.ask("bystander", "SELECT 1 AS n").code == "ok"
    finally:
        for cursor in cursors:
            cursor.close()


# After all of the above: the gateway, its workers, what it wrote ------------------------------


def test_the_gateway_is_alive_and_runs_nothing(arena: Arena) -> None:
    assert arena.gateway.process.poll() is None
    assert arena.gateway.healthy()
    for person in sorted(arena.people):
        header = {"Authorization": f"Bearer {arena.gateway.token(person)}"}
        answer = httpx.get(f"{arena.gateway.http}/queries", headers=header, timeout=10)
        assert answer.json() == []
    print(
        f"slowest attack {arena.slowest:.1f} s, "
        f"slowest bystander beside one {arena.slowest_bystander:.1f} s"
    )


def test_no_worker_outlives_its_limits(arena: Arena) -> None:
    workers = arena.gateway.workers()
    people = len(arena.people) + 3  # the neighbour, the bystander, the hoarder
    assert len(workers) <= people
    before = {p.pid: sum(p.cpu_times()[:2]) for p in workers}
    time.sleep(1.0)
    for process in workers:
        assert sum(process.cpu_times()[:2]) - before[process.pid] < 0.3, "still computing"
        assert process.memory_info().rss < (SMALL_LIMITS["memory_mb"] + 512) << 20


def test_the_neighbour_kept_what_was_theirs(arena: Arena) -> None:
    answer = arena.gateway.ask("neighbour", "SELECT note FROM neighbour_notes")
    assert answer.table is not None, answer.error
    assert answer.table.to_pylist() == [{"note": "CANARY-STATE-1"}]


def test_no_file_was_written_or_changed_outside(arena: Arena) -> None:
    found = sorted(p.name for p in arena.city.outside.iterdir())
    assert found == ["note.csv", "note.csv.gz"]
    assert sorted(p.name for p in arena.city.root.iterdir()) == [
        ".workbench", "data_contracts", "notes.txt",
    ]  # fmt: skip


SPELT = "LITERAL-7730"


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT count(*) FROM resident WHERE note = '{SPELT}'",
        f"SELECT '{SPELT}'::INTEGER",
        f"SELECT error('{SPELT}')",
        f"SELECT '{SPELT}' FROM WHERE ((",
        f"SELECT $tag${SPELT}$tag$, bsn FROM resident",
        f"SELECT 1 -- {SPELT}",
        f"SELECT E'{SPELT}\\n'",
        f"SELECT '{SPELT}",
        f"COPY resident TO '/x/{SPELT}'",
        "SELECT CAST(note AS INTEGER) FROM resident",
        "SELECT error(note) FROM resident",
    ],
)
def test_values_of_statements_and_of_granted_rows_stay_out_of_log_and_ledger(
    statement: str, arena: Arena
) -> None:
    arena.gateway.ask("attacker_evaluation", statement)
    for file in written(arena.city):
        data = file.read_bytes()
        assert SPELT.encode() not in data, file.name
        assert not re.search(rb"note \d{4}", data), file.name


def test_no_log_and_no_ledger_entry_holds_a_mark(arena: Arena) -> None:
    files = written(arena.city)
    assert any(file.name == "gateway.log" for file in files)
    assert any(file.name == "store.sqlite" for file in files)
    for file in files:
        found = arena.detector.in_bytes(file.read_bytes(), file.name)
        assert not [f for f in found if f.mark != "PATH"], found[:5]


def written(city: CanaryCity) -> list[Path]:
    """All that the gateway wrote, but the extracts, which are the raw data."""
    state = city.layout.state
    return [
        path
        for path in state.rglob("*")
        if path.is_file() and path.relative_to(state).parts[0] not in ("extracts", "quarantine")
    ]


# Does the harness see anything at all? --------------------------------------------------------


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
    assert seen.keys() == LEAST.keys() - {"exhaustion"}
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
    import duckdb

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
    import duckdb

    from attacks.canary_city import residents

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
