"""What is disputed of a file whose form has no place to say so: in a file of its own beside it.

Beside ``prices.csv`` lies ``prices.csv.disputed.txt``, and only where something is disputed: who
opens the folder sees it, and a program that reads the table, or all ``*.csv``, reads what it did.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

from workbench.client.export.forms import Form

SUFFIX = ".disputed.txt"
NO_PLACE = frozenset({Form.csv})
"""Forms of a file that hold the table and nothing else; the others say it inside."""


def beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def text_of(name: str, told: Iterable[str]) -> bytes:
    """UTF-8 with a byte order mark, by which old editors know Chinese; lines end as in a CSV."""
    lines = (
        f"{name} 含有争议的数据，使用和转交时请注明。",
        f"{name} holds disputed data: say so when using it, and when passing it on.",
        "",
        *(part for one in told for part in (*one.split(" / "), "")),
    )
    return codecs.BOM_UTF8 + "\r\n".join(lines).encode()
