"""What a person finds when they begin: their dossiers, whether they may found one, and how much waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from vault.database import people_queries
from vault.database.engine import reading
from vault.filing.dossiers import DossierRow, list_dossiers
from vault.filing.submissions import count_submissions
from vault.model import Actor, Duty
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """``submissions`` is how many wait for this person's decision as custodian."""

    dossiers: list[DossierRow]
    may_found: bool
    submissions: int


def show_desk(vault: Vault, actor: Actor, *, customer: str = "") -> Desk:
    """The person's dossiers, only those of ``customer`` if given, as in :func:`list_dossiers`."""
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
    may_found = person is not None and Duty.CUSTODIAN in person.qualifications
    dossiers = list_dossiers(vault, actor, customer=customer)
    return Desk(dossiers, may_found, count_submissions(vault, actor) if may_found else 0)
