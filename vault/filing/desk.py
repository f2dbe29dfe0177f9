"""What a person finds when they begin: their dossiers, whether they may found one, and how much waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from vault.database import people_queries
from vault.database.engine import reading
from vault.filing.dossiers import PAGE_ROWS, DossierRow, list_dossiers
from vault.filing.submissions import count_submissions
from vault.model import Actor, Duty
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """``submissions`` is how many wait for this person's decision as custodian; ``older``: where a next page begins.

    At most :data:`~vault.filing.dossiers.PAGE_ROWS` dossiers; ``older`` is '' where there are no more.
    """

    dossiers: list[DossierRow]
    older: str
    may_found: bool
    submissions: int


def show_desk(vault: Vault, actor: Actor, *, customer: str = "", before: str = "") -> Desk:
    """The person's dossiers, only those of ``customer`` if given, as in :func:`list_dossiers`."""
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
    may_found = person is not None and Duty.CUSTODIAN in person.qualifications
    found = list_dossiers(vault, actor, customer=customer, before=before, most=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    older = shown[-1].id if len(found) > PAGE_ROWS else ""
    return Desk(shown, older, may_found, count_submissions(vault, actor) if may_found else 0)
