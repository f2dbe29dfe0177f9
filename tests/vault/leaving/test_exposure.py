"""Exposure: what somebody saw, who may know it, and the signed report made of the trail's own entries."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pypdfium2
import pytest

from tests.attacks.observing import refuse_keys, watched
from tests.company import CUSTOMER, Company, set_policy
from tests.linking import link
from tests.vault.grants.test_copies import COPIES, download, prepared
from tests.vault.leaving.acts import announce
from tests.vault.people.entries import entries_of
from tests.vault.trail.exports.making_exports import content_of, make_all, record_of, signing_public
from vault.clock import FixedClock
from vault.errors import AccessDenied, InputError, NotFound, Unavailable
from vault.grants.copies import download_copy
from vault.leaving.ending import end_leavings
from vault.leaving.exposure import order_report, show_exposed_customers, show_exposure
from vault.leaving.showing import show_leaving
from vault.ledger.events import Event
from vault.ledger.export_note import open_export_note
from vault.people.accounts import restore_person, suspend_person
from vault.policy.reasons import ReasonDraft

REASON = ReasonDraft("review", "Hand-over of the customers of a leaver")


@pytest.fixture
def seen(company: Company, clock: FixedClock) -> Company:
    """The borrower opened the document twice, a day apart, one page each."""
    company.open_and_read(company.signed_in("borrower"))
    clock.advance(dt.timedelta(days=1))
    company.open_and_read(company.signed_in("borrower"))
    company.open_and_read(company.signed_in("other"))
    clock.advance(dt.timedelta(days=1))
    company.sequence()
    return company


@pytest.mark.parametrize("login", ["auditor", "officer"])
def test_auditors_and_officers_see_what_somebody_saw(seen: Company, login: str) -> None:
    """By dossier, with reasons and places counted; recorded about the person who was looked at."""
    found = show_exposure(seen.vault, seen.at_keyboard(login), person_id=seen.ids["borrower"])

    (row,) = found.rows
    assert (row.seen.reference, row.seen.views, row.seen.pages, row.seen.documents) == ("D2026-00001", 2, 2, 1)
    assert (row.seen.reasons, row.seen.places) == ({"offer": 2}, {"Head office": 2})
    assert (row.days_ago, row.value) == (1, 2)
    assert (found.views, found.weeks.highest.views, found.weeks.ordinary) == (2, 2, 0.0)
    (entry,) = entries_of(seen, Event.EXPOSURE_VIEWED)
    assert entry.subject_id == seen.ids["borrower"]


def test_other_accounts_of_the_person_are_named(seen: Company) -> None:
    """Each has an exposure and a last day of its own, so whoever looks at one is told of the other."""
    link(seen, "borrower", "other")
    other = [seen.ids["other"]]

    found = show_exposure(seen.vault, seen.at_keyboard("auditor"), person_id=seen.ids["borrower"])
    page = show_leaving(seen.vault, seen.at_keyboard("admin"), person_id=seen.ids["borrower"])

    assert found.views == 2
    assert [each.person_id for each in found.others] == [each.person_id for each in page.others] == other


@pytest.mark.parametrize("login", ["admin", "custodian", "borrower"])
def test_nobody_else_sees_it(seen: Company, login: str) -> None:
    """Refused and recorded."""
    with pytest.raises(AccessDenied):
        show_exposure(seen.vault, seen.at_keyboard(login), person_id=seen.ids["borrower"])


def test_days_have_bounds_and_people_exist(seen: Company) -> None:
    """A week at least, three years at most."""
    auditor = seen.at_keyboard("auditor")
    for days in (6, 1101):
        with pytest.raises(InputError) as refused:
            show_exposure(seen.vault, auditor, person_id=seen.ids["borrower"], days=days)
        assert refused.value.code == "exposure.days"
    with pytest.raises(NotFound):
        show_exposure(seen.vault, auditor, person_id="p" + "a" * 26)


def report(company: Company, format_name: str, *, locale: str = "en") -> tuple[str, bytes]:
    """The file of a report, and the export that it is."""
    export_id = order_report(
        company.vault,
        company.at_keyboard("auditor"),
        person_id=company.ids["borrower"],
        days=30,
        format_name=format_name,
        locale=locale,
        reason=REASON,
    )
    make_all(company)
    return export_id, content_of(company, export_id)


def test_report_is_made_of_the_trail_and_signed_for(seen: Company) -> None:
    """It says the same as the screen, names no customer, and its note stands for exactly this file."""
    export_id, content = report(seen, "json")

    told = json.loads(content)
    (row,) = told["dossiers"]
    assert (row["reference"], row["views"], row["pages"], row["documents"]) == ("D2026-00001", 2, 2, 1)
    assert (row["reasons"], row["places"], row["class"]) == ({"offer": 2}, {"Head office": 2}, "confidential")
    assert row["score"] == round(row["value"] * row["recency"], 2)
    record = record_of(seen, export_id)
    note = open_export_note(record.note, origin="tests.example/vault", public=signing_public(seen))
    assert (note.sha256, note.rows, note.format) == (record.sha256, record.rows, "exposurejson")
    assert record.rows == 4  # two views, two pages
    assert CUSTOMER.encode() not in content
    (ordered,) = entries_of(seen, Event.TRAIL_EXPORTED)
    assert ordered.subject_id == seen.ids["borrower"]
    assert ordered.reason is not None
    assert ordered.details["format"] == "exposurejson"


def test_copies_that_left_stand_in_screen_and_report(seen: Company, clock: FixedClock) -> None:
    """How many were downloaded and when last; one that failed or waits is none. They keep a dossier recent."""
    set_policy(seen, COPIES)
    prepared(seen)  # never downloaded
    clock.advance(dt.timedelta(hours=1))
    download(seen, prepared(seen))
    downloaded = clock.now()
    failed = prepared(seen)
    with pytest.raises(Unavailable):
        download_copy(watched(seen.vault, refuse_keys), seen.at_keyboard("borrower"), copy_id=failed)
    clock.advance(dt.timedelta(days=2))
    seen.sequence()

    (row,) = show_exposure(seen.vault, seen.at_keyboard("auditor"), person_id=seen.ids["borrower"]).rows
    assert (row.seen.copies, row.seen.last_copy, row.days_ago, row.seen.views) == (1, downloaded, 2, 2)
    told = json.loads(report(seen, "json")[1])["dossiers"][0]
    assert (told["copies"], told["views"]) == (1, 2)
    assert dt.datetime.fromisoformat(told["last_copy"]) == downloaded
    names, cells = csv.reader(io.StringIO(report(seen, "csv")[1].decode("utf-8-sig")))
    assert dict(zip(names, cells, strict=True))["Copies"] == "1"


def test_dossier_of_which_only_a_copy_left_is_in_the_report(company: Company) -> None:
    """Nothing was viewed in that time; what left with a copy is exposed all the same."""
    set_policy(company, COPIES)
    download(company, prepared(company))
    company.sequence()

    (row,) = show_exposure(company.vault, company.at_keyboard("auditor"), person_id=company.ids["borrower"]).rows
    assert (row.seen.views, row.seen.last, row.seen.copies, row.score) == (0, None, 1, 2.0)
    told = json.loads(report(company, "json")[1])["dossiers"][0]
    assert (told["views"], told["first"], told["last"], told["copies"]) == (0, None, None, 1)
    text = pypdfium2.PdfDocument(report(company, "pdf")[1])[0].get_textpage().get_text_range()
    assert "1 marked copies" in text


def test_report_six_weeks_after_the_last_day_still_shows_what_was_seen_before_it(
    seen: Company, clock: FixedClock
) -> None:
    """The weeks end with the last day, before the sweep comes by and after; page, screen and signed report say so."""
    leaving = announce(seen)
    clock.advance(leaving.ends_at - clock.now() + 6 * dt.timedelta(days=7))
    before = show_exposure(seen.vault, seen.at_keyboard("auditor"), person_id=seen.ids["borrower"], days=56)
    assert end_leavings(seen.vault) == 1
    seen.sequence()

    found = show_exposure(seen.vault, seen.at_keyboard("auditor"), person_id=seen.ids["borrower"], days=56)
    assert (found.out_since, found.weeks.until) == (leaving.ends_at, leaving.ends_at)
    assert (found.weeks.highest.views, found.weeks.ordinary, found.weeks.factor) == (2, 0.0, 2.0)
    assert before.weeks == found.weeks
    assert found.rows[0].days_ago >= 42  # what is recent is counted from today
    page = show_leaving(seen.vault, seen.at_keyboard("admin"), person_id=seen.ids["borrower"])
    assert (page.out_since, page.weeks.highest, page.seen.views) == (leaving.ends_at, found.weeks.highest, 2)
    weeks = json.loads(report(seen, "json")[1])["weeks"]
    assert dt.datetime.fromisoformat(weeks["until"]) == leaving.ends_at
    assert weeks["views"][-1]["views"] == found.weeks.weeks[-1].views
    assert sum(each["views"] for each in weeks["views"]) == 2
    text = pypdfium2.PdfDocument(report(seen, "pdf")[1])[0].get_textpage().get_text_range()
    assert "when their access ended" in " ".join(text.split())


def test_look_goes_back_from_a_suspension_until_the_person_is_back(seen: Company, clock: FixedClock) -> None:
    """Suspended before the leaving, it is the suspension; suspended anew after they came back, the new one."""
    officer, person_id = seen.at_keyboard("officer"), seen.ids["borrower"]

    def looked_back_from() -> dt.datetime | None:
        seen.sequence()
        return show_exposure(seen.vault, seen.at_keyboard("auditor"), person_id=person_id).out_since

    suspended = clock.now()
    suspend_person(seen.vault, officer, person_id=person_id)
    clock.advance(dt.timedelta(days=1))
    announce(seen)  # what they hold is handed over
    assert looked_back_from() == suspended
    clock.advance(dt.timedelta(days=42))
    assert end_leavings(seen.vault) == 1
    assert looked_back_from() == suspended

    restore_person(seen.vault, seen.at_keyboard("admin"), person_id=person_id)
    clock.advance(dt.timedelta(days=7))
    assert looked_back_from() is None
    again = clock.now()
    suspend_person(seen.vault, officer, person_id=person_id)
    clock.advance(dt.timedelta(days=7))
    assert looked_back_from() == again


@pytest.mark.parametrize(("locale", "head"), [("en", "Dossier"), ("zh_Hans_CN", "档案")])
def test_table_for_a_spreadsheet(seen: Company, locale: str, head: str) -> None:
    """In both languages, with the arithmetic in its columns."""
    _export_id, content = report(seen, "csv", locale=locale)

    names, row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert head in names
    told = dict(zip(names, row, strict=True))
    assert told[head] == "D2026-00001"
    assert len(row) == 15


@pytest.mark.parametrize(("locale", "words"), [("en", "What 王晓明 · N-0002 saw"), ("zh_Hans_CN", "的接触情况")])
def test_report_to_hand_on(seen: Company, locale: str, words: str) -> None:
    """A PDF with the person, the arithmetic in words, and the dossier."""
    _export_id, content = report(seen, "pdf", locale=locale)

    text = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert words in text
    assert "D2026-00001" in text


def test_only_auditors_order_it_in_a_format_there_is(seen: Company) -> None:
    """A security officer looks; an auditor hands on."""
    for login, format_name, error in (("officer", "pdf", AccessDenied), ("auditor", "xlsx", InputError)):
        with pytest.raises(error):
            order_report(
                seen.vault,
                seen.at_keyboard(login),
                person_id=seen.ids["borrower"],
                days=30,
                format_name=format_name,
                locale="",
                reason=REASON,
            )


def test_custodian_sees_the_customers_of_their_own_dossiers(seen: Company) -> None:
    """With names, since they may see those anyway; nobody else, and nobody about somebody who does not leave."""
    leaving = announce(seen)

    (row,) = show_exposed_customers(seen.vault, seen.at_keyboard("custodian"), leaving_id=leaving.id)

    assert (row.customer_name, row.row.seen.views) == (CUSTOMER, 2)
    for login in ("custodian2", "approver", "stranger", "borrower"):
        with pytest.raises(NotFound):
            show_exposed_customers(seen.vault, seen.at_keyboard(login), leaving_id=leaving.id)
    for login in ("auditor", "admin"):
        with pytest.raises(AccessDenied):
            show_exposed_customers(seen.vault, seen.at_keyboard(login), leaving_id=leaving.id)
