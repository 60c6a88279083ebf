"""One visit to a page, timed inside the browser: when a reader could see what."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import TimeoutError as NotInTime

PATIENCE = 40_000
_WATCH = """(wanted) => {
  const seen = (window.seenMarks = {});
  const note = (name) => { if (!(name in seen)) seen[name] = performance.now(); };
  const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true });
  const look = () => {
    const drawn = [...document.querySelectorAll(".js-plotly-plot")]
      .filter((e) => e.querySelector(".trace path, .trace .point, .hm image") && shown(e)).length;
    seen.charts = drawn;
    const figure = document.querySelector(".wb-board .wb-value, .wb-board .js-plotly-plot .trace");
    if (figure && shown(figure)) note("true_figure");
    if (drawn) { note("first_chart"); note("true_figure"); }
    if (drawn >= wanted) note("all_charts");
    const board = document.querySelector(".wb-board");
    if (drawn >= wanted && (!board || board.dataset.connection === "live")) note("live");
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@dataclass
class Seen:
    """Milliseconds from navigation; None for what never came. Kilobytes are 1000 bytes."""

    true_figure: float | None = None
    first_chart: float | None = None
    all_charts: float | None = None
    live: float | None = None
    charts: float | None = None
    http_kb: float = 0.0
    socket_kb: float = 0.0


def visit(context: BrowserContext, url: str, charts: int) -> Seen:
    """Open ``url`` and wait until ``charts`` charts are live (or the patience is over)."""
    page = context.new_page()
    page.add_init_script(f"({_WATCH})({charts})")
    counted = _counted(context, page)
    page.goto(url, wait_until="commit", timeout=PATIENCE)
    with suppress(NotInTime):  # what never came is None in the figures
        page.wait_for_function("window.seenMarks && 'live' in window.seenMarks", timeout=PATIENCE)
    page.wait_for_timeout(500)
    marks: dict[str, float] = page.evaluate("window.seenMarks")
    page.close()
    return Seen(**marks, http_kb=counted["http"] / 1000, socket_kb=counted["socket"] / 1000)


def _counted(context: BrowserContext, page: Page) -> dict[str, float]:
    """Bytes on the wire as the browser's own network log counts them."""
    found = {"http": 0.0, "socket": 0.0}
    session = context.new_cdp_session(page)
    session.send("Network.enable")

    def add(kind: str, size: float) -> None:
        found[kind] += max(0.0, size)

    def framed(event: dict[str, Any]) -> None:
        response = event["response"]
        size = len(response["payloadData"])
        add("socket", size * 3 / 4 if response["opcode"] == 2 else size)

    session.on("Network.loadingFinished", lambda e: add("http", e["encodedDataLength"]))
    session.on("Network.webSocketFrameReceived", framed)
    return found
