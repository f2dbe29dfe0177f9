"""The recovery key: made and split into shares by the operator, and used when the root key is lost.

::

    prepare   a key pair; every key-encryption key sealed to its public half, in one transaction; the private half is
              split, printed and forgotten. Versions made later are sealed to it as they are made.
    recover   on a machine with the database (or a manifest) and no root key: enough shares give the private half, every
              key is opened by it and wrapped by a new root key, in one transaction

Wrong shares are refused without saying which, counted in the database and slowed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from keys.errors import UnwrapError
from keys.keyring import Keyring
from keys.model import KeyState, Secret
from keys.primitives import generate_box_keypair
from keys.recovery import MOST_SHARES, combine_shares, public_half, split_recovery_key
from keys.root import create_root_key
from keys.root.port import Passphrase, RootKey
from vault.custody.translation import translated_key_errors
from vault.database import key_queries, people_queries
from vault.database.engine import Connection, reading, transaction
from vault.errors import Conflict, InputError, TooMany
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.runtime import Vault

_SUBJECT = hashlib.sha256(b"recovery\0").digest()


@dataclass(frozen=True, slots=True)
class Recovered:
    """``restored`` versions open under the new root key; ``lost`` were never sealed to the recovery key."""

    restored: int
    lost: tuple[str, ...]


def prepare_recovery(vault: Vault, *, shares: int, threshold: int, replace_old: bool = False) -> list[str]:
    """The cards, shown this once. Conflict ``recovery.exists`` where there is one and it is not to be replaced."""
    if not 2 <= threshold <= shares <= MOST_SHARES:
        raise InputError("recovery.numbers", limit=MOST_SHARES)
    vault.keyroom.require_unsealed()
    private, public = generate_box_keypair(vault.random)
    cards = split_recovery_key(private, shares=shares, threshold=threshold)
    with transaction(vault.engine) as tx:
        key_queries.lock_keys(tx)
        key_queries.lock_versions(tx)  # a version that is made meanwhile would be sealed to nobody
        if key_queries.recovery_public(tx) is not None and not replace_old:
            raise Conflict("recovery.exists")
        sealed, roots = 0, dict[str, RootKey]()
        for version in key_queries.list_key_versions(tx):
            if version.state is KeyState.DESTROYED:
                continue
            if version.root_uri not in roots:
                roots[version.root_uri] = vault.keyroom.root_of(version)
            with translated_key_errors():
                box = Keyring.prepare_recovery(roots[version.root_uri], version, public=public)
            key_queries.seal_version_for_recovery(tx, version.ring, version=version.version, sealed=box)
            sealed += 1
        key_queries.write_fact(tx, key_queries.RECOVERY_FACT, public.hex())
        facts: dict[str, str | int] = {"shares": shares, "threshold": threshold, "count": sealed}
        vault.recorder.append(tx, Entry(Event.RECOVERY_PREPARED, Outcome.SUCCESS, details=facts))
    return cards


def recover(vault: Vault, *, cards: list[str], new_root: str, passphrase: Passphrase | None) -> Recovered:
    """Brings every key back under a new root key at ``new_root``, which must not exist yet.

    InputError ``recovery.shares`` for cards that do not give the vault's recovery key; TooMany after several of those.
    The operator writes the new URI into the configuration afterwards.
    """
    private = _private_from(vault, cards)
    with translated_key_errors():
        root = create_root_key(new_root, passphrase=passphrase, random=vault.random)
    restored, lost = 0, []
    with transaction(vault.engine) as tx:
        key_queries.lock_keys(tx)
        key_queries.lock_versions(tx)
        for version in key_queries.list_key_versions(tx):
            if version.state is KeyState.DESTROYED:
                continue
            if version.recovery_sealed is None:
                lost.append(f"{version.ring} {version.version}")
                continue
            with translated_key_errors():
                moved = Keyring.recover_kek(private, root, version, random=vault.random)
            if not key_queries.move_key_version(tx, moved, before=version.wrapped):
                raise Conflict("operation.key_state")
            restored += 1
        key_queries.next_generation(tx)
        facts: dict[str, str | int] = {"count": restored, "lost": len(lost), "root": root.key_id.hex()}
        vault.recorder.append(tx, Entry(Event.RECOVERY_USED, Outcome.SUCCESS, details=facts))
    return Recovered(restored, tuple(lost))


def _private_from(vault: Vault, cards: list[str]) -> Secret:
    """The private half, if the cards give the one that belongs to this vault."""
    _count_attempt(vault)
    with reading(vault.engine) as tx:
        public = key_queries.recovery_public(tx)
    if public is None:
        raise Conflict("recovery.none")
    try:
        private = combine_shares(cards)
        if public_half(private) != public:
            raise UnwrapError("the shares do not give this vault's recovery key")
    except UnwrapError as error:
        record(vault, Entry(Event.RECOVERY_USED, Outcome.DENIED, code="recovery.shares"))
        raise InputError("recovery.shares") from error
    with transaction(vault.engine) as tx:
        people_queries.forget_failures(tx, _SUBJECT)
    return private


def _count_attempt(vault: Vault) -> None:
    """Counts before anything is looked at; TooMany for the length of a sign-in pause once there were too many."""
    now, rules = vault.clock.now(), vault.config.sign_in
    block = dt.timedelta(minutes=rules.block_minutes)
    with transaction(vault.engine) as tx:
        until = _blocked(tx, now)
        if (
            until is None
            and people_queries.count_attempt(tx, _SUBJECT, now=now, forget_before=now - block) > rules.attempts
        ):
            people_queries.block_subject(tx, _SUBJECT, until=now + block)
            until = now + block
    if until is not None:
        raise TooMany("recovery.blocked", retry_after_seconds=max(1, int((until - now).total_seconds())))


def _blocked(tx: Connection, now: dt.datetime) -> dt.datetime | None:
    until = people_queries.blocked_until(tx, _SUBJECT)
    return until if until is not None and until > now else None
