"""The register: who may look, what a search finds, and what it never says."""

from __future__ import annotations

import pytest

from tests.company import Company
from vault.errors import AccessDenied, NotFound
from vault.model import Office, PersonState
from vault.people import accounts, directory


def found(company: Company, words: str = "", state: PersonState | None = None) -> list[str]:
    rows = directory.find_people(company.vault, company.at_keyboard("admin"), words=words, state=state).rows
    return [row.login for row in rows]


@pytest.mark.parametrize(
    ("words", "logins"),
    [
        ("王晓明", ["borrower"]),
        ("晓明", ["borrower"]),
        ("BEATRICE okaf", ["custodian"]),
        ("ｂｅａｔｒｉｃｅ", ["custodian"]),
        ("N-0050", ["officer"]),
        ("lindqvist", ["author"]),
        ("nobody at all", []),
        ("%", []),
        ("\x00", []),
    ],
)
def test_search_finds_parts_of_name_login_and_number(company: Company, words: str, logins: list[str]) -> None:
    """Case, width and script do not matter, and no character is special."""
    assert found(company, words) == logins


def test_search_by_state_finds_the_suspended(company: Company) -> None:
    """Only them, and with words only those of them that match."""
    accounts.suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["other"])

    assert found(company, state=PersonState.SUSPENDED) == ["other"]
    assert found(company, "borrower", PersonState.SUSPENDED) == []


def test_register_is_listed_in_pages_and_all_are_counted(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody once, by staff number; behind an id that is none it begins anew."""
    monkeypatch.setattr(directory, "PAGE_ROWS", 4)
    admin, pages, after = company.at_keyboard("admin"), [], ""
    while not pages or after:
        pages.append(directory.find_people(company.vault, admin, after=after))
        after = pages[-1].following

    assert [(len(page.rows), page.count) for page in pages] == [(4, 10), (4, 10), (2, 10)]
    numbers = [row.staff_number for page in pages for row in page.rows]
    assert numbers == sorted(set(numbers))
    assert directory.find_people(company.vault, admin, after="nobody") == pages[0]


def test_page_goes_on_behind_somebody_who_matches_no_more(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Suspended between two pages of the active: nobody is listed twice or left out for that."""
    monkeypatch.setattr(directory, "PAGE_ROWS", 4)
    admin, active = company.at_keyboard("admin"), PersonState.ACTIVE
    first = directory.find_people(company.vault, admin, state=active)
    second = directory.find_people(company.vault, admin, state=active, after=first.following)
    assert first.rows[-1].office is Office.STAFF
    accounts.suspend_person(company.vault, admin, person_id=first.following)

    again = directory.find_people(company.vault, admin, state=active, after=first.following)

    assert (again.rows, again.count) == (second.rows, second.count - 1)


@pytest.mark.parametrize("login", ["borrower", "custodian", "auditor"])
def test_register_is_for_administrator_and_security_officer(company: Company, login: str) -> None:
    """Nobody else, by any way in."""
    actor, person = company.at_keyboard(login), company.ids["other"]

    with pytest.raises(AccessDenied):
        directory.find_people(company.vault, actor)
    with pytest.raises(AccessDenied):
        directory.show_person(company.vault, actor, person_id=person)
    with pytest.raises(AccessDenied):
        directory.show_account(company.vault, actor, person_id=person)


def test_account_shows_live_sessions_and_marks_ones_own(company: Company) -> None:
    """Which of them is the one that looks."""
    actor = company.signed_in("admin")
    company.session("admin")

    account = directory.show_account(company.vault, actor, person_id=company.ids["admin"])

    assert account.is_self
    current = [session.id for session in account.sessions if session.current]
    assert current == [actor.session_id]
    assert len(account.sessions) > 1


def test_register_says_no_password_hash_and_nothing_of_dossiers(company: Company) -> None:
    """The fields are those of an account."""
    row = directory.show_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])

    assert not {"password_phc", "dossiers", "duties", "views"} & set(type(row).__slots__)
    assert company.dossier_id not in repr(row)


def test_unknown_person_is_not_found(company: Company) -> None:
    """Whoever asks."""
    with pytest.raises(NotFound):
        directory.show_account(company.vault, company.at_keyboard("admin"), person_id="p" + "a" * 26)
