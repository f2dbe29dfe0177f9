"""Saying who holds which duty on a dossier: rules, races, and what the trail says of it."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from tests.attacks.observing import column, trail
from tests.company import Company
from tests.vault.filing.acts import assignment_of, end, give, references
from tests.vault.filing.together import at_once
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, InputError, NotFound, VaultError
from vault.filing.dossiers import DossierDraft, assign, create_dossier
from vault.filing.records import CustomerRecord
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty
from vault.people.accounts import suspend_person


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


def test_custodian_who_cannot_keep_it_on_is_no_other_custodian(company: Company) -> None:
    """Neither somebody who is suspended nor somebody whose custody ends before that of the one who leaves."""
    give(company, "custodian2", Duty.CUSTODIAN)
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["custodian2"])
    with pytest.raises(AccessDenied, match=r"denied\.last_custodian"):
        end(company, assignment_of(company, "custodian"))

    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["stranger"],
        duty=Duty.CUSTODIAN,
        ends_at=company.vault.clock.now() + dt.timedelta(days=7),
    )
    with pytest.raises(AccessDenied, match=r"denied\.last_custodian"):
        end(company, assignment_of(company, "custodian"))
    assert trail(company, Event.DOSSIER_UNASSIGNED)[-1].fact("code") == "denied.last_custodian"


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
