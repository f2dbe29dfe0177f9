"""Submissions that wait for a custodian, over any number of dossiers: found and counted by the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState, version_of_row
from vault.database.dossier_queries import DossierRecord, is_held, load_dossiers
from vault.database.tables.dossiers import document_versions, documents
from vault.database.tables.metadata import UtcMillis
from vault.model import DocumentId, Duty, PersonId


def _waiting(what: sa.Table | sa.Function[int]) -> sa.Select[Any]:
    """The newest submission of each document that is later than what opens, in dossiers that the person keeps now.

    Not what the custodian handed in, by any account.
    """
    custodian: sa.BindParameter[Any] = sa.bindparam("custodian", expanding=True)
    accounts: sa.BindParameter[Any] = sa.bindparam("accounts", expanding=True)
    now: sa.BindParameter[dt.datetime] = sa.bindparam("now", type_=UtcMillis)
    later = document_versions.alias("later")
    is_replaced = sa.exists().where(
        later.c.document_id == document_versions.c.document_id,
        later.c.state == VersionState.SUBMITTED.value,
        later.c.number > document_versions.c.number,
    )
    return (
        sa.select(what)
        .select_from(document_versions.join(documents, documents.c.id == document_versions.c.document_id))
        .where(document_versions.c.state == VersionState.SUBMITTED.value)
        .where(document_versions.c.number > sa.func.coalesce(documents.c.current_version, 0))
        .where(document_versions.c.submitted_by.not_in(accounts), sa.not_(is_replaced))
        .where(is_held(documents.c.dossier_id, custodian, Duty.CUSTODIAN, now=now))
    )


# Built once, since the top bar of every page asks.
_COUNT = _waiting(sa.func.count())
_LIST = _waiting(document_versions).order_by(document_versions.c.changed_at, document_versions.c.id)


def waiting_for(
    tx: sa.Connection, custodian_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime, limit: int
) -> list[tuple[VersionRecord, DocumentRecord, DossierRecord]]:
    """What waits for this custodian's decision, with document and dossier; the longest waiting first.

    ``accounts`` are all accounts of the custodian: nobody decides on what they handed in by any of them.
    """
    found = list(tx.execute(_LIST.limit(limit), _asked(custodian_id, accounts, now)))
    versions = [version_of_row(row) for row in found]
    known = documents_by_id(tx, {each.document_id for each in versions})
    of_dossiers = load_dossiers(tx, {each.dossier_id for each in known.values()})
    return [
        (version, known[version.document_id], of_dossiers[known[version.document_id].dossier_id])
        for version in versions
    ]


def count_waiting_for(
    tx: sa.Connection, custodian_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime
) -> int:
    """How many there are."""
    return int(tx.execute(_COUNT, _asked(custodian_id, accounts, now)).scalar_one())


def _asked(custodian_id: PersonId, accounts: Collection[PersonId], now: dt.datetime) -> dict[str, object]:
    return {"custodian": [custodian_id], "accounts": list(accounts), "now": now}


def documents_by_id(tx: sa.Connection, document_ids: set[DocumentId]) -> dict[DocumentId, DocumentRecord]:
    rows = tx.execute(sa.select(documents).where(documents.c.id.in_(document_ids)))
    return {row.id: DocumentRecord(**row._mapping) for row in rows}
