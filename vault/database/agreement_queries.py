"""Agreements as rows: terms in force, and versions with their texts. The caller owns the transaction.

Whoever publishes, withdraws or answers holds the agreement's row first, so that the three never cross.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.agreements import agreement_texts, agreement_versions, agreements
from vault.model import Classification, PersonId
from vault.policy.agreements import Audience, Language, Terms


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """An agreement. ``terms`` is None before the first publication and after the withdrawal."""

    id: str
    version: int
    asked_from: int
    audience: Audience
    classes: frozenset[Classification]
    created_at: dt.datetime
    withdrawn_at: dt.datetime | None

    @property
    def terms(self) -> Terms | None:
        if self.version == 0 or self.withdrawn_at is not None:
            return None
        return Terms(self.version, self.asked_from, self.audience, self.classes)


@dataclass(frozen=True, slots=True)
class VersionText:
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One version with its texts. ``content_hash`` and the facts of publication are None in a draft."""

    agreement_id: str
    number: int
    audience: Audience
    classes: frozenset[Classification]
    is_material: bool
    content_hash: bytes | None
    written_by: PersonId
    written_at: dt.datetime
    published_by: PersonId | None
    published_at: dt.datetime | None
    revision: int
    texts: Mapping[Language, VersionText]


def store_agreement(tx: sa.Connection, agreement: AgreementRecord) -> None:
    tx.execute(
        sa.insert(agreements).values(
            id=agreement.id,
            version=agreement.version,
            asked_from=agreement.asked_from,
            audience=agreement.audience.value,
            classes=_spelt(agreement.classes),
            created_at=agreement.created_at,
        )
    )


def load_agreement(tx: sa.Connection, agreement_id: str) -> AgreementRecord | None:
    row = tx.execute(sa.select(agreements).where(agreements.c.id == agreement_id)).one_or_none()
    return _agreement(row) if row else None


def lock_agreement(tx: sa.Connection, agreement_id: str) -> AgreementRecord | None:
    """The agreement with its row held until the transaction ends."""
    query = sa.select(agreements).where(agreements.c.id == agreement_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _agreement(row) if row else None


def list_agreements(tx: sa.Connection) -> list[AgreementRecord]:
    """Every agreement, oldest first."""
    rows = tx.execute(sa.select(agreements).order_by(agreements.c.created_at, agreements.c.id))
    return [_agreement(row) for row in rows]


def agreements_in_force(tx: sa.Connection) -> list[AgreementRecord]:
    """Those that ask somebody now, oldest first."""
    query = sa.select(agreements).where(agreements.c.version > 0, agreements.c.withdrawn_at.is_(None))
    return [_agreement(row) for row in tx.execute(query.order_by(agreements.c.created_at, agreements.c.id))]


def put_in_force(tx: sa.Connection, version: AgreementVersion, *, asked_from: int) -> None:
    """Makes the published ``version`` the one that is shown and asked for."""
    change = sa.update(agreements).where(agreements.c.id == version.agreement_id)
    tx.execute(
        change.values(
            version=version.number,
            asked_from=asked_from,
            audience=version.audience.value,
            classes=_spelt(version.classes),
        )
    )


def withdraw_agreement(tx: sa.Connection, agreement_id: str, *, now: dt.datetime) -> None:
    tx.execute(sa.update(agreements).where(agreements.c.id == agreement_id).values(withdrawn_at=now))


def store_draft(tx: sa.Connection, version: AgreementVersion) -> None:
    """Inserts a version that is no row yet, with its texts."""
    tx.execute(
        sa.insert(agreement_versions).values(
            agreement_id=version.agreement_id,
            number=version.number,
            revision=version.revision,
            **_version_values(version),
        )
    )
    _store_texts(tx, version)


def replace_draft(tx: sa.Connection, version: AgreementVersion, *, revision: int) -> bool:
    """Stores a draft if it is still one and its revision is still ``revision``; False otherwise."""
    key = (agreement_versions.c.agreement_id == version.agreement_id, agreement_versions.c.number == version.number)
    is_draft = agreement_versions.c.published_at.is_(None)
    change = sa.update(agreement_versions).where(*key, is_draft, agreement_versions.c.revision == revision)
    if tx.execute(change.values(revision=revision + 1, **_version_values(version))).rowcount != 1:
        return False
    of_version = (
        agreement_texts.c.agreement_id == version.agreement_id,
        agreement_texts.c.number == version.number,
    )
    tx.execute(sa.delete(agreement_texts).where(*of_version))
    _store_texts(tx, version)
    return True


def publish_draft(
    tx: sa.Connection,
    version: AgreementVersion,
    *,
    content_hash: bytes,
    is_material: bool,
    person_id: PersonId,
    now: dt.datetime,
) -> bool:
    """Makes a draft a published version for ever; False if it is none any more, or another revision of itself."""
    change = sa.update(agreement_versions).where(
        agreement_versions.c.agreement_id == version.agreement_id,
        agreement_versions.c.number == version.number,
        agreement_versions.c.revision == version.revision,
        agreement_versions.c.published_at.is_(None),
    )
    published = {"content_hash": content_hash, "is_material": is_material}
    return tx.execute(change.values(published_by=person_id, published_at=now, **published)).rowcount == 1


def load_version(tx: sa.Connection, agreement_id: str, number: int) -> AgreementVersion | None:
    return next(iter(_versions(tx, agreement_id, number)), None)


def list_versions(tx: sa.Connection, agreement_id: str) -> list[AgreementVersion]:
    """Every version with its texts, newest first."""
    return _versions(tx, agreement_id)


def titles_of(tx: sa.Connection, numbers: Mapping[str, int]) -> dict[str, dict[Language, str]]:
    """The titles of one version of each agreement, by agreement."""
    if not numbers:
        return {}
    wanted = sa.tuple_(agreement_texts.c.agreement_id, agreement_texts.c.number).in_(list(numbers.items()))
    found: dict[str, dict[Language, str]] = {}
    for row in tx.execute(sa.select(agreement_texts).where(wanted)):
        found.setdefault(row.agreement_id, {})[Language(row.language)] = row.title
    return found


def _versions(tx: sa.Connection, agreement_id: str, number: int | None = None) -> list[AgreementVersion]:
    versions = sa.select(agreement_versions).where(agreement_versions.c.agreement_id == agreement_id)
    texts = sa.select(agreement_texts).where(agreement_texts.c.agreement_id == agreement_id)
    if number is not None:
        versions = versions.where(agreement_versions.c.number == number)
        texts = texts.where(agreement_texts.c.number == number)
    by_number: dict[int, dict[Language, VersionText]] = {}
    for row in tx.execute(texts):
        by_number.setdefault(row.number, {})[Language(row.language)] = VersionText(row.title, row.body)
    rows = tx.execute(versions.order_by(agreement_versions.c.number.desc()))
    return [_version(row, by_number.get(row.number, {})) for row in rows]


def _version_values(version: AgreementVersion) -> dict[str, object]:
    return {
        "audience": version.audience.value,
        "classes": _spelt(version.classes),
        "is_material": version.is_material,
        "written_by": version.written_by,
        "written_at": version.written_at,
    }


def _store_texts(tx: sa.Connection, version: AgreementVersion) -> None:
    rows = [
        {
            "agreement_id": version.agreement_id,
            "number": version.number,
            "language": language.value,
            "title": text.title,
            "body": text.body,
        }
        for language, text in version.texts.items()
    ]
    if rows:
        tx.execute(sa.insert(agreement_texts), rows)


def _agreement(row: sa.Row[tuple[object, ...]]) -> AgreementRecord:
    return AgreementRecord(
        id=row.id,
        version=row.version,
        asked_from=row.asked_from,
        audience=Audience(row.audience),
        classes=_read(row.classes),
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
    )


def _version(row: sa.Row[tuple[object, ...]], texts: Mapping[Language, VersionText]) -> AgreementVersion:
    return AgreementVersion(
        agreement_id=row.agreement_id,
        number=row.number,
        audience=Audience(row.audience),
        classes=_read(row.classes),
        is_material=row.is_material,
        content_hash=row.content_hash,
        written_by=PersonId(row.written_by),
        written_at=row.written_at,
        published_by=PersonId(row.published_by) if row.published_by else None,
        published_at=row.published_at,
        revision=row.revision,
        texts=texts,
    )


def _spelt(classes: frozenset[Classification]) -> str:
    return ",".join(each.value for each in Classification if each in classes)


def _read(spelt: str) -> frozenset[Classification]:
    return frozenset(Classification(word) for word in spelt.split(",") if word)
