"""Asking for more views and deciding in real browsers: every screen, drafts, copies. Its path: test_whole_story.py."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.attacks.acting import ask, open_and_end
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import DESKTOP, LOOKS, PHONE, Office
from tests.browser.steps import NewContext, findings_at
from tests.company import PASSWORD, set_policy
from tests.vault.grants.granting import approve
from vault.policy.document import Policy
from vault.policy.request_rules import RequestRules


def spend(office: Office) -> None:
    actor = office.company.signed_in("borrower")
    for _ in range(3):
        open_and_end(office.company, actor)


def fill_in(page: Page, views: str = "3") -> None:
    page.locator("#amount").fill(views)
    page.locator("#category").select_option("contract")
    page.locator("#text").fill("续约谈判前再次核对第九条")


@LOOKS
def test_no_screen_of_requests_has_a_finding(
    office: Office, new_context: NewContext, size: tuple[int, int], scheme: str
) -> None:
    """Every screen, refused forms and empty lists included."""
    spend(office)
    pages = {}
    for login in ("borrower", "approver"):
        pages[login] = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
        office.sign_in(pages[login], login)
    borrower, approver = pages["borrower"], pages["approver"]
    document = f"/documents/{office.company.document_id}"
    found = {
        "empty": findings_at(office, borrower, "/requests"),
        "cover": findings_at(office, borrower, document),
        "asking": findings_at(office, borrower, f"{document}/requests"),
    }
    fill_in(borrower)
    borrower.locator("#text").fill(".")
    borrower.locator("form[data-draft] button[type=submit]").click()
    expect(borrower.locator("#text-error")).to_be_visible()
    found["refused"] = findings(borrower)
    request = f"/requests/{ask(office.company, 2)}"
    ask(office.company, 1, login="other")
    for name, page, path in (
        ("mine", borrower, "/requests"),
        ("own", borrower, request),
        ("asked", borrower, f"{document}/requests"),
        ("waiting", approver, "/requests"),
        ("to decide", approver, request),
    ):
        found[name] = findings_at(office, page, path)
    approver.locator("#note").fill("Not before the contract is signed")
    approver.get_by_role("button", name="Refuse").click()
    expect(approver.locator(".notice")).to_be_visible()
    found["decided"] = findings(approver)
    found["closed"] = findings_at(office, approver, "/requests/closed?side=decided")
    assert {screen: objections for screen, objections in found.items() if objections} == {}


def test_draft_survives_the_end_of_its_session(office: Office, new_context: NewContext) -> None:
    """Pressed too late: the words stay, and after signing in again in another tab they are sent by the same button."""
    context = new_context()
    page = context.new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}/requests")
    fill_in(page)
    context.clear_cookies()
    page.locator("section form button[type=submit]").click()
    notice = page.locator("[data-draft-notice]")
    expect(notice).to_contain_text("What you typed stays here")
    with context.expect_page() as opened:
        notice.get_by_role("link").click()
    opened.value.locator("#login").fill("borrower")
    opened.value.locator("#password").fill(PASSWORD)
    opened.value.locator("main button[type=submit]").click()
    opened.value.wait_for_url("**/dossiers")
    expect(page.locator("#text")).to_have_value("续约谈判前再次核对第九条")
    page.locator("section form button[type=submit]").click()
    expect(page.locator(".notice")).to_contain_text("Your request is on its way")


def test_draft_is_not_sent_under_somebody_elses_name(office: Office, new_context: NewContext) -> None:
    """Another person signed in in the same browser meanwhile."""
    context = new_context()
    page = context.new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}/requests")
    fill_in(page)
    context.clear_cookies()
    office.sign_in(context.new_page(), "other")
    page.locator("section form button[type=submit]").click()
    expect(page.locator("[data-draft-notice]")).to_contain_text("Somebody else is signed in here now")
    expect(page.locator("[data-draft-notice] a")).to_be_hidden()


def test_draft_stays_while_the_server_is_away(office: Office, new_context: NewContext) -> None:
    """And goes when it is back."""
    context = new_context()
    page = context.new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}/requests")
    fill_in(page)
    context.set_offline(True)
    page.locator("section form button[type=submit]").click()
    expect(page.locator("[data-draft-notice]")).to_contain_text("The vault does not answer")
    context.set_offline(False)
    page.locator("section form button[type=submit]").click()
    expect(page.locator(".notice")).to_contain_text("Your request is on its way")


def test_request_is_made_decided_and_withdrawn_without_scripts(office: Office, new_context: NewContext) -> None:
    """Plain forms do it all."""
    page = new_context(java_script_enabled=False).new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}/requests")
    fill_in(page)
    page.locator("section form button[type=submit]").click()
    expect(page.locator(".notice")).to_contain_text("Your request is on its way")
    page.get_by_role("button", name="Withdraw the request").click()
    expect(page.locator(".notice")).to_contain_text("The request is withdrawn")


def test_pressed_button_decides_also_after_the_session_was_checked(office: Office, new_context: NewContext) -> None:
    """The script that asks first passes on which of the two buttons it was."""
    request = ask(office.company, 2)
    page = new_context().new_page()
    office.sign_in(page, "approver")
    page.goto(f"{office.address}/requests/{request}")
    page.locator("#note").fill("Not before the contract is signed")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator(".notice")).to_contain_text("The request is refused")


def test_marked_copy_is_prepared_downloaded_and_opens_with_its_password(
    office: Office, new_context: NewContext
) -> None:
    """Where the policy lets it leave: asked for, approved, taken once; in the file are pictures alone."""
    set_policy(office.company, Policy(requests=RequestRules(copies=True)))
    page = new_context(PHONE).new_page()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}/requests")
    page.get_by_role("link", name="Marked copy").click()
    page.wait_for_url("**kind=copy*")  # the page before has the same fields
    page.locator("#category").select_option("contract")
    page.locator("#text").fill("The customer's lawyer asks for paper")
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator(".notice")).to_contain_text("Your request is on its way")
    approve(office.company, page.url.rpartition("/")[2].partition("?")[0], 1)
    page.reload()
    page.locator("#declared_place").fill("Branch office")
    page.get_by_role("button", name="Prepare a copy").click()
    password = page.locator(".copy .once").inner_text()
    assert not scrolls_sideways(page)
    with page.expect_download() as awaited:
        page.get_by_role("button", name="Download the copy, once").click()
    reader = PdfReader(awaited.value.path(), password=password)
    assert {each.extract_text() for each in reader.pages} == {""}
    assert all(list(each.images.keys()) == ["/P"] for each in reader.pages)
    page.reload()
    expect(page.get_by_role("button", name="Download the copy, once")).to_have_count(0)


def test_draft_is_found_again_on_another_device(office: Office, new_context: NewContext) -> None:
    """Kept by the vault a moment after the last key; discarded by a button, gone for both."""
    first, second = (new_context(size).new_page() for size in (DESKTOP, PHONE))
    address = f"{office.address}/documents/{office.company.document_id}/requests"
    for page in (first, second):
        office.sign_in(page)
    first.goto(address)
    fill_in(first)
    expect(first.locator("[data-draft-kept]")).to_be_visible()
    second.goto(address)
    expect(second.locator("#text")).to_have_value("续约谈判前再次核对第九条")
    expect(second.locator("#amount")).to_have_value("3")
    second.get_by_role("button", name="Discard it").click()
    expect(second.locator("#text")).to_have_value("")
