"""Whether a stored time stamp is still the one that the trail names: what was damaged since goes into no bundle.

Its reader would refuse the whole bundle for one such file, and nothing else in it is any less true without. Found and
told are damaged ones by the audit with the anchors (``receipt.digest``), which compares each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from vault.database import anchoring_reading, ledger_reading
from vault.database.anchoring_reading import AnchoringRow
from vault.database.engine import Connection
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event

_AT_ONCE = 8
_MOST_LOOKS = 25
"""On from the stamped size, for the entry that names the stamp: as far as :mod:`~vault.ledger.bundle.stamping` goes."""

NamedReceipt = tuple[str, int, str]
"""Of what an entry says was placed: the anchor, the size, and the SHA-256 of what came back, in hex."""


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


def undamaged(tx: Connection, rows: Iterable[AnchoringRow]) -> list[AnchoringRow]:
    """Those that no entry contradicts. What none names yet, or is no time stamp, has nothing to differ from."""
    return [row for row in rows if row.kind != "timestamp" or not _is_damaged(tx, row)]


def _is_damaged(tx: Connection, row: AnchoringRow) -> bool:
    """An entry names another digest, and none this one: a successor may have stamped the size of a lost checkpoint."""
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
