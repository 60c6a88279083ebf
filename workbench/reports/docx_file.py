"""A brief as DOCX: real styles, heads that repeat, captions, page numbers, Chinese fonts.

Equal papers give equal bytes: dates inside are the paper's own, and the archive has none.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK as BREAK
from docx.shared import Cm, Pt, RGBColor

from workbench.reports import docx_parts as parts
from workbench.reports.pdf_file import day_of, png
from workbench.reports.plain import Json, Paper, plain

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file inside the archive: none that means anything."""
_TEXT_WIDTH = Cm(16)
_RED = RGBColor(0xB3, 0x26, 0x1E)
_MUTED = RGBColor(0x52, 0x60, 0x6E)


def docx_of(paper: Paper) -> bytes:
    """Raises as ``docx_said``."""
    return docx_said(plain(paper), day_of(paper))


def docx_said(said: Json, day: date) -> bytes:
    """What is said in one language (``plain``), in a file that bears ``day``. Raises Unavailable
    where the machine has not the fonts of the drawings."""
    made = docx.Document()
    parts.styles(made, said["language"])
    _properties(made, said, day)
    _page(made, said)
    _head(made, said)
    last = len(said["sections"]) - 1
    for number, section in enumerate(said["sections"]):
        if section["annex"]:
            _sealed(made, said)
            made.add_paragraph().add_run().add_break(BREAK.PAGE)
        made.add_heading(section["title"], level=1)
        for block in section["blocks"]:
            _block(made, block)
        if number == last and not section["annex"]:
            _sealed(made, said)
    out = io.BytesIO()
    made.save(out)
    return undated(out.getvalue())


def undated(archive: bytes) -> bytes:
    """The same files in the same order, without the time at which each was written."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for item in before.infolist():
            plain_item = zipfile.ZipInfo(item.filename, _EPOCH)
            plain_item.compress_type = zipfile.ZIP_DEFLATED
            plain_item.external_attr = 0o600 << 16
            after.writestr(plain_item, before.read(item.filename))
    return out.getvalue()


def _properties(made: Docx, said: Json, day: date) -> None:
    found = made.core_properties
    found.title = f"{said['month']} {said['title']}"
    found.author = found.last_modified_by = said["issuer"]
    found.subject, found.comments = said["as_of"], said["synthetic"]
    found.created = found.modified = datetime(day.year, day.month, day.day)
    found.language = "zh-CN" if said["language"] == "zh" else "en-GB"
    found.revision = 1


def _page(made: Docx, said: Json) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.4)
    head = section.header.paragraphs[0]
    head.style = made.styles["Header"]
    head.add_run(f"{said['month']} {said['title']}    ")
    if said["synthetic"]:
        run = head.add_run(said["synthetic"])
        run.bold, run.font.color.rgb = True, _RED
    if said["draft"]:
        parts.watermark(head, said["draft"])
    foot = section.footer.paragraphs[0]
    foot.style = made.styles["Footer"]
    foot.add_run(f"{said['foot']}    ")
    parts.page_number(foot)


def _head(made: Docx, said: Json) -> None:
    title = made.add_paragraph(said["title"], style="Title")
    title.alignment = ALIGN.CENTER
    line = made.add_paragraph(style="Brief line")
    line.add_run(f"{said['issuer']}\t{said['month']}")
    parts.right_tab(line, _TEXT_WIDTH)
    parts.bottom_rule(line, "B3261E")
    under = made.add_paragraph(style="Brief note")
    under.add_run(f"{said['city']}\t{said['as_of']}")
    parts.right_tab(under, _TEXT_WIDTH)


def _sealed(made: Docx, said: Json) -> None:
    for line in said["seal"]:
        made.add_paragraph(line, style="Brief seal")


def _block(made: Docx, block: Json) -> None:
    match block["kind"]:
        case "paragraph":
            style = {"lead": "Brief lead", "note": "Brief note"}.get(block["style"], "Body Text")
            _runs(made.add_paragraph(style=style), block["text"])
        case "cards":
            _cards(made, block)
        case "table":
            _table(made, block)
        case _:
            _chart(made, block)


def _runs(paragraph: Any, runs: list[Json]) -> None:
    for run in runs:
        if run["light"]:
            dot = paragraph.add_run("● ")
            dot.font.color.rgb = RGBColor.from_string(run["light"][1:].upper())
        paragraph.add_run(run["text"])
        if run["figure"]:
            number = paragraph.add_run(run["figure"], style="Brief figure number")
            number.font.superscript = True


def _cards(made: Docx, block: Json) -> None:
    cards = block["cards"]
    columns = block["columns"]
    table = made.add_table(rows=0, cols=columns)
    for start in range(0, len(cards), columns):
        cells = table.add_row().cells
        for cell, card in zip(cells, cards[start : start + columns], strict=False):
            parts.shade(cell, "F4F7FA")
            label = cell.paragraphs[0]
            label.style = made.styles["Brief note"]
            label.add_run(card["label"])
            _runs(cell.add_paragraph(style="Brief card"), card["value"])
            if card["under"]:
                _runs(cell.add_paragraph(style="Brief note"), card["under"])
    made.add_paragraph(style="Brief gap")


def _table(made: Docx, block: Json) -> None:
    caption = made.add_paragraph(block["caption"], style="Caption")
    caption.paragraph_format.keep_with_next = True
    style = "Brief small cell" if block["small"] else "Brief cell"
    table = made.add_table(rows=1, cols=len(block["heads"]))
    table.style = made.styles["Table Grid"]
    parts.widths(table, block["widths"], _TEXT_WIDTH)
    parts.repeated(table.rows[0])
    lines = [[[{"text": head, "figure": "", "light": ""}] for head in block["heads"]]]
    for number, row in enumerate([*lines, *block["rows"]]):
        cells = table.rows[0].cells if number == 0 else table.add_row().cells
        parts.unbroken(table.rows[-1])
        for cell, runs, right in zip(cells, row, block["numbers"], strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.style = made.styles[style]
            paragraph.alignment = ALIGN.RIGHT if right else ALIGN.LEFT
            _runs(paragraph, runs)
            if number == 0:
                parts.shade(cell, "E6EEF8")
                paragraph.runs[0].bold = True
    made.add_paragraph(style="Brief gap")


def _chart(made: Docx, block: Json) -> None:
    holder = made.add_paragraph()
    holder.alignment = ALIGN.CENTER
    holder.paragraph_format.keep_with_next = True
    picture = holder.add_run().add_picture(io.BytesIO(png(block["svg"])), width=_TEXT_WIDTH)
    parts.described(picture, block["told"])
    caption = made.add_paragraph(block["caption"], style="Caption")
    note = caption.add_run(f"  {block['figures']}")
    note.bold, note.font.size, note.font.color.rgb = False, Pt(7.5), _MUTED
