"""Which contents a dossier holds already, by keyed tokens: the same file is filed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.document_queries import VersionRecord, version_of_row
from vault.database.tables.dossiers import document_versions, filed_contents
from vault.database.upserts import insert_or_ignore
from vault.model import DossierId, VersionId


@dataclass(frozen=True, slots=True)
class FiledContent:
    """The content of one version, by its token."""

    dossier_id: DossierId
    token: bytes
    version_id: VersionId


def claim_content(tx: sa.Connection, dossier_id: DossierId, *, token: bytes, version_id: VersionId) -> bool:
    """True if this content is new to the dossier; it belongs to ``version_id`` from now on."""
    values = {"dossier_id": dossier_id, "content_token": token, "version_id": version_id}
    return insert_or_ignore(tx, filed_contents, values)


def version_with_content(tx: sa.Connection, dossier_id: DossierId, tokens: Sequence[bytes]) -> VersionRecord | None:
    """The version whose content has one of these tokens; they are of one content, under several keys."""
    query = (
        sa.select(document_versions)
        .join(filed_contents, filed_contents.c.version_id == document_versions.c.id)
        .where(filed_contents.c.dossier_id == dossier_id, filed_contents.c.content_token.in_(tokens))
    )
    row = tx.execute(query).one_or_none()
    return version_of_row(row) if row else None


def release_content(tx: sa.Connection, version_id: VersionId) -> None:
    """The content may be filed again: its version was refused or quarantined."""
    tx.execute(sa.delete(filed_contents).where(filed_contents.c.version_id == version_id))


def count_contents(tx: sa.Connection) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(filed_contents)).scalar_one())


def content_after(tx: sa.Connection, version_id: str) -> FiledContent | None:
    """The next one in the order of versions' ids."""
    query = sa.select(filed_contents).where(filed_contents.c.version_id > version_id)
    row = tx.execute(query.order_by(filed_contents.c.version_id).limit(1)).one_or_none()
    return FiledContent(row.dossier_id, row.content_token, row.version_id) if row else None


def is_filed(tx: sa.Connection, content: FiledContent) -> bool:
    """Whether it is still there, as it was."""
    return bool(tx.execute(sa.select(sa.func.count()).select_from(filed_contents).where(*_is(content))).scalar_one())


def replace_token(tx: sa.Connection, content: FiledContent, token: bytes) -> None:
    """Another token for the same content; nothing if it was released or shredded meanwhile."""
    tx.execute(sa.update(filed_contents).where(*_is(content)).values(content_token=token))


def _is(content: FiledContent) -> tuple[sa.ColumnElement[bool], ...]:
    return filed_contents.c.version_id == content.version_id, filed_contents.c.content_token == content.token
