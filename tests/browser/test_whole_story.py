"""The whole story in real browsers, by what people see: from the last view of a document to the report about a leaver.

Nothing is done behind the browser but what the worker does and time.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import DESKTOP, PHONE, Office
from tests.browser.steps import NewContext, Reader, days, fits, person, sign_in_again, sound, work
from tests.company import CUSTOMER

READERS = pytest.mark.parametrize(
    ("locale", "size"), [("en-GB", DESKTOP), ("zh-CN", PHONE)], ids=["English, desktop", "Chinese, phone"]
)
_PAGE = re.compile(r"/views/[^/]+/pages/\d+$")
ASKED, GRANTED = 3, 1


@dataclass
class Seen:
    """What the leaver's own browser was given: the figures that the report must come to."""

    views: int = 0
    pages: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def note(self, answer: Response) -> None:
        if _PAGE.search(answer.url) and answer.ok:
            self.pages += 1


def read_once(reader: Reader, seen: Seen, reason: str) -> None:
    """From the cover card to being done; the pages fetched ahead have come, too."""
    reader.give_reason(reason, "为四号线准备报价方案")
    reader.press("Open")
    reader.page.wait_for_url("**/views/*")
    for number in (1, 2, 3):
        expect(reader.page.locator(f"#page-{number} img")).to_be_attached()
    reader.press("I'm done")
    reader.is_told(reader.say("You are done with this view. Its key has been deleted."))
    seen.views += 1
    seen.reasons[reason] = seen.reasons.get(reason, 0) + 1


def to_the_document(reader: Reader) -> None:
    """Dossiers, the customer, the document."""
    reader.go("Dossiers")
    reader.follow(CUSTOMER)
    reader.follow("Account plan")


@READERS
def test_from_the_last_view_to_the_report_about_a_leaver(
    office: Office, new_context: NewContext, tmp_path: Path, locale: str, size: tuple[int, int]
) -> None:
    """Views run out, more are granted, the reader leaves, another takes over; what the report says is what was seen."""
    seen = Seen()

    def enter(login: str) -> Reader:
        return person(office, new_context, login, locale=locale, size=size)

    borrower = enter("borrower")
    borrower.page.on("response", seen.note)
    runs_out_and_asks(borrower, seen)
    approver = grants(enter("approver"), fewer=True)
    reads_by_the_grant(borrower, seen)

    admin = announces_the_leaving(enter("admin"))
    is_watched_and_asks(borrower)
    is_told_of_the_leaver(approver)
    grants(approver)
    to_the_document(borrower)
    read_once(borrower, seen, "Contract")
    custodian, successor = enter("custodian"), enter("stranger")
    hands_over(custodian, "I confirm as custodian")
    looks_at_the_customers(custodian)
    hands_over(successor, "I take it over", is_last=True)
    work(office)

    office.clock.advance(days(2))
    borrower.page.reload()  # whatever they do next
    sign_in_again(borrower, "borrower")
    expect(borrower.page.locator("main [role=alert]")).to_be_visible()
    fits(borrower.page)
    takes_over(successor)
    work(office)
    looks_at_who_left(admin)

    auditor = enter("auditor")
    work(office)
    looks_at_the_exposure(auditor, seen)
    check_pdf(order_report(office, auditor, "Exposure report (PDF)", tmp_path), seen, auditor)
    check_csv(order_report(office, auditor, "Exposure report (CSV)", tmp_path), seen)
    check_json(order_report(office, auditor, "Exposure report (JSON)", tmp_path), seen)
    assert [each for each in office.complaints if "401" not in each] == []


def runs_out_and_asks(borrower: Reader, seen: Seen) -> None:
    for reason in ("Offer", "Offer", "Contract"):
        to_the_document(borrower)
        fits(borrower.page)
        read_once(borrower, seen, reason)
    to_the_document(borrower)
    borrower.sees("It does not open now")
    borrower.fill("How many more views", str(ASKED))
    borrower.choose("What it is for", "Contract")
    borrower.fill("Why you need it", "续约谈判前再次核对第九条")
    sound(borrower.page)
    borrower.press("Ask for more views")
    borrower.is_told(borrower.say("Your request is on its way. You see below who can decide it."))
    fits(borrower.page)


def grants(approver: Reader, *, fewer: bool = False) -> Reader:
    """One view; the field for how many is there where more were asked for."""
    approver.go("Requests")
    approver.sees("Waiting for your decision")
    fits(approver.page)
    approver.follow("Account plan")
    if fewer:
        approver.fill("Views to grant", str(GRANTED))
    approver.fill("Why", "一次已足够核对条款")
    sound(approver.page)
    approver.press("Approve")
    approver.is_told(approver.say("The request is approved."))
    fits(approver.page)
    return approver


def reads_by_the_grant(borrower: Reader, seen: Seen) -> None:
    """Found by the notice."""
    borrower.go("Notices")
    fits(borrower.page)
    borrower.page.locator("main .notices a").first.click()
    borrower.sees("%(granted)s of %(asked)s views granted", granted=GRANTED, asked=ASKED)
    sound(borrower.page)
    borrower.follow("To the document")
    fits(borrower.page)
    read_once(borrower, seen, "Contract")


def announces_the_leaving(admin: Reader) -> Reader:
    admin.go("People")
    fits(admin.page)
    admin.follow("王晓明")
    admin.follow("Leaving")
    fits(admin.page)
    admin.fill("Last day at work", "2026-11-25")
    admin.fill("Successor", "Stranger")
    admin.fill("Why", "Notice given in the talk of Monday")
    admin.press("Announce the leaving")
    admin.is_told(admin.say("It is announced. The person is watched until the last day."))
    sound(admin.page)
    return admin


def is_watched_and_asks(borrower: Reader) -> None:
    """Told on the card of what they were about to open, and asked for there."""
    to_the_document(borrower)
    borrower.sees_sentence("denied.watched")
    borrower.choose("What it is for", "Contract")
    borrower.fill("Why you need it", "交接前最后一次核对第九条")
    sound(borrower.page)
    borrower.press("Ask for more views")
    borrower.is_told(borrower.say("Your request is on its way. You see below who can decide it."))


def is_told_of_the_leaver(approver: Reader) -> None:
    approver.go("Notices")
    expect(approver.page.locator("main .notices")).to_contain_text("王晓明")
    fits(approver.page)


def hands_over(reader: Reader, button: str, *, is_last: bool = False) -> None:
    """Either of the two who confirm."""
    reader.go("Hand-overs")
    fits(reader.page)
    reader.press(button)
    told = "It is handed over." if is_last else "You have confirmed it. The other confirmation is awaited."
    reader.is_told(reader.say(told))
    fits(reader.page)


def looks_at_the_customers(custodian: Reader) -> None:
    """Those that the leaver saw, by their names, which only their custodian is told."""
    custodian.page.locator("main p.actions a").first.click()
    custodian.sees(CUSTOMER)
    sound(custodian.page)


def takes_over(successor: Reader) -> None:
    """Two days later their session is over, and the dossier is theirs."""
    successor.page.reload()
    sign_in_again(successor, "stranger")
    to_the_document(successor)
    read_once(successor, Seen(), "Hand-over")


def looks_at_who_left(admin: Reader) -> None:
    admin.page.reload()
    sign_in_again(admin, "admin")
    admin.go("People", "Leaving")
    fits(admin.page)


def looks_at_the_exposure(auditor: Reader, seen: Seen) -> None:
    auditor.go("Leaving")
    fits(auditor.page)
    auditor.follow("王晓明")
    row = auditor.page.locator("main tbody tr").last
    for cell, figure in (("Views", seen.views), ("Pages delivered", seen.pages)):
        expect(row.locator(f"[data-label='{auditor.say(cell)}']")).to_have_text(str(figure))
    for reason, number in seen.reasons.items():
        expect(row).to_contain_text(f"{auditor.say(reason)} × {number}")
    sound(auditor.page)


def order_report(office: Office, auditor: Reader, wanted: str, directory: Path) -> bytes:
    """From the list of leavers to the file, as the browser saves it."""
    auditor.go("Leaving")
    auditor.follow("王晓明")
    auditor.choose("Format", wanted)
    auditor.fill("Why", "Customers to be won back after he left")
    auditor.press("Order the report")
    auditor.page.wait_for_url("**/trail/exports/x*")
    fits(auditor.page)
    work(office)
    with auditor.page.expect_download() as download:  # the page shows by itself that the file is there
        auditor.follow("Download the file")
    sound(auditor.page)
    target = directory / download.value.suggested_filename
    download.value.save_as(target)
    return target.read_bytes()


def check_json(content: bytes, seen: Seen) -> None:
    [dossier] = json.loads(content)["dossiers"]
    assert (dossier["views"], dossier["pages"]) == (seen.views, seen.pages)
    assert dossier["reasons"] == {reason.lower(): number for reason, number in seen.reasons.items()}
    assert dossier["places"] == {"Branch office": seen.views}


def check_csv(content: bytes, seen: Seen) -> None:
    _heads, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert (row[1], row[4], row[5]) == ("D2026-00001", str(seen.views), str(seen.pages))
    assert all(str(number) in row[8] for number in seen.reasons.values())
    assert "Branch office" in row[9]


def check_pdf(content: bytes, seen: Seen, auditor: Reader) -> None:
    document = pypdfium2.PdfDocument(content)
    told = "".join(page.get_textpage().get_text_range() for page in document)
    assert "王晓明" in told
    assert auditor.say("Contract") in told
    assert re.search(rf"\D{seen.views}\D+{seen.pages}\D", told)
