"""Two accounts of one person in real browsers: linked, counted together, kept apart from approving for each other."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.attacks.acting import ask, open_and_end
from tests.browser.conftest import READERS, Office
from tests.browser.steps import begin, sound
from tests.linking import WHY

NewContext = Callable[..., BrowserContext]
ELSEWHERE = {
    "en-GB": "2 of the used views were with another account of yours.",
    "zh-CN": "已用查阅中有 2 次使用您的其他账户。",
}


@READERS
def test_two_accounts_are_linked_and_are_one_person(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """An administrator links; the count is one; neither decides for the other; an officer takes them apart."""

    def window() -> Page:
        return new_context(size, locale=locale).new_page()

    company = office.company
    for _view in range(2):
        open_and_end(company, company.signed_in("borrower"))
    request_id = ask(company, 1, login="other")

    page = begin(office, window(), "admin", locale)
    for first, second in (("borrower", "other"), ("approver", "other")):
        page.goto(f"{office.address}/people/{company.ids[first]}")
        page.locator("section[aria-labelledby=links] summary").click()
        page.locator("#other").fill(second)
        page.locator("#link_note").fill(WHY)
        sound(page)
        page.locator("section[aria-labelledby=links] button[type=submit]").click()
        expect(page.locator("p.notice")).to_be_visible()
        expect(page.locator("section[aria-labelledby=links] li")).not_to_have_count(0)

    reader = begin(office, window(), "other", locale)
    reader.goto(f"{office.address}/documents/{company.document_id}")
    expect(reader.locator("article.cover-card")).to_contain_text(ELSEWHERE[locale])
    sound(reader)
    office.open_document(reader)
    reader.goto(f"{office.address}/dossiers/{company.dossier_id}")
    expect(reader.locator(".views-left")).to_contain_text(ELSEWHERE[locale])
    sound(reader)
    second = begin(office, window(), "borrower", locale)
    second.goto(f"{office.address}/documents/{company.document_id}")
    expect(second.locator("form[action$='/views']")).to_have_count(0)  # all three are used

    approver = begin(office, window(), "approver", locale)
    approver.goto(f"{office.address}/requests")
    expect(approver.locator("li.row")).to_have_count(0)
    approver.goto(f"{office.address}/requests/{request_id}")
    expect(approver.locator("main button[name=approve], main input[name=amount]")).to_have_count(0)
    sound(approver)

    officer = begin(office, window(), "officer", locale)
    officer.goto(f"{office.address}/people/{company.ids['other']}")
    officer.locator("#link_note").fill(WHY)
    sound(officer)
    officer.locator("section[aria-labelledby=links] button[type=submit]").click()
    expect(officer.locator("p.notice")).to_be_visible()
    second.reload()
    expect(second.locator("form[action$='/views']")).to_have_count(0)  # nothing is given back
    assert office.complaints == []
