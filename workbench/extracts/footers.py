"""Lines above the heading and below the data, left out as the contract says and only so.

The lines below are told by how they begin. Where the last lines of a file begin otherwise, the
file is refused: a count of lines would drop a row of data the day a footer is missing.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from workbench.extracts import text_reasons
from workbench.model.contract import Delivery

LONGEST_LINE = 2_000_000
"""Characters of one line (our default)."""


def cut(text: Path, target: Path, delivery: Delivery, name: str) -> Path:
    """A copy of the UTF-8 ``text`` from its heading to its last row. Raises InvalidInput."""
    held: deque[tuple[int, str]] = deque()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        text.open(encoding="utf-8-sig", newline="") as lines,
        os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out,
    ):
        number = filled = 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if number < delivery.header_row:
                continue
            held.append((number, line))
            filled += bool(line.strip())
            while filled > len(delivery.footer):
                first = held.popleft()[1]
                filled -= bool(first.strip())
                out.write(first)
    if number < delivery.header_row:
        raise text_reasons.no_header_row(name, delivery.header_row, number)
    below = [(n, line.lstrip(' \t",;|')) for n, line in held if line.strip()]
    check_footer(name, below, delivery.footer)
    return target


def check_footer(name: str, below: Sequence[tuple[int, str]], footer: Sequence[str]) -> None:
    """``below``: number and text of the last rows. Raises InvalidInput."""
    if len(below) < len(footer):
        raise text_reasons.no_footer(name, None, footer[0])
    for (row, text), wanted in zip(below, footer, strict=True):
        if not text.startswith(wanted):
            raise text_reasons.no_footer(name, row, wanted)
