"""The security officer's screens in a real browser: the list that keeps itself fresh, ending views, suspending."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.attacks.acting import open_view
from tests.browser.checks import findings, scrolls_sideways
from tests.browser.conftest import LOOKS, READERS, Office
from tests.browser.steps import NewContext, begin, findings_at
from vault.access.ending import end_view
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record

NOTE = "Left the laptop open in a train"
WORDS = {
    "en-GB": {"end": "End this view", "ended": "no further page of it is delivered", "nobody": "Nobody has a document"},
    "zh-CN": {"end": "终止本次查阅", "ended": "不再提供任何页面", "nobody": "目前无人打开文档"},
}


def found_tampering(office: Office) -> None:
    finding = Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, document=office.company.document_id, code="tamper.content")
    record(office.company.vault, finding)
    office.company.sequence()


@READERS
def test_officer_ends_a_view_and_the_reader_loses_it(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """In two browsers: what the reader sees blanks, the officer's list is empty."""
    reader, officer = new_context(size).new_page(), new_context(size, locale=locale).new_page()
    office.sign_in(reader)
    office.open_document(reader)
    expect(reader.locator("#page-1 img")).to_be_visible()
    begin(office, officer, "officer", locale)
    expect(officer.locator("tbody")).to_contain_text("王晓明")
    assert not scrolls_sideways(officer)
    officer.locator("tbody td a.button").click()
    officer.locator("#note").fill(NOTE)
    assert not scrolls_sideways(officer)
    officer.get_by_role("button", name=WORDS[locale]["end"]).click()
    expect(officer.locator(".notice")).to_contain_text(WORDS[locale]["ended"])
    expect(officer.locator("main")).to_contain_text(WORDS[locale]["nobody"])
    over = reader.locator("[data-over]")
    expect(over).to_contain_text("ended by Officer", timeout=60_000)  # it asks every eight seconds
    expect(reader.locator("img")).to_have_count(0)
    assert [complaint for complaint in office.complaints if "410" not in complaint] == []


def test_list_refreshes_itself_and_keeps_the_focus(office: Office, new_context: NewContext) -> None:
    """A new view appears and an ended one goes, and whoever is on a link stays on it."""
    first = open_view(office.company, office.company.signed_in("borrower"))
    page = new_context().new_page()
    page.clock.install()
    begin(office, page, "officer")
    expect(page.locator("tbody tr")).to_have_count(1)
    link = page.locator("tbody td a.button")
    link.focus()
    address = link.get_attribute("href")
    actor = office.company.signed_in("other")
    second = open_view(office.company, actor)
    page.clock.run_for(10_500)
    expect(page.locator("tbody tr")).to_have_count(2)
    assert page.evaluate("document.activeElement.getAttribute('href')") == address
    expect(page.locator("[data-live-count]")).to_have_text("2 open views")
    end_view(office.company.vault, actor, view_id=second.view_id)
    page.clock.run_for(10_500)
    expect(page.locator("tbody tr")).to_have_count(1)
    assert first.view_id in str(page.locator("tbody td a.button").get_attribute("href"))
    assert office.complaints == []


def test_list_stops_refreshing_when_nobody_is_there_and_goes_on_at_a_touch(
    office: Office, new_context: NewContext
) -> None:
    """So that the session of an officer who walked away ends as anybody's."""
    page = new_context().new_page()
    page.clock.install()
    begin(office, page, "officer")
    page.clock.run_for(5 * 60_000 + 11_000)
    expect(page.locator("[data-live-notice]")).to_contain_text("has stopped refreshing")
    open_view(office.company, office.company.signed_in("borrower"))
    with page.expect_response("**/live-views/table") as asked:
        page.clock.run_for(60_000)
        page.keyboard.press("Shift")
    assert asked.value.ok
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("[data-live-notice]")).to_be_hidden()


def test_list_is_taken_away_when_the_session_is_over(office: Office, new_context: NewContext) -> None:
    """Nothing that was listed stays on the screen."""
    open_view(office.company, office.company.signed_in("borrower"))
    context = new_context()
    page = context.new_page()
    page.clock.install()
    begin(office, page, "officer")
    expect(page.locator("tbody tr")).to_have_count(1)
    context.clear_cookies()
    page.clock.run_for(10_500)
    expect(page.locator("[data-live-notice]")).to_contain_text("Your session has ended")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_officer_works_without_scripts(office: Office, new_context: NewContext) -> None:
    """The link loads the list again; one reason, two buttons."""
    page = new_context(java_script_enabled=False).new_page()
    begin(office, page, "officer")
    open_view(office.company, office.company.signed_in("borrower"))
    page.get_by_role("link", name="Reload").click()
    page.locator("tbody th a").click()
    page.locator("#note").fill(NOTE)
    page.get_by_role("button", name="End all open views").click()
    expect(page.locator(".notice")).to_contain_text("All open views of this person have ended")
    page.locator("#note").fill(NOTE)
    page.get_by_role("button", name="Suspend the account").click()
    expect(page.locator(".notice")).to_contain_text("The account is suspended")


@LOOKS
def test_no_screen_of_an_officer_has_a_finding(
    office: Office, new_context: NewContext, size: tuple[int, int], scheme: str
) -> None:
    """Empty and filled, refused forms included."""
    page = new_context(size, color_scheme=scheme, bypass_csp=True).new_page()
    begin(office, page, "officer")
    found = {"empty": findings(page), "nothing found": findings_at(office, page, "/findings")}
    view = open_view(office.company, office.company.signed_in("borrower"))
    found_tampering(office)
    person = f"/live-views/people/{office.company.ids['borrower']}"
    for path in ("/live-views", f"/live-views/{view.view_id}", person, "/findings"):
        found[path] = findings_at(office, page, path)
    page.goto(office.address + person)
    page.locator("#note").fill(".")
    page.locator("button.danger").click()
    expect(page.locator("#note-error")).to_be_visible()
    found["refused"] = findings(page)
    page.locator("#note").fill(NOTE)
    page.locator("button.danger").click()
    expect(page.locator(".notice")).to_be_visible()
    found["suspended"] = findings(page)
    assert {screen: objections for screen, objections in found.items() if objections} == {}
