"""Asking for more views, from the cover card on, as a person's browser does it."""

from __future__ import annotations

import re

import pytest

from tests.attacks.acting import end_assignment
from tests.attacks.observing import trail
from tests.gateway.test_requests import REASON, ask, made, spend
from tests.gateway.visitor import Web, open_document
from vault.ledger.events import Event
from vault.model import Duty


def test_spent_cover_card_holds_the_form_with_who_decides_and_until_when(web: Web) -> None:
    """Asking is one step from where the refusal is read."""
    spend(web.company)
    page = web.visitor("borrower").get(f"/documents/{web.company.document_id}").text
    assert f'action="/documents/{web.company.document_id}/requests"' in page
    assert "Approver" in page
    assert "8 Dec 2026" in page  # fourteen days from the twenty-fourth


def test_cover_card_with_views_left_leads_to_the_form(web: Web) -> None:
    """More may be asked for before the last view is used."""
    visitor = web.visitor("borrower")
    address = f"/documents/{web.company.document_id}/requests"
    assert f'href="{address}"' in visitor.get(f"/documents/{web.company.document_id}").text
    assert f'action="{address}"' in visitor.get(address).text


def test_reason_typed_to_open_serves_to_ask_when_the_last_view_was_just_used(web: Web) -> None:
    """Another window took it: nothing is typed twice."""
    visitor = web.visitor("borrower")
    spend(web.company)
    answer = open_document(visitor, web.company.document_id, text="Reading clause nine again", case_number="CRM-9")
    assert answer.status_code == 409
    assert "Reading clause nine again</textarea>" in answer.text
    assert 'value="CRM-9"' in answer.text
    assert answer.text.count("All your views of this document are used") == 1


def test_draft_of_another_day_is_in_the_form_on_the_card(web: Web) -> None:
    """Else the first letter typed there would replace what was kept."""
    visitor = web.visitor("borrower")
    address = f"/documents/{web.company.document_id}/requests/draft"
    typed = {
        "kind": "lease",
        "amount": "40",
        "category": "offer",
        "text": "Reading both drafts aloud",
        "case_number": "",
    }
    assert visitor.post(address, typed).status_code == 204
    spend(web.company)

    page = visitor.get(f"/documents/{web.company.document_id}").text

    assert "Reading both drafts aloud</textarea>" in page
    assert 'name="kind" value="lease"' in page
    assert re.search(r'name="amount"[^>]*value="40"', page)


def test_asking_leads_to_the_request_with_who_decides(web: Web) -> None:
    """What was said is shown back, and until when it may be decided."""
    visitor = web.visitor("borrower")
    answer = ask(visitor, web.company)
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    for words in ("Your request is on its way", "Comparing both drafts once more", "CRM-77", "Approver", "8 Dec 2026"):
        assert words in page
    assert "2 views" in page


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"amount": "0"}, "amount", "Ask for 1 to 10 views"),
        ({"amount": "11"}, "amount", "Ask for 1 to 10 views"),
        ({"amount": "many"}, "amount", "Ask for 1 to 10 views"),
        ({"amount": ""}, "amount", "Ask for 1 to 10 views"),
        ({"amount": "9" * 5000}, "amount", "Ask for 1 to 10 views"),
        ({"text": "."}, "text", "a few real words"),
        ({"text": ""}, "text", "in a few words"),
        ({"category": ""}, "category", "Choose what"),
        ({"case_number": "a b"}, "case_number", "case number has up to 40"),
    ],
)
def test_refused_request_keeps_what_was_typed(web: Web, changed: dict[str, str], field: str, words: str) -> None:
    """The sentence stands beside its field, and everything else is as it was."""
    visitor = web.visitor("borrower")
    answer = ask(visitor, web.company, **changed)
    assert answer.status_code == 400
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(words)}', answer.text)
    kept = {name: value for name, value in REASON.items() if name not in changed}
    for name, shown in {
        "amount": 'value="2"',
        "category": '<option selected value="contract">',
        "text": "Comparing both drafts once more</textarea>",
        "case_number": 'value="CRM-77"',
    }.items():
        assert name not in kept or shown in answer.text, name
    assert trail(web.company, Event.REQUEST_MADE) == []


def test_second_request_is_refused_with_the_way_to_the_first(web: Web) -> None:
    """And what was typed can still be read."""
    visitor = web.visitor("borrower")
    path = made(visitor, web.company)
    answer = ask(visitor, web.company, text="Another thing altogether, please")
    assert answer.status_code == 409
    assert f'href="{path}"' in answer.text
    assert "Another thing altogether, please" in answer.text
    assert f'href="{path}"' in visitor.get(f"/documents/{web.company.document_id}").text


def test_sending_the_form_twice_is_one_request(web: Web) -> None:
    """A double click."""
    visitor = web.visitor("borrower")
    assert made(visitor, web.company) == made(visitor, web.company)


def test_custodian_reads_why_they_do_not_ask(web: Web) -> None:
    """On the page, and as the answer to whoever posts all the same."""
    visitor = web.visitor("custodian")
    page = visitor.get(f"/documents/{web.company.document_id}/requests").text
    assert "Only borrowers of this dossier" in page
    assert 'name="text"' not in page
    assert ask(visitor, web.company).status_code == 403


def test_stranger_finds_no_form(web: Web) -> None:
    """Knowing the document's id is not enough."""
    visitor = web.visitor("stranger")
    assert visitor.get(f"/documents/{web.company.document_id}/requests").status_code == 404
    assert ask(visitor, web.company).status_code == 404


def test_request_without_a_decider_says_whom_to_ask(web: Web) -> None:
    """Before asking and afterwards."""
    end_assignment(web.company, "approver", duty=Duty.APPROVER)
    visitor = web.visitor("borrower")
    before = visitor.get(f"/documents/{web.company.document_id}/requests").text
    afterwards = visitor.get(made(visitor, web.company)).text
    for page in (before, afterwards):
        assert "nobody at present" in page
        assert "assign an approver: Beatrice Okafor" in page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> and more", "{{ 7 * 7 }} as a template", '"><img src=x> yes']
)
def test_markup_in_a_reason_is_shown_as_it_was_typed(web: Web, text: str) -> None:
    """To the requester and to the approver."""
    path = ask(web.visitor("borrower"), web.company, text=text).location.partition("?")[0]
    page = web.visitor("approver").get(path).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "as a template" not in text or "{{ 7 * 7 }}" in page


def test_fresh_token_serves_a_form_of_an_ended_session(web: Web) -> None:
    """Signing in again in another tab: the form that was being filled in is sent with the token of the new session."""
    visitor = web.visitor("borrower")
    visitor.post("/sign-out")
    assert visitor.get("/form-token").status_code == 401
    visitor.sign_in("borrower")
    renewed = visitor.get("/form-token").json
    assert renewed["person"] == web.company.person("borrower").staff_number
    answer = visitor.post(f"/documents/{web.company.document_id}/requests", REASON, token=renewed["token"])
    assert answer.status_code == 303


def test_fresh_token_is_given_to_no_other_site(web: Web) -> None:
    """It would be the key to every form."""
    visitor = web.visitor("borrower")
    for site in ("cross-site", "same-site", "none"):
        answer = visitor.get("/form-token", Sec_Fetch_Site=site)
        assert answer.status_code == 403
        assert "token" not in answer.json
