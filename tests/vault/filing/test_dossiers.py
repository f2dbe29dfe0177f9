"""Founding dossiers, finding them, and saying who holds which duty: rules, races, and what the trail says of it."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from tests.attacks.observing import alter, column, files_under, trail
from tests.company import CUSTOMER, Company, found_dossier
from tests.vault.filing.together import at_once
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, InputError, NotFound, Sealed, VaultError
from vault.filing.dossiers import DossierDraft, assign, create_dossier, list_dossiers, unassign
from vault.filing.records import CustomerRecord
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty
from vault.people.accounts import suspend_person

REFERENCE = "SELECT reference FROM dossiers ORDER BY reference"


def found(company: Company, name: str = "Mistral Yachts", *, login: str = "custodian", founding_key: str = "") -> str:
    draft = DossierDraft(Classification.CONFIDENTIAL, CustomerRecord(name))
    return create_dossier(company.vault, company.at_keyboard(login), draft=draft, founding_key=founding_key)


def give(company: Company, login: str, duty: Duty, *, by: str = "custodian", **when: dt.datetime) -> str:
    return assign(
        company.vault,
        company.at_keyboard(by),
        dossier_id=company.dossier_id,
        person_id=company.ids[login],
        duty=duty,
        **when,
    )


def assignment_of(company: Company, login: str) -> str:
    query = "SELECT id FROM assignments WHERE person_id = :person AND dossier_id = :dossier"
    return str(column(company, query, person=company.ids[login], dossier=company.dossier_id)[0])


def end(company: Company, assignment_id: str, *, by: str = "custodian") -> None:
    unassign(company.vault, company.at_keyboard(by), assignment_id=assignment_id)


def references(company: Company, login: str, *, customer: str = "") -> list[str]:
    return [row.reference for row in list_dossiers(company.vault, company.at_keyboard(login), customer=customer)]


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


def test_duty_is_given_and_recorded(company: Company) -> None:
    """Who gave which duty to whom on what."""
    assignment_id = give(company, "stranger", Duty.BORROWER)

    entry = trail(company, Event.DOSSIER_ASSIGNED)[-1]
    assert (entry.actor, entry.subject) == (company.ids["custodian"], company.ids["stranger"])
    assert entry.details == {"duty": "borrower", "assignment": assignment_id}
    assert references(company, "stranger") == ["D2026-00001"]


@pytest.mark.parametrize(
    ("login", "duty", "code"),
    [
        ("borrower", Duty.CUSTODIAN, "duties.not_qualified"),
        ("auditor", Duty.BORROWER, "duties.exclusive"),
        ("admin", Duty.CUSTODIAN, "duties.exclusive"),
    ],
)
def test_duty_against_the_rules_is_refused_and_recorded(company: Company, login: str, duty: Duty, code: str) -> None:
    """Not qualified, or an office that holds no duties."""
    with pytest.raises(AccessDenied) as refused:
        give(company, login, duty)

    entry = trail(company, Event.DOSSIER_ASSIGNED)[-1]
    assert (refused.value.code, entry.fact("code"), entry.outcome) == (code, code, Outcome.DENIED)


def test_two_sides_of_one_act_are_not_one_person(company: Company, clock: FixedClock) -> None:
    """Also when the other duty has not begun yet; once it has ended they may."""
    held = give(company, "stranger", Duty.APPROVER, starts_at=clock.now() + dt.timedelta(days=30))
    with pytest.raises(AccessDenied) as refused:
        give(company, "stranger", Duty.BORROWER)
    assert refused.value.code == "duties.conflict"

    end(company, held)
    clock.advance(dt.timedelta(seconds=1))
    give(company, "stranger", Duty.BORROWER)


def test_borrower_needs_the_clearance_of_the_class(company: Company) -> None:
    """Cleared for secret is not cleared for top secret."""
    dossier_id = found_dossier_of_class(company, Classification.TOP_SECRET)

    with pytest.raises(AccessDenied) as refused:
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=dossier_id,
            person_id=company.ids["borrower"],
            duty=Duty.BORROWER,
        )
    assert refused.value.code == "duties.clearance"


def found_dossier_of_class(company: Company, classification: Classification) -> str:
    draft = DossierDraft(classification, CustomerRecord("Mistral Yachts"))
    return create_dossier(company.vault, company.at_keyboard("custodian"), draft=draft)


@pytest.mark.parametrize(
    ("by", "error", "code"),
    [
        ("borrower", AccessDenied, "denied.duty"),
        ("approver", AccessDenied, "denied.duty"),
        ("custodian2", NotFound, "denied.not_assigned"),
        ("admin", NotFound, "denied.not_assigned"),
    ],
)
def test_only_the_custodian_gives_duties(company: Company, by: str, error: type[VaultError], code: str) -> None:
    """Another custodian does not even learn that there is such a dossier; the trail knows why."""
    with pytest.raises(error):
        give(company, "stranger", Duty.BORROWER, by=by)

    assert trail(company, Event.DOSSIER_ASSIGNED)[-1].fact("code") == code
    assert references(company, "stranger") == []


@pytest.mark.parametrize("person_id", ["", "p" + "z" * 26])
def test_nobody_known_is_given_no_duty(company: Company, person_id: str) -> None:
    """An id that nobody has."""
    keeper = company.at_keyboard("custodian")
    with pytest.raises(NotFound):
        assign(company.vault, keeper, dossier_id=company.dossier_id, person_id=person_id, duty=Duty.BORROWER)


def test_suspended_person_is_given_no_duty(company: Company) -> None:
    """As if they were not there."""
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["stranger"])

    with pytest.raises(NotFound):
        give(company, "stranger", Duty.BORROWER)


def test_duty_that_is_held_is_not_given_twice(company: Company) -> None:
    """Nor once more for later."""
    with pytest.raises(Conflict) as refused:
        give(company, "borrower", Duty.BORROWER)

    assert refused.value.code == "assignment.exists"


def test_end_before_the_beginning_is_refused(company: Company, clock: FixedClock) -> None:
    """And an end in the past is one before the beginning, which is now at the earliest."""
    for ends_at in (clock.now(), clock.now() - dt.timedelta(days=1)):
        with pytest.raises(InputError) as refused:
            give(company, "stranger", Duty.BORROWER, starts_at=clock.now() - dt.timedelta(days=9), ends_at=ends_at)
        assert refused.value.code == "assignment.ends_before_start"


def test_one_duty_given_by_two_at_once_is_held_once(any_company: Company) -> None:
    """The dossier's row is locked: the second finds what the first did."""
    answers = at_once([partial(give, any_company, "stranger", Duty.BORROWER) for _ in range(4)])

    refusals = [answer for answer in answers if isinstance(answer, VaultError)]
    assert [refusal.code for refusal in refusals] == ["assignment.exists"] * 3


def test_conflicting_duties_given_at_once_are_not_both_held(any_company: Company) -> None:
    """Approver and borrower in the same moment: one of the two is refused."""
    duties = (Duty.APPROVER, Duty.BORROWER)
    answers = at_once([partial(give, any_company, "stranger", duty) for duty in duties])

    assert [getattr(answer, "code", "") for answer in answers].count("duties.conflict") == 1


def test_ended_duty_is_over_at_once_and_recorded(company: Company) -> None:
    """The person has no part any more."""
    end(company, assignment_of(company, "other"))

    entry = trail(company, Event.DOSSIER_UNASSIGNED)[-1]
    assert (entry.subject, entry.details) == (company.ids["other"], {"duty": "borrower"})
    assert references(company, "other") == []


def test_last_custodian_stays(company: Company) -> None:
    """A dossier is in somebody's keeping, always."""
    with pytest.raises(AccessDenied) as refused:
        end(company, assignment_of(company, "custodian"))
    assert refused.value.code == "denied.last_custodian"

    give(company, "custodian2", Duty.CUSTODIAN)
    end(company, assignment_of(company, "custodian"))
    assert references(company, "custodian2") == ["D2026-00001"]


def test_two_custodians_who_end_each_other_at_once_leave_one(any_company: Company) -> None:
    """Both saw two of them; only one of the two goes."""
    give(any_company, "custodian2", Duty.CUSTODIAN)
    first, second = assignment_of(any_company, "custodian"), assignment_of(any_company, "custodian2")

    at_once([partial(end, any_company, second), partial(end, any_company, first, by="custodian2")])

    remaining = column(
        any_company,
        "SELECT person_id FROM assignments WHERE dossier_id = :dossier AND duty = 'custodian' AND ends_at IS NULL",
        dossier=any_company.dossier_id,
    )
    assert len(remaining) == 1


def test_duty_that_has_ended_is_not_ended_again(company: Company) -> None:
    """The second who clicks is told so."""
    assignment_id = assignment_of(company, "other")
    end(company, assignment_id)

    with pytest.raises(Conflict) as refused:
        end(company, assignment_id)
    assert refused.value.code == "assignment.ended"


@pytest.mark.parametrize(("by", "error"), [("borrower", AccessDenied), ("custodian2", NotFound)])
def test_only_the_custodian_ends_duties(company: Company, by: str, error: type[VaultError]) -> None:
    """Nobody ends their own or another's."""
    with pytest.raises(error):
        end(company, assignment_of(company, "other"), by=by)

    assert references(company, "other") == ["D2026-00001"]


def test_unknown_assignment_is_not_found(company: Company) -> None:
    """And the asking is recorded."""
    with pytest.raises(NotFound):
        end(company, "a" + "z" * 26)

    assert trail(company, Event.DOSSIER_UNASSIGNED)[-1].fact("code") == "not_found.assignment"


def test_each_dossier_has_a_key_of_its_own(company: Company) -> None:
    """Wrapped records differ, and none is stored in clear."""
    found_dossier(company)
    first, second = column(company, "SELECT wrapped_key FROM dossiers")

    assert first != second
    assert len(first) == len(second) == 82
