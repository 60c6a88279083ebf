"""The desk of procedures in a real browser: a correction from its opening to its end, under a
regulation that has a number for each deadline and one of which that part is missing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks.served import PASSWORD
from commands import here
from desk_browsing import LIVE, SIZE, base_of, opened, opened_line, panel, sent, signed_in, step
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from running_city import Up
from towns import ROOT, add_people, write_town

from workbench.store.keyring import Keyring
from workbench.store.layout import Layout

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE, DUE, ALL = "procedures_desk", "事项期限", "与我有关的事项"
PHONE = {"width": 390, "height": 844}
PATIENCE_MS, LOADING_MS = 20_000, 90_000
"""A busy machine takes its time, most of all to start the first kernel of a page."""
KEY = "A-91510000"
UNSEEN = "\u200b"
"""A space that no eye sees and no browser strips."""
LIGHTS = {"aba-2024": ("临期", "第20条"), "binzhou-2023": ("未知", "法规文本缺失")}
Take = Callable[[Page, str], None]


@dataclass
class Bureau:
    """A running city under a regulation, and a browser for each who works there."""

    up: Up
    browser: Browser
    regulation: str
    take: Take
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def at(self, person: str) -> Page:
        if person not in self.contexts:
            context = self.browser.new_context(viewport=SIZE, locale="zh-CN")
            context.set_default_navigation_timeout(LOADING_MS)
            self.contexts[person] = context
            signed_in(context, self.up, person, PASSWORD)
        return opened(self.contexts[person], self.up, PAGE)

    def shot(self, page: Page, name: str) -> None:
        """At the size of a desk and of a phone."""
        for size, word in ((PHONE, "phone"), (SIZE, "wide")):
            page.set_viewport_size(size)
            page.wait_for_timeout(300)  # the board lays itself out anew
            self.take(page, f"procedures-{self.regulation}-{name}-{word}")


@pytest.fixture(params=sorted(LIGHTS))
def bureau(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path, screenshot: Take
) -> Iterator[Bureau]:
    city = write_town(request.param, tmp_path)
    Keyring.open(Layout(city).keys)  # keys are made before there is anybody whose they are
    add_people(city)
    shutil.copytree(
        ROOT / "data_contracts" / "procedures",
        city / "data_contracts" / "procedures",
        dirs_exist_ok=True,
    )
    for file in (f"{PAGE}.ipynb", f"pages/{PAGE}.yaml"):
        target = city / "dashboards" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "dashboards" / file, target)
    up = Up.start(city, options=("--viewers", "6"))
    expect.set_options(timeout=PATIENCE_MS)
    try:
        made = Bureau(up.ready(), browser, request.param, screenshot)
        yield made
        for context in made.contexts.values():
            context.close()
    finally:
        expect.set_options(timeout=None)
        up.stop()


def test_a_correction_from_its_opening_to_its_end(bureau: Bureau, tmp_path: Path) -> None:
    opened_by_an_officer(bureau)
    looked_at_by_an_auditor(bureau)
    forwarded_once(bureau)
    answered(bureau, tmp_path)
    closed(bureau)
    assert here("audit", "verify", "--city", str(bureau.up.city)).returncode == 0


def opened_by_an_officer(bureau: Bureau) -> None:
    """A kind that the officer's role opens, then its resource, then the rest."""
    page = bureau.at("ma")
    every = panel(page, ALL)
    form = step(every, "begin_one")
    ways = form.locator("select option").all_inner_texts()
    assert not any("主管部门通知" in way for way in ways)  # the authority's alone
    form.locator("select").select_option("correction:submit_to_authority")
    sent(form)
    form = every.locator('form.wb-form[data-event^="choose:"]')
    form.locator('[name="field_resource"]').select_option("firms")
    sent(form)
    form = every.locator('form.wb-form[data-event^="open:"]')
    form.get_by_label("amount").check()
    form.locator('[name="field_key"]').fill(KEY)
    sent(form)
    expect(form.locator(".wb-problems")).to_contain_text("疑义")  # what is missing, by its name
    form.locator('[name="field_wrong"]').fill("金额多了一位")
    bureau.shot(page, "1-open")
    sent(form)
    item = every.locator(".wb-item")
    expect(item.locator(".wb-itemstate")).to_contain_text("待转办")
    expect(item).to_contain_text(KEY)
    expect(item).to_contain_text("amount")
    page.close()


def looked_at_by_an_auditor(bureau: Bureau) -> None:
    """Who does not deal with it sees that there is one, and no sealed value."""
    page = bureau.at("he")
    item = opened_line(panel(page, ALL), "数据校核")
    expect(item).to_contain_text("已密封")
    assert KEY not in page.content()
    assert "多了一位" not in page.content()
    expect(item.locator(".wb-actions button")).to_have_count(0)
    page.close()


def forwarded_once(bureau: Bureau) -> None:
    """What is due says by when, or why there is no day; of two who act at once one is told."""
    light, why = LIGHTS[bureau.regulation]
    page, late = bureau.at("chen"), bureau.at("chen")
    due = panel(page, DUE)
    expect(due.locator("tr[data-row]").first).to_contain_text(light)
    bureau.shot(page, "2-list")
    item = opened_line(due, "数据校核")
    expect(item).to_contain_text(why)
    behind = step(opened_line(panel(late, DUE), "数据校核"), "forward")
    form = step(item, "forward")
    bureau.shot(page, "2-item")
    sent(form)
    expect(item.locator(".wb-itemstate")).to_contain_text("核实中")
    sent(behind)
    expect(behind.locator(".wb-problems")).to_be_visible()
    expect(panel(late, DUE).locator(".wb-itemstate")).to_contain_text("核实中")
    bureau.shot(late, "3-conflict")
    for one in (page, late):
        one.close()


def answered(bureau: Bureau, folder: Path) -> None:
    """The provider gives itself time with a proof, where the regulation has it; a reason that
    nobody sees is refused."""
    page = bureau.at("wang")
    item = opened_line(panel(page, ALL), "数据校核")
    if bureau.regulation == "aba-2024":
        extended(item, folder)
        bureau.shot(page, "4-extended")
    else:
        expect(item.locator('[data-event="extend"]')).to_have_count(0)
    form = step(item, "confirm")
    form.locator('[name="reason"]').fill(UNSEEN)
    sent(form)
    expect(form.locator(".wb-problems")).to_contain_text("理由")
    bureau.shot(page, "5-refused")
    form.locator('[name="reason"]').fill("核实无误")
    sent(form)
    expect(item.locator(".wb-itemstate")).to_contain_text("核实无误")
    page.close()


def extended(item: Locator, folder: Path) -> None:
    proof = folder / "批准.pdf"
    proof.write_bytes("批准延期".encode() * 100_000)
    digest = hashlib.sha256(proof.read_bytes()).hexdigest()
    form = step(item, "extend")
    form.locator('[name="reason"]').fill("需现场核实")
    sent(form)
    expect(form.locator(".wb-problems")).to_contain_text("证明材料")
    form.locator('[name="evidence"]').set_input_files(proof)
    expect(form.locator(".wb-digest")).to_contain_text(digest)
    sent(form)
    expect(item).to_contain_text("已延期一次")
    expect(item).to_contain_text(f"SHA-256 {digest}")


def closed(bureau: Bureau) -> None:
    """Who asked accepts the answer; it is found among those that are over, in English too."""
    page = bureau.at("ma")
    item = opened_line(panel(page, ALL), "数据校核")
    sent(step(item, "accept"))
    expect(item.locator(".wb-itemstate")).to_contain_text("已办结")
    page.goto(f"{base_of(bureau.up)}/voila/render/{PAGE}.ipynb?lang=en")
    page.wait_for_selector(LIVE, timeout=60_000)
    expect(panel(page, "What is due").locator("tr[data-row]")).to_have_count(0)
    every = panel(page, "Procedures that concern me")
    every.locator("[data-key=show]").select_option("over")
    every.locator("[data-key=kind]").select_option("correction")
    item = opened_line(every, "closed")
    expect(item).to_contain_text("Correction request")
    bureau.shot(page, "6-closed")
    page.close()
