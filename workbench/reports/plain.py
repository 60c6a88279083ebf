"""A document in one language, as the renderers take it: text, rows and drawings, no models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import Language
from workbench.reports import printing
from workbench.reports.drawing import drawn
from workbench.reports.model import (
    Block,
    Cards,
    Chart,
    Document,
    Paragraph,
    Run,
    Seal,
    Section,
    Table,
    Text,
)
from workbench.ui.page_filter import Words

Json = dict[str, Any]

LIGHTS: Mapping[str, str] = {
    "blue": "#1f5fa8",
    "light_blue": "#3d9bc7",
    "green": "#0a6b50",
    "yellow": "#c98a00",
    "red": "#b3261e",
}
"""Colours of signal lights on paper (ours)."""
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Paper:
    """One document in one language. ``seal`` None: a draft."""

    document: Document
    language: Language
    seal: Seal | None = None

    def said(self, words: Words) -> str:
        return words.said(self.language)

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    @property
    def draft(self) -> str:
        """What stands across each page of a draft; empty where it is signed."""
        return "" if self.seal else self.pick("草稿", "DRAFT")


def plain(paper: Paper) -> Json:
    """Strings, lists and mappings: what ``brief.typ`` reads as JSON."""
    document = paper.document
    month = printing.month_words(document.month)
    return {
        "language": paper.language,
        "title": paper.said(document.title),
        "city": paper.said(document.city),
        "issuer": paper.said(document.issuer),
        "month": paper.said(month),
        "as_of": paper.pick("数据截至 ", "Data as of ")
        + paper.said(printing.day_words(document.as_of)),
        "synthetic": paper.pick("合成数据", "Synthetic data") if document.synthetic else "",
        "draft": paper.draft,
        "seal": _seal(paper),
        "foot": _foot(paper),
        "sections": sections_of(document.sections, paper.language),
    }


def sections_of(sections: Iterable[Section], language: Language) -> list[Json]:
    """Of any document, numbered through: what the renderers set below its head."""
    numbered = _Numbers(language)
    return [numbered.section(each) for each in sections]


class _Numbers:
    """Counts sections, tables and charts through the document."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.sections = self.tables = self.charts = 0

    def _said(self, words: Words) -> str:
        return words.said(self.language)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def section(self, section: Section) -> Json:
        title = self._said(section.title)
        if not section.annex:
            self.sections += 1
            title = f"{_ordinal(self.sections, self.language)}{title}"
        blocks = [self._block(block) for block in section.blocks]
        return {"title": title, "annex": section.annex, "blocks": blocks}

    def _block(self, block: Block) -> Json:
        match block:
            case Paragraph():
                return {"kind": "paragraph", "style": block.style, "text": self._text(block.text)}
            case Cards():
                made = [self._card(card) for card in block.cards]
                return {"kind": "cards", "cards": made, "columns": _across(len(made))}
            case Table():
                return self._table(block)
            case Chart():
                return self._chart(block)

    def _card(self, card: Any) -> Json:
        return {
            "label": self._said(card.label),
            "value": self._text((card.value,)),
            "under": self._text(card.under),
        }

    def _table(self, block: Table) -> Json:
        self.tables += 1
        said = self._said(block.caption)
        return {
            "kind": "table",
            "caption": self._pick(f"表{self.tables}　{said}", f"Table {self.tables}. {said}"),
            "heads": [self._said(head.title) for head in block.heads],
            "numbers": [head.number for head in block.heads],
            "widths": [head.width for head in block.heads],
            "rows": [[self._text(cell) for cell in row] for row in block.rows],
            "small": block.small,
        }

    def _chart(self, block: Chart) -> Json:
        self.charts += 1
        said = self._said(block.caption)
        unit = f"（{self._said(block.unit)}）" if block.unit else ""
        unit = unit if self.language == "zh" else unit.replace("（", " (").replace("）", ")")
        figures = [p.figure for s in block.series for p in s.points if p.figure is not None]
        told = self._pick("数字编号 ", "figures ") + _span(figures) if figures else ""
        number = self.charts
        return {
            "kind": "chart",
            "caption": self._pick(f"图{number}　{said}{unit}", f"Chart {number}. {said}{unit}"),
            "told": self._said(block.told),
            "figures": told,
            "svg": drawn(block, self.language),
        }

    def _text(self, text: Text) -> list[Json]:
        return [one for run in text if (one := self._run(run))]

    def _run(self, run: Run) -> Json | None:
        said = run.zh if self.language == "zh" else run.en
        if not said:
            return None
        number = str(run.figure) if run.figure is not None else ""
        return {"text": said, "figure": number, "light": LIGHTS.get(run.light, "")}


def _across(cards: int) -> int:
    """Cards side by side, so that no row has a single one where that can be."""
    return cards if cards <= 4 else 3 if cards in (5, 6, 9) else 4


def _span(figures: list[int]) -> str:
    low, high = min(figures), max(figures)
    return str(low) if low == high else f"{low}–{high}"


def _ordinal(number: int, language: Language) -> str:
    if language == "en":
        return f"{number}. "
    tens, ones = divmod(number, 10)
    before = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens % 10]}十")
    return f"{before}{_DIGITS[ones] if ones else ''}、"


def _seal(paper: Paper) -> list[str]:
    """Who drafted, checked and signed it, when, and where the ledger says so."""
    seal = paper.seal
    if seal is None:
        return []
    day = paper.said(printing.day_words(seal.signed_on))
    return [
        paper.pick(
            f"拟稿 {seal.drafted_by}　核稿 {seal.checked_by}　签发 {seal.signed_by}",
            f"Drafted by {seal.drafted_by}; checked by {seal.checked_by}; "
            f"signed by {seal.signed_by}",
        ),
        paper.pick(
            f"签发日期 {day}　账本第 {seal.position} 条",
            f"Signed on {day}; ledger entry {seal.position}",
        ),
        paper.pick(f"内容摘要 SHA-256 {seal.digest}", f"Content digest SHA-256 {seal.digest}"),
    ]


def _foot(paper: Paper) -> str:
    seal = paper.seal
    if seal is None:
        return paper.pick("草稿，未经签发，不得对外提供", "Draft: not signed, not for circulation")
    return paper.pick(
        f"已签发 {seal.signed_on.isoformat()}　账本第 {seal.position} 条　{seal.digest[:12]}",
        f"Signed {seal.signed_on.isoformat()}, ledger entry {seal.position}, {seal.digest[:12]}",
    )
