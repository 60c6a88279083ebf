"""The evidence of alerts as a table, and briefs from their JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from client_wire import INFO

from workbench.client import evidence, read_brief
from workbench.client.release import Release
from workbench.errors import Code, WorkbenchError

EVIDENCE = {"power": [["2026-08", 5.0, 20.0], ["2026-09", None, 20.0]], "gas": [["2026-09", 1, 0]]}


def page(**columns: list[str | None]) -> Release:
    info = replace(INFO, tier="view", mode="view", watermark="li · x")
    return Release(pa.table(columns), info, "zh")


def test_evidence_is_told_by_input_and_month() -> None:
    found = evidence(page(evidence=[json.dumps(EVIDENCE), None]))
    assert found.table.to_pylist() == [
        {"input": "power", "month": "2026-08", "value": 5.0, "usual": 20.0, "of_usual": 25.0},
        {"input": "power", "month": "2026-09", "value": None, "usual": 20.0, "of_usual": None},
        {"input": "gas", "month": "2026-09", "value": 1.0, "usual": 0.0, "of_usual": None},
    ]
    assert "li · x" in found.text()


def test_evidence_stays_a_page_that_is_not_handed_on() -> None:
    with pytest.raises(WorkbenchError) as refused:
        evidence(page(evidence=[json.dumps(EVIDENCE)])).pl()
    assert refused.value.code is Code.export_not_allowed


def test_a_page_without_evidence_says_so() -> None:
    with pytest.raises(WorkbenchError) as refused:
        evidence(page(month=["2026-09"]))
    assert refused.value.code is Code.invalid_request


def figure(number: int, key: str, entry: int | None) -> dict[str, object]:
    return {
        "number": number, "key": key, "what": {"zh": "出口", "en": "exports"}, "value": 1.5,
        "zh": "1.5%", "en": "1.5 %", "period": None, "entry": entry,
    }  # fmt: skip


def test_a_brief_tells_its_figures_and_the_digest_that_is_signed(tmp_path: Path) -> None:
    path = tmp_path / "brief-2026-09.json"
    figures = [figure(1, "headlines.1/exports/value", 7), figure(2, "changes/1", None)]
    path.write_text(
        json.dumps({"form": 1, "month": "2026-09-01", "figures": figures}), encoding="utf-8"
    )
    brief = read_brief(path)
    assert brief.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert brief.month == "2026-09"
    assert [one["number"] for one in brief.figures()] == [1, 2]
    (one,) = brief.figures("headlines")
    assert (one["what"], one["printed"], one["entry"]) == ("出口", "1.5%", 7)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"form": 2, "figures": []}', b'{"form": 1}'])
def test_what_is_no_brief_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(WorkbenchError) as refused:
        read_brief(path)
    assert refused.value.code is Code.invalid_request


def test_a_brief_that_is_not_there_says_how_to_draft_it(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError) as refused:
        read_brief(tmp_path / "none.json")
    assert "workbench report monthly" in refused.value.said("zh")
