"""What somebody who leaves has open and owes, listed for whoever ends it: by dossier's reference, never a customer.

Of each kind the newest rows and the number of all; a fixed number of statements, however much is open. Sessions, views,
requests, grants and copies are what :func:`vault.leaving.ending.end_what_is_open` ends; a view's key ends with it.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vault.database import (
    copy_queries,
    document_queries,
    dossier_queries,
    grant_queries,
    request_queries,
    submission_queries,
    view_queries,
)
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.model import Classification, DocumentId, DossierId, PersonId
from vault.people.humans import accounts_of
from vault.people.signing_in import session_rows
from vault.policy.granting import OVER, GrantKind, GrantState
from vault.requests.steads import decider_of
from vault.runtime import Vault

MOST_ROWS = 25


class OpenKind(enum.Enum):
    """What can be open."""

    SESSION = "session"
    VIEW = "view"
    REQUEST = "request"
    GRANT = "grant"
    COPY = "copy"
    """A marked copy that is prepared and not downloaded."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One open thing, since when, and when it ends by itself at the latest, if it does.

    ``reference`` is the dossier's, or what was typed where no dossier has it, then without a class; '' for a session,
    which has ``address`` and ``user_agent``. ``asks`` is what a request asks for, or what was granted.
    """

    kind: OpenKind
    since: dt.datetime
    until: dt.datetime | None
    reference: str = ""
    classification: Classification | None = None
    asks: GrantKind | None = None
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class OpenThings:
    """What a leaver has open and owes: ``to_decide`` requests and ``to_file`` submissions wait for them.

    ``numbers`` count all of each kind, ``rows`` are the newest of each, kind after kind.
    """

    numbers: Mapping[OpenKind, int]
    rows: list[OpenRow]
    to_decide: int
    to_file: int

    @property
    def unlisted(self) -> dict[OpenKind, int]:
        """How many of a kind are not among the rows, where any are not."""
        listed = {kind: sum(row.kind is kind for row in self.rows) for kind in self.numbers}
        return {kind: number - listed[kind] for kind, number in self.numbers.items() if number > listed[kind]}


@dataclass(frozen=True, slots=True)
class _Found:
    """A row whose dossier is still to be looked up, by document or by its own id."""

    row: OpenRow
    document_id: DocumentId | None
    dossier_id: DossierId | None = None


def open_things_of(
    vault: Vault, tx: Connection, person_id: PersonId, *, now: dt.datetime, most: int = MOST_ROWS
) -> OpenThings:
    """Of this person, as things stand now, at most so many rows a kind; whoever calls has decided who may see them."""
    grants = [each for each in grant_queries.unended_grants_of_person(tx, person_id) if each.state(now) not in OVER]
    found = {
        OpenKind.SESSION: _sessions(vault, tx, person_id),
        OpenKind.VIEW: _views(tx, person_id, now),
        OpenKind.REQUEST: _requests(tx, person_id, now),
        OpenKind.GRANT: [_granted(each) for each in grants if each.state(now) is not GrantState.SPENT],
        OpenKind.COPY: _copies(tx, grants, now),
    }
    listed = [
        each for rows in found.values() for each in sorted(rows, key=lambda each: each.row.since, reverse=True)[:most]
    ]
    return OpenThings(
        numbers={kind: len(rows) for kind, rows in found.items()},
        rows=_with_dossiers(tx, listed),
        to_decide=request_queries.count_decidable(tx, decider_of(tx, person_id), now=now),
        to_file=submission_queries.count_waiting_for(tx, person_id, accounts_of(tx, person_id), now=now),
    )


def _sessions(vault: Vault, tx: Connection, person_id: PersonId) -> list[_Found]:
    return [
        _Found(OpenRow(OpenKind.SESSION, each.created_at, None, address=each.address, user_agent=each.user_agent), None)
        for each in session_rows(vault, tx, person_id, current="")
    ]


def _views(tx: Connection, person_id: PersonId, now: dt.datetime) -> list[_Found]:
    live = [each for each in view_queries.unended_views(tx, person_id=person_id) if each.is_live(now)]
    return [_Found(OpenRow(OpenKind.VIEW, each.opened_at, each.expires_at), each.document_id) for each in live]


def _requests(tx: Connection, person_id: PersonId, now: dt.datetime) -> list[_Found]:
    return [
        _Found(
            OpenRow(
                OpenKind.REQUEST,
                each.asked_at,
                each.lapses_at,
                reference=each.subject if each.kind is GrantKind.ACCESS else "",
                asks=each.kind,
            ),
            each.document_id,
            each.dossier_id,
        )
        for each in request_queries.open_requests_by(tx, person_id, now=now)
    ]


def _granted(grant: GrantRecord) -> _Found:
    until = grant.ends_at or grant.use_by
    return _Found(OpenRow(OpenKind.GRANT, grant.given_at, until, asks=grant.kind), grant.document_id)


def _copies(tx: Connection, grants: list[GrantRecord], now: dt.datetime) -> list[_Found]:
    """Of grants that are not over: with one that is used up its last copy still waits to be downloaded."""
    ids = [each.request_id for each in grants if each.kind is GrantKind.COPY]
    prepared = copy_queries.copies_of_requests(tx, ids) if ids else []
    return [
        _Found(OpenRow(OpenKind.COPY, each.prepared_at, each.until), each.document_id)
        for each in prepared
        if each.downloaded_at is None and now < each.until
    ]


def _with_dossiers(tx: Connection, listed: list[_Found]) -> list[OpenRow]:
    documents = document_queries.load_documents(tx, {each.document_id for each in listed if each.document_id})
    ids = [
        documents[each.document_id].dossier_id if each.document_id in documents else each.dossier_id for each in listed
    ]
    dossiers = dossier_queries.load_dossiers(tx, {each for each in ids if each})
    return [_placed(each.row, dossiers.get(own) if own else None) for each, own in zip(listed, ids, strict=True)]


def _placed(row: OpenRow, dossier: DossierRecord | None) -> OpenRow:
    if dossier is None:
        return row
    return replace(row, reference=dossier.reference, classification=dossier.classification)
