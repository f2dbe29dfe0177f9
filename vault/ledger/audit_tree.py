"""The audit of the tree: stored hashes are those of the leaves, and every checkpoint has the root of its size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from vault.database import ledger_reading, ledger_sequencing, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow
from vault.database.ledger_walking import StoredHead
from vault.ledger.audit_facts import MOST_FINDINGS, Walk, evidence_of
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import open_under_epochs
from vault.ledger.proofs import ProofRefused, consistency_proof, verify_consistency
from vault.ledger.tree import HASH_BYTES, Growth, LevelRow, Settle


@dataclass(slots=True)
class Signed:
    """The checkpoints of one audit: those given from outside, by size, and how far the stored ones go."""

    epochs: Sequence[EpochRow]
    known: dict[int, list[Checkpoint]] = field(default_factory=dict)
    up_to: int = 0
    """The largest size that was signed for, as far as was looked."""

    def admit(self, walk: Walk, note: str, *, source: str) -> Checkpoint | None:
        """The checkpoint, if the key of its epoch has signed it; else a finding."""
        try:
            return open_under_epochs(note, self.epochs)
        except CheckpointRefused:
            walk.find("checkpoint.signature", detail=source, evidence=evidence_of(note))
            return None


def open_known(walk: Walk, notes: Iterable[str], epochs: Sequence[EpochRow]) -> Signed:
    """The checkpoints that were kept elsewhere."""
    signed = Signed(epochs)
    for note in notes:
        checkpoint = signed.admit(walk, note, source="known")
        if checkpoint is not None:
            signed.known.setdefault(checkpoint.size, []).append(checkpoint)
    return signed


def check_growth(tx: Connection, walk: Walk, growth: Growth, signed: Signed) -> None:
    """Each checkpoint passed has the root of its size."""
    before, size = growth.before.size, walk.frontier.size
    for stored_under, note in ledger_walking.notes_between(tx, before, up_to=size):
        checkpoint = signed.admit(walk, note, source="stored")
        if checkpoint is None:
            continue
        signed.up_to = max(signed.up_to, checkpoint.size)
        is_at_its_size = checkpoint.size == stored_under
        root = growth.root_at(checkpoint.size) if is_at_its_size else None
        if checkpoint.root != root:
            walk.find("checkpoint.root", int(stored_under) - 1, evidence=evidence_of(note, root))
    for passed in [each for each in signed.known if before < each <= size]:
        signed.up_to = max(signed.up_to, passed)
        root = growth.root_at(passed)
        for each in signed.known.pop(passed):
            if each.root != root:
                walk.find("checkpoint.root", passed - 1, evidence=evidence_of(each.root, root))


def check_frontier(tx: Connection, walk: Walk, signed: Signed) -> None:
    """The tree that a verification before has seen is the beginning of the one that is there.

    Its right edge is what is stored, and checkpoints given from outside that it covers are beginnings of it.
    """
    size = walk.frontier.size
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    for level, digest in zip(levels, walk.frontier.edge, strict=True):
        stored = _stored(tx, level, (size >> level) - 1)
        if stored != digest:
            walk.find("frontier.differs", size - 1, evidence=evidence_of(walk.frontier.root(), level, stored))
            return
    for passed in sorted(each for each in signed.known if each <= size):
        for checkpoint in signed.known.pop(passed):
            signed.up_to = max(signed.up_to, passed)
            if not _begins(tx, walk, checkpoint):
                walk.find("checkpoint.root", passed - 1, evidence=evidence_of(checkpoint.root))


def check_end(tx: Connection, walk: Walk, head: StoredHead, signed: Signed) -> None:
    """Nothing was cut off: the head is where the leaves end, and no checkpoint stands for more than there is."""
    if walk.frontier.size != head.size or walk.frontier.edge_bytes() != head.edge or head.strange:
        shown = [head.strange] if head.strange else [head.size, head.edge]
        walk.find("head.differs", walk.position, evidence=evidence_of(*shown, walk.frontier.edge_bytes()))
    for entry_id, leaf in ledger_walking.leaves_nowhere(tx, most=MOST_FINDINGS):
        walk.find("leaf.identity", detail=entry_id, evidence=evidence_of(entry_id, leaf))
    for stored_under, note in ledger_walking.notes_elsewhere(tx, walk.position):
        checkpoint = signed.admit(walk, note, source="stored")
        if checkpoint is None:
            continue
        if checkpoint.size == stored_under:
            walk.find("checkpoint.beyond_end", checkpoint.size, "stored", evidence=evidence_of(note))
        else:
            walk.find("checkpoint.misplaced", evidence=evidence_of(note, repr(stored_under)))
    for size in sorted(size for size in signed.known if size > walk.position):
        roots = [each.root for each in signed.known[size]]
        walk.find("checkpoint.beyond_end", size, "known", evidence=evidence_of(*roots))
    if not signed.up_to:
        signed.up_to = ledger_sequencing.newest_checkpoint_size(tx)
    if not signed.up_to and head.size > 1:
        walk.find("checkpoint.none")


def _begins(tx: Connection, walk: Walk, checkpoint: Checkpoint) -> bool:
    """Whether the checkpoint's tree is the beginning of the one that was verified; by stored hashes, which prove it."""
    size, root = walk.frontier.size, walk.frontier.root()
    try:
        proof = consistency_proof(partial(ledger_reading.subtree_hash, tx), checkpoint.size, size=size)
        verify_consistency(proof, old_size=checkpoint.size, old_root=checkpoint.root, size=size, root=root)
    except (KeyError, ProofRefused):
        return False
    return True


def _stored(tx: Connection, level: int, position: int) -> bytes | None:
    try:
        return ledger_reading.subtree_hash(tx, level, position)
    except KeyError:
        return None


def settle_rows(tx: Connection, walk: Walk) -> Settle:
    """(4) Every subtree that is completed is stored with its hash.

    Where it is not, the stored hash is gone on with: what is above is checked against that. So a damage is found where
    it is, once, and one that is done later makes a finding of its own; nothing is found if and only if all hashes are
    those of the leaves.
    """

    def settle(row: LevelRow) -> list[bytes]:
        end = row.start + len(row.hashes)
        if ledger_walking.node_hashes(tx, row.level, row.start, end=end) == row.hashes:
            return row.hashes
        stored = ledger_walking.nodes_by_position(tx, row.level, row.start, end=end)
        return [
            _settled(walk, row.level, position, digest, stored.get(position))
            for position, digest in enumerate(row.hashes, start=row.start)
        ]

    return settle


def _settled(walk: Walk, level: int, position: int, digest: bytes, stored: bytes | None) -> bytes:
    if stored == digest:
        return digest
    if walk.is_full:  # evidence costs more than the comparison
        return stored if stored is not None and len(stored) == HASH_BYTES else digest
    completed_by, evidence = ((position + 1) << level) - 1, evidence_of(level, digest, stored)
    if stored is None:
        walk.find("tree.node_missing", completed_by, evidence=evidence)
        return digest
    walk.find("tree.node", completed_by, evidence=evidence)
    return stored if len(stored) == HASH_BYTES else digest
