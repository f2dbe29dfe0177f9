"""A trail of many leaves, made in bulk as recorder and sequencer make them: values, tree, counters, checkpoints.

The events are those of :mod:`benchmarks.many_events`. Every leaf is what the recorder would draft and the sequencer
complete, bit for bit by the same functions, so that a verification of everything finds nothing wrong. What is faster
is only the way into the database: rows of thousands of entries go in at once.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

import sqlalchemy as sa

from benchmarks.bulk import insert_rows
from benchmarks.many_events import search_rows, store_search_rows
from keys.primitives import SigningKey
from vault.clock import system_random
from vault.database import ledger_sequencing
from vault.database.engine import Engine, transaction
from vault.database.ledger_rows import PeriodRow
from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import (
    trail_checkpoints,
    trail_disclosures,
    trail_lanes,
    trail_leaves,
    trail_nodes,
)
from vault.ledger.canonical import CanonicalValue, canonical_bytes
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.disclosures import DIGEST_ALGORITHM, DisclosedValue, make_disclosure
from vault.ledger.events import Event
from vault.ledger.genesis import bare_search_row
from vault.ledger.recorder import LEAF_VERSION, instant
from vault.ledger.subjects import SubjectBook
from vault.ledger.tree import Frontier, Growth, leaf_hash
from vault.ledger.values import ValueSealer
from vault.model import new_id

LEAVES_A_CHECKPOINT = 100
BATCH = 8192
NODE, LANE = "benchmark", "benchmark.0"
_REASON = "Preparing the yearly meeting with the customer"
_ADDRESS = "10.20.30.40"


@dataclass(slots=True)
class _Numbers:
    """What the sequencer counts."""

    nseq: int = 0
    documents: dict[str, int] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """Rows as the driver takes them."""

    leaves: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)
    sealed: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    found_by: list[SearchRow] = field(default_factory=list)


def fill_leaves(
    engine: Engine, number: int, *, begun: dt.datetime, signing: SigningKey, with_values: bool = True
) -> None:
    """Appends at least ``number`` leaves to a trail in which nothing waits, and moves its head behind them.

    ``with_values`` False leaves out sealed values and search rows: then only the tree verifies.
    """
    with transaction(engine) as tx:
        head = ledger_sequencing.load_head(tx)
    if head is None:
        raise RuntimeError("the trail has not begun")
    frontier = Frontier.from_bytes(head.size, head.edge)
    counted, makers = _Numbers(), _Makers(engine)
    rows = search_rows(0, number, begun=max(head.logged_at, begun))
    acts = _acts(rows, day=instant(head.logged_at)[:10], day_from=head.day_from, start=head.size)
    logged, day_from = head.logged_at, head.day_from
    while acted := list(islice(acts, BATCH)):
        batch = _Batch()
        for act in acted:
            _add(batch, act, counted, makers, with_values=with_values)
        logged, day_from = acted[-1].row.logged, acted[-1].day_from
        growth = frontier.extend(digest for _position, _id, _leaf, digest in batch.leaves)
        _store(engine, batch, growth)
        _sign(engine, head.origin, growth, signing, now=logged)
    with transaction(engine) as tx:
        ledger_sequencing.store_counters(tx, "d", counted.documents, known=set())
        ledger_sequencing.store_counters(tx, "u", counted.handles, known=set())
        tx.execute(sa.insert(trail_lanes).values(node=NODE, lane=LANE, nseq=counted.nseq))
        moved = replace(head, size=frontier.size, edge=frontier.edge_bytes(), logged_at=logged, day_from=day_from)
        if not ledger_sequencing.advance_head(tx, moved, old_size=head.size):
            raise RuntimeError("somebody else has sequenced meanwhile")


@dataclass(frozen=True, slots=True)
class _Act:
    """A leaf to come: its search row at its place, and what only the leaf says."""

    row: SearchRow
    entry_id: str
    intent: str
    details: Mapping[str, str | int]
    day_from: int


def _acts(rows: Iterable[SearchRow], *, day: str, day_from: int, start: int) -> Iterator[_Act]:
    """The rows with the closing of each day between them; a view that is granted gets its result."""
    position, serial, granted = start, 0, None
    for row in rows:
        if granted is not None and row.event != Event.VIEW_KEYED.value:
            yield _Act(_result(granted.row, position), new_id("e", system_random), granted.entry_id, {}, day_from)
            position, granted = position + 1, None
        begins = instant(row.logged)[:10]
        if begins > day and position > day_from:
            closing = bare_search_row(position, Event.DAY_CLOSE, row.logged)
            said: dict[str, str | int] = {"day": day, "from": day_from, "count": position - day_from}
            day_from = position + 1
            yield _Act(closing, new_id("e", system_random), "", said, day_from)
            position += 1
        serial, day = serial + 1, begins
        entry_id = new_id("e", system_random)
        if row.event == Event.VIEW_KEYED.value and granted is None:
            continue  # its view was closed with a result already
        intent = granted.entry_id if granted is not None and row.event == Event.VIEW_KEYED.value else ""
        act = _Act(replace(row, position=position), entry_id, intent, _details_of(row.event, serial), day_from)
        granted = act if row.event == Event.VIEW_OPENED.value else None
        yield act
        position += 1
    if granted is not None:
        yield _Act(_result(granted.row, position), new_id("e", system_random), granted.entry_id, {}, day_from)


def _result(row: SearchRow, position: int) -> SearchRow:
    return replace(row, position=position, event=Event.VIEW_KEYED.value, reason_category="")


def _details_of(event: str, serial: int) -> dict[str, str | int]:
    if event == Event.PAGE_READ.value:
        return {"page": serial % 9 + 1, "kind": "image"}
    return {"number": serial % 3 + 1, "allowed": 3} if event == Event.VIEW_OPENED.value else {}


class _Makers:
    """Handles, months and sealed values of people, by the recorder's own means."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._subjects = SubjectBook(system_random)
        self._sealer = ValueSealer(system_random)
        self._handles: dict[str, str] = {}
        self._periods: dict[tuple[str, str], PeriodRow] = {}

    def handle(self, person: str) -> str:
        if person not in self._handles:
            with transaction(self._engine) as tx:
                self._handles[person] = self._subjects.handle(tx, person)
        return self._handles[person]

    def seal(self, person: str, values: Mapping[str, DisclosedValue], act: _Act) -> tuple[list[str], str, bytes]:
        """Digests, the id of the period, the sealed values."""
        row = act.row
        key = (person, instant(row.logged)[:7])
        if key not in self._periods:
            with transaction(self._engine) as tx:
                self._periods[key] = self._subjects.period(tx, person, row.logged)
        period = self._periods[key]
        disclosures = [make_disclosure(name, value, random=system_random) for name, value in values.items()]
        sealed = self._sealer.seal(disclosures, period, entry_id=act.entry_id, now=row.logged)
        return [each.digest for each in disclosures], period.id, sealed


def _add(batch: _Batch, act: _Act, counted: _Numbers, makers: _Makers, *, with_values: bool) -> None:
    row, moment = act.row, instant(act.row.logged)
    facts: dict[str, CanonicalValue] = {
        "v": LEAF_VERSION,
        "id": act.entry_id,
        "event": row.event,
        "outcome": row.outcome,
        "time": moment,
        "logged": moment,
        "index": row.position,
    }
    if act.details:
        facts["details"] = dict(act.details)
    if row.actor_id:
        counted.nseq += 1
        handle = makers.handle(row.actor_id)
        facts |= {"node": NODE, "lane": LANE, "nseq": counted.nseq, "who": handle}
        counted.handles[handle] = facts["useq"] = counted.handles.get(handle, 0) + 1
        if row.document_id:
            counted.documents[row.document_id] = facts["dseq"] = counted.documents.get(row.document_id, 0) + 1
        facts |= {
            name: value
            for name, value in (
                ("dossier", row.dossier_id),
                ("document", row.document_id),
                ("version", made_version(row.document_id)),
                ("view", row.view_id),
                ("intent", act.intent),
                ("code", "denied.not_assigned" if row.outcome == "denied" else ""),
            )
            if value
        }
        facts["_sd"], facts["_sd_alg"] = _sealed(batch, act, makers, with_values=with_values), DIGEST_ALGORITHM
    encoded = canonical_bytes(facts)
    batch.leaves.append((row.position, act.entry_id, encoded, leaf_hash(encoded)))
    if with_values:
        batch.found_by.append(row)


def _sealed(batch: _Batch, act: _Act, makers: _Makers, *, with_values: bool) -> list[str]:
    """The digests that the leaf commits to."""
    if not with_values:  # as many and as long, of nothing
        wanted = 4 if act.row.reason_category else 3
        return sorted(
            base64.urlsafe_b64encode(system_random(32)).decode("ascii").rstrip("=") for _each in range(wanted)
        )
    row, digests = act.row, list[str]()
    place = {"address": _ADDRESS, "source": row.place_source or "", "zone": row.place_zone or ""}
    values: dict[str, DisclosedValue] = {
        "actor": row.actor_id,
        "session": row.session_id or "",
        "place": {name: value for name, value in place.items() if value},
    }
    if row.reason_category:
        values["reason"] = {"category": row.reason_category, "text": _REASON, "case": f"C-{row.position % 977}"}
    parts = {"actor": (row.actor_id, values)}
    if row.subject_id:
        parts["subject"] = (row.subject_id, {"subject": row.subject_id})
    for part, (person, members) in parts.items():
        committed, period_id, sealed = makers.seal(person, members, act)
        digests += committed
        batch.sealed.append((act.entry_id, part, period_id, sealed))
    return sorted(digests)


def made_version(document_id: str) -> str:
    """The one version of a document; '' for none."""
    return "v" + hashlib.sha256(document_id.encode()).hexdigest()[:26] if document_id else ""


def _sign(engine: Engine, origin: str, growth: Growth, signing: SigningKey, *, now: dt.datetime) -> None:
    """A checkpoint for every so many leaves of the batch, and one for its end."""
    before, added = growth.before.size, len(growth.rows[0].hashes)
    first = before + LEAVES_A_CHECKPOINT - before % LEAVES_A_CHECKPOINT
    sizes = [*range(first, before + added, LEAVES_A_CHECKPOINT), before + added]
    notes = [(size, sign_checkpoint(Checkpoint(origin, size, growth.root_at(size)), signing)) for size in sizes]
    moment = int(now.timestamp() * 1000)
    insert_rows(
        engine, trail_checkpoints, ("size", "note", "signed_at"), [(size, note, moment) for size, note in notes]
    )


def _store(engine: Engine, batch: _Batch, growth: Growth) -> None:
    insert_rows(engine, trail_leaves, ("position", "entry_id", "leaf", "hash"), batch.leaves)
    nodes = [
        (row.level, row.start + number, digest) for row in growth.rows[1:] for number, digest in enumerate(row.hashes)
    ]
    insert_rows(engine, trail_nodes, ("level", "position", "hash"), nodes)
    insert_rows(engine, trail_disclosures, ("entry_id", "part", "period_id", "sealed"), batch.sealed)
    store_search_rows(engine, batch.found_by)
