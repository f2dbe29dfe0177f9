"""The end of exports: files that have lain long enough, objects of what has ended, and rows that nobody needs."""

from __future__ import annotations

import datetime as dt

from vault.database import export_queries
from vault.database.engine import transaction
from vault.database.export_queries import ExportState
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.trail.own_exports import forget_key

BATCH = 100
KEPT_DAYS = 30
"""So long an auditor sees what became of an export that has ended."""
EXPIRED = "expired"


def end_exports(vault: Vault) -> int:
    """One pass; how many ended or lost their object. Needs no unsealed key, and any number of nodes may do it at once.

    The key goes first, with its entry; what is then in the store is noise, and is deleted until that has worked.
    """
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        expired = 0
        for export in export_queries.expired_exports(tx, now=now, limit=BATCH):
            if forget_key(vault, tx, export, ExportState.REMOVED, expected=(ExportState.DONE,)):
                facts: dict[str, str | int] = {"export": export.id}
                vault.recorder.append(tx, Entry(Event.EXPORT_REMOVED, Outcome.SUCCESS, code=EXPIRED, details=facts))
                expired += 1
    with transaction(vault.engine) as tx:
        leftover = export_queries.leftover_objects(tx, limit=BATCH)
        export_queries.forget_exports(tx, before=now - dt.timedelta(days=KEPT_DAYS))
    for export_id, object_key in leftover:
        vault.store.delete(ObjectKey(object_key))
        with transaction(vault.engine) as tx:
            export_queries.forget_object(tx, export_id, object_key)
    return expired + len(leftover)
