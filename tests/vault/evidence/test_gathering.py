"""What a pack gathers, joins and tells, from the trail of a small company."""

from __future__ import annotations

import pytest

from tests.attacks.acting import ask, decide
from tests.attacks.observing import alter, trail
from tests.company import Company
from tests.vault.emergencies.test_opening import smash, spent, the_request
from tests.vault.evidence.story import live_through
from tests.vault.requests.test_delegating import DAYS, hand_over, qualify
from tests.vault.requests.test_delegating import NOTE as DELEGATED
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.database.ledger_reading import SearchCriteria
from vault.emergencies.reviewing import review_emergency
from vault.errors import TamperError
from vault.evidence.gathering import Gathered, gather
from vault.evidence.sections import (
    ORDER,
    Item,
    sections_of,
)
from vault.evidence.views import EvidencedView, views_of
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event
from vault.people.linking import link_accounts
from vault.trail.standing import load_standing
from vault.worker.sweeping import sweep


def checkpoint_of(company: Company) -> Checkpoint:
    with reading(company.vault.engine) as tx:
        checkpoint = load_standing(tx).checkpoint
    assert checkpoint is not None
    return checkpoint


def gathered_about(company: Company, *, person: str = "", document: str = "") -> Gathered:
    criteria = SearchCriteria(persons=(company.ids[person],)) if person else SearchCriteria(document=document)
    return gather(company.vault, criteria, checkpoint_of(company))


def views_in(company: Company, gathered: Gathered) -> list[EvidencedView]:
    return views_of(gathered.own, gathered.answers, timezones={company.ids["borrower"]: "Asia/Shanghai"})


def told(company: Company, gathered: Gathered, *, person: str = "") -> dict[str, list[Item]]:
    person_id = company.ids[person] if person else ""
    return sections_of(gathered, views_in(company, gathered), person_id=person_id)


def test_view_is_joined_from_its_entries_with_mark_pages_and_what_was_accepted(company: Company) -> None:
    """One view: page and text apart, its end, the mark its pages carried, the version that held at that moment."""
    agreement_id = live_through(company)
    [view] = views_in(company, gathered_about(company, person="borrower"))
    [opened] = trail(company, Event.VIEW_OPENED)
    assert view.opened.index == opened.position
    assert ([page for page, _at in view.pages], [page for page, _at in view.texts]) == ([1], [1])
    assert view.end is not None
    assert (view.end.code, view.is_keyed, view.is_returned) == ("done", True, False)
    assert view.mark == ("王晓明 N-0002", "2026-11-24 18:00 +08:00", "Head office", opened.fact("view"))
    [accepted] = view.accepted
    assert (accepted.agreement_id, accepted.version) == (agreement_id, 1)


def test_person_and_document_tell_the_same_view(company: Company) -> None:
    """Two ways to one entry."""
    live_through(company)
    by_person = views_in(company, gathered_about(company, person="borrower"))
    by_document = views_in(company, gathered_about(company, document=company.document_id))
    assert [view.opened.index for view in by_person] == [view.opened.index for view in by_document]
    assert by_person[0].accepted == by_document[0].accepted


def test_sections_answer_their_questions_in_order(company: Company) -> None:
    """Class, limits, agreements, duty, sign-in, view, request, refusal; each item cites its entry."""
    live_through(company)
    gathered = gathered_about(company, person="borrower")
    sections = told(company, gathered, person="borrower")
    assert tuple(sections) == ORDER
    assert [item["details"]["classification"] for item in sections["secrecy"]] == ["confidential"]
    assert sections["policy"][0]["details"]["views_confidential"] == 3
    assert [item["event"] for item in sections["knowledge"]] == [
        "agreement.published",
        "agreement.accepted",
        "agreement.published",
    ]
    assert [item["details"]["duty"] for item in sections["duties"]] == ["borrower"]
    assert "session.opened" in {item["event"] for item in sections["identity"]}
    assert len(sections["views"]) == 1
    assert {item["event"] for item in sections["requests"]} == {"request.made", "request.decided", "grant.given"}
    assert [item["code"] for item in sections["refusals"]] == ["denied.agreement"]
    indexes = {item["index"] for items in sections.values() for item in items}
    assert indexes <= set(gathered.indexes)


def test_pack_of_a_document_tells_of_nobodys_sign_ins(company: Company) -> None:
    """What has nothing to do with the document stays out."""
    live_through(company)
    sections = told(company, gathered_about(company, document=company.document_id))
    assert sections["identity"] == []
    assert {item["details"]["duty"] for item in sections["duties"]} >= {"borrower", "custodian"}


def test_decision_in_anothers_stead_brings_the_delegation_it_was_made_by(company: Company, clock: FixedClock) -> None:
    """With its reason and its end, by the document and by either person; nobody else's delegation."""
    qualify(company)
    delegation = hand_over(company)
    hand_over(company, giver=qualify(company, "custodian2"))
    decide(company, ask(company, 1), views=1, login="stranger")
    clock.advance(DAYS)
    sweep(company.vault)
    company.sequence()
    for subject in ({"document": company.document_id}, {"person": "approver"}):
        sections = told(company, gathered_about(company, **subject), person=subject.get("person", ""))
        mine = [item for item in sections["requests"] if item["event"].startswith("delegation.")]
        assert [(item["event"], item["details"]["delegation"]) for item in mine] == [
            ("delegation.given", delegation),
            ("delegation.ended", delegation),
        ]
        assert (mine[0]["actor"]["name"], mine[0]["subject"]["name"]) == ("Approver", "Stranger")
        assert (mine[0]["reason"]["text"], mine[1]["code"]) == (DELEGATED, "over")


def test_emergency_and_its_review_stand_among_the_requests(company: Company) -> None:
    """By the document, and by whoever opened it."""
    smash(company, spent(company))
    review_emergency(
        company.vault,
        company.at_keyboard("approver"),
        request_id=the_request(company),
        justified=False,
        note="The customer had not called at all",
    )
    company.sequence()
    for subject in ({"document": company.document_id}, {"person": "borrower"}):
        sections = told(company, gathered_about(company, **subject), person=subject.get("person", ""))
        events = [(item["event"], item.get("code", "")) for item in sections["requests"]]
        assert ("emergency.opened", "") in events
        assert ("emergency.reviewed", "unjustified") in events


def test_other_accounts_of_the_person_stand_under_who_it_was(company: Company) -> None:
    """In the pack of either account."""
    link_accounts(
        company.vault,
        company.at_keyboard("admin"),
        person_id=company.ids["borrower"],
        other="other",
        note="The same passport was shown twice",
    )
    company.sequence()
    for login in ("borrower", "other"):
        identity = told(company, gathered_about(company, person=login), person=login)["identity"]
        assert [item["subject"]["id"] for item in identity if item["event"] == "person.linked"] == [company.ids[login]]


def test_nothing_after_the_checkpoint_is_in_it(company: Company) -> None:
    """All of it can be proven against one root."""
    live_through(company)
    size = checkpoint_of(company).size
    company.signed_in("borrower")
    assert max(gathered_about(company, person="borrower").indexes) < size


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM trail_leaves WHERE position = :at",
        "UPDATE trail_leaves SET leaf = 'x' WHERE position = :at",
    ],
)
def test_hole_stops_the_pack(company: Company, statement: str) -> None:
    """A lost or damaged entry is no reason to be silent about it."""
    live_through(company)
    [opened] = trail(company, Event.VIEW_OPENED)
    alter(company, statement, at=opened.position)
    with pytest.raises(TamperError):
        gathered_about(company, person="borrower")
