"""The cover card: everything that one should know before opening, and nothing opened by it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.attacks.acting import ask, grant, open_and_end, open_view
from tests.attacks.observing import alter, column, quota, trail
from tests.company import CUSTOMER, Company, set_policy
from vault.access.cover import CoverCard, cover_card
from vault.clock import FixedClock
from vault.errors import NotFound, Sealed, TamperError
from vault.ledger.events import Event
from vault.model import Classification, Place, PlaceSource
from vault.policy.document import ClassPolicy, Policy


def card_of(company: Company, login: str = "borrower") -> CoverCard:
    return cover_card(company.vault, company.signed_in(login), document_id=company.document_id)


def test_card_says_what_opening_now_would_be(company: Company, clock: FixedClock) -> None:
    """Which view of how many, how long, until when, of what, and where the person is taken to be."""
    card = card_of(company)
    assert (card.next_number, card.allowed, card.granted, card.allowed_from) == (1, 3, 0, "default")
    assert (card.lease_minutes, card.would_end_at) == (15, clock.now() + dt.timedelta(minutes=15))
    assert (card.title, card.customer_name) == ("Offer", CUSTOMER)
    assert (card.classification, card.page_count, card.version) == (Classification.CONFIDENTIAL, 1, 1)
    assert card.place.zone == "Head office"
    assert card.decision.allowed
    assert not card.needs_declared_place


def test_card_counts_what_was_used_and_what_was_granted(company: Company) -> None:
    """After two views and a top-up of two."""
    for _ in range(2):
        open_and_end(company, company.signed_in("borrower"))
    grant(company, 2)
    card = card_of(company)
    assert (card.next_number, card.allowed, card.granted) == (3, 5, 2)


def test_card_says_that_the_limit_is_that_of_the_class(company: Company, clock: FixedClock) -> None:
    """The figure's source is shown, so that nobody wonders why it is another here."""
    set_policy(company, Policy(classes={"confidential": ClassPolicy(views=1, lease_minutes=5)}))
    card = card_of(company)
    assert (card.allowed, card.lease_minutes, card.allowed_from) == (1, 5, "class")
    assert open_view(company, company.signed_in("borrower")).lease.expires_at == clock.now() + dt.timedelta(minutes=5)


def test_looking_at_the_card_opens_nothing(company: Company) -> None:
    """However often: no view, no claim, no entry, no key of the document."""
    actor = company.signed_in("borrower")
    before = trail(company)
    for _ in range(20):
        cover_card(company.vault, actor, document_id=company.document_id)
    assert quota(company).used == 0
    assert column(company, "SELECT id FROM views") == []
    assert len(trail(company)) == len(before)


def test_card_of_an_open_document_leads_back_to_its_view(company: Company) -> None:
    """In the session that has it open; another session sees that opening would be another view."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    card = cover_card(company.vault, actor, document_id=company.document_id)
    assert (card.live_view, card.decision.allowed) == (view_id, True)
    assert card_of(company).live_view is None
    assert card_of(company).next_number == 2


def test_card_of_a_spent_document_says_so_and_offers_a_request(company: Company) -> None:
    """What to do next stands on the card; once asked, the request does."""
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    card = card_of(company)
    assert (card.decision.code, card.may_request, card.open_request) == ("quota.spent", True, None)
    request_id = ask(company, 1)
    assert (card_of(company).may_request, card_of(company).open_request) == (False, request_id)


def test_card_asks_for_a_place_that_is_not_known(company: Company) -> None:
    """A missing place is asked for, not refused, before there is anything to refuse."""
    actor = replace(company.signed_in("borrower"), place=Place("203.0.113.5", PlaceSource.UNKNOWN))
    card = cover_card(company.vault, actor, document_id=company.document_id)
    assert card.needs_declared_place
    assert card.decision.allowed


@pytest.mark.parametrize("login", ["stranger", "admin", "officer", "auditor"])
def test_whoever_has_no_part_in_the_dossier_learns_nothing(company: Company, login: str) -> None:
    """A real id and a made-up one are answered alike."""
    actor = company.signed_in(login)
    answers = []
    for document_id in (company.document_id, "f" + "a" * 26):
        with pytest.raises(NotFound) as refused:
            cover_card(company.vault, actor, document_id=document_id)
        answers.append((refused.value.code, refused.value.params, str(refused.value)))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("login", ["custodian", "author", "approver"])
def test_other_duties_see_the_card_and_why_it_does_not_open(company: Company, login: str) -> None:
    """They know of the document; opening it is not theirs."""
    card = card_of(company, login)
    assert (card.decision.allowed, card.decision.code) == (False, "denied.not_borrower")
    assert not card.may_request


def test_lost_clearance_is_said_on_the_card(company: Company) -> None:
    """The class was raised above the person."""
    alter(company, "UPDATE dossiers SET classification = 'top_secret'")
    assert card_of(company).decision.code == "denied.clearance"


def test_sealed_vault_shows_no_card(company: Company) -> None:
    """Titles and names are sealed with everything else."""
    actor = company.signed_in("borrower")
    company.vault.seal()
    with pytest.raises(Sealed):
        cover_card(company.vault, actor, document_id=company.document_id)


def test_altered_title_is_found_and_recorded(company: Company) -> None:
    """A title moved from another document is not shown as this one's."""
    other = company.submit("custodian", b"Another document with a title\n", name="Harmless.txt").document_id
    alter(
        company,
        "UPDATE documents SET title_sealed = (SELECT title_sealed FROM documents WHERE id = :other) WHERE id = :this",
        other=other,
        this=company.document_id,
    )
    actor = company.signed_in("borrower")
    with pytest.raises(TamperError):
        cover_card(company.vault, actor, document_id=company.document_id)
    assert len(trail(company, Event.OBJECT_TAMPERED)) == 1
