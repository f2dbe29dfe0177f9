"""What is said beforehand: campaigns by two people, exceptions in versions."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.observing import trail
from tests.company import Company
from tests.vault.alerts.days import EVERY_LOOK, alerts_of, score_all, try_unknown, with_terms
from vault.alerts.campaigns import (
    CampaignDraft,
    announce_campaign,
    decide_campaign,
    end_campaign,
    list_campaigns,
)
from vault.alerts.exceptions import lift_exception, list_exceptions, set_exception
from vault.clock import FixedClock
from vault.database.alert_notice_queries import CampaignState
from vault.errors import AccessDenied, Conflict, InputError, VaultError
from vault.ledger.events import Event
from vault.policy.alert_terms import AlertPolicy

NOTE = "Spring letters to all bearing customers"
TODAY = dt.date(2026, 11, 24)
WEEK = dt.timedelta(days=6)


def draft(
    people: str = "other", dossiers: str = "", first: dt.date = TODAY, last: dt.date = TODAY + WEEK
) -> CampaignDraft:
    return CampaignDraft(first, last, people, dossiers)


def announce(company: Company, given: CampaignDraft | None = None, *, login: str = "admin") -> str:
    actor = company.at_keyboard(login)
    return announce_campaign(company.vault, actor, draft=given or draft(), note=NOTE)


def confirm(company: Company, campaign_id: str, *, login: str = "officer", confirm: bool = True) -> None:
    decide_campaign(company.vault, company.at_keyboard(login), campaign_id=campaign_id, confirm=confirm)


def test_confirmed_campaign_sets_its_looks_aside(company: Company) -> None:
    """Announced by one, confirmed by another: what its people open is not compared."""
    with_terms(company, EVERY_LOOK)
    confirm(company, announce(company))
    company.open_and_read()
    score_all(company)
    assert alerts_of(company) == []


@pytest.mark.parametrize("given", [draft(people="borrower"), draft(first=TODAY + WEEK, last=TODAY + WEEK)])
def test_campaign_of_others_or_other_days_sets_nothing_aside(company: Company, given: CampaignDraft) -> None:
    """To the person and the day."""
    with_terms(company, EVERY_LOOK)
    confirm(company, announce(company, given))
    company.open_and_read()
    score_all(company)
    assert len(alerts_of(company)) == 1


def test_announced_but_unconfirmed_is_nothing(company: Company) -> None:
    """One person alone explains nothing away."""
    with_terms(company, EVERY_LOOK)
    announce(company)
    company.open_and_read()
    score_all(company)
    assert len(alerts_of(company)) == 1


def test_hard_rules_hold_in_a_campaign(company: Company) -> None:
    """Nobody needs other people's dossiers for it."""
    confirm(company, announce(company))
    try_unknown(company, company.signed_in("other"), times=3)
    score_all(company)
    assert [line.code for line in alerts_of(company)[0].lines] == ["refused_outside", "refused"]


def test_campaign_needs_two_people(company: Company) -> None:
    """Who announced it does not confirm it, an administrator never does, and it is decided once."""
    own = announce(company, login="officer")
    with pytest.raises(AccessDenied, match=r"denied\.own_campaign"):
        confirm(company, own)
    other = announce(company)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        confirm(company, other, login="admin")
    confirm(company, other)
    confirm(company, other)
    with pytest.raises(Conflict, match=r"campaign\.decided"):
        confirm(company, other, confirm=False)
    assert len([entry for entry in trail(company, Event.CAMPAIGN_CONFIRMED) if entry.outcome.value == "success"]) == 1


def test_campaign_confirmed_late_holds_from_then(company: Company, clock: FixedClock) -> None:
    """Nothing is explained away afterwards."""
    campaign = announce(company)
    clock.advance(dt.timedelta(days=2))
    confirm(company, campaign)
    (row,) = list_campaigns(company.vault, company.at_keyboard("auditor"))
    assert (row.first_day, row.last_day) == (TODAY + dt.timedelta(days=2), TODAY + WEEK)


def test_ended_campaign_keeps_its_days_and_has_no_more(company: Company, clock: FixedClock) -> None:
    """What was opened in it stays set aside; today counts again."""
    campaign = announce(company)
    confirm(company, campaign)
    clock.advance(dt.timedelta(days=2))
    end_campaign(company.vault, company.at_keyboard("admin"), campaign_id=campaign)
    company.sequence()
    (row,) = list_campaigns(company.vault, company.at_keyboard("officer"))
    assert (row.state, row.last_day) == (CampaignState.ENDED, TODAY + dt.timedelta(days=1))
    assert (row.people, row.dossiers) == (("Other",), ())
    assert row.reason is not None
    assert row.reason.text == NOTE
    with pytest.raises(Conflict, match=r"campaign\.over"):
        end_campaign(company.vault, company.at_keyboard("admin"), campaign_id=campaign)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (draft(first=TODAY - dt.timedelta(days=1)), "campaign.past"),
        (draft(last=TODAY - dt.timedelta(days=1)), "campaign.days"),
        (draft(last=TODAY + dt.timedelta(days=92)), "campaign.too_long"),
        (draft(people=" , "), "campaign.nobody"),
        (draft(people="other, nobody"), "campaign.person"),
        (draft(dossiers="X-1"), "campaign.dossier"),
        (CampaignDraft(None, TODAY, "other", ""), "campaign.days"),
    ],
)
def test_campaign_that_cannot_be_meant_is_refused(company: Company, given: CampaignDraft, code: str) -> None:
    """With what is wrong, and nothing stored."""
    with pytest.raises(InputError) as refused:
        announce(company, given)
    assert refused.value.code == code
    assert list_campaigns(company.vault, company.at_keyboard("officer")) == []


def set_one(company: Company, *, person: str = "other", feature: str = "looks", until: dt.date = TODAY + WEEK) -> None:
    officer = company.at_keyboard("officer")
    set_exception(company.vault, officer, person=person, feature=feature, until_day=until, note=NOTE)


def test_exception_turns_points_off_until_its_day(company: Company, clock: FixedClock) -> None:
    """On its last day it holds, on the next it does not."""
    with_terms(company, EVERY_LOOK)
    set_one(company, until=TODAY + dt.timedelta(days=1))
    clock.advance(dt.timedelta(days=1))
    company.open_and_read()
    score_all(company)
    assert alerts_of(company) == []
    clock.advance(dt.timedelta(days=1))
    company.open_and_read()
    score_all(company)
    assert [alert.day for alert in alerts_of(company)] == [TODAY + dt.timedelta(days=2)]


def test_every_version_of_an_exception_stays(company: Company) -> None:
    """Set, prolonged, lifted: who, until when and why of each."""
    set_one(company)
    set_one(company, until=TODAY + 2 * WEEK)
    officer = company.at_keyboard("officer")
    lift_exception(company.vault, officer, person_id=company.ids["other"], feature="looks", note="Not needed any more")
    company.sequence()
    rows = sorted(list_exceptions(company.vault, company.at_keyboard("auditor")), key=lambda row: row.version)
    assert [(row.version, row.is_lifting, row.is_in_force) for row in rows] == [
        (1, False, False),
        (2, False, False),
        (3, True, False),
    ]
    assert [row.reason.text for row in rows if row.reason] == [NOTE, NOTE, "Not needed any more"]
    assert rows[0].set_by == "Officer"
    assert len(trail(company, Event.EXCEPTION_SET, Event.EXCEPTION_LIFTED)) == 3
    with pytest.raises(Conflict, match=r"exception\.lifted"):
        lift_exception(company.vault, officer, person_id=company.ids["other"], feature="looks", note=NOTE)


def test_lifted_exception_gives_points_again(company: Company) -> None:
    """From the day on which it was lifted."""
    with_terms(company, AlertPolicy(refused=("1:5",)))
    set_one(company, feature="refused")
    officer = company.at_keyboard("officer")
    lift_exception(company.vault, officer, person_id=company.ids["other"], feature="refused", note=NOTE)
    try_unknown(company, company.signed_in("other"), times=1)
    score_all(company)
    assert len(alerts_of(company)) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"person": "nobody"}, "exception.person"),
        ({"feature": "copying"}, "exception.feature"),
        ({"until": TODAY - dt.timedelta(days=1)}, "exception.until"),
        ({"until": TODAY + dt.timedelta(days=185)}, "exception.until"),
        ({"person": "officer"}, "denied.own_exception"),
    ],
)
def test_exception_that_cannot_be_is_refused(company: Company, given: dict[str, object], code: str) -> None:
    """A hard rule has none, nobody has their own, and none is for ever."""
    with pytest.raises(VaultError) as refused:
        set_one(company, **given)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert list_exceptions(company.vault, company.at_keyboard("officer")) == []
