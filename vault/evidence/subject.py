"""Whom or what an evidence pack is about, and what was ordered about it.

A pack is an export of the trail like any other (:mod:`vault.trail.exporting`), of the query that asks for everything
about one person or one document: ``person:ID`` or ``document:ID`` and nothing else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries
from vault.database.engine import Connection
from vault.database.trail_criteria import SearchCriteria
from vault.errors import InputError
from vault.model import PersonId, Reason
from vault.trail.exports.pinned import Pin
from vault.trail.query import Field, TrailQuery


@dataclass(frozen=True, slots=True)
class Subject:
    """Exactly one of ``person_id`` and ``document_id``; ``label`` is for people."""

    person_id: str
    document_id: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class PackOrder:
    """A pack that was ordered and recorded, up to ``pin``. ``query`` and ``criteria`` ask for its subject."""

    subject: Subject
    query: str
    criteria: SearchCriteria
    pin: Pin
    closing: str
    """The id of the entry that closes the subject's numbers, so that an omitted last one shows (bundle.md)."""
    ordered_by: PersonId
    ordered_by_name: str
    reason: Reason
    ordered_at: dt.datetime


def query_about(*, person: str = "", document: str = "") -> TrailQuery:
    """What a pack about one of them is an export of; in words, to be settled. InputError ``evidence.subject``."""
    query = TrailQuery(person=person, document=document)
    if subject_of(query) is None:
        raise InputError("evidence.subject")
    return query


def subject_of(query: TrailQuery) -> Subject | None:
    """Whom or what the query is about, without a label; None if it asks for anything else or anything more."""
    if len(query.terms) != 1:
        return None
    person_id, document_id = query.the(Field.PERSON), query.the(Field.DOCUMENT)
    return Subject(person_id, document_id) if person_id or document_id else None


def named(tx: Connection, subject: Subject) -> Subject:
    """With its label; the id stands for who is not in the register any more."""
    if subject.person_id:
        person = people_queries.load_person(tx, subject.person_id)
        return Subject(subject.person_id, "", f"{person.name} ({person.staff_number})" if person else subject.person_id)
    known = document_queries.load_document(tx, subject.document_id)
    reference = dossier_queries.references_of(tx, {known.dossier_id}).get(known.dossier_id, "") if known else ""
    label = f"{subject.document_id} ({reference})" if reference else subject.document_id
    return Subject("", subject.document_id, label)
