"""Approving handed to another person for a time, in real browsers: who decides, in whose stead, and until when."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.attacks.acting import ask, change
from tests.browser.conftest import READERS, Office
from tests.browser.steps import NewContext, Reader, days, person, sign_in_again, sound, work
from vault.model import Duty

LAST_DAY = re.compile("5 Dec 2026|2026年12月5日")
WHY = "Away on holiday until the week after next"


@READERS
def test_delegate_decides_in_the_approvers_stead_until_the_last_day(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Handed over with an end, decided by the delegate under both names, and over by itself."""
    change(office.company, "stranger", qualifications=frozenset({Duty.APPROVER}))
    ask(office.company, 2)

    def enter(login: str) -> Reader:
        return person(office, new_context, login, locale=locale, size=size)

    approver = enter("approver")
    approver.go("Requests")
    approver.follow("Approving for others")
    sound(approver.page)
    approver.fill("To whom", "Stranger")
    approver.fill("Last day", "2026-12-05")
    approver.fill("Why", WHY)
    approver.press("Hand over")
    approver.is_told(approver.say("It is handed over. You go on deciding, too, and can end it at any time."))
    sound(approver.page)

    delegate = enter("stranger")
    delegate.go("Notices")
    expect(delegate.page.locator("main .notices")).to_contain_text(LAST_DAY)
    delegate.go("Requests")
    sound(delegate.page)
    delegate.follow("Account plan")
    delegate.sees("You decide in the stead of %(name)s.", name="Approver")
    delegate.fill("Why", "一次已足够核对条款")
    sound(delegate.page)
    delegate.press("Approve")
    delegate.is_told(delegate.say("The request is approved."))
    delegate.sees("in the stead of %(name)s", name="Approver")
    sound(delegate.page)

    borrower = enter("borrower")
    borrower.go("Requests")
    borrower.follow("Account plan")
    expect(borrower.page.locator("main")).to_contain_text("Stranger")
    borrower.sees("in the stead of %(name)s", name="Approver")

    officer = enter("officer")
    officer.go("People", "Approving for others")
    expect(officer.page.locator("main .row-title")).to_contain_text("Stranger")
    sound(officer.page)

    office.clock.advance(days(13))
    work(office)
    delegate.go("Requests")
    sign_in_again(delegate, "stranger")
    delegate.follow("Approving for others")
    delegate.sees("No approving is handed over at the moment.")
    assert [each for each in office.complaints if "401" not in each] == []
