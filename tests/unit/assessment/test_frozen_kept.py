"""Runs that are kept: the next number each time, never written again."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from assessed import small
from frozen_small import small_run

from workbench.assessment.frozen import as_bytes, digest_of
from workbench.assessment.kept import Runs, opened
from workbench.cli.assess_year import entered
from workbench.errors import InvalidInput, Unavailable
from workbench.gateway.state import open_state
from workbench.ledger.chain import fields_of

RUN = small_run()


def test_a_second_run_is_the_next_number_and_the_first_stays(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    first = runs.keep("small", RUN)
    second = runs.keep("small", small_run(software="0.2.0"))
    assert [path.name for path in runs.paths("small", 2025)] == ["small-1.zip", "small-2.zip"]
    assert first.path.read_bytes() == as_bytes(RUN)
    assert [one.number for one in runs.all("small", 2025)] == [2, 1]
    assert opened(second.path).run.software == "0.2.0"
    assert first.path.stat().st_mode & 0o777 == 0o400
    assert sorted(path.name for path in first.path.parent.iterdir()) == [
        "small-1.zip",
        "small-2.zip",
    ]


def test_after_nine_comes_ten_and_another_scheme_counts_for_itself(tmp_path: Path) -> None:
    runs = Runs(tmp_path)
    for _ in range(11):
        last = runs.keep("small", RUN)
    assert last.number == 11
    assert runs.paths("small", 2025)[-1] == last.path
    assert runs.keep("small_2", RUN).number == 1
    assert len(runs.paths("small", 2025)) == 11
    assert runs.paths("small", 2024) == []


def test_at_once_each_gets_a_number_of_its_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: Runs(tmp_path).keep("small", RUN), range(8)))
    assert sorted(one.number for one in kept) == list(range(1, 9))


def test_a_run_is_known_by_the_digest_of_its_file(tmp_path: Path) -> None:
    kept = Runs(tmp_path).keep("small", RUN)
    assert kept.digest == digest_of(as_bytes(RUN))
    assert opened(kept.path) == kept


def test_what_is_not_there_or_was_changed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        opened(tmp_path / "small-1.zip")
    raw = as_bytes(RUN)
    (tmp_path / "small-1.zip").write_bytes(raw.replace(b"case-1", b"case-9"))
    with pytest.raises(InvalidInput) as refused:
        opened(tmp_path / "small-1.zip")
    assert refused.value.reasons[0].subject.startswith("measures/")


def test_a_run_is_entered_with_its_digest_or_not_kept_at_all(tmp_path: Path) -> None:
    state, runs = open_state(tmp_path), Runs(tmp_path / ".workbench")
    kept = entered(state.ledger, runs, small(), RUN, "officer")
    head = state.ledger.journal.head()
    assert head is not None
    fields = fields_of(head.body)
    assert (fields["event"], fields["department"]) == ("assessment_run", "data_bureau")
    assert fields["detail"]["sha256"] == kept.digest
    assert fields["content"] == {"gov_step": []}
    with sqlite3.connect(state.layout.store) as broken:
        broken.execute("alter table entries rename to lost")
    with pytest.raises(Unavailable):
        entered(state.ledger, runs, small(), small_run(software="0.2.0"), "officer")
    assert runs.paths("small", 2025) == [kept.path]
    state.store.close()
