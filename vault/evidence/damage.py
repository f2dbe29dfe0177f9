"""What is known of damage that touches a pack: what was found, what auditors answered for, how the trail last stood.

An acknowledgement is of one finding. It touches the pack where the finding is at one of its entries, or of the trail as
a whole, whose hashes and signatures every entry of the pack rests on; one at a single other entry is left out. Found
tampered are the subject's documents, their dossiers, and what no entry says more of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.ledger.events import Event, Outcome
from vault.trail.acknowledged import TAMPERED, finding_of_entry
from vault.trail.rows import TrailRow
from vault.trail.standing import LastVerification

_AT_ONE_ENTRY = ("leaf.", "value.", "counter.", "intent.", "search.", "day.", "inbox.", "receipt.", "time.", TAMPERED)
"""Checks that find what is wrong with one entry, or with what lies beside it; every other is about the whole trail."""


@dataclass(frozen=True, slots=True)
class Damage:
    """``tampered`` and ``acknowledged`` are entries, rising; ``answered`` says by which entry the first ones are.

    ``verified`` is the finished verification that stands below the checkpoint, and ``verification`` its entry.
    """

    tampered: list[TrailRow] = field(default_factory=list)
    acknowledged: list[TrailRow] = field(default_factory=list)
    answered: Mapping[int, int] = field(default_factory=dict)
    verified: LastVerification | None = None
    verification: list[TrailRow] = field(default_factory=list)

    @property
    def rows(self) -> list[TrailRow]:
        """All of it."""
        return [*self.verification, *self.tampered, *self.acknowledged]

    @property
    def unanswered(self) -> int:
        """How many of what was found tampered with nobody has acknowledged."""
        return sum(row.index not in self.answered for row in self.tampered)


def is_tampered_here(
    row: TrailRow, *, own: Collection[int], documents: Collection[str], dossiers: Collection[str]
) -> bool:
    """Whether an entry ``object.tampered`` is about the subject, or says of nothing what it is about."""
    if row.index in own or row.document_id in documents:
        return True
    return not row.document_id and (not row.dossier_id or row.dossier_id in dossiers)


def touching(acknowledged: Iterable[TrailRow], *, indexes: Collection[int]) -> list[TrailRow]:
    """Those of the acknowledgements that answer for something at one of these entries or of the trail as a whole."""
    return [row for row in acknowledged if _touches(row, indexes)]


def answered_by(tx: Connection, tampered: list[TrailRow], acknowledged: Iterable[TrailRow]) -> dict[int, int]:
    """The entry that acknowledges each of those that were, by the index of what was found."""
    by_digest = {str(row.details.get("finding", "")): row.index for row in acknowledged}
    leaves = ledger_reading.load_leaves(tx, [row.index for row in tampered])
    digests = {index: finding_of_entry(index, leaf.hash).digest for index, leaf in leaves.items()}
    return {index: by_digest[digest] for index, digest in digests.items() if digest in by_digest}


def _touches(row: TrailRow, indexes: Collection[int]) -> bool:
    if row.event is not Event.FINDING_ACKNOWLEDGED or row.outcome is not Outcome.SUCCESS:
        return False
    check, index = str(row.details.get("check", "")), row.details.get("index", -1)
    return index in indexes or index == -1 or not check.startswith(_AT_ONE_ENTRY)
