"""Who looked, written over and around a page of a view. The gateway made the text."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from rich.cells import cell_len

from workbench.client.tables import printable

_SIZE, _ANGLE = 14, -20
"""Pixels of the writing, and degrees that it is turned (our defaults)."""


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
    picture = f"url(&quot;data:image/svg+xml,{quote(_picture(printable(watermark)))}&quot;)"
    style = (
        "position:absolute;inset:0;z-index:2;pointer-events:none;"
        f"background-image:{picture};background-repeat:repeat"
    )
    over = f'<div class="workbench-watermark" aria-hidden="true" style="{style}"></div>'
    return f'<div style="position:relative;overflow:hidden;isolation:isolate">{html}{over}</div>'


def _picture(text: str) -> str:
    """One tile of the pattern (SVG): the parts of the text in two lines, grey on nothing."""
    parts = text.split(" · ")
    middle = (len(parts) + 1) // 2
    lines = [" · ".join(parts[:middle]), " · ".join(parts[middle:])]
    width = max(cell_len(line) for line in lines) * _SIZE * 6 // 10 + 60
    height = width // 2
    written = "".join(
        f'<text x="20" y="{height - 40 + i * (_SIZE + 6)}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    turned = f'transform="rotate({_ANGLE} 20 {height - 40})"'
    grey = f'fill="#777" fill-opacity=".28" font-family="sans-serif" font-size="{_SIZE}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f"<g {turned} {grey}>{written}</g></svg>"
    )
