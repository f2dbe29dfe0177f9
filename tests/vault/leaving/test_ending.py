"""The last day: out by the clock whether or not anybody came by, and everything of theirs ended by the sweep."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import OFFICE_PLACE, PASSWORD, Company, set_policy
from tests.vault.leaving.acts import REASON, announce, handover, leaving_of
from tests.vault.people.entries import entries_of
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.database import dossier_queries, request_queries
from vault.database.engine import reading
from vault.database.leaving_queries import LeavingRecord
from vault.errors import LeaseEnded, NotSignedIn
from vault.filing.dossiers import assign, list_dossiers
from vault.leaving.ending import end_leavings, end_what_is_open, leave_now
from vault.leaving.handing_over import confirm_handover
from vault.ledger.events import Event
from vault.model import Duty, PersonState
from vault.people.accounts import restore_person
from vault.people.signing_in import list_sessions, resume_session, sign_in
from vault.policy.document import Policy, WatchPolicy
from vault.policy.granting import GrantKind
from vault.policy.leaving import HandoverState, LeavingState, Side
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for
from vault.worker.sweeping import sweep

MOMENT = dt.timedelta(milliseconds=1)
LAX = Policy(watch=WatchPolicy(views=None, by_approval=False), lease_minutes=480)


def until(clock: FixedClock, moment: dt.datetime) -> None:
    clock.advance(moment - clock.now())


def test_out_by_the_next_page_although_nobody_came_by(company: Company, clock: FixedClock) -> None:
    """A millisecond before the last day ends a page is read; at its end neither page nor session nor sign-in is."""
    set_policy(company, LAX)
    leaving = announce(company)
    until(clock, leaving.ends_at - dt.timedelta(minutes=5))
    session = company.session("borrower")
    view_id = company.open_and_read(session.actor)
    until(clock, leaving.ends_at - MOMENT)
    assert read_page(company.vault, session.actor, view_id=view_id, page_number=1).jpeg

    until(clock, leaving.ends_at)

    with pytest.raises(LeaseEnded) as over:
        read_page(company.vault, session.actor, view_id=view_id, page_number=1)
    assert over.value.code == "lease.right_lost"
    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    with pytest.raises(NotSignedIn):
        sign_in(company.vault, login="borrower", password=PASSWORD, place=OFFICE_PLACE, user_agent="tests")
    assert list_dossiers(company.vault, company.at_keyboard("borrower")) == []
    assert company.person("borrower").state is PersonState.ACTIVE  # nobody has been there yet


def test_sweep_suspends_and_ends_what_is_left(company: Company, clock: FixedClock) -> None:
    """Suspended in the register, requests closed, duties ended, the leaving over; a second sweep finds nothing."""
    set_policy(company, LAX)
    leaving = announce(company)
    until(clock, leaving.ends_at - dt.timedelta(minutes=5))
    actor = company.signed_in("borrower")
    request_id = ask_for(
        company.vault,
        actor,
        document_id=company.document_id,
        kind=GrantKind.VIEWS,
        amount=1,
        reason=ReasonDraft("offer", "One more look at the offer"),
    )
    assert end_leavings(company.vault) == 0
    until(clock, leaving.ends_at)

    assert sweep(company.vault).leavings_ended == 1

    assert company.person("borrower").state is PersonState.SUSPENDED
    with reading(company.vault.engine) as tx:
        request = request_queries.load_request(tx, request_id)
        held = dossier_queries.assignments_of_person_on(
            tx, company.person("borrower").id, [dossier_queries.DossierId(company.dossier_id)]
        )
    assert request is not None
    assert request.state is request_queries.RequestState.WITHDRAWN
    assert [each.ends_at for each in held] == [leaving.ends_at]
    assert leaving_of(company, leaving).state is LeavingState.ENDED
    assert handover(company, leaving).state is HandoverState.DROPPED
    assert [entry.code for entry in entries_of(company, Event.PERSON_SUSPENDED)] == ["left"]
    (ended,) = entries_of(company, Event.LEAVING_ENDED)
    assert ended.details == {"leaving": leaving.id, "custodian_needed": 0}
    assert sweep(company.vault).leavings_ended == 0


def sole_custodian_has_left(company: Company, clock: FixedClock) -> LeavingRecord:
    leaving = announce(company, "custodian", successor="custodian2")
    until(clock, leaving.ends_at)
    assert end_leavings(company.vault) == 1
    return leaving


def test_dossier_without_custodian_keeps_the_place_open(company: Company, clock: FixedClock) -> None:
    """It is said, and an administrator and the successor together give it a custodian afterwards."""
    leaving = sole_custodian_has_left(company, clock)

    (ended,) = entries_of(company, Event.LEAVING_ENDED)
    assert ended.details["custodian_needed"] == 1
    handed = handover(company, leaving, Duty.CUSTODIAN)
    assert handed.state is HandoverState.OPEN
    admin, successor = company.at_keyboard("admin"), company.at_keyboard("custodian2")
    assert not confirm_handover(company.vault, admin, handover_id=handed.id, side=Side.CUSTODIAN)
    assert confirm_handover(company.vault, successor, handover_id=handed.id, side=Side.SUCCESSOR)
    (row,) = list_dossiers(company.vault, successor)
    assert row.duties == {Duty.CUSTODIAN}


def test_custodian_who_is_not_the_only_one_just_goes(company: Company, clock: FixedClock) -> None:
    """Another custodian is there: the duty ends with the last day like any other."""
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["custodian2"],
        duty=Duty.CUSTODIAN,
    )

    leaving = sole_custodian_has_left(company, clock)

    assert handover(company, leaving, Duty.CUSTODIAN).state is HandoverState.DROPPED


def test_end_now_ends_today_and_recorded(company: Company) -> None:
    """The administrator's button: out at once, with its own reason, and nothing is left for the night."""
    set_policy(company, LAX)
    leaving = announce(company)
    session = company.session("borrower")
    view_id = company.open_and_read(session.actor)

    leave_now(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"], reason=REASON)

    with pytest.raises(LeaseEnded) as over:
        read_page(company.vault, session.actor, view_id=view_id, page_number=1)
    assert over.value.code == "lease.suspended"
    assert leaving_of(company, leaving).state is LeavingState.ENDED
    (changed,) = entries_of(company, Event.LEAVING_CHANGED)
    assert changed.details == {"leaving": leaving.id, "now": 1}
    assert changed.reason is not None
    assert changed.reason.text == REASON.text


def test_ending_what_is_open_leaves_the_account(company: Company) -> None:
    """Views, sessions and requests end; the person signs in again, watched as before."""
    set_policy(company, LAX)
    announce(company)
    session = company.session("borrower")
    company.open_and_read(session.actor)
    signed_in = len(list_sessions(company.vault, session.actor))

    ended = end_what_is_open(
        company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"], reason=REASON
    )

    assert (ended.views, ended.sessions, ended.requests) == (1, signed_in, 0)
    with pytest.raises(NotSignedIn):
        resume_session(company.vault, token=session.token, place=OFFICE_PLACE)
    assert company.signed_in("borrower")
    (entry,) = entries_of(company, Event.LEAVING_RESTRICTED)
    assert entry.details["views"] == 1


def test_whoever_comes_back_is_restored_and_not_thrown_out_again(company: Company, clock: FixedClock) -> None:
    """The old leaving is over: the restored person stays, and holds nothing of what they had."""
    leaving = announce(company)
    until(clock, leaving.ends_at)
    end_leavings(company.vault)

    restore_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])

    clock.advance(dt.timedelta(days=2))
    assert company.signed_in("borrower")
    assert sweep(company.vault).leavings_ended == 0
    assert list_dossiers(company.vault, company.at_keyboard("borrower")) == []
