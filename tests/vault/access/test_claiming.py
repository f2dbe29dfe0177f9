"""Views within a window and within a day, and what is given back to them; leases that end with working hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.attacks.acting import grant, open_and_end, open_cut_off, open_view, open_without_keys
from tests.attacks.observing import alter, quota, trail, view_row
from tests.company import Company, set_policy
from vault.access.cover import cover_card
from vault.access.reading import read_page, show_view
from vault.clock import FixedClock
from vault.database import day_queries
from vault.database.engine import reading
from vault.errors import AccessDenied, LeaseEnded, QuotaSpent
from vault.filing.cards import show_dossier
from vault.ledger.events import Event
from vault.model import Classification, Place, PlaceSource
from vault.policy.document import ClassPolicy, Policy, WorkingHours
from vault.worker.sweeping import sweep

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TODAY = "2026-11-24"
BERLIN_HOURS = WorkingHours(spans=("mon-fri 08:00-11:10",))


def used_today(company: Company, day: str = TODAY, login: str = "borrower") -> tuple[int, int]:
    with reading(company.vault.engine) as tx:
        return day_queries.used_on_day(tx, company.person(login).id, day, Classification.CONFIDENTIAL)


def opened_by(company: Company, login: str = "borrower") -> tuple[int, int]:
    view = open_and_end(company, company.signed_in(login))
    return view.number, view.allowed


def test_views_of_a_window_come_back_as_it_moves_on(company: Company, clock: FixedClock) -> None:
    """Two in seven days: each counts for exactly seven times 24 hours."""
    set_policy(company, Policy(views=2, window_days=7))
    assert opened_by(company) == (1, 2)
    clock.advance(DAY)
    assert opened_by(company) == (2, 2)
    clock.advance(6 * DAY - dt.timedelta(milliseconds=1))
    with pytest.raises(QuotaSpent, match=r"quota\.window"):
        opened_by(company)
    clock.advance(dt.timedelta(milliseconds=1))
    assert opened_by(company) == (2, 2)
    with pytest.raises(QuotaSpent):
        opened_by(company)
    assert quota(company).used == 3


def test_top_up_is_used_once_and_not_once_a_window(company: Company, clock: FixedClock) -> None:
    """One more was granted: it opens when the window is full, and never again."""
    set_policy(company, Policy(views=1, window_days=7))
    assert opened_by(company) == (1, 1)
    grant(company, 1)
    assert opened_by(company) == (2, 2)
    with pytest.raises(QuotaSpent):
        opened_by(company)
    clock.advance(7 * DAY)
    assert opened_by(company) == (1, 1)
    with pytest.raises(QuotaSpent):
        opened_by(company)


@pytest.mark.parametrize("window_days", [None, 30], ids=["for ever", "in a window"])
def test_limit_that_was_lowered_takes_nothing_of_what_is_granted(company: Company, window_days: int | None) -> None:
    """Three were used when only one is left to everybody: one more by approval opens, and not a second."""
    set_policy(company, Policy(views=3, window_days=window_days))
    for _ in range(3):
        opened_by(company)
    set_policy(company, Policy(views=1, window_days=window_days))
    with pytest.raises(QuotaSpent):
        opened_by(company)
    grant(company, 1)
    card = cover_card(company.vault, company.signed_in("borrower"), document_id=company.document_id)
    assert (card.decision.allowed, card.next_number, card.allowed) == (True, 4, 4)
    assert opened_by(company) == (4, 4)
    with pytest.raises(QuotaSpent):
        opened_by(company)
    grant(company, 2)
    assert [opened_by(company), opened_by(company)] == [(5, 6), (6, 6)]
    with pytest.raises(QuotaSpent):
        opened_by(company)


def test_view_that_is_returned_is_not_counted_in_its_window(company: Company) -> None:
    """The key provider was away: the window is as full as before."""
    set_policy(company, Policy(views=1, window_days=7))
    open_without_keys(company, company.signed_in("borrower"))
    assert opened_by(company) == (1, 1)


def test_window_stands_on_card_and_on_the_dossiers_page(company: Company, clock: FixedClock) -> None:
    """As many used as opening counts, and when the next one is free."""
    set_policy(company, Policy(views=1, classes={"confidential": ClassPolicy(window_days=30)}))
    opened_by(company)
    clock.advance(HOUR)
    actor = company.signed_in("borrower")
    card = cover_card(company.vault, actor, document_id=company.document_id)
    assert (card.decision.code, card.next_number, card.allowed, card.allowed_from) == ("quota.window", 2, 1, "default")
    assert card.opens_again_at == clock.now() + 30 * DAY - HOUR
    assert card.may_request
    [row] = show_dossier(company.vault, actor, dossier_id=company.dossier_id).documents
    assert (row.views_used, row.views_allowed) == (1, 1)
    clock.advance(31 * DAY)
    actor = company.signed_in("borrower")
    [row] = show_dossier(company.vault, actor, dossier_id=company.dossier_id).documents
    assert (row.views_used, row.views_allowed) == (0, 1)


def test_day_is_over_at_the_policys_midnight(company: Company, clock: FixedClock) -> None:
    """Two views a day in Berlin, where midnight is at 23:00 UTC; other people have their own two."""
    set_policy(company, Policy(views=10, views_a_day=2, timezone="Europe/Berlin"))
    for _view in range(2):
        opened_by(company)
    with pytest.raises(QuotaSpent, match=r"quota\.day "):
        opened_by(company)
    assert opened_by(company, "other") == (1, 10)
    card = cover_card(company.vault, company.signed_in("borrower"), document_id=company.document_id)
    assert (card.decision.code, card.used_today) == ("quota.day", 2)
    assert card.opens_again_at == dt.datetime(2026, 11, 24, 23, 0, tzinfo=dt.UTC)
    clock.advance(card.opens_again_at - clock.now() - dt.timedelta(milliseconds=1))
    with pytest.raises(QuotaSpent):
        opened_by(company)
    clock.advance(dt.timedelta(milliseconds=1))
    assert opened_by(company) == (3, 10)
    assert used_today(company, "2026-11-25") == (1, 1)


def test_day_of_a_class_is_counted_within_that_of_all(company: Company) -> None:
    """The class lets one through, all classes three; a refused view counts nowhere."""
    set_policy(company, Policy(views=10, views_a_day=3, classes={"confidential": ClassPolicy(views_a_day=1)}))
    opened_by(company)
    with pytest.raises(QuotaSpent, match=r"quota\.day_class"):
        opened_by(company)
    assert used_today(company) == (1, 1)
    assert quota(company).used == 1
    assert [entry.fact("code") for entry in trail(company, Event.VIEW_DENIED)] == ["quota.day_class"]
    alter(company, "UPDATE dossiers SET classification = 'secret'")
    assert opened_by(company) == (2, 10)
    assert used_today(company) == (2, 1)


def test_returned_view_goes_back_to_its_own_day_and_class(company: Company, clock: FixedClock) -> None:
    """Cut off just before midnight, returned by the sweep after it, the class changed in between."""
    set_policy(company, Policy(views_a_day=1))
    clock.advance(14 * HOUR - dt.timedelta(seconds=1))
    open_cut_off(company, company.signed_in("borrower"))
    assert used_today(company) == (1, 1)
    alter(company, "UPDATE dossiers SET classification = 'secret'")
    clock.advance(dt.timedelta(minutes=2))
    sweep(company.vault)
    assert used_today(company) == (0, 0)
    assert used_today(company, "2026-11-25") == (0, 0)
    assert opened_by(company) == (1, 3)


def test_going_on_reading_costs_no_view_of_the_day(company: Company) -> None:
    """The same form, the same session: the same view."""
    set_policy(company, Policy(views_a_day=1))
    actor = company.signed_in("borrower")
    first = open_view(company, actor, key="once")
    assert open_view(company, actor, key="once").view_id == first.view_id
    assert open_view(company, actor, key="again").view_id == first.view_id
    assert used_today(company) == (1, 1)


def test_days_are_forgotten_when_they_are_over(company: Company, clock: FixedClock) -> None:
    """What somebody opened last month is in the trail and nowhere else."""
    opened_by(company)
    clock.advance(7 * DAY)
    assert sweep(company.vault).days_forgotten == 0
    clock.advance(DAY)
    assert sweep(company.vault).days_forgotten == 2


def test_view_ends_with_working_hours_and_says_so(company: Company, clock: FixedClock) -> None:
    """Ten minutes are left of them (it is 11:00 in Berlin): recorded with the view, and no page after it."""
    set_policy(company, Policy(timezone="Europe/Berlin", hours=BERLIN_HOURS))
    actor = company.signed_in("borrower")
    card = cover_card(company.vault, actor, document_id=company.document_id)
    view = open_view(company, actor)
    assert (card.would_end_at, card.ends_by) == (view.lease.expires_at, "hours")
    assert view.lease.expires_at - clock.now() == dt.timedelta(minutes=10)
    [entry] = trail(company, Event.VIEW_OPENED)
    assert (entry.details["lease_seconds"], entry.details["ends_by"]) == (600, "hours")
    clock.advance(dt.timedelta(minutes=10))
    with pytest.raises(LeaseEnded, match=r"lease\.expired"):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)
    with pytest.raises(AccessDenied, match=r"denied\.hours"):
        open_view(company, actor)
    card = cover_card(company.vault, actor, document_id=company.document_id)
    assert (card.decision.code, card.opens_again_at) == ("denied.hours", dt.datetime(2026, 11, 25, 7, tzinfo=dt.UTC))


def test_class_that_opens_outside_of_hours_does(company: Company, clock: FixedClock) -> None:
    """The exception is the class's, and its lease is whole."""
    set_policy(
        company,
        Policy(timezone="Europe/Berlin", hours=BERLIN_HOURS, classes={"confidential": ClassPolicy(outside_hours=True)}),
    )
    clock.advance(8 * HOUR)
    view = open_view(company, company.signed_in("borrower"))
    assert view.lease.expires_at - clock.now() == dt.timedelta(minutes=15)


def test_hours_that_come_into_force_end_what_is_open_outside_of_them(company: Company) -> None:
    """A right that is lost is lost by the next page."""
    actor = company.signed_in("borrower")
    view = open_view(company, actor)
    evening = WorkingHours(spans=("mon-fri 20:00-21:00",))
    set_policy(company, Policy(hours=evening))
    with pytest.raises(LeaseEnded, match=r"lease\.right_lost"):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)
    assert view_row(company, view.view_id).end_cause == "right_lost"


def test_page_is_refused_where_the_class_does_not_open_and_the_view_goes_on(company: Company) -> None:
    """Out of the building and back: one refusal in the trail, and the same view."""
    set_policy(company, Policy(zones=("Head office",)))
    actor = company.signed_in("borrower")
    view = open_view(company, actor)
    outside = replace(actor, place=Place("203.0.113.5", PlaceSource.UNKNOWN))
    with pytest.raises(AccessDenied, match=r"denied\.place"):
        read_page(company.vault, outside, view_id=view.view_id, page_number=1)
    with pytest.raises(AccessDenied, match=r"denied\.place"):
        open_view(company, replace(company.signed_in("borrower"), place=outside.place), declared_place="Head office")
    [refused] = trail(company, Event.PAGE_REFUSED)
    assert (refused.fact("code"), refused.place) == ("denied.place", outside.place)
    assert show_view(company.vault, outside, view_id=view.view_id).number == 1
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg
    assert view_row(company, view.view_id).pages_delivered == 1
