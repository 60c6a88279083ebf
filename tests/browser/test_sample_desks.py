"""The desks of the sample city as a new user meets them, for the pictures of the README: an
application for more of the (synthetic) taxes, and the desk of the department that provides them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk_browsing import SIZE, opened, opened_line, panel, sent, signed_in, step, written
from playwright.sync_api import Browser, Page, expect
from running_city import Up

from workbench.client.connection import connect

pytestmark = pytest.mark.browser

USED = (
    "select tax_year, count(*) as firms from enterprise_tax_synthetic group by 1",
    "select industry_code, turnover, count(*) as firms from enterprise_tax_synthetic group by 1, 2",
)
ASKED = "select industry_code, sum(tax_paid) as tax from enterprise_tax_synthetic group by 1"


@pytest.mark.slow
def test_an_application_and_who_decides_it(
    up: Up, browser: Browser, screenshot: Callable[[Page, str], None]
) -> None:
    expect.set_options(timeout=20_000)  # a busy machine takes its time
    officer = browser.new_context(viewport=SIZE, locale="zh-CN")
    signed_in(officer, up, "officer", up.password("officer"))
    page = opened(officer, up, "my_data")
    asked = panel(page, "本部门的申请")
    form = step(asked, "from_query")
    written(form, scenario="tax_structure", statement=ASKED)
    sent(form)
    form = asked.locator('form.wb-form:visible:has([name="duty_basis"])')
    written(form, reason="按月分析各行业税源结构")
    form.get_by_label("tax_paid: 需要的理由").fill("计算各行业税负，规模档次不足以说明")
    form.locator(".wb-fieldname").last.scroll_into_view_if_needed()
    screenshot(page, "desk-application")
    sent(form)
    expect(asked.locator(".wb-itemstate")).to_contain_text("审核中")
    officer.close()

    reviewer = browser.new_context(viewport=SIZE, locale="zh-CN")
    signed_in(reviewer, up, "reviewer", up.password("reviewer"))
    page = opened(reviewer, up, "approval_desk")
    cases = panel(page, "与我有关的案件")
    item = opened_line(cases, "审核中")
    sent(step(item, "uniqueness"))
    expect(item).to_contain_text("独一无二")
    page.evaluate("scrollTo(0, 560)")
    screenshot(page, "desk-review")
    form = step(item, "approve")
    form.locator("li.wb-column").filter(has_text="tax_paid").locator("select").select_option(
        label="仅用于统计"
    )
    written(form, reason="同意用于统计", basis="示例〔2026〕1号")
    sent(form)
    expect(item.locator(".wb-itemstate")).to_contain_text("授权有效")

    analyst = connect(up.gateway, user="analyst", password=up.password("analyst"), progress=False)
    for statement in USED:
        analyst.sql(statement, "tax_structure")
    page = opened(reviewer, up, "who_uses_my_data")
    uses = panel(page, "授权与使用")
    expect(uses).to_contain_text("3 / 6")
    screenshot(page, "desk-uses")
    reviewer.close()
