"""Finding entries by what stands sealed beside their leaves: candidates are opened, and only what matches is given.

What the search index can tell comes first; of the rest each candidate is opened, its values checked against the leaf,
and forgotten. Nothing that was opened is stored anywhere. A value that does not open matches nothing.
"""

from __future__ import annotations

import ipaddress
import unicodedata

from keys.model import Secret
from vault.database import ledger_reading, trail_searching
from vault.database.engine import Connection
from vault.database.ledger_sequencing import SearchRow
from vault.database.trail_criteria import SealedWords, SearchCriteria
from vault.database.trail_searching import Scan
from vault.errors import Sealed
from vault.ledger.reader import OpenedEntry, open_entries

MOST_OPENED = 400
"""Candidates that one page opens at most: some tenths of a second."""
_CHUNK = 100


def find_page(
    tx: Connection, criteria: SearchCriteria, *, reading_key: Secret | None, before: int | None, limit: int
) -> Scan:
    """At most ``limit`` entries below ``before``, newest first; how far was looked, if there may be more behind it.

    Sealed ``trail.sealed_words`` where words are asked for while the vault is sealed.
    """
    if not criteria.words:
        return trail_searching.scan(tx, criteria, before=before, limit=limit)
    _require_key(criteria, reading_key)
    rows, opened = list[SearchRow](), 0
    while True:
        found = trail_searching.scan(tx, criteria, before=before, limit=_CHUNK)
        rows += _matching(tx, criteria, found.rows, reading_key)
        opened += len(found.rows)
        if len(rows) >= limit:
            return Scan(rows[:limit], rows[limit - 1].position)
        # a go that found no candidates looked at many rows all the same
        if found.reached is None or opened >= MOST_OPENED or not found.rows:
            return Scan(rows, found.reached)
        before = found.reached


def find_upwards(
    tx: Connection, criteria: SearchCriteria, *, reading_key: Secret | None, after: int, before: int, limit: int
) -> list[int]:
    """Where the next entries above ``after`` and below ``before`` stand, in order, however far they are; none if no
    more are.

    At most ``limit``, and fewer only as the last or where candidates had to be opened. Sealed like :func:`find_page`.
    """
    if not criteria.words:
        return trail_searching.positions_upwards(tx, criteria, before=before, after=after, limit=limit)
    _require_key(criteria, reading_key)
    while True:
        found = trail_searching.scan(tx, criteria, before=before, after=after, is_upwards=True, limit=limit)
        rows = _matching(tx, criteria, found.rows, reading_key)
        if rows or found.reached is None:
            return [row.position for row in rows]
        after = found.reached


def says(entry: OpenedEntry, sealed: SealedWords) -> bool:
    """Whether the entry's values are as asked."""
    return _holds(entry, sealed) is not sealed.is_excluded


def _matching(
    tx: Connection, criteria: SearchCriteria, rows: list[SearchRow], reading_key: Secret | None
) -> list[SearchRow]:
    leaves = ledger_reading.load_leaves(tx, [row.position for row in rows])
    opened = {each.position: each for each in open_entries(tx, list(leaves.values()), reading_key=reading_key)}
    return [
        row
        for row in rows
        if row.position in opened and all(says(opened[row.position], sealed) for sealed in criteria.words)
    ]


def _holds(entry: OpenedEntry, sealed: SealedWords) -> bool:
    if sealed.part == "policy":
        version = int(str(entry.facts.get("policy", 0)))
        return any(first <= version <= last for first, last in map(_versions, sealed.words))
    if sealed.part == "reason":
        is_of_category = entry.reason is not None and entry.reason.category.value in sealed.categories
        return is_of_category or _contains(entry.reason.text if entry.reason else "", sealed.words)
    if sealed.part == "case":
        return _contains(entry.reason.case_number if entry.reason else "", sealed.words)
    if sealed.part == "declared":
        return _contains(entry.place.declared if entry.place else "", sealed.words)
    return any(_is_within(entry.place.address, each) for each in sealed.words) if entry.place else False


def _contains(text: str, words: tuple[str, ...]) -> bool:
    folded = _folded(text)
    return any(_folded(each) in folded for each in words)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _is_within(address: str, wanted: str) -> bool:
    """An address, a network such as 10.1.0.0/16, or the beginning of an address as it is written."""
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(wanted)
    except ValueError:
        return address.startswith(wanted)


def _versions(words: str) -> tuple[int, float]:
    """First and last of ``3``, ``3..5``, ``3..`` or ``..5``."""
    first, is_range, last = words.partition("..")
    return int(first or 0), float(last or "inf") if is_range else int(first)


def _require_key(criteria: SearchCriteria, reading_key: Secret | None) -> None:
    if reading_key is None and any(sealed.part != "policy" for sealed in criteria.words):
        raise Sealed("trail.sealed_words")
