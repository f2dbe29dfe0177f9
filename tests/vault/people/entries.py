"""What the trail was told by a use case, read as an auditor's search would."""

from __future__ import annotations

from tests.company import Company
from vault.ledger.events import Event
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail


def entries_of(company: Company, event: Event) -> list[TrailRow]:
    """The entries of an event, newest first."""
    company.sequence()
    query = TrailQuery(event=event.value)
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows
