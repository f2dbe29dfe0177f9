"""Asking, granting and revoking, for the tests of grants."""

from __future__ import annotations

from tests.company import Company
from vault.database import grant_queries
from vault.database.engine import reading
from vault.grants.ending import revoke_grant
from vault.grants.listing import grant_rows
from vault.model import RequestId
from vault.policy.granting import GrantKind, GrantState
from vault.policy.reasons import ReasonDraft
from vault.requests.accesses import ask_for_access
from vault.requests.asking import ask_for
from vault.requests.deciding import decide_request

REASON = ReasonDraft("offer", "A second round with the customer")
NOTE = "Agreed with the head of sales"


def of_kind(company: Company, kind: GrantKind, amount: int, *, login: str = "borrower") -> RequestId:
    """A request that waits."""
    return ask_for(
        company.vault,
        company.at_keyboard(login),
        document_id=company.document_id,
        kind=kind,
        amount=amount,
        reason=REASON,
    )


def granted(company: Company, kind: GrantKind, amount: int, *, login: str = "borrower") -> RequestId:
    """Asked for and approved in full."""
    request_id = of_kind(company, kind, amount, login=login)
    approve(company, request_id, amount)
    return request_id


def approve(company: Company, request_id: str, amount: int, *, login: str = "approver", document_id: str = "") -> None:
    decide_request(
        company.vault,
        company.at_keyboard(login),
        request_id=request_id,
        approve=True,
        amount=amount,
        note=NOTE,
        document_id=document_id,
    )


def ask_access(company: Company, *, reference: str = "", days: int = 3, login: str = "stranger") -> RequestId:
    """A stranger's request for access to the company's dossier, or to another reference."""
    return ask_for_access(
        company.vault,
        company.at_keyboard(login),
        reference=reference or reference_of(company),
        days=days,
        reason=ReasonDraft("handover", "The offer for line four, for a colleague"),
    )


def reference_of(company: Company) -> str:
    with company.vault.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT reference FROM dossiers WHERE id = '{company.dossier_id}'")
        return str(found.scalar_one())


def revoke(company: Company, request_id: str, *, login: str = "approver") -> int:
    return revoke_grant(
        company.vault, company.at_keyboard(login), request_id=request_id, note="The offer was withdrawn today"
    )


def state_of(company: Company, request_id: str) -> GrantState:
    """As its owner sees it."""
    with reading(company.vault.engine) as tx:
        grant = grant_queries.load_grant(tx, request_id)
        assert grant is not None
        owner = next(login for login, person_id in company.ids.items() if person_id == grant.person_id)
        [row] = grant_rows(company.vault, tx, company.at_keyboard(owner), [grant])
        return row.state
