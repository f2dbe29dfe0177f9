"""Receipts of anchors as members of a bundle: files that other tools take as they are.

::

    anchors/<kind>-<anchor>/<size>.note     the checkpoint as it was signed and placed; what a time stamp is over
    anchors/<kind>-<anchor>/<size>.cosigned a witness's lines
    anchors/<kind>-<anchor>/<size>.tsr      an RFC 3161 answer in DER, for ``openssl ts``
    anchors/<kind>-<anchor>/<size>.receipt  what any other place gave back

Of another history at the same anchor and size the names are ``<size>-2.note`` and so on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from vault.database.anchoring_reading import AnchoringRow
from vault.ledger.bundle.layout import AnchorReceipt, Member, Tally
from vault.ledger.recorder import instant

_ENDINGS = {"witness": "cosigned", "timestamp": "tsr"}
PlacedNote = tuple[str, int, str]
"""What is known of one placement: the anchor, the size and the note."""
_UNSAFE = re.compile(r"[^a-z0-9_-]")


def receipts_of(rows: Iterable[AnchoringRow]) -> list[AnchorReceipt]:
    """What the database remembers of placements, as a bundle carries it."""
    return [AnchorReceipt(row.anchor, row.kind, row.size, row.note, row.receipt, row.placed_at) for row in rows]


def anchor_members(
    receipts: Iterable[AnchorReceipt], tally: Tally, named_by: Mapping[PlacedNote, int] = MappingProxyType({})
) -> Iterator[Member]:
    """Two members for each receipt, one where the place gave nothing back.

    ``named_by`` is the entry that names a receipt, where the bundle shows it.
    """
    taken: Counter[str] = Counter()
    for each in receipts:
        path = f"anchors/{_plain(each.kind)}-{_plain(each.anchor)}/{each.size}"
        taken[path] += 1
        path += f"-{taken[path]}" if taken[path] > 1 else ""
        listed: dict[str, str | int] = {
            "anchor": each.anchor,
            "kind": each.kind,
            "size": each.size,
            "placed": instant(each.placed_at),
            "note": f"{path}.note",
        }
        yield str(listed["note"]), iter([each.note.encode()])
        if each.receipt:
            listed["receipt"] = f"{path}.{_ENDINGS.get(each.kind, 'receipt')}"
            yield str(listed["receipt"]), iter([each.receipt])
        if (each.anchor, each.size, each.note) in named_by:
            listed["named_by"] = named_by[each.anchor, each.size, each.note]
        tally.anchors.append(listed)


def _plain(name: str) -> str:
    """A name as part of a path: whatever a path could be misled by becomes ``_``."""
    return _UNSAFE.sub("_", name.lower())
