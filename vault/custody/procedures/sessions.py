"""Ending every session: nobody's cookie is good any more, and no view that was opened with one goes on."""

from __future__ import annotations

from vault.custody.procedures.port import advance, finish
from vault.custody.scope import Preflight, Report, Scope
from vault.database import people_queries
from vault.database.engine import Connection, transaction
from vault.database.operation_queries import OperationRecord
from vault.people.signing_in import end_sessions_of
from vault.runtime import Vault

BATCH = 200


class EndSessions:
    """See the module. Sessions begun after it was ordered stay."""

    def look(self, vault: Vault, tx: Connection, _scope: Scope) -> Preflight:
        return Preflight(total=people_queries.count_live_sessions(tx, now=vault.clock.now()))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        with transaction(vault.engine) as tx:
            live = people_queries.live_sessions_before(tx, operation.created_at, now=vault.clock.now(), limit=BATCH)
            for session in live:
                end_sessions_of(vault, tx, None, person_id=session.person_id, cause="keys_rotated", only=session.id)
            if len(live) == BATCH:
                advance(vault, tx, operation, more=len(live))
            else:
                finish(vault, tx, operation, Report(worked=operation.done + len(live), verified=0))
