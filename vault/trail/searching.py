"""Searching the trail and reading one entry. For auditors; each look is recorded before its answer is shown."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.errors import NotFound
from vault.ledger.events import Event
from vault.ledger.finding import find_page
from vault.ledger.genesis import bare_search_row
from vault.ledger.proofs import ProofRefused, verify_inclusion
from vault.ledger.reader import proof_of
from vault.ledger.tree import leaf_hash
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.counting import Bars, count_over_time
from vault.trail.erasing.listing import PrunedNote, pruned_note
from vault.trail.querying import QueryNames, TrailQuery, criteria_of, facts_of, names_of, person_asked_for
from vault.trail.rows import TrailRow, rows_of
from vault.trail.standing import Standing, load_standing, reading_key_of

MOST_ROWS = 200
_MOST_INDEX = 2**53


class Proof(enum.Enum):
    """Whether an entry is what the newest checkpoint was signed for."""

    SIGNED = "signed"
    NOT_YET = "not_yet"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of an answer, newest first. ``next_before`` continues it; ``names`` are for the ids of the query.

    ``searched_to`` is the last place looked at where the page ended early, because little was found among many.
    ``bars`` is None where nothing can be counted without opening it.
    """

    rows: list[TrailRow]
    next_before: int | None
    searched_to: int | None
    names: QueryNames
    standing: Standing
    bars: Bars | None


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """One entry with the exact leaf that was hashed, and what was just computed from it.

    ``pruned`` says by whom its body was removed, where it was: then only the hash is left, and that is what is proven.
    """

    row: TrailRow
    leaf_text: str
    leaf_hash: str
    proof: Proof
    standing: Standing
    pruned: PrunedNote | None = None


def search_trail(
    vault: Vault, actor: Actor, *, query: TrailQuery, before: int | None = None, limit: int = 50
) -> TrailPage:
    """A page of entries. Each page is recorded: else a page that begins further on would be a search without record.

    Sealed ``trail.sealed_words`` where the query asks for words of sealed values while the vault is sealed.
    """
    limit = min(max(limit, 1), MOST_ROWS)
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        criteria = criteria_of(tx, query)
        facts = facts_of(query) | ({"before": before} if before is not None else {})
        entry = done_by(actor, Event.TRAIL_SEARCHED, details=facts, subject_person=person_asked_for(criteria))
        vault.recorder.append(tx, entry)
    with reading(vault.engine) as tx:
        found = find_page(tx, criteria, reading_key=reading_key_of(vault), before=before, limit=limit + 1)
        is_full = len(found.rows) > limit
        return TrailPage(
            rows=rows_of(vault, tx, found.rows[:limit]),
            next_before=found.rows[limit - 1].position if is_full else found.reached,
            searched_to=None if is_full else found.reached,
            names=names_of(tx, query),
            standing=load_standing(tx),
            bars=count_over_time(tx, criteria, zone=actor.timezone),
        )


def show_entry(vault: Vault, actor: Actor, *, index: int) -> TrailRecord:
    """One entry in full, proven against the newest checkpoint. Recorded like a search. NotFound past the end."""
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        if not 0 <= index < _MOST_INDEX or _index_row(tx, index, vault.clock.now()) is None:
            raise NotFound(recorded_as="not_found.entry")
        vault.recorder.append(tx, done_by(actor, Event.TRAIL_SEARCHED, details={"index": index}))
    with reading(vault.engine) as tx:
        found = _index_row(tx, index, vault.clock.now())
        if found is None:
            raise NotFound
        leaf = ledger_reading.load_leaves(tx, [index]).get(index)
        standing = load_standing(tx)
        row = rows_of(vault, tx, [found])[0]
        digest = _digest_of(leaf, row) if leaf else b""
        return TrailRecord(
            row=row,
            leaf_text=leaf.leaf.decode("utf-8", errors="backslashreplace") if leaf else "",
            leaf_hash=digest.hex(),
            proof=_prove(tx, digest, index, standing),
            standing=standing,
            pruned=pruned_note(tx, index) if row.hidden == "pruned" else None,
        )


def _digest_of(leaf: LeafRow, row: TrailRow) -> bytes:
    """Of the leaf as it stands; of one that was pruned all that is left of it."""
    return leaf.hash if row.hidden == "pruned" else leaf_hash(leaf.leaf)


def _index_row(tx: Connection, index: int, now: dt.datetime) -> SearchRow | None:
    """What the entry is found by; a bare one where only the leaf is left; None where there is neither."""
    found = ledger_reading.search_rows(tx, [index]).get(index)
    if found is None and index in ledger_reading.load_leaves(tx, [index]):
        return bare_search_row(index, Event.TRAIL_SEARCHED, now)
    return found


def _prove(tx: Connection, digest: bytes, index: int, standing: Standing) -> Proof:
    """From the digest of the leaf as it stands (b"" if there is none), by the tree's stored hashes, to the signed root.

    A bad signature proves nothing.
    """
    checkpoint = standing.checkpoint
    if not digest or standing.is_refused:
        return Proof.BROKEN
    if checkpoint is None or index >= checkpoint.size:
        return Proof.NOT_YET
    try:
        path = proof_of(tx, index, size=checkpoint.size)
        verify_inclusion(digest, path, index=index, size=checkpoint.size, root=checkpoint.root)
    except (ProofRefused, KeyError):
        return Proof.BROKEN
    return Proof.SIGNED
