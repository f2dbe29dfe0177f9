"""Leaves with the personal values that they commit to, opened for who may read them.

A value is given out only if its disclosure opens, hashes to a digest in the leaf, and says the name it stands under:
what the database holds beside the leaf is never believed on its own. A leaf that cannot be read hides no other: it is
shown as damaged, by the row that it is found by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from keys.model import Secret
from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.database.ledger_picking import pick_sealed
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_objects
from vault.ledger.disclosures import DisclosedValue, Disclosure, parse_disclosure
from vault.ledger.events import Event, Outcome
from vault.ledger.opened_parts import Part, open_parts
from vault.ledger.proofs import inclusion_proof, range_hash
from vault.ledger.sealed_parts import ACTOR, PEOPLE, PLACE, REASON, SESSION, SUBJECT
from vault.ledger.values import ValueOpener
from vault.model import Place, PlaceSource, Reason, ReasonCategory
from vault.place import read_position


class OpenedEntry(NamedTuple):
    """An entry in full. ``hidden`` says why personal values are absent: '', ``sealed``, ``erased`` or ``damaged``.

    A tuple, since an export makes a million of them.
    """

    position: int
    entry_id: str
    event: Event
    outcome: Outcome
    time: dt.datetime
    logged: dt.datetime
    facts: Mapping[str, CanonicalValue]
    leaf: bytes
    actor: str = ""
    subject: str = ""
    session: str = ""
    place: Place | None = None
    reason: Reason | None = None
    hidden: str = ""
    texts: tuple[bytes, ...] = ()
    """The disclosures as they were committed to."""

    @property
    def disclosures(self) -> tuple[Disclosure, ...]:
        """What :attr:`texts` disclose."""
        return tuple(parse_disclosure(text.decode("ascii")) for text in self.texts)

    def fact(self, name: str) -> str:
        """A readable field of the leaf as text, or ''."""
        return str(self.facts.get(name, ""))

    @property
    def details(self) -> dict[str, str | int]:
        """The leaf's details."""
        found = self.facts.get("details", {})
        return (
            {name: value for name, value in found.items() if isinstance(value, str | int)}
            if isinstance(found, Mapping)
            else {}
        )


def open_entries(
    tx: Connection, leaves: list[LeafRow], *, reading_key: Secret | None = None, opener: ValueOpener | None = None
) -> list[OpenedEntry]:
    """Each leaf with its values; without a key (vault sealed) the values stay hidden.

    Whoever asks for very many gives the same ``opener`` each time, not the key: it remembers the keys of periods.
    """
    if opener is None and reading_key is not None:
        opener = ValueOpener(reading_key)
    read = parse_objects([leaf.leaf for leaf in leaves])
    parts = parts_beside(tx, leaves, opener)
    entries = []
    for leaf, facts in zip(leaves, read, strict=True):
        try:
            if facts is None:
                raise NotCanonical("not an object in canonical form")
            entry = _entry(leaf, facts, parts.get(leaf.entry_id, ()))
        except (KeyError, ValueError):
            found_by = ledger_reading.search_rows(tx, [leaf.position])
            entries += _damaged_entry(leaf, found_by.get(leaf.position))
        else:
            entries.append(entry)
    return entries


def people_beside(
    tx: Connection, leaves: Sequence[LeafRow], *, reading_key: Secret | None
) -> dict[int, frozenset[str]]:
    """By position, the people whom the values sealed beside each leaf name, committed to or not; as far as they open.

    For a rule that is stricter the more it knows: nothing here is vouched for by the leaf.
    """
    parts = parts_beside(tx, leaves, ValueOpener(reading_key) if reading_key is not None else None)
    return {
        leaf.position: frozenset(
            str(value) for part in parts.get(leaf.entry_id, ()) for name, value in part.said if name in PEOPLE
        )
        for leaf in leaves
    }


def parts_beside(tx: Connection, leaves: Sequence[LeafRow], opener: ValueOpener | None) -> dict[str, list[Part]]:
    """What is sealed beside each leaf, by entry; what the leaf commits to of it is for the caller to tell."""
    sealed = pick_sealed(tx, leaves)
    periods = ledger_reading.periods_by_id(tx, {row[2] for row in sealed}) if opener is not None else {}
    return open_parts(sealed, periods, opener)


def proof_of(tx: Connection, position: int, *, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of ``size`` leaves."""
    return inclusion_proof(lambda level, index: ledger_reading.subtree_hash(tx, level, index), position, size=size)


def root_at(tx: Connection, size: int) -> bytes | None:
    """The root of the first ``size`` leaves by the stored hashes; None where they are not there."""
    try:
        return range_hash(lambda level, position: ledger_reading.subtree_hash(tx, level, position), 0, size)
    except KeyError:
        return None


def digests_of(facts: Mapping[str, CanonicalValue]) -> list[str]:
    """What a leaf commits to."""
    found = facts.get("_sd", [])
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _damaged_entry(leaf: LeafRow, row: SearchRow | None) -> list[OpenedEntry]:
    """As much as the search row says; nothing if that is no row of an entry either."""
    if row is None or row.event not in {event.value for event in Event}:
        return []
    return [
        OpenedEntry(
            position=leaf.position,
            entry_id=leaf.entry_id,
            event=Event(row.event),
            outcome=Outcome.FAILED,
            time=row.time,
            logged=row.logged,
            facts={},
            leaf=leaf.leaf,
            hidden="damaged",
        )
    ]


def _entry(leaf: LeafRow, facts: Mapping[str, CanonicalValue], parts: Sequence[Part]) -> OpenedEntry:
    committed = digests_of(facts)
    values: dict[str, DisclosedValue] = {}
    texts: dict[str, bytes] = {}
    hidden = "" if parts or not committed else "damaged"
    for part in parts:
        hidden = part.hidden or hidden
        for (name, value), text, digest in zip(part.said, part.texts, part.digests, strict=True):
            if digest in committed:
                values[name], texts[name] = value, text
            else:
                hidden = "damaged"
    found = values.get
    place, reason = found(PLACE), found(REASON)
    return OpenedEntry(
        leaf.position,
        leaf.entry_id,
        _EVENTS[str(facts["event"])],
        _OUTCOMES[str(facts["outcome"])],
        dt.datetime.fromisoformat(str(facts["time"])),
        dt.datetime.fromisoformat(str(facts["logged"])),
        facts,
        leaf.leaf,
        _text(found(ACTOR)),
        _text(found(SUBJECT)),
        _text(found(SESSION)),
        _place_of(tuple(place.items())) if place and isinstance(place, Mapping) else None,
        _reason(reason) if reason and isinstance(reason, Mapping) else None,
        hidden,
        tuple(texts.values()),
    )


_EVENTS: Mapping[str, Event] = {each.value: each for each in Event}
_OUTCOMES: Mapping[str, Outcome] = {each.value: each for each in Outcome}


def _text(value: DisclosedValue | None) -> str:
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _place_of(said: tuple[tuple[str, str], ...]) -> Place:
    """Remembered, since people come from the same places again and again."""
    members = dict(said)
    return Place(
        address=members.get("address", ""),
        source=PlaceSource(members.get("source", "unknown")),
        zone=members.get("zone", ""),
        declared=members.get("declared", ""),
        trusted_proxy=members.get("proxy", ""),
        country=members.get("country", ""),
        city=members.get("city", ""),
        geoip_built=members.get("geoip", ""),
        position=read_position(f"{members.get('position', '')},{members.get('accuracy_m', '')}"),
    )


def _reason(members: Mapping[str, str]) -> Reason:
    return Reason(
        category=ReasonCategory(members.get("category", "other")),
        text=members.get("text", ""),
        case_number=members.get("case", ""),
    )
