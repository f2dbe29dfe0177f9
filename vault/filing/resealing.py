"""All fields of a dossier under its next key, in the transaction in which that becomes its key."""

from __future__ import annotations

from dataclasses import replace

from vault.database import (
    copy_queries,
    document_queries,
    dossier_queries,
    draft_queries,
    grant_queries,
    request_queries,
    resealing_queries,
)
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.filing.documents import TITLE_FIELD
from vault.filing.dossier_keys import DossierKey
from vault.filing.records import open_record, seal_record
from vault.filing.reviewing import NOTE_FIELD
from vault.grants.ending import END_NOTE_FIELD
from vault.grants.passwords import PASSWORD_FIELD
from vault.requests.asking import REASON_FIELD
from vault.requests.deciding import NOTE_FIELD as DECISION_FIELD
from vault.requests.drafts import DRAFT_FIELD
from vault.runtime import Vault


def reseal_fields(
    vault: Vault, tx: Connection, dossier: DossierRecord, *, current: DossierKey, following: DossierKey
) -> DossierRecord:
    """Seals record, titles, notes and reasons anew; the dossier with its new record. TamperError if one is altered.

    The caller holds the dossier's row, and whatever seals a field takes it first, so that none is missed.
    """

    def again(field: str, sealed: bytes, owner: str) -> bytes:
        opened = current.open_field(field, sealed, owner=owner)
        return following.seal_field(field, opened, owner=owner, random=vault.random)

    documents = document_queries.documents_of_dossier(tx, dossier.id)
    for document in documents:
        resealing_queries.set_title(tx, document.id, again(TITLE_FIELD, document.title_sealed, document.id))
    for version in document_queries.versions_of_documents(tx, [document.id for document in documents]):
        if version.note_sealed:
            resealing_queries.set_note(tx, version.id, again(NOTE_FIELD, version.note_sealed, version.id))
    requests = request_queries.requests_of_dossier(tx, dossier.id)
    for request in requests:
        request_queries.set_reason(tx, request.id, again(REASON_FIELD, request.reason_sealed, request.id))
    for decisions in request_queries.decisions_of(tx, [request.id for request in requests]).values():
        for decision in decisions:
            if decision.note_sealed:
                request_queries.set_note(tx, decision.id, again(DECISION_FIELD, decision.note_sealed, decision.id))
    for grant in grant_queries.grants_of_dossier(tx, dossier.id):
        if grant.end_note_sealed:
            sealed = again(END_NOTE_FIELD, grant.end_note_sealed, grant.request_id)
            grant_queries.set_end_note(tx, grant.request_id, sealed)
    for draft in draft_queries.drafts_of_dossier(tx, dossier.id):
        draft_queries.set_draft(tx, draft, again(DRAFT_FIELD, draft.draft_sealed, draft.owner))
    for copy in copy_queries.copies_with_password(tx, dossier.id):
        assert copy.password_sealed is not None
        copy_queries.set_password(tx, copy.id, again(PASSWORD_FIELD, copy.password_sealed, copy.id))
    record = open_record(current, dossier.record_sealed)
    resealed = replace(dossier, record_sealed=seal_record(following, record, random=vault.random))
    dossier_queries.set_record(tx, resealed)
    return resealed
