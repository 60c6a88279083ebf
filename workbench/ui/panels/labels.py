"""Texts inside a Plotly figure. Plotly reads them as a small HTML: what is not ours is escaped."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from workbench.client.tables import printable

BREAK = "<br>"


def plain(text: str) -> str:
    """``text`` as Plotly shows it letter by letter: no tag, entity or control character acts."""
    safe = printable(text.replace("\n", " "))
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lines(*parts: str) -> str:
    """Escaped lines of a hover text."""
    return BREAK.join(plain(part) for part in parts if part)


def wrapped(text: str, width: int = 16, rows: int = 2) -> str:
    """At most ``rows`` lines of ``width`` columns (a Chinese character has two), then an ellipsis;
    the whole text belongs on hover."""
    found = [plain(line) for line in _folded(printable(text.replace("\n", " ")), width, rows)]
    return BREAK.join(found)


def shortened(text: str, width: int = 16) -> str:
    return wrapped(text, width, 1)


def width_of(text: str) -> int:
    """Columns of a text that was not escaped yet."""
    return cell_len(text)


def _folded(text: str, width: int, rows: int) -> list[str]:
    out: list[str] = []
    while text and len(out) < rows:
        if cell_len(text) <= width:
            return [*out, text]
        if len(out) == rows - 1:
            return [*out, set_cell_size(text, width - 1).rstrip() + "…"]
        cut = _cut(text, width)
        out.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return out or [""]


def _cut(text: str, width: int) -> int:
    """How many characters fit; between words where there are any in the later half of the line."""
    fits = 0
    columns = 0
    for char in text:
        columns += cell_len(char)
        if columns > width:
            break
        fits += 1
    space = text.rfind(" ", fits // 2, fits + 1)
    return max(1, space if space > 0 else fits)
