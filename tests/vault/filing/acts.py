"""What custodians do with dossiers, in one line each."""

from __future__ import annotations

import datetime as dt

from tests.attacks.observing import column
from tests.company import Company
from vault.filing.dossiers import DossierDraft, assign, create_dossier, list_dossiers, unassign
from vault.filing.records import CustomerRecord
from vault.model import Classification, Duty


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
