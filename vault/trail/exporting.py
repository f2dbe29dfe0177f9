"""Exporting entries of the trail: with a reason, and recorded before the first byte leaves."""

from __future__ import annotations

from collections.abc import Iterator

from vault.database.engine import reading
from vault.ledger.events import Event
from vault.ledger.export import export_lines
from vault.model import Actor, Office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.searching import TrailQuery, criteria_of, facts_of, reading_key_of, signing_public_of


def export_trail(vault: Vault, actor: Actor, *, query: TrailQuery, reason: ReasonDraft) -> Iterator[bytes]:
    """JSON lines of what the query finds, with proofs (docs/spec/trail.md, "Export")."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        criteria = criteria_of(tx, query)
        vault.recorder.append(tx, done_by(actor, Event.TRAIL_EXPORTED, reason=checked, details=facts_of(query)))

    def lines() -> Iterator[bytes]:
        with reading(vault.engine) as tx:
            public = signing_public_of(tx)
            yield from export_lines(tx, criteria, reading_key=reading_key_of(vault), public=public)

    return lines()
