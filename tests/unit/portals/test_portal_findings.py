"""Findings: each kind where it is due, and counts that add up whatever a catalogue says."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from conftest import AS_OF, Import, kinds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.portals.findings import KINDS, Kind, counts, timeliness
from workbench.portals.fold import fold
from workbench.portals.frequency import PERIODS, Frequency, due_on
from workbench.portals.importing import all_findings, summary
from workbench.portals.mapping import PortalMapping

HEADINGS = "资源名称,提供部门,开放类型,更新周期,发布日期,更新日期,数据量"
LINES = (
    "水质,环保局,无条件,每月,2024-01-01,2024-06-01,10",  # 2: sound
    "Ｗ ater,环保局,无条件,每月,2024-01-01,2024-05-01,10",  # 3: overdue
    "water,环 保局,无条件,实时,2024-01-01,2020-05-01,10",  # 4: the same after folding; no period
    "噪声,,随便,有空就,2024/1/2,2023.12.31,约十",  # 5
    "土壤,暂无,,,,,",  # 6
    "林地,林草局,无条件,每年,2024-02-30,12月1日,10",  # 7
    "湖泊,水务局,不予开放,每旬,2024-01-01,2025-01-01,10",  # 8: after the day of looking
)


def test_each_kind_is_found_where_it_is(imported: Import) -> None:
    found = imported("\n".join((HEADINGS, *LINES)))
    lines = {k: kinds(found, k.value).select("line_no", "field").rows() for k in Kind}
    assert {k.value: v for k, v in lines.items() if v} == {
        "duplicate": [(4, "title")],
        "placeholder": [(6, "department")],
        "missing_department": [(5, "department")],
        "missing_open_type": [(6, "open_type")],
        "missing_frequency": [(6, "frequency")],
        "missing_publish_date": [(6, "publish_date")],
        "missing_update_date": [(6, "update_date")],
        "unknown_open_type": [(5, "open_type")],
        "unknown_frequency": [(5, "frequency")],
        "unknown_date": [(7, "update_date")],
        "unknown_rows": [(5, "rows")],
        "impossible_date": [(7, "publish_date")],
        "future_date": [(8, "update_date")],
        "update_before_publish": [(4, "update_date"), (5, "update_date")],
        "overdue": [(3, "update_date")],
    }
    seen = timeliness(found.entries.frame, AS_OF)
    assert (seen.with_period, seen.overdue) == (2, 1)  # 8 was updated since
    noted = dict(found.rows.select("line_no", "findings").rows())
    assert noted[2] is None
    assert noted[3] is None  # overdue hangs on the day: due_on is kept instead
    assert noted[4] == "duplicate, update_before_publish"


def test_an_entry_is_overdue_from_the_day_after_the_last_one(imported: Import) -> None:
    """AS_OF is 30 June 2024: a month from 30 May ends on it, a month from 29 May the day before."""
    lines = ("甲,x,无条件,每月,,2024-05-30,", "乙,x,无条件,每月,,2024-05-29,")
    found = imported("\n".join((HEADINGS, *lines)))
    assert kinds(found, "overdue").get_column("line_no").to_list() == [3]


def test_the_last_day_of_a_period() -> None:
    assert due_on(Frequency.monthly, date(2024, 1, 31)) == date(2024, 2, 29)
    assert due_on(Frequency.quarterly, date(2023, 11, 30)) == date(2024, 2, 29)
    assert due_on(Frequency.weekly, date(2024, 2, 26)) == date(2024, 3, 4)
    assert due_on(Frequency.yearly, date(9999, 1, 1)) is None
    assert due_on(Frequency.irregular, date(2024, 1, 1)) is None


def test_every_kind_says_what_it_is_in_both_languages() -> None:
    assert set(KINDS) == set(Kind)
    assert all(text.zh and text.en for text in KINDS.values())
    endless = set(Frequency) - set(PERIODS)
    assert endless == {Frequency.real_time, Frequency.static, Frequency.irregular}


def test_the_file_of_findings_has_the_lines_set_aside(imported: Import) -> None:
    found = imported("\n".join((HEADINGS, "多,1,2,3,4,5,6,7,8", *LINES)))
    rows = all_findings(found).select("line_no", "kind").rows()
    assert (2, "set_aside_too_many_fields") in rows
    assert len(rows) == found.findings.height + 1


SPELLINGS = st.sampled_from(
    ["", " ", "暂无", "每月", "每 月", "ｍonthly", "MONTHLY", "每月一次", "无", "-", "水质", "；",
     "2024-01-02", "2024-13-01", "20240102", "１", "10,000", "无条件", "有条件", "不开放", "\u3000",
     "'", '"']
)  # fmt: skip
RECORDS = st.lists(st.lists(SPELLINGS, min_size=1, max_size=9), min_size=1, max_size=25)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=RECORDS)
def test_counts_add_up_whatever_a_file_says(imported: Import, records: list[list[str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS.split(","))
    writer.writerow(["甲", "乙", "无条件", "每月", "2024-01-01", "2024-01-01", "1"])
    writer.writerows(records)
    found = imported(out.getvalue(), name="made.csv")
    told = summary(found)
    filled = [r for r in records if any(cell.strip() for cell in r)]
    last = max((n for n, r in enumerate(records) if r in filled), default=-1)
    assert told["entries"] == 1 + last + 1  # every line, but blank ones at the end
    assert told["entries"] == told["accepted"] + told["set_aside"]
    judged = counts(found.findings)
    held = dict(kinds(found, "placeholder").get_column("field").value_counts().iter_rows())
    for field, kind in (
        ("frequency", Kind.unknown_frequency),
        ("open_type", Kind.unknown_open_type),
    ):
        known = found.rows.get_column(field).drop_nulls().len()
        missing = judged[Kind(f"missing_{field}")]
        assert known + missing + judged[kind] + held.get(field, 0) == told["accepted"]
    keys = [(fold(t), fold(d or "")) for t, d in found.rows.select("title", "department").rows()]
    assert judged[Kind.duplicate] == len(keys) - len(set(keys))
    assert found.rows.get_column("entry_id").is_unique().all()


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="每月年季半Mm ｍ\u3000\t", max_size=8))
def test_spaces_width_and_case_do_not_tell_spellings_apart(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert fold(" ".join(wide.upper())) == fold(text)


@pytest.mark.parametrize("spelling", ["每月左右", "约每月", "每月/每季", "月月"])
def test_what_is_nearly_a_frequency_is_none(default: PortalMapping, spelling: str) -> None:
    assert fold(spelling) not in default.frequencies
