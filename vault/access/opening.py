"""Opening a document as a view: the straight line that every look goes through.

::

    one transaction
      (1) load document, person, assignments,        NotFound, also for whoever may not know of it
          agreements
      (2) decide                                     AccessDenied: recorded, committed, then raised
      (3) claim one of N, and one of the day's,      QuotaSpent
          start and count the grants it needs
      (4) create the view with its lease
      (5) append view.opened; commit                 durable before any key moves (G1)
    then
      (6) unwrap the document's DEK once             a failure is recorded and the claim returned
      (7) wrap it under the view key, which only this person's session cookie can derive; store only that

The same idempotency key, or a live view of the same document in the same session, is the same view: reload, back and a
retry after a lost answer cost nothing. A view whose opening was cut off between (5) and (7) is keyed by such a retry,
or ended by the sweep, which returns its claim; the same key then opens a new one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, replace

from keys.model import EncryptionContext, Secret
from keys.viewkeys import view_wrapping_key
from keys.wrapping import view_key_context, wrap_key
from vault.access.claiming import Claim, claim_view, hold_count
from vault.access.closing import answer_to, fail_view
from vault.access.facts import Target, load_target, with_declared_place, with_position
from vault.custody.translation import translated_key_errors
from vault.database import document_queries, dossier_queries, view_queries
from vault.database.document_queries import ObjectPart, ObjectRecord, VersionRecord
from vault.database.engine import Connection, reading, transaction
from vault.database.view_queries import ViewRecord
from vault.errors import (
    AccessDenied,
    Conflict,
    InputError,
    LeaseEnded,
    TamperError,
    Unavailable,
    VaultError,
)
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import key_for_dek
from vault.grants.using import settle_grants, use_grants
from vault.ledger.backlog import require_written
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.marking.visible import MarkText, check_text
from vault.model import Actor, DocumentId, Lease, Place, Reason, VersionId, ViewId, new_id
from vault.policy.case_numbers import check_case_number
from vault.policy.granting import GrantKind
from vault.policy.opening import decide_opening
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import needed_grants
from vault.recording import deciding, denial_of, record, require
from vault.runtime import Vault

IDEMPOTENCY_KEY_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class OpenedView:
    """A view that is open: number ``number`` of ``allowed``, for the length of the lease."""

    view_id: ViewId
    number: int
    allowed: int
    lease: Lease


def open_view(
    vault: Vault,
    actor: Actor,
    *,
    document_id: str,
    reason: ReasonDraft,
    declared_place: str,
    idempotency_key: str,
    position: str = "",
) -> OpenedView:
    """Opens a document for this person, session and lease.

    ``position`` is what the browser reported (:func:`~vault.place.read_position`); it is kept where the policy asks.

    InputError ``reason.*``; NotFound; AccessDenied with the policy's code; QuotaSpent; Sealed and Unavailable before
    anything is claimed, or after the claim was returned; TamperError after it was recorded and the claim returned.
    """
    checked = check_reason(reason)
    if not 1 <= len(idempotency_key) <= IDEMPOTENCY_KEY_CHARACTERS:
        raise InputError("input.idempotency_key")
    denial = denial_of(Event.VIEW_DENIED, actor, document=document_id)
    secret = actor.session_secret
    if secret is None:
        record(vault, replace(denial, code="denied.no_session"))
        raise AccessDenied("denied.no_session")
    vault.keyroom.require_unsealed()
    place = with_declared_place(actor.place, declared_place)
    _require_mark(vault, actor, place, denial)
    with deciding(vault, denial) as tx:
        require_written(tx)
        target = load_target(vault, tx, actor, document_id)  # (1)
        place = with_position(place, position, demand=target.limits.position)
        view = _claimed_view(vault, tx, actor, target, place, checked, idempotency_key)  # (2)-(5)
    if view.wrapped_key is None:
        _key_view(vault, actor, view, secret)  # (6)-(7)
    return OpenedView(view.id, view.number, view.allowed, Lease(view.opened_at, view.expires_at))


def mark_text_of(actor: Actor, view: ViewRecord) -> MarkText:
    """What the marks of a view say."""
    return MarkText(
        name=actor.name,
        staff_number=actor.staff_number,
        opened_at=view.opened_at,
        timezone=actor.timezone,
        place=view.place_label,
        view_id=view.id,
    )


def require_mark(vault: Vault, text: MarkText) -> None:
    """Unavailable ``mark.*`` if the mark cannot be drawn: found out before anything is claimed."""
    check_text(vault.mark_fonts, text)


def unwrap_pack_dek(
    vault: Vault, *, version_id: VersionId, document_id: DocumentId
) -> tuple[VersionRecord, ObjectRecord, Secret]:
    """The version, its page pack and that pack's DEK, through the class's key and the dossier's.

    All rows are of one moment: resealing replaces pack, DEK and dossier key together.
    """
    with reading(vault.engine) as tx:
        version = document_queries.load_version(tx, version_id)
        document = document_queries.load_document(tx, document_id)
        dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
        pack = document_queries.live_object(tx, version_id, ObjectPart.PAGES)
    if version is None or dossier is None or pack is None:
        raise TamperError("tamper.row_missing")
    key = key_for_dek(vault.keyroom, dossier, pack.wrapped_dek)
    identities = object_identities(key, version, ObjectPart.PAGES)
    return version, pack, key.unwrap_dek(pack.wrapped_dek, identities=identities, header=pack.header)


def view_context_of(view: ViewRecord, *, version: int) -> EncryptionContext:
    """What the view's wrapped key is bound to."""
    return view_key_context(
        view_id=view.id,
        person_id=view.person_id,
        session_id=view.session_id,
        document_id=view.document_id,
        version=version,
        expires_at_ms=int(view.expires_at.timestamp() * 1000),
    )


def _require_mark(vault: Vault, actor: Actor, place: Place, denial: Entry) -> None:
    """A mark that cannot be drawn is found out before anything is claimed, and recorded like a denial."""
    try:
        require_mark(
            vault,
            MarkText(
                name=actor.name,
                staff_number=actor.staff_number,
                opened_at=vault.clock.now(),
                timezone=actor.timezone,
                place=place.label,
                view_id="w",
            ),
        )
    except VaultError as error:
        record(vault, replace(denial, code=error.code))
        raise


def _claimed_view(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    target: Target,
    place: Place,
    reason: Reason,
    idempotency_key: str,
) -> ViewRecord:
    now = vault.clock.now()
    require(decide_opening(target.facts(place), now=now))  # (2)
    check_case_number(target.policy.requests.case_numbers.pattern_for(reason.category), reason.case_number)
    others = hold_count(tx, target)
    same = _same_view(tx, actor, target, idempotency_key, now)
    if same is not None:
        return same
    target = _settled(vault, tx, target, place)
    claim = claim_view(tx, target, others, now=now)  # (3)
    used = use_grants(vault, tx, target.grants, _needed_grants(target, place, claim, now))
    assert target.version is not None  # decided above
    lease = target.lease_from(now)
    view_id = ViewId(new_id("w", vault.random))
    opening_entry = vault.recorder.append(  # (5)
        tx,
        Entry(
            Event.VIEW_OPENED,
            Outcome.SUCCESS,
            actor=actor.person_id,
            session=actor.session_id,
            dossier=target.document.dossier_id,
            document=target.document.id,
            version=target.version.id,
            view=view_id,
            place=place,
            reason=reason,
            details={
                "number": claim.number,
                "allowed": claim.allowed,
                "allowed_from": target.limits.source,
                "lease_seconds": int((lease.ends_at - now).total_seconds()),
                "place_known_by": place.source.value,
                **({"ends_by": lease.ends_by} if lease.ends_by == "hours" else {}),
                **({"grants": used.words} if used.grants else {}),
                **({"elsewhere": claim.elsewhere} if claim.elsewhere else {}),
            },
        ),
    )
    view = ViewRecord(
        id=view_id,
        person_id=actor.person_id,
        session_id=actor.session_id,
        document_id=target.document.id,
        version_id=target.version.id,
        quota_version=target.quota_key.version_number,
        idempotency_key=idempotency_key,
        number=claim.number,
        allowed=claim.allowed,
        opened_at=now,
        expires_at=lease.ends_at,
        wrapped_key=None,
        place_label=place.label,
        pages_delivered=0,
        claim_returned=False,
        ended_at=None,
        end_cause="",
        ended_by=None,
        opening_entry=opening_entry,
        pack_object="",
        is_granted=claim.is_granted or any(kind.adds_views for kind in used.kinds),
        day=claim.day,
        day_class=target.holding.dossier.classification.value,
    )
    view_queries.store_view(tx, view)  # (4)
    used.note(tx, view_id)
    return view


def _settled(vault: Vault, tx: Connection, target: Target, place: Place) -> Target:
    """The target with the grants that hold while the quota row is held; decided once more if one has gone since (1)."""
    grants = settle_grants(vault, tx, holding=target.holding, document_id=target.document.id, policy=target.policy)
    settled = replace(target, grants=grants)
    if grants.kinds != target.grants.kinds:
        require(decide_opening(settled.facts(place), now=vault.clock.now()))
    return settled


def _needed_grants(target: Target, place: Place, claim: Claim, now: dt.datetime) -> frozenset[GrantKind]:
    """The kinds of grants that the claimed view uses."""
    if GrantKind.EMERGENCY in target.granted and not target.is_watched:
        return frozenset({GrantKind.EMERGENCY})  # for this very view, and it makes up for every other kind
    kinds = needed_grants(target.facts(place), now=now)
    if claim.is_granted:
        kinds |= {GrantKind.VIEWS}
    return kinds | {GrantKind.LEASE} if target.lease_minutes > target.limits.lease_minutes else kinds


def _same_view(
    tx: Connection, actor: Actor, target: Target, idempotency_key: str, now: dt.datetime
) -> ViewRecord | None:
    """The view that this opening is a repetition of, if it is one."""
    by_key = view_queries.find_view_by_key(tx, actor.person_id, idempotency_key)
    if by_key is not None:
        if by_key.document_id != target.document.id or by_key.session_id != actor.session_id:
            raise InputError("input.idempotency_key")
        if not by_key.is_live(now):
            raise LeaseEnded("lease.ended")
        return by_key
    return view_queries.find_live_view(tx, session_id=actor.session_id, document_id=target.document.id, now=now)


def _key_view(vault: Vault, actor: Actor, view: ViewRecord, secret: Secret) -> None:
    try:
        version, pack, dek = unwrap_pack_dek(vault, version_id=view.version_id, document_id=view.document_id)  # (6)
        with translated_key_errors():
            wrapped = wrap_key(  # (7)
                view_wrapping_key(secret, view_id=view.id),
                dek,
                context=view_context_of(view, version=version.number),
                random=vault.random,
            )
        now = vault.clock.now()
        with transaction(vault.engine) as tx:
            if view_queries.keep_view_key(tx, view.id, wrapped_key=wrapped, pack_object=pack.object_key, now=now):
                vault.recorder.append(tx, answer_to(actor, view, Event.VIEW_KEYED, Outcome.SUCCESS))
    except VaultError as error:
        _give_back(vault, actor, view, error)
        raise


def _give_back(vault: Vault, actor: Actor, view: ViewRecord, error: VaultError) -> None:
    """Ends the view that could not be keyed, returns its claim and says why. Best effort: the sweep does the same."""
    with contextlib.suppress(Unavailable, Conflict), transaction(vault.engine) as tx:
        if isinstance(error, TamperError):
            vault.recorder.append(tx, answer_to(actor, view, Event.OBJECT_TAMPERED, Outcome.FAILED, code=error.code))
        fail_view(vault, tx, view, code=error.code, actor=actor)
