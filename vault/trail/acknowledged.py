"""What auditors have acknowledged of the damage that was found, as the trail itself tells it.

By the leaf, never by what the search index alone says. Somebody who alters a leaf into an acknowledgement damages that
leaf; the finding of it has a digest that depends on what the leaf says, and so cannot be acknowledged by it.

Whoever has findings at hand asks for those: all acknowledgements are looked through, batch by batch and without opening
what is sealed beside them, and only those asked for are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from vault.database import acknowledged_queries, ledger_reading
from vault.database.engine import Connection
from vault.database.trail_scanner import END
from vault.ledger.audit_facts import Finding, evidence_of
from vault.ledger.canonical import parse_objects
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.rows import TrailRow, rows_of

TAMPERED = Event.OBJECT_TAMPERED.value
"""The check of a finding that an entry of its own tells of."""
BATCH = 500
_SAID = (Event.FINDING_ACKNOWLEDGED.value, Outcome.SUCCESS.value)


class Acknowledgement(NamedTuple):
    """The entry at ``position`` acknowledges the finding of this check and digest."""

    position: int
    check: str
    finding: str


def acknowledgements(tx: Connection) -> Iterator[Acknowledgement]:
    """All of them, newest first."""
    before = END
    while leaves := acknowledged_queries.newest_of_event(tx, _SAID[0], before=before, most=BATCH):
        for leaf, facts in zip(leaves, parse_objects([leaf.leaf for leaf in leaves]), strict=True):
            if facts is None or (facts.get("event"), facts.get("outcome")) != _SAID:
                continue
            said = facts.get("details")
            said = said if isinstance(said, Mapping) else {}
            yield Acknowledgement(leaf.position, str(said.get("check", "")), str(said.get("finding", "")))
        before = leaves[-1].position


def acknowledged_among(
    tx: Connection, digests: Collection[str], *, note: Callable[[Acknowledgement], None] | None = None
) -> dict[str, int]:
    """Which of the findings with these digests were acknowledged: by digest the index of the newest entry about it.

    ``note`` is told of every acknowledgement of whatever finding, newest first; then all are looked through.
    """
    wanted, found = set(digests), dict[str, int]()
    if not wanted and note is None:
        return found
    for each in acknowledgements(tx):
        if note is not None:
            note(each)
        if each.finding in wanted:
            found.setdefault(each.finding, each.position)
            if note is None and len(found) == len(wanted):
                break
    return found


def load_acknowledgements(vault: Vault, tx: Connection, digests: Collection[str]) -> dict[str, TrailRow]:
    """The newest entry about each of these findings that was acknowledged, by the finding's digest."""
    found = acknowledged_among(tx, digests)
    rows = rows_at(vault, tx, found.values())
    return {digest: rows[index] for digest, index in found.items() if index in rows}


def rows_at(vault: Vault, tx: Connection, indexes: Collection[int]) -> dict[int, TrailRow]:
    """The entries at these indexes, opened, by index; those that the search index knows."""
    found = ledger_reading.search_rows(tx, sorted(indexes)) if indexes else {}
    return {row.index: row for row in rows_of(vault, tx, list(found.values()))}


def finding_of_entry(index: int, leaf_hash: bytes) -> Finding:
    """The finding that the entry ``object.tampered`` at ``index`` tells of."""
    return Finding(TAMPERED, index, evidence=evidence_of(leaf_hash))
