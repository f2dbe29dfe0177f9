"""Writes an evidence bundle member by member, in bounded memory, reading in short transactions.

::

    verify.py                                  the program that checks it
    checkpoint                                 the signed note that everything is proven against
    keys.jsonl                                 the entries that name the keys of all epochs
    entries/000.jsonl ..                       the selection: exact leaves, what could be opened, proofs
    edges.jsonl                                the neighbours that show what the selection is complete for
    stamps.jsonl                               the entries that name time stamps, where they bound an entry's time
    tile/..                                    for a whole trail, in place of the proofs
    checkpoints/000.jsonl ..                   every older checkpoint kept, proven to be a beginning of this one
    anchors/..                                 the checkpoint as it was placed outside; time stamps of older ones
    README.md, README.zh-CN.md                 what it is, and whether something was left out
    manifest.json, SHA256SUMS, SHA256SUMS.note

The order matters to nobody but the texts and the manifest, which tell of what was written before them, and the sums,
which are last.
What lies below a checkpoint never changes, so many short transactions read one state of the trail, and no long one
keeps the database from tidying up. A bundle that could not be finished has no sums and is refused.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from keys.model import Secret
from keys.primitives import SigningKey
from vault.database import ledger_pruning, ledger_reading
from vault.database.engine import Connection, Engine, reading
from vault.database.trail_criteria import SearchCriteria
from vault.errors import TamperError, Unavailable
from vault.ledger.bundle.anchoring import anchor_members, receipts_of
from vault.ledger.bundle.completeness import claim_of, subject_of
from vault.ledger.bundle.layout import (
    CHECKPOINT,
    EDGES,
    KEYS,
    MANIFEST,
    PART_BYTES,
    STAMPS,
    STATEMENT,
    SUMS,
    AnchorReceipt,
    BundleOrder,
    LeftOut,
    Member,
    Tally,
    manifest_bytes,
    part_name,
    statement_text,
)
from vault.ledger.bundle.proving import Subtrees, bare_line, older_checkpoint_lines, selected_lines
from vault.ledger.bundle.receipts import Placements, ReceiptFault, no_fault
from vault.ledger.bundle.shipped import readme_members, verifier_member
from vault.ledger.bundle.stamping import NO_STAMPS, StampChoice, carried
from vault.ledger.bundle.tiles import tile_members
from vault.ledger.canonical import parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, sign_note, verifier_key
from vault.ledger.epochs import open_under_any
from vault.ledger.events import Event

EVERYTHING = SearchCriteria()
Progress = Callable[[int], None]
"""(entries written)."""


@dataclass(frozen=True, slots=True)
class _Base:
    """What a bundle stands on: the checkpoint, and the key that signed it."""

    note: str
    checkpoint: Checkpoint
    public: bytes


def write_bundle(
    engine: Engine,
    order: BundleOrder,
    *,
    criteria: SearchCriteria,
    below: int | None,
    closing: str,
    reading_key: Secret | None,
    signing_key: SigningKey | None,
    anchors: Iterable[AnchorReceipt] | None = None,
    receipt_fault: ReceiptFault = no_fault,
    left_out: list[LeftOut] | None = None,
    progress: Progress | None = None,
) -> Iterator[Member]:
    """(name, pieces of its content) of each member, to be consumed in order and each to its end.

    ``below`` is the size of the checkpoint up to which entries are selected; None takes the newest. ``closing`` is the
    id of the entry that :func:`~vault.ledger.bundle.completeness.closing_entry` asked for, or ''. Without
    ``reading_key`` (vault sealed) no values are disclosed, without ``signing_key`` the manifest is not signed. Without
    ``anchors`` the newest placement of each anchor goes in that the checkpoint covers, and the time stamps that bound
    when the entries were written, but nothing that was damaged since it was placed: ``receipt_fault`` finds that in
    what came back, and to ``left_out`` is added what stays out for it, once all members were consumed.

    Unavailable ``trail.no_checkpoint`` while no checkpoint covers ``below`` and ``closing``: try again after the next
    one. TamperError where an entry, a hash or a checkpoint is not what it must be.
    """
    sums: list[bytes] = []
    for name, pieces in _members(
        engine,
        order,
        criteria=criteria,
        below=below,
        closing=closing,
        reading_key=reading_key,
        signing_key=signing_key,
        anchors=anchors,
        receipt_fault=receipt_fault,
        left_out=left_out if left_out is not None else [],
        progress=progress,
        sums=sums,
    ):
        yield name, _summed(name, pieces, sums)


def _members(
    engine: Engine,
    order: BundleOrder,
    *,
    criteria: SearchCriteria,
    below: int | None,
    closing: str,
    reading_key: Secret | None,
    signing_key: SigningKey | None,
    anchors: Iterable[AnchorReceipt] | None,
    receipt_fault: ReceiptFault,
    left_out: list[LeftOut],
    progress: Progress | None,
    sums: list[bytes],
) -> Iterator[Member]:
    tally = Tally()
    with reading(engine) as tx:
        is_whole = criteria == EVERYTHING and ledger_pruning.newest_pruning(tx) is None
        base = _base_of(tx, below=below, closing=closing, is_whole=is_whole)
        size = base.checkpoint.size
        placements = Placements(size, receipt_fault)
        keys = _key_lines(tx, size=size, tally=tally)
        if base64.b64encode(base.public).decode("ascii") not in {epoch["key"] for epoch in tally.epochs}:
            raise Unavailable("trail.no_checkpoint")  # its epoch's own entry has no place under it yet
        receipts = list(receipts_of(placements.newest(tx)) if anchors is None else anchors)
        edges = _edge_lines(tx, criteria, below=below or size, size=size, tally=tally)
    yield verifier_member()
    yield CHECKPOINT, iter([base.note.encode()])
    yield KEYS, iter(keys)
    choice = StampChoice(size, placements)
    lines = selected_lines(
        engine,
        criteria,
        below=below or size,
        size=size,
        reading_key=reading_key,
        has_proofs=not is_whole,
        tally=tally,
        passing=choice.take,
    )
    yield from _parts("entries", _counted(lines, tally, progress))
    if edges:
        yield EDGES, iter(edges)
    with reading(engine) as tx:
        stamps = carried(tx, choice) if anchors is None else NO_STAMPS
    if stamps.lines and not is_whole:
        yield STAMPS, iter(stamps.lines)
    if is_whole:
        yield from tile_members(engine, size=size)
    yield from _parts("checkpoints", older_checkpoint_lines(engine, size=size, tally=tally))
    newest = {(each.anchor, each.size, each.note) for each in receipts}
    receipts += [each for each in stamps.receipts if (each.anchor, each.size, each.note) not in newest]
    yield from anchor_members(receipts, tally, stamps.named_by)
    tally.left_out = placements.left_out
    left_out += tally.left_out
    yield from readme_members(len(tally.left_out))
    key = verifier_key(base.checkpoint.origin, base.public)
    form = "tiles" if is_whole else "proofs"
    yield MANIFEST, iter([manifest_bytes(order, base.checkpoint, key=key, form=form, tally=tally)])
    content = b"".join(sums)
    yield SUMS, iter([content])
    if signing_key is not None:
        text = statement_text(base.checkpoint.origin, content)
        yield STATEMENT, iter([sign_note(text, base.checkpoint.origin, signing_key).encode()])


def _base_of(tx: Connection, *, below: int | None, closing: str, is_whole: bool) -> _Base:
    """The checkpoint to prove against: the newest, or for a whole trail the very one that it is wanted up to."""
    newest = ledger_reading.newest_checkpoint(tx)
    if newest is None:
        raise Unavailable("trail.no_checkpoint")
    note = (ledger_reading.checkpoint_of_size(tx, below) if is_whole and below else None) or newest[0]
    base = _opened(tx, note)
    closed = ledger_reading.leaf_of_entry(tx, closing) if closing else None
    is_covered = not closing or (closed is not None and closed.position < base.checkpoint.size)
    if not is_covered or (below or 0) > base.checkpoint.size:
        raise Unavailable("trail.no_checkpoint")
    if is_whole and below and below != base.checkpoint.size:  # the checkpoint that was shown is not kept any more
        raise Unavailable("trail.no_checkpoint")
    return base


def _opened(tx: Connection, note: str) -> _Base:
    epochs = ledger_reading.list_epochs(tx)
    try:
        checkpoint, epoch = open_under_any(note, epochs)
    except CheckpointRefused:
        raise TamperError("trail.checkpoint") from None
    return _Base(note, checkpoint, epoch.public)


def _key_lines(tx: Connection, *, size: int, tally: Tally) -> list[bytes]:
    """The leaves that name signing keys: the first of all, one for each rotation, one for each successor."""
    subtrees, positions = Subtrees(), [0]
    for event in (Event.TRAIL_KEY_ROTATED, Event.TRAIL_SUCCEEDED):
        criteria, after = SearchCriteria(event=event.value), 0
        while found := ledger_reading.search_positions(tx, criteria, before=size, after=after, limit=100):
            positions += [row.position for row in found]
            after = found[-1].position
    positions.sort()
    for position, leaf in sorted(ledger_reading.load_leaves(tx, positions).items()):
        details = parse_object(leaf.leaf).get("details")
        if not isinstance(details, dict):
            raise TamperError("tamper.detected")
        tally.epochs.append({"epoch": int(details["epoch"]), "key": str(details["key"]), "index": position})
    return [bare_line(tx, subtrees, position, size=size) for position in positions]


def _edge_lines(tx: Connection, criteria: SearchCriteria, *, below: int, size: int, tally: Tally) -> list[bytes]:
    subject = subject_of(tx, criteria)
    if subject is None:
        return []
    pruned = ledger_pruning.newest_pruning(tx)
    found = claim_of(tx, subject, criteria, below=below, size=size, pruned_to=pruned.size if pruned else 0)
    if found is None:
        return []
    claim, positions = found
    tally.claims.append(claim)
    subtrees = Subtrees()
    return [bare_line(tx, subtrees, position, size=size) for position in positions]


def _counted(lines: Iterator[bytes], tally: Tally, progress: Progress | None) -> Iterator[bytes]:
    for each in lines:
        yield each
        if progress is not None:
            progress(tally.count)


def _parts(folder: str, lines: Iterator[bytes]) -> Iterator[Member]:
    """The lines in members of bounded size; none for no lines."""
    part: list[bytes] = []
    number = part_bytes = 0
    for each in lines:
        part.append(each)
        part_bytes += len(each)
        if part_bytes >= PART_BYTES:
            yield part_name(folder, number), iter(part)
            part, part_bytes, number = [], 0, number + 1
    if part:
        yield part_name(folder, number), iter(part)


def _summed(name: str, pieces: Iterator[bytes], sums: list[bytes]) -> Iterator[bytes]:
    """The content as it is; its line for ``sha256sum -c`` is noted when all of it has passed."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if name not in {SUMS, STATEMENT}:
        sums.append(f"{digest.hexdigest()}  {name}\n".encode())
