"""A brief as a value: blocks in both languages, and every figure that stands in them with where it
comes from.

A document holds no drawing and no font. From equal documents the renderers make equal files, so
that what is signed is the document's digest.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.ui.page_filter import Words

FORM = 1
"""Which form the kept JSON has; a reader refuses another one."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(Frozen):
    """A piece of text. ``figure`` is the number of the figure that it is, if it is one; ``light``
    the colour of the signal light before it (``economy.signals.Colour``)."""

    zh: str
    en: str
    figure: int | None = None
    light: str = ""


Text = tuple[Run, ...]


class Paragraph(Frozen):
    """``lead`` are the key sentences; ``note`` is small."""

    kind: Literal["paragraph"] = "paragraph"
    style: Literal["lead", "body", "note"] = "body"
    text: Text


class Card(Frozen):
    label: Words
    value: Run
    under: Text = ()
    """The change below the figure, or why there is none."""


class Cards(Frozen):
    kind: Literal["cards"] = "cards"
    cards: tuple[Card, ...]


class Head(Frozen):
    """``width``: of a column beside those of the others."""

    title: Words
    number: bool = False
    width: float = 1.0


class Table(Frozen):
    """``small``: an annex. The first row of a page repeats the heads."""

    kind: Literal["table"] = "table"
    caption: Words
    heads: tuple[Head, ...]
    rows: tuple[tuple[Text, ...], ...]
    small: bool = False


class ChartKind(StrEnum):
    """``fan``: a course with its forecast and interval. ``waterfall``: contributions that add up
    to a total. ``bars``: lying, in the order of the rows."""

    line = "line"
    fan = "fan"
    bars = "bars"
    waterfall = "waterfall"


class Point(Frozen):
    """``name`` stands at the axis. ``text`` is the figure as it is printed beside the point, empty
    where it is only drawn. ``expected``: a forecast. ``total``: of a waterfall."""

    name: Words
    value: float | None
    figure: int | None = None
    low: float | None = None
    high: float | None = None
    expected: bool = False
    total: bool = False
    text: Words | None = None


class Series(Frozen):
    name: Words
    points: tuple[Point, ...]


class Chart(Frozen):
    """``told`` says in words what the drawing shows, for who does not see it."""

    kind: Literal["chart"] = "chart"
    chart: ChartKind
    caption: Words
    told: Words
    series: tuple[Series, ...]
    unit: Words | None = None
    form: str = "number"


Block = Annotated[Paragraph | Cards | Table | Chart, Field(discriminator="kind")]


class Section(Frozen):
    """``annex``: behind the brief, begins on a page of its own."""

    id: str
    title: Words
    blocks: tuple[Block, ...]
    annex: bool = False


class FigureForm(Frozen):
    """How a figure is written, so that another brief can set it beside its own."""

    form: str = "number"
    decimals: int | None = None
    unit: Words | None = None


class Figure(Frozen):
    """A number that is printed or drawn. ``key`` names it in every month's brief alike; ``period``
    is that of a point of a course. ``zh`` and ``en`` are as printed, empty where it is drawn only.
    ``entry``: of the ledger, under which it (or the newest that it rests on) was released.
    ``asked`` is the number of the statement, None where it was worked out from two briefs.
    ``expected``: a forecast."""

    number: int = Field(ge=1)
    key: str
    what: Words
    value: float
    zh: str = ""
    en: str = ""
    period: date | None = None
    entry: int | None = None
    asked: int | None = None
    expected: bool = False
    spec: FigureForm = FigureForm()


class Version(Frozen):
    """A resource as it stood behind an answer. Its rights are told in the data notes."""

    resource: str
    title: Words
    provider: Words
    version: int
    digest: str
    data_date: date | None
    obtained_on: date | None


class Asked(Frozen):
    """A statement that the gateway answered. ``digest``: SHA-256 of the statement with its
    parameters. ``entry``: of the ledger, under which the answer was released."""

    number: int = Field(ge=1)
    block: str
    statement: str
    parameters: dict[str, str]
    digest: str
    scenario: str
    entry: int
    rows: int
    withheld: int
    sources: tuple[Version, ...]
    notes: tuple[str, ...] = ()


class Document(Frozen):
    """``as_of``: the newest date of the data. ``before``: the digest of the brief that this one is
    compared with, empty where there is none."""

    form: Literal[1] = 1
    outline: str
    outline_digest: str
    title: Words
    city: Words
    issuer: Words
    month: date
    as_of: date
    synthetic: bool
    before: str = ""
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    asked: tuple[Asked, ...]

    def canonical(self) -> bytes:
        """The JSON that is kept and signed: sorted keys, UTF-8, one line end."""
        plain = self.model_dump(mode="json")
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
        return f"{text}\n".encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    def figure(self, number: int) -> Figure:
        return self.figures[number - 1]


class Seal(Frozen):
    """The sign-off of a document: ``digest`` is the document's, ``position`` that of the step in
    the ledger."""

    digest: str
    drafted_by: str
    checked_by: str
    signed_by: str
    signed_on: date
    position: int
