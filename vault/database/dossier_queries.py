"""Dossiers, and who holds which duty on them, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from vault.database.tables.dossiers import assignments, document_versions, documents, dossiers, filed_contents
from vault.database.tables.people import people
from vault.database.team_queries import dossiers_lent_to
from vault.model import Classification, DossierId, Duty, Office, PersonId, PersonState

PeopleAsked: TypeAlias = Collection[PersonId] | sa.BindParameter[Any] | sa.Select[Any]
MomentAsked: TypeAlias = dt.datetime | sa.BindParameter[Any]
"""What a statement asks about: given now, or each time that a statement which was built once is executed."""
_REFERENCES_LOCK = 0x7265666572  # "refer"

# Built once, since every page of every view asks them.
_DOSSIER = sa.select(dossiers).where(dossiers.c.id == sa.bindparam("dossier_id"))
_ASSIGNMENTS_ON = sa.select(assignments).where(
    assignments.c.person_id == sa.bindparam("person_id"),
    assignments.c.dossier_id.in_(sa.bindparam("dossier_ids", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class DossierRecord:
    """One dossier as stored: its customer record is sealed under the dossier key, which is wrapped."""

    id: DossierId
    reference: str
    classification: Classification
    wrapped_key: bytes
    record_sealed: bytes
    name_token: bytes
    created_at: dt.datetime
    created_by: PersonId
    revision: int
    key_number: int = 1
    next_wrapped_key: bytes | None = None
    shredded_at: dt.datetime | None = None

    @property
    def is_shredded(self) -> bool:
        return self.shredded_at is not None


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    id: str
    dossier_id: DossierId
    person_id: PersonId
    duty: Duty
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    assigned_by: PersonId

    def is_active(self, now: dt.datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def _dossier(row: sa.Row[tuple[object, ...]]) -> DossierRecord:
    stored = dict(row._mapping)
    stored["classification"] = Classification(stored["classification"])
    return DossierRecord(**stored)


def assignment_of_row(row: sa.Row[tuple[object, ...]]) -> AssignmentRecord:
    stored = dict(row._mapping)
    stored["duty"] = Duty(stored["duty"])
    return AssignmentRecord(**stored)


def store_dossier(tx: sa.Connection, dossier: DossierRecord) -> None:
    tx.execute(
        sa.insert(dossiers).values(
            id=dossier.id,
            reference=dossier.reference,
            classification=dossier.classification.value,
            wrapped_key=dossier.wrapped_key,
            record_sealed=dossier.record_sealed,
            name_token=dossier.name_token,
            created_at=dossier.created_at,
            created_by=dossier.created_by,
            revision=dossier.revision,
        )
    )


def load_dossier(tx: sa.Connection, dossier_id: str) -> DossierRecord | None:
    row = tx.execute(_DOSSIER, {"dossier_id": dossier_id}).one_or_none()
    return _dossier(row) if row else None


def load_dossiers(tx: sa.Connection, dossier_ids: set[DossierId]) -> dict[DossierId, DossierRecord]:
    query = sa.select(dossiers).where(dossiers.c.id.in_(dossier_ids))
    return {dossier.id: dossier for dossier in map(_dossier, tx.execute(query))}


def find_dossier_by_reference(tx: sa.Connection, reference: str) -> DossierRecord | None:
    row = tx.execute(sa.select(dossiers).where(dossiers.c.reference == reference)).one_or_none()
    return _dossier(row) if row else None


def highest_reference(tx: sa.Connection, prefix: str) -> str | None:
    """The last one of the kind, which stays so until the transaction ends: those who found dossiers wait in turn."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer anyhow
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_REFERENCES_LOCK)))
    of_kind = sa.select(dossiers.c.reference).where(dossiers.c.reference.like(f"{prefix}%"))
    longest_last = sa.func.length(dossiers.c.reference).desc(), dossiers.c.reference.desc()  # 99999 before 100000
    highest: str | None = tx.execute(of_kind.order_by(*longest_last).limit(1)).scalar_one_or_none()
    return highest


def dossiers_of_person(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[DossierRecord]:
    """Dossiers on which the person holds a duty that has not ended, themself or through a team, newest first.

    Shredded ones are nobody's.
    """
    held = (
        sa.select(assignments.c.dossier_id)
        .where(assignments.c.person_id == person_id)
        .where(sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now))
    )
    lent = dossiers_lent_to(person_id, now=now)
    query = sa.select(dossiers).where(dossiers.c.id.in_(held.union(lent)), dossiers.c.shredded_at.is_(None))
    return [_dossier(row) for row in tx.execute(query.order_by(dossiers.c.reference.desc()))]


def dossiers_held_now(
    tx: sa.Connection,
    person_id: PersonId,
    *,
    now: dt.datetime,
    limit: int,
    before: str = "",
    name_tokens: list[bytes] | None = None,
) -> list[DossierRecord]:
    """Dossiers on which the person holds a duty now, themself or through a team, newest first; at most ``limit``.

    ``before`` is the id of the dossier that the page before ended with; where there is none, the list begins anew.
    Shredded ones are nobody's.
    """
    lasts = sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now)
    held = sa.select(assignments.c.dossier_id).where(
        assignments.c.person_id == person_id, assignments.c.starts_at <= now, lasts
    )
    lent = dossiers_lent_to(person_id, now=now, begun=True)
    query = sa.select(dossiers.c.id).where(dossiers.c.id.in_(held.union(lent)), dossiers.c.shredded_at.is_(None))
    if before:
        last = tx.execute(sa.select(dossiers.c.reference).where(dossiers.c.id == before)).scalar_one_or_none()
        query = query.where(dossiers.c.reference < last) if last is not None else query
    if name_tokens is not None:
        query = query.where(dossiers.c.name_token.in_(name_tokens))
    newest = tx.execute(query.order_by(dossiers.c.reference.desc()).limit(limit)).scalars().all()
    found = load_dossiers(tx, set(newest))  # sealed records are not sorted: there may be thousands of them
    return [found[each] for each in newest]


def is_held(
    dossier_id: sa.ColumnElement[Any],
    accounts: PeopleAsked,
    *duties: Duty,
    now: MomentAsked,
) -> sa.ColumnElement[bool]:
    """Whether one of these accounts itself holds one of the duties on the row's dossier now; a part of a larger query.

    Accounts and moment may be parameters of that. Asked row by row through an index: for a query that finds few rows,
    by whoever holds many dossiers. The offset of nothing holds PostgreSQL to that. It would make a join of it else and,
    since it takes people and duties for independent, begin at every dossier of the person.
    """
    held = assignments.alias()
    lasts = sa.or_(held.c.ends_at.is_(None), held.c.ends_at > now)
    named = held.c.duty.in_([duty.value for duty in duties])
    theirs = sa.and_(held.c.person_id.in_(accounts), named, held.c.dossier_id == dossier_id)
    return sa.select(sa.literal(1)).where(theirs, held.c.starts_at <= now, lasts).offset(0).exists()


def held_by(person_id: PersonId, duty: Duty, now: dt.datetime) -> sa.Select[tuple[str]]:
    """The dossiers on which a person holds the duty now; a part of a larger query that goes through very many rows."""
    return sa.select(assignments.c.dossier_id).where(
        assignments.c.person_id == person_id,
        assignments.c.duty == duty.value,
        assignments.c.starts_at <= now,
        sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now),
    )


def store_assignment(tx: sa.Connection, assignment: AssignmentRecord) -> None:
    tx.execute(
        sa.insert(assignments).values(
            id=assignment.id,
            dossier_id=assignment.dossier_id,
            person_id=assignment.person_id,
            duty=assignment.duty.value,
            starts_at=assignment.starts_at,
            ends_at=assignment.ends_at,
            assigned_by=assignment.assigned_by,
        )
    )


def load_assignment(tx: sa.Connection, assignment_id: str) -> AssignmentRecord | None:
    row = tx.execute(sa.select(assignments).where(assignments.c.id == assignment_id)).one_or_none()
    return assignment_of_row(row) if row else None


def end_assignment(tx: sa.Connection, assignment_id: str, *, now: dt.datetime) -> bool:
    """Ends it now; False if it had ended before."""
    not_ended = sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now)
    change = sa.update(assignments).where(assignments.c.id == assignment_id, not_ended).values(ends_at=now)
    return tx.execute(change).rowcount == 1


def assignments_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[AssignmentRecord]:
    query = sa.select(assignments).where(assignments.c.dossier_id == dossier_id).order_by(assignments.c.starts_at)
    return [assignment_of_row(row) for row in tx.execute(query)]


def assignments_of_person_on(
    tx: sa.Connection, person_id: PersonId, dossier_ids: list[DossierId]
) -> list[AssignmentRecord]:
    """What the person holds on these dossiers, ended ones included."""
    asked = {"person_id": person_id, "dossier_ids": dossier_ids}
    return [assignment_of_row(row) for row in tx.execute(_ASSIGNMENTS_ON, asked)]


def assignments_of_dossiers(
    tx: sa.Connection, dossier_ids: Collection[DossierId], *, duty: Duty | None = None
) -> list[AssignmentRecord]:
    """Everybody's on these dossiers, of one duty or of all, ended ones included, in the order in which they began."""
    query = sa.select(assignments).where(assignments.c.dossier_id.in_(dossier_ids))
    if duty is not None:
        query = query.where(assignments.c.duty == duty.value)
    return [assignment_of_row(row) for row in tx.execute(query.order_by(assignments.c.starts_at))]


def count_kept_alone(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> int:
    """On how many dossiers the person is custodian now beside nobody else who works here."""
    works = sa.and_(people.c.state == PersonState.ACTIVE.value, people.c.office == Office.STAFF.value)
    others = sa.select(people.c.id).where(people.c.id != person_id, works)
    kept = dossiers.c.id.in_(held_by(person_id, Duty.CUSTODIAN, now))
    query = sa.select(sa.func.count()).select_from(dossiers).where(kept, dossiers.c.shredded_at.is_(None))
    return int(tx.execute(query.where(~is_held(dossiers.c.id, others, Duty.CUSTODIAN, now=now))).scalar_one())


def lock_dossier(tx: sa.Connection, dossier_id: str) -> DossierRecord | None:
    """The dossier with its row held until the transaction ends: assignments of one dossier change one by one."""
    row = tx.execute(sa.select(dossiers).where(dossiers.c.id == dossier_id).with_for_update()).one_or_none()
    return _dossier(row) if row else None


def dossiers_after(tx: sa.Connection, after: str, *, limit: int) -> list[DossierRecord]:
    """The next dossiers that have a key, in the order of their ids."""
    query = sa.select(dossiers).where(dossiers.c.id > after, dossiers.c.shredded_at.is_(None))
    return [_dossier(row) for row in tx.execute(query.order_by(dossiers.c.id).limit(limit))]


def next_dossier(tx: sa.Connection, after: str, *, classification: str) -> DossierRecord | None:
    """The next dossier that has a key, of one class or of all."""
    query = sa.select(dossiers).where(dossiers.c.id > after, dossiers.c.shredded_at.is_(None))
    if classification:
        query = query.where(dossiers.c.classification == classification)
    row = tx.execute(query.order_by(dossiers.c.id).limit(1)).one_or_none()
    return _dossier(row) if row else None


def set_name_token(tx: sa.Connection, dossier_id: DossierId, token: bytes) -> None:
    """Not for one that was shredded meanwhile: its name must not come back in any form."""
    kept = sa.and_(dossiers.c.id == dossier_id, dossiers.c.shredded_at.is_(None))
    tx.execute(sa.update(dossiers).where(kept).values(name_token=token))


def set_record(tx: sa.Connection, dossier: DossierRecord) -> None:
    tx.execute(sa.update(dossiers).where(dossiers.c.id == dossier.id).values(record_sealed=dossier.record_sealed))


def store_next_key(tx: sa.Connection, dossier_id: DossierId, wrapped: bytes) -> None:
    tx.execute(sa.update(dossiers).where(dossiers.c.id == dossier_id).values(next_wrapped_key=wrapped))


def take_next_key(tx: sa.Connection, dossier: DossierRecord) -> None:
    """The next key becomes the key."""
    tx.execute(
        sa.update(dossiers)
        .where(dossiers.c.id == dossier.id)
        .values(wrapped_key=dossier.next_wrapped_key, next_wrapped_key=None, key_number=dossier.key_number + 1)
    )


def shred(tx: sa.Connection, dossier_id: DossierId, *, now: dt.datetime) -> None:
    """Destroys the key and empties every field that was sealed under it; no version is current or waits any more."""
    of_dossier = sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
    emptied = {
        "wrapped_key": b"",
        "next_wrapped_key": None,
        "record_sealed": b"",
        "name_token": b"",
        "shredded_at": now,
    }
    tx.execute(sa.update(dossiers).where(dossiers.c.id == dossier_id).values(emptied))
    of_versions = document_versions.c.document_id.in_(of_dossier)
    refused = {"note_sealed": None, "state": "refused", "fault_code": "dossier.shredded"}
    tx.execute(sa.update(document_versions).where(of_versions).values(refused))
    in_dossier = documents.c.dossier_id == dossier_id
    tx.execute(sa.update(documents).where(in_dossier).values(title_sealed=b"", current_version=None))
    tx.execute(sa.delete(filed_contents).where(filed_contents.c.dossier_id == dossier_id))


def count_dossiers(tx: sa.Connection, classification: str = "") -> int:
    """Dossiers that have a key, of one class or of all."""
    query = sa.select(sa.func.count()).select_from(dossiers).where(dossiers.c.shredded_at.is_(None))
    if classification:
        query = query.where(dossiers.c.classification == classification)
    return int(tx.execute(query).scalar_one())


def some_dossiers(tx: sa.Connection, *, classification: str, begin: str, limit: int) -> list[DossierRecord]:
    """Dossiers that have a key, of one class or of all: those after the id ``begin``, then those before it.

    Ids are random, so from a random id on these are dossiers at random, and no table is sorted for it.
    """
    query = sa.select(dossiers).where(dossiers.c.shredded_at.is_(None)).order_by(dossiers.c.id)
    if classification:
        query = query.where(dossiers.c.classification == classification)
    found = [_dossier(row) for row in tx.execute(query.where(dossiers.c.id >= begin).limit(limit))]
    rest = query.where(dossiers.c.id < begin).limit(limit - len(found))
    return found + [_dossier(row) for row in tx.execute(rest)]


def references_of(tx: sa.Connection, dossier_ids: set[str]) -> dict[str, str]:
    """Their references, by id."""
    if not dossier_ids:
        return {}
    query = sa.select(dossiers.c.id, dossiers.c.reference).where(dossiers.c.id.in_(dossier_ids))
    return {row.id: row.reference for row in tx.execute(query)}
