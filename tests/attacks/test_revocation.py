"""Revocation: what was taken away stays away; sessions, views and rights do not outlive what they rest on."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.sessions import COOKIE_NAME
from tests.attacks.acting import change, end_assignment, grant, open_and_end, open_view
from tests.attacks.observing import column, quota, trail, view_row
from tests.company import PASSWORD, Company
from tests.gateway.visitor import Web, open_document
from vault.access.ending import revoke_all_views, revoke_view
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.errors import LeaseEnded, NotFound, VaultError
from vault.ledger.events import Event
from vault.model import Duty, Office
from vault.people.accounts import restore_person, suspend_person

NOTE = "Left the laptop open in a train"


def test_sessions_do_not_survive_suspension_nor_come_back_with_restoring(web: Web) -> None:
    """Whoever held a cookie from before must sign in again, with whatever password holds then."""
    reader, path = web.reader()
    cookie = reader.session_cookie
    company, borrower = web.company, web.company.ids["borrower"]
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=borrower)
    assert web.visitor().sign_in("borrower").status_code == 401
    restore_person(company.vault, company.at_keyboard("admin"), person_id=borrower)
    old = web.visitor()
    old.client.set_cookie(COOKIE_NAME, cookie, domain="127.0.0.1", path="/")
    assert old.get(f"{path}/pages/1").status_code == 401
    fresh = web.visitor("borrower")
    assert fresh.get(f"{path}/pages/1").status_code == 410
    assert open_document(fresh, company.document_id, key="again").status_code == 303


def test_suspension_ends_every_session_and_every_view(company: Company) -> None:
    """On all devices, in one transaction with its entry."""
    views = [open_view(company, company.signed_in("borrower")).view_id for _ in range(3)]
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["borrower"])
    assert {view_row(company, each).end_cause for each in views} == {"suspended"}
    assert {view_row(company, each).wrapped_key for each in views} == {None}
    live = "SELECT id FROM sessions WHERE ended_at IS NULL AND person_id = :person"
    assert column(company, live, person=company.ids["borrower"]) == []


def test_revoking_all_ends_the_views_of_one_person_only(company: Company) -> None:
    """Whoever else is reading goes on."""
    mine = [open_view(company, company.signed_in("borrower")).view_id for _ in range(2)]
    other = company.signed_in("other")
    theirs = open_view(company, other).view_id
    officer = company.at_keyboard("officer")
    assert revoke_all_views(company.vault, officer, person_id=company.ids["borrower"], note=NOTE) == 2
    assert {view_row(company, each).end_cause for each in mine} == {"revoked"}
    assert read_page(company.vault, other, view_id=theirs, page_number=1).jpeg
    assert len(trail(company, Event.VIEW_REVOKED)) == 2


def test_revoked_view_stays_used_and_revoked(company: Company, clock: FixedClock) -> None:
    """Neither time nor opening again brings it back; the next opening is the next view."""
    actor = company.signed_in("borrower")
    view = open_view(company, actor, key="once")
    revoke_view(company.vault, company.at_keyboard("officer"), view_id=view.view_id, note=NOTE)
    with pytest.raises(LeaseEnded):
        open_view(company, actor, key="once")
    assert open_view(company, actor, key="again").number == 2
    with pytest.raises(LeaseEnded, match=r"lease\.revoked"):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)


def test_granted_views_do_not_outlive_the_assignment(company: Company) -> None:
    """An approved top-up is no right of its own."""
    grant(company, 5)
    end_assignment(company, "borrower")
    with pytest.raises(VaultError) as refused:
        open_view(company, company.signed_in("borrower"))
    assert refused.value.code in {"denied.assignment_ended", "not_found"}
    assert quota(company).used == 0


def test_person_who_changes_office_keeps_no_session(web: Web) -> None:
    """What somebody may do is never what they could do when they signed in."""
    visitor = web.visitor("stranger")
    assert visitor.get("/dossiers").status_code == 200
    change(web.company, "stranger", office=Office.AUDITOR, qualifications=frozenset())
    assert visitor.get("/dossiers").status_code == 303
    again = web.visitor("stranger")
    assert again.get("/dossiers").status_code == 403


def test_ended_assignment_does_not_come_back_with_the_session(web: Web) -> None:
    """Signing in again after the right is gone opens nothing."""
    end_assignment(web.company, "borrower")
    answer = open_document(web.visitor("borrower"), web.company.document_id)
    assert answer.status_code in {403, 404}


def test_lease_does_not_live_on_in_an_idle_browser(web: Web, clock: FixedClock) -> None:
    """Nothing is lent for thirty days: after the lease there is no page, however quietly the browser waited."""
    reader, path = web.reader()
    clock.advance(dt.timedelta(minutes=16))
    assert reader.get(f"{path}/pages/1").status_code == 410
    clock.advance(dt.timedelta(days=30))
    assert reader.get(f"{path}/pages/1").status_code == 401


def test_custodian_who_lost_the_dossier_keeps_no_hand_in_it(company: Company) -> None:
    """The right to file and to assign is looked up at each use, not remembered."""
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["custodian"])
    with pytest.raises(NotFound):
        end_assignment(company, "borrower")
    with pytest.raises(NotFound):
        company.submit("custodian", b"A document filed by somebody who is out\n")
    denied = trail(company, Event.DOSSIER_UNASSIGNED, Event.DOCUMENT_SUBMITTED)
    assert [entry.outcome.value for entry in denied if entry.actor == company.ids["custodian"]][-2:] == ["denied"] * 2


def test_borrowing_is_not_lost_with_who_assigned_it_but_with_the_dossiers_own_rules(company: Company) -> None:
    """An assignment is the company's decision, not a share of the custodian's: it ends by its own end."""
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["custodian"])
    assert open_and_end(company, company.signed_in("borrower")).number == 1
    assert Duty.BORROWER.value in column(company, "SELECT duty FROM assignments WHERE ends_at IS NULL")


def test_wrong_password_after_a_reset_is_the_old_one(web: Web) -> None:
    """The old password opens no session once another was set."""
    visitor = web.visitor("borrower")
    new = "seven quiet harbours"
    assert visitor.post("/account/password", {"current": PASSWORD, "new": new, "again": new}).status_code == 303
    assert web.visitor().sign_in("borrower").status_code == 401
    assert web.visitor().sign_in("borrower", new).status_code == 303
