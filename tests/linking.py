"""Two accounts of one person: linked by the administrator, taken apart by the security officer."""

from __future__ import annotations

from tests.company import Company
from vault.people.linking import link_accounts, unlink_account

WHY = "Both were given to one person in 2024"


def link(company: Company, one: str, other: str) -> None:
    """Says that both logins are one person's."""
    link_accounts(company.vault, company.at_keyboard("admin"), person_id=company.person(one).id, other=other, note=WHY)


def unlink(company: Company, login: str) -> None:
    """Takes one of them out again."""
    unlink_account(company.vault, company.at_keyboard("officer"), person_id=company.person(login).id, note=WHY)
