"""The register of people in a real browser: an account from beginning to suspension, on a phone, through axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS, PHONE, Office, choose_chinese


def fill_in(page: Page, login: str, name: str) -> None:
    page.locator("#login").fill(login)
    page.locator("#name").fill(name)
    page.locator("#staff_number").fill(f"N-{login}")
    page.get_by_label("Borrower").check()


def test_account_from_creation_to_suspension(
    office: Office, page: Page, new_context: Callable[..., BrowserContext]
) -> None:
    """Created, the password handed over and used, suspended with a reason, restored."""
    office.sign_in(page, "admin")
    page.get_by_role("link", name="New person").click()
    fill_in(page, "newcomer", "欧阳 Nadia")
    page.get_by_role("button", name="Create the account").click()
    password = page.locator(".once").inner_text()
    page.get_by_role("link", name="I have handed it over").click()
    expect(page.locator("h1")).to_have_text("欧阳 Nadia")
    assert password not in page.content()
    theirs = new_context().new_page()
    theirs.goto(f"{office.address}/sign-in")
    theirs.locator("#login").fill("newcomer")
    theirs.locator("#password").fill(password)
    theirs.locator("main button[type=submit]").click()
    expect(theirs.locator("h1")).to_have_text("Choose your password")

    page.reload()
    expect(page.get_by_role("button", name="End all sessions")).to_be_visible()
    page.locator("#note").fill("Left the company today")
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator(".notice")).to_contain_text("suspended")
    theirs.reload()
    expect(theirs.locator("h1")).to_have_text("Sign in")
    page.get_by_role("button", name="Restore the account").click()
    expect(page.locator(".notice")).to_contain_text("active again")
    assert office.complaints == []


def test_choices_that_exclude_each_other_are_explained_where_they_are_made(office: Office, page: Page) -> None:
    """An auditor with a duty: refused at the field, with everything still as it was typed."""
    office.sign_in(page, "admin")
    page.goto(f"{office.address}/people/new")
    fill_in(page, "newcomer", "Nadia Brandt")
    page.get_by_label("Auditor").check()
    page.get_by_role("button", name="Create the account").click()

    expect(page.locator("#qualifications-error")).to_contain_text("exclude each other")
    expect(page.locator("#name")).to_have_value("Nadia Brandt")
    expect(page.get_by_label("Auditor")).to_be_checked()
    expect(page.get_by_label("Borrower")).to_be_checked()


def test_account_is_changed_by_keyboard(office: Office, page: Page) -> None:
    """From the list to the notice without a mouse."""
    office.sign_in(page, "admin")
    page.get_by_role("link", name="Beatrice Okafor").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Change", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("#name").fill("Beatrice Okafor-Lind")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_text("The account is changed.")
    expect(page.locator("h1")).to_have_text("Beatrice Okafor-Lind")
    assert office.complaints == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_register_is_read_on_a_phone(office: Office, new_context: Callable[..., BrowserContext], language: str) -> None:
    """Nothing sticks out, in either language."""
    page = new_context(PHONE).new_page()
    office.sign_in(page, "admin")
    if language == "zh":
        choose_chinese(page)
    person = f"/people/{office.company.ids['borrower']}"
    for path in ("/people", person, f"{person}/edit", "/people/new"):
        page.goto(office.address + path)
        assert not scrolls_sideways(page), path
    assert office.complaints == []


@LOOKS
def test_no_screen_of_the_administrator_has_a_finding(
    office: Office, new_context: Callable[..., BrowserContext], size: tuple[int, int], scheme: str
) -> None:
    """List, account, own account, both forms, a refused form, the password, and a suspended account."""
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    office.sign_in(page, "admin")
    ids, found = office.company.ids, {}
    for path in ("/people", f"/people/{ids['borrower']}", f"/people/{ids['admin']}", f"/people/{ids['admin']}/edit"):
        page.goto(office.address + path)
        found[path] = findings(page)
    page.goto(f"{office.address}/people/new")
    found["new"] = findings(page)
    fill_in(page, "newcomer", "Nadia Brandt")
    page.get_by_label("Auditor").check()
    page.get_by_role("button", name="Create the account").click()
    expect(page.locator("#qualifications-error")).to_be_visible()
    found["refused"] = findings(page)
    page.get_by_label("Borrower").uncheck()
    page.get_by_role("button", name="Create the account").click()
    expect(page.locator(".once")).to_be_visible()
    found["password"] = findings(page)
    page.get_by_role("link", name="I have handed it over").click()
    page.locator("#note").fill("Left the company today")
    page.get_by_role("button", name="Suspend").click()
    expect(page.locator(".notice")).to_be_visible()
    found["suspended"] = findings(page)
    assert {screen: each for screen, each in found.items() if each} == {}
