"""Reading a page of an open view: the one door that decrypts content for people.

::

      (8) re-read person, view and rights; session and its secret match; lease live; nothing revoked
      (9) fetch the page's byte range, unwrap under the view key, open it whole
     (10) burn in the mark and check that it is there; count the page and record page.read; only then return the bytes

Whatever is wrong at (8) ends the view by this page, with a plain reason (G4); but for a place at which the class does
not open, which refuses this page only. A page that fails at (9) is recorded as tampered; one whose mark cannot be drawn
is not returned (G5). One page more than the policy lets a view show is refused at (10), and the view goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from keys.model import Secret
from keys.viewkeys import view_wrapping_key
from keys.wrapping import unwrap_key
from vault.access.closing import EndCause, close_views, return_claim
from vault.access.facts import Target, load_target
from vault.access.opening import mark_text_of, unwrap_pack_dek, view_context_of
from vault.custody.keyroom import ServiceKey
from vault.custody.translation import translated_key_errors
from vault.database import document_queries, dossier_queries, grant_queries, people_queries, view_queries
from vault.database.document_queries import ObjectRecord, VersionRecord
from vault.database.engine import Connection, reading, transaction
from vault.database.view_queries import ViewRecord
from vault.errors import AccessDenied, Conflict, LeaseEnded, NotFound, TamperError
from vault.filing.cards import document_title
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.ledger.backlog import require_written
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.marking.visible import MarkText
from vault.model import Actor, Classification, DocumentId, DossierId, Duty, Place, PlaceSource, VersionId, ViewId
from vault.policy.opening import decide_continuing, decide_page_place
from vault.runtime import Vault
from vault.sealing.page_pack import PackIndex, PackScope, PartKind, find_page, read_part_of
from vault.storage.port import ObjectKey


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the viewer's frame shows; no content."""

    view_id: ViewId
    document_id: DocumentId
    title: str
    dossier_reference: str
    classification: Classification
    number: int
    allowed: int
    opened_at: dt.datetime
    expires_at: dt.datetime
    page_count: int
    page_sizes: tuple[tuple[int, int], ...]
    most_pages: int | None
    """So many different pages may be shown in this view; None: all."""
    identity: str


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page image that carries its mark. Never cached, never stored."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CopiedDocument:
    """What a copy is made of."""

    dossier_id: DossierId
    document_id: DocumentId
    version_id: VersionId


@dataclass(frozen=True, slots=True)
class _LiveView:
    view: ViewRecord
    target: Target
    version: VersionRecord
    pack: ObjectRecord

    @property
    def index_sealed(self) -> bytes:
        assert self.pack.index_sealed is not None  # checked in (8)
        return self.pack.index_sealed


def show_view(vault: Vault, actor: Actor, *, view_id: str) -> ViewState:
    """The frame of a live view. LeaseEnded with the reason when it is over."""
    live = _live_view(vault, actor, view_id)
    try:
        index = _index(live, _dek(actor, live))
        key = unwrap_dossier_key(vault.keyroom, live.target.holding.dossier)
        title = document_title(key, live.target.document)
    except TamperError as error:
        raise _tampered(vault, actor, live.view, error.code) from error
    return ViewState(
        view_id=live.view.id,
        document_id=live.view.document_id,
        title=title,
        dossier_reference=live.target.holding.dossier.reference,
        classification=live.target.holding.dossier.classification,
        number=live.view.number,
        allowed=live.view.allowed,
        opened_at=live.view.opened_at,
        expires_at=live.view.expires_at,
        page_count=live.version.page_count,
        page_sizes=tuple((page.width, page.height) for page in index.pages),
        most_pages=live.target.limits.pages,
        identity=f"{actor.name} · {actor.staff_number}",
    )


def read_page(vault: Vault, actor: Actor, *, view_id: str, page_number: int) -> MarkedPage:
    """One page as a JPEG with the view's mark burnt in. NotFound for a page that the document does not have."""
    marking_key = vault.keyroom.service_key(ServiceKey.MARKING)
    live = _live_view(vault, actor, view_id, is_page=True)  # (8)
    image, size = _open_part(vault, actor, live, page_number, PartKind.IMAGE)  # (9)
    try:
        marked = vault.view_marks.mark_page(  # (10)
            image,
            text=mark_text_of(actor, live.view),
            page_number=page_number,
            key=marking_key,
            expected_size=size,
        )
    except TamperError as error:  # sealed as it should be, but no page image of the size that the index says
        raise _tampered(vault, actor, live.view, error.code) from error
    _deliver(vault, actor, live, page_number, PartKind.IMAGE)
    return MarkedPage(marked.jpeg, marked.width, marked.height)


def read_page_text(vault: Vault, actor: Actor, *, view_id: str, page_number: int) -> str:
    """One page's text for a screen reader, behind the same view, counted and recorded like its image."""
    vault.keyroom.require_unsealed()
    live = _live_view(vault, actor, view_id, is_page=True)
    text, _size = _open_part(vault, actor, live, page_number, PartKind.TEXT)
    _deliver(vault, actor, live, page_number, PartKind.TEXT)
    return text.decode("utf-8")


def read_for_copy(vault: Vault, copied: CopiedDocument, *, text: MarkText) -> Iterator[MarkedPage]:
    """Every page for a copy that leaves the vault, with its mark burnt in and checked, one at a time.

    The caller (:mod:`vault.grants.copies`) has decided and recorded it; a view's lease and count play no part.
    TamperError if anything stored is not what was sealed.
    """
    marking_key = vault.keyroom.service_key(ServiceKey.MARKING)
    version, pack, dek = unwrap_pack_dek(vault, version_id=copied.version_id, document_id=copied.document_id)
    if pack.index_sealed is None:
        raise TamperError("tamper.row_missing")
    scope = PackScope(copied.dossier_id, copied.document_id, version.number)
    for number in range(1, version.page_count + 1):
        image, size = _part_of(vault, pack, pack.index_sealed, dek, scope, number, PartKind.IMAGE)
        marked = vault.view_marks.mark_page(image, text=text, page_number=number, key=marking_key, expected_size=size)
        yield MarkedPage(marked.jpeg, marked.width, marked.height)


def _live_view(vault: Vault, actor: Actor, view_id: str, *, is_page: bool = False) -> _LiveView:
    """(8) Everything that must still be true; a lost right ends the view here and now."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_written(tx)
        view = view_queries.load_view(tx, view_id)
        if view is not None and view.person_id == actor.person_id:
            target = _with_emergency(tx, load_target(vault, tx, actor, view.document_id), view)
            refusal = _refusal(tx, actor, view, target, now)
            place_code = decide_page_place(target.facts(actor.place), now=now).code
            version = _version_of(tx, view, target)
            pack = document_queries.load_object(tx, view.pack_object)
        else:
            view = None
    if view is None:
        _refuse(vault, actor, None, "not_found.view")
        raise NotFound
    if refusal is not None:
        _refuse(vault, actor, view, refusal.code)
        raise refusal
    if place_code and is_page:
        _refuse(vault, actor, view, place_code)
        raise AccessDenied(place_code)
    if view.wrapped_key is None:
        raise Conflict("view.not_ready")
    if version is None or pack is None or pack.index_sealed is None:
        raise _tampered(vault, actor, view, "tamper.row_missing")
    return _LiveView(view, target, version, pack)


def _version_of(tx: Connection, view: ViewRecord, target: Target) -> VersionRecord | None:
    """The version that was opened: mostly the one that is current, which is loaded already."""
    if target.version is not None and target.version.id == view.version_id:
        return target.version
    return document_queries.load_version(tx, view.version_id)


def _refusal(tx: Connection, actor: Actor, view: ViewRecord, target: Target, now: dt.datetime) -> LeaseEnded | None:
    """Why this view gives no further page, or None; with when, by whom, and whom to ask."""
    code = _end_code(actor, view, target, now)
    if code is None:
        return None
    ender = people_queries.load_person(tx, view.ended_by) if view.ended_by is not None else None
    return LeaseEnded(
        code,
        at=(view.ended_at or view.expires_at).isoformat(),
        by=ender.name if ender else "",
        ask=_custodians(tx, target, now),
    )


def _end_code(actor: Actor, view: ViewRecord, target: Target, now: dt.datetime) -> str | None:
    if view.ended_at is not None:
        return f"lease.{view.end_cause}"
    if now >= view.expires_at:
        return "lease.expired"
    if view.session_id != actor.session_id:
        return "lease.session"
    # the place was settled when the view was opened: the declared one is not asked for again on each page
    place = Place(address=actor.place.address, source=PlaceSource.DECLARED)
    return None if decide_continuing(target.facts(place), now=now).allowed else "lease.right_lost"


def _with_emergency(tx: Connection, target: Target, view: ViewRecord) -> Target:
    """The target with the emergency that this very view was opened in; it is used up and opens no other."""
    own = [each for each in target.grants.spent_emergencies if view.id in grant_queries.view_ids_through(tx, each)]
    return replace(target, emergency_view=True) if own else target


def _custodians(tx: Connection, target: Target, now: dt.datetime) -> str:
    """Whom to ask: the names of the dossier's custodians."""
    assignments = dossier_queries.assignments_of_dossier(tx, target.document.dossier_id)
    ids = {each.person_id for each in assignments if each.duty is Duty.CUSTODIAN and each.is_active(now)}
    return ", ".join(sorted(person.name for person in people_queries.people_by_id(tx, ids).values()))


def _refuse(vault: Vault, actor: Actor, view: ViewRecord | None, code: str) -> None:
    """Records the refused page; a view that is over by its time or by a lost right is ended in the same breath."""
    causes = {"lease.expired": EndCause.EXPIRED, "lease.right_lost": EndCause.RIGHT_LOST}
    with transaction(vault.engine) as tx:
        if view is not None and code in causes:
            close_views(vault, tx, [view], cause=causes[code])
        vault.recorder.append(
            tx,
            Entry(
                Event.PAGE_REFUSED,
                Outcome.DENIED,
                actor=actor.person_id,
                session=actor.session_id,
                place=actor.place,
                code=code,
                document=view.document_id if view else "",
                version=view.version_id if view else "",
                view=view.id if view else "",
            ),
        )


def _open_part(
    vault: Vault, actor: Actor, live: _LiveView, page_number: int, kind: PartKind
) -> tuple[bytes, tuple[int, int]]:
    """(9) One ranged read, opened whole; a damaged or swapped object is recorded before anybody hears of it."""
    try:
        dek = _dek(actor, live)
        scope = PackScope(live.target.document.dossier_id, live.target.document.id, live.version.number)
        return _part_of(vault, live.pack, live.index_sealed, dek, scope, page_number, kind)
    except TamperError as error:
        raise _tampered(vault, actor, live.view, error.code) from error


def _part_of(
    vault: Vault, pack: ObjectRecord, index: bytes, dek: Secret, scope: PackScope, page_number: int, kind: PartKind
) -> tuple[bytes, tuple[int, int]]:
    """A page's image or text, and the page's size in pixels; an object that is not there is as good as altered."""
    page = find_page(index, dek, scope=scope, number=page_number)
    if page is None:
        raise NotFound(recorded_as="not_found.page")
    part = page.image if kind is PartKind.IMAGE else page.text
    try:
        opened = read_part_of(vault.store, ObjectKey(pack.object_key), part, dek, scope=scope)
    except NotFound as error:
        raise TamperError("tamper.object_missing") from error
    return opened, (page.width, page.height)


def _dek(actor: Actor, live: _LiveView) -> Secret:
    if actor.session_secret is None or live.view.wrapped_key is None:
        raise LeaseEnded("lease.session")
    wrapping = view_wrapping_key(actor.session_secret, view_id=live.view.id)
    with translated_key_errors():
        return unwrap_key(
            wrapping, live.view.wrapped_key, context=view_context_of(live.view, version=live.version.number)
        )


def _index(live: _LiveView, dek: Secret) -> PackIndex:
    return PackIndex.open(
        live.index_sealed,
        dek,
        dossier_id=live.target.document.dossier_id,
        document_id=live.target.document.id,
        version=live.version.number,
    )


def _deliver(vault: Vault, actor: Actor, live: _LiveView, page_number: int, kind: PartKind) -> None:
    """(10) Counts and records the page, unless the view ended meanwhile; nothing is sent before this has committed.

    AccessDenied ``denied.pages`` for one page too many; recorded.
    """
    try:
        with transaction(vault.engine) as tx:
            counted = view_queries.count_page(tx, live.view.id, now=vault.clock.now())
            if counted:
                _count_distinct(tx, live, page_number)
                vault.recorder.append(tx, _page_entry(actor, live, page_number, kind))
    except AccessDenied as error:
        _refuse(vault, actor, live.view, error.code)
        raise
    if not counted:
        _live_view(vault, actor, live.view.id)  # says why, and records it
        raise LeaseEnded("lease.ended")


def _count_distinct(tx: Connection, live: _LiveView, page_number: int) -> None:
    most = live.target.limits.pages
    if most is not None and not view_queries.count_distinct_page(tx, live.view.id, page_number, most=most):
        raise AccessDenied("denied.pages", limit=most)


def _page_entry(actor: Actor, live: _LiveView, page_number: int, kind: PartKind) -> Entry:
    return Entry(
        Event.PAGE_READ,
        Outcome.SUCCESS,
        actor=actor.person_id,
        session=actor.session_id,
        dossier=live.target.document.dossier_id,
        document=live.view.document_id,
        version=live.view.version_id,
        view=live.view.id,
        place=actor.place,
        details={"page": page_number, "kind": kind.value},
    )


def _tampered(vault: Vault, actor: Actor, view: ViewRecord, code: str) -> TamperError:
    """Records what was found for the security officer; if no page had left, the view ends and its claim returns."""
    with transaction(vault.engine) as tx:
        vault.recorder.append(
            tx,
            Entry(
                Event.OBJECT_TAMPERED,
                Outcome.FAILED,
                actor=actor.person_id,
                session=actor.session_id,
                document=view.document_id,
                version=view.version_id,
                view=view.id,
                place=actor.place,
                code=code,
            ),
        )
        if return_claim(vault, tx, view, code=code, actor=actor):
            close_views(vault, tx, [view], cause=EndCause.FAILED, actor=actor, code=code)
    return TamperError(code)
