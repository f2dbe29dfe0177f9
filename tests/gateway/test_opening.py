"""From the dossier to the pages, as a person's browser does it."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import CUSTOMER
from tests.gateway.visitor import Web, open_document
from vault.access.ending import revoke_view
from vault.clock import FixedClock


def test_dossier_says_how_many_views_are_left(web: Web) -> None:
    """Before anything is opened, and after."""
    visitor = web.visitor("borrower")
    dossier = f"/dossiers/{web.company.dossier_id}"
    assert "3 of 3 views left" in visitor.get(dossier).text
    open_document(visitor, web.company.document_id)
    assert "2 of 3 views left" in visitor.get(dossier).text


def test_customer_is_found_by_full_name_in_any_spelling(web: Web) -> None:
    """By POST: the name stands in no address."""
    visitor = web.visitor("borrower")
    found = visitor.post("/dossiers/search", {"customer": f"  {CUSTOMER.upper()} "})
    assert web.company.dossier_id in found.text
    missed = visitor.post("/dossiers/search", {"customer": CUSTOMER[:8]})
    assert web.company.dossier_id not in missed.text


def test_cover_says_which_view_it_would_be_until_when_and_what_is_recorded(web: Web) -> None:
    """Number, length, end in the person's zone, place."""
    page = web.visitor("borrower").get(f"/documents/{web.company.document_id}").text
    assert "view 1 of 3, for 15 minutes" in page
    assert ">18:15</time>" in page  # 10:15 UTC in Shanghai
    assert "Head office" in page
    assert "declared_place" not in page


def test_opening_leads_to_the_viewer_with_number_and_identity(web: Web) -> None:
    """The frame says which view it is and whose."""
    visitor, path = web.reader()
    page = visitor.get(path).text
    assert "view 1 of 3" in page
    assert "王晓明" in page
    assert "I'm done" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "."}, "a few real words"),
        ({"text": ""}, "in a few words"),
        ({"category": "curiosity"}, "Choose what"),
        ({"case_number": "a b"}, "case number has up to 40"),
    ],
)
def test_refused_reason_keeps_what_was_typed_and_costs_nothing(web: Web, changed: dict[str, str], words: str) -> None:
    """The sentence stands beside its field; the rest of the form is as it was."""
    visitor = web.visitor("borrower")
    answer = open_document(visitor, web.company.document_id, **{"case_number": "CASE-77", **changed})
    assert answer.status_code == 400
    assert words in answer.text
    assert "view 1 of 3" in answer.text
    if "case_number" not in changed:
        assert 'value="CASE-77"' in answer.text
    if "text" not in changed:
        assert "Preparing the offer for line four" in answer.text


def test_sending_the_form_twice_is_one_view(web: Web) -> None:
    """A double click, or a retry after a lost answer."""
    visitor = web.visitor("borrower")
    first = open_document(visitor, web.company.document_id, key="same")
    second = open_document(visitor, web.company.document_id, key="same")
    assert first.location == second.location
    assert "2 of 3 views left" in visitor.get(f"/dossiers/{web.company.dossier_id}").text


def test_open_document_offers_to_go_on_and_no_second_view(web: Web) -> None:
    """Coming back to the card within the lease."""
    visitor, path = web.reader()
    page = visitor.get(f"/documents/{web.company.document_id}").text
    assert f'href="{path}"' in page
    assert 'name="text"' not in page


def test_spent_quota_is_said_with_what_to_do(web: Web) -> None:
    """On the card, and to whoever posts all the same."""
    visitor = web.visitor("borrower")
    for number in range(3):
        path = open_document(visitor, web.company.document_id, key=f"k{number}").location
        visitor.post(path + "/end")
    page = visitor.get(f"/documents/{web.company.document_id}").text
    assert "All your views of this document are used" in page
    assert open_document(visitor, web.company.document_id, key="more").status_code == 409


def test_unknown_place_is_asked_for_and_needed(web: Web) -> None:
    """Outside every known network."""
    visitor = web.visitor(address="203.0.113.5")
    visitor.sign_in("borrower")
    refused = open_document(visitor, web.company.document_id)
    assert refused.status_code == 403
    assert 'id="declared_place-error"' in refused.text
    opened = open_document(visitor, web.company.document_id, declared_place="Hotel Bremen")
    assert opened.status_code == 303


def test_document_of_another_persons_dossier_cannot_be_opened(web: Web) -> None:
    """Knowing the id is not enough, and the answer says nothing."""
    assert open_document(web.visitor("stranger"), web.company.document_id).status_code == 404


def test_custodian_sees_the_document_but_it_does_not_open(web: Web) -> None:
    """A duty on the dossier that is not borrowing: known, refused, explained."""
    visitor = web.visitor("custodian")
    page = visitor.get(f"/documents/{web.company.document_id}").text
    assert "Only borrowers of this dossier" in page
    assert open_document(visitor, web.company.document_id).status_code == 403


def test_page_is_an_image_and_its_text_a_page(web: Web) -> None:
    """Both behind the same view."""
    visitor, path = web.reader()
    assert visitor.get(path + "/pages/1").data[:2] == b"\xff\xd8"
    assert "Offer for line four" in visitor.get(path + "/pages/1/text").text


def test_view_of_another_person_is_unknown(web: Web) -> None:
    """Its frame, its pages, its text, its state and its end."""
    _reader, path = web.reader()
    thief = web.visitor("other")
    for part in ("", "/pages/1", "/pages/1/text", "/state"):
        assert thief.get(path + part).status_code == 404, part
    assert thief.post(path + "/end").status_code == 404


def test_view_in_another_session_of_the_same_person_is_over(web: Web) -> None:
    """A view serves one session."""
    _reader, path = web.reader()
    again = web.visitor("borrower")
    answer = again.get(path + "/pages/1")
    assert (answer.status_code, answer.json["code"]) == (410, "lease.session")


def test_done_ends_the_view_and_its_pages(web: Web) -> None:
    """The next page is refused, with when it ended."""
    visitor, path = web.reader()
    done = visitor.post(path + "/end")
    assert done.status_code == 303
    assert "You are done with this view" in visitor.get(done.location).text
    answer = visitor.get(path + "/pages/1")
    assert answer.status_code == 410
    assert "18:00" in answer.json["sentence"]


def test_expired_view_says_so_on_its_page(web: Web, clock: FixedClock) -> None:
    """A frame that is loaded again too late."""
    visitor, path = web.reader()
    clock.advance(dt.timedelta(minutes=16))
    answer = visitor.get(path)
    assert answer.status_code == 410
    assert "ended at 18:15" in answer.text


def test_revoked_view_says_by_whom_when_and_whom_to_ask(web: Web) -> None:
    """In the answer that the viewer shows instead of its pages."""
    visitor, path = web.reader()
    revoke_view(
        web.company.vault,
        web.company.at_keyboard("officer"),
        view_id=path.rpartition("/")[2],
        note="Left the laptop open in a train",
    )
    sentence = visitor.get(path + "/state").json["sentence"]
    assert "Officer" in sentence
    assert "18:00" in sentence
    assert "Beatrice Okafor" in sentence


def test_sealed_vault_signs_in_but_opens_nothing(web: Web) -> None:
    """503 with a sentence, and health says which part."""
    visitor, path = web.reader()
    web.company.vault.seal()
    assert visitor.get("/account").status_code == 200
    assert visitor.get("/dossiers").status_code == 200
    answer = visitor.get(path + "/pages/1")
    assert (answer.status_code, answer.json["code"]) == (503, "sealed")
    health = visitor.get("/health")
    assert health.status_code == 503
    assert health.json["parts"]["keys"] is False
