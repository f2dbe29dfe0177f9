"""Shredding a dossier: its key is destroyed, and with it everything that was ever sealed under it.

One transaction destroys the wrapped key, empties every sealed field and lets the objects go; the sweep removes them
from the store afterwards. Backups made before may hold the wrapped key and the objects until they lapse: the report
says until when. A dossier under a legal hold is not shredded, neither when it is ordered nor when it is due.
"""

from __future__ import annotations

import datetime as dt

from vault.access.closing import EndCause, close_views
from vault.custody.procedures.port import finish
from vault.custody.scope import Preflight, Report, Scope, scope_of
from vault.database import (
    dossier_queries,
    grant_queries,
    operation_queries,
    request_queries,
    resealing_queries,
    view_queries,
)
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, transaction
from vault.database.operation_queries import OperationRecord
from vault.database.request_queries import RequestState
from vault.errors import Conflict, InputError
from vault.grants.ending import end_fallen
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.granting import GrantState
from vault.requests.lapsing import empty_sealed_words, lapse_request
from vault.runtime import Vault


class ShredDossier:
    """See the module."""

    def look(self, _vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        dossier = _dossier(tx, scope)
        require_no_hold(tx, dossier.id)
        objects, total_bytes = resealing_queries.measure_objects(tx, dossier.id)
        return Preflight(total=objects, bytes=total_bytes)

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        now = vault.clock.now()
        until = now + dt.timedelta(days=vault.config.custody.backup_days)
        with transaction(vault.engine) as tx:
            dossier = _dossier(tx, scope_of(operation))
            require_no_hold(tx, dossier.id)
            close_views(
                vault,
                tx,
                view_queries.unended_views(tx, dossier_id=dossier.id),
                cause=EndCause.REVOKED,
                code="shredded",
            )
            for request in request_queries.requests_of_dossier(tx, dossier.id):
                if request.state is RequestState.OPEN:
                    lapse_request(vault, tx, request)
            objects, _bytes = resealing_queries.measure_objects(tx, dossier.id)
            resealing_queries.discard_objects_of_dossier(tx, dossier.id)
            for grant in grant_queries.grants_of_dossier(tx, dossier.id):
                end_fallen(vault, tx, grant, GrantState.VOID)
            empty_sealed_words(tx, dossier.id)
            dossier_queries.shred(tx, dossier.id, now=now)
            facts: dict[str, str | int] = {
                "operation": operation.id,
                "objects": objects,
                "backups_until": until.date().isoformat(),
            }
            vault.recorder.append(tx, Entry(Event.DOSSIER_SHREDDED, Outcome.SUCCESS, dossier=dossier.id, details=facts))
            report = Report(worked=objects, verified=objects, backups_until=until.date().isoformat())
            finish(vault, tx, operation, report)


def require_no_hold(tx: Connection, dossier_id: str) -> None:
    """Conflict ``operation.held`` with the case numbers of the holds in force."""
    holds = operation_queries.holds_on(tx, dossier_id)
    if holds:
        raise Conflict("operation.held", cases=", ".join(sorted(hold.case_number for hold in holds)))


def _dossier(tx: Connection, scope: Scope) -> DossierRecord:
    dossier = dossier_queries.lock_dossier(tx, scope.dossier)
    if dossier is None or dossier.is_shredded:
        raise InputError("operation.dossier")
    return dossier
