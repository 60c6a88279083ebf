"""Texts in figures: escaped for Plotly, cut by the columns that they take."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.ui.panels.labels import lines, plain, shortened, wrapped


def test_no_markup_acts() -> None:
    assert plain("<img src=x onerror=alert(1)>") == "&lt;img src=x onerror=alert(1)&gt;"
    assert plain("a&lt;b") == "a&amp;lt;b"
    assert plain("a\nb\u202eb\x00") == "a b\\u202eb\\x00"
    assert lines("<b>", "", "乙") == "&lt;b&gt;<br>乙"


def test_wrapped_by_columns() -> None:
    assert wrapped("阿坝藏族羌族自治州", 10) == "阿坝藏族羌<br>族自治州"
    assert wrapped("short", 10) == "short"
    assert wrapped("one two three four", 10) == "one two<br>three four"
    assert shortened("阿坝藏族羌族自治州", 9) == "阿坝藏族…"
    assert wrapped("", 10) == ""


@given(st.text(max_size=60), st.integers(2, 24), st.integers(1, 3))
def test_never_wider_than_asked(text: str, width: int, rows: int) -> None:
    found = wrapped(text, width, rows).split("<br>")
    assert len(found) <= rows
    for line in found:
        assert not re.search(r"[<>]", line)
        assert cell_len(html.unescape(line)) <= max(width, 2)
