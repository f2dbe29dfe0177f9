"""Erasing a person in real browsers: one office asks, another decides, a third only sees; a hold forbids it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, READERS, Office
from tests.browser.steps import NewContext, Reader, begin, sound
from vault.custody.holds import place_hold
from vault.people.accounts import suspend_person
from vault.policy.reasons import ReasonDraft
from vault.trail.erasing.working import erase_once

STEP_PAUSE_SECONDS = 0.4
WHY = "Request of the third of May"
HELD_FOR = ReasonDraft("review", "Claim before the court in Leeds", "LIT-7")


@dataclass(frozen=True)
class Words:
    """What the screens say, in one language."""

    look: str
    ask: str
    approve: str
    waits: str
    stays: str
    done: str
    nobody: str
    held: str


WORDS = {
    "en-GB": Words(
        look="See what it would touch",
        ask="Hand in the request",
        approve="Approve",
        waits="Waits for a decision",
        stays="so that every proof still verifies",
        done="Erased here. Backups may hold it until",
        nobody="nobody can tell any more whose it was",
        held="A legal hold forbids it.",
    ),
    "zh-CN": Words(
        look="查看将涉及的范围",
        ask="提出申请",
        approve="批准",
        waits="等待决定",
        stays="所有证明仍可验证",
        done="此处已删除。备份中可能保存至",
        nobody="已无人能够得知属于谁",
        held="法律保留禁止此操作。",
    ),
}


@pytest.fixture
def left(office: Office) -> Office:
    """The borrower has read and is suspended."""
    company = office.company
    company.open_and_read(company.signed_in("borrower"))
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    company.sequence()
    return office


@contextmanager
def working(office: Office) -> Iterator[None]:
    """A worker of the vault, at a pace that a person can follow."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(STEP_PAUSE_SECONDS):
            erase_once(office.company.vault, worker="tests")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@READERS
def test_person_is_erased_by_two_offices_and_seen_by_the_third(
    left: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Looked at, asked for, found waiting, approved, seen to its end; the auditor has no button anywhere."""
    words, mark = WORDS[locale], f"{locale}-{size[0]}"

    def somebody(login: str) -> Page:
        return begin(left, new_context(size, locale=locale, bypass_csp=True).new_page(), login, locale)

    admin = somebody("admin")
    Reader(admin, locale).go("Erasure")
    sound(admin, f"{mark}-empty")
    admin.locator("a.button").first.click()
    sound(admin, f"{mark}-who")
    admin.locator("#person").fill("borrower")
    admin.get_by_role("button", name=words.look).click()
    expect(admin.locator(".facts")).to_contain_text(words.stays)
    admin.locator("#basis").select_option("gdpr_17")
    admin.locator("#case_number").fill("DSR-7")
    admin.locator("#text").fill(WHY)
    sound(admin, f"{mark}-plan")
    admin.get_by_role("button", name=words.ask).click()
    expect(admin.locator("[data-live-table]")).to_contain_text(words.waits)
    expect(admin.get_by_role("button", name=words.approve, exact=True)).to_have_count(0)

    officer = somebody("officer")
    expect(officer.locator(".places a[href='/erasures'] .count")).to_contain_text("1")
    Reader(officer, locale).go("Keys and trail", "Erasure")
    sound(officer, f"{mark}-waiting")
    officer.locator(".row-title a").click()
    sound(officer, f"{mark}-deciding")
    officer.get_by_role("button", name=words.approve, exact=True).click()
    with working(left):
        for page in (admin, officer):
            expect(page.locator("[data-live-table]")).to_contain_text(words.done, timeout=90_000)
    officer.reload()
    expect(officer.locator("[data-live-table]")).to_contain_text(words.nobody)
    expect(officer.locator("main")).not_to_contain_text("王晓明")
    sound(officer, f"{mark}-done")

    auditor = somebody("auditor")
    Reader(auditor, locale).go("Trail", "Erasure")
    sound(auditor, f"{mark}-auditor")
    auditor.locator(".row-title a").click()
    expect(auditor.locator("main form")).to_have_count(0)
    assert left.complaints == []


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_hold_is_listed_and_leaves_no_button(left: Office, new_context: NewContext, locale: str) -> None:
    """Without scripts, too; and the page of holds on people."""
    officer = left.company.at_keyboard("officer")
    place_hold(left.company.vault, officer, reference="D2026-00001", reason=HELD_FOR)
    page = begin(left, new_context(PHONE, locale=locale, java_script_enabled=False).new_page(), "admin", locale)
    page.goto(f"{left.address}/erasures/new?kind=person")
    page.locator("#person").fill("borrower")
    page.get_by_role("button", name=WORDS[locale].look).click()
    expect(page.locator(".alert")).to_contain_text(WORDS[locale].held)
    expect(page.locator(".alert")).to_contain_text("LIT-7")
    expect(page.get_by_role("button", name=WORDS[locale].ask)).to_have_count(0)
    holds = begin(left, new_context(PHONE, locale=locale, bypass_csp=True).new_page(), "officer", locale)
    holds.goto(f"{left.address}/erasures/holds")
    sound(holds, f"{locale}-holds")
    assert left.complaints == []
