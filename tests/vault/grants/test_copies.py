"""Marked copies: pictures alone, under a password, once, recorded before a key moves, and only while it is granted."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from dataclasses import replace

import pypdf
import pytest
from PIL import Image

from tests.attacks.acting import change, end_assignment
from tests.attacks.observing import alter, column, quota, trail
from tests.company import CANARY, CUSTOMER, Company, set_policy
from tests.vault.grants.granting import approve, granted, of_kind, revoke, state_of
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading
from vault.database.trail_summarising import SeenRow
from vault.errors import AccessDenied, Conflict, InputError, NotFound, TamperError, Unavailable
from vault.grants.copies import CUT_OFF_SECONDS, download_copy, prepare_copy
from vault.grants.listing import CopyRow, list_grants
from vault.ledger.audit import verify_ledger
from vault.ledger.audit_whole import INTENT_GRACE
from vault.ledger.entry import Entry
from vault.ledger.events import RESULT_FOLLOWS, Event, Outcome
from vault.model import Classification, PersonId, Place, PlaceSource
from vault.policy.document import ClassPolicy, Policy, RequestRules
from vault.policy.granting import GrantKind, GrantState
from vault.recording import record
from vault.trail.intents import count_unanswered, list_unanswered
from vault.trail.query import Field
from vault.trail.querying import parse_query, settle_query
from vault.trail.searching import search_trail
from vault.trail.summaries import summarise
from vault.worker.sweeping import sweep

MOMENT = dt.timedelta(milliseconds=1)
COPIES = Policy(requests=RequestRules(copies=True))


@pytest.fixture(autouse=True)
def policy(company: Company) -> None:
    set_policy(company, COPIES)


def prepared(company: Company) -> str:
    request_id = granted(company, GrantKind.COPY, 1)
    return prepare_copy(company.vault, company.at_keyboard("borrower"), request_id=request_id)


def download(company: Company, copy_id: str, *, login: str = "borrower") -> bytes:
    return download_copy(company.vault, company.at_keyboard(login), copy_id=copy_id).pdf


def copy_row(company: Company) -> CopyRow:
    [grant] = list_grants(company.vault, company.at_keyboard("borrower")).current
    return grant.copies[0]


def test_copy_is_marked_pictures_and_opens_with_its_password_alone(company: Company) -> None:
    """AES-256; no text, no customer, no other part than one picture a page, of the size of the page."""
    copy_id = prepared(company)
    pdf, password = download(company, copy_id), copy_row(company).password

    for word in (CANARY, CUSTOMER, "borrower"):
        assert word.encode() not in pdf
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.is_encrypted
    assert (reader.trailer["/Encrypt"]["/V"], reader.trailer["/Encrypt"]["/R"]) == (5, 6)  # type: ignore[index]
    assert not reader.decrypt("")
    assert not reader.decrypt(password.upper())
    assert reader.decrypt(password) is pypdf.PasswordType.USER_PASSWORD
    [page] = reader.pages
    assert page.extract_text() == ""
    assert list(page.images.keys()) == ["/P"]
    picture = Image.open(io.BytesIO(page.images[0].data))
    assert picture.format == "JPEG"
    assert not reader.metadata


def test_marks_of_a_copy_are_those_of_the_person_and_of_this_copy(company: Company) -> None:
    """The pictures are what the one door draws for this id: another copy of the same page is another picture."""
    set_policy(company, Policy(requests=RequestRules(copies=True, most_copies=2)))
    request_id, actor = granted(company, GrantKind.COPY, 2), company.at_keyboard("borrower")
    pictures = []
    for _ in range(2):
        copy_id = prepare_copy(company.vault, actor, request_id=request_id)
        pdf = download(company, copy_id)
        [grant] = list_grants(company.vault, actor).current
        reader = pypdf.PdfReader(io.BytesIO(pdf), password=next(e.password for e in grant.copies if e.id == copy_id))
        pictures.append(reader.pages[0].images[0].data)
    assert pictures[0] != pictures[1]
    assert state_of(company, request_id) is GrantState.SPENT
    with pytest.raises(Conflict, match=r"grant\.over"):
        prepare_copy(company.vault, actor, request_id=request_id)


def test_copy_is_downloaded_once_and_in_its_time(company: Company, clock: FixedClock) -> None:
    """Its password is read until then and forgotten after."""
    first = prepared(company)
    download(company, first)
    with pytest.raises(Conflict, match=r"copy\.over"):
        download(company, first)
    assert copy_row(company).password
    clock.advance(dt.timedelta(hours=24))
    assert copy_row(company).password == ""
    assert sweep(company.vault).words_forgotten == 1
    assert column(company, "SELECT password_sealed FROM released_copies") == [None]
    second = prepared(company)
    clock.advance(dt.timedelta(hours=24))
    with pytest.raises(Conflict, match=r"copy\.over"):
        download(company, second)


def test_trail_says_that_it_left_before_any_key_moved(company: Company) -> None:
    """With the id that stands on the pages where a view's id stands; and what failed can be taken again."""
    copy_id = prepared(company)
    alter(company, "UPDATE sealed_objects SET index_sealed = x'00' WHERE part = 'pages'")
    with pytest.raises(TamperError):
        download(company, copy_id)
    [released] = trail(company, Event.COPY_RELEASED)
    [failed] = trail(company, Event.COPY_FAILED)
    assert (released.fact("view"), released.outcome) == (copy_id, Outcome.SUCCESS)
    assert dict(released.details) == {"pages": 1, "result": "follows"}
    assert (failed.fact("view"), failed.outcome) == (copy_id, Outcome.FAILED)
    assert failed.fact("intent") == released.fact("id")
    assert not trail(company, Event.COPY_DELIVERED)
    assert trail(company, Event.OBJECT_TAMPERED)
    assert copy_row(company).may_download


def test_file_that_was_handed_over_answers_the_release(company: Company) -> None:
    """With its length and digest, by which the file is known again; committed before the answer goes out."""
    copy_id = prepared(company)
    pdf = download(company, copy_id)
    released, delivered = trail(company, Event.COPY_RELEASED, Event.COPY_DELIVERED)

    assert (delivered.fact("view"), delivered.fact("intent")) == (copy_id, released.fact("id"))
    assert dict(delivered.details) == {"pages": 1, "bytes": len(pdf), "sha256": hashlib.sha256(pdf).hexdigest()}
    assert delivered.actor == company.ids["borrower"]
    assert column(company, "SELECT release_entry FROM released_copies") == [None]


def test_copy_that_was_cut_off_has_no_result_until_the_sweep_gives_it_one(company: Company, clock: FixedClock) -> None:
    """Found by audit, auditors, operators and a search; then nothing of it counts, and it can be downloaded again."""
    copy_id = cut_off(company)
    [released] = trail(company, Event.COPY_RELEASED)
    clock.advance(INTENT_GRACE + MOMENT)

    assert without_result(company) == ([released.position], 1, [released.position], [released.position])
    assert sweep(company.vault).copies_returned == 1
    [failed] = trail(company, Event.COPY_FAILED)
    assert (failed.fact("code"), failed.fact("intent")) == ("copy.cut_off", released.fact("id"))
    assert (failed.actor, failed.subject) == ("", company.ids["borrower"])
    assert without_result(company) == ([], 0, [], [])
    assert summary_of(company) == []

    assert download(company, copy_id)
    assert [row.copies for row in summary_of(company)] == [1]
    clock.advance(INTENT_GRACE + MOMENT)
    assert without_result(company) == ([], 0, [], [])
    assert sweep(company.vault).copies_returned == 0


def test_copy_that_takes_longer_than_the_sweep_waits_delivers_nothing(company: Company, clock: FixedClock) -> None:
    """Each release has one result: what was given up meanwhile does not leave."""
    copy_id = prepared(company)

    def slow(count: int) -> bytes:
        clock.advance(dt.timedelta(seconds=CUT_OFF_SECONDS))
        assert sweep(company.vault).copies_returned == 0
        clock.advance(MOMENT)
        assert sweep(company.vault).copies_returned == 1
        return os.urandom(count)

    with pytest.raises(Unavailable, match=r"copy\.cut_off"):
        download_copy(replace(company.vault, random=slow), company.at_keyboard("borrower"), copy_id=copy_id)
    assert not trail(company, Event.COPY_DELIVERED)
    assert len(trail(company, Event.COPY_FAILED)) == 1
    assert download(company, copy_id)


def test_release_from_before_there_were_results_asks_for_none(any_company: Company, clock: FixedClock) -> None:
    """Its leaf does not say that one follows; one that says so is found."""
    old, new = (
        Entry(
            Event.COPY_RELEASED,
            Outcome.SUCCESS,
            actor=PersonId(any_company.ids["borrower"]),
            view=f"z{letter * 26}",
            details={"pages": 1, **promised},
        )
        for letter, promised in (("a", {}), ("b", RESULT_FOLLOWS))
    )
    record(any_company.vault, old)
    record(any_company.vault, new)
    any_company.sequence()
    clock.advance(INTENT_GRACE + MOMENT)
    any_company.sequence()
    newest = max(int(place) for place in column(any_company, "SELECT position FROM trail_search WHERE view_id <> ''"))

    assert without_result(any_company) == ([newest], 1, [newest], [newest])
    others = search(any_company, "-is:unanswered event:copy.released")
    assert others == [newest - 1]


def cut_off(company: Company) -> str:
    """As a node leaves it that is killed while the file is written: nothing more of it is done or recorded."""
    copy_id = prepared(company)

    def killed(_count: int) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_copy(replace(company.vault, random=killed), company.at_keyboard("borrower"), copy_id=copy_id)
    return copy_id


def without_result(company: Company) -> tuple[list[int], int, list[int], list[int]]:
    """What a verification, the operator's check, the auditors' list and a search find to have no result."""
    company.sequence()
    key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(company.vault.engine) as tx:
        counted = count_unanswered(company.vault, tx)
        findings = verify_ledger(tx, reading_key=key, now=company.vault.clock.now()).findings
    assert all(finding.check == "intent.unanswered" for finding in findings)
    listed = list_unanswered(company.vault, company.at_keyboard("auditor"))
    found = search(company, "is:unanswered")
    return [each.position for each in findings], counted, [row.index for row in listed], found


def search(company: Company, line: str) -> list[int]:
    auditor, now = company.at_keyboard("auditor"), company.vault.clock.now()
    query = settle_query(company.vault, auditor, query=parse_query(line, "UTC", now=now))
    return [row.index for row in search_trail(company.vault, auditor, query=query).rows]


def summary_of(company: Company) -> list[SeenRow]:
    """Who saw the document, by the trail."""
    company.sequence()
    return summarise(company.vault, company.at_keyboard("auditor"), of=Field.DOCUMENT, named=company.document_id).rows


def test_copy_costs_no_view(company: Company) -> None:
    """Its quota is its own."""
    download(company, prepared(company))
    assert quota(company).used == 0


@pytest.mark.parametrize("loss", ["assignment", "clearance", "policy", "revocation", "class"])
def test_right_that_is_lost_after_preparing_lets_nothing_leave(company: Company, loss: str) -> None:
    """Decided anew when it is downloaded; the refusal is recorded."""
    request_id = granted(company, GrantKind.COPY, 1)
    copy_id = prepare_copy(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    if loss == "assignment":
        end_assignment(company, "borrower")
    elif loss == "clearance":
        change(company, "borrower", clearance=Classification.INTERNAL)
    elif loss == "policy":
        set_policy(company, Policy())
    elif loss == "class":
        set_policy(
            company, Policy(requests=RequestRules(copies=True), classes={"confidential": ClassPolicy(copies=False)})
        )
    else:
        revoke(company, request_id)
    with pytest.raises((AccessDenied, Conflict)):
        download(company, copy_id)
    assert column(company, "SELECT downloaded_at FROM released_copies") == [None]


def test_nobody_else_prepares_or_downloads(company: Company) -> None:
    """Not even the approver."""
    request_id = granted(company, GrantKind.COPY, 1)
    copy_id = prepare_copy(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    for login in ("approver", "other", "custodian", "officer"):
        with pytest.raises(NotFound):
            prepare_copy(company.vault, company.at_keyboard(login), request_id=request_id)
        with pytest.raises(NotFound):
            download(company, copy_id, login=login)


def test_copy_is_not_even_asked_for_where_none_may_leave(company: Company) -> None:
    """By the policy, by the class, and by its length."""
    set_policy(company, Policy())
    with pytest.raises(AccessDenied, match=r"denied\.copies"):
        of_kind(company, GrantKind.COPY, 1)
    set_policy(company, COPIES)
    with pytest.raises(InputError, match=r"request\.copy"):
        of_kind(company, GrantKind.COPY, 2)
    request_id = of_kind(company, GrantKind.COPY, 1)
    approve(company, request_id, 1)
    actor = company.signed_in("borrower", place=Place("203.0.113.9", PlaceSource.UNKNOWN))
    with pytest.raises(AccessDenied, match=r"denied\.place_needed"):
        prepare_copy(company.vault, actor, request_id=request_id)
    assert prepare_copy(company.vault, actor, request_id=request_id, declared_place="Customer's site, Leeds")
