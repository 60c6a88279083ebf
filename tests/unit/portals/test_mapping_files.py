"""Mapping files: strict, each mistake told with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from workbench.errors import InvalidInput
from workbench.model.contract import OpenType
from workbench.portals.frequency import Frequency
from workbench.portals.mapping import load_mapping
from workbench.portals.mapping_schema import Field

HEAD = "id: x\ntitle: {zh: 试, en: try}\ncolumns: {title: [名称]}\n"
WRONG = {
    "unknown key": (HEAD + "frequencys: {}\n", 4, "frequencies"),
    "unknown frequency": (HEAD + "frequencies:\n  monthy: [每月]\n", 5, "monthly"),
    "unknown open type": (HEAD + "open_types:\n  open: [开]\n", 5, ""),
    "number for text": (HEAD + "open_types:\n  not_open: [9]\n", 5, '"9"'),
    "unknown date form": (HEAD + "dates: [yyyy-m-d]\n", 4, "yyyy-M-d"),
    "two ways to read a day": (HEAD + "dates: [d/M/yyyy, M/d/yyyy]\n", 4, "Keep"),
    "one spelling twice": (
        HEAD + "frequencies:\n  daily: [日]\n  weekly: [' 日']\n",
        6,
        "Keep one",
    ),
    "placeholder that means something": (
        HEAD + "frequencies:\n  daily: [日]\nplaceholders: [日]\n",
        6,
        "Keep one",
    ),
    "heading of two fields": (
        "id: x\ntitle: {zh: 试, en: try}\ncolumns:\n  title: [名称]\n  domain: [名称]\n",
        5,
        "Keep one",
    ),
    "no title": ("id: x\ntitle: {zh: 试, en: try}\ncolumns: {domain: [领域]}\n", 3, "title"),
    "blank spelling": (HEAD + "placeholders: [' ']\n", 4, "Remove"),
    "row zero": (HEAD + "file: {heading_row: 0}\n", 4, "positive"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_its_line_and_fix(tmp_path: Path, case: str) -> None:
    text, line, fix = WRONG[case]
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as raised:
        load_mapping(str(file), tmp_path)
    told = raised.value.reasons[0]
    assert f"x.yaml:{line}" in told.what.en
    assert told.next is not None
    assert fix in told.next.en


def test_what_a_portal_says_counts_before_what_it_extends(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        HEAD.replace("id: x", "id: base")
        + "frequencies: {daily: [日], irregular: [看情况]}\nplaceholders: [无, 空]\n",
        encoding="utf-8",
    )
    (tmp_path / "x.yaml").write_text(
        "id: x\ntitle: {zh: 试, en: try}\nextends: base\ncolumns: {title: [标题], domain: [名称]}\n"
        "frequencies: {weekly: [日], static: [无]}\nplaceholders: [看情况]\n",
        encoding="utf-8",
    )
    found = load_mapping(str(tmp_path / "x.yaml"), tmp_path)
    assert found.frequencies == {"日": Frequency.weekly, "无": Frequency.static}
    assert found.placeholders == {"空", "看情况"}
    assert found.columns == {Field.title: ("标题",), Field.domain: ("名称",)}


def test_a_circle_and_a_missing_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(HEAD + "extends: x\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="circle"):
        load_mapping(str(tmp_path / "x.yaml"), tmp_path)
    with pytest.raises(InvalidInput, match="no mapping file"):
        load_mapping("nowhere", ROOT)


def test_the_shipped_mapping_folds_and_nothing_more() -> None:
    known = load_mapping(None, ROOT)
    assert known.frequencies["每月"] is Frequency.monthly
    assert known.open_types["依申请开放"] is OpenType.conditional
    assert "每月一次左右" not in known.frequencies


def test_the_starter_has_what_the_sample_city_has() -> None:
    starter = ROOT / "workbench" / "catalogue" / "starter"
    for path in (
        *(Path("data_contracts/portals") / f"{name}.yaml" for name in ("default", "words")),
        Path("data_contracts/resources/catalogue_entries.odcs.yaml"),
    ):
        assert (starter / path).read_bytes() == (ROOT / path).read_bytes(), f"copy {path}"
