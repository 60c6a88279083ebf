"""Who looked, written over and around a page of a view. The gateway made the text."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from rich.cells import cell_len

from workbench.client.tables import printable

_SIZE, _ANGLE, _TILE = 14, -20, 130
"""Pixels of the writing, degrees that it is turned, pixels from one to the next (our defaults)."""


def lined(text: str, watermark: str) -> str:
    """``text`` between two lines that say who looked. No cell of it can make a line of its own."""
    if not watermark:
        return text
    line = f"== {printable(watermark)} =="
    return f"{line}\n{text}\n{line}"


def overlaid(html: str, watermark: str) -> str:
    """``html`` under the watermark: diagonal, repeated, translucent; a picture in the page itself,
    asked for nowhere. Clicks and selection go through it."""
    if not watermark:
        return html
    picture = f"url(&quot;{tile(watermark)}&quot;)"
    style = (
        "position:absolute;inset:0;z-index:2;pointer-events:none;"
        f"background-image:{picture};background-repeat:repeat"
    )
    over = f'<div class="workbench-watermark" aria-hidden="true" style="{style}"></div>'
    return f'<div style="position:relative;overflow:hidden;isolation:isolate">{html}{over}</div>'


def tile(watermark: str) -> str:
    """One tile of the pattern as a ``data:`` address; "" without a watermark."""
    return f"data:image/svg+xml,{quote(_picture(printable(watermark)))}" if watermark else ""


def _picture(text: str) -> str:
    """One tile of the pattern (SVG): the parts of the text in two lines, grey on nothing.

    What leaves a tile at its top comes in again at its foot, so that even a table of one row has
    something of it.
    """
    parts = text.split(" · ")
    middle = (len(parts) + 1) // 2
    lines = [" · ".join(parts[:middle]), " · ".join(parts[middle:])]
    width = max(cell_len(line) for line in lines) * _SIZE * 6 // 10 + 60
    copies = "".join(_turned(lines, foot) for foot in range(0, _TILE + width // 2, _TILE))
    grey = f'fill="#777" fill-opacity=".28" font-family="sans-serif" font-size="{_SIZE}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_TILE}">'
        f"<g {grey}>{copies}</g></svg>"
    )


def _turned(lines: list[str], foot: int) -> str:
    written = "".join(
        f'<text x="20" y="{foot - _SIZE + i * (_SIZE + 6)}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    return f'<g transform="rotate({_ANGLE} 20 {foot})">{written}</g>'
