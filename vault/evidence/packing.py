"""The use case of an evidence pack: who may have one, about whom, recorded before anything of it is made.

::

    (1) the auditor, a reason, and one subject: a person or a document
    (2) the newest signed checkpoint: everything in the pack is proven against it
    (3) evidence.packed, committed
    (4) gather, write (:mod:`vault.evidence.writing`)
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries
from vault.database.engine import Connection
from vault.database.ledger_reading import SearchCriteria
from vault.errors import InputError, TamperError
from vault.ledger.bundle.completeness import closing_entry
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office, PersonId, Reason
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, record, require_office
from vault.runtime import Vault
from vault.trail.exports.pinned import Pin, newest_pin

_PERSON_ID = re.compile(r"p[a-z2-7]{26}")
_DOCUMENT_ID = re.compile(r"f[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a pack is about: exactly one of ``person_id`` and ``document_id``; ``label`` is for people."""

    person_id: str
    document_id: str
    label: str

    @property
    def criteria(self) -> SearchCriteria:
        """Everything that the trail says about it."""
        if self.person_id:
            return SearchCriteria(persons=(self.person_id,))
        return SearchCriteria(document=self.document_id)


@dataclass(frozen=True, slots=True)
class PackOrder:
    """A pack that was ordered and recorded, up to ``pin``."""

    subject: Subject
    pin: Pin
    closing: str
    """The id of the entry that closes the subject's numbers, so that an omitted last one shows (bundle.md)."""
    ordered_by: PersonId
    ordered_by_name: str
    reason: Reason
    ordered_at: dt.datetime


def order_pack(vault: Vault, actor: Actor, *, person: str = "", document: str = "", reason: ReasonDraft) -> PackOrder:
    """Records that the evidence about a person (login, staff number, name or id) or a document is put together.

    InputError ``reason.*``, ``evidence.subject`` unless exactly one is named, ``trail.person``,
    ``trail.person_ambiguous``, ``trail.document``; AccessDenied for other offices; Sealed; Unavailable
    ``trail.no_checkpoint``; TamperError where the newest checkpoint is forged.
    """
    checked = check_reason(reason)
    vault.keyroom.require_unsealed()
    denial = denial_of(Event.EVIDENCE_PACKED, actor)
    try:
        with deciding(vault, denial) as tx:
            office = require_office(tx, actor, Office.AUDITOR)  # (1)
            subject = _subject(tx, person=person, document=document)
            pin = newest_pin(tx)  # (2)
            ids = {"document": subject.document_id} if subject.document_id else {}
            about = PersonId(subject.person_id) if subject.person_id else None
            facts: dict[str, str | int] = {"size": pin.checkpoint.size}
            entry = done_by(actor, Event.EVIDENCE_PACKED, subject_person=about, reason=checked, details=facts, **ids)
            vault.recorder.append(tx, entry)  # (3)
            closing = closing_entry(subject.criteria)
            closing_id = vault.recorder.append(tx, closing) if closing is not None else ""
    except TamperError as error:
        record(vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, actor=actor.person_id, code=error.code))
        raise
    return PackOrder(
        subject=subject,
        pin=pin,
        closing=closing_id,
        ordered_by=actor.person_id,
        ordered_by_name=f"{office.name} ({office.staff_number})",
        reason=checked,
        ordered_at=vault.clock.now(),
    )


def _subject(tx: Connection, *, person: str, document: str) -> Subject:
    if bool(person.strip()) == bool(document.strip()):
        raise InputError("evidence.subject")
    return _person(tx, " ".join(person.split())) if person.strip() else _document(tx, "".join(document.split()))


def _person(tx: Connection, words: str) -> Subject:
    """An id stands for itself, also where the person is not in the register any more."""
    found = [PersonId(words)] if _PERSON_ID.fullmatch(words) else people_queries.find_people(tx, words)
    if len(found) != 1:
        raise InputError("trail.person_ambiguous" if found else "trail.person")
    known = people_queries.load_person(tx, found[0])
    return Subject(found[0], "", f"{known.name} ({known.staff_number})" if known else found[0])


def _document(tx: Connection, words: str) -> Subject:
    folded = words.casefold()
    if not _DOCUMENT_ID.fullmatch(folded):
        raise InputError("trail.document")
    known = document_queries.load_document(tx, folded)
    reference = dossier_queries.references_of(tx, {known.dossier_id}).get(known.dossier_id, "") if known else ""
    return Subject("", folded, f"{folded} ({reference})" if reference else folded)
