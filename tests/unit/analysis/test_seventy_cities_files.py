"""The files of the 70 cities: what the recomputation takes as given, and how the page writes it."""

from __future__ import annotations

import re

from seventy_truth import CUTS, TOTALS
from shipped import ROOT

from workbench.analysis.reading import load_analyses
from workbench.ui.page_file import load_page

PAGE = load_page(ROOT / "dashboards" / "pages" / "seventy_cities.yaml")


def test_no_figure_is_rounded_twice() -> None:
    """What a query rounds is shown with as many decimals: −3.049 is not −3.05 and then −3.1."""
    queries = " ".join(panel.query or "" for panel in PAGE.panels)
    rounded = re.findall(r"(?:, |\), )(\d)\) as (\w+)", queries)
    assert len(rounded) > 12
    shown_with = {name: PAGE.columns[name].decimals for _, name in rounded}
    assert {name: int(places) for places, name in rounded} == shown_with


def test_the_thresholds_are_those_of_the_file() -> None:
    lights = load_analyses(ROOT)["seventy_cities"].lights
    declared = {c.headline: c.thresholds for c in lights.components if c.thresholds}
    assert declared == {name: tuple(map(float, cuts)) for name, cuts in CUTS.items()}
    assert lights.totals == TOTALS
