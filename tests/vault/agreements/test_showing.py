"""What people and officers see: what waits, the text with its changes, who has accepted and who has not."""

from __future__ import annotations

import pytest

from tests.agreements import answer, draft, published, published_again
from tests.attacks.observing import alter, trail
from tests.company import Company
from vault.agreements.comparing import Change
from vault.agreements.drafting import withdraw_agreement
from vault.agreements.reviewing import list_agreements, review_agreement, show_agreement_card
from vault.agreements.showing import count_waiting, own_agreements, show_agreement
from vault.errors import AccessDenied, NotFound, TamperError
from vault.ledger.events import Event
from vault.model import Classification
from vault.people.accounts import suspend_person
from vault.policy.agreements import Answer, Language, Position

EN = Language.ENGLISH


def positions(company: Company, agreement_id: str) -> dict[str, Position]:
    found = review_agreement(company.vault, company.at_keyboard("auditor"), agreement_id=agreement_id, language=EN)
    names = {company.ids[login]: login for login in company.ids}
    return {names[each.person_id]: each.position for each in found.asked}


def test_agreement_waits_until_it_is_answered(company: Company) -> None:
    """Counted in the bar, listed first, gone once accepted or declined."""
    agreement_id, borrower = published(company), company.at_keyboard("borrower")
    assert count_waiting(company.vault, borrower) == 1
    assert count_waiting(company.vault, company.at_keyboard("custodian")) == 0
    [asked] = own_agreements(company.vault, borrower, language=Language.CHINESE).asked
    assert (asked.title, asked.position) == ("保密协议", Position.UNANSWERED)
    answer(company, agreement_id, said=Answer.DECLINED)
    assert count_waiting(company.vault, borrower) == 0


def test_page_shows_what_changed_since_the_version_that_was_accepted(company: Company) -> None:
    """Not since the one before: two versions may have passed."""
    agreement_id, borrower = published(company, draft("For ten years.\nEnd.")), company.at_keyboard("borrower")
    first = show_agreement(company.vault, borrower, agreement_id=agreement_id, language=EN)
    assert (first.compared_with, first.changes) == (0, [])
    answer(company, agreement_id)
    published_again(company, agreement_id, draft("For nine years.\nEnd."))
    published_again(company, agreement_id, draft("For five years.\nEnd."))
    page = show_agreement(company.vault, borrower, agreement_id=agreement_id, language=EN)
    assert (page.version, page.compared_with, page.position) == (3, 1, Position.OUTDATED)
    assert [line.is_changed for line in page.changes] == [True, False]
    assert [p.text for p in page.changes[0].pieces if p.change is Change.REMOVED] == ["ten"]


def test_answers_say_which_of_them_holds(company: Company) -> None:
    """Newest first; an earlier one and one that a material version followed hold no more."""
    agreement_id, borrower = published(company), company.at_keyboard("borrower")
    for said in (Answer.ACCEPTED, Answer.DECLINED, Answer.ACCEPTED):
        answer(company, agreement_id, said=said)
    assert [each.holds for each in own_agreements(company.vault, borrower, language=EN).answers] == [True, False, False]
    published_again(company, agreement_id, draft("For twenty years."))
    assert not any(each.holds for each in own_agreements(company.vault, borrower, language=EN).answers)


def test_who_is_not_asked_does_not_find_the_agreement(company: Company) -> None:
    """But administrator and auditor read it in office, without being able to answer."""
    agreement_id = published(company)
    with pytest.raises(NotFound):
        show_agreement(company.vault, company.at_keyboard("custodian"), agreement_id=agreement_id, language=EN)
    for login in ("admin", "auditor"):
        page = show_agreement(company.vault, company.at_keyboard(login), agreement_id=agreement_id, language=EN)
        assert not page.may_answer


def test_altered_text_is_not_shown(company: Company) -> None:
    """Found, recorded, refused."""
    agreement_id = published(company)
    alter(company, "UPDATE agreement_texts SET body = 'Nothing is secret.'")
    with pytest.raises(TamperError):
        show_agreement(company.vault, company.at_keyboard("borrower"), agreement_id=agreement_id, language=EN)
    assert trail(company, Event.OBJECT_TAMPERED)


def test_overview_counts_and_names_the_classes_that_nothing_covers(company: Company) -> None:
    """No agreement published is no gate, and the screen says so."""
    admin = company.at_keyboard("admin")
    assert list_agreements(company.vault, admin, language=EN).uncovered == list(Classification)
    agreement_id = published(company, draft(classes=frozenset({Classification.SECRET, Classification.TOP_SECRET})))
    answer(company, agreement_id)
    found = list_agreements(company.vault, admin, language=EN)
    assert found.uncovered == [Classification.INTERNAL, Classification.CONFIDENTIAL]
    [row] = found.rows
    assert (row.asked, row.accepted, row.has_draft) == (3, 1, False)


def test_review_tells_every_position_and_is_recorded(company: Company) -> None:
    """Accepted, declined, outdated, unanswered."""
    agreement_id = published(company)
    answer(company, agreement_id, "borrower")
    published_again(company, agreement_id, draft("For twenty years."))
    answer(company, agreement_id, "other", version=2, said=Answer.DECLINED)
    assert positions(company, agreement_id) == {
        "borrower": Position.OUTDATED,
        "other": Position.DECLINED,
        "stranger": Position.UNANSWERED,
    }
    answer(company, agreement_id, "borrower", version=2)
    assert positions(company, agreement_id)["borrower"] is Position.ACCEPTED
    [first, _second] = trail(company, Event.AGREEMENT_REVIEWED)
    assert first.details == {"agreement": agreement_id, "version": 2}


def test_who_left_is_listed_apart_with_what_they_accepted(company: Company) -> None:
    """Nobody waits for them, and their acceptance stays on record."""
    agreement_id = published(company)
    answer(company, agreement_id)
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    found = review_agreement(company.vault, company.at_keyboard("auditor"), agreement_id=agreement_id, language=EN)
    assert company.ids["borrower"] not in {each.person_id for each in found.asked}
    assert [(each.person_id, each.version) for each in found.others] == [(company.ids["borrower"], 1)]


def test_withdrawn_agreement_waits_for_nobody(company: Company) -> None:
    """Its answers are still listed."""
    agreement_id = published(company)
    answer(company, agreement_id)
    withdraw_agreement(
        company.vault, company.at_keyboard("admin"), agreement_id=agreement_id, note="Replaced by the group's own"
    )
    assert count_waiting(company.vault, company.at_keyboard("other")) == 0
    own = own_agreements(company.vault, company.at_keyboard("borrower"), language=EN)
    assert own.asked == []
    assert [each.holds for each in own.answers] == [False]


@pytest.mark.parametrize("login", ["borrower", "custodian", "officer"])
def test_overview_and_review_are_for_administrator_and_auditor(company: Company, login: str) -> None:
    """Who has accepted what is nobody else's business."""
    agreement_id, actor = published(company), company.at_keyboard(login)
    for look in (
        lambda: list_agreements(company.vault, actor, language=EN),
        lambda: show_agreement_card(company.vault, actor, agreement_id=agreement_id, language=EN),
        lambda: review_agreement(company.vault, actor, agreement_id=agreement_id, language=EN),
    ):
        with pytest.raises(AccessDenied):
            look()
