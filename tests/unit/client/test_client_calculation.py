"""What was worked out of releases keeps their sources, and is not taken for a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from client_wire import INFO

from workbench.client.release import Release
from workbench.errors import Code, WorkbenchError
from workbench.ui import calculated

FRAME = pl.DataFrame(
    {"month": [date(2026, 9, 1)], "rate": [None]}, schema_overrides={"rate": float}
)


def release(entry: int, scenario: str, until: date | None, version: int = 1) -> Release:
    source = replace(INFO.sources[0], extract_version=version)
    info = replace(
        INFO,
        ledger_seq=entry,
        scenario=scenario,
        valid_until=until,
        sources=(source,),
        notes=("n",),
    )
    return Release(pa.table({"x": [1]}), info, "zh")


def test_it_bears_the_sources_of_all_that_went_in() -> None:
    one = release(7, "a", date(2028, 1, 1))
    other = release(12, "b", date(2027, 1, 1), version=2)
    made = calculated(FRAME, other, one, one)
    assert made.info.ledger_seq == 12
    assert made.info.scenario == "b, a"
    assert made.info.valid_until == date(2027, 1, 1)
    assert [source.extract_version for source in made.info.sources] == [2, 1]
    assert made.info.notes[0] == "n"
    assert "7, 12" in made.info.notes[-1]
    assert "账本第 7, 12 条放行的结果计算得出" in made.caption()
    assert made.pl().equals(FRAME)


def test_it_cannot_be_saved_as_if_it_had_been_released(tmp_path: Path) -> None:
    made = calculated(FRAME, release(7, "a", None))
    with pytest.raises(WorkbenchError) as refused:
        made.save(tmp_path / "x.csv")
    assert refused.value.code is Code.export_not_allowed
    assert list(tmp_path.iterdir()) == []


def test_a_page_of_a_view_is_not_handed_on_by_calculating() -> None:
    page = release(7, "a", None)
    view = Release(page.table, replace(page.info, tier="view"), "zh")
    with pytest.raises(WorkbenchError) as refused:
        calculated(FRAME, page, view)
    assert refused.value.code is Code.export_not_allowed


def test_of_no_release_it_is_refused() -> None:
    with pytest.raises(WorkbenchError) as refused:
        calculated(FRAME)
    assert refused.value.code is Code.invalid_request
