"""The file of an export, given to who ordered it: the whole or a part, so that a broken download goes on.

Every request is decided anew: still an auditor, still theirs, made, not expired. A *download* is recorded once: it
begins with a request for the first byte, or with any request of a session that has not begun one, so that leaving out
the first byte leaves out no record; the parts that follow in the same session belong to it. What is given out was
verified first, a segment at a time; whoever loses the right meanwhile gets no further one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keys.model import Secret
from vault.database import export_queries
from vault.database.engine import Connection, reading
from vault.database.export_queries import ExportRecord, ExportState
from vault.errors import Conflict, NotFound, TamperError
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.trail.exports.sealed_file import SEGMENT_BYTES, read_file
from vault.trail.exports.stored import export_key
from vault.trail.own_exports import ExportRow, own_export, record_tampering, row_of

SEGMENTS_BETWEEN_LOOKS = 16


@dataclass(frozen=True, slots=True)
class Download:
    """Bytes ``first`` to ``last``, both included, of the file that ``row`` tells of."""

    row: ExportRow
    first: int
    last: int
    content: Iterator[bytes]


def download_export(vault: Vault, actor: Actor, *, export_id: str, first: int = 0, last: int | None = None) -> Download:
    """The file or a part of it; a ``last`` beyond its end means its end.

    NotFound for an export that is not theirs; Conflict ``export.not_made`` or ``export.ended``; InputError
    ``export.range`` for a part that begins beyond the end; Sealed while sealed. TamperError comes while reading.
    """
    vault.keyroom.require_unsealed()
    with deciding(vault, denial_of(Event.EXPORT_DOWNLOADED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        export = _made(vault, own_export(export_queries.lock_export(tx, export_id), actor))
        end = export.file_bytes - 1 if last is None else min(last, export.file_bytes - 1)
        if not 0 <= first <= end:
            raise OutOfRange(export.file_bytes)
        if first == 0 or not actor.session_id or export.download_session != actor.session_id:
            _record(vault, tx, actor, export, first)
    dek = export_key(vault, export)
    content = _pieces(vault, actor, export, dek, first, end)
    return Download(row_of(export), first, end, content)


class OutOfRange(Conflict):
    """The part begins beyond the end of the file, which has so many bytes."""

    default_code = "export.range"

    def __init__(self, file_bytes: int) -> None:
        super().__init__(file_bytes=file_bytes)
        self.file_bytes = file_bytes


def _record(vault: Vault, tx: Connection, actor: Actor, export: ExportRecord, first: int) -> None:
    export_queries.begin_download(tx, export.id, session=actor.session_id)
    facts: dict[str, str | int] = {"export": export.id, "format": export.format, "bytes": export.file_bytes}
    if first:
        facts["first"] = first
    vault.recorder.append(tx, done_by(actor, Event.EXPORT_DOWNLOADED, details=facts))


def _made(vault: Vault, export: ExportRecord) -> ExportRecord:
    """The export, if its file can be had: by the clock, whether or not the sweep has come by."""
    if export.state in export_queries.UNMADE:
        raise Conflict("export.not_made")
    is_over = export.expires_at is not None and export.expires_at <= vault.clock.now()
    if export.state is not ExportState.DONE or is_over:
        raise Conflict("export.ended")
    return export


def _pieces(vault: Vault, actor: Actor, export: ExportRecord, dek: Secret, first: int, last: int) -> Iterator[bytes]:
    stride = SEGMENTS_BETWEEN_LOOKS * SEGMENT_BYTES
    try:
        for begin in range(first, last + 1, stride):
            if begin != first:
                _look_again(vault, actor, export.id)
            yield from read_file(
                vault.store,
                ObjectKey(export.object_key),
                dek,
                export_id=export.id,
                file_bytes=export.file_bytes,
                first=begin,
                last=min(begin + stride - 1, last),
            )
    except TamperError as error:
        record_tampering(vault, actor, error.code)
        raise


def _look_again(vault: Vault, actor: Actor, export_id: str) -> None:
    """In the middle of a long answer; its end is then missing, which the browser sees by its length."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        export = export_queries.load_export(tx, export_id)
        if export is None:
            raise NotFound
        _made(vault, export)
