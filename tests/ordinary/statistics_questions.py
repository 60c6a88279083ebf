"""The 100 questions of ``statistics_questions.sql``, for whoever asks them.

A paragraph is the id with the question in Chinese, the question in English, then marks
(``-- scenario: ID``, ``-- outside the grammar``), then one statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".sql")
DEFAULT = "tax_statistics"
_PARAGRAPH = re.compile(
    r"-- (?P<id>Q\d{3}) (?P<zh>[^\n]+)\n-- (?P<en>[^\n]+)\n(?P<marks>(?:-- [^\n]+\n)*)(?P<sql>.+)",
    re.DOTALL,
)
_SCENARIO = "-- scenario: "
_OUTSIDE = "-- outside the grammar"


@dataclass(frozen=True)
class Question:
    id: str
    zh: str
    en: str
    sql: str
    scenario: str = DEFAULT
    outside: bool = False


def questions() -> list[Question]:
    """In the order of the file. Raises ValueError for a paragraph of another form."""
    return [_question(part) for part in re.split(r"\n\s*\n", FILE.read_text("utf-8").strip())]


def _question(part: str) -> Question:
    found = _PARAGRAPH.fullmatch(part.strip())
    if found is None:
        raise ValueError(f"not a question: {part[:80]}")
    scenario, outside = DEFAULT, False
    for mark in found["marks"].splitlines():
        if mark.startswith(_SCENARIO):
            scenario = mark.removeprefix(_SCENARIO)
        elif mark == _OUTSIDE:
            outside = True
        else:
            raise ValueError(f"unknown mark in {found['id']}: {mark}")
    return Question(found["id"], found["zh"], found["en"], found["sql"], scenario, outside)
