"""The administrator's part: writing a version, publishing it for ever, withdrawing the agreement.

A published version never changes: its rows are only ever written as a draft, and its hash stands in the trail. Each act
holds the agreement's row, so that nobody accepts a version while the next one is published, or after it was withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vault.agreements.content import checked_text, content_hash, require_complete
from vault.database import agreement_queries
from vault.database.agreement_queries import AgreementRecord, AgreementVersion, VersionText
from vault.database.engine import Connection
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Classification, Office, new_id
from vault.policy.agreements import Audience, Language, must_be_material
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What an administrator typed: titles and bodies by language, whom it asks, and the classes that it covers.

    ``is_material`` asks everybody again who accepted an earlier version.
    """

    texts: Mapping[Language, VersionText]
    audience: Audience
    classes: frozenset[Classification]
    is_material: bool


def begin_agreement(vault: Vault, actor: Actor, *, draft: AgreementDraft) -> str:
    """A new agreement with its first version as a draft; its id. It asks nobody before it is published."""
    texts = _checked(draft)
    agreement_id = new_id("g", vault.random)
    with deciding(vault, denial_of(Event.AGREEMENT_DRAFTED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        agreement = AgreementRecord(
            id=agreement_id,
            version=0,
            asked_from=0,
            audience=draft.audience,
            classes=draft.classes,
            created_at=vault.clock.now(),
            withdrawn_at=None,
        )
        agreement_queries.store_agreement(tx, agreement)
        version = _version(vault, actor, agreement, draft, texts)
        agreement_queries.store_draft(tx, version)
        vault.recorder.append(tx, done_by(actor, Event.AGREEMENT_DRAFTED, details=facts_of(version)))
    return agreement_id


def save_draft(vault: Vault, actor: Actor, *, agreement_id: str, draft: AgreementDraft, revision: int) -> int:
    """Keeps the draft of the version after the published one; its number.

    ``revision`` is the one that was shown, 0 where there was no draft yet. Conflict ``revision.stale`` if somebody else
    has written since, ``agreement.withdrawn`` after the withdrawal.
    """
    texts = _checked(draft)
    with deciding(vault, denial_of(Event.AGREEMENT_DRAFTED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        agreement = locked_agreement(tx, agreement_id)
        version = replace(_version(vault, actor, agreement, draft, texts), revision=revision + 1)
        if agreement_queries.load_version(tx, agreement_id, version.number) is None:
            if revision != 0:
                raise Conflict("revision.stale")
            agreement_queries.store_draft(tx, version)
        elif not agreement_queries.replace_draft(tx, version, revision=revision):
            raise Conflict("revision.stale")
        vault.recorder.append(tx, done_by(actor, Event.AGREEMENT_DRAFTED, details=facts_of(version)))
    return version.number


def publish_version(vault: Vault, actor: Actor, *, agreement_id: str, revision: int) -> int:
    """Publishes the draft as it was shown, at ``revision``; its number. From now on it is asked for.

    InputError ``agreement.incomplete`` or ``agreement.no_glyph``; Conflict ``revision.stale``, ``agreement.no_draft``
    or ``agreement.withdrawn``.
    """
    with deciding(vault, denial_of(Event.AGREEMENT_PUBLISHED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        agreement = locked_agreement(tx, agreement_id)
        draft = agreement_queries.load_version(tx, agreement_id, agreement.version + 1)
        if draft is None:
            raise Conflict("agreement.no_draft")
        if draft.revision != revision:
            raise Conflict("revision.stale")
        require_complete(draft)
        _require_printable(vault, draft)
        published = replace(draft, is_material=draft.is_material or is_material_anyway(agreement, draft))
        _publish(vault, tx, actor, agreement, published)
    return published.number


def withdraw_agreement(vault: Vault, actor: Actor, *, agreement_id: str, note: str) -> None:
    """Ends the agreement: it asks nobody any more, and what was accepted stays recorded. ``note`` says why."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.AGREEMENT_WITHDRAWN, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        agreement = locked_agreement(tx, agreement_id)
        agreement_queries.withdraw_agreement(tx, agreement_id, now=vault.clock.now())
        facts = {"agreement": agreement.id, "version": agreement.version}
        vault.recorder.append(tx, done_by(actor, Event.AGREEMENT_WITHDRAWN, details=facts, reason=reason))


def is_material_anyway(agreement: AgreementRecord, draft: AgreementVersion) -> bool:
    """Whether the rules make this version material whatever its author marked."""
    before = (agreement.audience, agreement.classes) if agreement.version else None
    return must_be_material(audience=draft.audience, classes=draft.classes, before=before)


def locked_agreement(tx: Connection, agreement_id: str) -> AgreementRecord:
    """The agreement, held until the transaction ends; NotFound, or Conflict once it is withdrawn."""
    agreement = agreement_queries.lock_agreement(tx, agreement_id)
    if agreement is None:
        raise NotFound(recorded_as="not_found.agreement")
    if agreement.withdrawn_at is not None:
        raise Conflict("agreement.withdrawn")
    return agreement


def facts_of(version: AgreementVersion) -> dict[str, str | int]:
    """What the trail says of a version in readable words; the texts are known by their hash."""
    facts: dict[str, str | int] = {
        "agreement": version.agreement_id,
        "version": version.number,
        "audience": version.audience.value,
        "classes": " ".join(each.value for each in Classification if each in version.classes),
        "material": int(version.is_material),
    }
    return facts | ({"hash": version.content_hash.hex()} if version.content_hash else {})


def _publish(vault: Vault, tx: Connection, actor: Actor, agreement: AgreementRecord, version: AgreementVersion) -> None:
    hashed = replace(version, content_hash=content_hash(version))
    assert hashed.content_hash is not None
    is_done = agreement_queries.publish_draft(
        tx,
        hashed,
        content_hash=hashed.content_hash,
        is_material=hashed.is_material,
        person_id=actor.person_id,
        now=vault.clock.now(),
    )
    if not is_done:
        raise Conflict("revision.stale")
    asked_from = hashed.number if hashed.is_material else agreement.asked_from
    agreement_queries.put_in_force(tx, hashed, asked_from=asked_from)
    vault.recorder.append(tx, done_by(actor, Event.AGREEMENT_PUBLISHED, details=facts_of(hashed)))


def _checked(draft: AgreementDraft) -> dict[Language, VersionText]:
    """In their one spelling; what else a version needs is asked for when it is published."""
    texts = {language: checked_text(text.title, text.body) for language, text in draft.texts.items()}
    if not any(text.title for text in texts.values()):
        raise InputError("agreement.untitled")
    return texts


def _version(
    vault: Vault,
    actor: Actor,
    agreement: AgreementRecord,
    draft: AgreementDraft,
    texts: Mapping[Language, VersionText],
) -> AgreementVersion:
    return AgreementVersion(
        agreement_id=agreement.id,
        number=agreement.version + 1,
        audience=draft.audience,
        classes=draft.classes,
        is_material=draft.is_material,
        content_hash=None,
        written_by=actor.person_id,
        written_at=vault.clock.now(),
        published_by=None,
        published_at=None,
        revision=1,
        texts=texts,
    )


def _require_printable(vault: Vault, version: AgreementVersion) -> None:
    """A certificate shows the whole text, so every character must be one that the fonts draw."""
    texts = "".join(text.title + text.body for text in version.texts.values())
    missing = vault.mark_fonts.missing(texts.replace("\n", ""))
    if missing:
        raise InputError("agreement.no_glyph", characters=missing[:20])
