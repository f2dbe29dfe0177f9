"""Exports that hold what is being erased end with it (docs/adr/0036-erasure-ends-exports.md).

Called once nobody can read the person's month any more, and while its entries can still be found by the person. One
that is not made yet ends, too: its worker may have opened values, and what it selects is about to be another number.
"""

from __future__ import annotations

from dataclasses import replace

from vault.database import export_queries, trail_searching
from vault.database.engine import Connection
from vault.database.export_queries import UNMADE, ExportRecord, ExportState
from vault.database.trail_criteria import Choice
from vault.errors import VaultError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.exports.formats import FACTS, ExportFormat
from vault.trail.exports.stored import export_key, open_asked
from vault.trail.own_exports import forget_key
from vault.trail.querying import criteria_of

ERASED = "export.erased"
_PEOPLE = ("actor_id", "subject_id")


def end_exports_with(vault: Vault, tx: Connection, person_id: str) -> int:
    """Ends every export that may hold values of the person; how many."""
    ended = 0
    for export in export_queries.exports_in(tx, (*UNMADE, ExportState.DONE)):
        is_made = export.state is ExportState.DONE
        target = ExportState.REMOVED if is_made else ExportState.FAILED
        if not _may_tell_of(vault, tx, export, person_id):
            continue
        if forget_key(vault, tx, export, target, expected=(export.state,), fault_code=ERASED):
            facts: dict[str, str | int] = {"export": export.id, "format": export.format}
            event, outcome = (
                (Event.EXPORT_REMOVED, Outcome.SUCCESS) if is_made else (Event.EXPORT_FAILED, Outcome.FAILED)
            )
            vault.recorder.append(tx, Entry(event, outcome, code=ERASED, details=facts))
            ended += 1
    return ended


def _may_tell_of(vault: Vault, tx: Connection, export: ExportRecord, person_id: str) -> bool:
    """Whether its selection has an entry of theirs. What cannot be told, while sealed for example, may."""
    if FACTS[ExportFormat(export.format)].has_subject:
        return True  # it gathers more than its selection
    try:
        criteria = criteria_of(tx, open_asked(export, export_key(vault, export))[0])
    except VaultError:
        return True
    # words of values are left out: those of this person open no more, whatever the file holds
    theirs = replace(criteria, choices=(*criteria.choices, Choice(_PEOPLE, (person_id,))), words=())
    return bool(trail_searching.positions_upwards(tx, theirs, before=export.size, after=-1, limit=1))
