"""Who can see a dossier and what a person can see: the answers that opening would give, grants and watch included."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import open_view
from tests.company import Company
from tests.vault.grants.granting import approve, ask_access, granted, revoke
from tests.vault.leaving.acts import announce
from vault.access.seeing import Sight, what_can_be_seen, who_can_see
from vault.clock import FixedClock
from vault.errors import AccessDenied
from vault.policy.granting import GrantKind


def sight_of(company: Company, login: str) -> Sight | None:
    """The row of this person and the company's dossier; both questions give the same one."""
    auditor, person_id = company.at_keyboard("auditor"), company.ids[login]
    by_dossier = who_can_see(company.vault, auditor, dossier_id=company.dossier_id).sights
    by_person = what_can_be_seen(company.vault, auditor, person_id=person_id).sights
    (here,) = [each for each in by_dossier if each.person_id == person_id] or [None]
    (there,) = [each for each in by_person if each.dossier_id == company.dossier_id] or [None]
    assert here == there
    return here


def test_whoever_has_access_by_a_grant_is_named_until_it_ends(any_company: Company, clock: FixedClock) -> None:
    """Not before it is approved, with its last moment, and no more once it is revoked."""
    request_id = ask_access(any_company, days=3)
    assert sight_of(any_company, "stranger") is None
    approve(any_company, request_id, 2, document_id=any_company.document_id)

    waiting = sight_of(any_company, "stranger")
    assert waiting is not None
    assert (waiting.duties, waiting.granted, waiting.why_not) == (frozenset(), 1, "denied.not_assigned")
    assert waiting.ends_at is not None
    assert waiting.ends_at > clock.now() + dt.timedelta(days=2)  # its clock begins with the first use

    open_view(any_company, any_company.signed_in("stranger"))
    running = sight_of(any_company, "stranger")
    assert running is not None
    assert (running.ends_at, running.views) == (clock.now() + dt.timedelta(days=2), 1)
    revoke(any_company, request_id)
    assert sight_of(any_company, "stranger") is None


def test_grant_that_has_run_out_names_nobody_although_no_sweep_came_by(company: Company, clock: FixedClock) -> None:
    approve(company, ask_access(company, days=3), 3, document_id=company.document_id)
    open_view(company, company.signed_in("stranger"))
    clock.advance(dt.timedelta(days=3))
    assert sight_of(company, "stranger") is None


def test_leaver_under_watch_opens_only_what_was_granted(any_company: Company) -> None:
    """As opening says: nothing without a grant, then the one document until its views are used."""
    before = sight_of(any_company, "borrower")
    assert before is not None
    assert (before.why_not, before.granted) == ("", 0)
    announce(any_company)

    watched = sight_of(any_company, "borrower")
    assert watched is not None
    assert (watched.why_not, watched.granted) == ("denied.watched", 0)
    with pytest.raises(AccessDenied, match=r"denied\.watched"):
        open_view(any_company, any_company.signed_in("borrower"))

    granted(any_company, GrantKind.VIEWS, 1)
    after = sight_of(any_company, "borrower")
    assert after is not None
    assert (after.why_not, after.granted, after.ends_at) == ("denied.watched", 1, before.ends_at)
    open_view(any_company, any_company.signed_in("borrower"))
    spent = sight_of(any_company, "borrower")
    assert spent is not None
    assert (spent.granted, spent.views) == (0, 1)
