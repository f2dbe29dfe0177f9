"""Which key, under which name, signs for which sizes; and opening a checkpoint by that rule.

An epoch begins where the one before ends: with another key (``trail.key_rotated``), or with another key and another
name, where a successor began (``trail.succeeded``). A checkpoint of a size is good only if the key and the name of the
epoch that the size falls in have signed it: what an earlier key signs for later sizes is another history.
"""

from __future__ import annotations

from collections.abc import Sequence

from vault.database.ledger_reading import EpochRow
from vault.ledger.checkpoint import BadSignature, Checkpoint, CheckpointRefused, open_checkpoint


def open_under_epochs(note: str, epochs: Sequence[EpochRow]) -> Checkpoint:
    """The checkpoint, if the epoch that its size falls in has signed it; CheckpointRefused otherwise."""
    checkpoint, epoch = open_under_any(note, epochs)
    if epoch != epoch_of(checkpoint.size, epochs):
        raise CheckpointRefused("signed by the key of another epoch")
    return checkpoint


def open_under_any(note: str, epochs: Sequence[EpochRow]) -> tuple[Checkpoint, EpochRow]:
    """The checkpoint with the epoch whose key signed it, whether or not it falls into that; CheckpointRefused."""
    refusal = CheckpointRefused("there is no epoch")
    for epoch in reversed(epochs):
        try:
            return open_checkpoint(note, origin=epoch.origin, public=epoch.public), epoch
        except BadSignature:  # a name and a key of ours: no other epoch can make it good
            raise
        except CheckpointRefused as error:
            refusal = error
    raise refusal


def epoch_of(size: int, epochs: Sequence[EpochRow]) -> EpochRow | None:
    """The epoch that signs for a tree of this size."""
    return max((each for each in epochs if each.from_size <= size), key=lambda each: each.number, default=None)
