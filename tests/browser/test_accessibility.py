"""Every screen through axe-core (WCAG 2.2 A and AA) in both colour schemes, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import findings
from tests.browser.conftest import LOOKS, Office


@LOOKS
def test_no_screen_of_a_borrower_has_a_finding(
    office: Office, new_context: Callable[..., BrowserContext], size: tuple[int, int], scheme: str
) -> None:
    """From the door to the text of a page, and the pages of errors."""
    # the policy of the pages forbids axe itself; that they keep to it is tested elsewhere
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    page.goto(f"{office.address}/sign-in")
    found = {"sign-in": findings(page)}
    office.sign_in(page)
    ids = office.company
    for path in ("/dossiers", f"/dossiers/{ids.dossier_id}", f"/documents/{ids.document_id}", "/account", "/nowhere"):
        page.goto(office.address + path)
        found[path] = findings(page)
    page.goto(f"{office.address}/account/password")
    found["password"] = findings(page)
    found["refused"] = _refused_form(office, page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    found["viewer"] = findings(page)
    page.locator("#page-1 figcaption a").click()
    expect(page.locator("[data-text]")).to_be_visible()
    found["text"] = findings(page)
    assert {screen: objections for screen, objections in found.items() if objections} == {}


def test_document_is_opened_by_keyboard_alone(office: Office, page: Page) -> None:
    """From the door to the first page without a mouse; focus is always to be seen."""
    page.goto(f"{office.address}/sign-in")
    expect(page.locator("#login")).to_be_focused()
    office.sign_in(page)
    page.goto(f"{office.address}/documents/{office.company.document_id}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "category":
            break
    page.keyboard.type("Off")
    page.keyboard.press("Tab")
    page.keyboard.type("Preparing the offer for line four")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Branch office")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/views/*")
    expect(page.locator("#page-1 img")).to_be_visible()


def _refused_form(office: Office, page: Page) -> list[dict[str, Any]]:
    page.goto(f"{office.address}/documents/{office.company.document_id}")
    page.locator("#category").select_option("offer")
    page.locator("#text").fill(".")
    page.locator("#declared_place").fill("Branch office")
    page.locator("section form button[type=submit]").click()
    expect(page.locator("#text-error")).to_be_visible()
    return findings(page)
