"""What auditors have acknowledged of the damage that was found, as the trail itself tells it.

By the leaf, never by what the search index alone says. Somebody who alters a leaf into an acknowledgement damages that
leaf; the finding of it has a digest that depends on what the leaf says, and so cannot be acknowledged by it.
"""

from __future__ import annotations

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.database.ledger_reading import SearchCriteria
from vault.ledger.audit_facts import Finding, evidence_of
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.rows import TrailRow, rows_of

TAMPERED = Event.OBJECT_TAMPERED.value
"""The check of a finding that an entry of its own tells of."""
_BATCH = 500
_CRITERIA = SearchCriteria(event=Event.FINDING_ACKNOWLEDGED.value, outcome=Outcome.SUCCESS.value)


def load_acknowledgements(vault: Vault, tx: Connection) -> dict[str, TrailRow]:
    """The newest entry about each finding that was acknowledged, by the finding's digest; newest first."""
    found: dict[str, TrailRow] = {}
    before: int | None = None
    while positions := ledger_reading.search_positions(tx, _CRITERIA, before=before, limit=_BATCH):
        for row in rows_of(vault, tx, positions):
            if row.event is Event.FINDING_ACKNOWLEDGED and row.outcome is Outcome.SUCCESS:
                found.setdefault(str(row.details.get("finding", "")), row)
        before = positions[-1].position
    return found


def finding_of_entry(index: int, leaf_hash: bytes) -> Finding:
    """The finding that the entry ``object.tampered`` at ``index`` tells of."""
    return Finding(TAMPERED, index, evidence=evidence_of(leaf_hash))
