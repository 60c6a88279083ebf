"""A desk in a real browser: its list, its items and its forms, with a kernel played by JavaScript.

What a desk lists and which forms it has is tested where that is made; here, that a reader can work
with whatever comes, and loses nothing that was typed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import board_desks
import pytest
from board_site import Site, live_page, notebook_page, serving
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"hall": (1920, 1080), "desk": (1440, 900), "phone": (390, 844)}
HOST = Path(board_desks.__file__).with_name("board_desk_host.js").read_text(encoding="utf-8")
WORLDS = {language: board_desks.world(language) for language in ("zh", "en")}
REASON = "核对留抵退税\n与产值"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """One page for each size, so that its files are fetched once."""
    made: dict[str, Page] = {}

    def page_of(size: str) -> Page:
        if size not in made:
            width, height = SIZES[size]
            phone = size == "phone"
            context = browser.new_context(
                viewport={"width": width, "height": height},
                locale="zh-CN",
                has_touch=phone,
                is_mobile=phone,
                accept_downloads=True,
            )
            made[size] = context.new_page()
            made[size].on("dialog", lambda dialog: dialog.accept())  # what was typed is left
        return made[size]

    yield page_of
    for page in made.values():
        page.context.close()


@pytest.fixture
def opened(pages: Callable[[str], Page], site: Site) -> Iterator[Open]:
    """Opens a page of one desk; at the end, nothing went wrong and nothing was asked elsewhere."""
    wrong: list[str] = []
    own = (site.root, "data:", "blob:")
    hears: dict[str, Callable[[Any], None]] = {
        "console": lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None,
        "pageerror": lambda error: wrong.append(str(error)),
        "request": lambda r: None if r.url.startswith(own) else wrong.append(r.url),
    }
    seen: list[Page] = []

    def open_(
        size: str = "desk",
        language: str = "zh",
        theme: str = "light",
        count: int = board_desks.ROWS,
        around: Callable[[dict[str, Any]], str] = live_page,
    ) -> Page:
        page = pages(size)
        if page not in seen:
            seen.append(page)
            for event, hear in hears.items():
                page.on(event, hear)  # type: ignore[call-overload]
        html = around(board_desks.page(language, count))
        page.goto(site.address("page.html", html) + f"?theme={theme}")
        page.evaluate(HOST)
        play(page, worlds(count), language)
        expect(page.locator(".wb-desk")).to_be_visible()
        return page

    yield open_
    for page in seen:
        for event, hear in hears.items():
            page.remove_listener(event, hear)
    assert wrong == []


def play(page: Page, all_worlds: str, language: str = "zh") -> None:
    """Play the kernel. As text: Playwright takes long over large values."""
    page.evaluate("([text, of]) => playDesk(JSON.parse(text), of)", [all_worlds, language])


@functools.cache
def worlds(count: int) -> str:
    return json.dumps({language: board_desks.world(language, count) for language in WORLDS})


def sent(page: Page, kind: str) -> list[dict[str, Any]]:
    return [m for m in page.evaluate("host.sent") if m["do"] == kind]


def opener(page: Page, i: int = 3) -> Locator:
    return page.locator("tr[data-row] .wb-open").nth(i)


def item(page: Page, i: int = 3) -> Locator:
    """Open the i-th row."""
    opener(page, i).click()
    expect(page.locator(".wb-facts")).to_be_visible()
    return page.locator(".wb-item")


def form(page: Page, event: str, i: int = 3) -> Locator:
    """Open a form of the i-th row."""
    item(page, i).locator(f".wb-actions [data-event={event}]").click()
    return page.locator(f".wb-form[data-event={event}]")


def suspending(page: Page, reason: str = REASON) -> Locator:
    """The form of one step, filled in."""
    found = form(page, "suspend")
    found.get_by_label("理由").fill(reason)
    return found


def refreshed(page: Page) -> None:
    """News of the list come by themselves, as the page's kernel sends them: its first rows."""
    page.evaluate(
        "() => view.update({...payload, panels:"
        " {p0: {...payload.panels.p0, desk: {...desk.list(), empty: String(Math.random())}}}})"
    )


def focused(page: Page) -> str:
    """What has the focus: the id of its row, its event, or its tag."""
    found: str = page.evaluate(
        "(() => { const e = document.activeElement; const row = e.closest('tr');"
        " return row ? row.dataset.row : e.dataset.event || e.tagName; })()"
    )
    return found


# The list ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [
        ("hall", "dark", "en"),
        pytest.param("hall", "wall", "zh", marks=pytest.mark.slow),
        ("desk", "light", "zh"),
    ],
)
def test_a_desk_is_seen_whole(
    opened: Open,
    screenshot: Callable[[Page, str], None],
    size: str,
    theme: str,
    language: str,
) -> None:
    page = opened(size, language, theme)
    assert page.locator(".wb-strip > div").count() == 4
    heads = page.locator("thead th").all_inner_texts()
    assert heads == [column["label"] for column in WORLDS[language]["desk"]["columns"]]
    assert page.locator("tbody tr").count() == 50
    late = page.locator("tr.wb-tone-late").first
    assert ("逾期" if language == "zh" else "late") in late.inner_text()
    assert late.locator("svg.wb-shape").count() >= 1
    assert (
        page.locator(".wb-share").nth(4).evaluate("(e) => e.firstChild.style.inlineSize") == "47%"
    )
    lines = page.locator("tbody tr").evaluate_all("(all) => all.map((e) => e.offsetHeight)")
    assert max(lines) < 2.2 * min(lines), "a text of 300 letters takes two lines"
    assert len(page.locator("td .wb-cell[title]").first.get_attribute("title") or "") > 3
    screenshot(page, f"desk-{size}-{theme}-{language}")


def test_no_row_and_one_row(opened: Open) -> None:
    page = opened(count=0)
    assert "没有符合条件的案件" in page.locator(".wb-list").inner_text()
    expect(page.locator(".wb-pages, .wb-list table").first).to_be_hidden()
    page = opened(count=1)
    assert page.locator("tbody tr").count() == 1
    assert page.locator(".wb-pages").inner_text() == "1 行"
    item(page, 0)


def test_pages_are_turned_and_counted(opened: Open) -> None:
    page = opened()
    said, earlier, later = (page.locator(f".wb-pages > :nth-child({i})") for i in (1, 2, 3))
    assert said.inner_text() == "第 1 至 50 行，共 137 行"
    earlier.dispatch_event("click")
    assert sent(page, "desk_list") == []
    for _ in range(2):
        first = opener(page, 0).inner_text()
        later.click()
        expect(opener(page, 0)).not_to_have_text(first)
        top = page.locator(".wb-list").evaluate("(e) => e.getBoundingClientRect().top")
        assert top >= 0, "its first rows are in sight"
    expect(said).to_have_text("第 101 至 137 行，共 137 行")
    expect(later).to_have_attribute("aria-disabled", "true")
    assert [m["offset"] for m in sent(page, "desk_list")] == [50, 100]
    assert page.evaluate("document.activeElement.dataset.turn") == "later"


def test_a_list_that_nobody_counted_has_a_next_page(opened: Open) -> None:
    page = opened()
    page.evaluate(
        "() => { const list = desk.list;"
        " desk.list = (asked) => ({...list(asked), total: null, more: true}); }"
    )
    refreshed(page)
    expect(page.locator(".wb-pages > span")).to_have_text("第 1 至 50 行")
    page.get_by_role("button", name="下一页").click()
    expect(page.locator(".wb-pages > span")).to_have_text("第 51 至 100 行")


def test_filters_are_sent_and_cleared_to_what_they_were(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="下一页").click()
    field = page.locator(".wb-deskfilters [data-key=who]")
    field.press_sequentially("税务")
    expect(page.locator("tbody tr")).to_have_count(27)
    assert focused(page) == "INPUT", "whoever types goes on typing"
    page.locator("select[data-key=order]").select_option("due")
    page.locator("select[data-key=state]").select_option("active")
    page.locator("[data-key=since]").fill("2026-11-01")
    expect(page.locator(".wb-list .wb-none")).to_be_visible()
    last = sent(page, "desk_list")[-1]
    assert last["filters"] == {
        "state": "active",
        "order": "due",
        "who": "税务",
        "since": "2026-11-01",
    }
    assert last["offset"] == 0
    page.get_by_role("button", name="清除全部筛选").click()
    expect(page.locator("tbody tr")).to_have_count(50)
    cleared = {"state": "", "order": "new", "who": "", "since": ""}
    assert sent(page, "desk_list")[-1]["filters"] == cleared
    assert "全部" in page.locator("select[data-key=state]").inner_text()
    assert "全部" not in page.locator("select[data-key=order]").inner_text()


def test_letters_that_are_still_being_composed_ask_for_nothing(opened: Open) -> None:
    page = opened()
    field = page.locator(".wb-deskfilters [data-key=who]")
    field.focus()
    field.dispatch_event("compositionstart")
    field.press_sequentially("shuiwu")
    page.evaluate("window.field = document.activeElement")
    page.locator("select[data-key=order]").evaluate(
        "(e) => { e.value = 'due'; e.dispatchEvent(new Event('change')); }"
    )
    page.wait_for_timeout(600)
    assert [m["filters"]["who"] for m in sent(page, "desk_list")] == [""]
    assert page.evaluate("field.isConnected && field === document.activeElement")
    field.evaluate("(e) => { e.value = '税务'; }")
    field.dispatch_event("compositionend")
    expect(page.locator("tbody tr")).to_have_count(27)
    assert page.locator("select[data-key=order]").input_value() == "due"


def test_news_of_the_list_leave_the_reader_where_they_are(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="下一页").click()
    expect(opener(page, 0)).to_have_text("C-2026-0051")
    opener(page, 5).focus()
    page.evaluate("scrollTo(0, 400); desk.touch('C-2026-0052')")
    page.evaluate("window.row = document.querySelectorAll('tr[data-row]')[7]")
    refreshed(page)  # of the first rows: the reader's are asked for again
    page.wait_for_function("host.sent.filter((m) => m.do === 'desk_list').length === 2")
    expect(page.locator(".wb-asking")).to_have_count(0)
    assert opener(page, 0).inner_text() == "C-2026-0051"
    assert focused(page) == "C-2026-0056"
    assert page.evaluate("scrollY") == 400
    assert page.evaluate("row === document.querySelectorAll('tr[data-row]')[7]"), "not drawn anew"


def test_a_refused_list_says_why_and_stays(opened: Open) -> None:
    page = opened()
    page.evaluate("desk.list = null")
    page.evaluate("host.send = (m) => { host.asked = m; }")
    page.locator("select[data-key=state]").select_option("active")
    page.evaluate(
        "(reasons) => view.receive({did: 'desk_list', panel: 'p0', request: host.asked.request,"
        " ok: false, reasons})",
        WORLDS["zh"]["reasons"],
    )
    assert WORLDS["zh"]["reasons"][0]["next"] in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("select[data-key=state]").input_value() == ""
    assert page.locator("tbody tr").count() == 50


# An item -----------------------------------------------------------------------------------------


def test_an_item_is_opened_read_and_closed(
    opened: Open, screenshot: Callable[[Page, str], None]
) -> None:
    page = opened()
    places = page.locator("tbody tr").evaluate_all("(all) => all.map((e) => e.offsetTop)")
    shown = item(page)
    world = WORLDS["zh"]["item"]
    assert shown.locator("h4").inner_text() == "C-2026-0004 · v3"
    for fact in world["facts"]:
        assert fact["value"] in shown.inner_text()
        assert fact["hint"] in shown.inner_text()
    assert shown.locator("tbody tr").count() == 6
    assert shown.locator(".wb-steps > li").count() == 3
    assert shown.locator(".wb-actions button").count() == 8
    assert page.locator("tr[aria-current]").get_attribute("data-row") == "C-2026-0004"
    after = page.locator(".wb-list tbody tr").evaluate_all("(all) => all.map((e) => e.offsetTop)")
    assert after == places, "the list stands still under the item"
    screenshot(page, "desk-item")
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    assert focused(page) == "C-2026-0004"
    opener(page, 5).click()
    expect(shown.locator("h4")).to_have_text("C-2026-0006 · v3")
    shown.get_by_role("button", name="关闭").click()
    expect(shown).to_be_hidden()
    assert focused(page) == "C-2026-0006"


def test_the_keyboard_walks_rows_and_opens_them(opened: Open) -> None:
    page = opened()
    opener(page, 0).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home", "ArrowDown"):
        page.keyboard.press(key)
    assert focused(page) == "C-2026-0002"
    page.keyboard.press("Enter")
    expect(page.locator(".wb-facts")).to_be_visible()
    assert focused(page) == "H4"
    page.keyboard.press("Tab")  # to the button that closes
    page.keyboard.press("Tab")
    assert focused(page) == "approve"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "title"
    page.keyboard.press("Escape")
    assert focused(page) == "approve"
    page.keyboard.press("Escape")
    assert focused(page) == "C-2026-0002"


def test_roles_and_names_are_told(opened: Open) -> None:
    page = opened()
    table = page.get_by_role("table", name="共享申请")
    assert table.get_by_role("row").count() == 51
    assert table.get_by_role("columnheader").count() == 8
    page.get_by_role("button", name="C-2026-0004、限期整改").click()
    region = page.get_by_role("region", name="C-2026-0004 · v3")
    region.get_by_role("button", name="批准").click()
    dialog = page.get_by_role("form", name="批准")
    assert dialog.get_by_label("名称").get_attribute("aria-required") == "true"
    assert dialog.get_by_role("group", name="数据项").get_by_role("checkbox").count() == 60
    said = dialog.get_by_label("申请理由").get_attribute("aria-describedby") or ""
    assert "写明履行哪一项职责" in page.locator(f"#{said.split()[0]}").inner_text()


def test_an_item_that_is_refused_says_why(opened: Open) -> None:
    page = opened()
    page.evaluate("view.panels.get('p0').desk.open('gone')")
    expect(page.locator(".wb-item [role=alert]")).to_contain_text(
        WORLDS["zh"]["reasons"][0]["what"]
    )


def test_what_somebody_else_changed_is_said_and_what_was_typed_stays(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    page.evaluate("desk.touch('C-2026-0004')")
    refreshed(page)
    newer = page.locator(".wb-newer")
    expect(newer).to_contain_text("此期间已被他人更改")
    assert page.locator(".wb-item h4").inner_text() == "C-2026-0004 · v3"
    newer.get_by_role("button").click()
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0004 · v4")
    expect(newer).to_be_empty()
    assert found.get_by_label("理由").input_value() == REASON
    found.locator(".wb-submit").click()
    expect(page.locator(".wb-item .wb-told")).to_contain_text("已办理")
    assert sent(page, "desk_act")[0]["seen"] == 4


# Forms -------------------------------------------------------------------------------------------


def test_a_form_of_every_kind_is_filled_in_and_sent(opened: Open) -> None:
    page = opened()
    found = form(page, "approve")
    expect(found.locator(".wb-submit")).to_be_in_viewport()
    found.get_by_label("名称").fill("产值核对")
    found.get_by_label("共享方式").select_option("statistics")
    found.get_by_label("截止日期").fill("2027-03-31")
    found.get_by_label("工作日数").fill("12")
    found.get_by_label("申请理由").fill(REASON)
    found.get_by_label("行范围").fill('[{"column": "county"}]')
    assert (
        found.locator("textarea")
        .last.evaluate("(e) => getComputedStyle(e).fontFamily")
        .count("mono")
    )
    columns = found.get_by_role("group", name="数据项")
    columns.get_by_role("button", name="全不选").click()
    columns.get_by_placeholder("查找数据项").fill("column_1")
    assert columns.locator("li:visible").count() == 10
    columns.get_by_label("column_10").first.check()
    columns.get_by_label("column_10: 使用方式").select_option("compare")
    columns.get_by_label("column_10: 需要的理由").fill("逐户核对")
    columns.get_by_placeholder("查找数据项").fill("")
    columns.get_by_label("column_09").first.check()
    assert "已选 2 / 60 项" in columns.inner_text()
    found.locator(".wb-submit").click()
    expect(page.locator(".wb-item .wb-told")).to_have_text(WORLDS["zh"]["told"])
    (message,) = sent(page, "desk_act")
    assert (message["panel"], message["id"], message["event"]) == ("p0", "C-2026-0004", "approve")
    assert message["seen"] == 3
    assert len(message["key"]) >= 16
    assert message["values"] == {
        "title": "产值核对",
        "mode": "statistics",
        "until": "2027-03-31",
        "days": "12",
        "reason": REASON,
        "rows": '[{"column": "county"}]',
        "columns": {
            "column_09": {"use": "value", "argument": ""},
            "column_10": {"use": "compare", "argument": "逐户核对"},
        },
    }
    assert page.locator(".wb-item h4").inner_text() == "C-2026-0004 · v4"
    assert page.locator(".wb-form").count() == 0
    expect(page.locator(".wb-newer")).to_be_empty()


def test_what_is_missing_or_too_long_is_told_by_name_before_sending(opened: Open) -> None:
    page = opened()
    found = form(page, "approve")
    found.get_by_label("申请理由").fill("𠮷" * 201)
    found.get_by_role("button", name="全不选").click()
    found.locator(".wb-submit").click()
    told = found.get_by_role("alert")
    assert "名称、共享方式、申请理由、数据项" in told.inner_text()
    assert "201" in found.locator(".wb-field-lines .wb-fieldwrong").inner_text()
    assert page.evaluate("document.activeElement.name") == "title"
    assert found.get_by_label("名称").get_attribute("aria-invalid") == "true"
    found.get_by_label("名称").fill("x")
    assert found.get_by_label("名称").get_attribute("aria-invalid") is None
    assert sent(page, "desk_act") == []


def test_a_refusal_stands_in_the_form_and_keeps_its_key_until_something_changes(
    opened: Open, screenshot: Callable[[Page, str], None]
) -> None:
    page = opened()
    page.evaluate("desk.refuses = true")
    found = form(page, "revoke")
    assert "不能恢复" in found.locator(".wb-formfoot").inner_text(), "beside the button"
    found.get_by_label("理由").fill(REASON)
    for i in range(2):
        found.locator(".wb-submit").click()
        expect(found.locator(".wb-reason")).to_have_count(3)
        page.wait_for_function(f"host.sent.filter((m) => m.do === 'desk_act').length === {i + 1}")
        page.wait_for_function("document.activeElement.className === 'wb-problems'")
    for reason in WORLDS["zh"]["reasons"]:
        assert reason["next"] in found.inner_text()
        assert reason["code"] in found.inner_text()
    assert page.get_by_role("dialog").count() == 0
    screenshot(page, "desk-refused")
    found.get_by_label("依据").fill("第二十条")
    page.evaluate("desk.refuses = false")
    found.locator(".wb-submit").click()
    expect(page.locator(".wb-item .wb-told")).to_contain_text("已办理")
    first, second, third = (m["key"] for m in sent(page, "desk_act"))
    assert first == second != third


def test_a_conflict_shows_the_item_as_it_is_and_keeps_what_was_typed(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    page.evaluate("desk.touch('C-2026-0004')")
    found.locator(".wb-submit").click()
    expect(found.locator(".wb-reason")).to_have_count(1)
    assert page.locator(".wb-item h4").inner_text() == "C-2026-0004 · v4"
    assert found.get_by_label("理由").input_value() == REASON
    found.locator(".wb-submit").click()
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0004 · v5")


def test_a_step_that_is_gone_leaves_what_was_typed_to_be_copied(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    world = {**WORLDS["zh"], "item": {**WORLDS["zh"]["item"], "actions": []}}
    play(page, json.dumps({"zh": world}))
    page.evaluate("desk.touch('C-2026-0004')")
    refreshed(page)
    page.locator(".wb-newer").get_by_role("button").click()
    expect(found.locator(".wb-formsaid")).to_contain_text("现已不能办理")
    assert found.get_by_label("理由").input_value() == REASON
    found.locator(".wb-submit").click(force=True)
    assert sent(page, "desk_act") == []
    page.keyboard.press("Escape")
    opener(page, 0).click()
    opener(page).click()
    page.locator(".wb-item .wb-actions [data-event=suspend]").click()
    assert found.get_by_label("理由").input_value() == REASON


def test_two_clicks_are_one_command_and_sending_says_so(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    page.evaluate("desk.away = true")
    found.locator(".wb-submit").dblclick()
    found.locator(".wb-submit").press("Enter")
    expect(found.locator(".wb-submit")).to_be_disabled()
    assert found.get_by_role("status").inner_text() == "正在提交…"
    assert found.locator(".wb-fields").evaluate("(e) => e.inert")
    assert len(sent(page, "desk_act")) == 1
    page.evaluate("desk.answer()")
    expect(page.locator(".wb-item .wb-told")).to_contain_text("已办理")
    assert len(page.evaluate("Object.keys(desk.done)")) == 1


def test_a_slow_step_says_so_and_its_file_is_handed_over(opened: Open) -> None:
    page = opened()
    found = form(page, "uniqueness")
    found.get_by_label("理由").fill(REASON)
    page.evaluate("desk.away = true")
    found.locator(".wb-submit").click()
    assert "可能需要一些时间" in found.get_by_role("status").inner_text()
    with page.expect_download() as saved:
        page.evaluate("desk.answer()")
    assert saved.value.suggested_filename == "count.csv"


def test_a_broken_connection_loses_nothing_and_does_nothing_twice(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    page.evaluate("desk.away = true")
    found.locator(".wb-submit").click()
    page.evaluate("view.connection('lost')")
    assert "只会办理一次" in found.get_by_role("alert").inner_text()
    found.locator(".wb-submit").click()
    assert "目前没有连接" in found.get_by_role("alert").inner_text()
    assert found.get_by_label("理由").input_value() == REASON
    page.evaluate("view.connection('live')")
    found.locator(".wb-submit").click()
    page.evaluate("desk.answer()")  # to both
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0004 · v4")
    first, second = sent(page, "desk_act")
    assert first["key"] == second["key"]
    assert page.locator(".wb-form").count() == 0


def test_an_item_asked_for_without_a_kernel_comes_when_there_is_one(opened: Open) -> None:
    page = opened()
    page.evaluate("view.connection('lost')")
    opener(page).click()
    page.locator("select[data-key=state]").select_option("rectifying")
    assert page.locator(".wb-item .wb-waiting").is_visible()
    page.evaluate("view.connection('live')")
    expect(page.locator(".wb-facts")).to_be_visible()
    expect(page.locator(".wb-list tbody tr")).to_have_count(27)


def test_what_was_typed_outlives_refresh_language_and_a_panel_that_cannot_be_asked(
    opened: Open,
) -> None:
    page = opened()
    found = form(page, "approve")
    reason = found.locator("textarea[name=reason]")
    reason.fill(REASON)
    found.get_by_label("column_05").first.check()
    reason.focus()
    page.keyboard.press("Home")
    refreshed(page)
    page.evaluate(
        "() => view.update({...payload, panels: {p0: {...payload.panels.p0, desk: null,"
        " state: 'unavailable', reasons: [{what: 'away', why: '', rule: '', next: ''}]}}})"
    )
    assert "away" in page.locator(".wb-away").inner_text()
    assert reason.input_value() == REASON
    assert page.evaluate("document.activeElement.name") == "reason"

    payload = board_desks.page("en")
    page.evaluate("(p) => { desk.language = 'en'; view.update(p); }", payload)
    expect(found.locator("h5")).to_have_text("Approve")
    expect(page.locator(".wb-item .wb-facts")).to_contain_text("Applies")
    assert found.locator(".wb-submit").inner_text() == "Approve"
    assert "Which duty it is for" in found.inner_text()
    assert reason.input_value() == REASON
    assert found.get_by_label("column_05").first.is_checked()
    assert page.evaluate("document.activeElement.name") == "reason"
    assert page.evaluate("document.activeElement.selectionStart") == REASON.index("\n") + 1
    expect(page.locator(".wb-away")).to_be_hidden()


def test_a_form_that_is_closed_keeps_what_was_typed_until_it_is_thrown_away(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    assert page.evaluate(_LEAVING), "the browser asks before the page is left"
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    step = page.locator(".wb-actions [data-event=suspend]")
    assert step.locator(".wb-begun").count() == 1
    opener(page, 0).click()
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0001 · v3")
    assert step.locator(".wb-begun").count() == 0, "of another item"
    opener(page).click()
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0004 · v3")
    step.click()
    assert found.get_by_label("理由").input_value() == REASON
    found.get_by_role("button", name="放弃已填内容").click()
    assert found.get_by_label("理由").input_value() == ""
    assert not page.evaluate(_LEAVING)


_LEAVING = """() => { const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event); return event.defaultPrevented; }"""


def test_escape_of_an_input_method_closes_nothing(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    found.get_by_label("理由").evaluate(
        "(e) => e.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Escape', bubbles: true, isComposing: true}))"
    )
    expect(found).to_be_visible()


def test_a_step_of_the_desk_goes_on_in_a_form_of_its_own(opened: Open) -> None:
    page = opened()
    start = page.locator(".wb-deskbar [data-event=start]")
    start.click()
    expect(page.locator(".wb-item h4")).to_have_text("申请共享数据")
    page.keyboard.press("Escape")
    assert focused(page) == "start"
    start.click()
    page.get_by_label("资源", exact=True).last.fill("output_monthly")
    page.keyboard.press("Enter")
    draft = page.locator(".wb-form[data-event=apply]")
    expect(draft).to_be_visible()
    draft.get_by_label("名称").fill("产值核对")
    page.keyboard.press("Escape")
    expect(draft).to_have_count(0)
    page.locator(".wb-deskbar [data-event=apply]").click()
    assert draft.get_by_label("名称").input_value() == "产值核对"
    draft.get_by_label("共享方式").select_option("obtain")
    draft.get_by_label("申请理由").fill(REASON)
    draft.locator(".wb-submit").click()
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0001 · v4")
    first, second = sent(page, "desk_act")
    assert [first["id"], second["id"], second["event"]] == [None, None, "apply"]
    assert first["key"] != second["key"]
    assert page.locator(".wb-deskbar [data-event=apply]").count() == 0


def test_an_answer_to_a_form_that_was_left_is_said(opened: Open) -> None:
    page = opened()
    found = suspending(page)
    page.evaluate("desk.away = true")
    found.locator(".wb-submit").click()
    page.keyboard.press("Escape")
    page.evaluate("desk.answer()")
    expect(page.locator(".wb-toasts")).to_contain_text("已办理")
    expect(page.locator(".wb-item h4")).to_have_text("C-2026-0004 · v4")
    expect(page.locator(".wb-newer")).to_be_empty()


def test_texts_are_never_markup(opened: Open) -> None:
    page = opened()
    hostile = "<img src=x onerror=alert(1)>"
    world = json.loads(json.dumps(WORLDS["zh"]))
    for cell in world["rows"][3]["cells"].values():
        cell |= {"text": hostile, "hint": hostile}
    world["item"]["facts"][0] = {"label": hostile, "value": hostile, "hint": hostile}
    world["item"]["actions"][0] |= {"label": hostile, "what": hostile, "submit": hostile}
    play(page, json.dumps({"zh": world}))
    refreshed(page)
    found = form(page, "approve")
    assert hostile in found.inner_text()
    assert page.locator(".wb-desk img").count() == 0


@pytest.mark.parametrize("last", [True, False], ids=["as in Voila", "as in JupyterLab"])
def test_a_notebook_around_it_changes_no_list(opened: Open, last: bool) -> None:
    """JupyterLab floats and cuts the lists of a cell's output."""
    page = opened(around=lambda payload: notebook_page(payload, last=last))
    strip = page.locator(".wb-strip :is(dt, dd)").evaluate_all(
        "(all) => all.map((e) => Math.round(e.getBoundingClientRect().bottom / 12))"
    )
    assert len(set(strip)) == 1, "figures stand in one line"
    item(page)
    pairs = page.locator(".wb-facts > div").evaluate_all(
        "(all) => all.map((e) => [...e.children].map((c) => c.getBoundingClientRect().left))"
    )
    assert all(name == text for name, text in pairs), "each name stands above its text"
    assert len({name for name, _ in pairs}) == 3


# A phone and paper -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theme", "language"), [("light", "zh"), pytest.param("dark", "en", marks=pytest.mark.slow)]
)
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    opened: Open, screenshot: Callable[[Page, str], None], theme: str, language: str
) -> None:
    page = opened("phone", language, theme)

    def fits() -> None:
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
        shown = page.locator(".wb-desk *:not(thead, thead *):visible")
        right = shown.evaluate_all(
            "(all) => Math.max(...all.map((e) => e.getBoundingClientRect().right))"
        )
        assert right <= SIZES["phone"][0]

    fits()
    labels = [column["label"] for column in WORLDS[language]["desk"]["columns"][1:]]
    cells = page.locator("tbody tr").first.locator("td:not(:first-child)")
    shown = cells.evaluate_all(
        "(all) => all.map((e) => getComputedStyle(e, '::before').content.slice(1, -1))"
    )
    assert shown == labels
    screenshot(page, f"desk-phone-{theme}-{language}")
    page.evaluate("scrollTo(0, 900)")
    shown_item = item(page)
    box = shown_item.bounding_box()
    assert box
    assert box["width"] > 340
    assert -1 <= box["y"] < 40, "its head is in sight"
    expect(page.locator(".wb-list")).to_be_hidden()
    fits()
    shown_item.locator("[data-event=approve]").click()
    fits()
    foot = page.locator(".wb-form .wb-submit").bounding_box()
    assert foot
    assert foot["y"] < 844, "the button is in sight over 60 columns"
    screenshot(page, f"desk-phone-form-{theme}-{language}")
    page.locator(".wb-shut").click()
    expect(page.locator(".wb-list")).to_be_visible()
    assert focused(page) == "C-2026-0004"


def test_the_open_item_is_printed_whole(opened: Open) -> None:
    page = opened(theme="dark")
    suspending(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown = page.locator(".wb-item")
    whole = shown.evaluate(
        "(e) => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    )
    assert whole == [0, 0]
    assert page.locator(".wb-board").get_attribute("data-theme") == "light"
    hidden = ".wb-list, .wb-actions, .wb-form, .wb-deskbar, .wb-shut"
    assert page.locator(hidden).locator("visible=true").count() == 0
    for block in WORLDS["zh"]["item"]["blocks"]:
        assert block["title"] in shown.inner_text()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".wb-form")).to_be_visible()
