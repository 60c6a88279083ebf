"""Where figures come from, in one language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.errors import Language
from workbench.model.release import Source
from workbench.ui.provenance import provenance
from workbench.ui.words import Speech

DAY = date(2026, 10, 1)
SOURCE = Source(
    "prices", "房价", "Prices", "统计局", "The bureau", 3, "d", DAY, DAY, update_cycle="每月"
)
NOTES = ("prices: 引用时注明来源 / Name the source when citing", "plain")


@pytest.mark.parametrize(
    ("language", "cycle", "note", "other"),
    [
        ("zh", "每月", "prices: 引用时注明来源", "Name the source"),
        ("en", "monthly", "prices: Name the source when citing", "引用"),
    ],
)
def test_cycle_and_requirements_are_in_the_readers_language(
    language: Language, cycle: str, note: str, other: str
) -> None:
    info = replace(sample_info(), sources=(SOURCE,), notes=NOTES)
    release = Release(pa.table({"v": [1]}), info, language)
    found = provenance(release, Speech(language), date(2026, 11, 22))
    texts = [text for _, text in found.lines]
    assert cycle in texts
    assert texts[-2:] == [note, "plain"]
    assert note in found.caption
    assert other not in found.caption + "".join(texts)
