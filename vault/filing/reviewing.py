"""A custodian's decision on a submission: filed into the dossier, or refused with a note. Never on one's own."""

from __future__ import annotations

from vault.database import content_queries, document_queries
from vault.database.document_queries import VersionRecord, VersionState
from vault.database.engine import Connection
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.dossier_keys import key_for_new_fields
from vault.filing.holdings import Holding, load_document_holding, require_duty
from vault.ledger.events import Event
from vault.model import Actor, Duty
from vault.people.humans import same_human
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by
from vault.runtime import Vault

NOTE_FIELD = "note"


def file_submission(vault: Vault, actor: Actor, *, document_id: str, version: int | None = None) -> None:
    """Makes the submitted version the one that opens. AccessDenied ``denied.own_submission`` for the submitter.

    With ``version``, the number of the one that was looked at: Conflict if another waits meanwhile, or none.
    """
    with deciding(vault, denial_of(Event.DOCUMENT_FILED, actor, document=document_id)) as tx:
        holding, waiting = _submission(vault, tx, actor, document_id, version)
        _move(vault, tx, waiting, VersionState.LIVE, filed_by=actor.person_id)
        document_queries.set_current_version(tx, waiting.document_id, waiting.number)
        ids = {"dossier": holding.dossier.id, "document": waiting.document_id, "version": waiting.id}
        vault.recorder.append(tx, done_by(actor, Event.DOCUMENT_FILED, details={"number": waiting.number}, **ids))


def refuse_submission(vault: Vault, actor: Actor, *, document_id: str, note: str, version: int | None = None) -> None:
    """Refuses the submitted version; its author reads the note, and the same file may be handed in again.

    ``version`` as for :func:`file_submission`.
    """
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.DOCUMENT_REFUSED, actor, document=document_id)) as tx:
        holding, waiting = _submission(vault, tx, actor, document_id, version)
        key = key_for_new_fields(vault.keyroom, tx, holding.dossier.id)
        sealed = key.seal_field(NOTE_FIELD, reason.text, owner=waiting.id, random=vault.random)
        _move(vault, tx, waiting, VersionState.REFUSED, note_sealed=sealed)
        content_queries.release_content(tx, waiting.id)
        document_queries.discard_objects(tx, waiting.id)
        ids = {"dossier": holding.dossier.id, "document": waiting.document_id, "version": waiting.id}
        vault.recorder.append(tx, done_by(actor, Event.DOCUMENT_REFUSED, reason=reason, **ids))


def _submission(
    vault: Vault, tx: Connection, actor: Actor, document_id: str, looked_at: int | None
) -> tuple[Holding, VersionRecord]:
    """The newest version that waits for a custodian, after every rule; one older than what opens is out of date."""
    document, holding = load_document_holding(vault, tx, actor, document_id)
    require_duty(holding, Duty.CUSTODIAN)
    waiting = [
        version
        for version in document_queries.versions_of_documents(tx, [document.id])
        if version.state is VersionState.SUBMITTED and version.number > (document.current_version or 0)
    ]
    if looked_at is not None and (not waiting or waiting[-1].number != looked_at):
        raise Conflict("submission.decided")
    if not waiting:
        raise NotFound(recorded_as="not_found.submission")
    if same_human(tx, waiting[-1].submitted_by, actor.person_id):
        raise AccessDenied("denied.own_submission")
    return holding, waiting[-1]


def _move(vault: Vault, tx: Connection, version: VersionRecord, target: VersionState, **changes: object) -> None:
    moved = document_queries.move_version(
        tx, version.id, expected=VersionState.SUBMITTED, target=target, now=vault.clock.now(), **changes
    )
    if not moved:
        raise Conflict("submission.decided")
