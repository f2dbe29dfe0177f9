"""Exporting entries of the trail: with a reason, and recorded before the first byte leaves."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.errors import TamperError, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.export import export_lines
from vault.model import Actor, Office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, record, require_office
from vault.runtime import Vault
from vault.trail.querying import TrailQuery, criteria_of, facts_of, person_asked_for
from vault.trail.standing import load_standing, reading_key_of, signing_public_of


def export_trail(vault: Vault, actor: Actor, *, query: TrailQuery, reason: ReasonDraft) -> Iterator[bytes]:
    """JSON lines of what the query finds, up to the newest checkpoint, with values and proofs.

    Whatever can be refused is refused here, before a line is asked for: InputError for the reason or the query,
    Unavailable ``trail.no_checkpoint``, TamperError when the newest checkpoint is not signed by the trail's key.
    """
    checked = check_reason(reason)
    try:
        with deciding(vault, denial_of(Event.TRAIL_EXPORTED, actor)) as tx:
            require_office(tx, actor, Office.AUDITOR)
            criteria = criteria_of(tx, query)
            _require_checkpoint(tx)
            subject = person_asked_for(criteria)
            facts = facts_of(query)
            vault.recorder.append(
                tx, done_by(actor, Event.TRAIL_EXPORTED, reason=checked, details=facts, subject_person=subject)
            )
    except TamperError as error:
        _record_tampering(vault, actor, error)
        raise
    lines = _lines(vault, actor, criteria)
    return _begun(next(lines), lines)


def _require_checkpoint(tx: Connection) -> None:
    standing = load_standing(tx)
    if standing.is_refused:
        raise TamperError("trail.checkpoint")
    if standing.checkpoint is None:
        raise Unavailable("trail.no_checkpoint")


def _begun(first: bytes, rest: Generator[bytes, None, None]) -> Iterator[bytes]:
    """The lines with the first of them made already: a database that is away is said before an answer begins."""
    try:
        yield first
        yield from rest
    finally:
        rest.close()


def _lines(vault: Vault, actor: Actor, criteria: SearchCriteria) -> Generator[bytes, None, None]:
    """One state of the trail from the first line to the checkpoint in the last; cut short, it has no such line."""
    try:
        with reading(vault.engine) as tx:
            public = signing_public_of(tx)
            yield from export_lines(tx, criteria, reading_key=reading_key_of(vault), public=public)
    except TamperError as error:
        _record_tampering(vault, actor, error)
        raise


def _record_tampering(vault: Vault, actor: Actor, error: TamperError) -> None:
    entry = Entry(
        Event.OBJECT_TAMPERED, Outcome.FAILED, actor=actor.person_id, session=actor.session_id, code=error.code
    )
    record(vault, entry)
