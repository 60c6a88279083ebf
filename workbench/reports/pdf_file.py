"""A brief as PDF/A-2a: tagged, with its fonts in it. The compiler is Typst, from its wheel.

Equal papers give equal bytes: the only date in the file is the paper's own.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import typst

from workbench.errors import Code, Text, simple
from workbench.reports.plain import Json, Paper, plain

FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC")
"""What the brief is set in; Debian's package is ``PACKAGE``."""
PACKAGE = "fonts-noto-cjk"
STANDARD: Literal["a-2a"] = "a-2a"
DOTS = 200
"""Of a picture, a inch (ours)."""


def pdf(paper: Paper) -> bytes:
    """Raises as ``pdf_said``."""
    return pdf_said(plain(paper), day_of(paper))


def pdf_said(said: Json, day: date) -> bytes:
    """What is said in one language (``plain``), in a file that bears ``day``. Raises Unavailable
    where the machine has not the fonts."""
    check_fonts()
    given = {
        "brief": json.dumps(said, ensure_ascii=False, sort_keys=True),
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
    }
    made = typst.compile(
        _template(),
        format="pdf",
        sys_inputs=given,
        pdf_standards=[STANDARD],
        timestamp=moment_of(day),
        font_paths=_fonts(),
    )
    assert isinstance(made, bytes)
    return made


def png(svg: str) -> bytes:
    """The picture of a drawing, for files that cannot hold an SVG. Raises as ``pdf``."""
    check_fonts()
    page = b"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg))"
    made = typst.compile(
        page, format="png", ppi=float(DOTS), sys_inputs={"svg": svg}, font_paths=_fonts()
    )
    assert isinstance(made, bytes)
    return made


def day_of(paper: Paper) -> date:
    """The day that the file bears: of the sign-off, of a draft that of the data."""
    return paper.seal.signed_on if paper.seal else paper.document.as_of


def moment_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def check_fonts() -> None:
    """Raises Unavailable with the package that has them."""
    missing = [name for name in FONTS if name not in _families()]
    if missing:
        names = ", ".join(missing)
        raise simple(
            Code.internal,
            f"本机没有中文字体 {names}，不能排版简报。",
            f"This machine has no {names}: the brief cannot be set.",
            next=Text(
                f"安装字体包，例如 apt-get install {PACKAGE}。",
                f"Install the fonts, such as by apt-get install {PACKAGE}.",
            ),
            subject=PACKAGE,
        )


@cache
def _fonts() -> typst.Fonts:
    """The machine's, found once: to look for them takes longer than to draw."""
    return typst.Fonts()


def _families() -> frozenset[str]:
    return frozenset(_fonts().families())


@cache
def _template() -> bytes:
    return files("workbench.reports").joinpath("brief.typ").read_bytes()
