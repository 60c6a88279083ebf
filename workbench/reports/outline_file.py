"""Outlines of briefs as files: read strictly, each mistake told with file, line and fix.

A block is written flat; which keys it may and must have is that of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Any, Literal

from pydantic import Field

from workbench.declared.file import judge_name, read_file
from workbench.declared.findings import Finding, Path, raise_errors, suggest
from workbench.declared.notes import Notes
from workbench.declared.yaml import Document
from workbench.errors import Code, Text, simple
from workbench.reports.model import ChartKind
from workbench.reports.outline import (
    FOLDER,
    HOLE,
    WAYS,
    CardsBlock,
    ChangesBlock,
    ChartBlock,
    Name,
    NotesBlock,
    Outline,
    Schedule,
    Shown,
    Strict,
    TableBlock,
    TextBlock,
    ToldBlock,
    holes,
)
from workbench.ui.page import Column
from workbench.ui.page_filter import Words


class BlockEntry(Strict):
    """A block as it is written: which keys it may have is that of its kind (``KINDS``)."""

    kind: Literal["text", "told", "cards", "table", "chart", "changes", "sources"]
    title: Words
    statement: str = ""
    scenario: str = ""
    by: str = ""
    entry: str = ""
    state: str = ""
    optional: bool = False
    note: Words | None = None
    each: bool = False
    lead: bool = False
    columns: Mapping[str, Shown] = {}
    sentences: tuple[Words, ...] = ()
    value: str = ""
    change: str = ""
    first: Words | None = None
    chart: ChartKind | None = None
    series: str = ""
    low: str = ""
    high: str = ""
    expected: str = ""
    total: str = ""
    of: tuple[Name, ...] = ()
    most: int = Field(default=12, ge=1, le=60)


class SectionEntry(Strict):
    id: Name
    title: Words
    blocks: tuple[BlockEntry, ...] = Field(min_length=1)


class OutlineEntry(Strict):
    """As it is written; ``Outline`` is what is meant."""

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
    sections: tuple[SectionEntry, ...] = Field(min_length=1)


KINDS: Mapping[str, type[Strict]] = {
    "text": TextBlock,
    "told": ToldBlock,
    "cards": CardsBlock,
    "table": TableBlock,
    "chart": ChartBlock,
    "changes": ChangesBlock,
    "sources": NotesBlock,
}


@dataclass(frozen=True)
class OutlineFile:
    """``outline`` is None where the file has errors. ``digest``: SHA-256 of the file."""

    path: FilePath
    document: Document
    outline: Outline | None
    findings: tuple[Finding, ...]
    digest: str


def read_outlines(root: FilePath) -> list[OutlineFile]:
    """Every file of the city, with all that is wrong with it."""
    return [_read(path, root) for path in sorted((root / FOLDER).glob("*.yaml"))]


def load_outline(root: FilePath, name: str) -> tuple[Outline, str]:
    """The outline and the digest of its file. Raises InvalidInput where there is none, or with
    every error of it."""
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
    return found.outline, found.digest


def _read(path: FilePath, root: FilePath) -> OutlineFile:
    def judge(entry: OutlineEntry, notes: Notes) -> None:
        judge_name(entry.id, path.stem, notes)
        _judge(entry, notes)

    document, entry, findings = read_file(OutlineEntry, path, root, judge)
    digest = sha256(path.read_bytes()).hexdigest()
    outline = None if entry is None else Outline.model_validate(_meant(entry))
    return OutlineFile(path, document, outline, findings, digest)


def _meant(entry: OutlineEntry) -> dict[str, Any]:
    """As ``Outline`` takes it."""
    return entry.model_dump(exclude_unset=True, by_alias=True)


def _judge(entry: OutlineEntry, notes: Notes) -> None:
    names = [section.id for section in entry.sections]
    for number, section in enumerate(entry.sections):
        here: Path = ("sections", number)
        if section.id in names[:number]:
            problem = Text("章节编号重复", "this id is there twice")
            notes.error((*here, "id"), problem, Text("换一个编号。", "Choose another id."))
        for place, block in enumerate(section.blocks):
            at: Path = (*here, "blocks", place)
            _judge_keys(block, at, notes)
            if block.kind == "changes":
                _judge_changes(block, names, at, notes)
            if block.kind == "text" and block.sentences:
                _judge_sentences(block, at, notes)


def _judge_keys(block: BlockEntry, at: Path, notes: Notes) -> None:
    """A block has the keys of its kind, and all that its kind needs."""
    fields = KINDS[block.kind].model_fields
    for key in sorted(block.model_fields_set - fields.keys()):
        problem = Text(f"{block.kind} 没有键 {key}", f"a {block.kind} has no key {key}")
        notes.error((*at, key), problem, suggest(key, fields))
    needed = {name for name, one in fields.items() if one.is_required()}
    for key in sorted(needed):
        if not getattr(block, key):
            problem = Text(f"{block.kind} 缺少 {key}", f"a {block.kind} needs {key}")
            notes.error(at, problem, Text(f"补上 {key}。", f"Add {key}."))


def _judge_changes(block: BlockEntry, names: list[str], at: Path, notes: Notes) -> None:
    for number, name in enumerate(block.of):
        if name not in names:
            problem = Text(f"没有章节 {name}", f"there is no section {name}")
            notes.error((*at, "of", number), problem, suggest(name, names))


def _judge_sentences(block: BlockEntry, at: Path, notes: Notes) -> None:
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
