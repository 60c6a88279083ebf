"""The five journeys of an application in a real browser: from the grant that lies unused and the
refused query, over the draft, the decision and the query that now runs, to the use that is
stopped and the ledger that tells of it all. Each under one regulation, at four people's desks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attacks.served import PASSWORD, SCENARIO
from commands import Said, here
from desk_browsing import LIVE, SIZE, opened, opened_line, panel, sent, signed_in, step, written
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from running_city import Up, wait_for
from towns import ASKED, ROOT, WORKING_DAYS, add_people, granted_before, write_town

from workbench.catalogue.working_days import calendar_of
from workbench.model.days import day_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("my_data", "approval_desk", "who_uses_my_data", "trail")
DORMANT_AFTER_DAYS = 110
"""More than three months (Heilongjiang 2025 art. 27)."""
PATIENCE_MS = 20_000
"""A desk asks its gateway several times for one look; a busy machine takes its time."""
Take = Callable[[Page, str], None]


@dataclass
class Office:
    """A running city, and a browser of their own for each who works there."""

    up: Up
    browser: Browser
    folder: Path
    regulation: str
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def at(self, person: str, page: str) -> Page:
        """Their page, open and alive."""
        if person not in self.contexts:
            context = self.browser.new_context(viewport=SIZE, locale="zh-CN", accept_downloads=True)
            self.contexts[person] = context
            signed_in(context, self.up, person, PASSWORD)
        return opened(self.contexts[person], self.up, page)

    def query(self) -> Said:
        """What the analyst's query says at the command line."""
        home = self.folder / "li"
        environment = {
            "WORKBENCH_URL": self.up.gateway,
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
        }
        if not home.exists():
            home.mkdir()
            login = ("login", "--user", "li", "--password-stdin")
            assert here(*login, given=f"{PASSWORD}\n", **environment).returncode == 0
        return here("sql", "-s", SCENARIO, "--format", "csv", ASKED, **environment)

    def looked(self) -> None:
        """A round of the clockwork, at once."""
        assert here("remind", "--city", str(self.up.city)).returncode == 0


@pytest.fixture(params=sorted(WORKING_DAYS))
def office(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Office]:
    then = datetime.now(UTC) - timedelta(days=DORMANT_AFTER_DAYS)
    city = write_town(request.param, tmp_path, lambda: then)
    granted_before(city, then)
    add_people(city)
    for name in PAGES:
        for file in (f"{name}.ipynb", f"pages/{name}.yaml"):
            target = city / "dashboards" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / "dashboards" / file, target)
    up = Up.start(city, options=("--viewers", "4"))
    expect.set_options(timeout=PATIENCE_MS)
    try:
        made = Office(up.ready(), browser, tmp_path, request.param)
        yield made
        for context in made.contexts.values():
            context.close()
    finally:
        expect.set_options(timeout=None)
        up.stop()


def test_from_the_unused_grant_and_the_refused_query_to_the_end(
    office: Office, screenshot: Take, tmp_path: Path
) -> None:
    unused_is_found(office, screenshot)
    draft = refused_and_drafted(office, screenshot, tmp_path)
    applied(office, draft, screenshot)
    decided(office, screenshot)
    answer = office.query()
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == ["amount", "30"]
    used_and_stopped(office, screenshot)
    after = office.query()
    assert (after.returncode, "grant_revoked" in after.stderr) == (3, True)
    told_by_the_trail(office, screenshot)
    assert here("audit", "verify", "--city", str(office.up.city)).returncode == 0


def shot(page: Page, take: Take, office: Office, name: str) -> None:
    take(page, f"{office.regulation}-{name}")


def unused_is_found(office: Office, take: Take) -> None:
    """The grant of 110 days ago was never used: one regulation says what follows."""
    office.looked()
    page = office.at("wang", "approval_desk")
    cases = panel(page, "与我有关的案件")
    cases.locator("[data-key=show]").select_option("live")
    line = cases.locator("tr[data-row]").first
    if office.regulation != "heilongjiang-2025":
        expect(line).to_contain_text("授权有效")
        page.close()
        return
    expect(line).to_contain_text("整改中")
    item = opened_line(cases, "整改中")
    expect(item).to_contain_text("第27条")
    shot(page, take, office, "1-unused")
    # Used again, it counts as rectified; till then there is no new grant in its place.
    assert here_counts(office).returncode == 0
    office.looked()
    page.reload()
    page.wait_for_selector(LIVE, timeout=60_000)
    cases = panel(page, "与我有关的案件")
    cases.locator("[data-key=show]").select_option("live")
    expect(cases.locator("tr[data-row]").first).to_contain_text("授权有效")
    page.close()


def here_counts(office: Office) -> Said:
    office.query()  # signs in
    home = office.folder / "li"
    return here(
        "sql", "-s", SCENARIO, "--format", "csv", "select count(code) as n from firms",
        WORKBENCH_URL=office.up.gateway, HOME=str(home), XDG_CONFIG_HOME=str(home),
    )  # fmt: skip


def refused_and_drafted(office: Office, take: Take, folder: Path) -> Path:
    """The analyst's query is refused; from its text comes the draft, which is no analyst's to
    bring forward."""
    refused = office.query()
    assert refused.returncode == 3
    page = office.at("li", "my_data")
    grants = panel(page, "我的授权")
    expect(grants.locator("tr[data-row]")).to_have_count(1)
    item = opened_line(grants, "firms")
    expect(item).to_contain_text("town")
    asked = panel(page, "本部门的申请")
    form = step(asked, "from_query")
    written(form, scenario=SCENARIO, statement="select amount from firms where")
    sent(form)
    expect(form.locator(".wb-problems")).to_be_visible()  # what is no statement says so, in place
    written(form, statement=ASKED)
    sent(form)
    form = asked.locator('form.wb-form:visible:has([name="duty_basis"])')
    expect(form).to_be_visible()
    shot(page, take, office, "2-draft")
    sent(form)
    expect(form.locator(".wb-problems")).to_contain_text("用途")  # what is missing, by its name
    until = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    written(form, reason="月度分析", until=until, duty_basis="三定规定")
    form.get_by_label("amount: 需要的理由").fill("比较规模")
    with page.expect_download() as download:
        sent(form)
    file = folder / "application.yaml"
    download.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8"))["application"]["columns"]["amount"]
    page.close()
    return file


def applied(office: Office, draft: Path, take: Take) -> None:
    """The officer opens the draft, and brings it forward; a second click changes nothing."""
    page = office.at("ma", "my_data")
    asked = panel(page, "本部门的申请")
    form = step(asked, "from_draft")
    written(form, draft=draft.read_text(encoding="utf-8"))
    sent(form)
    form = asked.locator('form.wb-form:visible:has([name="duty_basis"])')
    expect(form.get_by_label("amount: 需要的理由")).to_have_value("比较规模")
    sent(form)
    item = asked.locator(".wb-item")
    expect(item.locator(".wb-itemstate")).to_contain_text("审核中")
    due(office, item)
    expect(item.locator('[data-event="approve"]')).to_have_count(0)  # nobody decides their own
    shot(page, take, office, "3-applied")
    page.close()


def due(office: Office, item: Locator) -> None:
    """The deadline of the review with its article; one without a number is not shown as one."""
    days = WORKING_DAYS[office.regulation]
    if days is not None:
        last = calendar_of(()).working_day_after(day_of(datetime.now(UTC)), days)
        expect(item).to_contain_text(last.isoformat())
    elif office.regulation == "binzhou-2023":
        expect(item).to_contain_text("法规文本缺失")
    else:
        expect(item).to_contain_text("法规没有规定期限")


def decided(office: Office, take: Take) -> None:
    """The provider's reviewer sees the union and how unique it makes somebody, and grants a part;
    where the regulation wants it, supplies."""
    page = office.at("wang", "approval_desk")
    cases = panel(page, "与我有关的案件")
    item = opened_line(cases, "审核中")
    expect(item).to_contain_text("code、town、amount")
    expect(item).to_contain_text("比较规模")
    expect(item).to_contain_text("用 statistics 即可")  # less would do, the system says
    sent(step(item, "uniqueness"))
    expect(item).to_contain_text("独一无二")
    shot(page, take, office, "4-review")
    form = step(item, "approve")
    form.locator("li.wb-column").filter(has_text="town").locator("input[type=checkbox]").uncheck()
    written(form, reason="同意，town 无需", basis="履职需要")
    shot(page, take, office, "5-decision")
    sent(form)
    if office.regulation == "changde-2016":
        expect(item.locator(".wb-itemstate")).to_contain_text("待提供")
        sent(step(item, "supply"))
    expect(item.locator(".wb-itemstate")).to_contain_text("授权有效")
    page.close()


def used_and_stopped(office: Office, take: Take) -> None:
    """The provider sees who used which of the columns, and stops it."""
    page = office.at("wang", "who_uses_my_data")
    uses = panel(page, "授权与使用")
    uses.locator("[data-key=state]").select_option("active")
    line = uses.locator("tr[data-row]").filter(has_text="1 / 2")
    assert wait_for(lambda: line.count() == 1, 40), uses.inner_text()
    shot(page, take, office, "6-uses")
    item = opened_line(uses, "1 / 2")
    expect(item).to_contain_text("li")
    expect(item).to_contain_text("有 1 列从未使用")
    form = step(item, "revoke")
    sent(form)
    expect(form.locator(".wb-problems")).to_contain_text("理由")
    written(form, reason="超出用途", basis="第二十七条")
    shot(page, take, office, "7-stop")
    sent(form)
    expect(item.locator(".wb-itemstate")).to_contain_text("已撤销")
    page.close()


def told_by_the_trail(office: Office, take: Take) -> None:
    """The auditor finds every step, and the ledger whole."""
    page = office.at("he", "trail")
    trail = panel(page, "账本")
    trail.locator("[data-key=person]").fill("wang")
    expect(trail.locator("tr[data-row]").filter(has_text="firms").first).to_be_visible()
    sent(step(trail, "verify"))
    item = trail.locator(".wb-item")
    expect(item).to_contain_text("账本校验")
    again = item.locator('[data-event="again"]')
    assert wait_for(lambda: again.count() == 0 or looked_again(item), 60)
    expect(item.locator(".wb-itemstate")).to_contain_text("完整")
    shot(page, take, office, "8-trail")
    page.close()


def looked_again(item: Locator) -> bool:
    sent(step(item, "again"))
    return item.locator('[data-event="again"]').count() == 0
