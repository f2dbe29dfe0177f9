"""Verifying the trail, by an auditor in the browser or by the operator on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from vault.database.engine import reading
from vault.ledger.audit import Finding, Progress, VerificationReport, verify_ledger
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, record, require_office
from vault.runtime import Vault
from vault.trail.standing import reading_key_of


def _nothing_further() -> Sequence[Finding]:
    return ()


def verify_trail(
    vault: Vault,
    actor: Actor | None,
    *,
    known_checkpoints: Iterable[str] = (),
    progress: Progress | None = None,
    further: Callable[[], Sequence[Finding]] = _nothing_further,
) -> VerificationReport:
    """Checks everything and records that it was checked. ``actor`` None is the operator at the machine.

    ``further`` looks beyond the database once the ledger was checked, as ``vault.anchors.checking`` does; what it finds
    is found here. It asks others and opens transactions of its own.

    What ``progress`` raises ends the verification; that it was given up is recorded then.
    """
    if actor is not None:
        require_auditor(vault, actor)
    checked = 0

    def count(done: int, total: int) -> None:
        nonlocal checked
        checked = done
        if progress is not None:
            progress(done, total)

    try:
        with reading(vault.engine) as tx:
            report = verify_ledger(
                tx,
                now=vault.clock.now(),
                reading_key=reading_key_of(vault),
                known_checkpoints=known_checkpoints,
                progress=count,
            )
        report = replace(report, findings=(*report.findings, *further()))
    except BaseException:
        record(vault, _entry(actor, Outcome.FAILED, code="verification.given_up", size=checked))
        raise
    outcome = Outcome.SUCCESS if report.is_sound else Outcome.FAILED
    record(vault, _entry(actor, outcome, size=report.size, findings=len(report.findings)))
    return report


def require_auditor(vault: Vault, actor: Actor) -> None:
    """AccessDenied, recorded, unless the actor is an auditor now."""
    with deciding(vault, denial_of(Event.TRAIL_VERIFIED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)


def _entry(actor: Actor | None, outcome: Outcome, *, code: str = "", **details: int) -> Entry:
    return Entry(
        Event.TRAIL_VERIFIED,
        outcome,
        actor=actor.person_id if actor else None,
        session=actor.session_id if actor else "",
        place=actor.place if actor else None,
        code=code,
        details=details,
    )
