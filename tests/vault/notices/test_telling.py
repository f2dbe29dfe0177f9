"""Telling people: with what they are told of or not at all, each once, the suspended never; reading is one's own."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import Company
from vault.clock import FixedClock
from vault.database.engine import transaction
from vault.model import PersonId
from vault.notices.kinds import NoticeKind
from vault.notices.reading import PAGE_ROWS, count_unread, list_notices, mark_read
from vault.notices.telling import tell
from vault.notices.words import NOTICE_WORDS, mail_subject, notice_sentence
from vault.people.accounts import suspend_person
from vault.policy.agreements import Language


def told(company: Company, *logins: str, kind: NoticeKind = NoticeKind.REQUEST_DECIDED) -> int:
    people = [company.person(login).id for login in logins]
    with transaction(company.vault.engine) as tx:
        return tell(
            company.vault, tx, people, kind, dossier_id=company.dossier_id, subject_id=company.person("author").id
        )


def test_each_person_is_told_once(company: Company) -> None:
    """However often they are named."""
    assert told(company, "borrower", "approver", "borrower") == 2
    page = list_notices(company.vault, company.at_keyboard("borrower"))
    assert [(row.kind, row.subject_name, row.is_read) for row in page.rows] == [
        (NoticeKind.REQUEST_DECIDED, "Jonas Lindqvist", False)
    ]
    assert page.rows[0].dossier_reference
    assert count_unread(company.vault, company.at_keyboard("custodian")) == 0


def test_telling_goes_back_with_what_it_told_of(company: Company) -> None:
    """A notice of what never happened would be a lie."""

    def interrupted() -> None:
        with transaction(company.vault.engine) as tx:
            tell(company.vault, tx, [company.person("borrower").id], NoticeKind.REQUEST_DECIDED)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    assert list_notices(company.vault, company.at_keyboard("borrower")).rows == []


def test_suspended_and_unknown_people_hear_nothing(company: Company) -> None:
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.person("borrower").id)
    assert told(company, "borrower") == 0
    with transaction(company.vault.engine) as tx:
        assert tell(company.vault, tx, [PersonId("p" + "a" * 26)], NoticeKind.REQUEST_DECIDED) == 0


def test_marking_leaves_what_came_after_the_page_was_shown(company: Company, clock: FixedClock) -> None:
    """Else a notice would be read that nobody saw."""
    told(company, "borrower")
    shown = list_notices(company.vault, company.at_keyboard("borrower"))
    clock.advance(dt.timedelta(seconds=1))
    told(company, "borrower")
    assert mark_read(company.vault, company.at_keyboard("borrower"), told_until=shown.rows[0].told_at) == 1
    assert [row.is_read for row in list_notices(company.vault, company.at_keyboard("borrower")).rows] == [False, True]


def test_nobody_marks_for_another(company: Company, clock: FixedClock) -> None:
    told(company, "borrower")
    assert mark_read(company.vault, company.at_keyboard("approver"), told_until=clock.now()) == 0
    assert count_unread(company.vault, company.at_keyboard("borrower")) == 1


def test_pages_hold_every_notice_once(company: Company) -> None:
    """Also where many were told in one moment."""
    for _ in range(PAGE_ROWS + 7):
        told(company, "borrower")
    actor = company.at_keyboard("borrower")
    first = list_notices(company.vault, actor)
    last = first.rows[-1]
    second = list_notices(company.vault, actor, before=(last.told_at, last.id))
    assert (len(first.rows), first.has_more, len(second.rows), second.has_more) == (PAGE_ROWS, True, 7, False)
    assert len({row.id for row in first.rows + second.rows}) == PAGE_ROWS + 7


@pytest.mark.parametrize("language", Language)
def test_every_kind_has_its_words(language: Language) -> None:
    """And no mail has a slot that a name could get into."""
    assert set(NOTICE_WORDS) == set(NoticeKind)
    for kind in NoticeKind:
        details = dict.fromkeys(_slots(NOTICE_WORDS[kind].told[language is Language.CHINESE]), 1)
        sentence = notice_sentence(language, kind, person="Ruth", dossier="D-7", details=details)
        assert sentence
        assert "{" not in sentence
        assert "{" not in mail_subject(language, kind)


def _slots(words: str) -> set[str]:
    import string  # noqa: PLC0415

    return {name for _text, name, _spec, _conversion in string.Formatter().parse(words) if name} - {"person", "dossier"}
