"""A page's picture in the index: its panels in their places, and no figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.pages.server.sketch import HEIGHT, WIDTH, sketch
from workbench.ui.page import Chart, Page
from workbench.ui.page_file import load_page

ROOT = Path(__file__).parents[3]
SAID = {"zh": "题", "en": "title"}


def page(*charts: str, span: str = "half") -> Page:
    panels = [{"title": SAID, "chart": chart, "span": span} for chart in charts]
    raw = {"title": SAID, "scenario": "s", "as": "page", "sections": [{"panels": panels}]}
    return Page.model_validate(raw)


@pytest.mark.parametrize("name", ["aba_catalogue", "house_prices"])
def test_the_shipped_pages_fill_the_picture(name: str) -> None:
    frames = sketch(load_page(ROOT / "dashboards" / "pages" / f"{name}.yaml"))
    assert len(frames) >= 5
    for frame in frames:
        assert frame["x"] >= 0
        assert frame["x"] + frame["width"] <= WIDTH
        assert frame["y"] + frame["height"] <= HEIGHT
        assert frame["filled"] or frame["lined"]


def test_panels_stand_beside_each_other_as_far_as_they_fit() -> None:
    frames = sketch(page("bar", "line", "bar", span="third"))
    assert [frame["y"] for frame in frames] == [10.0, 10.0, 10.0]
    assert [frame["y"] for frame in sketch(page("bar", "line", "table"))] == [10.0, 10.0, 59.0]


def test_every_chart_has_an_outline() -> None:
    for chart in Chart:
        (frame,) = sketch(page(chart.value))
        assert frame["filled"] or frame["lined"]
