"""The long table and what is saved, in a real browser, with a host played by JavaScript."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import board_payloads
import pytest
from board_panels import ROWS, row
from board_site import Site, early_page, live_page, serving
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Open = Callable[[str], Page]
MOST = 100  # rows in the document, whatever the length
TABLE = "p14"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Open]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)

    def open_(html: str) -> Page:
        page.goto(site.address("page.html", html) + "?theme=light")
        expect(page.locator(".wb-board h1")).to_be_visible()
        return page

    yield open_
    context.close()
    assert wrong == []


def asked(page: Page) -> list[dict[str, Any]]:
    return [m for m in page.evaluate("host.sent") if m["do"] == "rows"]


def lines(page: Page) -> list[list[str]]:
    """The rows in the document as they stand."""
    found: list[list[str]] = page.locator(".wb-rows .wb-row").evaluate_all(
        "(rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    return found


def known(page: Page) -> None:
    expect(page.locator(".wb-unknown")).to_have_count(0)


def scroll(page: Page, share: float) -> None:
    page.locator(".wb-scroll").evaluate(
        "(e, share) => { e.scrollTop = (e.scrollHeight - e.clientHeight) * share; }", share
    )
    page.wait_for_timeout(60)


def shown(cells: list[str | None]) -> list[str]:
    return ["—" if cell is None else cell for cell in cells]


def test_a_hundred_thousand_rows_are_scrolled_to_the_end(opened: Open) -> None:
    page = opened(live_page(board_payloads.only(TABLE)))
    assert lines(page)[0] == shown(row(0))
    most = 0
    for share in (0.1, 0.5, 0.37, 0.999, 1.0):
        scroll(page, share)
        most = max(most, page.locator(".wb-rows .wb-row").count())
        known(page)
    assert most < MOST
    last = lines(page)[-1]
    assert last == shown(row(ROWS - 1))
    assert page.locator(".wb-rows .wb-row").last.get_attribute("aria-rowindex") == str(ROWS + 1)
    box, frame = (
        page.locator(selector).last.bounding_box()
        for selector in (".wb-rows .wb-row", ".wb-scroll")
    )
    assert box
    assert frame
    assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 1, "the last row is whole"
    assert "100,000" in page.locator(".wb-count").inner_text()
    assert len(asked(page)) < 20, "windows, not single rows"


def test_a_table_beyond_the_browsers_height_reaches_its_last_row(opened: Open) -> None:
    many = 3_000_000
    payload = board_payloads.only(TABLE)
    payload["panels"][TABLE]["table"]["total"] = many
    page = opened(live_page(payload))
    tall = page.locator(".wb-space").evaluate("(e) => e.offsetHeight")
    assert tall == page.evaluate("workbenchBoard.table.HIGHEST")
    scroll(page, 1.0)
    known(page)
    assert lines(page)[-1][0] == f"{many:,}"
    scroll(page, 0.5)
    known(page)
    middle = int(lines(page)[10][0].replace(",", ""))
    assert abs(middle - many / 2) < many * 0.001


def test_a_header_sorts_and_the_search_waits_for_the_typist(opened: Open) -> None:
    page = opened(live_page(board_payloads.only(TABLE)))
    head = page.locator(".wb-thead [role=columnheader]").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".wb-rows .wb-row").first).to_contain_text("100,000")
    assert page.evaluate("document.activeElement.className") == "wb-sort"
    before = len(asked(page))
    page.locator(".wb-search").press_sequentially("茂县的", delay=20)
    expect(page.locator(".wb-count")).to_have_text("7 行")
    searched = asked(page)[before:]
    assert [m["search"] for m in searched] == ["茂县的"]
    assert searched[0]["sort"] == ["id", "desc"]
    assert page.locator(".wb-rows .wb-row").count() == 7


def test_rows_of_an_early_page_come_when_the_kernel_does(opened: Open) -> None:
    page = opened(early_page(board_payloads.only(TABLE)))
    scroll(page, 0.5)
    page.wait_for_timeout(200)
    assert page.locator(".wb-unknown").count() > 5
    page.evaluate(
        "(payload) => { window.host = makeHost(payload);"
        " return workbenchBoard.mount(here, host).then((view) => { host.view = view; }); }",
        board_payloads.only(TABLE),
    )
    known(page)


# Saving ------------------------------------------------------------------------------------------


def png_size(content: bytes) -> tuple[int, int]:
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_a_picture_is_composed_with_its_source_and_saved_when_recorded(
    opened: Open, tmp_path: Path
) -> None:
    page = opened(live_page(board_payloads.only("p1")))
    expect(page.locator("[data-panel=p1] .js-plotly-plot .trace").first).to_be_attached()
    with page.expect_download() as download:
        page.locator("[data-panel=p1] [data-tool=png]").click()
    saved = tmp_path / "saved.png"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "p1.png"
    message = next(m for m in page.evaluate("host.sent") if m["do"] == "export")
    assert base64.b64decode(message["picture"]) == saved.read_bytes()
    width, height = png_size(saved.read_bytes())
    plot = page.locator("[data-panel=p1] .wb-plot").bounding_box()
    assert plot
    assert width == 2 * (round(plot["width"]) + 48)
    assert height > 2 * (plot["height"] + 120), "title above, source below"
    expect(page.locator(".wb-toast").last).to_contain_text("已记入账本第 57 号")
    inked = page.evaluate(INKED, message["picture"])
    assert inked["chart"] > 500, "the chart is in it"
    assert inked["below"] > 500, "its source stands below"


INKED = """async (content) => {
  const image = new Image();
  image.src = "data:image/png;base64," + content;
  await image.decode();
  const {width, height} = image;
  const canvas = Object.assign(document.createElement("canvas"), {width, height});
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const inked = (from, to) => {
    const {data} = context.getImageData(0, from, width, to - from);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] < 128) count += 1;
    return count;
  };
  return {chart: inked(height * 0.3, height * 0.6), below: inked(height - 160, height - 20)};
}"""


def test_a_csv_is_saved_as_the_kernel_wrote_it(opened: Open, tmp_path: Path) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    assert page.locator("[data-panel=p0] [data-tool=png]").count() == 0, "no picture of text"
    with page.expect_download() as download:
        page.locator("[data-panel=p0] [data-tool=csv]").click()
    download.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_bytes() == b"a,b"


def test_where_saving_is_not_allowed_the_button_says_why(opened: Open) -> None:
    page = opened(live_page(board_payloads.all_states()))
    button = page.locator("[data-panel=p7] [data-tool=csv]")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    expect(page.locator(".wb-toast")).to_contain_text("不允许导出")
    assert all(m["do"] != "export" for m in page.evaluate("host.sent"))


def test_a_refused_export_shows_the_reasons(opened: Open) -> None:
    page = opened(live_page(board_payloads.only("p0")))
    reason = board_payloads.reason("zh")
    page.evaluate(
        "(reason) => view.receive("
        "{did: 'export', panel: 'p0', request: 'e1', ok: false, reasons: [reason]})",
        reason,
    )
    assert reason["what"] in page.get_by_role("dialog").inner_text()
