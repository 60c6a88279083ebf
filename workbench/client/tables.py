"""Tables as text for shells and as HTML for notebooks. A cell is text, or None for NULL."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from html import escape

from rich.cells import cell_len, set_cell_size

Row = Sequence[str | None]
TEXT_CELL = 60
"""Widest cell of a text table, in terminal columns (our default)."""
HTML_CELL = 500
"""Most characters of a cell of an HTML table (our default)."""

_NULL = "NULL"
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NULL_STYLE = "color:#888;font-style:italic"
_STYLES = {
    "table": "border-collapse:collapse;font-variant-numeric:tabular-nums;margin:.3em 0",
    "th": "text-align:left;border-bottom:1px solid #888;padding:.2em .7em",
    "td": "text-align:left;padding:.15em .7em;white-space:pre-wrap",
    "td.number": "text-align:right;padding:.15em .7em;white-space:nowrap",
}


def printable(text: str) -> str:
    """``text`` without a character that could command a terminal or turn the writing around."""
    return _UNSAFE.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    char = found.group()
    names = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return names.get(char, f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}")


def text_table(header: Sequence[str], rows: Sequence[Row], right: Collection[int] = ()) -> str:
    """A table for a monospaced screen; wide (Chinese) characters count two columns."""
    cells = [[_clipped(printable(name)) for name in header]]
    cells += [[_NULL if c is None else _clipped(printable(c)) for c in row] for row in rows]
    widths = [max(cell_len(row[i]) for row in cells) for i in range(len(header))]
    lines = [_line(row, widths, right) for row in cells]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def _line(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    padded = []
    for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        padded.append(space + cell if i in right else cell + space)
    return "  ".join(padded).rstrip()


def _clipped(cell: str) -> str:
    if cell_len(cell) <= TEXT_CELL:
        return cell
    return set_cell_size(cell, TEXT_CELL - 1).rstrip() + "…"


def html_table(header: Sequence[str], rows: Sequence[Row], right: Collection[int] = ()) -> str:
    """An HTML table. Everything that came from outside is escaped; NULL has a style of its own."""
    head = "".join(f'<th style="{_STYLES["th"]}">{html_text(name)}</th>' for name in header)
    body = "".join(
        f"<tr>{''.join(_html_cell(cell, i in right) for i, cell in enumerate(row))}</tr>"
        for row in rows
    )
    return (
        f'<table class="workbench-table" style="{_STYLES["table"]}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _html_cell(cell: str | None, number: bool) -> str:
    style = _STYLES["td.number" if number else "td"]
    if cell is None:
        inner = f'<span class="workbench-null" style="{_NULL_STYLE}">{_NULL}</span>'
    else:
        short = cell if len(cell) <= HTML_CELL else cell[: HTML_CELL - 1] + "…"
        inner = html_text(short)
    return f'<td style="{style}">{inner}</td>'


def html_text(text: str) -> str:
    """``text`` for HTML: markup escaped, control and bidirectional characters spelt out."""
    keep = {"\n": "\n", "\t": "\t"}
    safe = _UNSAFE.sub(lambda m: keep.get(m.group(), _spelled(m)), text)
    return escape(safe)
