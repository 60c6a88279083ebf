"""A drawing is found again only for the same of everything that shapes it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from drawing import MAPS, page, panel, table, withheld

from workbench.client.release import Release
from workbench.client.testing import sample_info
from workbench.ui.page import Page, Panel
from workbench.ui.panels import Content, Context, Drawings, content
from workbench.ui.panels.boundaries import load_boundaries
from workbench.ui.words import Speech

LINE = panel(chart="line", by="m", value="v")
PAGE = page()
DAY = dt.date(2026, 3, 9)
ROWS = {"m": ["2025-11", "2025-12"], "v": [1, 2]}


class Counted:
    """Draws, and counts how often."""

    def __init__(self) -> None:
        self.times = 0
        self.drawings = Drawings(self._draw, most=3)

    def _draw(self, declared: Panel, of: Page, release: Release, context: Context) -> Content:
        self.times += 1
        return content(declared, of, release, context)


def context(language: Any = "zh", today: dt.date = DAY, **picked: str) -> Context:
    return Context(Speech(language), lambda name: load_boundaries(MAPS, name), today, picked)


def release(**changed: Any) -> Release:
    return Release(table(**{**ROWS, **changed}), sample_info(), "zh")


def test_the_same_again_is_not_drawn_again_though_its_release_is_another() -> None:
    counted = Counted()
    first = counted.drawings(LINE, PAGE, release(), context())
    other = release()
    other = dataclasses.replace(other, info=dataclasses.replace(other.info, id="r2", ledger_seq=9))
    assert counted.drawings(LINE, PAGE, other, context()) is first
    assert counted.times == 1
    assert first == content(LINE, PAGE, other, context())


@pytest.mark.parametrize(
    "change",
    [
        {"release": release(v=[1, 3])},
        {"release": release(m=["2025-10", "2025-12"])},
        {"release": release(v=[1.0, 2.0])},
        {"release": withheld({**ROWS, "v": [1, None]}, {"v": [None, "suppressed"]})},
        {"context": context("en")},
        {"context": context(today=DAY + dt.timedelta(days=1))},
        {"context": context(city="成都")},
        {"panel": panel(chart="line", by="m", value="v")},
        {"page": page()},
    ],
    ids=["figure", "label", "type", "protection", "language", "day", "choice", "panel", "page"],
)
def test_whatever_shapes_it_makes_another(change: dict[str, Any]) -> None:
    counted = Counted()
    counted.drawings(LINE, PAGE, release(), context())
    given = {"panel": LINE, "page": PAGE, "release": release(), "context": context(), **change}
    made = counted.drawings(given["panel"], given["page"], given["release"], given["context"])
    assert counted.times == 2
    assert made == content(given["panel"], given["page"], given["release"], given["context"])


def test_a_map_is_drawn_each_time_for_its_boundaries_stand_in_a_file() -> None:
    counted = Counted()
    declared = panel(chart="map", by="n", value="v", boundaries="aba")
    for _ in range(2):
        given = Release(table(n=["茂县"], v=[1]), sample_info(), "zh")
        counted.drawings(declared, PAGE, given, context())
    assert counted.times == 2


def test_only_so_many_are_kept() -> None:
    counted = Counted()
    for number in range(5):
        counted.drawings(LINE, PAGE, release(v=[1, number]), context())
    assert len(counted.drawings) == 3
