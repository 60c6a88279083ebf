"""One running city: an analyst's first notebook in JupyterLab, then the leaders' page in Voila.

What each of them sees, and that nothing leaves this machine; then what dies is started again, and
nothing is left when it ends.
"""

from __future__ import annotations

import http.server
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import Page, expect
from running_city import Up, Watched, copy_city, wait_for, words_of

from workbench.client import connect
from workbench.ui.page import Chart
from workbench.ui.page_file import load_page
from workbench.up.processes import is_alive

pytestmark = pytest.mark.browser

PAGE = "dashboards/pages/aba_catalogue.yaml"

# JupyterLab: before any page, whose kernels are Voila's own --------------------------------------


def run_all(page: Page) -> None:
    expect(page.get_by_text("| Idle").first).to_be_visible(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def test_the_first_notebook_from_the_first_cell_to_the_ledger(
    up: Up, watched: Watched, screenshot: Callable[[Page, str], None]
) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 6000})
    page.goto(up.lab)
    run_all(page)
    ledger = page.locator(".jp-OutputArea-output:has-text('house_price_watch')").last
    count = page.locator(".jp-CodeCell").count()
    expect(page.locator(".jp-InputPrompt").filter(has_text=f"[{count}]:").first).to_be_visible(
        timeout=90_000
    )

    table = page.locator(".workbench-release .workbench-table").first
    assert table.locator("tbody tr").count() > 5
    assert "来源：" in page.locator(".workbench-caption").first.inner_text()

    refusal = page.locator(".workbench-error").first
    told = refusal.inner_text()
    for part in ("yoy_index", "下一步", "申请草稿", "not_granted"):
        assert part in told
    assert page.locator(".workbench-error").count() == 1

    chart = page.locator(".wb-plot.js-plotly-plot")
    expect(chart).to_have_count(1)
    expect(chart.locator(".scatterlayer .lines path")).to_have_count(3)

    assert "house_price_watch" in ledger.inner_text()
    assert watched.outside() == []
    _pictures(page, screenshot)


def _pictures(page: Page, screenshot: Callable[[Page, str], None]) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    for name, selector in (
        ("notebook", ".workbench-release .workbench-table"),
        ("chart", ".wb-chart"),
        ("refusal", ".workbench-error"),
        ("ledger", ".workbench-listing"),
    ):
        found = page.locator(selector).last if name == "ledger" else page.locator(selector).first
        found.evaluate("e => e.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(700)
        screenshot(page, name)


def test_a_kernel_holds_an_address_and_a_token_and_no_path(up: Up) -> None:
    everything = up.child("jupyterlab").children(recursive=True)
    kernels = [p for p in everything if "ipykernel_launcher" in " ".join(words_of(p))]
    assert kernels
    for kernel in kernels:
        told = {k: v for k, v in kernel.environ().items() if k.startswith("WORKBENCH")}
        assert set(told) == {"WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_LANG"}
        assert up.password("analyst") not in str(kernel.environ())


# Voila -------------------------------------------------------------------------------------------


def open_page(watched: Watched, up: Up) -> Page:
    watched.page.goto(up.page)
    watched.page.wait_for_selector('.wb-board[data-connection="live"]', timeout=60_000)
    return watched.page


@pytest.mark.slow
def test_the_page_shows_its_titles_figures_sources_and_grants(up: Up, watched: Watched) -> None:
    declared = load_page(up.city / PAGE)
    page = open_page(watched, up)
    expect(page.locator(".wb-board h1")).to_have_text(declared.title.zh)
    titles = page.locator(".wb-panel h3").all_inner_texts()
    assert titles == [panel.title.zh for panel in declared.panels]
    plain = {Chart.card, Chart.table, Chart.signals}
    drawn = [p for p in declared.panels if p.chart not in plain]
    expect(page.locator(".wb-plot.js-plotly-plot")).to_have_count(len(drawn), timeout=30_000)
    for chart in page.locator(".wb-plot.js-plotly-plot").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 150
        assert chart.locator(".trace path, .trace .point, .hm image").count() > 0
    page.locator("[data-panel=p0] [data-tool=source]").click()
    assert "账本" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".wb-panel[data-state=refused]").count() == 0
    assert watched.outside() == []
    _says_whose_grants_it_uses_and_who_is_looking(page)
    _speaks_chinese_with_a_chinese_font(page)


def _says_whose_grants_it_uses_and_who_is_looking(page: Page) -> None:
    page.get_by_role("button", name="关于本页").click()
    told = page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    for part in ("page:aba_catalogue", "catalogue_overview", "获取", "2028-11-30", "leader"):
        assert part in told


def _speaks_chinese_with_a_chinese_font(page: Page) -> None:
    family = page.evaluate("getComputedStyle(document.querySelector('.wb-board h1')).fontFamily")
    assert "CJK SC" in family
    # A font without the characters draws the same box for each of them.
    differ = page.evaluate(
        """() => {
          const family = getComputedStyle(document.querySelector(".wb-board h1")).fontFamily;
          const draw = (text) => {
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.font = "40px " + family;
            pen.fillText(text, 20, 60);
            return canvas.toDataURL();
          };
          return draw("阿") !== draw("坝");
        }"""
    )
    assert differ


def test_without_the_token_nothing_is_shown(up: Up, watched: Watched) -> None:
    address = up.page.split("?")[0]
    watched.page.goto(address)
    assert watched.page.locator(".wb-board").count() == 0
    expect(watched.page.locator("input[type=password]")).to_be_visible()


@pytest.fixture
def page_that_calls_out() -> Iterator[str]:
    """A page with a style sheet of another machine, as the stock template has it."""
    body = b'<link rel="stylesheet" href="https://cdn.example.org/all.min.css"><p>hello</p>'

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_check_finds_a_page_that_calls_out(watched: Watched, page_that_calls_out: str) -> None:
    watched.page.goto(page_that_calls_out)
    expect(watched.page.locator("p")).to_have_text("hello")
    assert watched.outside() == ["https://cdn.example.org/all.min.css"]


def test_the_check_sees_websockets(watched: Watched, page_that_calls_out: str) -> None:
    watched.page.goto(page_that_calls_out)
    watched.page.evaluate("new WebSocket('ws://example.org/socket') && 1")
    watched.page.wait_for_timeout(300)
    assert "ws://example.org/socket" in watched.outside()


# Processes that die are started again; Ctrl-C leaves none behind: last, for it ends them all


def ask(up: Up) -> int:
    """One governed query as the sample analyst."""
    connection = connect(up.gateway, user="analyst", password=up.password("analyst"))
    try:
        return connection.sql("from house_prices limit 3", scenario="house_price_watch").rows
    finally:
        connection.close()


@pytest.mark.slow
def test_a_killed_gateway_is_started_again_and_works(up: Up) -> None:
    assert ask(up) == 3
    before = up.child("serve")
    workers = before.children(recursive=True)
    before.kill()
    assert wait_for(lambda: "网关已重新启动" in up.said)
    assert wait_for(lambda: _healthy(up))
    assert up.child("serve").pid != before.pid
    assert ask(up) == 3
    assert re.search(r"网关已退出（signal SIGKILL），1 秒后重新启动", up.said)
    assert wait_for(lambda: not any(is_alive(w.pid) for w in workers))


def _healthy(up: Up) -> bool:
    try:
        return httpx.get(f"{up.gateway}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_a_killed_jupyterlab_takes_its_kernels_along(up: Up, watched: Watched) -> None:
    watched.page.goto(up.lab)
    assert wait_for(lambda: _kernels(up.child("jupyterlab")), 60)
    lab = up.child("jupyterlab")
    kernels = _kernels(lab)
    lab.kill()
    assert wait_for(lambda: not any(is_alive(k.pid) for k in kernels))
    assert wait_for(lambda: "JupyterLab已重新启动" in up.said)


def _kernels(server: psutil.Process) -> list[psutil.Process]:
    return [p for p in server.children(recursive=True) if "ipykernel" in " ".join(words_of(p))]


@pytest.mark.slow
def test_a_second_up_tells_that_the_city_is_being_served(up: Up) -> None:
    second = Up.start(up.city)
    assert second.process.wait(120) != 0
    assert wait_for(lambda: "网关" in second.said)
    assert up.process.poll() is None
    assert ask(up) == 3


@pytest.mark.slow
def test_ctrl_c_leaves_no_process_and_no_port(tmp_path: Path) -> None:
    check_stopping(Up.start(copy_city(tmp_path)).ready(), signal.SIGINT)


def check_stopping(running: Up, number: int) -> None:
    assert ask(running) == 3
    httpx.get(running.page, follow_redirects=True, timeout=60, trust_env=False)
    everybody = running.descendants()
    assert len(everybody) >= 4  # gateway, its worker, JupyterLab, Voila (and the page's kernel)
    assert running.stop(number) == 0
    assert [p for p in everybody if is_alive(p.pid)] == []
    assert "已全部结束" in running.said
    for address in (running.lab, running.page, running.gateway):
        with pytest.raises(httpx.TransportError):
            httpx.get(address, trust_env=False)


def test_what_up_wrote_is_for_its_owner_only(up: Up) -> None:
    state = up.city / ".workbench"
    assert state.stat().st_mode & 0o077 == 0
    for path in (*state.glob("logs/*"), state / "sample-users.txt"):
        assert path.stat().st_mode & 0o077 == 0


def test_no_token_and_no_password_stands_in_a_log(up: Up) -> None:
    secrets = [up.password(person) for person in ("analyst", "leader", "auditor", "operator")]
    secrets += [address.split("token=")[1] for address in (up.lab, up.page)]
    logs = "".join(p.read_text(errors="replace") for p in (up.city / ".workbench/logs").iterdir())
    assert logs
    assert [secret for secret in secrets if secret in logs] == []


def test_a_kernel_cannot_read_the_state_or_up_says_that_it_could(up: Up) -> None:
    lab = up.child("jupyterlab")
    uid = lab.uids().real
    if uid == os.getuid():
        assert "内核中的代码可以读取网关的文件" in up.said
        return
    for path in (up.city / ".workbench", up.city / ".workbench" / "keys"):
        done = subprocess.run(["ls", str(path)], user=uid, group=uid, extra_groups=[], check=False)
        assert done.returncode != 0
    assert uid != up.child("voila").uids().real


@pytest.mark.slow
def test_a_signal_to_end_does_the_same(up: Up) -> None:
    """The last test here: it ends what the others shared."""
    check_stopping(up, signal.SIGTERM)
