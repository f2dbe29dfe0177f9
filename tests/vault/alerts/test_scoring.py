"""Scoring what is new in the trail: from its entries to an alert, once, wherever it was killed."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.observing import trail
from tests.company import Company
from tests.vault.alerts.days import EVERY_LOOK, alerts_of, raised, score_all, try_unknown, with_terms
from vault.alerts import scoring
from vault.alerts.deciding import decide_alert
from vault.alerts.scoring import lateness_seconds, score_once
from vault.clock import FixedClock
from vault.database import alert_queries
from vault.database.alert_queries import AlertState
from vault.database.engine import reading
from vault.filing.lending import lend
from vault.ledger.events import Event
from vault.people.accounts import suspend_person
from vault.people.teams import add_member, create_team
from vault.policy.alerting import Line


def test_three_documents_outside_are_an_alert(company: Company) -> None:
    """With its lines, about the person's own day, and in the trail without a name."""
    alert = raised(company)
    assert alert.lines == (
        Line("refused_outside", values={"number": 3}),
        Line("refused", 2, {"number": 3}),
    )
    assert (alert.day, alert.state, alert.points, alert.number) == (dt.date(2026, 11, 24), AlertState.OPEN, 2, 1)
    (entry,) = trail(company, Event.ALERT_RAISED)
    assert entry.subject == company.ids["borrower"]
    assert entry.details == {"alert": alert.id, "day": "2026-11-24", "points": 2, "rules": "refused_outside"}
    assert company.ids["borrower"].encode() not in entry.leaf


def test_scoring_again_changes_nothing(company: Company) -> None:
    """Nothing new: nothing to do, no second alert, no second entry."""
    alert = raised(company)
    assert not score_once(company.vault)
    score_all(company)
    assert alerts_of(company) == [alert]
    assert len(trail(company, Event.ALERT_RAISED)) == 1


def test_view_of_an_assigned_document_is_scored(company: Company) -> None:
    """Opened and read: with its page, at its place and hour, by the person's clock."""
    with_terms(company, EVERY_LOOK)
    company.open_and_read()
    score_all(company)
    with reading(company.vault.engine) as tx:
        day = alert_queries.load_day(tx, company.ids["other"], dt.date(2026, 11, 24))
    assert day is not None
    assert (day.facts.looks, day.facts.pages, day.facts.first_seen, day.facts.outside) == (1, 1, 1, 0)
    assert day.facts.hours == ((18, 1),)
    assert [(each.place, each.device) for each in day.facts.sessions] == [("Head office", "tests")]
    (alert,) = alerts_of(company)
    assert alert.lines == (Line("looks", 5, {"number": 1, "usual": 1, "times": 1}),)


def test_dossier_seen_yesterday_is_not_new_today(company: Company, clock: FixedClock) -> None:
    """And a dossier that has just been assigned is set aside."""
    with_terms(company, EVERY_LOOK)
    company.open_and_read()
    score_all(company)
    clock.advance(dt.timedelta(days=1))
    company.open_and_read()
    score_all(company)
    with reading(company.vault.engine) as tx:
        days = alert_queries.days_of(tx, company.ids["other"], begin=dt.date(2026, 11, 1), end=dt.date(2026, 12, 1))
    assert [facts.first_seen for _day, facts in sorted(days.items())] == [1, 0]


def test_midnight_is_the_persons(company: Company, clock: FixedClock) -> None:
    """Shanghai's next day begins at four in the afternoon of London: two there and two here are no three a day."""
    actor = company.signed_in("borrower")
    clock.advance(dt.timedelta(hours=5, minutes=59))
    try_unknown(company, actor, times=2)
    clock.advance(dt.timedelta(minutes=1))
    try_unknown(company, actor, times=2)
    score_all(company)
    assert alerts_of(company) == []
    try_unknown(company, actor, times=1)
    score_all(company)
    assert [alert.day for alert in alerts_of(company)] == [dt.date(2026, 11, 25)]


def test_open_alert_grows_with_its_day(company: Company) -> None:
    """More refusals change its lines; a further hard rule is told in the trail too."""
    alert = raised(company)
    try_unknown(company, company.signed_in("borrower"), times=22)
    score_all(company)
    (grown,) = alerts_of(company)
    assert (grown.id, grown.revision) == (alert.id, 2)
    assert [line.code for line in grown.lines] == ["refused_outside", "probing", "refused"]
    (entry,) = trail(company, Event.ALERT_GROWN)
    assert entry.details["rules"] == "probing,refused_outside"


def test_dismissed_alert_comes_again_only_for_more(company: Company) -> None:
    """One refusal more is what was dismissed; a further hard rule is not."""
    alert, officer = raised(company), company.at_keyboard("officer")
    decide_alert(company.vault, officer, alert_id=alert.id, revision=1, escalate=False, note="Agreed with her boss")
    try_unknown(company, company.signed_in("borrower"), times=1)
    score_all(company)
    assert [each.state for each in alerts_of(company)] == [AlertState.DISMISSED]
    try_unknown(company, company.signed_in("borrower"), times=21)
    score_all(company)
    assert sorted((each.number, each.state.value) for each in alerts_of(company)) == [(1, "dismissed"), (2, "open")]


def test_sign_ins_of_a_suspended_person_are_an_alert(company: Company) -> None:
    """Nobody got in, and somebody tries."""
    admin = company.at_keyboard("admin")
    suspend_person(company.vault, admin, person_id=company.ids["borrower"], note="Left the company today")
    for _try in range(3):
        with pytest.raises(Exception, match="sign_in"):
            company.session("borrower")
    score_all(company)
    (alert,) = alerts_of(company)
    assert alert.lines == (Line("blocked_sign_in", values={"number": 3}),)


def test_killed_between_reading_and_storing_goes_on(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cursor, numbers, alert and entry are one transaction: all of it or nothing."""
    try_unknown(company, company.signed_in("borrower"), times=3)
    company.sequence()
    assert score_once(company.vault)

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(scoring, "_entry", killed)
        with pytest.raises(KeyboardInterrupt):
            score_once(company.vault)
    assert alerts_of(company) == []
    score_all(company)
    assert len(alerts_of(company)) == 1
    assert len(trail(company, Event.ALERT_RAISED)) == 1


def test_old_days_are_numbers_only(company: Company, clock: FixedClock) -> None:
    """After an upgrade nobody is told of a month ago."""
    try_unknown(company, company.signed_in("borrower"), times=3)
    company.sequence()
    clock.advance(dt.timedelta(days=15))
    score_all(company)
    assert alerts_of(company) == []
    with reading(company.vault.engine) as tx:
        assert alert_queries.load_day(tx, company.ids["borrower"], dt.date(2026, 11, 24)) is not None


def test_lateness_is_that_of_the_oldest_unscored(company: Company, clock: FixedClock) -> None:
    """0 when everything was scored, though nothing has happened for hours."""
    score_all(company)
    while score_once(company.vault):
        pass
    score_once(company.vault)
    with reading(company.vault.engine) as tx:
        assert lateness_seconds(company.vault, tx) == 0.0
    try_unknown(company, company.signed_in("borrower"), times=1)
    company.sequence()
    clock.advance(dt.timedelta(minutes=20))
    with reading(company.vault.engine) as tx:
        assert lateness_seconds(company.vault, tx) == 1200.0


def test_dossier_lent_to_a_team_is_not_outside(company: Company) -> None:
    """Who borrows through a team has business with it."""
    with_terms(company, EVERY_LOOK)
    custodian, stranger = company.at_keyboard("custodian"), company.ids["stranger"]
    admin = company.at_keyboard("admin")
    team = create_team(company.vault, admin, name="Bearings")
    add_member(company.vault, admin, team_id=team, person_id=stranger)
    lend(company.vault, custodian, dossier_id=company.dossier_id, team_id=team)
    company.open_and_read(company.signed_in("stranger"))
    score_all(company)
    with reading(company.vault.engine) as tx:
        day = alert_queries.load_day(tx, stranger, dt.date(2026, 11, 24))
    assert day is not None
    assert (day.facts.looks, day.facts.outside) == (1, 0)
