"""Access to a dossier known by its reference alone: a stranger learns nothing but what a person answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.attacks.acting import change, open_view
from tests.attacks.observing import trail
from tests.company import Company, set_policy
from tests.vault.grants.granting import approve, ask_access, revoke
from tests.vault.requests.test_deciding import second_approver
from vault.access.cover import cover_card
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound
from vault.filing.cards import show_dossier
from vault.grants.ending import return_grant
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty
from vault.notices.kinds import NoticeKind
from vault.notices.reading import list_notices
from vault.policy.document import Policy, RequestRules
from vault.requests.deciding import decide_request
from vault.requests.listing import list_requests
from vault.requests.showing import show_request
from vault.worker.sweeping import sweep

UNKNOWN = "D2026-99999"


def seen(company: Company, request_id: str) -> tuple[object, object]:
    """Everything that the stranger sees of a request, but for its own id and what they typed."""
    card = show_request(company.vault, company.at_keyboard("stranger"), request_id=request_id)
    [listed] = [
        each for each in list_requests(company.vault, company.at_keyboard("stranger")).mine if each.id == request_id
    ] or [None]
    blank = replace(card.row, id="", dossier_reference="")  # type: ignore[arg-type]
    return replace(card, row=blank), listed and replace(listed, id="", dossier_reference="")  # type: ignore[arg-type]


def test_request_looks_the_same_whether_there_is_such_a_dossier_or_not(company: Company, clock: FixedClock) -> None:
    """While it waits, when it is withdrawn, and when it lapsed: page, list and notices."""
    real, unreal = ask_access(company), ask_access(company, reference=UNKNOWN)
    assert seen(company, real) == seen(company, unreal)
    clock.advance(dt.timedelta(days=14))
    assert seen(company, real) == seen(company, unreal)
    assert sweep(company.vault).requests_lapsed == 2
    assert seen(company, real) == seen(company, unreal)
    told = list_notices(company.vault, company.at_keyboard("stranger")).rows
    assert {(each.kind, each.dossier_reference) for each in told} == {(NoticeKind.ACCESS_LAPSED, "")}


def test_approver_gives_access_to_exactly_one_document_for_its_time(company: Company, clock: FixedClock) -> None:
    """Cover and view open; the dossier and its other documents stay unknown; its end comes in the middle of a view."""
    other_document = company.submit("custodian", b"The plan for the autumn fair\n", name="Plan.txt").document_id
    company.convert_all()
    request_id = ask_access(company, days=3)
    card = show_request(company.vault, company.at_keyboard("approver"), request_id=request_id)
    assert {document_id for document_id, _title in card.documents} == {company.document_id, other_document}
    approve(company, request_id, 2, document_id=company.document_id)

    actor = company.signed_in("stranger")
    assert cover_card(company.vault, actor, document_id=company.document_id).has_duty is False
    view = open_view(company, actor)
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    with pytest.raises(NotFound):
        open_view(company, actor, document_id=other_document)
    with pytest.raises(NotFound):
        show_dossier(company.vault, actor, dossier_id=company.dossier_id)
    clock.advance(dt.timedelta(days=2) - dt.timedelta(minutes=1))
    actor = company.signed_in("stranger")
    late = open_view(company, actor)
    clock.advance(dt.timedelta(minutes=1))
    with pytest.raises(LeaseEnded, match=r"lease\.right_lost"):
        read_page(company.vault, actor, view_id=late.view_id, page_number=1)
    with pytest.raises(NotFound):
        open_view(company, actor)


@pytest.mark.parametrize("end", ["revoked", "returned"])
def test_access_that_is_ended_is_ended_by_the_next_page(company: Company, end: str) -> None:
    """And the document is unknown again."""
    request_id = ask_access(company)
    approve(company, request_id, 3, document_id=company.document_id)
    actor = company.signed_in("stranger")
    view = open_view(company, actor)
    if end == "revoked":
        revoke(company, request_id)
    else:
        return_grant(company.vault, actor, request_id=request_id)
    with pytest.raises(LeaseEnded):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)
    with pytest.raises(NotFound):
        cover_card(company.vault, actor, document_id=company.document_id)


def test_approver_names_a_document_of_this_dossier_or_nothing_is_granted(company: Company) -> None:
    """None, an unknown one, and another dossier's."""
    request_id = ask_access(company)
    with pytest.raises(InputError, match=r"request\.document"):
        approve(company, request_id, 3)
    with pytest.raises(InputError, match=r"request\.document"):
        approve(company, request_id, 3, document_id="f" + "a" * 26)


@pytest.mark.parametrize("obstacle", ["clearance", "approver", "custodian"])
def test_access_goes_beyond_the_assignment_and_nothing_else(company: Company, obstacle: str) -> None:
    """Not beyond the clearance, nor to somebody who is another side of the same dossier."""
    request_id = ask_access(company)
    if obstacle == "clearance":
        change(company, "stranger", clearance=Classification.INTERNAL)
    else:
        second_approver(company, "stranger", duty=Duty(obstacle))
    with pytest.raises(AccessDenied, match=r"denied\.requester_right"):
        approve(company, request_id, 3, document_id=company.document_id)


def test_refusal_is_an_answer_with_its_reason_and_without_a_name(company: Company) -> None:
    """A person's answer may say that there is such a dossier; who its approvers are, it does not."""
    request_id = ask_access(company)
    decide_request(
        company.vault,
        company.at_keyboard("approver"),
        request_id=request_id,
        approve=False,
        note="Ask the head of sales instead",
    )
    card = show_request(company.vault, company.at_keyboard("stranger"), request_id=request_id)
    assert [(each.name, each.note) for each in card.decisions] == [("", "Ask the head of sales instead")]
    assert (card.row.deciders, card.dossier_id, card.row.classification) == ([], None, None)


def test_who_is_no_borrower_anywhere_does_not_ask(company: Company) -> None:
    """That says nothing about the dossier, and is recorded."""
    with pytest.raises(AccessDenied, match=r"denied\.not_qualified"):
        ask_access(company, login="custodian")
    [entry] = trail(company, Event.REQUEST_MADE)
    assert (entry.outcome, entry.actor) == (Outcome.DENIED, company.ids["custodian"])


def test_references_are_not_guessed_by_the_hundred(company: Company) -> None:
    """So many open ones and no more; the same one again is the same request; words are no reference."""
    set_policy(company, Policy(requests=RequestRules(open_accesses=2)))
    first = ask_access(company)
    assert ask_access(company) == first
    with pytest.raises(Conflict, match=r"request\.open"):
        ask_access(company, days=4)
    ask_access(company, reference=UNKNOWN)
    with pytest.raises(Conflict, match=r"request\.accesses"):
        ask_access(company, reference="D2026-00002")
    for words in ("", "Harrow & Vale", "x" * 40, "D2026/1"):
        with pytest.raises(InputError, match=r"request\.reference"):
            ask_access(company, reference=words or " ")


def test_days_are_bounded(company: Company) -> None:
    """By the policy."""
    for days in (0, 31):
        with pytest.raises(InputError, match=r"request\.access"):
            ask_access(company, days=days)
