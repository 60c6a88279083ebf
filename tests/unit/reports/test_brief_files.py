"""DOCX and PDF of a brief: equal bytes for equal briefs, every printed number known to its JSON."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from small_brief import made

from workbench.errors import Language, WorkbenchError
from workbench.reports import pdf_file
from workbench.reports.docx_file import docx_of
from workbench.reports.drawing import drawn
from workbench.reports.model import Chart, Document, Seal
from workbench.reports.pdf_file import pdf
from workbench.reports.plain import Paper

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DATES = re.compile(r"\d{4}年\d{1,2}月(\d{1,2}日)?|[A-Z][a-z]+ \d{4}|\d{4}-\d\d(-\d\d)?")
FREE = ("Heading", "Title", "Caption", "Brief line", "Brief note", "Brief seal", "Brief small cell")
"""Styles of what is numbered or dated by the document itself."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return made(tmp_path_factory.mktemp("brief"))


@pytest.fixture(scope="module")
def draft(document: Document) -> bytes:
    return docx_of(Paper(document, "zh"))


def seal(document: Document) -> Seal:
    return Seal(
        digest=document.digest, drafted_by="ana", checked_by="bo", signed_by="cai",
        signed_on=date(2026, 10, 20), position=1234,
    )  # fmt: skip


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def body(content: bytes) -> Iterator[tuple[str, str]]:
    """Style and text of each paragraph before the annex, in cells too; small numbers left out."""
    for element in opened(content).element.body.iter(qn("w:p")):
        runs = element.findall(qn("w:r"))
        plain = [r for r in runs if r.find(f".//{qn('w:vertAlign')}") is None]
        text = "".join(t.text or "" for r in plain for t in r.findall(qn("w:t")))
        style = element.find(f".//{qn('w:pStyle')}")
        name = style.get(qn("w:val")) if style is not None else ""
        if name.startswith("Heading") and text in (
            "附录：数字出处",
            "Annex: where each figure comes from",
        ):
            return
        yield name, text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_the_body_is_a_figure_of_the_json(
    document: Document, language: Language
) -> None:
    known = {
        number
        for figure in document.figures
        for number in NUMBER.findall(getattr(figure, language))
    }
    seen = 0
    for style, text in body(docx_of(Paper(document, language))):
        if style.replace("1", "").strip() not in {f.replace(" ", "") for f in FREE}:
            for number in NUMBER.findall(DATES.sub("", text)):
                assert number in known, (style, text)
                seen += 1
    assert seen > 8


@pytest.mark.parametrize("language", ["zh", "en"])
def test_equal_briefs_give_equal_files(document: Document, language: Language) -> None:
    paper = Paper(document, language)
    again = Paper(Document.model_validate_json(document.canonical()), language)
    assert pdf(paper) == pdf(again)
    if language == "zh":
        assert docx_of(paper) == docx_of(again)
        assert pdf(paper) != pdf(Paper(document, language, seal(document)))


def test_a_pdf_is_tagged_and_archivable_with_its_fonts(document: Document) -> None:
    content = pdf(Paper(document, "zh", seal(document)))
    assert content.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in content
    assert b"/MarkInfo" in content
    assert b"/FontFile" in content
    assert b"D:20261020" in content


def test_a_document_has_real_styles_fonts_and_repeated_heads(draft: bytes) -> None:
    found = opened(draft)
    assert found.core_properties.title == "2026年9月 月度简报"
    fonts = found.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋"
    assert found.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    tables = [t for t in found.tables if t.style.name == "Table Grid"]
    assert tables
    assert all(t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for t in tables)
    assert "PAGE" in found.sections[0].footer._element.xml
    assert len(found.inline_shapes) == 2
    described = [shape._inline.docPr.get("descr") for shape in found.inline_shapes]
    assert all(described)


def test_the_archive_bears_no_time(draft: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(draft)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_draft_is_marked_and_a_signed_one_says_by_whom(document: Document, draft: bytes) -> None:
    assert 'string="草稿"' in opened(draft).sections[0].header._element.xml
    signed = opened(docx_of(Paper(document, "zh", seal(document))))
    assert "草稿" not in signed.sections[0].header._element.xml
    text = "\n".join(p.text for p in signed.paragraphs)
    assert document.digest in text
    assert "账本第 1234 条" in text
    assert "拟稿 ana　核稿 bo　签发 cai" in text


def test_a_gap_is_a_gap_and_a_forecast_has_its_interval(document: Document) -> None:
    charts = [b for s in document.sections for b in s.blocks if isinstance(b, Chart)]
    course, steps = (drawn(chart, "zh") for chart in charts)
    assert course.count("stroke-dasharray") == 2  # the forecast, and in the legend
    assert 'fill-opacity="0.16"' in course
    assert "1.95亿元" in course
    assert "+2.25个百分点" in steps
    assert "-0.75个百分点" in steps


def test_a_machine_without_the_fonts_is_told_which_package(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_file, "FONTS", ("No Such Font",))
    with pytest.raises(WorkbenchError, match="No Such Font") as raised:
        pdf(Paper(document, "zh"))
    assert "apt-get install fonts-noto-cjk" in raised.value.said("en")
