"""``data_contracts/reports/*.yaml``: what a brief consists of, read strictly; a mistake with file,
line and fix.

A brief is sections of blocks, and a block is a statement under the outline's scenario with how its
rows are shown. In statements ``$month`` is the first day of the brief's month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.declared.file import judge_name, read_file
from workbench.declared.findings import Finding, Path, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.schema import worded
from workbench.declared.yaml import Document
from workbench.errors import Code, Text, simple
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


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(Column):
    """A column of the statement. ``follows``: its unit and form are those of the row's subject
    (``subjects``). ``light``: a score of 1 to 5 that is shown as a signal light."""

    follows: bool = False
    light: bool = False


class _Asking(_Frozen):
    """What every block with a statement has. ``by``: the column that says what a row is about.
    ``entry``: the column with the ledger entry that the row's figures rest on. ``state``: the
    column that says why a figure is missing. ``optional``: where the resource has no data yet, the
    block says so and the brief is made all the same."""

    title: Words
    statement: str = Field(min_length=1)
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


class ChangesBlock(_Frozen):
    """What changed against the month before's brief: the figures of these blocks side by side, and
    earlier figures that were revised. ``most``: rows at most."""

    kind: Literal["changes"]
    title: Words
    of: tuple[Name, ...] = Field(min_length=1)
    most: int = Field(default=12, ge=1, le=60)


class NotesBlock(_Frozen):
    """Sources with department, data date, date obtained and version; what is withheld."""

    kind: Literal["sources"]
    title: Words


Asking = TextBlock | CardsBlock | TableBlock | ChartBlock
BlockSpec = Annotated[Asking | ChangesBlock | NotesBlock, Field(discriminator="kind")]


class SectionSpec(_Frozen):
    id: Name
    title: Words
    blocks: tuple[BlockSpec, ...] = Field(min_length=1)


class Outline(_Frozen):
    """``subjects``: names, units and forms of what rows are about. ``sign_off``: the procedure by
    which it is signed. ``caveat`` stands in the data notes."""

    id: Name
    title: Words
    issuer: Words
    scenario: Name
    sign_off: Name
    caveat: Words
    subjects: Mapping[str, Column] = {}
    labels: Mapping[str, Words] = {}
    sections: tuple[SectionSpec, ...] = Field(min_length=1)

    def asking(self) -> Iterator[tuple[str, Asking]]:
        """Every block with a statement and what it is called: ``section.number``."""
        for section in self.sections:
            for number, block in enumerate(section.blocks, start=1):
                if not isinstance(block, ChangesBlock | NotesBlock):
                    yield f"{section.id}.{number}", block


@dataclass(frozen=True)
class OutlineFile:
    """``outline`` is None where the file has errors."""

    path: FilePath
    document: Document
    outline: Outline | None
    findings: tuple[Finding, ...]


def read_outlines(root: FilePath) -> list[OutlineFile]:
    """Every file of the city, with all that is wrong with it."""
    return [_read(path, root) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_outline(root: FilePath, name: str) -> Outline:
    """Raises InvalidInput where there is none, or with every error of it."""
    path = root / FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise simple(
            Code.invalid_request,
            f"没有简报提纲 {FOLDER / name}.yaml。",
            f"There is no outline {FOLDER / name}.yaml.",
            next=Text("从示例城市复制一份再改。", "Copy the sample city's, and change it."),
            subject=name,
        )
    found = _read(path, root)
    raise_errors(found.findings)
    assert found.outline is not None
    return found.outline


def holes(sentence: Words) -> set[str]:
    """The columns that it names, in either language."""
    return {found[1] for text in (sentence.zh, sentence.en) for found in HOLE.finditer(text)}


def _read(path: FilePath, root: FilePath) -> OutlineFile:
    def judge(outline: Outline, notes: Notes) -> None:
        judge_name(outline.id, path.stem, notes)
        _judge(outline, notes)

    document, outline, findings = read_file(Outline, path, root, judge)
    return OutlineFile(path, document, outline, findings)


def _judge(outline: Outline, notes: Notes) -> None:
    names = [section.id for section in outline.sections]
    for number, section in enumerate(outline.sections):
        here: Path = ("sections", number)
        if section.id in names[:number]:
            problem = Text("章节编号重复", "this id is there twice")
            notes.error((*here, "id"), problem, Text("换一个编号。", "Choose another id."))
        for place, block in enumerate(section.blocks):
            at: Path = (*here, "blocks", place)
            if isinstance(block, ChangesBlock):
                _judge_changes(block, names, at, notes)
            if isinstance(block, TextBlock):
                _judge_sentences(block, at, notes)


def _judge_changes(block: ChangesBlock, names: list[str], at: Path, notes: Notes) -> None:
    for number, name in enumerate(block.of):
        if name not in names:
            problem = Text(f"没有章节 {name}", f"there is no section {name}")
            notes.error((*at, "of", number), problem, suggest(name, names))


def _judge_sentences(block: TextBlock, at: Path, notes: Notes) -> None:
    for number, sentence in enumerate(block.sentences):
        zh = sorted(found[0] for found in HOLE.finditer(sentence.zh))
        en = sorted(found[0] for found in HOLE.finditer(sentence.en))
        here: Path = (*at, "sentences", number)
        if zh != en:
            problem = Text("两种语言的数字不同", "the languages name different figures")
            fix = Text(f"中文：{zh}；英文：{en}。", f"Chinese: {zh}; English: {en}.")
            notes.error(here, problem, fix)
        for found in HOLE.finditer(sentence.zh):
            if found[2] and found[2] not in WAYS:
                problem = Text(f"没有写法 {found[2]}", f"there is no way {found[2]}")
                notes.error(here, problem, suggest(found[2], WAYS))
    if holes(block.sentences[-1]):
        problem = Text("没有数字时无话可说", "nothing is said when there is no figure")
        fix = Text(
            "最后加一句不含数字的话，例如“本月没有放行的数字。”",
            'Add a last sentence without figures, such as "Nothing was released."',
        )
        notes.error((*at, "sentences"), problem, fix)
