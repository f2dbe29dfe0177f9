"""What a certificate of an answer states: every fact taken from the trail's leaf, the rows only lead there.

::

    (1) the answer's row, and whoever may have its certificate: the person themself, and the auditor
    (2) the published text, intact: its hash is the one in the row
    (3) the leaf of the answer, with its values opened: event, agreement, version, hash and person must be the row's
    (4) its proof up to the newest signed checkpoint, verified
    (5) the certificate is recorded, and only then drawn
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from keys.model import Secret
from vault.agreements.content import require_intact
from vault.agreements.text import Block, blocks_of
from vault.custody.keyroom import ServiceKey
from vault.database import agreement_answer_queries, agreement_queries, ledger_reading, people_queries
from vault.database.agreement_answer_queries import AnswerRecord
from vault.database.agreement_queries import AgreementVersion
from vault.database.engine import Connection
from vault.errors import NotFound, TamperError, Unavailable
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event, Outcome
from vault.ledger.proofs import ProofRefused, verify_inclusion
from vault.ledger.reader import OpenedEntry, open_entries, proof_of
from vault.ledger.tree import leaf_hash
from vault.model import Actor, Office, Place
from vault.policy.agreements import Answer, Language
from vault.recording import deciding, denial_of, done_by, finding_tampering, require_office
from vault.runtime import Vault
from vault.trail.standing import load_standing

_EVENTS = {Answer.ACCEPTED: Event.AGREEMENT_ACCEPTED, Answer.DECLINED: Event.AGREEMENT_DECLINED}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One answer with its proof. ``place`` is None and ``is_erased`` True where the law had the values erased.

    ``note`` is the signed checkpoint that ``proof`` leads to, from the leaf ``leaf_digest`` at ``index``.
    """

    answer_id: str
    answer: Answer
    answered_at: dt.datetime
    name: str
    staff_number: str
    agreement_id: str
    version: int
    content_hash: str
    published_at: dt.datetime
    language: Language
    title: str
    blocks: list[Block]
    place: Place | None
    is_erased: bool
    index: int
    leaf: bytes
    leaf_digest: bytes
    checkpoint: Checkpoint
    note: str
    proof: tuple[bytes, ...]


def certify_answer(vault: Vault, actor: Actor, *, answer_id: str) -> Certificate:
    """The certificate's facts, for the person themself or an auditor; NotFound for everybody else.

    Sealed while the trail cannot be read; Unavailable ``agreement.not_signed`` until the answer's entry is under a
    signed checkpoint; TamperError, recorded, where rows and trail disagree.
    """
    denial = denial_of(Event.AGREEMENT_CERTIFIED, actor)
    reading_key = vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with finding_tampering(vault, actor):
        with deciding(vault, denial) as tx:
            answer = _known_answer(tx, actor, answer_id)  # (1)
            certificate = load_certificate(tx, answer, reading_key=reading_key)  # (2)-(4)
            facts: dict[str, str | int] = {"agreement": answer.agreement_id, "version": answer.version}
            issued = done_by(actor, Event.AGREEMENT_CERTIFIED, subject_person=answer.person_id, details=facts)
            vault.recorder.append(tx, issued)  # (5)
        return certificate


def load_certificate(tx: Connection, answer: AnswerRecord, *, reading_key: Secret) -> Certificate:
    """The facts of one answer's certificate, checked as above; whoever calls has decided who may have them.

    Unavailable ``agreement.not_signed``; TamperError ``tamper.agreement``.
    """
    version = agreement_queries.load_version(tx, answer.agreement_id, answer.version)
    if version is None:
        raise TamperError("tamper.agreement")
    digest = require_intact(version)  # (2)
    leaf = ledger_reading.leaf_of_entry(tx, answer.entry_id)
    standing = load_standing(tx)
    if leaf is None or standing.checkpoint is None or leaf.position >= standing.checkpoint.size:
        raise Unavailable("agreement.not_signed")
    opened = open_entries(tx, [leaf], reading_key=reading_key)
    entry = opened[0] if opened else None
    if entry is None or not _agrees(entry, answer, digest):  # (3)
        raise TamperError("tamper.agreement")
    proof = _proven(tx, entry, standing.checkpoint)  # (4)
    person = people_queries.load_person(tx, answer.person_id)
    return _certificate(
        answer,
        version,
        entry,
        name=person.name if person else "",
        staff_number=person.staff_number if person else "",
        checkpoint=standing.checkpoint,
        note=standing.note,
        proof=proof,
    )


def _known_answer(tx: Connection, actor: Actor, answer_id: str) -> AnswerRecord:
    answer = agreement_answer_queries.load_answer(tx, answer_id)
    if answer is not None and answer.person_id == actor.person_id:
        return answer
    person = people_queries.load_person(tx, actor.person_id)
    if answer is None or person is None or person.office is not Office.AUDITOR:
        raise NotFound(recorded_as="not_found.answer")
    require_office(tx, actor, Office.AUDITOR)
    return answer


def _agrees(entry: OpenedEntry, answer: AnswerRecord, digest: bytes) -> bool:
    """Whether the leaf says what the row says. Erased values say nothing; the leaf's own fields still do."""
    details = entry.details
    is_theirs = entry.actor == answer.person_id or entry.hidden == "erased"
    said = (details.get("agreement"), details.get("version"), details.get("hash"), details.get("language"))
    kept = (answer.agreement_id, answer.version, digest.hex(), answer.language.value)
    return is_theirs and entry.event is _EVENTS[answer.answer] and entry.outcome is Outcome.SUCCESS and said == kept


def _proven(tx: Connection, entry: OpenedEntry, checkpoint: Checkpoint) -> tuple[bytes, ...]:
    try:
        path = proof_of(tx, entry.position, size=checkpoint.size)
        verify_inclusion(leaf_hash(entry.leaf), path, index=entry.position, size=checkpoint.size, root=checkpoint.root)
    except (ProofRefused, KeyError) as error:
        raise TamperError("trail.checkpoint") from error
    return tuple(path)


def _certificate(
    answer: AnswerRecord,
    version: AgreementVersion,
    entry: OpenedEntry,
    *,
    name: str,
    staff_number: str,
    checkpoint: Checkpoint,
    note: str,
    proof: tuple[bytes, ...],
) -> Certificate:
    assert version.content_hash is not None  # intact
    assert version.published_at is not None
    text = version.texts[answer.language]
    return Certificate(
        answer_id=answer.id,
        answer=answer.answer,
        answered_at=entry.time,
        name=name,
        staff_number=staff_number,
        agreement_id=answer.agreement_id,
        version=version.number,
        content_hash=version.content_hash.hex(),
        published_at=version.published_at,
        language=answer.language,
        title=text.title,
        blocks=blocks_of(text.body),
        place=entry.place,
        is_erased=entry.hidden == "erased",
        index=entry.position,
        leaf=entry.leaf,
        leaf_digest=leaf_hash(entry.leaf),
        checkpoint=checkpoint,
        note=note,
        proof=proof,
    )
