"""Agreements in a real browser: from the card to the certificate, in both languages and widths, and through axe."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.agreements import TEXT, TEXT_ZH, answer, draft, published, published_again
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS, READERS_BY_LANGUAGE, Office, choose_chinese
from tests.browser.steps import Reader
from tests.company import PASSWORD
from vault.policy.agreements import Answer

NewContext = Callable[..., BrowserContext]
WORDS = {
    "en": {"read": "Read and accept", "accept": "I accept", "done": "You have accepted it", "pdf": "Certificate"},
    "zh": {"read": "阅读并接受", "accept": "我接受", "done": "您已接受", "pdf": "证明"},
}


@READERS_BY_LANGUAGE
def test_borrower_reads_accepts_opens_and_takes_the_certificate(
    office: Office, new_context: NewContext, language: str, size: tuple[int, int]
) -> None:
    """The card leads to the text; accepted with the password, the document opens and the certificate is a PDF."""
    published(office.company)
    page, words = new_context(size).new_page(), WORDS[language]
    office.sign_in(page)
    if language == "zh":
        choose_chinese(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}")
    assert not scrolls_sideways(page)
    page.get_by_role("link", name=re.compile(words["read"])).click()
    expect(page.locator(".agreement")).to_contain_text("For ten years." if language == "en" else "十年。")
    assert not scrolls_sideways(page)
    page.locator("#password").fill("not my password")
    page.get_by_role("button", name=words["accept"]).click()
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("#password")).to_have_value("")
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=words["accept"]).click()
    expect(page.locator(".notice")).to_contain_text(words["done"])
    assert not scrolls_sideways(page)
    office.company.sequence()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(words["pdf"])).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    office.open_document(page)
    assert office.complaints == [each for each in office.complaints if "400" in each]  # the wrong password


def test_change_is_shown_and_accepted_by_keyboard_without_scripts(office: Office, new_context: NewContext) -> None:
    """What was removed and added is told in words as well as in colour; Enter in the password accepts."""
    agreement_id = published(office.company)
    answer(office.company, agreement_id)
    published_again(office.company, agreement_id, draft(TEXT.replace("ten", "twenty")))
    page = new_context(java_script_enabled=False).new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/agreements")
    page.get_by_role("link", name="Confidentiality agreement").first.click()
    expect(page.locator(".changed")).to_contain_text("removed: ten end of what was removed")
    expect(page.locator(".changed")).to_contain_text("added: twenty end of what was added")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator(".notice")).to_contain_text("You have accepted it")


def test_administrator_writes_publishes_and_sees_who_has_not_accepted(office: Office, page: Page) -> None:
    """From nothing, with the warning that nothing is covered, to the list of people."""
    office.sign_in(page, "admin")
    Reader(page, "en-GB").go("Rules", "Agreements")
    expect(page.locator(".warning")).to_contain_text("Top secret")
    page.get_by_role("link", name="New agreement").click()
    for name, words in {"title_en": "NDA", "body_en": TEXT, "title_zh": "协议", "body_zh": TEXT_ZH}.items():
        page.locator(f"#{name}").fill(words)
    page.get_by_label("Confidential", exact=True).check()
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_role("button", name="Publish it").click()
    expect(page.locator(".notice")).to_contain_text("It is published")
    page.get_by_role("button", name="Who has accepted and who has not").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert office.complaints == []


@LOOKS
def test_no_screen_about_agreements_has_a_finding(
    office: Office, new_context: NewContext, size: tuple[int, int], scheme: str
) -> None:
    """The person's, the administrator's and the auditor's, with changes, drafts and every state."""
    agreement_id = published(office.company)
    answer(office.company, agreement_id)
    answer(office.company, agreement_id, "other", said=Answer.DECLINED)
    published_again(office.company, agreement_id, draft(TEXT.replace("ten", "twenty")))
    found = {}
    texts = f"/agreements/texts/{agreement_id}"
    for login, paths in {
        "borrower": ("/agreements", f"/agreements/{agreement_id}", f"/documents/{office.company.document_id}"),
        "admin": ("/agreements/texts", texts, f"{texts}/edit", "/agreements/texts/new"),
        "auditor": ("/agreements/texts", "/trail/evidence"),
    }.items():
        page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
        office.sign_in(page, login)
        for path in paths:
            page.goto(office.address + path)
            found[login, path] = findings(page)
        if login != "borrower":
            page.goto(office.address + texts)
            page.get_by_role("button", name="Who has accepted and who has not").click()
            expect(page.locator("tbody tr").first).to_be_visible()
            found[login, "people"] = findings(page)
            assert not scrolls_sideways(page)
    assert {screen: each for screen, each in found.items() if each} == {}
