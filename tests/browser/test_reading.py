"""The whole way of a borrower in a real browser: signing in, opening, reading, being done, and losing the right."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import scrolls_sideways
from tests.browser.conftest import READERS, Office, choose_chinese
from vault.access.ending import list_live_views, revoke_view

WORDS = {"en-GB": ("I'm done", "You are done"), "zh-CN": ("阅毕", "本次查阅已结束")}


@READERS
def test_borrower_signs_in_opens_reads_and_is_done(
    office: Office, new_context: Callable[..., BrowserContext], locale: str, size: tuple[int, int]
) -> None:
    """In both languages and widths, without a complaint of the browser and without scrolling sideways."""
    page = new_context(size, locale=locale).new_page()
    office.sign_in(page)
    if locale == "zh-CN":
        choose_chinese(page)
    _click_through_to_viewer(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    done, said = WORDS[locale]
    assert not scrolls_sideways(page)
    page.get_by_role("button", name=done).click()
    expect(page.locator(".notice")).to_contain_text(said)
    assert office.complaints == []


def _click_through_to_viewer(page: Page) -> None:
    """By what a person sees: dossier, document, reason, Open."""
    for next_address in ("**/dossiers/*", "**/documents/*"):
        assert not scrolls_sideways(page)
        page.locator(".row-title a").first.click()
        page.wait_for_url(next_address)
    assert not scrolls_sideways(page)
    page.locator("#category").select_option("offer")
    page.locator("#text").fill("为四号线准备报价方案")
    page.locator("#declared_place").fill("上海办公室")
    page.locator("section form button[type=submit]").click()
    page.wait_for_url("**/views/*")


def test_keys_lead_through_the_pages(office: Office, page: Page) -> None:
    """Page keys, arrows, Home and End; the field shows where one is."""
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    count = page.locator("figure.page").count()
    assert count >= 4
    where = page.locator("[data-jump]")
    for key, number in (
        ("PageDown", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("PageUp", 1),
        ("End", count),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        expect(where).to_have_value(str(number))
    where.fill("3")
    where.press("Enter")
    expect(page.locator("#page-3")).to_be_in_viewport()
    expect(page.locator("#page-3 img")).to_be_visible()


def test_pages_come_as_they_are_needed_and_only_once(office: Office, page: Page) -> None:
    """The first page and two ahead; going back fetches nothing again, since every fetch is recorded."""
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if re.search(r"/pages/\d+$", request.url) else None)
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-3 img")).to_be_attached()
    page.keyboard.press("PageDown")
    expect(page.locator("#page-4 img")).to_be_attached()
    page.keyboard.press("PageUp")
    expect(page.locator("[data-jump]")).to_have_value("1")
    numbers = [int(address.rpartition("/")[2]) for address in fetched]
    assert numbers == [1, 2, 3, 4]


def test_page_is_zoomed_to_twice_its_size(office: Office, page: Page) -> None:
    """By buttons and keys; never beyond 200 %."""
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    before = page.locator("#page-1 .sheet").bounding_box()
    for _ in range(6):
        page.keyboard.press("+")
    after = page.locator("#page-1 .sheet").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.01)
    expect(page.locator("[data-zoom]")).to_have_text("200 %")
    page.keyboard.press("0")
    expect(page.locator("[data-zoom]")).to_have_text("100 %")


def test_reloading_is_the_same_view(office: Office, page: Page) -> None:
    """And so is coming back with the browser's button."""
    office.sign_in(page)
    office.open_document(page)
    first = page.url
    page.reload()
    expect(page.locator("#page-1 img")).to_be_visible()
    page.go_back()
    page.goto(f"{office.address}/documents/{office.company.document_id}")
    page.locator("article .button").click()
    expect(page).to_have_url(first)
    expect(page.locator(".bar-facts")).to_contain_text("view 1 of 3")


def test_end_is_announced_two_minutes_before_and_then_the_page_blanks(office: Office, page: Page) -> None:
    """By the browser's own clock, without asking the server."""
    page.clock.install()
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    page.clock.fast_forward("12:15")  # the clock has gone on by itself while the page came
    expect(page.locator("[data-warning]")).to_be_hidden()
    page.clock.fast_forward("00:50")
    expect(page.locator("[data-warning]")).to_contain_text("ends in two minutes")
    page.clock.fast_forward("02:05")
    expect(page.locator("[data-over]")).to_be_visible()
    assert page.locator("figure.page, img[src^=blob]").count() == 0


def test_revoked_view_blanks_and_says_who_when_and_whom_to_ask(office: Office, page: Page) -> None:
    """Within seconds, without a page being asked for."""
    page.clock.install()
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    _revoke(office)
    page.clock.fast_forward("00:09")
    expect(page.locator("[data-over-words]")).to_contain_text("ended by Officer at 18:00")
    expect(page.locator("[data-over-words]")).to_contain_text("Beatrice Okafor")
    assert page.locator("figure.page, img[src^=blob]").count() == 0


def test_pages_are_hidden_while_the_vault_does_not_answer(office: Office, page: Page) -> None:
    """Pulling the plug does not keep a page; it comes back with the vault."""
    page.clock.install()
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    page.context.set_offline(True)
    page.clock.run_for(20_000)
    expect(page.locator("#page-1")).to_be_hidden()
    page.context.set_offline(False)
    page.clock.run_for(9_000)
    expect(page.locator("#page-1 img")).to_be_visible()


def test_document_is_read_without_scripts(office: Office, new_context: Callable[..., BrowserContext]) -> None:
    """Page by page through links; being done is a form."""
    page = new_context(java_script_enabled=False).new_page()
    office.sign_in(page)
    office.open_document(page)
    image = page.locator("figure.page img")
    expect(image).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.locator("figcaption")).to_contain_text("Page 2 of")
    page.get_by_role("link", name="As text").click()
    expect(page.locator("[data-text]")).to_contain_text("gauge of line four")
    page.get_by_role("button", name="I'm done").click()
    expect(page.locator(".notice")).to_be_visible()


def test_text_blanks_when_the_view_is_over(office: Office, page: Page) -> None:
    """The text is no way around the end of a view."""
    page.clock.install()
    office.sign_in(page)
    office.open_document(page)
    page.locator("#page-1 figcaption a").click()
    expect(page.locator("[data-text]")).to_contain_text("gauge of line four")
    _revoke(office)
    page.clock.fast_forward("00:09")
    expect(page.locator("[data-text]")).to_contain_text("ended by Officer")
    assert "gauge" not in page.content()


def test_nothing_is_left_in_the_browser(office: Office, page: Page) -> None:
    """No storage, no cache, and the cookie out of reach of scripts."""
    office.sign_in(page)
    office.open_document(page)
    expect(page.locator("#page-1 img")).to_be_visible()
    left = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, (await caches.keys()).length, document.cookie]"
    )
    assert left == [0, 0, 0, ""]


def _revoke(office: Office) -> None:
    officer = office.company.at_keyboard("officer")
    for view in list_live_views(office.company.vault, officer):
        revoke_view(office.company.vault, officer, view_id=view.view_id, note="Laptop left open in a train")
