"""No statement brings back what was not granted: not in a result, an error, a log or the ledger."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attacks.canary_city import CanaryCity
from attacks.conftest import Arena
from attacks.paragraphs import Case, cases, kinds

LEAST = {
    "column": 78, "table": 58, "row": 40, "metadata": 90, "files_environment": 97, "at_rest": 38,
    "state_ddl": 72, "evaluation": 75, "python": 47, "exhaustion": 60,
}  # fmt: skip
"""Cases of each class: a lower number means that somebody dropped some."""
DATA = [case for kind in kinds() if kind != "exhaustion" for case in cases(kind)]


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


# After all of the above: what it left, what it wrote --------------------------------------------


def test_the_gateway_is_alive(arena: Arena) -> None:
    assert arena.gateway.process.poll() is None
    assert arena.gateway.healthy()


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
