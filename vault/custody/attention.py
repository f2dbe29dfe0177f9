"""Which rings need a security officer: rotation due, wraps near the cap, no version that wraps.

The word stands on the keys' page; a count stands at **Keys** on every page of a security officer; and each finding goes
into the trail once (``key.attention_raised``), so that whoever follows it elsewhere learns of it. Nothing stops by
itself: an overdue key goes on working.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from keys.keyring import MOST_WRAPS, KekRecord
from keys.model import KeyState
from vault.database import key_queries
from vault.database.engine import Connection, reading, transaction
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.runtime import Vault

NEAR_THE_CAP = 0.8
"""From this share of the wraps that a version may make, it is due for rotation."""
_FACT = "attention."


@dataclass(frozen=True, slots=True)
class Attention:
    """What is the matter with a ring: ``due``, ``near_cap`` or ``no_active``; with its newest version."""

    version: int
    code: str


def due_at(vault: Vault, rotated_at: dt.datetime) -> dt.datetime:
    """When a ring whose newest version is from then is due."""
    return rotated_at + dt.timedelta(days=vault.config.custody.rotation_days)


def attention_of(versions: Sequence[KekRecord], *, due: dt.datetime, now: dt.datetime) -> Attention | None:
    """The gravest matter with a ring, by all its versions; None if there is none."""
    newest = max(each.version for each in versions)
    active = [each for each in versions if each.state is KeyState.ACTIVE]
    if not active:
        return Attention(newest, "no_active")
    if active[0].wraps > MOST_WRAPS * NEAR_THE_CAP:
        return Attention(newest, "near_cap")
    return Attention(newest, "due") if now >= due else None


def count_attention(vault: Vault, actor: Actor) -> int:
    """How many rings need a security officer; for anybody else 0."""
    if actor.office is not Office.SECURITY_OFFICER:
        return 0
    with reading(vault.engine) as tx:
        return sum(attention is not None for attention in _look(vault, tx).values())


def raise_attention(vault: Vault) -> int:
    """Puts what is new into the trail, once however many nodes look; how many. What is settled can be raised anew."""
    with reading(vault.engine) as tx:
        if not _changes(vault, tx):
            return 0
    with transaction(vault.engine) as tx:
        key_queries.lock_versions(tx)
        changes = _changes(vault, tx)
        for ring, attention in changes.items():
            key_queries.write_fact(tx, f"{_FACT}{ring}", _mark(attention))
            if attention is not None:
                facts: dict[str, str | int] = {"ring": ring, "number": attention.version, "what": attention.code}
                vault.recorder.append(tx, Entry(Event.KEY_ATTENTION_RAISED, Outcome.SUCCESS, details=facts))
        return sum(attention is not None for attention in changes.values())


def _changes(vault: Vault, tx: Connection) -> dict[str, Attention | None]:
    """The rings of which the trail was told something else, or nothing."""
    return {
        ring: attention
        for ring, attention in _look(vault, tx).items()
        if (key_queries.read_fact(tx, f"{_FACT}{ring}") or "") != _mark(attention)
    }


def _mark(attention: Attention | None) -> str:
    return f"{attention.version} {attention.code}" if attention else ""


def _look(vault: Vault, tx: Connection) -> dict[str, Attention | None]:
    """Every ring, with what is the matter with it."""
    versions, times = key_queries.list_key_versions(tx), key_queries.key_version_times(tx)
    found = {}
    for ring in sorted({each.ring for each in versions}):
        own = [each for each in versions if each.ring == ring]
        rotated_at = max(times[ring, each.version][0] for each in own)
        found[ring] = attention_of(own, due=due_at(vault, rotated_at), now=vault.clock.now())
    return found
