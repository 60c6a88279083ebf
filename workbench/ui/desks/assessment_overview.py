"""What the page of an assessment rests on, as the gateway answered it, with what is looked up in it
often: titles, groups, ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbench.client.connection import Connection
from workbench.ui.desks.parts import said
from workbench.ui.words import Speech

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Overview:
    """``answer``: as ``client.assessing.overview`` gives it."""

    answer: Line

    @property
    def id(self) -> str:
        return str(self.answer["line"]["id"])

    @property
    def line(self) -> Line:
        found: Line = self.answer["line"]
        return found

    @cached_property
    def places(self) -> Mapping[str, Line]:
        return {one["department"]: one for one in self.answer["places"]}

    @cached_property
    def unrated(self) -> Mapping[str, Line]:
        return {one["department"]: one for one in self.answer["unrated"]}

    @cached_property
    def indicators(self) -> Mapping[str, Line]:
        return {one["id"]: one for one in self.answer["indicators"]}

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Line]:
        return {(one["department"], one["dimension"]): one for one in self.answer["cells"]}

    @cached_property
    def whose(self) -> frozenset[str]:
        """Departments whose sheets the reader may open."""
        return frozenset(one["department"] for one in self.answer["cells"])

    @property
    def marks(self) -> list[float]:
        """Where grades begin."""
        return [float(one["least"]) for one in self.answer["grades"] if float(one["least"])]

    def others_tied(self, department: str) -> Sequence[str]:
        """Those that this one cannot be told apart from, in its group of ties."""
        for names in self.answer["tied"]:
            if department in names:
                return [name for name in names if name != department]
        return []

    def called(self, department: str, speech: Speech) -> str:
        known = self.places.get(department) or self.unrated.get(department)
        return said(known["title"], speech.language) if known else department

    def group(self, name: str, speech: Speech) -> str:
        titles = {one["id"]: one["title"] for one in self.answer["groups"]}
        return said(titles[name], speech.language) if name in titles else name

    def indicator(self, name: str, speech: Speech) -> str:
        known = self.indicators.get(name)
        return said(known["title"], speech.language) if known else name

    def dimension(self, name: str, speech: Speech) -> str:
        titles = {one["id"]: one["title"] for one in self.answer["dimensions"]}
        return said(titles[name], speech.language) if name in titles else name

    def title(self, speech: Speech) -> str:
        return f"{said(self.line['title'], speech.language)} · {self.line['year']}"


def overview_of(client: Connection, assessment: str) -> Overview:
    return Overview(client.assessing.overview(assessment))
