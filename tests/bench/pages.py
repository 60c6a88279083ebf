"""Leaders' pages: when charts are there, what travels, what a viewer costs, and what twenty do.

The same twelve charts of the same data three times: our page (governed, recorded, from the gateway),
twelve FigureWidgets in stock Voila, and twelve plain figures in stock Voila; the stock ones read the
CSV in their kernel and know of no grant. One browser, in turns.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import nbformat
import psutil
from browsing import chromium
from page_visits import Seen, visit
from playwright.sync_api import Browser
from running_city import ROOT, Up, copy_city, free_ports, wait_for, words_of

from tests.bench.measure import table

CHARTS = 12
CITIES = (
    "北京",
    "上海",
    "广州",
    "深圳",
    "成都",
    "杭州",
    "武汉",
    "西安",
    "重庆",
    "南京",
    "天津",
    "长沙",
)
OURS, WIDGETS, PLAIN = "ours", "FigureWidget", "plain figures"
VIEWERS = 20
VISITS = 100


# The three pages ----------------------------------------------------------------------------------


def our_city(folder: Path) -> Path:
    """The sample city with a page of twelve line charts."""
    city = copy_city(folder)
    scenario = city / "data_contracts" / "scenarios" / "house_price_board.yaml"
    text = scenario.read_text(encoding="utf-8")
    entry = "  - id: twelve\n    viewers: [leader]\n    viewer_departments: [data_bureau]\n"
    scenario.write_text(text.replace("pages:\n", "pages:\n" + entry, 1), encoding="utf-8")
    panels = [
        {
            "title": {"zh": f"{city_name}新房价格", "en": f"New homes, {i}"},
            "chart": "line",
            "query": (
                "select month, mom_index, yoy_index from house_prices "
                f"where city = '{city_name}' order by month"
            ),
            "by": "month",
            "value": ["mom_index", "yoy_index"],
        }
        for i, city_name in enumerate(CITIES)
    ]
    page = {
        "title": {"zh": "十二张图", "en": "Twelve charts"},
        "scenario": "house_price_board",
        "as": "page",
        "sections": [{"panels": panels}],
    }
    path = city / "dashboards" / "pages" / "twelve.yaml"
    path.write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    write_notebook(
        city / "dashboards" / "twelve.ipynb", 'from workbench.ui import show\n\nshow("twelve")'
    )
    return city


_STOCK = f"""
import csv
import plotly.graph_objects as go
from IPython.display import display

rows = [r for r in csv.DictReader(open("house_prices.csv", encoding="utf-8"))]
for city in {CITIES!r}:
    own = [r for r in rows if r["city"] == city]
    months = [r["month"] for r in own]
    figure = go.KIND(
        data=[
            go.Scatter(x=months, y=[float(r[name]) for r in own], name=name)
            for name in ("mom_index", "yoy_index")
        ],
        layout=dict(title=city + "新房价格", height=340),
    )
    SHOW
"""


def stock_folder(folder: Path, kind: str, show: str) -> Path:
    folder.mkdir()
    shutil.copy(ROOT / "data_contracts" / "samples" / "house_prices.csv", folder)
    source = _STOCK.replace("KIND", kind).replace("SHOW", show)
    write_notebook(folder / "twelve.ipynb", source)
    return folder


def write_notebook(path: Path, source: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)


@contextmanager
def stock_voila(folder: Path) -> Iterator[str]:
    """Stock Voila as people start it, without a token."""
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "voila", str(folder), f"--port={port}", "--no-browser",
         "--Voila.ip=127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        if not wait_for(lambda: _answers(url), 60):
            raise RuntimeError("stock Voila did not start")
        yield f"{url}/voila/render/twelve.ipynb"
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code < 500
    except httpx.TransportError:
        return False


# Measuring ----------------------------------------------------------------------------------------


@dataclass
class Timed:
    """Milliseconds from navigation; kilobytes that arrived."""

    cold: list[Seen] = field(default_factory=list)
    warm: list[Seen] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        return {name: _medians(seen) for name, seen in (("cold", self.cold), ("warm", self.warm))}


def _medians(seen: list[Seen]) -> dict[str, Any]:
    keys = ("true_figure", "first_chart", "all_charts", "live", "http_kb", "socket_kb", "charts")
    return {
        key: _median([getattr(one, key) for one in seen if getattr(one, key) is not None])
        for key in keys
    }


def _median(values: list[float]) -> float | None:
    return round(statistics.median(values), 1) if values else None


def timed(browser: Browser, ways: Mapping[str, str], repeats: int) -> dict[str, Any]:
    """Each way in turn: a visit with a fresh cache, and another one after it."""
    taken = {name: Timed() for name in ways}
    for _ in range(repeats):
        for name, url in ways.items():
            context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
            taken[name].cold.append(visit(context, url, CHARTS))
            settle()
            taken[name].warm.append(visit(context, url, CHARTS))
            context.close()
            settle()
    return {name: found.figures() for name, found in taken.items()}


def settle(seconds: float = 8.0) -> None:
    """The pool fills again, the last kernel ends: not on the next one's time."""
    time.sleep(seconds)


def kernels(up: Up) -> list[psutil.Process]:
    return [
        p for p in up.child("workbench.pages.server").children(recursive=True)
        if "ipykernel" in " ".join(words_of(p))
    ]  # fmt: skip


def proportional_mb(processes: list[psutil.Process]) -> float:
    return sum(p.memory_full_info().pss for p in processes) / 2**20


def crowd(browser: Browser, up: Up, url: str, viewers: int) -> dict[str, Any]:
    """``viewers`` tabs at once, and one more."""
    before = proportional_mb(kernels(up))
    contexts = [
        browser.new_context(viewport={"width": 1440, "height": 900}) for _ in range(viewers)
    ]
    pages = []
    begun = time.perf_counter()
    for context in contexts:
        page = context.new_page()
        page.goto(url, wait_until="commit", timeout=120_000)
        pages.append(page)
    drawn = [_whole(page) for page in pages]
    all_seconds = round(time.perf_counter() - begun, 1)
    live = sum(_live(page) for page in pages)
    running = kernels(up)
    memory = (proportional_mb(running) - before) / max(1, len(running))
    last = browser.new_context().new_page()
    answer = last.goto(url, timeout=120_000)
    assert answer is not None
    waiting = {"status": answer.status, "says": last.inner_text("body").split("\n")[:4]}
    contexts.pop().close()
    let_in = bool(wait_for(lambda: last.locator(".wb-board").count(), 60))
    for context in contexts:
        context.close()
    last.context.close()
    return {
        "viewers": viewers,
        "whole": sum(drawn),
        "live": live,
        "seconds_until_all": all_seconds,
        "kernels": len(running),
        "mb_per_viewer": round(memory, 1),
        "next_one": waiting,
        "next_one_let_in_after_one_left": let_in,
    }


def _whole(page: Any) -> bool:
    try:
        page.wait_for_function(
            f"document.querySelectorAll('.js-plotly-plot .trace').length >= {CHARTS}",
            timeout=180_000,
        )
    except Exception:
        return False
    return True


def _live(page: Any) -> bool:
    try:
        page.wait_for_selector('.wb-board[data-connection="live"]', timeout=120_000)
    except Exception:
        return False
    return True


def visits(browser: Browser, up: Up, url: str, count: int) -> dict[str, Any]:
    """Come and go; what is left of kernels, beyond the pool of warm ones."""
    before = len(kernels(up))
    for _ in range(count):
        context = browser.new_context()
        page = context.new_page()
        page.goto(url, wait_until="commit", timeout=120_000)
        page.wait_for_selector('.wb-board[data-connection="live"]', timeout=120_000)
        context.close()
    wait_for(lambda: len(kernels(up)) <= before, 120)
    return {"visits": count, "kernels_before": before, "kernels_after": len(kernels(up))}


def run(quick: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        widgets = stock_folder(home / "widgets", "FigureWidget", "display(figure)")
        plain = stock_folder(home / "plain", "Figure", "figure.show()")
        (home / "city").mkdir()
        up = Up.start(our_city(home / "city"), options=("--pages-each", "99")).ready()
        try:
            with stock_voila(widgets) as a, stock_voila(plain) as b, chromium() as browser:
                url = up.page.replace("aba_catalogue", "twelve").replace("house_prices", "twelve")
                ways = {OURS: url, WIDGETS: a, PLAIN: b}
                figures = {"times": timed(browser, ways, 1 if quick else 5)}
                settle(15)
                figures["crowd"] = crowd(browser, up, url, 4 if quick else VIEWERS)
                settle(90 if not quick else 5)
                figures["visits"] = visits(browser, up, url, 5 if quick else VISITS)
                return figures
        finally:
            up.stop()


# Reporting ----------------------------------------------------------------------------------------


def report(figures: dict[str, Any]) -> str:
    times, crowded, visited = figures["times"], figures["crowd"], figures["visits"]
    rows = [
        (
            f"{name}, {state}",
            *(_shown(times[name][state][key]) for key in _COLUMNS),
        )
        for name in times
        for state in ("cold", "warm")
    ]
    ours, stock = times[OURS]["warm"], times[WIDGETS]["warm"]
    early = ours["true_figure"]
    told = [
        _verdict("first true figure, warm, ms", early, 500, lambda x, y: x < y),
        _ratio("all charts live, warm, FigureWidgets / ours", stock["all_charts"], ours["live"]),
        _verdict("kB sent, cold", times[OURS]["cold"]["http_kb"] + times[OURS]["cold"]["socket_kb"],
                 6_000, lambda x, y: x <= y),
    ]  # fmt: skip
    return f"""## pages

{__doc__.split(chr(10) + chr(10))[1].strip()}

{table(("page", *_COLUMNS.values()), rows)}

*True figure*: the first one that a reader can see. *Live*: the kernel answers, and all charts are
there. Aims of the issue:

{chr(10).join(f"- {line}" for line in told)}

**{crowded["viewers"]} viewers at once** on this machine: {crowded["whole"]} saw every chart and
{crowded["live"]} were live, the last of them after {crowded["seconds_until_all"]} s; {crowded["kernels"]}
kernels, {crowded["mb_per_viewer"]} MB each (proportional set size). The next one got status
{crowded["next_one"]["status"]}: "{" ".join(crowded["next_one"]["says"])}"; let in after one left:
{crowded["next_one_let_in_after_one_left"]}.

**{visited["visits"]} visits** one after another: {visited["kernels_before"]} kernels before (the warm
ones), {visited["kernels_after"]} after.
"""


_COLUMNS = {
    "true_figure": "true figure ms",
    "first_chart": "first chart ms",
    "all_charts": "all charts ms",
    "live": "live ms",
    "charts": "charts",
    "http_kb": "HTTP kB",
    "socket_kb": "WebSocket kB",
}


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"


def _verdict(
    what: str, value: float | None, target: float, good: Callable[[float, float], bool]
) -> str:
    met = value is not None and good(value, target)
    return f"{what}: {_shown(value)} (target {target:,}: {'met' if met else 'missed'})"


def _ratio(what: str, stock: float | None, ours: float | None) -> str:
    if not stock or not ours:
        return f"{what}: not to be had (stock {_shown(stock)}, ours {_shown(ours)})"
    found = stock / ours
    return f"{what}: {found:.2f} (target 3: {'met' if found >= 3 else 'missed'})"
