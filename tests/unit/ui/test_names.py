"""What columns and codes are called in a folder's notebooks."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.errors import WorkbenchError
from workbench.ui import called, chart
from workbench.ui.names import names_in

NAMES = """\
columns:
  rate: {label: {zh: 同比, en: On a year before}, unit: {zh: "%", en: "%"}, format: percent}
labels:
  "13": {zh: 农副食品加工业, en: Food processing}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "names.yaml").write_text(NAMES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_chart_calls_columns_and_codes_by_them(folder: Path) -> None:
    release = Release(pa.table({"industry": ["13"], "rate": [3.25]}), sample_info(), "zh")
    board = chart(release, "ranked", x="industry", y="rate")
    told = f"{board.page} {board.panel_0}"
    assert "农副食品加工业" in told
    assert "3.3%" in told.replace(" ", "") or "3.2%" in told.replace(" ", "")


def test_a_code_is_called_by_its_name_in_the_language(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    assert (called("13"), called("rate"), called("99")) == ("农副食品加工业", "同比", "99")
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    assert (called("13"), called("rate")) == ("Food processing", "On a year before")


def test_without_a_file_nothing_has_another_name(tmp_path: Path) -> None:
    assert names_in(tmp_path).labels == {}


def test_a_mistake_is_told_with_its_line(folder: Path) -> None:
    (folder / "names.yaml").write_text(NAMES + "colums: {}\n", encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"names.yaml.*5|unknown key colums"):
        names_in(folder)
