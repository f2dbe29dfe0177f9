"""What a person may do with a document and why not, as opening itself would decide."""

from __future__ import annotations

import pytest

from tests.company import Company
from vault.access.explaining import documents_meant, explain_opening
from vault.errors import AccessDenied, InputError, NotFound
from vault.people.accounts import suspend_person
from vault.policy.document import ClassPolicy, Policy
from vault.policy.opening import RULES


def test_borrower_who_may_is_told_to_by_every_rule(company: Company) -> None:
    """With the views that are left and where the limit comes from."""
    company.open_and_read(company.signed_in("borrower"))
    number = company.person("borrower").staff_number

    found = explain_opening(
        company.vault, company.at_keyboard("auditor"), person=number, document_id=company.document_id
    )

    assert found.decision.allowed
    assert [name for name, decision in found.rules.items() if decision.allowed] == list(RULES)
    assert (found.used, found.allowed, found.granted, found.allowed_from) == (1, 3, 0, "default")
    assert (found.staff_number, found.dossier_reference) == (number, "D2026-00001")


def test_spent_views_are_said_where_every_rule_holds(company: Company) -> None:
    """No right is missing, but nothing is left."""
    for _view in range(3):
        company.open_and_read(company.signed_in("borrower"))

    found = explain_opening(
        company.vault, company.at_keyboard("admin"), person="borrower", document_id=company.document_id
    )

    assert all(decision.allowed for decision in found.rules.values())
    assert (found.decision.allowed, found.decision.code) == (False, "quota.spent")


def test_everything_in_the_way_of_a_suspended_stranger_is_listed(company: Company) -> None:
    """The auditor, who holds an office and no duty."""
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["auditor"])

    found = explain_opening(
        company.vault, company.at_keyboard("admin"), person="auditor", document_id=company.document_id
    )

    failing = [name for name, decision in found.rules.items() if not decision.allowed]
    assert failing[:3] == ["active", "staff", "assigned"]
    assert found.decision.code == "denied.suspended"


def test_another_policy_is_answered_for_without_being_in_force(company: Company) -> None:
    """What a proposal would mean for somebody is seen before it is decided."""
    company.open_and_read(company.signed_in("borrower"))
    stricter = Policy(classes={"confidential": ClassPolicy(views=1, lease_minutes=5)})

    found = explain_opening(
        company.vault,
        company.at_keyboard("officer"),
        person="borrower",
        document_id=company.document_id,
        policy=stricter,
    )

    assert (found.used, found.allowed, found.allowed_from, found.lease_minutes) == (1, 1, "class", 5)
    assert (found.decision.allowed, found.decision.code) == (False, "quota.spent")


def test_dossier_stands_for_its_documents(company: Company) -> None:
    """By its reference or id; a document for itself; words for neither are refused."""
    admin = company.at_keyboard("admin")
    for words in ("D2026-00001", company.dossier_id, f" {company.document_id} "):
        assert documents_meant(company.vault, admin, words=words) == [company.document_id]
    with pytest.raises(InputError, match=r"policy\.nothing_meant"):
        documents_meant(company.vault, admin, words="Harrow")


def test_only_who_answers_for_the_rules_is_told(company: Company) -> None:
    """A borrower is told about themself on the cover card, and nobody about others."""
    for login in ("borrower", "custodian", "approver"):
        with pytest.raises(AccessDenied):
            explain_opening(
                company.vault, company.at_keyboard(login), person="borrower", document_id=company.document_id
            )


def test_nobody_and_nothing_are_said_as_such(company: Company) -> None:
    """Words that name no person; an id of no document."""
    admin = company.at_keyboard("admin")
    with pytest.raises(InputError):
        explain_opening(company.vault, admin, person="nobody", document_id=company.document_id)
    with pytest.raises(NotFound):
        explain_opening(company.vault, admin, person="borrower", document_id="f" + "a" * 26)
