"""What python-docx has no call for: fonts of Chinese text, fields, marks, cells. Elements are those
of ECMA-376 part 1 (WordprocessingML) and, for the watermark, of VML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE as KIND
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Length, Pt, RGBColor

BODY, HEADS = "仿宋", "黑体"
"""Chinese fonts by name, as GB/T 9704-2012 sets official documents; the reader's machine has
them or puts its own in their place."""
LATIN = "Times New Roman"
LATIN_HEADS = "Arial"
_MUTED = RGBColor(0x52, 0x60, 0x6E)
_INK = RGBColor(0x1A, 0x26, 0x32)
_RED = RGBColor(0xB3, 0x26, 0x1E)


def styles(made: Docx, language: str) -> None:
    """The document's styles; what a reader changes there changes the whole brief."""
    zh = language == "zh"
    normal = made.styles["Normal"]
    _font(normal, BODY, LATIN, 11, _INK)
    _language(normal, "zh-CN" if zh else "en-GB")
    normal.paragraph_format.space_after = Pt(5)
    for name, size, colour in (("Title", 24, _RED), ("Heading 1", 14, _INK), ("Caption", 9, _INK)):
        _font(made.styles[name], HEADS, LATIN_HEADS, size, colour)
        made.styles[name].font.bold = True
        made.styles[name].font.italic = False
    _unruled(made.styles["Title"])
    made.styles["Heading 1"].paragraph_format.space_before = Pt(14)
    made.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    _font(made.styles["Body Text"], BODY, LATIN, 11, _INK)
    if zh:
        _indented(made.styles["Body Text"])
    for name in ("Header", "Footer"):
        _font(made.styles[name], HEADS, LATIN_HEADS, 8, _MUTED)
    _own(made)


def _own(made: Docx) -> None:
    listed = (
        ("Brief lead", BODY, LATIN, 12.0, _INK, 6.0),
        ("Brief line", HEADS, LATIN_HEADS, 10.0, _INK, 2.0),
        ("Brief note", HEADS, LATIN_HEADS, 8.5, _MUTED, 4.0),
        ("Brief card", HEADS, LATIN_HEADS, 13.0, _INK, 1.0),
        ("Brief seal", HEADS, LATIN_HEADS, 8.5, _RED, 1.0),
        ("Brief cell", HEADS, LATIN_HEADS, 9.0, _INK, 0.0),
        ("Brief small cell", HEADS, LATIN_HEADS, 7.5, _INK, 0.0),
        ("Brief gap", BODY, LATIN, 4.0, _INK, 2.0),
    )
    for name, chinese, latin, size, colour, after in listed:
        style = made.styles.add_style(name, KIND.PARAGRAPH)
        style.base_style = made.styles["Normal"]
        _font(style, chinese, latin, size, colour)
        style.paragraph_format.space_after = Pt(after)
    made.styles["Brief card"].font.bold = True
    number = made.styles.add_style("Brief figure number", KIND.CHARACTER)
    number.font.color.rgb, number.font.size = _MUTED, Pt(8)


def _font(style: Any, chinese: str, latin: str, size: float, colour: RGBColor) -> None:
    style.font.size, style.font.color.rgb, style.font.name = Pt(size), colour, latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def _language(style: Any, language: str) -> None:
    found = OxmlElement("w:lang")
    found.set(qn("w:val"), "en-GB")
    found.set(qn("w:eastAsia"), "zh-CN")
    if language == "zh-CN":
        found.set(qn("w:val"), "zh-CN")
    style.element.get_or_add_rPr().append(found)


def _unruled(style: Any) -> None:
    """The line below a title of the default template."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _indented(style: Any) -> None:
    """By two signs, as a Chinese paragraph begins."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")


def bottom_rule(paragraph: Any, colour: str) -> None:
    border = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="14" w:space="3" '
        f'w:color="{colour}"/></w:pBdr>'
    )
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def right_tab(paragraph: Any, width: Length) -> None:
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)


def page_number(paragraph: Any) -> None:
    """``3 / 12``, as fields."""
    for number, field in enumerate(("PAGE", "NUMPAGES")):
        if number:
            paragraph.add_run(" / ")
        for kind, text in (("begin", ""), ("", field), ("end", "")):
            run = paragraph.add_run()
            run._r.append(_instruction(text) if text else _mark(kind))


def _instruction(text: str) -> Any:
    found = OxmlElement("w:instrText")
    found.set(qn("xml:space"), "preserve")
    found.text = text
    return found


def _mark(kind: str) -> Any:
    found = OxmlElement("w:fldChar")
    found.set(qn("w:fldCharType"), kind)
    return found


def repeated(row: Any) -> None:
    """On each page that the table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def unbroken(row: Any) -> None:
    """A row stands on one page."""
    properties = row._tr.get_or_add_trPr()
    if properties.find(qn("w:cantSplit")) is None:
        properties.insert(0, OxmlElement("w:cantSplit"))


def shade(cell: Any, colour: str) -> None:
    fill = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    cell._tc.get_or_add_tcPr().append(fill)


def widths(table: Any, parts: Sequence[float], whole: Length) -> None:
    table.autofit = False
    for column, part in zip(table.columns, parts, strict=True):
        column.width = Emu(int(whole * part / sum(parts)))


def described(picture: Any, text: str) -> None:
    """For who does not see it."""
    picture._inline.docPr.set("descr", text)


def watermark(paragraph: Any, text: str) -> None:
    """Across every page: a shape of text behind the header, as word processors make it."""
    paragraph.add_run()._r.append(
        parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:o="urn:schemas-microsoft-com:office:office">'
            '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
            'path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t" '
            'o:connecttype="custom"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
            '<v:shape id="BriefWatermark" o:spid="_x0000_s2049" type="#_x0000_t136" '
            'style="position:absolute;margin-left:0;margin-top:0;width:380pt;height:150pt;'
            "rotation:320;z-index:-251658752;mso-position-horizontal:center;"
            "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
            'mso-position-vertical-relative:margin" fillcolor="#d9a5a1" stroked="f">'
            '<v:fill opacity=".4"/>'
            f'<v:textpath style="font-family:&quot;{HEADS}&quot;;font-size:1pt" string="{text}"/>'
            "</v:shape></w:pict>"
        )
    )
