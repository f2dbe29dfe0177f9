"""Verifying the trail, by an auditor in the browser or by the operator on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from vault.database.engine import reading
from vault.ledger.audit import Progress, VerificationReport, verify_ledger
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, record, require_office
from vault.runtime import Vault
from vault.trail.searching import reading_key_of


def verify_trail(
    vault: Vault,
    actor: Actor | None,
    *,
    known_checkpoints: Iterable[str] = (),
    progress: Progress | None = None,
) -> VerificationReport:
    """Checks everything and records that it was checked. ``actor`` None is the operator at the machine."""
    if actor is not None:
        with deciding(vault, denial_of(Event.TRAIL_VERIFIED, actor)) as tx:
            require_office(tx, actor, Office.AUDITOR)
    with reading(vault.engine) as tx:
        report = verify_ledger(
            tx,
            now=vault.clock.now(),
            reading_key=reading_key_of(vault),
            known_checkpoints=known_checkpoints,
            progress=progress,
        )
    record(
        vault,
        Entry(
            Event.TRAIL_VERIFIED,
            Outcome.SUCCESS if report.is_sound else Outcome.FAILED,
            actor=actor.person_id if actor else None,
            session=actor.session_id if actor else "",
            place=actor.place if actor else None,
            details={"size": report.size, "findings": len(report.findings)},
        ),
    )
    return report
