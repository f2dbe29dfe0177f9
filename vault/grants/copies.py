"""A marked copy that leaves the vault: prepared once, downloaded once, within its time, as far as it was granted.

::

    prepare    one transaction: decide, take one copy from the grant, a new password, copy.prepared
    download   (1) one transaction: decide anew, take the one download, copy.released; commit
               (2) unwrap the document's DEK; open each page, burn in the mark with the copy's id, check it: one door
               (3) one PDF of these pictures under the password
               (4) copy.delivered with its length and digest, in answer to (1); commit; only then the bytes leave
               what fails in (2) to (4): copy.failed in answer to (1), and the download can be taken again

No key moves before copy.released is durable (G1). Killed in (2) or (3): nothing left, and the sweep answers with
copy.failed. Killed after (4), or cut off by whoever downloads: it counts as delivered, for all of it may have left; who
needs it asks again. Each release is answered once, so what took longer than the sweep waits delivers nothing.
Nothing of a copy is ever stored.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from vault.access.facts import Target, load_target, with_declared_place
from vault.access.opening import require_mark
from vault.access.reading import CopiedDocument, read_for_copy
from vault.database import copy_queries, document_queries, grant_queries, view_queries
from vault.database.copy_queries import CopyRecord
from vault.database.engine import Connection, transaction
from vault.errors import Conflict, NotFound, Unavailable, VaultError
from vault.filing.dossier_keys import key_for_new_fields, unwrap_dossier_key
from vault.grants.passwords import PASSWORD_FIELD, new_password
from vault.grants.using import settle_grants
from vault.ledger.backlog import require_written
from vault.ledger.entry import Entry
from vault.ledger.events import RESULT_FOLLOWS, Event, Outcome
from vault.marking.marked_pdf import PageImage, marked_pdf
from vault.marking.visible import MarkText
from vault.model import Actor, CopyId, EntryId, RequestId, new_id
from vault.policy.granting import GrantKind
from vault.policy.opening import decide_opening
from vault.policy.requesting import decide_asking_for_copy
from vault.recording import deciding, denial_of, done_by, finding_tampering, require
from vault.runtime import Vault

CUT_OFF = "copy.cut_off"
CUT_OFF_SECONDS = 240
"""A release that is not answered after this long was cut off. A copy of 200 pages is made in less; an intent that is
not answered after five minutes is a finding."""
_BATCH = 200


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """An encrypted PDF; its name says the copy's id and nothing of the customer."""

    name: str
    pdf: bytes


def prepare_copy(vault: Vault, actor: Actor, *, request_id: str, declared_place: str = "") -> CopyId:
    """Takes one copy from the grant; its password shows to who has it for as long as it can be downloaded.

    ``declared_place`` is where the person is, needed where their network is not known; it stands in the mark.

    NotFound for anybody else's grant; Conflict ``grant.over`` when none is left; AccessDenied for who could not open
    the document now, or where no copy may leave any more.
    """
    now = vault.clock.now()
    actor = replace(actor, place=with_declared_place(actor.place, declared_place))
    with (
        finding_tampering(vault, actor, request=request_id),
        deciding(vault, denial_of(Event.COPY_PREPARED, actor, request=request_id)) as tx,
    ):
        grant = grant_queries.load_grant(tx, request_id)
        if grant is None or grant.person_id != actor.person_id or grant.kind is not GrantKind.COPY:
            raise NotFound(recorded_as="not_found.request")
        target = load_target(vault, tx, actor, grant.document_id)
        view_queries.lock_quota(tx, target.quota_key)
        _require_copying(vault, actor, target)
        standing = settle_grants(
            vault, tx, holding=target.holding, document_id=target.document.id, policy=target.policy
        )
        found = [each for each in standing.holding if each.request_id == grant.request_id]
        if not found or grant_queries.use_grant(tx, found[0], now=now, takes_one=True) is None:
            raise Conflict("grant.over")
        copy = _copy(vault, tx, actor, target, grant.request_id, now)
        copy_queries.store_copy(tx, copy)
        vault.recorder.append(tx, done_by(actor, Event.COPY_PREPARED, **_facts(target, copy)))
        return copy.id


def download_copy(vault: Vault, actor: Actor, *, copy_id: str) -> ReleasedFile:
    """The copy as a file, once. Conflict ``copy.over`` when it was downloaded or its time is over.

    The rights are those of this moment, the grant still stands, and the version is the one that is live now.
    Unavailable ``copy.cut_off`` where making it took so long that it was given up meanwhile.
    """
    with finding_tampering(vault, actor), deciding(vault, denial_of(Event.COPY_RELEASED, actor, view=copy_id)) as tx:
        require_written(tx)
        copy = copy_queries.load_copy(tx, copy_id)
        if copy is None or copy.person_id != actor.person_id:
            raise NotFound(recorded_as="not_found.copy")
        actor = replace(actor, place=with_declared_place(actor.place, copy.declared_place))
        target = load_target(vault, tx, actor, copy.document_id)
        _require_copying(vault, actor, target)
        if copy.request_id not in target.grants.usable_copies:
            raise Conflict("grant.over")
        copy, password, intent = _released(vault, tx, actor, target, copy)  # (1)
    try:
        with finding_tampering(vault, actor, document=copy.document_id, version=copy.version_id):
            copied = CopiedDocument(target.document.dossier_id, copy.document_id, copy.version_id)
            pages = read_for_copy(vault, copied, text=_mark_text(actor, copy))  # (2)
            images = (PageImage(each.jpeg, each.width, each.height) for each in pages)
            pdf = marked_pdf(images, password=password, random=vault.random)  # (3)
        _deliver(vault, actor, target, copy, intent, pdf)  # (4)
    except VaultError as error:
        _take_back(vault, actor, target, copy, intent, error)
        raise
    finally:
        vault.view_marks.discard(copy.id)
    return ReleasedFile(f"{copy.id}.pdf", pdf)


def return_cut_off(vault: Vault) -> int:
    """The sweep: downloads that were cut off before anything left can be taken again; how many."""
    before = vault.clock.now() - dt.timedelta(seconds=CUT_OFF_SECONDS)
    with transaction(vault.engine) as tx:
        return sum(
            _answer_cut_off(vault, tx, copy)
            for copy in copy_queries.unanswered_releases(tx, released_before=before, limit=_BATCH)
        )


def forget_passwords(vault: Vault) -> int:
    """The sweep: passwords of copies whose time is over; how many."""
    with transaction(vault.engine) as tx:
        return copy_queries.forget_passwords(tx, now=vault.clock.now())


def _require_copying(vault: Vault, actor: Actor, target: Target) -> None:
    """Whoever takes a copy could open the document here and now, and such copies may still leave."""
    require(decide_opening(target.facts(actor.place), now=vault.clock.now()))
    assert target.version is not None  # decided above
    classification = target.holding.dossier.classification
    leaves = target.holding.person.leaves_at is not None
    pages = target.version.page_count
    require(decide_asking_for_copy(target.policy, classification, pages=pages, leaves=leaves))


def _copy(
    vault: Vault, tx: Connection, actor: Actor, target: Target, request_id: RequestId, now: dt.datetime
) -> CopyRecord:
    assert target.version is not None
    copy_id = CopyId(new_id("z", vault.random))
    key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
    password = key.seal_field(PASSWORD_FIELD, new_password(vault.random), owner=copy_id, random=vault.random)
    return CopyRecord(
        id=copy_id,
        request_id=request_id,
        person_id=actor.person_id,
        document_id=target.document.id,
        version_id=target.version.id,
        password_sealed=password,
        declared_place=actor.place.declared,
        prepared_at=now,
        until=now + dt.timedelta(hours=target.policy.requests.copy_hours),
        downloaded_at=None,
        pages=target.version.page_count,
        file_bytes=0,
        release_entry=None,
    )


def _released(
    vault: Vault, tx: Connection, actor: Actor, target: Target, copy: CopyRecord
) -> tuple[CopyRecord, str, EntryId]:
    """(1) The copy as it leaves, its password, and the entry that says so."""
    assert target.version is not None
    require_mark(vault, _mark_text(actor, replace(copy, downloaded_at=vault.clock.now())))
    released = replace(
        copy, version_id=target.version.id, pages=target.version.page_count, downloaded_at=vault.clock.now()
    )
    if not copy_queries.claim_download(tx, released) or copy.password_sealed is None:
        raise Conflict("copy.over")
    key = unwrap_dossier_key(vault.keyroom, target.holding.dossier)
    password = key.open_field(PASSWORD_FIELD, copy.password_sealed, owner=copy.id)
    entry = done_by(actor, Event.COPY_RELEASED, **_facts(target, released, **RESULT_FOLLOWS))
    intent = vault.recorder.append(tx, entry)
    copy_queries.note_release(tx, copy.id, intent)
    return released, password, intent


def _deliver(vault: Vault, actor: Actor, target: Target, copy: CopyRecord, intent: EntryId, pdf: bytes) -> None:
    """(4) The answer that lets the bytes leave; Unavailable where another was given meanwhile."""
    details = _facts(target, copy, bytes=len(pdf), sha256=hashlib.sha256(pdf).hexdigest())
    with transaction(vault.engine) as tx:
        if not copy_queries.note_file(tx, copy.id, intent, file_bytes=len(pdf)):
            raise Unavailable(CUT_OFF)
        vault.recorder.append(tx, done_by(actor, Event.COPY_DELIVERED, intent=intent, **details))


def _facts(target: Target, copy: CopyRecord, **details: str | int) -> dict[str, object]:
    """The id that stands on the pages goes where a view's id does, so that one search finds what a mark says."""
    return {
        "dossier": target.document.dossier_id,
        "document": copy.document_id,
        "version": copy.version_id,
        "view": copy.id,
        "request": copy.request_id,
        "details": {"pages": copy.pages, **details},
    }


def _mark_text(actor: Actor, copy: CopyRecord) -> MarkText:
    return MarkText(
        name=actor.name,
        staff_number=actor.staff_number,
        opened_at=copy.downloaded_at or copy.prepared_at,
        timezone=actor.timezone,
        place=actor.place.label,
        view_id=copy.id,
    )


def _take_back(
    vault: Vault, actor: Actor, target: Target, copy: CopyRecord, intent: EntryId, error: VaultError
) -> None:
    """Where the database does not answer, or another answer was given meanwhile, the error itself is what is told."""
    with contextlib.suppress(Unavailable), transaction(vault.engine) as tx:
        if copy_queries.return_download(tx, copy.id, intent):
            failed = done_by(actor, Event.COPY_FAILED, code=error.code, intent=intent, **_facts(target, copy))
            vault.recorder.append(tx, replace(failed, outcome=Outcome.FAILED))


def _answer_cut_off(vault: Vault, tx: Connection, copy: CopyRecord) -> bool:
    """By nobody, and about whose copy it was: they did nothing now."""
    intent = copy.release_entry
    if intent is None or not copy_queries.return_download(tx, copy.id, intent):
        return False
    document = document_queries.load_document(tx, copy.document_id)
    failed = Entry(
        Event.COPY_FAILED,
        Outcome.FAILED,
        subject_person=copy.person_id,
        dossier=document.dossier_id if document else "",
        document=copy.document_id,
        version=copy.version_id,
        view=copy.id,
        request=copy.request_id,
        code=CUT_OFF,
        details={"pages": copy.pages},
        intent=intent,
    )
    vault.recorder.append(tx, failed)
    return True
