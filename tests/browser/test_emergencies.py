"""An emergency in real browsers: opened at once, everybody told, and nothing more until an approver has closed it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.attacks.acting import open_and_end
from tests.browser.conftest import READERS, Office
from tests.browser.steps import NewContext, Reader, person, sound
from tests.company import CUSTOMER, PASSWORD

TOLD = re.compile("王晓明.*(emergency|紧急)")
WHY = "The line stands still and the customer waits on the telephone"


def break_glass(reader: Reader) -> None:
    """From the dossiers to the page, by the way that is meant for it."""
    to_the_document(reader)
    reader.page.locator("summary", has_text=reader.say("In an emergency…")).click()
    reader.inside("details[open]").give_reason("Service case", WHY)
    reader.fill("Your password", PASSWORD)
    sound(reader.page)
    reader.press("Open in an emergency")
    reader.page.wait_for_url("**/views/*")
    expect(reader.page.locator("#page-1 img")).to_be_visible()


def to_the_document(reader: Reader) -> None:
    reader.go("Dossiers")
    reader.follow(CUSTOMER)
    reader.follow("Account plan")


@READERS
def test_emergency_is_opened_told_of_reviewed_and_only_then_another_opens(
    office: Office, new_context: NewContext, locale: str, size: tuple[int, int]
) -> None:
    """Borrower, security officer and approver, each at a browser of their own."""
    for _number in range(3):
        open_and_end(office.company, office.company.signed_in("borrower"))

    def enter(login: str) -> Reader:
        return person(office, new_context, login, locale=locale, size=size)

    borrower = enter("borrower")
    break_glass(borrower)
    borrower.press("I'm done")

    officer, approver = enter("officer"), enter("approver")
    for reader in (officer, approver):
        reader.go("Notices")
        expect(reader.page.locator("main .notices")).to_contain_text(TOLD)
        sound(reader.page)
    officer.go("Oversight", "Emergencies")
    officer.sees("waiting since today")
    sound(officer.page)

    to_the_document(borrower)  # every view is used again, and this way is closed
    borrower.sees_sentence("denied.emergency_unreviewed")
    sound(borrower.page)

    approver.go("Requests")
    approver.sees("Emergencies waiting for your review")
    sound(approver.page)
    approver.follow("Account plan")
    approver.sees("opened one view in an emergency.")
    expect(approver.page.locator("main")).to_contain_text(WHY)
    approver.fill("Why", "He called me beforehand; the line stood still")
    sound(approver.page)
    approver.press("It was justified")
    approver.is_told(approver.say("The review is closed. Whoever opened it reads your reason."))
    sound(approver.page)
    officer.page.reload()
    officer.sees("Every emergency is reviewed.")

    break_glass(borrower)
    assert office.complaints == []
