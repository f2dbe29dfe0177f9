"""Grants in lists: what a person has been granted, what of it is left and until when; and one beside its request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import copy_queries, document_queries, dossier_queries, grant_queries, people_queries
from vault.database.copy_queries import CopyRecord
from vault.database.document_queries import DocumentRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.grant_queries import GrantRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import NotFound, Sealed, TamperError
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.holdings import holding_of_person
from vault.grants.ending import END_NOTE_FIELD, may_revoke
from vault.grants.passwords import PASSWORD_FIELD
from vault.grants.standing import standing_grants
from vault.model import Actor, CopyId, DocumentId, Office, PersonId, RequestId
from vault.policy.granting import OVER, GrantKind, GrantState
from vault.recording import require_office
from vault.runtime import Vault

PAGE_ROWS = 20


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A copy that was prepared; ``password`` only for who has it, until its time is over."""

    id: CopyId
    prepared_at: dt.datetime
    until: dt.datetime
    downloaded_at: dt.datetime | None
    may_download: bool
    password: str


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant as it stands now. ``document_title`` is '' while sealed, and when it was altered.

    ``use_by`` matters before the first use, ``ends_at`` after it.
    """

    request_id: RequestId
    kind: GrantKind
    state: GrantState
    document_id: DocumentId
    document_title: str
    dossier_reference: str
    amount: int
    used: int
    lasts_days: int
    given_at: dt.datetime
    use_by: dt.datetime
    ends_at: dt.datetime | None
    ended_at: dt.datetime | None
    ended_by: str
    end_note: str
    is_own: bool
    may_return: bool
    may_revoke: bool
    may_prepare: bool
    copies: list[CopyRow]

    @property
    def opens(self) -> bool:
        """Whether the person may go to the document for it."""
        return self.is_own and self.state in {GrantState.WAITING, GrantState.RUNNING}


@dataclass(frozen=True, slots=True)
class Grants:
    """What a person has now, and one page of what they had; pages count from 1."""

    current: list[GrantRow]
    ended: list[GrantRow]
    page: int
    has_more: bool


def list_grants(vault: Vault, actor: Actor, *, page: int = 1) -> Grants:
    """The actor's own grants, newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        now, person_id = vault.clock.now(), actor.person_id
        unended = grant_queries.unended_grants_of_person(tx, person_id)
        offset = (page - 1) * PAGE_ROWS
        ended = grant_queries.grants_of_person(tx, person_id, ended=True, limit=PAGE_ROWS + 1, offset=offset)
        swept = [each for each in unended if each.state(now) in OVER] if page == 1 else []
        current = [each for each in reversed(unended) if each.state(now) not in OVER]
        return Grants(
            current=grant_rows(vault, tx, actor, current),
            ended=grant_rows(vault, tx, actor, [*reversed(swept), *ended[:PAGE_ROWS]]),
            page=page,
            has_more=len(ended) > PAGE_ROWS,
        )


def grant_rows(vault: Vault, tx: Connection, actor: Actor, grants: list[GrantRecord]) -> list[GrantRow]:
    """The grants as this person sees them, in the same order."""
    documents = document_queries.load_documents(tx, {each.document_id for each in grants})
    dossiers = dossier_queries.load_dossiers(tx, {each.dossier_id for each in documents.values()})
    keys = {each.id: _key(vault, each) for each in dossiers.values()}
    people = people_queries.people_by_id(tx, {each.ended_by for each in grants if each.ended_by})
    copies = copy_queries.copies_of_requests(tx, [each.request_id for each in grants if each.kind is GrantKind.COPY])
    rows = []
    for grant in grants:
        document = documents[grant.document_id]
        dossier = dossiers[document.dossier_id]
        key = keys[dossier.id]
        state = _state(vault, tx, grant, dossier)
        is_over, is_own = state in OVER, grant.person_id == actor.person_id
        rows.append(
            GrantRow(
                request_id=grant.request_id,
                kind=grant.kind,
                state=state,
                document_id=grant.document_id,
                document_title=_title(key, document),
                dossier_reference=dossier.reference,
                amount=grant.amount,
                used=grant.used,
                lasts_days=grant.lasts_days,
                given_at=grant.given_at,
                use_by=grant.use_by,
                ends_at=grant.ends_at,
                ended_at=grant.ended_at,
                ended_by=people[grant.ended_by].name if grant.ended_by else "",
                end_note=_opened(key, END_NOTE_FIELD, grant.end_note_sealed, grant.request_id),
                is_own=is_own,
                may_return=is_own and not is_over,
                may_revoke=not is_over and may_revoke(vault, tx, actor, grant).allowed,
                may_prepare=is_own and grant.kind is GrantKind.COPY and not is_over and grant.left > 0,
                copies=[
                    _copy(vault, key, each, is_own=is_own) for each in copies if each.request_id == grant.request_id
                ],
            )
        )
    return rows


def _state(vault: Vault, tx: Connection, grant: GrantRecord, dossier: DossierRecord) -> GrantState:
    """By its clock, and VOID if who agreed to it could not any more."""
    state = grant.state(vault.clock.now())
    if state in OVER:
        return state
    holding = holding_of_person(vault, tx, PersonId(grant.person_id), dossier)
    policy = policy_in_force(tx).policy
    standing = standing_grants(vault, tx, holding=holding, document_id=grant.document_id, policy=policy)
    fallen = {each.request_id: cause for each, cause in standing.fallen}
    return fallen.get(grant.request_id, state)


def _copies(
    vault: Vault, key: DossierKey | None, grant: GrantRecord, copies: list[CopyRecord], *, is_own: bool
) -> list[CopyRow]:
    own = [each for each in copies if each.request_id == grant.request_id]
    return [_copy(vault, key, each, is_own=is_own) for each in own]


def _copy(vault: Vault, key: DossierKey | None, copy: CopyRecord, *, is_own: bool) -> CopyRow:
    in_time = vault.clock.now() < copy.until
    return CopyRow(
        id=copy.id,
        prepared_at=copy.prepared_at,
        until=copy.until,
        downloaded_at=copy.downloaded_at,
        may_download=is_own and in_time and copy.downloaded_at is None,
        password=_opened(key, PASSWORD_FIELD, copy.password_sealed, copy.id) if is_own and in_time else "",
    )


def _title(key: DossierKey | None, document: DocumentRecord) -> str:
    """One altered title must not hide the rest of the list."""
    try:
        return document_title(key, document) if key else ""
    except TamperError:
        return ""


def _opened(key: DossierKey | None, field: str, sealed: bytes | None, owner: str) -> str:
    return key.open_field(field, sealed, owner=owner) if key and sealed else ""


def _key(vault: Vault, dossier: DossierRecord) -> DossierKey | None:
    try:
        return unwrap_dossier_key(vault.keyroom, dossier)
    except (Sealed, TamperError, NotFound):  # NotFound: shredded
        return None
