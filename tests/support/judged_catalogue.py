"""The fifty questions to a catalogue, and how good a list of answers is (``catalogue_questions``).

nDCG with gains 2^grade - 1 and a discount of log2 (Järvelin and Kekäläinen 2002; the gain of Burges
et al. 2005); the ideal list has the best grades of the whole file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from workbench.portals.fold import fold

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests" / "spec" / "catalogue_questions.yaml"
REAL = ROOT.parent / "shared" / "data" / "portal_catalogues.csv.gz"
Lines = tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True)
class Question:
    """``meets`` and ``part``: lines, each of items, each of words of which one must occur."""

    id: int
    set: str
    kind: str
    ask: str
    meets: Lines
    part: Lines
    never: tuple[str, ...]

    def grade(self, text: str) -> int:
        """Of a folded ``title department portal``: 2, 1 or 0."""
        if any(word in text for word in self.never):
            return 0
        for grade, lines in ((2, self.meets), (1, self.part)):
            if any(all(any(w in text for w in item) for item in line) for line in lines):
                return grade
        return 0


def questions() -> list[Question]:
    listed = YAML(typ="safe").load(QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [
        Question(
            q["id"],
            q["set"],
            q["kind"],
            q["ask"],
            _lines(q.get("meets", [])),
            _lines(q.get("part", [])),
            tuple(map(fold, q.get("never", []))),
        )
        for q in listed
    ]


def _lines(listed: Sequence[Sequence[str]]) -> Lines:
    return tuple(tuple(tuple(map(fold, item.split("|"))) for item in line) for line in listed)


def judged_text(title: str, department: str | None, portal: str) -> str:
    return fold(f"{title}\n{department or ''}\n{portal}")


def ndcg(grades: Sequence[int], all_grades: Sequence[int], at: int = 10) -> float:
    """Of the grades of a list, against those of every entry."""
    ideal = _dcg(sorted(all_grades, reverse=True)[:at])
    return _dcg(grades[:at]) / ideal if ideal else float(not grades)


def precision(grades: Sequence[int], at: int = 5) -> float:
    """The share of the first ``at`` that meets the question or helps; fewer answers count as bad
    ones."""
    return sum(grade > 0 for grade in grades[:at]) / at


def _dcg(grades: Sequence[int]) -> float:
    return sum((2**g - 1) / math.log2(place + 2) for place, g in enumerate(grades))
