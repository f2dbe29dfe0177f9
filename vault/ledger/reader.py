"""Leaves with the personal values that they commit to, opened for who may read them.

A value is given out only if its disclosure opens, hashes to a digest in the leaf, and says the name it stands under:
what the database holds beside the leaf is never believed on its own. A leaf that cannot be read hides no other: it is
shown as damaged, by the row that it is found by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from keys.errors import UnwrapError
from keys.model import Secret
from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.database.ledger_reading import DisclosureRow, LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_object
from vault.ledger.disclosures import Disclosure, DisclosureRefused
from vault.ledger.events import Event, Outcome
from vault.ledger.proofs import inclusion_proof
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
    disclosures: tuple[Disclosure, ...] = ()

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
    sealed = ledger_reading.disclosures_of(tx, [leaf.entry_id for leaf in leaves])
    entries = []
    for leaf in leaves:
        try:
            facts = parse_object(leaf.leaf)
            entry = _open_entry(leaf, facts, sealed.get(leaf.entry_id, []), opener)
        except (NotCanonical, KeyError, ValueError):
            found_by = ledger_reading.search_rows(tx, [leaf.position])
            entries += _damaged_entry(leaf, found_by.get(leaf.position))
        else:
            entries.append(entry)
    return entries


def proof_of(tx: Connection, position: int, *, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of ``size`` leaves."""
    return inclusion_proof(lambda level, index: ledger_reading.subtree_hash(tx, level, index), position, size=size)


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


def _open_entry(
    leaf: LeafRow,
    facts: Mapping[str, CanonicalValue],
    sealed: list[DisclosureRow],
    opener: ValueOpener | None,
) -> OpenedEntry:
    digests = digests_of(facts)
    values: dict[str, Disclosure] = {}
    hidden = "" if sealed or not digests else "damaged"
    for row in sealed:
        if opener is None:
            hidden = "sealed"
        elif row.period is None:
            hidden = "erased"
        else:
            try:
                opened = opener.open(row)
            except (UnwrapError, DisclosureRefused, ValueError):
                hidden = "damaged"
                continue
            found = {each.name: each for each in opened if each.digest in digests}
            hidden = hidden if len(found) == len(opened) else "damaged"
            values |= found
    return OpenedEntry(
        position=leaf.position,
        entry_id=leaf.entry_id,
        event=_EVENTS[str(facts["event"])],
        outcome=_OUTCOMES[str(facts["outcome"])],
        time=dt.datetime.fromisoformat(str(facts["time"])),
        logged=dt.datetime.fromisoformat(str(facts["logged"])),
        facts=facts,
        leaf=leaf.leaf,
        actor=_text(values, "actor"),
        subject=_text(values, "subject"),
        session=_text(values, "session"),
        place=_place(values),
        reason=_reason(values),
        hidden=hidden,
        disclosures=tuple(values.values()),
    )


_EVENTS: Mapping[str, Event] = {each.value: each for each in Event}
_OUTCOMES: Mapping[str, Outcome] = {each.value: each for each in Outcome}


def _text(values: Mapping[str, Disclosure], name: str) -> str:
    found = values.get(name)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _members(values: Mapping[str, Disclosure], name: str) -> Mapping[str, str]:
    found = values.get(name)
    return found.value if found is not None and isinstance(found.value, Mapping) else {}


def _place(values: Mapping[str, Disclosure]) -> Place | None:
    members = _members(values, "place")
    return _place_of(tuple(members.items())) if members else None


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


def _reason(values: Mapping[str, Disclosure]) -> Reason | None:
    members = _members(values, "reason")
    if not members:
        return None
    return Reason(
        category=ReasonCategory(members.get("category", "other")),
        text=members.get("text", ""),
        case_number=members.get("case", ""),
    )
