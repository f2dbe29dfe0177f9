"""Which of what anchors were given and gave back goes into a bundle: whether what is stored is still what was placed.

What was damaged since goes into none: its reader would refuse the whole bundle for one such file, and nothing else in
it is any less true without. Nor does what is beyond the bundle's checkpoint, or more than it has room for. What is left
out is named (:class:`~vault.ledger.bundle.layout.LeftOut`); damaged ones are found and told of by the audit with the
anchors as well (``receipt.*``), which looks at each.

What the log itself signed is another matter: a note of another history is carried under the size that it says itself,
whatever is stored beside it, even where what came back for it was damaged. Its reader is to see two histories.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from vault.database import anchoring_reading, ledger_reading
from vault.database.anchoring_reading import AnchoringRow
from vault.database.engine import Connection
from vault.ledger.bundle.layout import LeftOut
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import CheckpointRefused, parse_checkpoint
from vault.ledger.epochs import open_under_epochs
from vault.ledger.events import Event
from vault.ledger.reader import root_at

_AT_ONCE = 8
_MOST_LOOKS = 25
"""On from a stamped size, for the entry that names the stamp, as far as :mod:`~vault.ledger.bundle.stamping` goes; and
back from an anchor's newest placement, for one that was not damaged."""
MOST_OTHER_HISTORIES = 64
"""One shows two histories; the others say where they part."""

NamedReceipt = tuple[str, int, str]
"""Of what an entry says was placed: the anchor, the size, and the SHA-256 of what came back, in hex."""
ReceiptFault = Callable[[AnchoringRow], str]
"""Why what came back is not the anchor's answer to this note, a ``why`` of :class:`LeftOut`; '' if it is."""


def no_fault(_row: AnchoringRow) -> str:
    """For whoever knows no anchors: what came back is compared with what entries name, and with nothing else."""
    return ""


class Placements:
    """Which placements a bundle can carry whose checkpoint is of ``size``.

    ``left_out`` are those that it lacks: damaged ones that were met while it was made, and what is beyond its bounds.
    """

    def __init__(self, size: int, receipt_fault: ReceiptFault = no_fault) -> None:
        self._size, self._receipt_fault = size, receipt_fault
        self._left_out: dict[tuple[str, int, str], LeftOut] = {}

    @property
    def left_out(self) -> list[LeftOut]:
        """Each once, by anchor and size."""
        return [self._left_out[key] for key in sorted(self._left_out)]

    def undamaged(self, tx: Connection, rows: Iterable[AnchoringRow]) -> list[AnchoringRow]:
        """Those of ``rows`` that are what they were, each under its note's own size; the others are left out.

        Of a note of another history that the log signed only what came back stays out, never the note.
        """
        return [found for row in rows if (found := self._as_placed(tx, row)) is not None]

    def newest(self, tx: Connection) -> list[AnchoringRow]:
        """Of each anchor the undamaged placement that covers most of the bundle's tree, by its name."""
        found: list[AnchoringRow] = []
        rows = anchoring_reading.newest_anchorings(tx, size=self._size)
        for anchor in dict.fromkeys(row.anchor for row in rows):
            newest = [row for row in rows if row.anchor == anchor]
            found += self.undamaged(tx, newest) or self._before(tx, anchor, below=newest[0].size)
        return found

    def other_histories(self, tx: Connection) -> list[AnchoringRow]:
        """Placements of notes that the log signed over another tree than this, wherever they are stored.

        Of time stamps all, not more than :data:`MOST_OTHER_HISTORIES`, each of the others is left out by name. Of any
        other anchor one: it has a placement every few seconds, and one shows two histories.
        """
        stamps: list[AnchoringRow] = []
        first: dict[str, list[AnchoringRow]] = {}
        for row in anchoring_reading.placements_not_kept(tx):
            is_stamp = row.kind == "timestamp"
            size = None if row.anchor in first and not is_stamp else _signed_size(tx, row)
            if size is None or size > self._size or not _is_of_another_tree(tx, row, size):
                continue
            if not is_stamp:
                first[row.anchor] = self.undamaged(tx, [row])
            elif len(stamps) < MOST_OTHER_HISTORIES:
                stamps += self.undamaged(tx, [row])
            else:
                self._leave_out(replace(row, size=size), "more")
        return [*stamps, *itertools.chain(*first.values())]

    def _before(self, tx: Connection, anchor: str, *, below: int) -> list[AnchoringRow]:
        for _look in range(_MOST_LOOKS):
            rows = anchoring_reading.anchorings_before(tx, anchor, below=below, limit=_AT_ONCE)
            for row in rows:
                if found := self.undamaged(tx, [row]):
                    return found
            if len(rows) < _AT_ONCE:
                break
            below = rows[-1].size
        return []

    def _as_placed(self, tx: Connection, row: AnchoringRow) -> AnchoringRow | None:
        is_kept = row.note == ledger_reading.checkpoint_of_size(tx, row.size)
        size = row.size if is_kept else _signed_size(tx, row)
        if size is None or size > self._size:
            self._leave_out(row, "note" if size is None else "beyond")
            return None
        row = replace(row, size=size)
        why = "digest" if row.kind == "timestamp" and _is_contradicted(tx, row) else self._receipt_fault(row)
        if not why:
            return row
        self._leave_out(row, why)
        is_other = row.note != ledger_reading.checkpoint_of_size(tx, size)
        return replace(row, receipt=b"") if is_other else None

    def _leave_out(self, row: AnchoringRow, why: str) -> None:
        self._left_out[row.anchor, row.size, row.note] = LeftOut(row.anchor, row.kind, row.size, why)


def named_receipts(tx: Connection, places: Collection[int]) -> dict[int, NamedReceipt]:
    """What the entries at these places name, each ``trail.anchored``; without those that can't be read any more."""
    found: dict[int, NamedReceipt] = {}
    for place, leaf in ledger_reading.load_leaves(tx, list(places)).items():
        try:
            details = parse_object(leaf.leaf).get("details")
        except NotCanonical:
            continue
        if isinstance(details, dict) and isinstance(details.get("size"), int):
            found[place] = (str(details.get("anchor")), int(str(details["size"])), str(details.get("receipt")))
    return found


def name_of(row: AnchoringRow) -> NamedReceipt:
    """What an entry that names this row's receipt, as it is now, says of it."""
    return row.anchor, row.size, hashlib.sha256(row.receipt).hexdigest()


def _signed_size(tx: Connection, row: AnchoringRow) -> int | None:
    """How many entries the note says, if the log signed it; what is stored beside it has nobody's signature."""
    try:
        return open_under_epochs(row.note, ledger_reading.list_epochs(tx)).size
    except CheckpointRefused:
        return None


def _is_of_another_tree(tx: Connection, row: AnchoringRow, size: int) -> bool:
    """A checkpoint of this tree shows one history, whether or not it is kept."""
    if row.note == ledger_reading.checkpoint_of_size(tx, size):
        return False
    return parse_checkpoint(row.note).root != root_at(tx, size)


def _is_contradicted(tx: Connection, row: AnchoringRow) -> bool:
    """An entry names another digest, and none this one: a successor may have stamped the size of a lost checkpoint.

    What no entry names yet has nothing to differ from.
    """
    name, is_contradicted, after = name_of(row), False, row.size - 1
    for _look in range(_MOST_LOOKS):
        places = anchoring_reading.first_of_event(tx, Event.TRAIL_ANCHORED.value, after=after, limit=_AT_ONCE)
        for named in named_receipts(tx, places).values():
            if named == name:
                return False
            is_contradicted = is_contradicted or named[:2] == name[:2]
        if len(places) < _AT_ONCE:
            break
        after = places[-1]
    return is_contradicted
