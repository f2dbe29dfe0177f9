"""What waits for a custodian, and their decision: filed, or refused with a note that the author reads."""

from __future__ import annotations

import pytest

from tests.company import Company
from tests.gateway.handing_in import File, hand_in
from tests.gateway.visitor import Visitor, Web
from vault.filing.cards import DocumentRow, show_dossier
from vault.filing.dossiers import assign, unassign
from vault.model import Duty

PLAN: File = ("Plan 2027.txt", b"The plan for line five, as agreed in November.\n")
SECOND: File = ("Plan 2027.txt", b"The plan for line five, as corrected in December.\n")
NOTE = "The price list of last year is attached by mistake."


@pytest.fixture
def submitted(web: Web) -> str:
    """A document that waits for the custodian; its id."""
    return submit(web, PLAN)


def submit(web: Web, file: File, *, document_id: str = "") -> str:
    before = {row.id for row in documents(web.company)}
    assert hand_in(web.visitor("author"), web.company.dossier_id, file, document_id=document_id).status_code == 303
    web.company.convert_all()
    return next((row.id for row in documents(web.company) if row.id not in before), document_id)


def documents(company: Company, login: str = "custodian") -> list[DocumentRow]:
    return show_dossier(company.vault, company.at_keyboard(login), dossier_id=company.dossier_id).documents


def decide(visitor: Visitor, document_id: str, decision: str, *, version: int = 1, note: str = NOTE) -> int:
    fields = {"version": str(version), "note": note}
    return visitor.post(f"/documents/{document_id}/submission/{decision}", fields).status_code


def test_submission_waits_on_the_dossier_and_in_the_list_over_all_dossiers(web: Web, submitted: str) -> None:
    """With who handed it in; also from the list of dossiers and the top bar there is a way."""
    custodian = web.visitor("custodian")
    way = f"/documents/{submitted}/submission"
    assert way in custodian.get(f"/dossiers/{web.company.dossier_id}").text
    waiting = custodian.get("/submissions").text
    assert way in waiting
    assert "handed in by Jonas Lindqvist" in waiting
    assert "1 submission waits for you" in custodian.get("/dossiers").text


def test_page_of_a_submission_says_what_is_known_of_it(web: Web, submitted: str) -> None:
    """Who, when, type, size and pages."""
    page = web.visitor("custodian").get(f"/documents/{submitted}/submission").text
    for words in ("Plan 2027", "Jonas Lindqvist", "plain text · 47 B · 1 page", "24 Nov 2026, 18:00 +08:00"):
        assert words in page, words


def test_filed_submission_opens_for_borrowers_and_waits_no_more(web: Web, submitted: str) -> None:
    """And the custodian is back at what else waits."""
    custodian = web.visitor("custodian")
    answer = custodian.post(f"/documents/{submitted}/submission/file", {"version": "1"})
    page = custodian.get(answer.location).text
    assert "The submission is filed" in page
    assert "Nothing waits for you" in page
    assert [row.title for row in documents(web.company, "borrower")] == ["Offer", "Plan 2027"]


def test_author_reads_why_a_submission_was_refused_and_may_hand_it_in_again(web: Web, submitted: str) -> None:
    """The note stands at the document; the same content is not taken for known."""
    assert decide(web.visitor("custodian"), submitted, "refuse") == 303
    author = web.visitor("author")
    page = author.get(f"/dossiers/{web.company.dossier_id}").text
    assert NOTE in page
    assert "refused" in page
    again = hand_in(author, web.company.dossier_id, PLAN, key="f" * 32, document_id=submitted)
    assert "is taken in" in author.get(again.location).text


@pytest.mark.parametrize("note", ["", ".", "aaaaaaaaaaaa", "x" * 501])
def test_note_without_substance_is_refused_and_nothing_decided(web: Web, submitted: str, note: str) -> None:
    """The page again, with the sentence at the field."""
    custodian = web.visitor("custodian")
    answer = custodian.post(f"/documents/{submitted}/submission/refuse", {"version": "1", "note": note})
    assert answer.status_code == 400
    assert 'id="note-error"' in answer.text
    assert submitted in custodian.get("/submissions").text


def test_refused_version_leaves_what_readers_open(web: Web) -> None:
    """A new version that is refused takes nothing away."""
    submit(web, SECOND, document_id=web.company.document_id)
    page = web.visitor("custodian").get(f"/documents/{web.company.document_id}/submission").text
    assert "readers open version 1 now" in page
    assert decide(web.visitor("custodian"), web.company.document_id, "refuse", version=2) == 303
    [row] = documents(web.company, "borrower")
    assert (row.version, row.can_open) == (1, True)


@pytest.mark.parametrize("decision", ["file", "refuse"])
def test_decision_that_was_made_meanwhile_is_not_made_twice(web: Web, submitted: str, decision: str) -> None:
    """Two custodians, or a double click: the second hears that it is decided."""
    custodian = web.visitor("custodian")
    assert decide(custodian, submitted, "file") == 303
    assert decide(custodian, submitted, decision) == 409
    assert custodian.get(f"/documents/{submitted}/submission").status_code == 409


def test_version_that_came_after_the_page_was_opened_is_not_decided_unseen(web: Web, submitted: str) -> None:
    """The decision is about the version that was looked at."""
    custodian = web.visitor("custodian")
    submit(web, SECOND, document_id=submitted)
    assert decide(custodian, submitted, "file", version=1) == 409
    assert [row.title for row in documents(web.company, "borrower")] == ["Offer"]
    assert decide(custodian, submitted, "file", version=2) == 303


@pytest.mark.parametrize("version", ["", "one", "-1", "9" * 30, "٣"])
def test_decision_without_a_version_is_refused(web: Web, submitted: str, version: str) -> None:
    """A form that was tampered with decides nothing."""
    custodian = web.visitor("custodian")
    assert custodian.post(f"/documents/{submitted}/submission/file", {"version": version}).status_code == 400
    assert submitted in custodian.get("/submissions").text


@pytest.mark.parametrize(
    ("login", "status"), [("author", 403), ("borrower", 403), ("approver", 403), ("stranger", 404)]
)
def test_only_a_custodian_of_the_dossier_decides(web: Web, submitted: str, login: str, status: int) -> None:
    """Whoever else knows the address learns and changes nothing."""
    visitor = web.visitor(login)
    assert visitor.get(f"/documents/{submitted}/submission").status_code == status
    assert decide(visitor, submitted, "file") == status
    assert decide(visitor, submitted, "refuse") == status
    assert "Nothing waits for you" in visitor.get("/submissions").text
    assert submitted in web.visitor("custodian").get("/submissions").text


def test_nobody_decides_their_own_submission(web: Web) -> None:
    """An author who became custodian meanwhile: it waits for another custodian, and not for them."""
    company = web.company
    custodian, person = company.at_keyboard("custodian"), company.ids["stranger"]
    as_author = assign(company.vault, custodian, dossier_id=company.dossier_id, person_id=person, duty=Duty.AUTHOR)
    visitor = web.visitor("stranger")
    hand_in(visitor, company.dossier_id, PLAN)
    company.convert_all()
    unassign(company.vault, custodian, assignment_id=as_author)
    assign(company.vault, custodian, dossier_id=company.dossier_id, person_id=person, duty=Duty.CUSTODIAN)
    [document] = [row.id for row in documents(company) if row.title == "Plan 2027"]
    assert "Nothing waits for you" in visitor.get("/submissions").text
    assert visitor.get(f"/documents/{document}/submission").status_code == 403
    assert decide(visitor, document, "file") == 403
    assert decide(web.visitor("custodian"), document, "file") == 303


def test_document_without_a_submission_has_nothing_to_decide(web: Web) -> None:
    """409 with a sentence, not an empty page."""
    assert web.visitor("custodian").get(f"/documents/{web.company.document_id}/submission").status_code == 409
