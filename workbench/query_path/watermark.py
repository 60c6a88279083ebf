"""The line that says who looked at a page, when, and by which grant. Made by the gateway only."""

from __future__ import annotations

from workbench.model.days import CHINA
from workbench.model.grant import Grant
from workbench.query_path.whole import Settling


def watermark(settling: Settling, grant: Grant, release: str) -> str:
    """Person, department, time (Asia/Shanghai), grant and release, on one line."""
    named = settling.city.departments.get(settling.department)
    department = settling.department if named is None else named.zh
    time = settling.now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S %z")
    return " · ".join(map(_plain, (settling.person, department, time, grant.id, release)))


def _plain(text: str) -> str:
    """Without characters that are not seen, or that turn the writing around."""
    return "".join(char for char in text if char.isprintable())
