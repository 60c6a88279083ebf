"""A panel that changes its width while its chart is drawn for the first time."""

from __future__ import annotations

import board_payloads
import pyarrow as pa
import pytest
from board_panels import panel
from board_site import live_page, serving
from drawing import draw
from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PARTS = ("figure", "cards", "signals", "table", "picks", "summary", "data", "approval")
NARROWED = """
let real;
Object.defineProperty(window, "Plotly", { get: () => real, set(found) {
  const react = found.react;
  found.react = async (plot, ...rest) => {
    found.react = react;
    const done = await react.call(found, plot, ...rest);
    plot.closest(".wb-panel").style.width = "420px";
    await new Promise((after) => setTimeout(after, 300));
    return done;
  };
  real = found;
}});
"""
FITS = """() => {
  const plot = document.querySelector(".wb-plot"), drawn = plot.querySelector(".main-svg");
  const off = drawn && drawn.getBoundingClientRect().width - plot.clientWidth;
  return drawn && plot.clientWidth < 420 && Math.abs(off) <= 1;
}"""


def test_a_chart_follows_a_change_during_its_first_drawing(browser: Browser) -> None:
    made = draw(pa.table({"by": ["a", "b"], "v": [1, 2]}), chart="bar", by="by", value="v")
    shown = panel("p0", "图", "bar", "full", "zh", **{name: getattr(made, name) for name in PARTS})
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    with serving() as site:
        page = context.new_page()
        page.add_init_script(NARROWED)
        payload = board_payloads.page("zh", [("", [shown])])
        page.goto(site.address("page.html", live_page(payload)))
        page.wait_for_selector(".wb-chart[data-drawn]")
        page.wait_for_function(FITS, timeout=10_000)
    context.close()
