"""Exports of the trail: looked at first, ordered with a reason, made by the worker, downloaded by who ordered them.

::

    preview     how many entries, their digest, and the checkpoint they stand up to; recorded like a search
    order       the same counted anew; ``trail.exported`` with it and the reason, and a row that waits for the worker
    (made)      :mod:`vault.trail.exports.making`
    download    :mod:`vault.trail.downloading`
    (owned)     :mod:`vault.trail.own_exports`: listed, shown, called off or removed

An export belongs to the auditor who ordered it; for every other one it is unknown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NoReturn

from vault.database import erasure_queries, export_queries
from vault.database.engine import Connection, reading
from vault.database.export_queries import ExportRecord, ExportState
from vault.database.ledger_reading import SearchCriteria
from vault.errors import Conflict, InputError, TamperError, TooMany
from vault.evidence.subject import subject_of
from vault.ledger.bundle.completeness import closing_entry
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event
from vault.model import Actor, Office, Reason, new_id
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.exports.formats import FACTS, TRAIL_FORMATS, ExportFormat, ExportHeaders, require_room
from vault.trail.exports.pinned import Pin, newest_pin, pin_of_size
from vault.trail.exports.selection import Counted, count_selection
from vault.trail.exports.stored import new_export_key, seal_asked
from vault.trail.own_exports import record_tampering
from vault.trail.querying import (
    QueryNames,
    TrailQuery,
    criteria_of,
    facts_of,
    names_of,
    person_asked_for,
    settle_conditions,
)

MOST_UNMADE = 5
"""Exports of one auditor that may wait at once."""
COUNT_SECONDS = 60.0
RETRY_SECONDS = 60
MOST_COUNTS = 3
"""While erasures go on, a selection is counted so often at most."""
_EVENTS = {ExportFormat.PACK: Event.EVIDENCE_PACKED}
"""What is recorded of an order; of any other format ``trail.exported``."""


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """What would be exported: ``rows`` entries with this digest, of those that ``checkpoint`` stands for."""

    query: TrailQuery
    names: QueryNames
    checkpoint: Checkpoint
    signed_at: dt.datetime
    rows: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is wanted. ``seen`` is what a preview showed (size, rows, digest), None where nobody looked before.

    ``locale`` is that of its words; '' for the auditor's own.
    """

    format: ExportFormat
    headers: ExportHeaders = ExportHeaders.WORDS
    locale: str = ""
    seen: tuple[int, int, bytes] | None = None


def preview_export(vault: Vault, actor: Actor, *, query: TrailQuery) -> ExportPreview:
    """Counts what the query finds up to the newest checkpoint. Recorded: a number tells something, too.

    InputError for the query; Unavailable ``trail.no_checkpoint`` or ``export.too_long_to_count``; TamperError.
    """
    query = settle_conditions(vault, query)
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        criteria = criteria_of(tx, query)
        facts = facts_of(query) | {"counted": 1}
        entry = done_by(actor, Event.TRAIL_SEARCHED, details=facts, subject_person=person_asked_for(criteria))
        vault.recorder.append(tx, entry)
    pin, counted = _counted(vault, actor, criteria, size=None)
    with reading(vault.engine) as tx:
        names = names_of(tx, query)
    return ExportPreview(query, names, pin.checkpoint, pin.signed_at, counted.rows, counted.digest)


def order_export(vault: Vault, actor: Actor, *, query: TrailQuery, order: ExportOrder, reason: ReasonDraft) -> str:
    """Orders it and says its id; nothing is given out yet.

    InputError for the reason, the query or what the format cannot hold or be about; Conflict ``export.changed`` when
    the selection is not the one that was looked at, ``export.erased`` when it became another while it was counted;
    TooMany ``export.too_many``; Sealed while sealed; else as the preview.
    """
    checked, query = check_reason(reason), settle_conditions(vault, query)
    vault.keyroom.require_unsealed()
    event, subject = _EVENTS.get(order.format, Event.TRAIL_EXPORTED), subject_of(query)
    with deciding(vault, denial_of(event, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        criteria = criteria_of(tx, query)
        _require_turn(tx, actor)
        if FACTS[order.format].has_subject and subject is None:
            raise InputError("evidence.subject")
        forgettings = erasure_queries.count_forgettings(tx)
    pin, counted = _counted(vault, actor, criteria, size=order.seen[0] if order.seen else None)
    if order.seen is not None and order.seen[1:] != (counted.rows, counted.digest):
        raise Conflict("export.changed")
    require_room(order.format, counted.rows)
    asked = _Asked(query, criteria, order, checked)
    export_id = new_id("x", vault.random)
    for _count in range(MOST_COUNTS):
        with deciding(vault, denial_of(event, actor)) as tx:
            before, forgettings = forgettings, erasure_queries.share_forgetting(tx)
            if forgettings == before:
                _store(vault, tx, actor, export_id, asked, pin, counted)
                return export_id
        if _counted(vault, actor, criteria, size=pin.checkpoint.size)[1] != counted:
            break
    raise Conflict("export.erased")


def formats_for(query: TrailQuery) -> tuple[ExportFormat, ...]:
    """What the entries of a query can be written as."""
    return tuple(each for each in TRAIL_FORMATS if subject_of(query) is not None or not FACTS[each].has_subject)


def _require_turn(tx: Connection, actor: Actor) -> None:
    if export_queries.count_unmade(tx, actor.person_id) >= MOST_UNMADE:
        raise TooMany("export.too_many", retry_after_seconds=RETRY_SECONDS)


def _counted(vault: Vault, actor: Actor, criteria: SearchCriteria, *, size: int | None) -> tuple[Pin, Counted]:
    """The checkpoint and what is selected below it. Nobody is kept from writing meanwhile."""
    try:
        with reading(vault.engine) as tx:
            pin = newest_pin(tx) if size is None else pin_of_size(tx, size)
        if pin is None:
            raise Conflict("export.changed")
        until = vault.monotonic() + COUNT_SECONDS
        return pin, count_selection(vault, criteria, size=pin.checkpoint.size, until=until)
    except TamperError as error:
        _tampered(vault, actor, error)


def _tampered(vault: Vault, actor: Actor, error: TamperError) -> NoReturn:
    record_tampering(vault, actor, error.code)
    raise error


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was ordered, checked, and what finds it."""

    query: TrailQuery
    criteria: SearchCriteria
    order: ExportOrder
    reason: Reason


def _store(
    vault: Vault, tx: Connection, actor: Actor, export_id: str, asked: _Asked, pin: Pin, counted: Counted
) -> None:
    """The row, and the entry that says what it is of."""
    require_office(tx, actor, Office.AUDITOR)
    _require_turn(tx, actor)
    wanted, criteria, subject = asked.order.format, asked.criteria, subject_of(asked.query)
    facts = facts_of(asked.query) | _facts(export_id, wanted, pin, counted)
    about = {"document": subject.document_id} if subject and FACTS[wanted].has_subject else {}
    export = _new_export(vault, tx, actor, export_id, asked, pin, counted)
    entry = done_by(
        actor,
        _EVENTS.get(wanted, Event.TRAIL_EXPORTED),
        reason=asked.reason,
        details=facts,
        subject_person=person_asked_for(criteria),
        **about,
    )
    vault.recorder.append(tx, entry)
    closing = closing_entry(criteria) if FACTS[wanted].is_closed else None
    closed_by = vault.recorder.append(tx, closing) if closing is not None else ""
    export_queries.store_export(tx, replace(export, closing=closed_by))


def _facts(export_id: str, wanted: ExportFormat, pin: Pin, counted: Counted) -> dict[str, str | int]:
    return {
        "export": export_id,
        "format": wanted.value,
        "rows": counted.rows,
        "digest": counted.digest.hex(),
        "checkpoint": pin.checkpoint.size,
    }


def _new_export(
    vault: Vault, tx: Connection, actor: Actor, export_id: str, asked: _Asked, pin: Pin, counted: Counted
) -> ExportRecord:
    dek, wrapped = new_export_key(vault, tx, export_id=export_id, owner=actor.person_id)
    now, order, reason = vault.clock.now(), asked.order, asked.reason
    return ExportRecord(
        id=export_id,
        person_id=actor.person_id,
        state=ExportState.WAITING,
        format=order.format.value,
        headers=order.headers.value,
        locale=order.locale or actor.locale,
        timezone=actor.timezone,
        category=reason.category.value,
        case_number=reason.case_number,
        size=pin.checkpoint.size,
        rows=counted.rows,
        digest=counted.digest,
        created_at=now,
        changed_at=now,
        query_sealed=seal_asked(vault, asked.query, reason.text, dek, export_id=export_id),
        wrapped_dek=wrapped,
    )
