"""What people do in the attack tests, through the use cases that everybody uses."""

from __future__ import annotations

import contextlib
from dataclasses import fields

from tests.attacks.observing import Killed as Killed
from tests.attacks.observing import kill, refuse_keys, watched
from tests.company import REASON, Company
from vault.access.ending import end_view
from vault.access.opening import OpenedView
from vault.access.opening import open_view as open_view_of
from vault.database import dossier_queries, view_queries
from vault.database.engine import reading
from vault.errors import Unavailable
from vault.filing.dossiers import unassign
from vault.model import Actor, DossierId, Duty, RequestId, ViewId
from vault.people.accounts import change_person
from vault.people.drafts import PersonFacts
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for
from vault.requests.deciding import decide_request
from vault.runtime import Vault


def open_view(
    company: Company,
    actor: Actor,
    *,
    key: str = "",
    document_id: str = "",
    reason: ReasonDraft = REASON,
    declared_place: str = "",
    vault: Vault | None = None,
) -> OpenedView:
    """Opens the company's document (or another) with a sound reason."""
    return open_view_of(
        vault or company.vault,
        actor,
        document_id=document_id or company.document_id,
        reason=reason,
        declared_place=declared_place,
        idempotency_key=key or company.vault.random(8).hex(),
    )


def open_and_end(company: Company, actor: Actor) -> OpenedView:
    view = open_view(company, actor)
    end_view(company.vault, actor, view_id=view.view_id)
    return view


def open_cut_off(company: Company, actor: Actor, *, key: str = "cut-off") -> ViewId:
    """An opening that was killed after its entry was committed and before its key was unwrapped; the view's id."""
    with contextlib.suppress(Killed):
        open_view(company, actor, key=key, vault=watched(company.vault, kill))
    with reading(company.vault.engine) as tx:
        view = view_queries.find_view_by_key(tx, actor.person_id, key)
    assert view is not None
    assert view.wrapped_key is None
    return view.id


def open_without_keys(company: Company, actor: Actor, *, key: str = "") -> None:
    """An opening at a moment at which the key provider does not answer."""
    with contextlib.suppress(Unavailable):
        open_view(company, actor, key=key, vault=watched(company.vault, refuse_keys))


def ask(company: Company, views: int, *, login: str = "borrower") -> RequestId:
    return ask_for(
        company.vault,
        company.at_keyboard(login),
        document_id=company.document_id,
        kind=GrantKind.VIEWS,
        amount=views,
        reason=ReasonDraft("offer", "A second round with the customer"),
    )


def grant(company: Company, views: int, *, login: str = "borrower") -> None:
    """More views, asked for and approved."""
    request_id = ask(company, views, login=login)
    decide(company, request_id, views=views)


def decide(company: Company, request_id: str, *, views: int = 0, login: str = "approver") -> None:
    """Approved for so many views; refused for none."""
    decide_request(
        company.vault,
        company.at_keyboard(login),
        request_id=request_id,
        approve=views > 0,
        amount=views,
        note="Agreed with the head of sales",
    )


def change(company: Company, login: str, **changes: object) -> None:
    """The administrator changes what is entered about a person."""
    person = company.person(login)
    facts = {each.name: getattr(person, each.name) for each in fields(PersonFacts)}
    change_person(
        company.vault,
        company.at_keyboard("admin"),
        person_id=person.id,
        facts=PersonFacts(**{**facts, **changes}),  # type: ignore[arg-type]
        revision=person.revision,
    )


def end_assignment(company: Company, login: str, *, duty: Duty = Duty.BORROWER) -> None:
    """The custodian ends a person's duty on the dossier."""
    with reading(company.vault.engine) as tx:
        assignments = dossier_queries.assignments_of_dossier(tx, DossierId(company.dossier_id))
    [mine] = [each for each in assignments if each.person_id == company.ids[login] and each.duty is duty]
    unassign(company.vault, company.at_keyboard("custodian"), assignment_id=mine.id)
