"""The worker's part in exports: takes one that waits, writes its file sealed, stores it, and says so in the trail.

::

    (1) claim     others leave it alone for as long as the claim is kept fresh
    (2) place     a fresh object key in the row; what an earlier try has put is deleted
    (3) write     batches of entries through the format into a sealed temporary file; the claim and progress go along
    (4) compare   count and digest with what was ordered
    (5) put       the object; then one transaction: done, signed note, entry

Killed at (1) to (4) nothing is left but a temporary file without name or key; at (5) an object that nobody can open but
through the row, which the next try deletes. Another worker makes the file anew, from the beginning: the selection is
pinned, so it is the same one. An export that has brought workers down several times is given up.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from keys.primitives import SigningKey
from vault.claims import CLAIM_SECONDS, holding_claim
from vault.collecting import collecting_seldom
from vault.custody.keyroom import ServiceKey
from vault.database import export_queries, ledger_reading
from vault.database.engine import Connection, transaction
from vault.database.export_queries import UNMADE, ExportRecord, ExportState
from vault.errors import OperatorError, TamperError, Unavailable, VaultError
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.export_note import ExportNote, sign_export
from vault.runtime import Vault
from vault.storage.port import ObjectKey
from vault.trail.exports.formats import FACTS, ExportFormat
from vault.trail.exports.left_out import write_left_out
from vault.trail.exports.ordered import OrderedExport, open_order
from vault.trail.exports.registry import COMPOSERS, WRITERS
from vault.trail.exports.sealed_file import SealedFile
from vault.trail.exports.selection import Digester, read_selection
from vault.trail.exports.sheet import Batch, ExportWords
from vault.trail.exports.stored import export_key
from vault.trail.own_exports import forget_key, record_tampering
from vault.trail.standing import reading_key_of

NEWS_SECONDS = 2.0
MOST_ATTEMPTS = 5
OBJECT_PREFIX = "e/"


def make_next(vault: Vault, *, words: ExportWords, worker: str, export_id: str = "") -> bool:
    """Makes an export that waits, or that one; False if there is none to make.

    ``worker`` names this process among all. Sealed and Unavailable leave it to be tried again; any other error of the
    vault ends it as failed.
    """
    vault.keyroom.require_unsealed()
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        export = export_queries.claim_export(tx, worker=worker, now=now, until=until, export_id=export_id)  # (1)
    if export is None:
        return False
    if export.attempts > MOST_ATTEMPTS:
        _fail(vault, export, "export.given_up")
        return True
    try:
        _make(vault, export, words)
    except OperatorError:
        _let_go(vault, export)
        raise
    except _Taken:
        pass  # cancelled, or somebody else's: whoever ended it has said so
    except TamperError as error:
        record_tampering(vault, None, error.code)
        _fail(vault, export, "export.tampered")
    except VaultError as error:
        _fail(vault, export, error.code)
    return True


class _Taken(Exception):
    """The export is no longer this worker's."""


def _make(vault: Vault, export: ExportRecord, words: ExportWords) -> None:
    dek, wanted = export_key(vault, export), ExportFormat(export.format)
    order, placed = open_order(vault, export, dek, words), _placed(vault, export)
    digester, facts, left_out = Digester(), FACTS[wanted], list[LeftOut]()
    progress = _Progress(vault, placed)
    with (
        collecting_seldom(),
        holding_claim(vault, progress.keep, every_seconds=NEWS_SECONDS),
        SealedFile(vault.spool, dek, export_id=export.id, max_mib=vault.config.trail.export_max_mib) as file,
    ):
        batches = read_selection(
            vault.engine,
            order.criteria,
            size=export.size,
            reading_key=reading_key_of(vault),
            with_names=facts.with_names,
            with_paths=facts.with_paths,
        )
        followed = _followed(batches, digester, progress)
        if wanted in COMPOSERS:
            pieces = _composed(vault, order, followed, left_out)
        else:
            pieces = WRITERS[wanted](order.sheet, followed)
        for piece in pieces:  # (3)
            progress.require_ours()
            file.write(piece)
        counted = digester.counted()
        if (counted.rows, counted.digest) != (export.rows, export.digest):  # (4)
            raise TamperError("tamper.detected")
        vault.store.put(ObjectKey(placed.object_key), file.finish(), size=file.sealed_bytes)  # (5)
        _settle(vault, placed, order.sheet.root, file, left_out)


def _composed(vault: Vault, order: OrderedExport, batches: Iterable[Batch], left_out: list[LeftOut]) -> Iterator[bytes]:
    """What reads the selection by itself; first it is gone through and counted like any other."""
    for _batch in batches:
        pass
    yield from COMPOSERS[ExportFormat(order.record.format)](vault, order, left_out)


def _settle(vault: Vault, export: ExportRecord, root: bytes, file: SealedFile, left_out: Sequence[LeftOut]) -> None:
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        note = _signed_note(vault, tx, export, root, file)
        is_ours = export_queries.change_claimed(
            tx,
            export,
            now=now,
            state=ExportState.DONE,
            done=export.rows,
            file_bytes=file.file_bytes,
            sha256=file.sha256,
            note=note,
            expires_at=now + dt.timedelta(days=vault.config.trail.export_days),
            claimed_by="",
            claimed_until=None,
            left_out=write_left_out(left_out),
        )
        if is_ours:
            made: dict[str, str | int] = {
                "export": export.id,
                "format": export.format,
                "rows": export.rows,
                "bytes": file.file_bytes,
                "sha256": file.sha256.hex(),
                **({"left_out": len(left_out)} if left_out else {}),
            }
            vault.recorder.append(tx, Entry(Event.EXPORT_MADE, Outcome.SUCCESS, details=made))
    if not is_ours:
        vault.store.delete(ObjectKey(export.object_key))
        raise _Taken


def _signed_note(vault: Vault, tx: Connection, export: ExportRecord, root: bytes, file: SealedFile) -> str:
    key = SigningKey.from_secret(vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    epoch = max(ledger_reading.list_epochs(tx), key=lambda each: each.number)
    if epoch.public != key.public:  # it was replaced a moment ago: the next try has the new one
        raise Unavailable("keys.unavailable")
    note = ExportNote(
        origin=epoch.origin,
        file_bytes=file.file_bytes,
        sha256=file.sha256,
        format=export.format,
        rows=export.rows,
        digest=export.digest,
        size=export.size,
        root=root,
    )
    return sign_export(note, key)


def _placed(vault: Vault, export: ExportRecord) -> ExportRecord:
    """(2) The row first, so that the object is known before it exists."""
    if export.object_key:
        vault.store.delete(ObjectKey(export.object_key))
    name = vault.random(20).hex()
    placed = replace(export, object_key=f"{OBJECT_PREFIX}{name[:2]}/{name[2:]}")
    with transaction(vault.engine) as tx:
        if not export_queries.change_claimed(tx, export, now=vault.clock.now(), object_key=placed.object_key):
            raise _Taken
    return placed


class _Progress:
    """How far the worker is: told to the row now and then, and whether it is still this worker's."""

    def __init__(self, vault: Vault, export: ExportRecord) -> None:
        self._clock, self._export = vault.clock, export
        self.done = 0
        self.is_lost = False

    def keep(self, tx: Connection, until: dt.datetime) -> None:
        """Prolongs the claim and writes how far it is."""
        self.is_lost = not export_queries.change_claimed(
            tx, self._export, now=self._clock.now(), claimed_until=until, done=self.done
        )

    def require_ours(self) -> None:
        """Ends the work when the export is no longer this worker's."""
        if self.is_lost:
            raise _Taken


def _followed(batches: Iterable[Batch], digester: Digester, progress: _Progress) -> Iterator[Batch]:
    """The batches, digested and counted as they go by."""
    for batch in batches:
        progress.require_ours()
        digester.add([entry.position for entry in batch.entries], batch.hashes)
        yield batch
        progress.done = digester.rows


def _let_go(vault: Vault, export: ExportRecord) -> None:
    """Something is away: others may try at once, and this try does not count."""
    with contextlib.suppress(VaultError), transaction(vault.engine) as tx:
        export_queries.change_claimed(
            tx, export, now=vault.clock.now(), claimed_until=None, claimed_by="", attempts=export.attempts - 1
        )


def _fail(vault: Vault, export: ExportRecord, code: str) -> None:
    with transaction(vault.engine) as tx:
        if forget_key(
            vault, tx, export, ExportState.FAILED, expected=UNMADE, fault_code=code, holder=export.claimed_by
        ):
            facts: dict[str, str | int] = {"export": export.id, "format": export.format}
            vault.recorder.append(tx, Entry(Event.EXPORT_FAILED, Outcome.FAILED, code=code, details=facts))
