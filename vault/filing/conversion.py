"""From a stored original to a page pack: the durable job that runs in the worker, one version at a time.

The state of the version is the queue: STORED waits, CONVERTING is claimed by somebody until ``CLAIM_SECONDS`` pass
without news (a killed worker), so a job is never lost and needs no hand to be taken up again. Whoever converts gives
news while they do, however long that takes (:mod:`vault.claims`); so the next need not wait for long. A claim
counts an attempt and is known by that number, so whoever comes back too late changes nothing. A store or database that
is away costs no attempt: only a file that brings down whoever converts it is given up. The plaintext passes from the
opened original to the sandboxed child and from there, page by page, into the sealed pack; none of it touches
a disk.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from dataclasses import replace
from typing import BinaryIO

from keys.model import Secret
from keys.primitives import new_secret
from vault import claims
from vault.database import content_queries, conversion_queries, document_queries, dossier_queries, resealing_queries
from vault.database.document_queries import (
    DocumentRecord,
    ObjectPart,
    ObjectRecord,
    ObjectState,
    VersionRecord,
    VersionState,
)
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading, transaction
from vault.errors import Conflict, InputError, NotFound, OperatorError, TamperError, Unavailable
from vault.filing.documents import new_object_key, object_identities, pending_object
from vault.filing.dossier_keys import DossierKey, key_for_dek, key_for_new_deks
from vault.intake.converter import convert_document
from vault.intake.sniffing import MediaType
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import VersionId
from vault.runtime import Vault
from vault.sealing.contexts import object_context
from vault.sealing.envelope import open_sealed, verify_stored
from vault.sealing.page_pack import PackSummary, PackWriter
from vault.sealing.spool import translated_spool_errors
from vault.storage.port import ObjectKey

MAXIMUM_ATTEMPTS = 3


class _Replaced(Exception):
    """The original was resealed while it was read, and is another object now: begun anew, no attempt is counted."""


def convert_next(vault: Vault) -> bool:
    """Converts the oldest waiting version; False if none waits. Sealed or Unavailable leave it waiting."""
    vault.keyroom.require_unsealed()
    version = _claim(vault)
    if version is None:
        return False
    _convert_claimed(vault, version)
    return True


def convert_version(vault: Vault, version_id: VersionId) -> VersionState:
    """Converts this version now unless somebody else is at it; the state it is in afterwards."""
    vault.keyroom.require_unsealed()
    version = _claim(vault, only=version_id)
    if version is not None:
        _convert_claimed(vault, version)
    with reading(vault.engine) as tx:
        current = document_queries.load_version(tx, version_id)
    if current is None:
        raise TamperError("tamper.row_missing")
    return current.state


def _claim(vault: Vault, *, only: VersionId | None = None) -> VersionRecord | None:
    now = vault.clock.now()
    stale_before = now - dt.timedelta(seconds=claims.CLAIM_SECONDS)
    with transaction(vault.engine) as tx:
        return conversion_queries.claim_conversion(tx, now=now, stale_before=stale_before, only=only)


def _convert_claimed(vault: Vault, version: VersionRecord) -> None:
    try:
        if version.attempts > MAXIMUM_ATTEMPTS:
            raise InputError("intake.conversion_failed")
        with _holding_claim(vault, version):
            _convert(vault, version)
    except _Replaced:
        _wait_again(vault, version, attempts=version.attempts - 1)
    except InputError as error:
        _quarantine(vault, version, error.code, Event.DOCUMENT_QUARANTINED)
    except TamperError as error:
        _quarantine(vault, version, error.code, Event.OBJECT_TAMPERED)
    except NotFound:  # the store answers, and has no such object
        _quarantine(vault, version, "tamper.object_missing", Event.OBJECT_TAMPERED)
    except OperatorError:
        _wait_again(vault, version, attempts=version.attempts - 1)
        raise
    except BaseException:
        _wait_again(vault, version, attempts=version.attempts)
        raise


def _holding_claim(vault: Vault, version: VersionRecord) -> contextlib.AbstractContextManager[None]:
    """A claim is as old as the version's last change, which is therefore made again and again."""

    def keep(tx: Connection, until: dt.datetime) -> None:
        changed_at = until - dt.timedelta(seconds=claims.CLAIM_SECONDS)
        conversion_queries.move_claimed(tx, version, target=VersionState.CONVERTING, now=changed_at)

    return claims.holding_claim(vault, keep, every_seconds=claims.NEWS_SECONDS)


def _convert(vault: Vault, version: VersionRecord) -> None:
    with reading(vault.engine) as tx:
        document, dossier = _place_of(tx, version)
        original = document_queries.live_object(tx, version.id, ObjectPart.ORIGINAL)
    if original is None:
        raise TamperError("tamper.object_missing")
    key = key_for_dek(vault.keyroom, dossier, original.wrapped_dek)
    dek = new_secret(vault.random)
    with translated_spool_errors(), tempfile.TemporaryFile(dir=vault.spool) as pack:  # ciphertext only
        try:
            summary = _write_pack(vault, key, document, version, original, dek, pack)
        except (TamperError, NotFound) as error:
            with reading(vault.engine) as tx:
                if not resealing_queries.is_live(tx, original.object_key):
                    raise _Replaced from error
            raise
        object_key = new_object_key(vault)
        with transaction(vault.engine) as tx:
            document_queries.store_object(tx, pending_object(vault, version.id, ObjectPart.PAGES, object_key))
        pack.seek(0)
        vault.store.put(object_key, pack, size=summary.sealed_bytes)
    verify_stored(vault.store, object_key, expected_bytes=summary.sealed_bytes, expected_sha256=summary.sha256)
    settled = ObjectRecord(
        object_key=object_key,
        version_id=version.id,
        part=ObjectPart.PAGES,
        state=ObjectState.LIVE,
        wrapped_dek=b"",
        header=summary.header,
        sealed_bytes=summary.sealed_bytes,
        sha256=summary.sha256,
        index_sealed=summary.index_sealed,
        created_at=vault.clock.now(),
    )
    identities = object_identities(key, version, ObjectPart.PAGES)
    with transaction(vault.engine) as tx:
        current = key_for_new_deks(vault.keyroom, tx, dossier.id)
        wrapped = current.wrap_dek(dek, identities=identities, header=summary.header, random=vault.random)
        _settle(vault, tx, document, version, replace(settled, wrapped_dek=wrapped), summary)


def _write_pack(
    vault: Vault,
    key: DossierKey,
    document: DocumentRecord,
    version: VersionRecord,
    original: ObjectRecord,
    dek: Secret,
    sink: BinaryIO,
) -> PackSummary:
    identities = object_identities(key, version, ObjectPart.ORIGINAL)
    original_dek = key.unwrap_dek(original.wrapped_dek, identities=identities, header=original.header)
    context = object_context(
        dossier_id=key.dossier_id, document_id=document.id, version=version.number, part=ObjectPart.ORIGINAL.value
    )
    writer = PackWriter(sink, dek, dossier_id=key.dossier_id, document_id=document.id, version=version.number)
    with vault.store.open_stream(ObjectKey(original.object_key)) as stream:
        opened = open_sealed(
            stream,
            original_dek,
            context=context,
            header=original.header,
            expected_bytes=original.sealed_bytes,
        )
        pages = convert_document(
            opened, media_type=MediaType(version.media_type), sandbox=vault.sandbox, limits=vault.conversion_limits
        )
        with contextlib.closing(pages):
            for page in pages:
                writer.add_page(page.number, image=page.image, width=page.width, height=page.height, text=page.text)
    return writer.finish()


def _settle(
    vault: Vault,
    tx: Connection,
    document: DocumentRecord,
    version: VersionRecord,
    settled: ObjectRecord,
    summary: PackSummary,
) -> None:
    """The pack goes live with the version's new state; a custodian's own document is filed by that."""
    target = VersionState.LIVE if version.direct else VersionState.SUBMITTED
    filed_by = {"filed_by": version.submitted_by} if version.direct else {}
    moved = conversion_queries.move_claimed(
        tx, version, target=target, now=vault.clock.now(), page_count=summary.page_count, **filed_by
    )
    if not moved:
        return  # another worker was faster; the pending pack is garbage for the sweep
    if not document_queries.settle_object(tx, settled):
        raise Conflict("intake.abandoned")  # swept as garbage meanwhile: made anew
    _append(vault, tx, Event.DOCUMENT_CONVERTED, document, version, details={"pages": summary.page_count})
    if version.direct:
        document_queries.set_current_version(tx, document.id, version.number)
        _append(vault, tx, Event.DOCUMENT_FILED, document, version, details={"number": version.number})


def _quarantine(vault: Vault, version: VersionRecord, code: str, event: Event) -> None:
    """Keeps the sealed original with the reason; the same content may be handed in again."""
    with transaction(vault.engine) as tx:
        document, _dossier = _place_of(tx, version)
        moved = conversion_queries.move_claimed(
            tx, version, target=VersionState.QUARANTINED, now=vault.clock.now(), fault_code=code
        )
        if not moved:
            return  # another worker has it, or has made its pages
        content_queries.release_content(tx, version.id)
        _append(vault, tx, event, document, version, outcome=Outcome.FAILED, code=code)


def _wait_again(vault: Vault, version: VersionRecord, *, attempts: int) -> None:
    """Back into the queue, best effort: if the database is away too, the claim goes stale by itself."""
    with contextlib.suppress(Unavailable), transaction(vault.engine) as tx:
        conversion_queries.move_claimed(
            tx, version, target=VersionState.STORED, now=vault.clock.now(), attempts=attempts
        )


def _append(
    vault: Vault,
    tx: Connection,
    event: Event,
    document: DocumentRecord,
    version: VersionRecord,
    *,
    outcome: Outcome = Outcome.SUCCESS,
    code: str = "",
    details: dict[str, str | int] | None = None,
) -> None:
    entry = Entry(
        event,
        outcome,
        subject_person=version.submitted_by,
        dossier=document.dossier_id,
        document=document.id,
        version=version.id,
        code=code,
        details=details or {},
    )
    vault.recorder.append(tx, entry)


def _place_of(tx: Connection, version: VersionRecord) -> tuple[DocumentRecord, DossierRecord]:
    document = document_queries.load_document(tx, version.document_id)
    dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
    if document is None or dossier is None:
        raise TamperError("tamper.row_missing")
    return document, dossier
