"""Changing the policy in real browsers: proposed by one, approved by another, shown to a borrower on the cover card."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import READERS, Office, choose_chinese
from tests.company import PASSWORD

NewContext = Callable[..., BrowserContext]
WHY = "Two views are enough after the audit"


@dataclass(frozen=True)
class Words:
    """What the screens say, in one language."""

    propose: str
    look: str
    submit: str
    approve: str
    ask: str
    before: str
    after: str
    own: str
    in_force: str
    card: str
    preview: str


WORDS = {
    "en-GB": Words(
        propose="Propose a change",
        look="See what would change",
        submit="Propose it",
        approve="Approve",
        ask="Ask",
        before="As many views as for all classes.",
        after="A document of this class may be viewed 2 times.",
        own="Nobody decides what they proposed.",
        in_force="Version 1 is in force since",
        card="view 1 of 2",
        preview="0 of 2 views used (limit of the class)",
    ),
    "zh-CN": Words(
        propose="提议修改",
        look="查看影响",
        submit="提交提议",
        approve="批准",
        ask="查询",
        before="查阅次数同一般规定。",
        after="此密级的文档可查阅 2 次。",
        own="不能审批自己的提议",
        in_force="现行第 1 版",
        card="第 1 次查阅（共 2 次）",
        preview="已用 0 / 2 次查阅（按密级规定）",
    ),
}


def entered(office: Office, context: BrowserContext, login: str, locale: str) -> Page:
    page = context.new_page()
    office.sign_in(page, login)
    if locale == "zh-CN":
        choose_chinese(page)
    return page


def looked_at(page: Page, name: str) -> None:
    """Nothing that axe objects to, no scrolling sideways; a picture where somebody asked for pictures."""
    folder = os.environ.get("VAULT_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert not scrolls_sideways(page), name
    assert findings(page) == [], name


@READERS
def test_policy_is_proposed_approved_and_met_on_the_cover_card(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Filled in, looked at, proposed; found waiting by another office, tried on a borrower, approved; then it holds."""
    words, mark = WORDS[locale], f"policy-{locale}-{size[0]}"

    def somebody(login: str) -> Page:
        return entered(office, new_context(size, locale=locale, bypass_csp=True), login, locale)

    admin = somebody("admin")
    admin.locator(".places a[href='/policy']").click()
    looked_at(admin, f"{mark}-policy")
    admin.get_by_role("link", name=words.propose).click()
    views = admin.locator("[name='value.classes.confidential.views']")
    admin.locator("details", has=views).locator("summary").click()
    views.fill("2000")
    admin.get_by_role("button", name=words.look).click()
    expect(admin.locator(".field.refused .error")).to_have_count(1)
    looked_at(admin, f"{mark}-form")
    views.fill("2")
    admin.get_by_role("button", name=words.look).click()
    expect(admin.locator("table")).to_contain_text(words.before)
    expect(admin.locator("table")).to_contain_text(words.after)
    admin.locator("#note").fill(WHY)
    admin.locator("#password").fill(PASSWORD)
    looked_at(admin, f"{mark}-confirm")
    admin.get_by_role("button", name=words.submit).click()
    expect(admin.locator("main")).to_contain_text(words.own)
    expect(admin.get_by_role("button", name=words.approve, exact=True)).to_have_count(0)

    officer = somebody("officer")
    expect(officer.locator(".places a[href='/policy'] .count")).to_contain_text("1")
    officer.locator(".places a[href='/policy']").click()
    officer.locator(".row-title a").first.click()
    expect(officer.locator(".quote")).to_contain_text(WHY)
    looked_at(officer, f"{mark}-deciding")
    officer.locator("a[href*='/policy/preview']").click()
    officer.locator("#person").fill("borrower")
    officer.locator("#what").fill("D2026-00001")
    officer.get_by_role("button", name=words.ask, exact=True).click()
    expect(officer.locator("tr.differs")).to_contain_text(words.preview)
    looked_at(officer, f"{mark}-preview")
    officer.go_back()
    officer.go_back()
    officer.locator("#password").fill(PASSWORD)
    officer.get_by_role("button", name=words.approve, exact=True).click()
    expect(officer.locator(".lead")).to_contain_text(words.in_force)
    looked_at(officer, f"{mark}-in-force")
    officer.goto(f"{office.address}/policy/versions/1")
    looked_at(officer, f"{mark}-version")

    borrower = somebody("borrower")
    borrower.goto(f"{office.address}/documents/{office.company.document_id}")
    expect(borrower.locator(".cover")).to_contain_text(words.card)
    assert [each for each in office.complaints if "400" not in each] == []  # the figure out of bounds, refused
