"""Exports that hold what is being erased end with it (docs/adr/0036-erasure-ends-exports.md).

Called once nobody can read the person's month any more, and while its entries can still be found by the person. One
that is not made yet ends, too: its worker may have opened values, and what it selects is about to be another number.
So is that of one which selects entries that are about to be pruned; what was made of them stays until it expires.
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
        if _may_select(vault, tx, export, below=export.size, of=person_id):
            ended += _ended(vault, tx, export, target)
    return ended


def end_unmade_with(vault: Vault, tx: Connection, *, below: int) -> None:
    """Ends every export that is not made yet and may have an entry below that index."""
    for export in export_queries.exports_in(tx, UNMADE):
        if _may_select(vault, tx, export, below=min(below, export.size)):
            _ended(vault, tx, export, ExportState.FAILED)


def _ended(vault: Vault, tx: Connection, export: ExportRecord, target: ExportState) -> bool:
    """Without its key, and recorded; False if it is in another state by now."""
    if not forget_key(vault, tx, export, target, expected=(export.state,), fault_code=ERASED):
        return False
    facts: dict[str, str | int] = {"export": export.id, "format": export.format}
    is_removed = target is ExportState.REMOVED
    event, outcome = (Event.EXPORT_REMOVED, Outcome.SUCCESS) if is_removed else (Event.EXPORT_FAILED, Outcome.FAILED)
    vault.recorder.append(tx, Entry(event, outcome, code=ERASED, details=facts))
    return True


def _may_select(vault: Vault, tx: Connection, export: ExportRecord, *, below: int, of: str = "") -> bool:
    """Whether it has an entry below that index, ``of`` this person. What cannot be told, while sealed for example, may.

    Words of values are left out: those of a person who is being erased open no more, whatever the file holds.
    """
    if FACTS[ExportFormat(export.format)].has_subject:
        return True  # it gathers more than its selection
    try:
        criteria = criteria_of(tx, open_asked(export, export_key(vault, export))[0])
    except VaultError:
        return True
    theirs = (Choice(_PEOPLE, (of,)),) if of else ()
    wider = replace(criteria, choices=(*criteria.choices, *theirs), words=())
    return bool(trail_searching.positions_upwards(tx, wider, before=below, after=-1, limit=1))
