"""Where the trail stands: how much there is, how far it is signed, what waits, and how it was last verified."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from keys.model import Secret
from vault.anchors.standing import Anchored, load_anchored
from vault.custody.keyroom import ServiceKey
from vault.database import key_queries, ledger_pruning, ledger_reading, ledger_sequencing
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.errors import Sealed, TamperError
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import open_under_epochs
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LastVerification:
    """The newest finished verification that the trail itself tells of.

    ``acknowledged`` of its ``findings`` had been acknowledged by then. Not ``are_values_opened`` while the vault was
    sealed: sound only as far as could be looked at.
    """

    index: int
    at: dt.datetime
    size: int
    is_sound: bool
    findings: int = 0
    acknowledged: int = 0
    are_values_opened: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """``checkpoint`` is the newest one, None while there is none; ``is_refused`` when its signature is not good.

    ``note`` is the checkpoint as it is signed, to be kept elsewhere. ``waiting`` entries have no place yet. Entries
    below ``pruned_to`` were removed by age at ``pruned_at``, except those that had to be kept.
    """

    size: int
    waiting: int
    checkpoint: Checkpoint | None
    note: str
    signed_at: dt.datetime | None
    is_refused: bool
    verified: LastVerification | None
    anchored: Anchored
    pruned_to: int = 0
    pruned_at: dt.datetime | None = None

    @property
    def signed_to(self) -> int:
        """How many entries, from the first, the checkpoint stands for."""
        return self.checkpoint.size if self.checkpoint else 0


def show_standing(vault: Vault, actor: Actor) -> Standing:
    """Where it stands now, for an auditor. Says nothing of any entry, so it is not recorded."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return load_standing(tx)


def load_standing(tx: Connection) -> Standing:
    """As things are in this transaction."""
    head = ledger_sequencing.load_head(tx)
    newest = ledger_reading.newest_checkpoint(tx)
    note, signed_at = newest or ("", None)
    pruning = ledger_pruning.newest_pruning(tx)
    checkpoint = _opened(tx, note) if note else None
    return Standing(
        size=head.size if head else 0,
        waiting=ledger_reading.count_waiting(tx),
        checkpoint=checkpoint,
        note=note if checkpoint else "",
        signed_at=signed_at if checkpoint else None,
        is_refused=bool(note) and checkpoint is None,
        verified=last_verification(tx),
        anchored=load_anchored(tx),
        pruned_to=pruning.size if pruning else 0,
        pruned_at=pruning.pruned_at if pruning else None,
    )


def signed_size(tx: Connection) -> int:
    """How many entries, from the first, the newest checkpoint stands for. TamperError if no key of the trail's own
    signed it."""
    newest = ledger_reading.newest_checkpoint(tx)
    if newest is None:
        return 0
    checkpoint = _opened(tx, newest[0])
    if checkpoint is None:
        raise TamperError("trail.checkpoint")
    return checkpoint.size


def reading_key_of(vault: Vault) -> Secret | None:
    """The trail-reading key, or None while the vault is sealed: leaves show, personal values do not."""
    try:
        return vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    except Sealed:
        return None


def signing_public_of(tx: Connection) -> bytes:
    """The public half of the key that signs checkpoints now."""
    stored = {record.name: record.public for record in key_queries.list_service_keys(tx)}
    public = stored.get(ServiceKey.TRAIL_SIGNING.value)
    if public is None:
        raise Sealed("vault.not_initialised")
    return public


def _opened(tx: Connection, note: str) -> Checkpoint | None:
    """The checkpoint, if the key that signed for its size then signed it."""
    try:
        return open_under_epochs(note, ledger_reading.list_epochs(tx))
    except CheckpointRefused:
        return None


def last_verification(tx: Connection, *, before: int | None = None) -> LastVerification | None:
    """By the leaf, not by what the search index says of it; one that was given up, or of hashes alone, is none.

    With ``before`` of those among so many entries.
    """
    found = [
        row
        for outcome in (Outcome.SUCCESS, Outcome.FAILED)
        for row in ledger_reading.search_positions(
            tx, SearchCriteria(event=Event.TRAIL_VERIFIED.value, outcome=outcome.value), before=before, limit=10
        )
    ]
    leaves = ledger_reading.load_leaves(tx, [row.position for row in found])
    for row in sorted(found, key=lambda each: each.position, reverse=True):
        leaf = leaves.get(row.position)
        facts = _facts(leaf.leaf) if leaf else {}
        details = facts.get("details")
        if facts.get("event") != Event.TRAIL_VERIFIED.value or not isinstance(details, dict):
            continue
        numbers = [details.get("size"), details.get("findings"), details.get("acknowledged", 0)]
        size, findings, acknowledged = (each if type(each) is int and each >= 0 else None for each in numbers)
        if size is None or findings is None or acknowledged is None or "only" in details:
            continue  # of another kind, or nothing that a verification has written
        is_sound = facts.get("outcome") == Outcome.SUCCESS.value
        are_opened = details.get("values") != "sealed"
        return LastVerification(row.position, row.time, size, is_sound, findings, acknowledged, are_opened)
    return None


def _facts(leaf: bytes) -> dict[str, object]:
    try:
        return dict(parse_object(leaf))
    except NotCanonical:
        return {}
