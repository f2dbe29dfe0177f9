"""What was found tampered, for the security officer: they work it, the auditor judges it."""

from __future__ import annotations

from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.ledger_reading import SearchCriteria
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault
from vault.trail.rows import TrailRow, rows_of


def list_tamper_findings(vault: Vault, actor: Actor, *, limit: int = 100) -> list[TrailRow]:
    """Newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        criteria = SearchCriteria(event=Event.OBJECT_TAMPERED.value)
        return rows_of(vault, tx, ledger_reading.search_positions(tx, criteria, before=None, limit=limit))
