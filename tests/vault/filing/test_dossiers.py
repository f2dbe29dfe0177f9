"""Founding dossiers and finding them: numbers, names, and what is seen of what."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from tests.attacks.observing import alter, column, files_under, trail
from tests.company import CUSTOMER, Company, found_dossier
from tests.vault.filing.acts import found, give, references
from tests.vault.filing.together import at_once
from vault.clock import FixedClock
from vault.errors import AccessDenied, InputError, Sealed, VaultError
from vault.filing.dossiers import list_dossiers
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.people.accounts import suspend_person

REFERENCE = "SELECT reference FROM dossiers ORDER BY reference"


def test_dossiers_are_numbered_within_their_year(company: Company, clock: FixedClock) -> None:
    """The next number of the year in which it is founded."""
    found(company)
    clock.advance(dt.timedelta(days=60))
    found(company)

    assert column(company, REFERENCE) == ["D2026-00001", "D2026-00002", "D2027-00001"]


def test_numbering_goes_on_beyond_five_digits(company: Company) -> None:
    """99,999 dossiers in a year are many, and the next one is still founded."""
    alter(company, "UPDATE dossiers SET reference = 'D2026-99999'")
    found(company)
    found(company)

    assert column(company, REFERENCE) == ["D2026-100000", "D2026-100001", "D2026-99999"]


def test_founders_at_once_all_found_with_numbers_of_their_own(any_company: Company) -> None:
    """Six people found at the same moment: six consecutive references, and nobody is told to try again."""
    answers = at_once([partial(found, any_company, f"Customer {number}") for number in range(6)])

    assert not [answer for answer in answers if isinstance(answer, VaultError)]
    assert column(any_company, REFERENCE) == [f"D2026-0000{number}" for number in range(1, 8)]


def test_founding_repeated_with_its_key_is_one_founding(company: Company) -> None:
    """A double click, or a retry after a lost answer."""
    assert found(company, founding_key="form 1") == found(company, founding_key="form 1")
    assert found(company, founding_key="form 2") != found(company, founding_key="form 1")
    assert len(column(company, REFERENCE)) == 3


def test_founder_keeps_the_dossier_and_both_facts_are_recorded(company: Company) -> None:
    """Whoever founds is its custodian; class and number are in the trail, the customer's name is not."""
    dossier_id = found(company, "Mistral Yachts")

    created, assigned = (
        trail(company, Event.DOSSIER_CREATED, Event.DOSSIER_ASSIGNED)[-1:],
        trail(company, Event.DOSSIER_ASSIGNED)[-1],
    )
    assert created[0].fact("dossier") == assigned.fact("dossier") == dossier_id
    assert created[0].details == {"reference": "D2026-00002", "classification": "confidential"}
    assert (assigned.subject, assigned.details["duty"]) == (company.ids["custodian"], "custodian")
    assert all(b"Mistral" not in content for _path, content in files_under(company.directory))


@pytest.mark.parametrize(("login", "code"), [("author", "denied.no_founder"), ("admin", "denied.office")])
def test_whoever_is_no_custodian_founds_nothing(company: Company, login: str, code: str) -> None:
    """Refused, and the refusal is recorded with its code."""
    with pytest.raises(AccessDenied) as refused:
        found(company, login=login)

    entry = trail(company, Event.DOSSIER_CREATED)[-1]
    assert (refused.value.code, entry.fact("code"), entry.outcome) == (code, code, Outcome.DENIED)
    assert entry.actor == company.ids[login]
    assert len(column(company, REFERENCE)) == 1


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200e", "x" * 201])
def test_dossier_needs_a_name_of_its_customer(company: Company, name: str) -> None:
    """Nothing, only invisible characters, or too long."""
    with pytest.raises(InputError) as refused:
        found(company, name)

    assert refused.value.code == "dossier.name"


def test_sealed_vault_founds_nothing_and_lists_without_names(company: Company) -> None:
    """The list shows which dossiers there are; whose they are cannot be read, nor searched for."""
    company.vault.seal()

    with pytest.raises(Sealed):
        found(company)
    assert [row.customer_name for row in list_dossiers(company.vault, company.at_keyboard("borrower"))] == [""]
    with pytest.raises(Sealed):
        references(company, "borrower", customer=CUSTOMER)


def test_person_lists_the_dossiers_they_have_a_part_in(company: Company) -> None:
    """Newest first, with the duties held now and the documents that open; nobody else's."""
    found(company)

    rows = list_dossiers(company.vault, company.at_keyboard("custodian"))
    assert [(row.reference, row.customer_name, row.document_count) for row in rows] == [
        ("D2026-00002", "Mistral Yachts", 0),
        ("D2026-00001", CUSTOMER, 1),
    ]
    assert rows[0].duties == {Duty.CUSTODIAN}
    assert references(company, "borrower") == ["D2026-00001"]
    assert references(company, "stranger") == references(company, "auditor") == references(company, "admin") == []


def test_part_counts_from_its_beginning_to_its_end(company: Company, clock: FixedClock) -> None:
    """Not before it starts, and no longer once it has ended."""
    tomorrow = clock.now() + dt.timedelta(days=1)
    give(company, "stranger", Duty.BORROWER, starts_at=tomorrow, ends_at=tomorrow + dt.timedelta(days=1))

    seen = [references(company, "stranger")]
    for _ in range(2):
        clock.advance(dt.timedelta(days=1))
        seen.append(references(company, "stranger"))
    assert seen == [[], ["D2026-00001"], []]


def test_suspended_person_lists_nothing(company: Company) -> None:
    """Also in a session that has not noticed yet."""
    borrower = company.at_keyboard("borrower")
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=borrower.person_id)

    assert list_dossiers(company.vault, borrower) == []


@pytest.mark.parametrize(
    ("typed", "found_it"),
    [
        (CUSTOMER, True),
        (CUSTOMER.upper(), True),
        ("Ｈａｒｒｏｗ & Vale Bearings CANARY-CUSTOMER", True),
        ("  Harrow&Vale   Bearings\tCANARY-CUSTOMER ", True),
        ("Harrow & Vale", False),
        ("Harrow & Vale Bearings CANARY-CUSTOMER Ltd", False),
        ("%", False),
    ],
)
def test_customer_is_found_by_the_whole_name_however_it_is_typed(company: Company, typed: str, found_it: bool) -> None:
    """Case, width and spaces do not matter; a part of the name finds nothing."""
    assert references(company, "borrower", customer=typed) == (["D2026-00001"] if found_it else [])


def test_equal_tokens_of_different_names_are_told_apart(company: Company) -> None:
    """64 bits may collide: the name itself decides."""
    other = found(company, "Mistral Yachts")
    alter(company, "UPDATE dossiers SET name_token = (SELECT name_token FROM dossiers WHERE id = :id)", id=other)

    assert references(company, "custodian", customer="Mistral Yachts") == ["D2026-00002"]


def test_altered_record_hides_no_other_dossier(company: Company) -> None:
    """It shows without a name; everything else in the list is as ever."""
    found(company, "Mistral Yachts")
    alter(company, "UPDATE dossiers SET record_sealed = zeroblob(60) WHERE reference = 'D2026-00001'")

    rows = list_dossiers(company.vault, company.at_keyboard("custodian"))
    assert [row.customer_name for row in rows] == ["Mistral Yachts", ""]


def test_each_dossier_has_a_key_of_its_own(company: Company) -> None:
    """Wrapped records differ, and none is stored in clear."""
    found_dossier(company)
    first, second = column(company, "SELECT wrapped_key FROM dossiers")

    assert first != second
    assert len(first) == len(second) == 82
