"""Changing the policy in real browsers: proposed by one, approved by another, shown to a borrower on the cover card."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import READERS, Office
from tests.browser.steps import NewContext, Reader, begin, sound
from tests.company import PASSWORD

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


@READERS
def test_policy_is_proposed_approved_and_met_on_the_cover_card(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Filled in, looked at, proposed; found waiting by another office, tried on a borrower, approved; then it holds."""
    words, mark = WORDS[locale], f"policy-{locale}-{size[0]}"

    def somebody(login: str) -> Page:
        return begin(office, new_context(size, locale=locale, bypass_csp=True).new_page(), login, locale)

    admin = somebody("admin")
    Reader(admin, locale).go("Rules", "Policy")
    sound(admin, f"{mark}-policy")
    admin.get_by_role("link", name=words.propose).click()
    views = admin.locator("[name='value.classes.confidential.views']")
    admin.locator("details", has=views).locator("summary").click()
    views.fill("2000")
    admin.get_by_role("button", name=words.look).click()
    expect(admin.locator(".field.refused .error")).to_have_count(1)
    sound(admin, f"{mark}-form")
    views.fill("2")
    admin.get_by_role("button", name=words.look).click()
    expect(admin.locator("table")).to_contain_text(words.before)
    expect(admin.locator("table")).to_contain_text(words.after)
    admin.locator("#note").fill(WHY)
    admin.locator("#password").fill(PASSWORD)
    sound(admin, f"{mark}-confirm")
    admin.get_by_role("button", name=words.submit).click()
    expect(admin.locator("main")).to_contain_text(words.own)
    expect(admin.get_by_role("button", name=words.approve, exact=True)).to_have_count(0)

    officer = somebody("officer")
    expect(officer.locator(".places a[href='/policy'] .count")).to_contain_text("1")
    Reader(officer, locale).go("Policy")
    officer.locator(".row-title a").first.click()
    expect(officer.locator(".quote")).to_contain_text(WHY)
    sound(officer, f"{mark}-deciding")
    officer.locator("main a[href*='/policy/preview']").click()
    officer.locator("#person").fill("borrower")
    officer.locator("#what").fill("D2026-00001")
    officer.get_by_role("button", name=words.ask, exact=True).click()
    expect(officer.locator("tr.differs")).to_contain_text(words.preview)
    sound(officer, f"{mark}-preview")
    officer.go_back()
    officer.go_back()
    officer.locator("#password").fill(PASSWORD)
    officer.get_by_role("button", name=words.approve, exact=True).click()
    expect(officer.locator(".lead")).to_contain_text(words.in_force)
    sound(officer, f"{mark}-in-force")
    officer.goto(f"{office.address}/policy/versions/1")
    sound(officer, f"{mark}-version")

    borrower = somebody("borrower")
    borrower.goto(f"{office.address}/documents/{office.company.document_id}")
    expect(borrower.locator(".cover")).to_contain_text(words.card)
    assert [each for each in office.complaints if "400" not in each] == []  # the figure out of bounds, refused
