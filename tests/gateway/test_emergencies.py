"""An emergency from the cover card to its closed review, as browsers do it."""

from __future__ import annotations

from tests.company import PASSWORD
from tests.gateway.test_requests import spend
from tests.gateway.visitor import Web

WHY = {
    "emergency-category": "service_case",
    "emergency-text": "The line stands still and the drawing is needed now",
    "emergency-password": PASSWORD,
    "idempotency_key": "emergency",
}
NOTE = "The customer confirmed that the line stood still"


def test_card_offers_it_only_where_nothing_opens(web: Web) -> None:
    """With what will happen in plain words."""
    visitor, address = web.visitor("borrower"), f"/documents/{web.company.document_id}"
    assert "In an emergency" not in visitor.get(address).text
    spend(web.company)
    page = visitor.get(address).text
    for words in ("In an emergency…", "within 15 minutes", "are told now", "reviews it afterwards"):
        assert words in page


def test_wrong_password_keeps_what_was_typed_and_says_so_beside_the_field(web: Web) -> None:
    spend(web.company)
    visitor, address = web.visitor("borrower"), f"/documents/{web.company.document_id}/emergency"
    answer = visitor.post(address, {**WHY, "emergency-password": "not the password"})
    assert answer.status_code == 400
    assert '<details class="more" open>' in answer.text
    assert WHY["emergency-text"] in answer.text
    assert 'id="emergency-password-error"' in answer.text


def test_it_opens_waits_in_both_lists_and_is_reviewed(web: Web) -> None:
    """The person, the approver, the security officer and the custodian each see what is theirs."""
    spend(web.company)
    borrower, approver = web.visitor("borrower"), web.visitor("approver")
    opened = borrower.post(f"/documents/{web.company.document_id}/emergency", WHY)
    assert opened.status_code == 303
    assert "/views/" in opened.location

    inbox = approver.get("/requests").text
    assert "Emergencies waiting for your review" in inbox
    path = inbox.partition('href="/requests/r')[2].partition('"')[0]
    address = f"/requests/r{path}"
    assert "waiting since today" in web.visitor("officer").get("/emergencies").text
    assert "opened one view in an emergency" in web.visitor("custodian").get(address).text
    assert WHY["emergency-text"] in approver.get(address).text
    assert borrower.post(f"{address}/review", {"decision": "justified", "note": NOTE}).status_code == 403

    assert approver.post(f"{address}/review", {"decision": "justified", "note": "."}).status_code == 400
    assert approver.post(f"{address}/review", {"decision": "unjustified", "note": NOTE}).status_code == 303
    page = borrower.get(address).text
    assert "The emergency was not justified." in page
    assert NOTE in page
    assert "Every emergency is reviewed" in web.visitor("officer").get("/emergencies").text
