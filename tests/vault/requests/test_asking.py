"""Asking for more views and taking the request back: who may, once at a time, and what the trail says."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, change, decide, end_assignment, open_and_end
from tests.attacks.observing import alter, trail
from tests.company import REASON, Company
from vault.clock import FixedClock
from vault.database import request_queries
from vault.database.engine import reading
from vault.database.request_queries import RequestState
from vault.errors import AccessDenied, Conflict, InputError, NotFound, TamperError
from vault.ledger.events import Event, Outcome
from vault.model import Classification, ReasonCategory
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for, asking_card, withdraw_request
from vault.requests.showing import show_request

LAPSE_DAYS = 14


def request_state(company: Company, request_id: str) -> RequestState:
    with reading(company.vault.engine) as tx:
        request = request_queries.load_request(tx, request_id)
    assert request is not None
    return request.state


def test_request_waits_with_its_reason_and_the_trail_says_so(company: Company) -> None:
    """How many, why, under which case, until when; the reason is sealed with the entry, too."""
    reason = ReasonDraft("contract", "Comparing the renewal with last year's", "CRM-77")
    request_id = ask_for(
        company.vault,
        company.at_keyboard("borrower"),
        document_id=company.document_id,
        kind=GrantKind.VIEWS,
        amount=2,
        reason=reason,
    )

    card = show_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    assert (card.row.state, card.row.asked) == (RequestState.OPEN, 2)
    assert card.row.lapses_at - card.row.asked_at == dt.timedelta(days=LAPSE_DAYS)
    assert (card.reason.category, card.reason.text, card.reason.case_number) == (
        ReasonCategory.CONTRACT,
        "Comparing the renewal with last year's",
        "CRM-77",
    )
    [entry] = trail(company, Event.REQUEST_MADE)
    assert (entry.outcome, entry.actor, entry.fact("request")) == (
        Outcome.SUCCESS,
        company.ids["borrower"],
        request_id,
    )
    assert (entry.fact("dossier"), entry.fact("document")) == (company.dossier_id, company.document_id)
    assert entry.reason is not None
    assert entry.reason.text == "Comparing the renewal with last year's"


def test_asking_grants_nothing(company: Company) -> None:
    """The number of allowed views is as it was."""
    ask(company, 3)

    card = asking_card(company.vault, company.at_keyboard("borrower"), document_id=company.document_id)
    assert card.views_allowed == 3


@pytest.mark.parametrize("views", [0, -1, 11, 10**9])
def test_number_of_views_outside_the_limits_is_refused(company: Company, views: int) -> None:
    """One to ten."""
    with pytest.raises(InputError, match=r"request\.views"):
        ask(company, views)


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (".", "meaningless"), ("aaaaaaaa", "meaningless")])
def test_reason_without_substance_is_refused(company: Company, text: str, code: str) -> None:
    """As for opening; nothing is stored."""
    with pytest.raises(InputError, match=rf"reason\.{code}"):
        ask_for(
            company.vault,
            company.at_keyboard("borrower"),
            document_id=company.document_id,
            kind=GrantKind.VIEWS,
            amount=1,
            reason=ReasonDraft("offer", text),
        )
    assert trail(company, Event.REQUEST_MADE) == []


@pytest.mark.parametrize("login", ["author", "custodian", "approver"])
def test_other_duties_on_the_dossier_do_not_ask(company: Company, login: str) -> None:
    """They know the document, so they are told why; the refusal is recorded."""
    with pytest.raises(AccessDenied, match=r"denied\.not_borrower"):
        ask(company, 1, login=login)
    [entry] = trail(company, Event.REQUEST_MADE)
    assert (entry.outcome, entry.actor, entry.fact("code")) == (
        Outcome.DENIED,
        company.ids[login],
        "denied.not_borrower",
    )


@pytest.mark.parametrize("login", ["stranger", "officer", "auditor", "admin"])
def test_who_has_no_part_in_the_dossier_learns_nothing(company: Company, login: str) -> None:
    """The answer is that of an unknown document; the trail knows better."""
    with pytest.raises(NotFound):
        ask(company, 1, login=login)
    with pytest.raises(NotFound):
        asking_card(company.vault, company.at_keyboard(login), document_id=company.document_id)
    assert [entry.outcome for entry in trail(company, Event.REQUEST_MADE)] == [Outcome.DENIED]


def test_asking_after_the_loss_of_the_right_is_refused(company: Company) -> None:
    """Both ways to lose it: the assignment ends, the clearance is lowered."""
    change(company, "other", clearance=Classification.INTERNAL)
    with pytest.raises(AccessDenied, match=r"denied\.clearance"):
        ask(company, 1, login="other")
    end_assignment(company, "borrower")
    with pytest.raises(AccessDenied, match=r"denied\.assignment_ended"):
        ask(company, 1)


def test_asking_the_very_same_again_is_the_same_request(company: Company) -> None:
    """A retry after a lost answer, or a double click."""
    first = ask(company, 2)

    assert ask(company, 2) == first
    assert len(trail(company, Event.REQUEST_MADE)) == 1


def test_another_request_while_one_waits_is_refused(company: Company) -> None:
    """For more views, or for another reason."""
    ask(company, 2)

    with pytest.raises(Conflict, match=r"request\.open"):
        ask(company, 3)
    with pytest.raises(Conflict, match=r"request\.open"):
        ask_for(
            company.vault,
            company.at_keyboard("borrower"),
            document_id=company.document_id,
            kind=GrantKind.VIEWS,
            amount=2,
            reason=REASON,
        )


def test_two_borrowers_ask_for_the_same_document(company: Company) -> None:
    """One open request is the limit for a person, not for a document."""
    assert ask(company, 1) != ask(company, 1, login="other")


@pytest.mark.parametrize("ending", ["withdrawn", "approved", "refused", "lapsed"])
def test_closed_request_lets_the_next_one_be_made(company: Company, clock: FixedClock, ending: str) -> None:
    """However it was closed, and also before any sweep noticed that its time ran out."""
    first = ask(company, 1)
    if ending == "withdrawn":
        withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=first)
    elif ending == "lapsed":
        clock.advance(dt.timedelta(days=LAPSE_DAYS))
    else:
        decide(company, first, views=1 if ending == "approved" else 0)

    second = ask(company, 1)

    assert second != first
    assert request_state(company, first) is RequestState(ending)
    assert request_state(company, second) is RequestState.OPEN
    if ending == "lapsed":
        [entry] = trail(company, Event.REQUEST_WITHDRAWN)
        assert (entry.fact("code"), entry.fact("request")) == ("lapsed", first)


def test_card_says_who_decides_until_when_and_how_things_stand(company: Company) -> None:
    """Before anything is asked."""
    actor = company.signed_in("borrower")
    open_and_end(company, actor)

    card = asking_card(company.vault, actor, document_id=company.document_id)

    assert (card.deciders, card.custodians) == (["Approver"], ["Beatrice Okafor"])
    assert (card.views_used, card.views_allowed, card.open_request) == (1, 3, None)
    assert card.would_lapse_at == company.vault.clock.now() + dt.timedelta(days=LAPSE_DAYS)


def test_card_names_the_request_that_waits(company: Company, clock: FixedClock) -> None:
    """Until its time runs out."""
    request_id, actor = ask(company, 1), company.at_keyboard("borrower")
    card = asking_card(company.vault, actor, document_id=company.document_id)
    assert card.open_request == request_id
    clock.advance(dt.timedelta(days=LAPSE_DAYS))
    card = asking_card(company.vault, actor, document_id=company.document_id)
    assert card.open_request is None


def test_requester_withdraws_and_may_do_so_twice(company: Company) -> None:
    """Recorded once."""
    request_id, actor = ask(company, 1), company.at_keyboard("borrower")

    withdraw_request(company.vault, actor, request_id=request_id)
    withdraw_request(company.vault, actor, request_id=request_id)

    assert request_state(company, request_id) is RequestState.WITHDRAWN
    [entry] = trail(company, Event.REQUEST_WITHDRAWN)
    assert (entry.fact("code"), entry.fact("dossier")) == ("withdrawn", company.dossier_id)


def test_requester_withdraws_also_after_the_loss_of_the_right(company: Company) -> None:
    """What one asked for one may take back."""
    request_id = ask(company, 1)
    end_assignment(company, "borrower")

    withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)

    assert request_state(company, request_id) is RequestState.WITHDRAWN


@pytest.mark.parametrize("login", ["other", "approver", "custodian", "stranger", "admin"])
def test_nobody_else_withdraws_a_request(company: Company, login: str) -> None:
    """Not even whoever may decide it; the attempt is recorded."""
    request_id = ask(company, 1)

    with pytest.raises(NotFound):
        withdraw_request(company.vault, company.at_keyboard(login), request_id=request_id)

    assert request_state(company, request_id) is RequestState.OPEN
    [entry] = trail(company, Event.REQUEST_WITHDRAWN)
    assert (entry.outcome, entry.fact("code")) == (Outcome.DENIED, "not_found.request")


@pytest.mark.parametrize("views", [0, 1], ids=["refused", "approved"])
def test_decided_request_cannot_be_withdrawn(company: Company, views: int) -> None:
    """What was decided stays decided."""
    request_id = ask(company, 1)
    decide(company, request_id, views=views)

    with pytest.raises(Conflict, match=r"request\.closed"):
        withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)


def test_lapsed_request_cannot_be_withdrawn(company: Company, clock: FixedClock) -> None:
    """Whether or not the sweep has come by."""
    request_id = ask(company, 1)
    clock.advance(dt.timedelta(days=LAPSE_DAYS))

    with pytest.raises(Conflict, match=r"request\.closed"):
        withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)


def test_altered_title_is_recorded_as_tampering_and_shown_to_nobody(company: Company) -> None:
    """Whoever can write to the database does not choose what a person reads."""
    alter(company, "UPDATE documents SET title_sealed = record_sealed FROM dossiers")

    with pytest.raises(TamperError):
        asking_card(company.vault, company.at_keyboard("borrower"), document_id=company.document_id)

    [finding] = trail(company, Event.OBJECT_TAMPERED)
    assert (finding.fact("document"), finding.fact("code")) == (company.document_id, "tamper.key")
