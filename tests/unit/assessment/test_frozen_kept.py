"""Runs that are kept: the next number each time, never written again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from frozen_small import small_run

from workbench.assessment.frozen import as_bytes, digest_of
from workbench.assessment.kept import Runs, opened
from workbench.errors import InvalidInput

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
