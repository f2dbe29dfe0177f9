"""Signed entries of the trail as they may go out, one after the other and none left out.

Only what a checkpoint covers goes: what a monitor has been told can no longer become something else unnoticed. The
leaf hash is computed from the leaf's own bytes. A leaf that is not what was hashed, or is not there, goes out as a
finding at its index: a hole that a monitor does not hear of would be the better forgery. One whose body was pruned by
age goes out as its hash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from keys.model import Secret
from vault.database import feed_queries, ledger_reading, people_queries
from vault.database.engine import Connection
from vault.database.ledger_pruning import NO_BODY, PruningRow, newest_pruning
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.database.people_queries import PersonRecord
from vault.feed.entry import FeedEntry, Party
from vault.feed.meanings import PRUNED_LEAF
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import OpenedEntry, open_entries
from vault.ledger.tree import leaf_hash
from vault.model import PersonId

DAMAGED, MISSING = "leaf.damaged", "leaf.missing"


@dataclass(frozen=True, slots=True)
class _People:
    """Who the entries of one batch are about: by the register of handles, and by the register of people."""

    handles: Mapping[str, str]
    records: Mapping[PersonId, PersonRecord]

    def by_handle(self, person_id: str) -> Party | None:
        handle = self.handles.get(person_id, "")
        return Party(handle) if handle else None

    def by_id(self, person_id: str) -> Party | None:
        """The person with staff number and login, else by the handle alone."""
        record = self.records.get(PersonId(person_id))
        if record is None:
            return self.by_handle(person_id)
        return Party(record.staff_number, record.login, self.handles.get(person_id, ""))


def collect(tx: Connection, start: int, end: int, *, reading_key: Secret | None, now: dt.datetime) -> list[FeedEntry]:
    """The entries from ``start`` up to but not with ``end``. With the reading key people go by their ids, else by
    their handles, and then place and session stay out. ``now`` is the time of an entry that says none."""
    positions = list(range(start, end))
    leaves = ledger_reading.load_leaves(tx, positions)
    found_by = ledger_reading.search_rows(tx, positions)
    pruning = newest_pruning(tx)
    intact = [leaf for leaf in leaves.values() if leaf_hash(leaf.leaf) == leaf.hash]
    opened = {each.position: each for each in open_entries(tx, intact, reading_key=reading_key) if each.facts}
    people = _people_of(tx, opened, found_by, by_id=reading_key is not None)
    entries = []
    for each in positions:
        leaf, row = leaves.get(each), found_by.get(each)
        if leaf is not None and each in opened:
            entries.append(_entry(opened[each], leaf, people, row, by_id=reading_key is not None))
        elif leaf is not None and leaf.leaf == NO_BODY and pruning is not None and each < pruning.size:
            entries.append(_pruned(leaf, pruning))
        else:
            entries.append(_unreadable(each, leaf, row, now))
    return entries


def _people_of(
    tx: Connection, opened: Mapping[int, OpenedEntry], found_by: Mapping[int, SearchRow], *, by_id: bool
) -> _People:
    ids = {each for entry in opened.values() for each in (entry.actor, entry.subject)}
    ids |= {each for row in found_by.values() for each in (row.actor_id, row.subject_id)}
    known = ids - {""}
    records = people_queries.people_by_id(tx, {PersonId(each) for each in known}) if by_id else {}
    return _People(feed_queries.handles_of(tx, known), records)


def _entry(entry: OpenedEntry, leaf: LeafRow, people: _People, row: SearchRow | None, *, by_id: bool) -> FeedEntry:
    actor, subject = _parties(entry, people, row, by_id=by_id)
    return FeedEntry(
        index=entry.position,
        event=entry.event,
        outcome=entry.outcome,
        time=entry.time,
        logged=entry.logged,
        leaf_hash=leaf_hash(leaf.leaf).hex(),
        entry_id=entry.entry_id,
        node=entry.fact("node"),
        actor=actor,
        subject=subject,
        session=entry.session,
        place=entry.place,
        dossier=entry.fact("dossier"),
        document=entry.fact("document"),
        version=entry.fact("version"),
        view=entry.fact("view"),
        request=entry.fact("request"),
        code=entry.fact("code"),
        intent=entry.fact("intent"),
        details=entry.details,
        hidden=entry.hidden if by_id else "",
    )


def _parties(
    entry: OpenedEntry, people: _People, row: SearchRow | None, *, by_id: bool
) -> tuple[Party | None, Party | None]:
    """Actor and subject: by their ids from what the leaf commits to; by handle the leaf's own ``who``, which is the
    actor's if there is one, and of a further person the register's, which no leaf vouches for."""
    actor_id, subject_id = (row.actor_id, row.subject_id) if row else ("", "")
    who = Party(entry.fact("who")) if entry.fact("who") else None
    is_subjects = bool(subject_id) and not actor_id
    actor, subject = (None, who) if is_subjects else (who, people.by_handle(subject_id))
    if not by_id:
        return actor, subject
    return (
        people.by_id(entry.actor) if entry.actor else actor,
        people.by_id(entry.subject) if entry.subject else subject,
    )


def _pruned(leaf: LeafRow, pruning: PruningRow) -> FeedEntry:
    """What is left of an entry whose body was removed by age: its place and its hash."""
    return FeedEntry(
        index=leaf.position,
        event=Event.TRAIL_PRUNED,
        outcome=Outcome.SUCCESS,
        time=pruning.pruned_at,
        logged=pruning.pruned_at,
        leaf_hash=leaf.hash.hex(),
        entry_id=leaf.entry_id,
        code=PRUNED_LEAF,
        hidden="pruned",
    )


def _unreadable(index: int, leaf: LeafRow | None, row: SearchRow | None, now: dt.datetime) -> FeedEntry:
    """What can be said of an entry whose leaf cannot be read: that, and when it was by the index."""
    return FeedEntry(
        index=index,
        event=Event.OBJECT_TAMPERED,
        outcome=Outcome.FAILED,
        time=row.time if row else now,
        logged=row.logged if row else now,
        leaf_hash=leaf_hash(leaf.leaf).hex() if leaf else "",
        code=DAMAGED if leaf else MISSING,
        hidden="damaged",
    )
