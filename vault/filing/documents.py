"""Handing in a document: intent row -> seal and put -> read back -> one transaction with its trail entry.

::

    (1) who may, what it is           a rule and one pass over the content
    (2) intent: version and object    pending rows under a fresh random key; a crash from here on leaves what a sweep
                                      collects, never a live row without an object
    (3) seal and put                  ciphertext only; the store's word is not taken:
    (4) read back                     length and digest of what is really there
    (5) one transaction               wrapped DEK, stored version, content claim, trail entry

The same content in the same dossier is one document however often it comes, and a repeated ``submission_key`` is the
same submission: whoever retries after an unknown outcome gets the same answer. A retry does not wait for the first try,
which may be dead: it puts an object of its own under the same intent, and whichever comes to (5) first is the document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from keys.model import Secret
from keys.primitives import keyed_token, new_secret, sealed_length
from vault.custody.keyroom import ServiceKey
from vault.database import content_queries, document_queries
from vault.database.document_queries import (
    DocumentRecord,
    ObjectPart,
    ObjectRecord,
    ObjectState,
    VersionRecord,
    VersionState,
)
from vault.database.engine import Connection, transaction
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.filing.content import Content, ExaminedContent, content_token, examine
from vault.filing.dossier_keys import DossierKey, key_for_new_deks, key_for_new_fields, unwrap_dossier_key
from vault.filing.holdings import Holding, load_holding
from vault.filing.index_keys import index_keys, newest_index_key
from vault.ledger.events import Event
from vault.model import Actor, DocumentId, DossierId, Duty, VersionId, new_id
from vault.policy.reading import may_submit
from vault.recording import deciding, denial_of, done_by
from vault.runtime import Vault
from vault.sealing.contexts import object_context
from vault.sealing.envelope import SealingReader, verify_stored
from vault.storage.port import ObjectKey

TITLE_FIELD = "title"
SUBMISSION_KEY_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class SubmittedDocument:
    """Where a submission stands; ``already_filed`` when the same content was in the dossier before."""

    document_id: DocumentId
    version_id: VersionId
    version: int
    state: VersionState
    already_filed: bool


@dataclass(frozen=True, slots=True)
class _Intent:
    version: VersionRecord
    object_key: ObjectKey
    dossier_key: DossierKey


def submit_document(
    vault: Vault,
    actor: Actor,
    *,
    dossier_id: str,
    document_id: str | None,
    file_name: str,
    content: Content,
    submission_key: str,
) -> SubmittedDocument:
    """Takes a document (or, with ``document_id``, a new version of one) into a dossier, durably sealed on return.

    An author's waits to be filed by a custodian; a custodian's own goes live once its pages are made. InputError
    ``intake.*`` says what is wrong with the file.
    """
    if not 1 <= len(submission_key) <= SUBMISSION_KEY_CHARACTERS:
        raise InputError("input.submission_key")
    submission_keys = _stored_keys(vault, submission_key)
    with deciding(vault, denial_of(Event.DOCUMENT_SUBMITTED, actor, dossier=dossier_id)) as tx:
        _may_submit(vault, tx, actor, dossier_id)
    examined = examine(content, file_name=file_name, max_mib=vault.config.intake.max_mib)
    with deciding(vault, denial_of(Event.DOCUMENT_SUBMITTED, actor, dossier=dossier_id)) as tx:
        holding = _may_submit(vault, tx, actor, dossier_id)
        earlier = document_queries.find_submission(tx, actor.person_id, submission_keys)
        if earlier is not None and earlier.state is not VersionState.PENDING:
            return _answer(earlier, already_filed=False)
        same = _with_content(vault, tx, holding.dossier.id, examined)
        if same is not None:
            return _answer(same, already_filed=True)
        if earlier is not None:
            intent = _intend_again(vault, tx, holding, earlier, examined, content.size)
        else:
            intent = _intend(vault, tx, actor, holding, document_id, examined, content.size, submission_keys[-1])
    return _seal_and_store(vault, actor, intent, examined, content)


def object_identities(key: DossierKey, version: VersionRecord, part: ObjectPart) -> tuple[str, ...]:
    """What the DEK of a sealed object is bound to: dossier, document, version and which object of it."""
    return (key.dossier_id, version.document_id, str(version.number), part.value)


def new_object_key(vault: Vault) -> ObjectKey:
    """A fresh random name that says nothing: two levels, so that a directory store keeps its folders small."""
    name = vault.random(20).hex()
    return ObjectKey(f"o/{name[:2]}/{name[2:]}")


def pending_object(vault: Vault, version_id: VersionId, part: ObjectPart, object_key: ObjectKey) -> ObjectRecord:
    """The intent row of an object about to be put."""
    return ObjectRecord(
        object_key=object_key,
        version_id=version_id,
        part=part,
        state=ObjectState.PENDING,
        wrapped_dek=b"",
        header=b"",
        sealed_bytes=0,
        sha256=b"",
        index_sealed=None,
        created_at=vault.clock.now(),
    )


def _stored_keys(vault: Vault, submission_key: str) -> list[str]:
    """What may be stored of a submission's key: some are made from the content, and would confirm a guess of it.

    After the index key was replaced an older submission is no longer known by its key, only by its content.
    """
    message = b"submission\0" + submission_key.encode()
    keys = index_keys(vault.keyroom, ServiceKey.CONTENT_INDEX)
    return [keyed_token(key, message, length=32).hex() for key in keys]


def _with_content(
    vault: Vault, tx: Connection, dossier_id: DossierId, examined: ExaminedContent
) -> VersionRecord | None:
    """The version of the dossier that has this content already."""
    keys = index_keys(vault.keyroom, ServiceKey.CONTENT_INDEX)
    tokens = [content_token(key, dossier_id, examined.digest) for key in keys]
    return content_queries.version_with_content(tx, dossier_id, tokens)


def _claim_content(vault: Vault, tx: Connection, index_key: Secret, intent: _Intent, examined: ExaminedContent) -> bool:
    """True if this content is new to the dossier, also under the token that it had before a replacement of the key."""
    dossier_id = intent.dossier_key.dossier_id
    if _with_content(vault, tx, dossier_id, examined) is not None:
        return False
    token = content_token(index_key, dossier_id, examined.digest)
    return content_queries.claim_content(tx, dossier_id, token=token, version_id=intent.version.id)


def _may_submit(vault: Vault, tx: Connection, actor: Actor, dossier_id: str) -> Holding:
    holding = load_holding(vault, tx, actor, dossier_id)
    if not may_submit(holding.duties):
        raise AccessDenied("denied.duty")
    return holding


def _intend(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    holding: Holding,
    document_id: str | None,
    examined: ExaminedContent,
    size: int,
    submission_key: str,
) -> _Intent:
    now, key = vault.clock.now(), key_for_new_fields(vault.keyroom, tx, holding.dossier.id)
    if document_id is None:
        document = _new_document(vault, tx, key, examined.title)
    else:
        found = document_queries.load_document(tx, document_id)
        if found is None or found.dossier_id != holding.dossier.id:
            raise NotFound(recorded_as="not_found.document")
        document = found
    version = VersionRecord(
        id=VersionId(new_id("v", vault.random)),
        document_id=document.id,
        number=document_queries.next_version_number(tx, document.id),
        state=VersionState.PENDING,
        fault_code="",
        media_type=examined.media_type.value,
        plaintext_bytes=size,
        submitted_by=actor.person_id,
        filed_by=None,
        direct=Duty.CUSTODIAN in holding.duties,
        submission_key=submission_key,
        note_sealed=None,
        page_count=0,
        attempts=0,
        created_at=now,
        changed_at=now,
    )
    document_queries.store_version(tx, version)
    object_key = new_object_key(vault)
    document_queries.store_object(tx, pending_object(vault, version.id, ObjectPart.ORIGINAL, object_key))
    return _Intent(version, object_key, key)


def _intend_again(
    vault: Vault, tx: Connection, holding: Holding, earlier: VersionRecord, examined: ExaminedContent, size: int
) -> _Intent:
    """Takes up the intent of a try that has not finished, for what can only be the same content."""
    document = document_queries.load_document(tx, earlier.document_id)
    is_same = (earlier.media_type, earlier.plaintext_bytes) == (examined.media_type.value, size)
    if document is None or document.dossier_id != holding.dossier.id or not is_same:
        raise Conflict("intake.in_progress")
    still_there = document_queries.move_version(
        tx, earlier.id, expected=VersionState.PENDING, target=VersionState.PENDING, now=vault.clock.now()
    )
    if not still_there:
        raise Conflict("intake.abandoned")
    object_key = new_object_key(vault)
    document_queries.store_object(tx, pending_object(vault, earlier.id, ObjectPart.ORIGINAL, object_key))
    return _Intent(earlier, object_key, unwrap_dossier_key(vault.keyroom, holding.dossier))


def _new_document(vault: Vault, tx: Connection, key: DossierKey, title: str) -> DocumentRecord:
    document_id = DocumentId(new_id("f", vault.random))
    document = DocumentRecord(
        id=document_id,
        dossier_id=key.dossier_id,
        title_sealed=key.seal_field(TITLE_FIELD, title, owner=document_id, random=vault.random),
        current_version=None,
        created_at=vault.clock.now(),
    )
    document_queries.store_document(tx, document)
    return document


def _seal_and_store(
    vault: Vault, actor: Actor, intent: _Intent, examined: ExaminedContent, content: Content
) -> SubmittedDocument:
    version, key = intent.version, intent.dossier_key
    dek = new_secret(vault.random)
    context = object_context(
        dossier_id=key.dossier_id,
        document_id=version.document_id,
        version=version.number,
        part=ObjectPart.ORIGINAL.value,
    )
    sealing = SealingReader(content.rewind(), dek, context=context, plaintext_bytes=content.size)
    vault.store.put(intent.object_key, sealing, size=sealed_length(content.size))
    verify_stored(vault.store, intent.object_key, expected_bytes=sealing.sealed_bytes, expected_sha256=sealing.sha256)
    identities = object_identities(key, version, ObjectPart.ORIGINAL)
    settled = ObjectRecord(
        object_key=intent.object_key,
        version_id=version.id,
        part=ObjectPart.ORIGINAL,
        state=ObjectState.LIVE,
        wrapped_dek=b"",
        header=sealing.header,
        sealed_bytes=sealing.sealed_bytes,
        sha256=sealing.sha256,
        index_sealed=None,
        created_at=vault.clock.now(),
    )
    with transaction(vault.engine) as tx:
        index_key = newest_index_key(vault.keyroom, tx, ServiceKey.CONTENT_INDEX)  # before any row is locked
        current = key_for_new_deks(vault.keyroom, tx, key.dossier_id)
        wrapped = current.wrap_dek(dek, identities=identities, header=sealing.header, random=vault.random)
        settled = replace(settled, wrapped_dek=wrapped)
        is_first = document_queries.move_version(
            tx, version.id, expected=VersionState.PENDING, target=VersionState.STORED, now=vault.clock.now()
        )
        if not is_first or not _claim_content(vault, tx, index_key, intent, examined):
            return _yield_to_earlier(vault, tx, intent, examined)
        if not document_queries.settle_object(tx, settled):  # the sweep took it for abandoned
            raise Conflict("intake.abandoned")
        facts = {"number": version.number, "media_type": version.media_type, "bytes": version.plaintext_bytes}
        ids = {"dossier": key.dossier_id, "document": version.document_id, "version": version.id}
        vault.recorder.append(tx, done_by(actor, Event.DOCUMENT_SUBMITTED, details=facts, **ids))
    return SubmittedDocument(version.document_id, version.id, version.number, VersionState.STORED, already_filed=False)


def _yield_to_earlier(vault: Vault, tx: Connection, intent: _Intent, examined: ExaminedContent) -> SubmittedDocument:
    """The same content became durable while this copy was on its way: this one is garbage."""
    document_queries.discard_object(tx, intent.object_key)
    same = _with_content(vault, tx, intent.dossier_key.dossier_id, examined)
    if same is None:
        raise Conflict("intake.abandoned")
    if same.id != intent.version.id:  # else it was another try of this very submission
        document_queries.move_version(
            tx, intent.version.id, expected=VersionState.STORED, target=VersionState.REFUSED, now=vault.clock.now()
        )
    return _answer(same, already_filed=same.id != intent.version.id)


def _answer(version: VersionRecord, *, already_filed: bool) -> SubmittedDocument:
    return SubmittedDocument(version.document_id, version.id, version.number, version.state, already_filed)
