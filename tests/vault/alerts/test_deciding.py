"""Reading and deciding alerts: by security officers, with a reason, once."""

from __future__ import annotations

import pytest

from tests.attacks.observing import trail
from tests.company import Company
from tests.vault.alerts.days import EVERY_LOOK, alerts_of, raised, score_all, try_unknown, with_terms
from vault.alerts.deciding import decide_alert
from vault.alerts.reading import count_open, list_alerts, show_alert
from vault.database.alert_queries import AlertState
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.events import Event, Outcome
from vault.people.linking import link_accounts

NOTE = "Talked to her, a link in an old mail"


def decide(company: Company, alert_id: str, *, login: str = "officer", revision: int = 1, **more: object) -> None:
    actor = company.at_keyboard(login)
    given: dict[str, object] = {"escalate": False, "note": NOTE, **more}
    decide_alert(company.vault, actor, alert_id=alert_id, revision=revision, **given)  # type: ignore[arg-type]


def test_dismissing_leaves_who_when_and_why(company: Company) -> None:
    """The reason is in the trail, sealed, and is shown with the alert."""
    alert, officer = raised(company), company.at_keyboard("officer")
    assert count_open(company.vault, officer) == 1
    decide(company, alert.id)
    company.sequence()
    page = show_alert(company.vault, officer, alert_id=alert.id)
    assert (page.row.state, page.row.decided_by) == (AlertState.DISMISSED, "Officer")
    assert page.reason is not None
    assert page.reason.text == NOTE
    (entry,) = trail(company, Event.ALERT_DISMISSED)
    assert (entry.actor, entry.subject) == (company.ids["officer"], company.ids["borrower"])
    assert NOTE.encode() not in entry.leaf
    assert count_open(company.vault, officer) == 0


def test_escalated_is_dismissed_when_it_is_settled(company: Company) -> None:
    """And cannot be escalated again."""
    alert = raised(company)
    decide(company, alert.id, escalate=True)
    decide(company, alert.id, escalate=True)
    assert len(trail(company, Event.ALERT_ESCALATED)) == 1
    decide(company, alert.id, revision=2, note="Counsel has closed the case")
    assert [each.state for each in alerts_of(company)] == [AlertState.DISMISSED]


def test_deciding_twice_is_one_decision(company: Company) -> None:
    """The same by the same person is fine; anything else afterwards is refused."""
    alert = raised(company)
    decide(company, alert.id)
    decide(company, alert.id)
    assert len(trail(company, Event.ALERT_DISMISSED)) == 1
    with pytest.raises(Conflict, match=r"alert\.decided"):
        decide(company, alert.id, escalate=True)


def test_decision_about_other_lines_is_refused(company: Company) -> None:
    """The day went on while the officer read: they are to read it again."""
    alert = raised(company)
    try_unknown(company, company.signed_in("borrower"), times=1)
    score_all(company)
    with pytest.raises(Conflict, match=r"alert\.changed"):
        decide(company, alert.id)
    assert alerts_of(company)[0].state is AlertState.OPEN


@pytest.mark.parametrize("login", ["auditor", "admin", "borrower"])
def test_only_security_officers_decide(company: Company, login: str) -> None:
    """An auditor reads along; everybody's attempt is recorded."""
    alert = raised(company)
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        decide(company, alert.id, login=login)
    (denied,) = trail(company, Event.ALERT_DISMISSED)
    assert (denied.outcome, denied.actor) == (Outcome.DENIED, company.ids[login])


def test_nobody_decides_about_themselves(company: Company) -> None:
    """An alert about an officer is another officer's."""
    alert = raised(company, login="officer")
    with pytest.raises(AccessDenied, match=r"denied\.own_alert"):
        decide(company, alert.id)


def test_reason_needs_substance(company: Company) -> None:
    """A dot is none."""
    alert = raised(company)
    with pytest.raises(InputError, match=r"reason\.meaningless"):
        decide(company, alert.id, note=".")


def test_reading_shows_what_was_opened_and_is_recorded(company: Company) -> None:
    """Time, reference, pages and place; and the reader in the trail."""
    with_terms(company, EVERY_LOOK)
    company.open_and_read()
    try_unknown(company, company.signed_in("other"), times=1)
    score_all(company)
    (alert,) = alerts_of(company)
    page = show_alert(company.vault, company.at_keyboard("auditor"), alert_id=alert.id)
    opened, refused = page.around
    assert (opened.document_id, opened.pages, opened.place) == (company.document_id, 1, "Head office")
    assert opened.reference
    assert (refused.is_refused, refused.pages) == (True, 0)
    (entry,) = trail(company, Event.ALERT_READ)
    assert (entry.actor, entry.subject) == (company.ids["auditor"], company.ids["other"])


def test_alerts_are_listed_by_state_and_counted_in_each(company: Company) -> None:
    """Open ones unless others are asked for; on each list the numbers of all."""
    alerts = [raised(company, login=login) for login in ("borrower", "other", "author")]
    decide(company, alerts[0].id)
    decide(company, alerts[1].id, escalate=True)
    officer = company.at_keyboard("officer")
    pages = [list_alerts(company.vault, officer, state=state) for state in AlertState]
    assert [[row.id for row in page.rows] for page in pages] == [[alerts[2].id], [alerts[1].id], [alerts[0].id]]
    assert {tuple(page.counts.values()) for page in pages} == {(1, 1, 1)}
    assert list_alerts(company.vault, officer) == pages[0]


def test_unknown_alert_is_not_found(company: Company) -> None:
    """And staff learn nothing of any."""
    with pytest.raises(NotFound):
        decide(company, "z" + "a" * 26)
    with pytest.raises(AccessDenied):
        list_alerts(company.vault, company.at_keyboard("custodian"))


def test_second_account_decides_nothing_about_the_first(company: Company) -> None:
    """An alert about another account of the officer is another officer's as well."""
    alert = raised(company)
    admin = company.at_keyboard("admin")
    note = "Came back as security officer"
    link_accounts(company.vault, admin, person_id=company.ids["officer"], other="borrower", note=note)
    with pytest.raises(AccessDenied, match=r"denied\.own_alert"):
        decide(company, alert.id)
