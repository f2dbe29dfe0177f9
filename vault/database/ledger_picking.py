"""Leaves of chosen places and what is sealed beside them, for whoever reads very many: neighbours as one range."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from vault.database import ledger_reading, ledger_walking
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_walking import SealedPart

_DENSE = 4
"""Places that lie this close, on average, are read as a range with those between them."""


def pick_leaves(tx: sa.Connection, positions: Sequence[int]) -> list[LeafRow]:
    """The leaves that there are at these places, which rise."""
    if not _are_neighbours(positions):
        return list(ledger_reading.load_leaves(tx, list(positions)).values())
    wanted = set(positions)
    found = ledger_walking.leaf_batch(tx, positions[0], most=positions[-1] - positions[0] + 1)
    return [leaf for leaf in found if leaf.position in wanted]


def pick_sealed(tx: sa.Connection, leaves: Sequence[LeafRow]) -> list[SealedPart]:
    """What is sealed beside these leaves, part by part."""
    positions = [leaf.position for leaf in leaves]
    if _are_neighbours(positions):
        return ledger_walking.sealed_between(tx, positions[0], end=positions[-1] + 1)
    return ledger_reading.sealed_of(tx, [leaf.entry_id for leaf in leaves])


def _are_neighbours(positions: Sequence[int]) -> bool:
    return bool(positions) and 0 <= positions[-1] - positions[0] < _DENSE * len(positions)
