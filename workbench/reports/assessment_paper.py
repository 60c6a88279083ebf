"""A yearly report in one language as the brief's renderers take it, and as sheets of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workbench.errors import Language
from workbench.reports import printing
from workbench.reports.assessment import Kind, Report
from workbench.reports.docx_file import docx_said
from workbench.reports.model import Paragraph, Run, Table, Text
from workbench.reports.notes import SHORT
from workbench.reports.pdf_file import pdf_said
from workbench.reports.plain import Json, sections_of
from workbench.ui.page_filter import Words

DRAFT = Words(zh="草稿", en="DRAFT")
_SYNTHETIC = Words(zh="合成数据", en="Synthetic data")
_NO_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31
"""Signs of a sheet's name, by the format; two are kept for a number."""
Sheet = tuple[str, list[str], list[list[str]]]
"""Its name, its headings, its rows."""


def docx(found: Report, language: Language) -> bytes:
    """Raises Unavailable where the machine has not the fonts."""
    return docx_said(plain(found, language), found.day)


def pdf(found: Report, language: Language) -> bytes:
    """Raises as ``docx``."""
    return pdf_said(plain(found, language), found.day)


def plain(found: Report, language: Language) -> Json:
    """What ``docx_said`` and ``pdf_said`` set."""
    zh = language == "zh"
    day = printing.day_words(found.as_of).said(language)
    return {
        "language": language,
        "title": found.title.said(language),
        "city": found.subject.said(language),
        "issuer": found.issuer.said(language),
        "month": f"{found.year}年度" if zh else str(found.year),
        "as_of": f"考核截至 {day}" if zh else f"Assessed as of {day}",
        "synthetic": _SYNTHETIC.said(language) if found.synthetic else "",
        "draft": mark(found, language),
        "seal": seal(found, language),
        "foot": _foot(found, language),
        "sections": sections_of(found.sections, language),
    }


def mark(found: Report, language: Language) -> str:
    """What stands on every page of what is not published; empty where it is."""
    return "" if found.status.is_published else DRAFT.said(language)


def seal(found: Report, language: Language) -> list[str]:
    """What it can be checked by: the frozen file, and where the ledger has it."""
    lines = [
        Words(
            zh=f"封存文件摘要 SHA-256 {found.run}", en=f"Frozen file, SHA-256 {found.run}"
        ),
        Words(
            zh=f"取数时台账位置 第 {found.seq} 条 {found.hash}",
            en=f"Measured at ledger entry {found.seq} {found.hash}",
        ),
        _published(found),
    ]  # fmt: skip
    return [one.said(language) for one in lines]


def _published(found: Report) -> Words:
    status = found.status
    if status.is_published and status.day is not None:
        day = printing.day_words(status.day)
        return Words(
            zh=f"公布日期 {day.zh}　台账第 {status.position} 条",
            en=f"Published on {day.en}; ledger entry {status.position}",
        )
    if status.state.value == "draft":
        return Words(
            zh="台账没有记载这份考核已公布", en="The ledger has no publication of this run"
        )
    return Words(
        zh="没有台账可查，不知是否已公布，按草稿对待",
        en="No ledger was at hand to tell whether it was published: treated as a draft",
    )


def _foot(found: Report, language: Language) -> str:
    short, status = found.run[:SHORT], found.status
    if status.is_published and status.day is not None:
        day = status.day.isoformat()
        return Words(
            zh=f"已公布 {day}　台账第 {status.position} 条　{short}",
            en=f"Published {day}, ledger entry {status.position}, {short}",
        ).said(language)
    return Words(
        zh=f"草稿，考核结果尚未公布，不得对外提供　台账位置 {found.seq}　{short}",
        en=f"Draft: not published, not for circulation; ledger position {found.seq}, {short}",
    ).said(language)


def about(found: Report, language: Language) -> list[str]:
    """Lines of a workbook: what it is of, its text, and by what it can be checked."""
    said = plain(found, language)
    head = [said["draft"], said["synthetic"], f"{said['month']} {said['title']}"]
    head += [said["city"], said["issuer"], said["as_of"], *said["seal"]]
    lines = [line for line in head if line]
    for section in found.sections:
        lines.append(section.title.said(language))
        told = (one for one in section.blocks if isinstance(one, Paragraph))
        lines += [_said(one.text, language) for one in told]
    return lines


def sheets(found: Report, language: Language) -> list[Sheet]:
    """Each table is one."""
    taken: list[str] = []
    return [
        (_name(table.caption.said(language), taken), *_rows(table, language))
        for table in _tables(found)
    ]


def _tables(found: Report) -> Iterator[Table]:
    for section in found.sections:
        yield from (one for one in section.blocks if isinstance(one, Table))


def _rows(table: Table, language: Language) -> tuple[list[str], list[list[str]]]:
    heads = [head.title.said(language) for head in table.heads]
    return heads, [[_said(cell, language) for cell in row] for row in table.rows]


def _name(caption: str, taken: list[str]) -> str:
    name = _NO_NAME.sub(" ", caption)[:_LONGEST]
    if name.casefold() in taken:
        name = f"{name[: _LONGEST - 3]} {len(taken) + 1}"
    taken.append(name.casefold())
    return name


def _said(text: Text | Sequence[Run], language: Language) -> str:
    return "".join(run.zh if language == "zh" else run.en for run in text)


def stem(found: Report, scheme: str, department: str = "") -> str:
    """What its files are called: ``report-2025-aba-city``, ``report-2025-aba-of-health``."""
    head = "annex" if found.kind is Kind.funding else "report"
    whom = f"of-{department}" if found.kind is Kind.department else "city"
    parts = [head, str(found.year), scheme]
    return "-".join(parts if found.kind is Kind.funding else [*parts, whom])
