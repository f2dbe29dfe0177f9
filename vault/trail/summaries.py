"""Who saw this document or dossier, and what this person saw: how often, how many pages, when last. For auditors.

Counted in the search index, which a verification compares with the leaves. Recorded like a search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault.database import dossier_queries, people_queries
from vault.database.engine import reading
from vault.database.trail_summarising import SeenRow, summarise_seen
from vault.errors import NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.query import Field
from vault.trail.querying import QueryNames

_COLUMNS = {Field.DOCUMENT: "document_id", Field.DOSSIER: "dossier_id", Field.PERSON: "actor_id"}
_FORMS = {Field.DOCUMENT: "f", Field.DOSSIER: "d", Field.PERSON: "p"}


@dataclass(frozen=True, slots=True)
class Summary:
    """``is_whole``: every entry was counted, not only the newest. ``names`` are for the ids in the rows."""

    rows: list[SeenRow]
    is_whole: bool
    names: QueryNames


def summarise(vault: Vault, actor: Actor, *, of: Field, named: str) -> Summary:
    """What the trail knows of one document, dossier or person. NotFound for what is no id of its kind."""
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        if not re.fullmatch(f"{_FORMS[of]}[a-z2-7]{{26}}", named):
            raise NotFound
        is_person = of is Field.PERSON
        facts: dict[str, str | int] = {"by_person": 1} if is_person else {of.value: named}
        subject = PersonId(named) if is_person else None
        entry = done_by(actor, Event.TRAIL_SEARCHED, details={**facts, "summary": 1}, subject_person=subject)
        vault.recorder.append(tx, entry)
    with reading(vault.engine) as tx:
        rows, is_whole = summarise_seen(tx, _COLUMNS[of], named)
        people = people_queries.people_by_id(tx, {PersonId(row.person_id) for row in rows} | {PersonId(named)})
        dossiers = {row.dossier_id for row in rows} | ({named} if of is Field.DOSSIER else set())
        names = QueryNames(
            people={person.id: (person.name, person.staff_number) for person in people.values()},
            dossiers=dossier_queries.references_of(tx, dossiers - {""}),
        )
    return Summary(rows, is_whole, names)
