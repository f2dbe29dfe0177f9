"""The provable export, version 1 of docs/spec/trail.md, "Export": exact leaves with values and proofs, then the
checkpoint. Whoever has the trail's key checks it without this vault (:func:`vault.ledger.export.verify_export`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vault.ledger.export import checkpoint_line, entry_line
from vault.trail.exports.sheet import Batch, Sheet


def write_proofs(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A line for each entry, then the line of the checkpoint."""
    for batch in batches:
        yield b"".join(entry_line(entry, path) for entry, path in zip(batch.entries, batch.paths, strict=True))
    yield checkpoint_line(sheet.note, origin=sheet.origin, public=sheet.public)
