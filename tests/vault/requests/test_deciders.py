"""Who decides and who may be granted: duties stay apart, and rights are those of the moment (G8)."""

from __future__ import annotations

import pytest

from tests.attacks.acting import ask, change, decide, end_assignment
from tests.attacks.observing import quota, trail
from tests.company import Company
from tests.vault.requests.test_deciding import NOTE, decide_as, second_approver, state_of
from vault.database.request_queries import RequestState
from vault.errors import AccessDenied, NotFound
from vault.filing.dossiers import assign
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty
from vault.people.accounts import suspend_person
from vault.requests.deciding import decide_request
from vault.requests.showing import show_request


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("custodian", "denied.custodian_decides"),
        ("author", "denied.duty"),
        ("other", "denied.duty"),
        ("stranger", "denied.duty"),
        ("officer", "denied.duty"),
        ("auditor", "denied.duty"),
        ("admin", "denied.duty"),
    ],
)
def test_whoever_is_no_approver_of_the_dossier_learns_nothing(company: Company, login: str, code: str) -> None:
    """Their answer is that of an unknown request; the trail says what forbade it."""
    request_id = ask(company, 1)

    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login=login)

    assert quota(company).granted == 0
    [entry] = trail(company, Event.REQUEST_DECIDED)
    assert (entry.outcome, entry.actor, entry.fact("code")) == (Outcome.DENIED, company.ids[login], code)


def test_nobody_decides_their_own_request(company: Company) -> None:
    """Not as a borrower, and not after having become an approver of the dossier."""
    request_id = ask(company, 1, login="other")
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=1, login="other")

    end_assignment(company, "other")
    change(company, "other", qualifications=frozenset({Duty.APPROVER}))
    second_approver(company, "other")
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=1, login="other")


def test_author_of_any_version_does_not_decide_as_approver_later(company: Company) -> None:
    """Who handed the document in stays one side of the act, whatever duty they hold now and who wrote since."""
    document_id = company.submit("author", b"A plan for the autumn fair\n", name="Plan.txt").document_id
    company.convert_all()
    company.submit("custodian", b"The plan, in its second version\n", name="Plan.txt", document_id=document_id)
    company.convert_all()
    end_assignment(company, "author", duty=Duty.AUTHOR)
    change(company, "author", qualifications=frozenset({Duty.APPROVER}))
    second_approver(company, "author")
    company.document_id = document_id
    request_id = ask(company, 1)

    with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
        decide(company, request_id, views=1, login="author")

    card = show_request(company.vault, company.at_keyboard("author"), request_id=request_id)
    assert (card.may_decide, card.why_not, card.row.deciders) == (False, "denied.own_submission", ["Approver"])


def test_custodian_who_filed_the_document_does_not_decide_as_approver_later(company: Company) -> None:
    """The same for whoever filed it."""
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["custodian2"],
        duty=Duty.CUSTODIAN,
    )
    end_assignment(company, "custodian", duty=Duty.CUSTODIAN)
    change(company, "custodian", qualifications=frozenset({Duty.APPROVER}))
    assign(
        company.vault,
        company.at_keyboard("custodian2"),
        dossier_id=company.dossier_id,
        person_id=company.ids["custodian"],
        duty=Duty.APPROVER,
    )
    request_id = ask(company, 1)

    with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
        decide(company, request_id, views=1, login="custodian")


def test_approver_who_lost_the_duty_decides_nothing_any_more(company: Company) -> None:
    """Authority is what it is when it is used."""
    request_id = ask(company, 1)
    end_assignment(company, "approver", duty=Duty.APPROVER)

    with pytest.raises(NotFound):
        decide(company, request_id, views=1)

    assert state_of(company, request_id) is RequestState.OPEN


def test_suspended_approver_decides_nothing(company: Company) -> None:
    """Also through a session that somebody kept."""
    request_id, kept = ask(company, 1), company.at_keyboard("approver")
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["approver"])

    with pytest.raises(NotFound):
        decide_request(company.vault, kept, request_id=request_id, approve=True, amount=1, note=NOTE)


@pytest.mark.parametrize("loss", ["assignment", "clearance", "suspension"])
def test_requester_who_lost_the_right_is_granted_nothing_but_may_be_refused(company: Company, loss: str) -> None:
    """A grant that cannot be used now must not lie there for later."""
    request_id = ask(company, 1)
    if loss == "assignment":
        end_assignment(company, "borrower")
    elif loss == "clearance":
        change(company, "borrower", clearance=Classification.INTERNAL)
    else:
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"])

    card = show_request(company.vault, company.at_keyboard("approver"), request_id=request_id)
    assert (card.may_decide, card.obstacle) == (True, "denied.requester_right")
    with pytest.raises(AccessDenied, match=r"denied\.requester_right"):
        decide_as(company, request_id, views=1)
    assert quota(company).granted == 0
    decide_as(company, request_id, views=0)
    card = show_request(company.vault, company.at_keyboard("approver"), request_id=request_id)
    assert card.row.state is RequestState.REFUSED
