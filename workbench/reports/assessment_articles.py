"""What the regulations order a yearly report and a funding annex to contain, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files

from pydantic import Field

from workbench.declared.file import read_file
from workbench.declared.findings import raise_errors
from workbench.declared.notes import Notes
from workbench.errors import Text
from workbench.reports.model import Frozen
from workbench.ui.page_filter import Words

OTHER = "other"


class Part(Frozen):
    """Indicators that stand together in a report, by the KPI that they measure."""

    id: str
    title: Words
    kpis: tuple[str, ...]


class Asks(Frozen):
    """One thing that an article asks for: where it stands, and what of it is not known here."""

    asks: Words
    stands: Words
    lacks: Words


class Yearly(Frozen):
    """The yearly reports that an article orders."""

    regulation: str
    articles: str
    department: tuple[Asks, ...]
    city: tuple[Asks, ...]


class Funding(Frozen):
    """An article by which results count for money. ``decides``: what is decided, by people."""

    regulation: str
    articles: str
    orders: Words
    decides: tuple[Words, ...] = Field(min_length=1)
    lacks: tuple[Words, ...]


class Articles(Frozen):
    parts: tuple[Part, ...] = Field(min_length=1)
    yearly: tuple[Yearly, ...]
    otherwise: Words
    funding: tuple[Funding, ...]
    unknown: tuple[Words, ...]

    def ordered(self, regulation: str) -> tuple[tuple[Yearly, ...], bool]:
        """What is ordered there, and True; where nothing is, what our reports follow, and False."""
        found = tuple(one for one in self.yearly if one.regulation == regulation)
        return (found, True) if found else (self.yearly, False)

    def funded(self, regulation: str) -> Funding | None:
        return next((one for one in self.funding if one.regulation == regulation), None)

    @property
    def part_of(self) -> Mapping[str, str]:
        """By KPI."""
        return {kpi: part.id for part in self.parts for kpi in part.kpis}


@cache
def articles() -> Articles:
    """As they are shipped. Raises InvalidInput where the file was spoilt."""
    with as_file(files("workbench.reports").joinpath("assessment_articles.yaml")) as path:
        _, found, findings = read_file(Articles, path, path.parent, _judge)
    raise_errors(findings)
    assert found is not None  # else there is an error
    return found


def _judge(found: Articles, notes: Notes) -> None:
    """A KPI stands in one part; there is a part for what is in none."""
    seen: set[str] = set()
    for i, part in enumerate(found.parts):
        for j, kpi in enumerate(part.kpis):
            if kpi in seen:
                problem = Text(f"{kpi} 已在前面的部分", f"{kpi} is in an earlier part")
                fix = Text("只留一处。", "Keep one of them.")
                notes.error(("parts", i, "kpis", j), problem, fix)
            seen.add(kpi)
    if OTHER not in {part.id for part in found.parts}:
        problem = Text("没有 other 部分", "there is no part other")
        notes.error(("parts",), problem, Text("加上 id: other。", "Add id: other."))
