"""``data_contracts/reports/*.yaml``: what a brief consists of, read strictly; a mistake with file,
line and fix.

A brief is sections of blocks, and a block is a statement under the outline's scenario with how its
rows are shown. In statements ``$month`` is the first day of the brief's month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.declared.schema import worded
from workbench.errors import Text
from workbench.reports.model import ChartKind
from workbench.ui.page import Column
from workbench.ui.page_filter import Words

FOLDER = FilePath("data_contracts") / "reports"
HOLE = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
"""Where a sentence has a figure or a word of its row: ``{yoy}``, ``{yoy|change}``."""
WAYS = ("change", "size")
"""How a hole is written: ``change`` as grew or fell by so much, ``size`` without its sign."""

Name = Annotated[
    str,
    worded(
        re.compile(r"[a-z][a-z0-9_]{0,47}").fullmatch,
        Text("不能作编号", "this cannot be an id"),
        Text("用小写字母、数字和下划线。", "Use small letters, digits and underscores."),
    ),
]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(Column):
    """A column of the statement. ``follows``: its unit and form are those of the row's subject
    (``subjects``). ``light``: a score of 1 to 5 that is shown as a signal light."""

    follows: bool = False
    light: bool = False


class _Asking(Strict):
    """What every block with a statement has. ``by``: the column that says what a row is about.
    ``entry``: the column with the ledger entry that the row's figures rest on. ``state``: the
    column that says why a figure is missing. ``optional``: where the resource has no data yet, the
    block says so and the brief is made all the same. ``scenario``: under which it is asked, where
    that is not the outline's. Without ``entry`` a figure rests on the answer's own entry, as it
    does where it is a statistic."""

    title: Words
    statement: str = Field(min_length=1)
    scenario: str = ""
    by: str = ""
    entry: str = ""
    state: str = ""
    optional: bool = False
    note: Words | None = None


class TextBlock(_Asking):
    """For the first row (``each``: every row) the first sentence whose holes all have a value. A
    last sentence without holes says what there is to say when none has."""

    kind: Literal["text"]
    each: bool = False
    lead: bool = False
    columns: Mapping[str, Shown] = {}
    sentences: tuple[Words, ...] = Field(min_length=1)


class ToldBlock(_Asking):
    """Sentences that the analysis made, with their figures: rows with ``part`` (sentence or
    sentence_figure), ``subject``, ``measure``, ``value``, ``text_zh``, ``text_en``; ``{1}`` stands
    for the figure of the same subject whose measure begins with 1."""

    kind: Literal["told"]
    columns: Mapping[str, Shown] = {}


class CardsBlock(_Asking):
    kind: Literal["cards"]
    value: str
    change: str = ""
    columns: Mapping[str, Shown] = {}


class TableBlock(_Asking):
    """``columns``: in their order, behind that of ``by``. ``first``: the head of that one."""

    kind: Literal["table"]
    first: Words
    columns: Mapping[str, Shown] = Field(min_length=1)


class ChartBlock(_Asking):
    """``series``: the column that parts the rows into courses. ``expected`` and ``total``: columns
    that say of a row that it is a forecast, or a sum."""

    kind: Literal["chart"]
    chart: ChartKind
    value: str
    series: str = ""
    low: str = ""
    high: str = ""
    expected: str = ""
    total: str = ""
    columns: Mapping[str, Shown] = {}


class ChangesBlock(Strict):
    """What changed against the month before's brief: the figures of these blocks side by side, and
    earlier figures that were revised. ``most``: rows at most."""

    kind: Literal["changes"]
    title: Words
    of: tuple[Name, ...] = Field(min_length=1)
    most: int = Field(default=12, ge=1, le=60)


class NotesBlock(Strict):
    """Sources with department, data date, date obtained and version; what is withheld."""

    kind: Literal["sources"]
    title: Words


Asking = TextBlock | ToldBlock | CardsBlock | TableBlock | ChartBlock
BlockSpec = Annotated[Asking | ChangesBlock | NotesBlock, Field(discriminator="kind")]


class SectionSpec(Strict):
    id: Name
    title: Words
    blocks: tuple[BlockSpec, ...] = Field(min_length=1)


class Schedule(Strict):
    """``day``: of the month, from which on the month before's brief is due. ``subject``: who asks
    for it, registered under the pages of the scenarios with who may look."""

    day: int = Field(ge=1, le=28)
    subject: Name


class Outline(Strict):
    """``subjects``: names, units and forms of what rows are about. ``sign_off``: the procedure by
    which it is signed. ``caveat`` stands in the data notes. ``quarters``: subjects whose periods
    are quarters."""

    id: Name
    title: Words
    issuer: Words
    scenario: Name
    sign_off: Name
    caveat: Words
    schedule: Schedule | None = None
    subjects: Mapping[str, Column] = {}
    labels: Mapping[str, Words] = {}
    quarters: tuple[str, ...] = ()
    sections: tuple[SectionSpec, ...] = Field(min_length=1)

    def asking(self) -> Iterator[tuple[str, Asking]]:
        """Every block with a statement and what it is called: ``section.number``."""
        for section in self.sections:
            for number, block in enumerate(section.blocks, start=1):
                if not isinstance(block, ChangesBlock | NotesBlock):
                    yield f"{section.id}.{number}", block


def holes(sentence: Words) -> set[str]:
    """The columns that it names, in either language."""
    return {found[1] for text in (sentence.zh, sentence.en) for found in HOLE.finditer(text)}
