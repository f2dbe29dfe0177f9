"""Entries as they are shown: opened for the auditor, with names beside ids, and still shown when they are damaged.

Names come from the register as it is now; the entry itself holds ids only. A leaf that cannot be read, or that the
search index knows and the trail has lost, is a row that says so: a hole nobody sees would be the better forgery.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from vault.database import dossier_queries, ledger_pruning, ledger_reading, people_queries
from vault.database.engine import Connection
from vault.database.ledger_pruning import NO_BODY
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.database.people_queries import PersonRecord
from vault.ledger.entry import NO_DETAILS
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import OpenedEntry, open_entries
from vault.model import PersonId, Place, Reason
from vault.runtime import Vault
from vault.trail.standing import reading_key_of


class TrailRow(msgspec.Struct, frozen=True):
    """One entry. ``event`` and ``outcome`` are None where the leaf cannot be read.

    ``hidden`` says why values are absent: '', ``sealed``, ``erased``, ``pruned``, ``damaged`` or ``missing``. Made by
    compiled code, since an export makes a million of them.
    """

    index: int
    event: Event | None
    outcome: Outcome | None
    time: dt.datetime
    logged: dt.datetime
    actor_id: str = ""
    actor_name: str = ""
    actor_staff_number: str = ""
    subject_id: str = ""
    subject_name: str = ""
    subject_staff_number: str = ""
    dossier_id: str = ""
    dossier_reference: str = ""
    document_id: str = ""
    version_id: str = ""
    view_id: str = ""
    request_id: str = ""
    session_id: str = ""
    place: Place | None = None
    reason: Reason | None = None
    code: str = ""
    policy: str = ""
    """The version of the policy that was in force, '' for 0."""
    details: Mapping[str, str | int] = NO_DETAILS
    hidden: str = ""


def rows_of(vault: Vault, tx: Connection, found: Sequence[SearchRow]) -> list[TrailRow]:
    """A row for each that was found, in the same order."""
    leaves = ledger_reading.load_leaves(tx, [each.position for each in found])
    opened = open_entries(tx, list(leaves.values()), reading_key=reading_key_of(vault))
    rows = {row.index: row for row in named_rows(tx, [entry for entry in opened if entry.facts])}
    return [
        rows.get(each.position) or _unreadable(each, why_unreadable(tx, leaves.get(each.position))) for each in found
    ]


@dataclass(frozen=True, slots=True)
class EntryNames:
    """Names of whom and what some entries speak of, as the register has them now."""

    people: Mapping[PersonId, PersonRecord] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)


def names_in(tx: Connection, entries: Sequence[OpenedEntry]) -> EntryNames:
    """The names that the entries need."""
    people = {entry.actor for entry in entries} | {entry.subject for entry in entries}
    dossiers = {entry.fact("dossier") for entry in entries}
    return EntryNames(
        people_queries.people_by_id(tx, {PersonId(each) for each in people - {""}}),
        dossier_queries.references_of(tx, dossiers - {""}),
    )


def named_rows(tx: Connection, entries: Sequence[OpenedEntry]) -> list[TrailRow]:
    """A row for each entry that could be read, with the names of whom and what it speaks of."""
    names = names_in(tx, entries)
    return [row_of(entry, names) for entry in entries]


def why_unreadable(tx: Connection, leaf: LeafRow | None) -> str:
    """``missing``, ``pruned`` where the body was removed by order and the hash kept, else ``damaged``."""
    if leaf is None:
        return "missing"
    was_pruned = leaf.leaf == NO_BODY and ledger_pruning.pruning_of(tx, leaf.position) is not None
    return "pruned" if was_pruned else "damaged"


def _unreadable(found: SearchRow, hidden: str) -> TrailRow:
    """Only when it was, by the index: whatever else that says is not vouched for by a leaf."""
    return TrailRow(found.position, None, None, found.time, found.logged, hidden=hidden)


def row_of(entry: OpenedEntry, names: EntryNames) -> TrailRow:
    """The row of one entry that could be read."""
    actor, subject = names.people.get(PersonId(entry.actor)), names.people.get(PersonId(entry.subject))
    fact = entry.fact
    dossier = fact("dossier")
    return TrailRow(  # in the order of its fields: naming them takes as long again
        entry.position,
        entry.event,
        entry.outcome,
        entry.time,
        entry.logged,
        entry.actor,
        actor.name if actor else "",
        actor.staff_number if actor else "",
        entry.subject,
        subject.name if subject else "",
        subject.staff_number if subject else "",
        dossier,
        names.references.get(dossier, ""),
        fact("document"),
        fact("version"),
        fact("view"),
        fact("request"),
        entry.session,
        entry.place,
        entry.reason,
        fact("code"),
        fact("policy"),
        entry.details,
        entry.hidden,
    )
