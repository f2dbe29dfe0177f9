"""Searching the trail and reading one entry. For auditors; each search is recorded before its answer is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from keys.model import Secret
from vault.custody.keyroom import ServiceKey
from vault.database import dossier_queries, key_queries, ledger_reading, ledger_sequencing, people_queries
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.database.people_queries import PersonRecord
from vault.errors import InputError, NotFound, Sealed
from vault.ledger.checkpoint import CheckpointRefused, open_checkpoint
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import OpenedEntry, open_entries
from vault.model import Actor, Office, PersonId, Place, Reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What an auditor asks for. ``person`` is a login, staff number, full name or id; times are aware."""

    person: str = ""
    document: str = ""
    dossier: str = ""
    view: str = ""
    event: str = ""
    outcome: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before_index: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry as it is shown. ``hidden`` says why personal values are absent: '', sealed, erased or damaged."""

    index: int
    event: Event
    outcome: Outcome
    time: dt.datetime
    logged: dt.datetime
    actor_id: str
    actor_name: str
    actor_staff_number: str
    subject_id: str
    subject_name: str
    dossier_id: str
    dossier_reference: str
    document_id: str
    view_id: str
    request_id: str
    place: Place | None
    reason: Reason | None
    code: str
    details: Mapping[str, str | int] = field(default_factory=dict)
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of an answer, newest first. ``next_before`` continues it; ``signed_to`` is the newest checkpoint."""

    rows: list[TrailRow]
    next_before: int | None
    size: int
    waiting: int
    signed_to: int
    signed_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """One entry with the exact leaf that was hashed."""

    row: TrailRow
    leaf_text: str
    leaf_hash: str
    signed: bool


def search_trail(vault: Vault, actor: Actor, *, query: TrailQuery) -> TrailPage:
    """A page of entries. Recorded once for each search, not again for its further pages."""
    limit = min(max(query.limit, 1), MOST_ROWS)
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        criteria = criteria_of(tx, query)
        if query.before_index is None:
            vault.recorder.append(tx, done_by(actor, Event.TRAIL_SEARCHED, details=facts_of(query)))
    with reading(vault.engine) as tx:
        found = ledger_reading.search_positions(tx, criteria, before=query.before_index, limit=limit + 1)
        rows = _rows(vault, tx, [row.position for row in found[:limit]])
        size, signed_to, signed_at = where_it_stands(tx)
        waiting = ledger_reading.count_waiting(tx)
    next_before = rows[-1].index if len(found) > limit and rows else None
    return TrailPage(rows, next_before, size, waiting, signed_to, signed_at)


def show_entry(vault: Vault, actor: Actor, *, index: int) -> TrailRecord:
    """One entry in full. Recorded like a search."""
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        leaf = ledger_reading.load_leaves(tx, [index]).get(index) if 0 <= index < 2**53 else None
        if leaf is None:
            raise NotFound(recorded_as="not_found.entry")
        vault.recorder.append(tx, done_by(actor, Event.TRAIL_SEARCHED, details={"index": index}))
    with reading(vault.engine) as tx:
        row = _rows(vault, tx, [index])[0]
        _size, signed_to, _signed_at = where_it_stands(tx)
    return TrailRecord(row, leaf.leaf.decode("utf-8"), leaf.hash.hex(), signed=index < signed_to)


def list_tamper_findings(vault: Vault, actor: Actor, *, limit: int = 100) -> list[TrailRow]:
    """What was found tampered, newest first; for the security officer."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        criteria = SearchCriteria(event=Event.OBJECT_TAMPERED.value)
        found = ledger_reading.search_positions(tx, criteria, before=None, limit=limit)
        return _rows(vault, tx, [row.position for row in found])


def criteria_of(tx: Connection, query: TrailQuery) -> SearchCriteria:
    """The query in ids; InputError ``trail.event`` or ``trail.outcome`` for words outside the vocabulary."""
    if query.event and query.event not in {event.value for event in Event}:
        raise InputError("trail.event")
    if query.outcome and query.outcome not in {outcome.value for outcome in Outcome}:
        raise InputError("trail.outcome")
    persons = tuple(people_queries.find_people(tx, query.person.strip())) if query.person.strip() else None
    return SearchCriteria(
        persons=persons,
        document=query.document.strip(),
        dossier=_dossier_id(tx, query.dossier.strip()),
        view=query.view.strip(),
        event=query.event,
        outcome=query.outcome,
        since=query.since,
        until=query.until,
    )


def facts_of(query: TrailQuery) -> dict[str, str | int]:
    """What a search was for, as far as a leaf may say it: that a person was named, not whom."""
    facts: dict[str, str | int] = {}
    for name in ("document", "dossier", "view", "event", "outcome"):
        value = getattr(query, name).strip()
        if value and value.isascii() and len(value) <= 40:
            facts[name] = value
    if query.person.strip():
        facts["by_person"] = 1
    return facts


def where_it_stands(tx: Connection) -> tuple[int, int, dt.datetime | None]:
    """Size of the trail, size of its newest checkpoint with a good signature, and when that was signed."""
    head = ledger_sequencing.load_head(tx)
    newest = ledger_reading.newest_checkpoint(tx)
    if head is None or newest is None:
        return (head.size if head else 0), 0, None
    note, signed_at = newest
    for epoch in ledger_reading.list_epochs(tx):
        try:
            return head.size, open_checkpoint(note, origin=head.origin, public=epoch.public).size, signed_at
        except CheckpointRefused:
            continue
    return head.size, 0, None


def reading_key_of(vault: Vault) -> Secret | None:
    """The trail-reading key, or None while the vault is sealed: leaves show, personal values do not."""
    try:
        return vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    except Sealed:
        return None


def signing_public_of(tx: Connection) -> bytes:
    """The public half of the key that signs checkpoints now."""
    stored = {record.name: record.public for record in key_queries.list_service_keys(tx)}
    public = stored.get(ServiceKey.TRAIL_SIGNING.value)
    if public is None:
        raise Sealed("vault.not_initialised")
    return public


def _dossier_id(tx: Connection, words: str) -> str:
    """A dossier by id or by its reference; an unknown one matches nothing."""
    found = dossier_queries.find_dossier_by_reference(tx, words) if words else None
    return found.id if found else words


def _rows(vault: Vault, tx: Connection, positions: list[int]) -> list[TrailRow]:
    leaves = ledger_reading.load_leaves(tx, positions)
    entries = open_entries(
        tx, [leaves[position] for position in positions if position in leaves], reading_key=reading_key_of(vault)
    )
    named = {PersonId(each) for entry in entries for each in (entry.actor, entry.subject) if each}
    people = people_queries.people_by_id(tx, named)
    references = dossier_queries.references_of(tx, {entry.fact("dossier") for entry in entries} - {""})
    return [_row(entry, people, references) for entry in entries]


def _row(entry: OpenedEntry, people: Mapping[PersonId, PersonRecord], references: Mapping[str, str]) -> TrailRow:
    actor, subject = people.get(PersonId(entry.actor)), people.get(PersonId(entry.subject))
    return TrailRow(
        index=entry.position,
        event=entry.event,
        outcome=entry.outcome,
        time=entry.time,
        logged=entry.logged,
        actor_id=entry.actor,
        actor_name=actor.name if actor else "",
        actor_staff_number=actor.staff_number if actor else "",
        subject_id=entry.subject,
        subject_name=subject.name if subject else "",
        dossier_id=entry.fact("dossier"),
        dossier_reference=references.get(entry.fact("dossier"), ""),
        document_id=entry.fact("document"),
        view_id=entry.fact("view"),
        request_id=entry.fact("request"),
        place=entry.place,
        reason=entry.reason,
        code=entry.fact("code"),
        details=entry.details,
        hidden=entry.hidden,
    )
