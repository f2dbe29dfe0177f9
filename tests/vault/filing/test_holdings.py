"""A person's part in a dossier: what they hold now, and that whoever holds nothing learns nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.observing import alter
from tests.company import Company
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.errors import AccessDenied, NotFound
from vault.filing.dossiers import assign
from vault.filing.holdings import Holding, load_document_holding, load_holding, require_duty
from vault.model import Duty


def holding(company: Company, login: str, dossier_id: str = "") -> Holding:
    with reading(company.vault.engine) as tx:
        return load_holding(company.vault, tx, company.at_keyboard(login), dossier_id or company.dossier_id)


@pytest.mark.parametrize(
    ("login", "duty"),
    [
        ("borrower", Duty.BORROWER),
        ("author", Duty.AUTHOR),
        ("custodian", Duty.CUSTODIAN),
        ("approver", Duty.APPROVER),
    ],
)
def test_holding_says_which_duties_are_in_force(company: Company, login: str, duty: Duty) -> None:
    """The dossier, the person as they stand now, and the duty."""
    found = holding(company, login)

    assert (found.dossier.id, found.person.login, found.duties) == (company.dossier_id, login, {duty})
    require_duty(found, duty, Duty.APPROVER)


def test_without_the_duty_the_act_is_denied(company: Company) -> None:
    """A borrower is known here, and still files nothing."""
    with pytest.raises(AccessDenied) as refused:
        require_duty(holding(company, "borrower"), Duty.CUSTODIAN, Duty.AUTHOR)

    assert refused.value.code == "denied.duty"


@pytest.mark.parametrize(
    ("login", "dossier_id", "recorded"),
    [
        ("stranger", "", "denied.not_assigned"),
        ("auditor", "", "denied.not_assigned"),
        ("borrower", "d" + "z" * 26, "not_found.dossier"),
    ],
)
def test_stranger_and_unknown_dossier_answer_alike(
    company: Company, login: str, dossier_id: str, recorded: str
) -> None:
    """The person hears the same; the trail knows which it was."""
    with pytest.raises(NotFound) as refused:
        holding(company, login, dossier_id)

    assert (refused.value.code, refused.value.recorded_as) == ("not_found", recorded)


def test_part_that_is_over_or_not_begun_is_held_but_not_in_force(company: Company, clock: FixedClock) -> None:
    """What was held once stays known, for the sentence that says until when."""
    tomorrow = clock.now() + dt.timedelta(days=1)
    keeper = company.at_keyboard("custodian")
    assign(company.vault, keeper, dossier_id=company.dossier_id, person_id=company.ids["stranger"], duty=Duty.BORROWER)
    assign(
        company.vault, keeper, dossier_id=company.dossier_id, person_id=company.ids["stranger"], duty=Duty.AUTHOR,
        starts_at=tomorrow, ends_at=tomorrow + dt.timedelta(days=1),
    )  # fmt: skip

    in_force = []
    for _ in range(3):
        in_force.append(holding(company, "stranger").duties)
        clock.advance(dt.timedelta(days=1))
    assert in_force == [{Duty.BORROWER}, {Duty.BORROWER, Duty.AUTHOR}, {Duty.BORROWER}]
    assert len(holding(company, "stranger").held) == 2


@pytest.mark.parametrize("change", ["state = 'suspended'", "office = 'administrator'"])
def test_suspended_people_and_other_offices_hold_nothing(company: Company, change: str) -> None:
    """Whatever assignments they still have."""
    alter(company, f"UPDATE people SET {change} WHERE login = 'borrower'")

    with pytest.raises(NotFound):
        holding(company, "borrower")


def test_document_is_known_through_its_dossier(company: Company) -> None:
    """Whoever has no part in the dossier finds no document either."""
    with reading(company.vault.engine) as tx:
        document, found = load_document_holding(company.vault, tx, company.at_keyboard("borrower"), company.document_id)
        assert (document.id, found.dossier.id) == (company.document_id, company.dossier_id)
        for login, document_id, recorded in (
            ("stranger", company.document_id, "denied.not_assigned"),
            ("borrower", "f" + "z" * 26, "not_found.document"),
        ):
            with pytest.raises(NotFound) as refused:
                load_document_holding(company.vault, tx, company.at_keyboard(login), document_id)
            assert refused.value.recorded_as == recorded
