"""Leaving in real browsers: announced, handed over by two people, out on the last day, looked back upon."""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import Page, expect

from tests.browser.conftest import READERS, Office
from tests.browser.steps import NewContext, begin, sound
from tests.company import PASSWORD
from tests.vault.trail.exports.making_exports import make_all

WHY = "Notice given in the talk of Monday"
SIDES = {"en-GB": ("I confirm as custodian", "I take it over"), "zh-CN": ("我以保管人身份确认", "我接任")}


@READERS
def test_leaving_from_the_last_day_to_the_report(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Announce, confirm twice, the clock passes, the person is out by the next page; the auditor orders the report."""

    def window() -> Page:
        return new_context(size, locale=locale).new_page()

    company, reader = office.company, begin(office, window(), "borrower", locale)
    office.open_document(reader)
    company.sequence()

    page = begin(office, window(), "admin", locale)
    page.goto(f"{office.address}/people/{company.ids['borrower']}/leaving")
    sound(page)
    page.locator("#last_day").fill("2026-11-25")
    page.locator("#successor").fill("stranger")
    page.locator("#note").fill(WHY)
    page.locator("section[aria-labelledby=when] button[type=submit]").click()
    expect(page.locator("p.notice")).to_be_visible()
    sound(page)

    page = begin(office, window(), "custodian", locale)
    page.goto(f"{office.address}/handovers")
    expect(page.locator("li.row")).to_have_count(1)
    sound(page)
    page.get_by_role("button").filter(has_text=SIDES[locale][0]).click()
    expect(page.locator("p.notice")).to_be_visible()
    page.locator("main p.actions a").first.click()  # the customers that the leaver saw
    expect(page.locator("main")).to_contain_text("Harrow & Vale Bearings")
    sound(page)

    page = begin(office, window(), "stranger", locale)
    page.goto(f"{office.address}/handovers")
    sound(page)
    page.get_by_role("button").filter(has_text=SIDES[locale][1]).click()
    expect(page.locator("p.notice")).to_be_visible()
    page.goto(f"{office.address}/dossiers")
    expect(page.locator("main")).to_contain_text("D2026-00001")

    office.clock.advance(dt.timedelta(days=2))
    reader.goto(f"{office.address}/dossiers")
    expect(reader.locator("#password")).to_be_visible()  # led to the sign-in screen by the next page
    reader.locator("#login").fill("borrower")
    reader.locator("#password").fill(PASSWORD)
    reader.locator("main button[type=submit]").click()
    expect(reader.locator("main [role=alert]")).to_be_visible()  # and stays there

    page = begin(office, window(), "auditor", locale)
    page.goto(f"{office.address}/leaving")
    sound(page)
    page.locator("main li.row a").first.click()
    expect(page.locator("main tbody tr").last).to_contain_text("D2026-00001")
    sound(page)
    page.locator("#note").fill(WHY)
    page.locator("section[aria-labelledby=order] button[type=submit]").click()
    page.wait_for_url("**/trail/exports/x*")
    make_all(company)
    page.reload()
    with page.expect_download() as download:
        page.locator("main a[download]").first.click()
    assert download.value.suggested_filename.endswith(".exposure.pdf")
    told = ("401", "410")  # the leaver's own tries, and the view that ended with the announcement
    assert [each for each in office.complaints if not any(code in each for code in told)] == []
