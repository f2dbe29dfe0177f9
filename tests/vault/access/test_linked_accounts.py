"""One person with two accounts has one count: of a document, of a window and of a day; what was granted stays apart."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import grant, open_and_end, open_cut_off, open_view
from tests.attacks.observing import alter, column, quota, trail
from tests.company import Company, set_policy
from tests.linking import link, unlink
from vault.access.cover import CoverCard, cover_card
from vault.clock import FixedClock
from vault.database.shared_queries import UsedElsewhere
from vault.errors import QuotaSpent
from vault.filing.cards import show_dossier
from vault.ledger.events import Event
from vault.policy.document import ClassPolicy, Policy
from vault.worker.sweeping import sweep

DAY = dt.timedelta(days=1)


def opened_by(company: Company, login: str) -> tuple[int, int]:
    view = open_and_end(company, company.signed_in(login))
    return view.number, view.allowed


def card_of(company: Company, login: str) -> CoverCard:
    return cover_card(company.vault, company.signed_in(login), document_id=company.document_id)


def test_two_accounts_of_one_person_have_three_views_together(company: Company) -> None:
    """And what both used before the link adds up; the record says which of them were another account's."""
    assert opened_by(company, "borrower") == (1, 3)
    assert opened_by(company, "other") == (1, 3)
    link(company, "borrower", "other")
    card = card_of(company, "other")
    assert (card.next_number, card.allowed, card.elsewhere.all) == (3, 3, 1)
    assert opened_by(company, "other") == (3, 3)
    for login in ("borrower", "other"):
        with pytest.raises(QuotaSpent, match=r"quota\.spent"):
            opened_by(company, login)
    assert [each.details.get("elsewhere") for each in trail(company, Event.VIEW_OPENED)] == [None, None, 1]
    assert (quota(company).used, quota(company, "other").used) == (1, 2)


def test_what_both_had_used_up_alone_is_not_given_back(company: Company) -> None:
    """Two and two are four of three: nothing is left, and nothing breaks."""
    for login in ("borrower", "other") * 2:
        opened_by(company, login)
    link(company, "borrower", "other")
    card = card_of(company, "borrower")
    assert (card.decision.code, card.elsewhere) == ("quota.spent", UsedElsewhere(2, 0, card.elsewhere.oldest))
    with pytest.raises(QuotaSpent):
        opened_by(company, "other")


def test_pages_before_opening_show_what_is_left_to_the_person(company: Company) -> None:
    """The dossier's page as the card."""
    opened_by(company, "borrower")
    link(company, "borrower", "other")
    dossier = show_dossier(company.vault, company.signed_in("other"), dossier_id=company.dossier_id)
    [row] = dossier.documents
    assert (row.views_used, row.views_allowed, row.elsewhere.linked) == (1, 3, 1)
    assert (dossier.used_today, dossier.used_today_of_class, dossier.today_elsewhere) == (1, 1, 1)


def test_what_was_granted_to_one_account_opens_for_it_alone(company: Company) -> None:
    """Nor does it take from the other what the policy allows."""
    link(company, "borrower", "other")
    for _view in range(3):
        opened_by(company, "borrower")
    grant(company, 1, login="other")
    with pytest.raises(QuotaSpent):
        opened_by(company, "borrower")
    assert opened_by(company, "other") == (4, 4)
    with pytest.raises(QuotaSpent):
        opened_by(company, "other")
    grant(company, 1, login="borrower")  # the other's granted view is not taken off this one
    assert opened_by(company, "borrower") == (4, 4)
    with pytest.raises(QuotaSpent):
        opened_by(company, "borrower")


def test_window_is_the_persons(company: Company, clock: FixedClock) -> None:
    """One in seven days, whoever of the two opens it; the card says when the other's falls out."""
    set_policy(company, Policy(views=1, window_days=7))
    link(company, "borrower", "other")
    opened_by(company, "borrower")
    first = clock.now()
    clock.advance(DAY)
    card = card_of(company, "other")
    assert (card.decision.code, card.opens_again_at) == ("quota.window", first + 7 * DAY)
    with pytest.raises(QuotaSpent, match=r"quota\.window"):
        opened_by(company, "other")
    clock.advance(6 * DAY)
    assert opened_by(company, "other") == (1, 1)


def test_day_is_the_persons_for_all_classes_and_for_one(company: Company, clock: FixedClock) -> None:
    """Also where the one account has opened nothing yet, so that no row of its own stands there."""
    set_policy(company, Policy(views=9, views_a_day=2))
    link(company, "borrower", "other")
    for _view in range(2):
        opened_by(company, "borrower")
    with pytest.raises(QuotaSpent, match=r"quota\.day "):
        opened_by(company, "other")
    card = card_of(company, "other")
    assert (card.decision.code, card.used_today, card.today_elsewhere) == ("quota.day", 2, 2)
    set_policy(company, Policy(views=9, classes={"confidential": ClassPolicy(views_a_day=2)}))
    with pytest.raises(QuotaSpent, match=r"quota\.day_class"):
        opened_by(company, "other")
    assert column(company, "select sum(used) from view_days where scope = ''") == [2]
    clock.advance(DAY)
    assert opened_by(company, "other") == (3, 9)


def test_returned_view_is_returned_to_the_person(company: Company, clock: FixedClock) -> None:
    """One account's opening was cut off: the sweep gives the view back, and the other account takes it."""
    set_policy(company, Policy(views=1, views_a_day=1))
    link(company, "borrower", "other")
    open_cut_off(company, company.signed_in("borrower"))
    with pytest.raises(QuotaSpent):
        opened_by(company, "other")
    clock.advance(dt.timedelta(minutes=2))
    sweep(company.vault)
    assert opened_by(company, "other") == (1, 1)


def test_each_version_is_counted_for_the_person_where_the_policy_says_so(company: Company) -> None:
    set_policy(company, Policy(views=1, count="version"))
    link(company, "borrower", "other")
    opened_by(company, "borrower")
    company.submit("custodian", b"A second version of the offer\n", document_id=company.document_id)
    company.convert_all()
    assert opened_by(company, "other") == (1, 1)
    with pytest.raises(QuotaSpent):
        opened_by(company, "borrower")


def test_taking_accounts_apart_gives_nothing_back(company: Company, clock: FixedClock) -> None:
    """What was opened until then counts on both sides, for days too; what comes after counts where it is opened."""
    set_policy(company, Policy(views=3, views_a_day=3))
    link(company, "borrower", "other")
    opened_by(company, "borrower")
    opened_by(company, "other")
    unlink(company, "other")
    clock.advance(dt.timedelta(minutes=1))
    card = card_of(company, "borrower")
    assert (card.next_number, card.elsewhere.former, card.used_today) == (3, 1, 2)
    assert opened_by(company, "borrower") == (3, 3)
    assert opened_by(company, "other") == (3, 3)
    for login in ("borrower", "other"):
        with pytest.raises(QuotaSpent):
            opened_by(company, login)


def test_links_made_again_count_nothing_twice(company: Company, clock: FixedClock) -> None:
    set_policy(company, Policy(views=4))
    link(company, "borrower", "other")
    opened_by(company, "borrower")
    unlink(company, "borrower")
    clock.advance(dt.timedelta(minutes=1))
    link(company, "other", "borrower")
    assert card_of(company, "other").next_number == 2
    opened_by(company, "other")
    unlink(company, "other")
    assert [card_of(company, login).next_number for login in ("borrower", "other")] == [3, 3]


def test_account_taken_out_of_three_leaves_its_views_with_the_two(company: Company, clock: FixedClock) -> None:
    """And what the third once brought in stays with each of the others when those part as well."""
    link(company, "borrower", "other")
    link(company, "stranger", "borrower")
    opened_by(company, "borrower")
    unlink(company, "borrower")
    clock.advance(dt.timedelta(minutes=1))
    opened_by(company, "other")
    unlink(company, "other")
    assert card_of(company, "other").elsewhere.former == 1
    assert column(company, "select count(*) from former_links") == [6]


def test_restored_quotas_count_for_the_other_account_too(company: Company) -> None:
    """After a disaster the views are gone; what the quotas say is there and is not given away."""
    for _view in range(3):
        opened_by(company, "borrower")
    link(company, "borrower", "other")
    for table in ("view_pages", "grant_uses", "views"):
        alter(company, f"DELETE FROM {table}")
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("other"))
