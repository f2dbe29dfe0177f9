"""How a view ends: by whom, what becomes of its key and its claim, and what the trail says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.attacks.acting import end_assignment, open_cut_off, open_view
from tests.attacks.observing import quota, trail, view_row
from tests.company import Company
from vault.access.ending import end_view, list_live_views, revoke_all_views, revoke_view
from vault.access.reading import read_page_text
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.errors import AccessDenied, InputError, LeaseEnded, NotFound
from vault.ledger.audit import verify_ledger
from vault.ledger.events import Event
from vault.model import Actor
from vault.people.accounts import reset_password, suspend_person
from vault.people.signing_in import change_password, end_session, sign_out
from vault.worker.sweeping import UNKEYED_SECONDS, sweep

NOTE = "Left the laptop open in a train"


def _done(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    end_view(company.vault, actor, view_id=view_id)


def _expire_unseen(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    """The whole vault was down for longer than the lease."""
    clock.advance(dt.timedelta(minutes=20))
    sweep(company.vault)


def _expire_at_a_page(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    clock.advance(dt.timedelta(minutes=15))
    with pytest.raises(LeaseEnded):
        read_page_text(company.vault, actor, view_id=view_id, page_number=1)


def _sign_out(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    sign_out(company.vault, actor)


def _end_session(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    end_session(company.vault, company.signed_in("borrower"), session_id=actor.session_id)


def _change_password(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    change_password(company.vault, actor, current="correct lantern 7 harbour", new="seven quiet harbours")


def _reset_password(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    reset_password(company.vault, company.at_keyboard("admin"), person_id=actor.person_id)


def _revoke(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    revoke_view(company.vault, company.at_keyboard("officer"), view_id=view_id, note=NOTE)


def _revoke_all(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    assert revoke_all_views(company.vault, company.at_keyboard("officer"), person_id=actor.person_id, note=NOTE) == 1


def _suspend(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=actor.person_id)


def _unassign(company: Company, actor: Actor, view_id: str, clock: FixedClock) -> None:
    end_assignment(company, "borrower")


WAYS = {
    "done": _done,
    "expired": _expire_unseen,
    "expired at a page": _expire_at_a_page,
    "signed out": _sign_out,
    "session ended": _end_session,
    "password changed": _change_password,
    "password reset": _reset_password,
    "revoked": _revoke,
    "all revoked": _revoke_all,
    "suspended": _suspend,
    "unassigned": _unassign,
}
CAUSES = {
    "done": "done",
    "expired": "expired",
    "expired at a page": "expired",
    "signed out": "session",
    "session ended": "session",
    "password changed": "session",
    "password reset": "session",
    "revoked": "revoked",
    "all revoked": "revoked",
    "suspended": "suspended",
    "unassigned": "right_lost",
}
Way = Callable[[Company, Actor, str, FixedClock], None]
every_way = pytest.mark.parametrize("name", list(WAYS))


@every_way
def test_end_deletes_the_key_and_is_recorded_once(company: Company, clock: FixedClock, name: str) -> None:
    """Whatever ends a view: its key is gone, its cause stands, its end is one entry, and it stays used."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    read_page_text(company.vault, actor, view_id=view_id, page_number=1)
    assert view_row(company, view_id).wrapped_key is not None

    WAYS[name](company, actor, view_id, clock)

    ended = view_row(company, view_id)
    assert (ended.wrapped_key, ended.end_cause, ended.claim_returned) == (None, CAUSES[name], False)
    [entry] = trail(company, Event.VIEW_ENDED, Event.VIEW_REVOKED)
    assert entry.fact("view") == view_id
    assert entry.event is (Event.VIEW_REVOKED if CAUSES[name] == "revoked" else Event.VIEW_ENDED)
    assert entry.details == {"pages": 1}
    assert entry.subject == actor.person_id
    assert quota(company).used == 1


@every_way
def test_no_page_leaves_after_the_end(company: Company, clock: FixedClock, name: str) -> None:
    """The next page is refused with the cause, and the refusal is recorded."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    WAYS[name](company, actor, view_id, clock)
    refused = len(trail(company, Event.PAGE_REFUSED))

    with pytest.raises(LeaseEnded) as over:
        read_page_text(company.vault, actor, view_id=view_id, page_number=1)

    assert over.value.code == f"lease.{CAUSES[name]}"
    assert len(trail(company, Event.PAGE_REFUSED)) == refused + 1
    assert trail(company, Event.PAGE_READ) == []


@every_way
def test_view_that_never_got_its_key_gives_its_claim_back_however_it_ends(
    company: Company, clock: FixedClock, name: str
) -> None:
    """Killed between entry and key: the claim returns, the intent is answered, and the trail is sound for ever."""
    actor = company.signed_in("borrower")
    view_id = open_cut_off(company, actor)

    WAYS[name](company, actor, view_id, clock)

    assert quota(company).used == 0
    assert view_row(company, view_id).claim_returned
    [opened] = trail(company, Event.VIEW_OPENED)
    [failed] = trail(company, Event.VIEW_FAILED)
    assert failed.fact("intent") == opened.entry_id
    assert len(trail(company, Event.VIEW_CLAIM_RETURNED)) == 1
    clock.advance(dt.timedelta(hours=1))
    sweep(company.vault)
    assert len(trail(company, Event.VIEW_FAILED)) == 1
    with reading(company.vault.engine) as tx:
        assert verify_ledger(tx, now=clock.now(), reading_key=None).findings == ()


def test_cut_off_opening_is_returned_by_the_sweep_and_not_before_its_time(company: Company, clock: FixedClock) -> None:
    """A slow key provider has a minute; then the claim comes back."""
    open_cut_off(company, company.signed_in("borrower"))
    clock.advance(dt.timedelta(seconds=UNKEYED_SECONDS - 1))
    assert sweep(company.vault).views_returned == 0
    clock.advance(dt.timedelta(seconds=2))
    assert sweep(company.vault).views_returned == 1
    assert quota(company).used == 0


def test_ending_twice_is_fine_and_recorded_once(company: Company) -> None:
    """ "I'm done" sent again, or after the officer was faster."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    end_view(company.vault, actor, view_id=view_id)
    end_view(company.vault, actor, view_id=view_id)
    with pytest.raises(LeaseEnded):
        revoke_view(company.vault, company.at_keyboard("officer"), view_id=view_id, note=NOTE)
    assert len(trail(company, Event.VIEW_ENDED, Event.VIEW_REVOKED)) == 1


def test_nobody_ends_the_view_of_another_person(company: Company) -> None:
    """Knowing its id is not enough, and the answer is that of an unknown id."""
    view_id = open_view(company, company.signed_in("borrower")).view_id
    for login in ("other", "custodian", "officer", "auditor", "admin", "stranger"):
        with pytest.raises(NotFound):
            end_view(company.vault, company.at_keyboard(login), view_id=view_id)
    assert view_row(company, view_id).ended_at is None


@pytest.mark.parametrize("login", ["admin", "auditor", "custodian", "approver", "borrower", "stranger"])
def test_only_the_security_officer_lists_and_revokes_views(company: Company, login: str) -> None:
    """Each attempt by anybody else is refused, and a refused revocation is recorded."""
    view_id = open_view(company, company.signed_in("borrower")).view_id
    actor = company.at_keyboard(login)
    with pytest.raises(AccessDenied):
        list_live_views(company.vault, actor)
    with pytest.raises(AccessDenied):
        revoke_view(company.vault, actor, view_id=view_id, note=NOTE)
    with pytest.raises(AccessDenied):
        revoke_all_views(company.vault, actor, person_id=company.ids["borrower"], note=NOTE)
    assert [entry.fact("code") for entry in trail(company, Event.VIEW_REVOKED)] == ["denied.office"] * 2
    assert view_row(company, view_id).ended_at is None


def test_revocation_needs_a_reason_of_some_substance(company: Company) -> None:
    """A dot is no reason to take somebody's view away either."""
    view_id = open_view(company, company.signed_in("borrower")).view_id
    with pytest.raises(InputError):
        revoke_view(company.vault, company.at_keyboard("officer"), view_id=view_id, note=".")
    revoke_view(company.vault, company.at_keyboard("officer"), view_id=view_id, note=NOTE)
    [revoked] = trail(company, Event.VIEW_REVOKED)
    assert revoked.reason is not None
    assert (revoked.reason.text, revoked.actor) == (NOTE, company.ids["officer"])


def test_live_views_name_the_reader_and_nothing_of_the_document(company: Company, clock: FixedClock) -> None:
    """Who, since when, which number; an expired view is not among them."""
    actor = company.signed_in("borrower")
    view_id = open_view(company, actor).view_id
    [row] = list_live_views(company.vault, company.at_keyboard("officer"))
    assert (row.view_id, row.person_id, row.person_name, row.number) == (view_id, actor.person_id, "王晓明", 1)
    assert "Offer" not in repr(row)
    assert "Harrow" not in repr(row)
    clock.advance(dt.timedelta(minutes=15))
    assert list_live_views(company.vault, company.at_keyboard("officer")) == []
