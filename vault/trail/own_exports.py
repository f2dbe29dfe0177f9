"""Exports that have been ordered, as their owner sees and ends them. For everybody else they are unknown."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass

from vault.database import export_queries
from vault.database.engine import Connection, reading
from vault.database.export_queries import UNMADE, ExportRecord, ExportState
from vault.errors import Conflict, NotFound, OperatorError, TamperError
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office, ReasonCategory
from vault.recording import deciding, denial_of, done_by, record, require_office
from vault.runtime import Vault
from vault.trail.exports.formats import FACTS, ExportFormat
from vault.trail.exports.left_out import read_left_out
from vault.trail.exports.stored import export_key, open_asked
from vault.trail.query import TrailQuery
from vault.trail.querying import QueryNames, names_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, and the words of the reason; ``names`` are what the query's ids are called now."""

    query: TrailQuery
    names: QueryNames
    reason_text: str


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as its owner sees it. ``sha256`` is that of the file, and ``note`` is signed, once it is made."""

    id: str
    state: ExportState
    format: ExportFormat
    category: ReasonCategory
    case_number: str
    size: int
    rows: int
    digest: str
    done: int
    created_at: dt.datetime
    changed_at: dt.datetime
    expires_at: dt.datetime | None
    file_bytes: int
    sha256: str
    note: str
    fault_code: str
    downloads: int
    file_name: str
    left_out: tuple[LeftOut, ...]
    """What a bundle lacks of what anchors were given and gave back."""

    @property
    def is_unmade(self) -> bool:
        return self.state in UNMADE

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // max(self.rows, 1))


def list_exports(vault: Vault, actor: Actor) -> list[ExportRow]:
    """One's own, newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return [row_of(each) for each in export_queries.exports_of(tx, actor.person_id)]


def show_export(vault: Vault, actor: Actor, *, export_id: str) -> ExportRow:
    """One of one's own; NotFound for any other."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return row_of(own_export(export_queries.load_export(tx, export_id), actor))


def what_was_asked(vault: Vault, actor: Actor) -> dict[str, Asked]:
    """By the id of each of one's own exports; without those that ended, whose words are gone with their key, and those
    that do not open: all while the vault is sealed, else one whose words were altered."""
    opened: dict[str, tuple[TrailQuery, str]] = {}
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        for export in export_queries.exports_of(tx, actor.person_id):
            if export.query_sealed:
                with contextlib.suppress(OperatorError, TamperError):
                    opened[export.id] = open_asked(export, export_key(vault, export))
        names = names_of(tx, TrailQuery(*(term for query, _text in opened.values() for term in query.terms)))
    return {export_id: Asked(query, names, reason_text) for export_id, (query, reason_text) in opened.items()}


def end_export(vault: Vault, actor: Actor, *, export_id: str) -> None:
    """Calls it off while it is not made, and removes the file afterwards. Conflict ``export.ended`` if it has ended.

    The key goes in the same transaction; what lies in the store is swept.
    """
    with deciding(vault, denial_of(Event.EXPORT_CANCELLED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        export = own_export(export_queries.lock_export(tx, export_id), actor)
        is_unmade = export.state in UNMADE
        target = ExportState.CANCELLED if is_unmade else ExportState.REMOVED
        if not is_unmade and export.state is not ExportState.DONE:
            raise Conflict("export.ended")
        forget_key(vault, tx, export, target, expected=(export.state,))
        event = Event.EXPORT_CANCELLED if is_unmade else Event.EXPORT_REMOVED
        vault.recorder.append(tx, done_by(actor, event, details={"export": export.id}))


def own_export(export: ExportRecord | None, actor: Actor) -> ExportRecord:
    """The export if it is this person's; NotFound otherwise, which tells nobody that it exists."""
    if export is None or export.person_id != actor.person_id:
        raise NotFound(recorded_as="not_found.export")
    return export


def forget_key(
    vault: Vault,
    tx: Connection,
    export: ExportRecord,
    target: ExportState,
    *,
    expected: tuple[ExportState, ...],
    fault_code: str = "",
    holder: str | None = None,
) -> bool:
    """Ends it, without the key and all that it opens; False if it is no longer in one of ``expected``.

    With ``holder`` also if another worker has claimed it.
    """
    return export_queries.change_export(
        tx,
        export.id,
        expected=expected,
        holder=holder,
        now=vault.clock.now(),
        state=target,
        wrapped_dek=b"",
        query_sealed=b"",
        claimed_by="",
        claimed_until=None,
        fault_code=fault_code,
    )


def record_tampering(vault: Vault, actor: Actor | None, code: str) -> None:
    """What an export came upon, for the security officer."""
    person, session = (actor.person_id, actor.session_id) if actor else (None, "")
    record(vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, actor=person, session=session, code=code))


def row_of(export: ExportRecord) -> ExportRow:
    """The record as its owner sees it."""
    wanted = ExportFormat(export.format)
    return ExportRow(
        id=export.id,
        state=export.state,
        format=wanted,
        category=ReasonCategory(export.category),
        case_number=export.case_number,
        size=export.size,
        rows=export.rows,
        digest=export.digest.hex(),
        done=export.done,
        created_at=export.created_at,
        changed_at=export.changed_at,
        expires_at=export.expires_at,
        file_bytes=export.file_bytes,
        sha256=export.sha256.hex(),
        note=export.note,
        fault_code=export.fault_code,
        downloads=export.downloads,
        file_name=f"trail-{export.created_at:%Y%m%dT%H%M%SZ}-{export.id[:9]}.{FACTS[wanted].extension}",
        left_out=read_left_out(export.left_out),
    )
