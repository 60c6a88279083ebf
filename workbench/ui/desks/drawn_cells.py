"""Cells in which something is drawn, or from which another item or page is opened. What is drawn
the text beside it says too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import cell


def dotted(
    text: str,
    value: float,
    *,
    ends: tuple[float, float] | None = None,
    before: float | None = None,
    marks: Sequence[float] = (),
    tie: str = "",
    tone: str = "",
    hint: str = "",
) -> Json:
    """A value of 0 to 100 with its interval (``ends``), or with where it was ``before``. ``marks``
    are drawn across; ``tie``: first, middle or last of rows that are joined."""
    low, high = ends if ends is not None else (None, None)
    dots = {"value": value, "low": low, "high": high, "from": before, "marks": list(marks),
            "tie": tie}  # fmt: skip
    return {**cell(text, tone, hint), "dots": dots}


def heated(text: str, heat: float, hint: str = "") -> Json:
    """``heat`` of 0 to 100 is how strong the cell is coloured."""
    return {**cell(text, "", hint), "heat": heat}


def opening(text: str, id: str, hint: str = "") -> Json:  # noqa: A002
    """A way to another item of the same desk."""
    return {**cell(text, "", hint), "opens": id}


def linked(text: str, page: str, filters: Mapping[str, str], hint: str = "") -> Json:
    """A way to another page, with these filters of its desk."""
    return {**cell(text, "", hint), "page": {"name": page, "filters": dict(filters)}}
