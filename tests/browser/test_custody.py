"""Work on keys in real browsers: two people rotate a ring end to end, a hold refuses a shredding, sealing is seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from keys.model import KeyState
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS, PHONE, READERS, Office
from tests.browser.steps import NewContext, Reader, begin, findings_at
from tests.company import OFFICE_PLACE, PASSWORD, found_dossier
from tests.custody import approve_all, ordered, second_officer, states, work_off
from vault.custody.holds import place_hold
from vault.custody.operations import dossier_by_reference, pause
from vault.custody.scope import Scope
from vault.custody.sealing import seal_by_order
from vault.custody.working import work_once
from vault.people.signing_in import change_password, sign_in
from vault.policy.custody import OperationKind
from vault.policy.reasons import ReasonDraft

WHY = "Yearly rotation by the key plan"
REFERENCE = "D2026-00001"
STEP_PAUSE_SECONDS = 0.4


@dataclass(frozen=True)
class Words:
    """What the screens say, in one language."""

    order: str
    approve: str
    waits: str
    ordered: str
    not_own: str
    done: str
    reread: str
    opens_only: str
    held: str
    seal: str
    sealed: str
    sealed_for_readers: str


WORDS = {
    "en-GB": Words(
        order="Order it",
        approve="Approve",
        waits="Waits for approval",
        ordered="It is ordered.",
        not_own="Nobody approves what they ordered",
        done="Done and verified",
        reread="Read again and found in order",
        opens_only="opens only",
        held="The dossier is under a legal hold: LIT-7",
        seal="Seal the vault",
        sealed="The vault is sealed",
        sealed_for_readers="sealed",
    ),
    "zh-CN": Words(
        order="下达操作",
        approve="批准",
        waits="等待批准",
        ordered="已下达。",
        not_own="不能批准自己下达的操作",
        done="已完成并核验",
        reread="复读并核验无误",
        opens_only="仅可打开",
        held="该档案处于法律保留之下：LIT-7",
        seal="封存档案库",
        sealed="档案库已封存",
        sealed_for_readers="封存",
    ),
}


@pytest.fixture
def officers(office: Office) -> Office:
    """The office with two further security officers, and more than one dossier under the class's key."""
    for number in (2, 3):
        vault, initial = office.company.vault, second_officer(office.company, number)
        session = sign_in(vault, login=f"officer{number}", password=initial, place=OFFICE_PLACE, user_agent="tests")
        change_password(vault, session.actor, current=initial, new=PASSWORD)
    for _number in range(4):
        found_dossier(office.company)
    return office


def fill_reason(page: Page) -> None:
    page.locator("#category").select_option("review")
    page.locator("#text").fill(WHY)


@contextmanager
def working(office: Office) -> Iterator[None]:
    """A worker of the vault, at a pace that a person can follow."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(STEP_PAUSE_SECONDS):
            work_once(office.company.vault, worker="tests")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@READERS
def test_two_people_rotate_a_key(officers: Office, new_context: NewContext, locale: str, size: tuple[int, int]) -> None:
    """One looks and orders, the other finds it waiting and approves; both see it finish without touching the page."""
    words = WORDS[locale]
    first, second = (new_context(size, locale=locale).new_page() for _person in range(2))
    begin(officers, first, "officer", locale)
    first.goto(f"{officers.address}/keys")
    assert not scrolls_sideways(first)
    first.locator("section:has(#ring-confidential) a.button").first.click()
    expect(first.locator(".facts").first).to_contain_text("5")
    assert states(officers.company, "confidential") == {1: KeyState.ACTIVE}
    assert not scrolls_sideways(first)
    fill_reason(first)
    first.get_by_role("button", name=words.order, exact=True).click()
    expect(first.locator(".notice")).to_contain_text(words.ordered)
    expect(first.locator("[data-live-table]")).to_contain_text(words.not_own)
    expect(first.get_by_role("button", name=words.approve, exact=True)).to_have_count(0)
    assert not scrolls_sideways(first)

    begin(officers, second, "officer2", locale)
    expect(second.locator(".places a[href='/keys'] .count").first).to_contain_text("1")
    Reader(second, locale).go("Keys and trail", "Keys")
    second.locator("section:has(#mine) .row-title a").click()
    expect(second.locator("[data-live-table]")).to_contain_text(words.waits)
    first.evaluate("window.isTheSamePage = true")
    second.get_by_role("button", name=words.approve, exact=True).click()
    second.evaluate("window.isTheSamePage = true")
    with working(officers):
        for page in (first, second):
            expect(page.locator("[data-live-table]")).to_contain_text(words.done, timeout=90_000)
            expect(page.locator("[data-live-table]")).to_contain_text(words.reread)
            expect(page.locator("[data-live-table] button")).to_have_count(0)
            assert page.evaluate("window.isTheSamePage") is True
            assert not scrolls_sideways(page)
    assert states(officers.company, "confidential") == {1: KeyState.DEACTIVATED, 2: KeyState.ACTIVE}
    first.goto(f"{officers.address}/keys")
    expect(first.locator("section:has(#ring-confidential) tbody")).to_contain_text(words.opens_only)
    assert not scrolls_sideways(first)
    assert officers.complaints == []


def test_button_under_the_finger_is_not_changed_by_refreshing(officers: Office, new_context: NewContext) -> None:
    """The same button keeps the focus as long as the state lasts, and the pace of the bar is the worker's."""
    operation = ordered(officers.company, OperationKind.ROTATE_RING, Scope(ring="confidential"))
    page = new_context().new_page()
    page.clock.install()
    begin(officers, page, "officer2", "en-GB")
    page.goto(f"{officers.address}/keys/operations/{operation}")
    button = page.get_by_role("button", name="Approve", exact=True)
    button.focus()
    page.evaluate("window.button = document.activeElement")
    for _time in range(3):
        with page.expect_response("**/progress"):
            page.clock.run_for(3_100)
    assert page.evaluate("window.button === document.activeElement && window.button.isConnected")
    approve_all(officers.company, operation)
    page.clock.run_for(3_100)
    expect(page.locator("[data-live-count]")).to_have_text("Running")
    expect(button).to_have_count(0)
    pause(officers.company.vault, officers.company.at_keyboard("officer"), operation_id=operation)
    page.clock.run_for(3_100)
    page.get_by_role("button", name="Go on").click()
    work_off(officers.company)
    page.clock.run_for(3_100)
    expect(page.locator("[data-live-table]")).to_contain_text("Done and verified")
    assert officers.complaints == []


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_dossier_under_a_hold_is_not_shredded(officers: Office, new_context: NewContext, locale: str) -> None:
    """The page says which case forbids it and offers no order; without scripts, too."""
    page = new_context(PHONE, locale=locale, java_script_enabled=False).new_page()
    begin(officers, page, "officer", locale)
    page.goto(f"{officers.address}/keys/holds")
    page.locator("#reference").fill(REFERENCE)
    page.locator("#case_number").fill("LIT-7")
    fill_reason(page)
    page.locator("section.card button[type=submit]").click()
    expect(page.locator("main li")).to_contain_text("LIT-7")
    page.goto(f"{officers.address}/keys")
    page.locator("main a[href$='kind=shred_dossier']").click()
    page.locator("#reference").fill(REFERENCE)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".alert")).to_contain_text(WORDS[locale].held)
    expect(page.get_by_role("button", name=WORDS[locale].order, exact=True)).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_sealing_is_seen_by_whoever_reads(officers: Office, new_context: NewContext, locale: str) -> None:
    """No document opens, and the page says why; the officer's page says what to do."""
    words = WORDS[locale]
    reader, officer = (new_context(locale=locale).new_page() for _person in range(2))
    begin(officers, reader, "borrower", locale)
    begin(officers, officer, "officer", locale)
    officer.goto(f"{officers.address}/keys/seal")
    fill_reason(officer)
    officer.get_by_role("button", name=words.seal, exact=True).click()
    expect(officer.locator(".notice")).to_contain_text(words.sealed)
    expect(officer.locator(".alert")).to_contain_text("dossier-vault unseal")
    expect(officer.locator("a[href*='rotate_ring']")).to_have_count(0)
    assert not scrolls_sideways(officer)
    reader.goto(f"{officers.address}/documents/{officers.company.document_id}")
    expect(reader.locator("main")).to_contain_text(words.sealed_for_readers)
    assert [complaint for complaint in officers.complaints if "503" not in complaint] == []


@LOOKS
def test_no_screen_of_keys_has_a_finding(
    officers: Office, new_context: NewContext, size: tuple[int, int], scheme: str
) -> None:
    """In every state of an operation and of a version, refused forms included."""
    company = officers.company
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    begin(officers, page, "officer2", "en-GB")
    found = {
        "nothing under way": findings_at(officers, page, "/keys"),
        "no hold": findings_at(officers, page, "/keys/holds"),
    }

    def look(name: str, path: str) -> None:
        found[name] = findings_at(officers, page, path)
        if scrolls_sideways(page):
            found[name].append({"scrolls": "sideways"})

    done = ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential"))
    look("waits for me", f"/keys/operations/{done}")
    look("waits for me, in the list", "/keys")
    approve_all(company, done)
    work_once(company.vault, worker="tests")
    look("running", f"/keys/operations/{done}")
    pause(company.vault, company.at_keyboard("officer"), operation_id=done)
    look("paused", f"/keys/operations/{done}")
    page.get_by_role("button", name="Go on").click()
    work_off(company)
    look("done", f"/keys/operations/{done}")
    destroyed = ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
    approve_all(company, destroyed, needed=2)
    look("not yet due", f"/keys/operations/{destroyed}")
    work_off(company, days=400)
    ordered(company, OperationKind.SUSPEND_KEY, Scope(ring="secret", version=1))
    work_off(company)
    look("destroyed and suspended versions", "/keys")
    dossier = dossier_by_reference(company.vault, company.at_keyboard("officer"), REFERENCE)
    shredding = ordered(company, OperationKind.SHRED_DOSSIER, Scope(dossier=dossier))
    approve_all(company, shredding, needed=2)
    case = ReasonDraft("contract", "The delivery of line four is in dispute", "LIT-7")
    place_hold(company.vault, company.at_keyboard("officer"), reference=REFERENCE, reason=case)
    work_off(company, days=400)
    look("stopped", f"/keys/operations/{shredding}")
    look("a hold", "/keys/holds")
    for query in ("rotate_ring&ring=internal", "shred_dossier", f"shred_dossier&reference={REFERENCE}", "reseal"):
        look(query, f"/keys/order?kind={query}")
    page.goto(f"{officers.address}/keys/order?kind=rotate_ring&ring=internal")
    fill_reason(page)
    page.locator("#text").fill(".")
    page.locator("main button[type=submit]").click()
    expect(page.locator("#text-error")).to_be_visible()
    found["refused"] = findings(page)
    look("before sealing", "/keys/seal")
    seal_by_order(company.vault, company.at_keyboard("officer"), reason=case)
    look("sealed", "/keys")
    assert {screen: objections for screen, objections in found.items() if objections} == {}
