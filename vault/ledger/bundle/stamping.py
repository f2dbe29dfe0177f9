"""Which time stamps a bundle carries: those that say of an entry between which moments it was written, and no others.

::

    not before   the last stamp that an entry up to this one names (trail.anchored with the answer's digest): nobody can
                 name a digest before there is what it is of, so this entry and every later one was written after it
    not after    the first stamp over a checkpoint that covers this entry

Entries between the same two stamps have the same bounds, so there are as many questions to the database as there are
such stretches. Of more than :data:`MOST_STAMPS` of a kind every second one is passed over, until they are few enough:
what is said then is as true, and wider. So it is where a stamp was damaged since it was placed, which is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from vault.database import anchoring_reading, ledger_reading
from vault.database.anchoring_reading import AnchoringRow
from vault.database.engine import Connection
from vault.ledger.bundle.anchoring import PlacedNote, receipts_of
from vault.ledger.bundle.layout import AnchorReceipt
from vault.ledger.bundle.proving import Subtrees, bare_line
from vault.ledger.bundle.receipts import Placements, name_of, named_receipts
from vault.ledger.events import Event

MOST_STAMPS = 200
"""Of each kind: some 6 KB each, with note, entry and proof."""
_AT_ONCE = 8
_MOST_LOOKS = 25
"""Back from an entry, for one that names a stamp: 200 entries of other anchors, of which each has one a day."""


@dataclass(slots=True)
class _Thinned:
    """At most about :data:`MOST_STAMPS` of the places that were met, evenly over all of them."""

    places: list[int] = field(default_factory=list)
    met: int = 0
    step: int = 1

    def meet(self, place: int) -> None:
        self.met += 1
        if (self.met - 1) % self.step:
            return
        self.places.append(place)
        if len(self.places) > MOST_STAMPS:
            self.places, self.step = self.places[::2], self.step * 2


@dataclass(slots=True)
class StampChoice:
    """Made while the entries of a bundle go by, in their order; ``size`` is that of the bundle's checkpoint."""

    size: int
    placements: Placements
    _naming: _Thinned = field(default_factory=_Thinned)
    _covering: _Thinned = field(default_factory=_Thinned)
    _is_without: bool | None = None
    _last_named: int = -1
    _named_until: int = 0
    _covered_until: int = 0

    def take(self, tx: Connection, positions: Iterable[int]) -> None:
        """The next entries of the selection, by where they stand."""
        if self._is_without is None:
            self._is_without = anchoring_reading.next_stamped_size(tx, above=-1, up_to=self.size) is None
        if self._is_without:
            return
        for position in positions:
            if position >= self._named_until:
                self._look_back(tx, position)
            if position >= self._covered_until:
                self._look_ahead(tx, position)

    def naming_entries(self, tx: Connection) -> dict[int, AnchoringRow]:
        """The stamps that bound from below, by the entry that names each."""
        found = {place: self._stamp_named_at(tx, place) for place in self._naming.places}
        return {place: row for place, row in found.items() if row is not None}

    def covering_stamps(self, tx: Connection) -> list[AnchoringRow]:
        """The stamps that bound from above."""
        return self._usable(tx, self._covering.places)

    def _look_back(self, tx: Connection, position: int) -> None:
        event, before = Event.TRAIL_ANCHORED.value, position + 1
        following = anchoring_reading.first_of_event(tx, event, after=position, limit=1)
        self._named_until = following[0] if following else self.size
        for _look in range(_MOST_LOOKS):
            places = anchoring_reading.last_of_event(tx, event, before=before, limit=_AT_ONCE)
            for place in places:
                if place == self._last_named:
                    return
                if self._stamp_named_at(tx, place) is not None:
                    self._last_named = place
                    self._naming.meet(place)
                    return
            if len(places) < _AT_ONCE:
                return
            before = places[-1]

    def _look_ahead(self, tx: Connection, position: int) -> None:
        size = anchoring_reading.next_stamped_size(tx, above=position, up_to=self.size)
        while size is not None and not self._usable(tx, [size]):
            size = anchoring_reading.next_stamped_size(tx, above=size, up_to=self.size)
        self._covered_until = size if size is not None else self.size
        if size is not None:
            self._covering.meet(size)

    def _stamp_named_at(self, tx: Connection, place: int) -> AnchoringRow | None:
        """The stamp whose answer has the digest that the entry names; None for other anchors, or where it is not kept.

        One of another digest is looked at all the same: if it was damaged, that is told.
        """
        named = named_receipts(tx, [place]).get(place)
        rows = self._usable(tx, [named[1]]) if named is not None else []
        return next((row for row in rows if name_of(row) == named), None)

    def _usable(self, tx: Connection, sizes: Collection[int]) -> list[AnchoringRow]:
        """The undamaged stamps over the checkpoints of these sizes that are kept, which the bundle proves."""
        rows = self.placements.undamaged(tx, anchoring_reading.stamps_of_sizes(tx, sizes))
        kept = {size: ledger_reading.checkpoint_of_size(tx, size) for size in sizes}
        return [row for row in rows if row.note == kept.get(row.size)]


@dataclass(frozen=True, slots=True)
class CarriedStamps:
    """``lines`` are the entries that name stamps, with their proofs; ``named_by`` says which stamp each names."""

    receipts: list[AnchorReceipt]
    lines: list[bytes]
    named_by: dict[PlacedNote, int]


NO_STAMPS = CarriedStamps([], [], {})


def carried(tx: Connection, choice: StampChoice) -> CarriedStamps:
    """What was chosen, as a bundle has it; and stamps over what else the log signed, whether or not they bound."""
    naming = choice.naming_entries(tx)
    chosen = [*choice.covering_stamps(tx), *naming.values(), *choice.placements.other_histories(tx)]
    rows = {(row.anchor, row.size, row.note): row for row in chosen}
    subtrees = Subtrees()
    return CarriedStamps(
        receipts_of(rows[key] for key in sorted(rows)),
        [bare_line(tx, subtrees, place, size=choice.size) for place in sorted(naming)],
        {(row.anchor, row.size, row.note): place for place, row in naming.items()},
    )
