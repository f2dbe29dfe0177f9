"""Requests and what was decided about them, as rows.

A request whose time ran out counts as closed, whether or not it was swept.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from vault.database.dossier_queries import MomentAsked, PeopleAsked, held_by, is_held
from vault.database.tables.dossiers import document_versions
from vault.database.tables.metadata import UtcMillis
from vault.database.tables.requests import request_decisions, requests
from vault.model import DocumentId, DossierId, Duty, PersonId, RequestId
from vault.policy.granting import GrantKind


class RequestState(enum.Enum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    UNREVIEWED = "unreviewed"
    """A document was opened in an emergency, and nobody has reviewed that yet. It waits for ever."""
    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """``subject`` is the document's id, or for access the reference that was typed.

    ``dossier_id`` is None when no dossier has that reference; ``document_id`` until an approver names the document.
    ``asked`` and ``granted`` count views, copies, minutes or days, by ``kind``.
    """

    id: RequestId
    requester_id: PersonId
    kind: GrantKind
    subject: str
    dossier_id: DossierId | None
    document_id: DocumentId | None
    asked: int
    reason_sealed: bytes
    state: RequestState
    granted: int
    asked_at: dt.datetime
    lapses_at: dt.datetime
    decided_at: dt.datetime | None

    def as_of(self, now: dt.datetime) -> RequestRecord:
        """The request with its time run out taken into account."""
        has_lapsed = self.state is RequestState.OPEN and self.lapses_at <= now
        return replace(self, state=RequestState.LAPSED) if has_lapsed else self


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What one approver decided, or a delegate ``in_stead_of`` one."""

    id: str
    request_id: RequestId
    decider_id: PersonId
    approved: bool
    amount: int
    note_sealed: bytes | None
    decided_at: dt.datetime
    in_stead_of: PersonId | None = None

    @property
    def deciders(self) -> frozenset[PersonId]:
        """For whom it counts: who decided, and in whose stead."""
        return frozenset({self.decider_id} if self.in_stead_of is None else {self.decider_id, self.in_stead_of})


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides by ``person_id``, and every account of the same person, that one included."""

    person_id: PersonId
    accounts: frozenset[PersonId]


def _request(row: sa.Row[tuple[object, ...]]) -> RequestRecord:
    stored = dict(row._mapping)
    stored["state"] = RequestState(stored["state"])
    stored["kind"] = GrantKind(stored["kind"])
    return RequestRecord(**stored)


def store_request(tx: sa.Connection, request: RequestRecord) -> None:
    values = {name: getattr(request, name) for name in RequestRecord.__slots__}
    tx.execute(sa.insert(requests).values({**values, "state": request.state.value, "kind": request.kind.value}))


def load_request(tx: sa.Connection, request_id: str) -> RequestRecord | None:
    row = tx.execute(sa.select(requests).where(requests.c.id == request_id)).one_or_none()
    return _request(row) if row else None


def lock_request(tx: sa.Connection, request_id: str) -> RequestRecord | None:
    """The request with its row held until the transaction ends: decisions about it come one after the other."""
    row = tx.execute(sa.select(requests).where(requests.c.id == request_id).with_for_update()).one_or_none()
    return _request(row) if row else None


def open_request_of(tx: sa.Connection, person_id: PersonId, kind: GrantKind, subject: str) -> RequestRecord | None:
    query = sa.select(requests).where(
        requests.c.requester_id == person_id,
        requests.c.kind == kind.value,
        requests.c.subject == subject,
        requests.c.state == RequestState.OPEN.value,
    )
    row = tx.execute(query).one_or_none()
    return _request(row) if row else None


def open_requests_on(tx: sa.Connection, person_id: PersonId, document_id: DocumentId) -> list[RequestRecord]:
    """What the person has open about the document, of every kind; the caller looks at the time."""
    query = sa.select(requests).where(
        requests.c.requester_id == person_id,
        requests.c.document_id == document_id,
        requests.c.state == RequestState.OPEN.value,
    )
    return _newest(tx, query)


def count_open_accesses(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> int:
    query = sa.select(sa.func.count()).where(
        requests.c.requester_id == person_id, requests.c.kind == GrantKind.ACCESS.value, _is_open(now)
    )
    return int(tx.execute(query.select_from(requests)).scalar_one())


def requests_about(
    tx: sa.Connection, person_id: PersonId, document_id: DocumentId, *, limit: int
) -> list[RequestRecord]:
    """Everything this person ever asked about the document, newest first."""
    query = sa.select(requests).where(requests.c.requester_id == person_id, requests.c.document_id == document_id)
    return _newest(tx, query, limit=limit)


def open_requests_by(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[RequestRecord]:
    query = sa.select(requests).where(requests.c.requester_id == person_id, _waits(now))
    return _newest(tx, query)


def closed_requests_by(
    tx: sa.Connection, person_id: PersonId, *, now: dt.datetime, limit: int, offset: int
) -> list[RequestRecord]:
    query = sa.select(requests).where(requests.c.requester_id == person_id, sa.not_(_waits(now)))
    return _newest(tx, query, limit=limit, offset=offset)


def open_requests_for(
    tx: sa.Connection, approver: Decider, *, now: dt.datetime, givers: Collection[Decider] = ()
) -> list[RequestRecord]:
    """Other people's open requests on the dossiers that this person is approver of, or any of the ``givers`` is."""
    others = requests.c.requester_id.not_in(approver.accounts)

    def holds(person_id: PersonId) -> sa.ColumnElement[bool]:
        return is_held(requests.c.dossier_id, [person_id], Duty.APPROVER, now=now)

    theirs = _for_approver(approver, givers, holds=holds, now=now)
    return _newest(tx, sa.select(requests).where(theirs, others, _waits(now)))


def closed_requests_for(
    tx: sa.Connection,
    approver: Decider,
    *,
    now: dt.datetime,
    limit: int,
    offset: int,
    givers: Collection[Decider] = (),
) -> list[RequestRecord]:
    """Closed ones stay with whoever decided about them, also when the requester turns out to be the same person."""

    def holds(person_id: PersonId) -> sa.ColumnElement[bool]:
        return requests.c.dossier_id.in_(held_by(person_id, Duty.APPROVER, now))

    theirs = _for_approver(approver, givers, holds=holds, now=now)
    return _newest(tx, sa.select(requests).where(theirs, sa.not_(_waits(now))), limit=limit, offset=offset)


def count_decidable(tx: sa.Connection, approver: Decider, *, now: dt.datetime, givers: Collection[Decider] = ()) -> int:
    """Open requests that wait for this person: approver of the dossier, with no other part in it or the document.

    Those of the ``givers`` in whose stead they decide count, too, where neither of the two has another part. A part
    that somebody has by another account is theirs.
    """
    if not givers:
        asked = {"approver": [approver.person_id], "accounts": list(approver.accounts), "now": now}
        return int(tx.execute(_COUNT_DECIDABLE, asked).scalar_one())
    return int(tx.execute(_decidable([approver.person_id], approver.accounts, now, givers)).scalar_one())


def people_behind(tx: sa.Connection, document_ids: list[DocumentId]) -> dict[DocumentId, frozenset[PersonId]]:
    """Who handed in or filed any version of each document."""
    query = sa.select(
        document_versions.c.document_id, document_versions.c.submitted_by, document_versions.c.filed_by
    ).where(document_versions.c.document_id.in_(document_ids))
    behind: dict[DocumentId, frozenset[PersonId]] = {}
    for document_id, submitted_by, filed_by in tx.execute(query):
        known = behind.get(document_id, frozenset())
        behind[document_id] = known | {person for person in (submitted_by, filed_by) if person is not None}
    return behind


def name_document(tx: sa.Connection, request_id: RequestId, document_id: DocumentId) -> None:
    """The document that an approver of the dossier chose for a request for access."""
    tx.execute(sa.update(requests).where(requests.c.id == request_id).values(document_id=document_id))


def close_request(
    tx: sa.Connection, request_id: RequestId, *, state: RequestState, now: dt.datetime, granted: int = 0
) -> bool:
    """Moves an open request to its final state; False if it is not open any more."""
    change = (
        sa.update(requests)
        .where(requests.c.id == request_id, requests.c.state == RequestState.OPEN.value)
        .values(state=state.value, decided_at=now, granted=granted)
    )
    return tx.execute(change).rowcount == 1


def close_review(tx: sa.Connection, request_id: RequestId, *, state: RequestState, now: dt.datetime) -> bool:
    """Closes the review of an emergency; False if it is closed already."""
    change = (
        sa.update(requests)
        .where(requests.c.id == request_id, requests.c.state == RequestState.UNREVIEWED.value)
        .values(state=state.value, decided_at=now)
    )
    return tx.execute(change).rowcount == 1


def unreviewed_by(tx: sa.Connection, person_ids: Collection[PersonId]) -> list[RequestRecord]:
    """Emergencies of any of these accounts that wait for a review, newest first."""
    query = sa.select(requests).where(
        requests.c.requester_id.in_(person_ids), requests.c.state == RequestState.UNREVIEWED.value
    )
    return _newest(tx, query)


def unreviewed(tx: sa.Connection) -> list[RequestRecord]:
    """Everybody's, oldest first."""
    query = sa.select(requests).where(requests.c.state == RequestState.UNREVIEWED.value)
    return [_request(row) for row in tx.execute(query.order_by(requests.c.asked_at, requests.c.id))]


def count_unreviewed(tx: sa.Connection) -> int:
    """How many there are in all."""
    query = sa.select(sa.func.count()).where(requests.c.state == RequestState.UNREVIEWED.value)
    return int(tx.execute(query.select_from(requests)).scalar_one())


def store_decision(tx: sa.Connection, decision: DecisionRecord) -> None:
    values = {name: getattr(decision, name) for name in DecisionRecord.__slots__}
    tx.execute(sa.insert(request_decisions).values(values))


def decisions_of(tx: sa.Connection, request_ids: list[RequestId]) -> dict[RequestId, list[DecisionRecord]]:
    """What was decided about each, in the order in which it was."""
    query = sa.select(request_decisions).where(request_decisions.c.request_id.in_(request_ids))
    found: dict[RequestId, list[DecisionRecord]] = {each: [] for each in request_ids}
    for row in tx.execute(query.order_by(request_decisions.c.decided_at, request_decisions.c.id)):
        found[RequestId(row.request_id)].append(DecisionRecord(**row._mapping))
    return found


def last_deciders(tx: sa.Connection, dossier_id: DossierId) -> dict[PersonId, dt.datetime]:
    """When each person last decided something about the dossier."""
    query = (
        sa.select(request_decisions.c.decider_id, sa.func.max(request_decisions.c.decided_at).label("last"))
        .join(requests, requests.c.id == request_decisions.c.request_id)
        .where(requests.c.dossier_id == dossier_id)
        .group_by(request_decisions.c.decider_id)
    )
    return {PersonId(row.decider_id): row.last for row in tx.execute(query)}


def lapsed_requests(tx: sa.Connection, *, now: dt.datetime) -> list[RequestRecord]:
    query = sa.select(requests).where(requests.c.state == RequestState.OPEN.value, requests.c.lapses_at <= now)
    return [_request(row) for row in tx.execute(query)]


def _newest(
    tx: sa.Connection, query: sa.Select[tuple[object, ...]], *, limit: int | None = None, offset: int = 0
) -> list[RequestRecord]:
    ordered = query.order_by(requests.c.asked_at.desc(), requests.c.id)
    return [_request(row) for row in tx.execute(ordered.limit(limit).offset(offset))]


def _is_open(now: MomentAsked) -> sa.ColumnElement[bool]:
    return sa.and_(requests.c.state == RequestState.OPEN.value, requests.c.lapses_at > now)


def _waits(now: MomentAsked) -> sa.ColumnElement[bool]:
    """For a decision, or for the review of an emergency. The list of states is for the index."""
    waiting = requests.c.state.in_([RequestState.OPEN.value, RequestState.UNREVIEWED.value])
    return sa.and_(waiting, sa.or_(_is_open(now), requests.c.state == RequestState.UNREVIEWED.value))


def _for_approver(
    approver: Decider,
    givers: Collection[Decider],
    *,
    holds: Callable[[PersonId], sa.ColumnElement[bool]],
    now: dt.datetime,
) -> sa.ColumnElement[bool]:
    """``holds`` says how somebody's duty is asked for: few requests wait, very many are closed."""
    own = holds(approver.person_id)
    in_stead = [
        sa.and_(
            _not_emergency(),
            holds(each.person_id),
            sa.not_(_has_side(approver.accounts, now)),
        )
        for each in givers
    ]
    return sa.and_(requests.c.requester_id != approver.person_id, sa.or_(own, *in_stead))


def _not_emergency() -> sa.ColumnElement[bool]:
    """Nobody reviews an emergency in another's stead."""
    return requests.c.kind != GrantKind.EMERGENCY.value


def _has_side(accounts: PeopleAsked, now: MomentAsked) -> sa.ColumnElement[bool]:
    """Holds a duty on the dossier that nobody has beside an approver's."""
    return is_held(requests.c.dossier_id, accounts, Duty.CUSTODIAN, Duty.AUTHOR, Duty.BORROWER, now=now)


def _has_other_part(accounts: PeopleAsked, now: MomentAsked) -> sa.ColumnElement[bool]:
    """Handed in or filed a version of the document, keeps its dossier, or has decided already."""
    is_behind = sa.exists().where(
        document_versions.c.document_id == requests.c.document_id,
        sa.or_(document_versions.c.submitted_by.in_(accounts), document_versions.c.filed_by.in_(accounts)),
    )
    has_decided = sa.exists().where(
        request_decisions.c.request_id == requests.c.id,
        sa.or_(request_decisions.c.decider_id.in_(accounts), request_decisions.c.in_stead_of.in_(accounts)),
    )
    return sa.or_(is_behind, is_held(requests.c.dossier_id, accounts, Duty.CUSTODIAN, now=now), has_decided)


def _decidable(
    approver: PeopleAsked, accounts: PeopleAsked, now: MomentAsked, givers: Collection[Decider] = ()
) -> sa.Select[Any]:
    """How many wait for the one approver who has these accounts."""
    without = sa.not_(_has_other_part(accounts, now))
    own = is_held(requests.c.dossier_id, approver, Duty.APPROVER, now=now)
    in_stead = [
        sa.and_(
            _not_emergency(),
            requests.c.requester_id.not_in(giver.accounts),
            is_held(requests.c.dossier_id, [giver.person_id], Duty.APPROVER, now=now),
            sa.not_(_has_other_part(giver.accounts, now)),
            sa.not_(_has_side(accounts, now)),
        )
        for giver in givers
    ]
    query = sa.select(sa.func.count()).select_from(requests)
    return query.where(requests.c.requester_id.not_in(accounts), _waits(now), without, sa.or_(own, *in_stead))


# Built once, since the top bar of every page asks; whoever decides in another's stead asks another one.
_COUNT_DECIDABLE = _decidable(
    sa.bindparam("approver", expanding=True),
    sa.bindparam("accounts", expanding=True),
    sa.bindparam("now", type_=UtcMillis),
)


def set_reason(tx: sa.Connection, request_id: RequestId, reason_sealed: bytes) -> None:
    """The same words sealed anew."""
    tx.execute(sa.update(requests).where(requests.c.id == request_id).values(reason_sealed=reason_sealed))


def set_note(tx: sa.Connection, decision_id: str, note_sealed: bytes) -> None:
    """The same words sealed anew."""
    change = sa.update(request_decisions).where(request_decisions.c.id == decision_id)
    tx.execute(change.values(note_sealed=note_sealed))


def requests_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[RequestRecord]:
    """Every request about the dossier, whatever its state."""
    return [_request(row) for row in tx.execute(sa.select(requests).where(requests.c.dossier_id == dossier_id))]


def empty_sealed(tx: sa.Connection, dossier_id: DossierId) -> None:
    """Every word that was sealed under the dossier's key, in requests and decisions: gone with the key."""
    of_dossier = sa.select(requests.c.id).where(requests.c.dossier_id == dossier_id)
    tx.execute(sa.update(requests).where(requests.c.dossier_id == dossier_id).values(reason_sealed=b""))
    of_requests = request_decisions.c.request_id.in_(of_dossier)
    tx.execute(sa.update(request_decisions).where(of_requests).values(note_sealed=None))
