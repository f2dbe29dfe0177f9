"""The keys that are unsealed in this process, and nothing else in memory between requests.

Sealed: the keyring is empty; sign-in and the trail work, nothing opens. Unsealed: key-encryption keys and the service
keys are held; dossier keys and DEKs are never kept, they live for one use.

Several processes share one database, and any of them may rotate, suspend or destroy a key, or seal the whole vault.
Whoever changes keys counts up a generation in the same transaction; every process looks at it at most a second late and
follows (reliability rule: revoked means revoked by the next page). Between those looks the database itself fences
wraps: :meth:`KeyRoom.count_wrap` counts only under the version that is active there.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable

from keys.errors import KeysError, KeyUnavailable
from keys.keyring import KekRecord, Keyring
from keys.lifecycle import Use
from keys.model import EncryptionContext, KeyId, KeyState, KeyVersion, Secret
from keys.root.port import RootKey
from keys.wrapping import service_key_context
from vault.clock import RandomBytes
from vault.custody.translation import translated_key_errors
from vault.database import key_queries
from vault.database.engine import Connection, Engine, reading
from vault.database.key_queries import ServiceKeyRecord
from vault.errors import Conflict, Sealed, TamperError, Unavailable

SERVICE_RING = "service"
TRAIL_RING = "trail"
FOLLOW_SECONDS = 1.0

OpenRoot = Callable[[], RootKey]


class ServiceKey(enum.Enum):
    """Keys with one purpose each; the value is the name in the database and in the wrapping context."""

    NAME_INDEX = "name_index"
    CONTENT_INDEX = "content_index"
    MARKING = "marking"
    TRAIL_SIGNING = "trail_signing"
    TRAIL_READING = "trail_reading"

    @property
    def ring(self) -> str:
        return TRAIL_RING if self in {ServiceKey.TRAIL_SIGNING, ServiceKey.TRAIL_READING} else SERVICE_RING


class KeyRoom:
    """Unseals, follows and seals; gives the keyring and the service keys. Safe to share between threads.

    ``root_key`` opens the configured root key; ``other_roots`` open further ones by URI, for the time in which keys
    move from one to another.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        root_key: OpenRoot,
        random: RandomBytes,
        monotonic: Callable[[], float],
        other_roots: dict[str, OpenRoot] | None = None,
        forget_passphrase: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._root_key = root_key
        self._other_roots = other_roots or {}
        self._random = random
        self._forget_passphrase = forget_passphrase
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keyring = Keyring.sealed()
        self._service_keys: dict[str, Secret] = {}
        self._generation = -1
        self._looked_at = 0.0

    @property
    def keyring(self) -> Keyring:
        """The keyring as the database has it now, give or take a second."""
        self._follow()
        return self._keyring

    @property
    def is_sealed(self) -> bool:
        self._follow()
        return self._keyring.is_sealed

    def unseal(self) -> None:
        """Opens every usable key version through the root provider, once each. Sealed stays sealed on any error.

        Sealed ``sealed.by_order`` after the vault was sealed for all processes, until it is unsealed for all.
        """
        with self._lock:
            if not self._keyring.is_sealed:
                return
            self._load()

    def seal(self) -> None:
        """Forgets every key. Views that are open fail at their next page until the vault is unsealed again."""
        with self._lock:
            self._forget()

    def refresh(self) -> None:
        """Follows what the database says now, without waiting for the next look; nothing while sealed."""
        with self._lock:
            if not self._keyring.is_sealed:
                self._load()

    def catch_up(self, tx: Connection) -> None:
        """Follows at once if the keys have changed since this process last looked."""
        if key_queries.key_generation(tx) != self._generation:
            self.refresh()

    def require_unsealed(self) -> None:
        """Raises Sealed while sealed."""
        if self.is_sealed:
            raise Sealed

    def open_root(self, uri: str = "") -> RootKey:
        """The configured root key, or the other one at ``uri``; Unavailable ``keys.unavailable`` if it is away."""
        with translated_key_errors():
            return self._other_roots[uri]() if uri in self._other_roots else self._root_key()

    def root_of(self, version: KekRecord) -> RootKey:
        """The root key that wraps a version: the configured one, unless it has moved to a further one."""
        return self.open_root(version.root_uri if self.knows_root(version.root_uri) else "")

    def root_answers(self) -> bool:
        """Whether the configured root key can be had at this moment."""
        try:
            self._root_key().check()
        except KeysError:
            return False
        return True

    def prove_root(self) -> None:
        """Opens every key by the root key as unsealing would, and keeps none: who can do this may lift an order."""
        with reading(self._engine) as tx:
            versions = key_queries.list_key_versions(tx)
        if not versions:
            raise Sealed("keys.not_initialised")
        proof = Keyring.sealed()
        with translated_key_errors():
            proof.unseal(_WhenNeeded(self._root_key), versions, others=self._roots_of(versions))
        proof.seal()

    def is_sealed_by_order(self) -> bool:
        """Whether the database holds such an order."""
        with reading(self._engine) as tx:
            return key_queries.is_sealed_by_order(tx)

    def knows_root(self, uri: str) -> bool:
        """Whether the configuration names a further root key at ``uri``."""
        return uri in self._other_roots

    def service_key(self, name: ServiceKey) -> Secret:
        """The key, or Sealed; Unavailable ``keys.unavailable`` if this key alone does not open."""
        return self.named_key(name.value)

    def named_key(self, name: str) -> Secret:
        """A service key by its stored name: its successors, while one is replaced, have names of their own."""
        self._follow()
        try:
            return self._service_keys[name]
        except KeyError:
            if self._keyring.is_sealed:
                raise Sealed from None
            raise Unavailable("keys.unavailable") from None

    def unwrap(self, record: bytes, *, context: EncryptionContext, use: Use = Use.UNWRAP) -> Secret:
        """The key in a record under a key-encryption key. A version that this process has not heard of is looked up."""
        with translated_key_errors():
            try:
                return self.keyring.unwrap(record, context=context, use=use)
            except KeyUnavailable:
                if self.is_sealed:
                    raise
        self.refresh()
        with translated_key_errors():
            return self._keyring.unwrap(record, context=context, use=use)

    def wrap(self, tx: Connection, ring: str, secret: Secret, *, context: EncryptionContext) -> bytes:
        """``secret`` under the ring's active version, counted in the caller's transaction."""
        for _attempt in range(2):
            with translated_key_errors():
                version = self.keyring.active_version(ring)
                wrapped = self._keyring.wrap(ring, secret, context=context, random=self._random)
            if key_queries.count_wraps(tx, ring, version=version, more=1):
                return wrapped
            self.refresh()  # it was rotated since this process last looked
        raise Conflict("keys.rotated")

    def active_version(self, ring: str) -> KeyVersion:
        """The version that wraps now."""
        with translated_key_errors():
            return self.keyring.active_version(ring)

    def _follow(self) -> None:
        now = self._monotonic()
        if now - self._looked_at < FOLLOW_SECONDS or self._keyring.is_sealed:
            return
        with self._lock:
            self._looked_at = now
            try:
                with reading(self._engine) as tx:
                    generation, is_closed = key_queries.key_generation(tx), key_queries.is_sealed_by_order(tx)
                if is_closed:
                    self._forget()
                    self._forget_passphrase()
                elif generation != self._generation and not self._keyring.is_sealed:
                    self._load()
            except (Unavailable, TamperError):
                return  # what it needs will say so itself; the next look follows

    def _load(self) -> None:
        with reading(self._engine) as tx:
            if key_queries.is_sealed_by_order(tx):
                self._forget_passphrase()  # also in the process that gave the order, and in one started after it
                raise Sealed("sealed.by_order")
            generation = key_queries.key_generation(tx)
            versions = key_queries.list_key_versions(tx)
            stored = key_queries.list_service_keys(tx)
        if not versions:
            raise Sealed("keys.not_initialised")
        was_sealed = self._keyring.is_sealed
        with translated_key_errors():
            self._keyring.unseal(_WhenNeeded(self._root_key), versions, others=self._roots_of(versions))
        try:
            self._service_keys = self._opened(stored)
        except BaseException:
            if was_sealed:  # half unsealed is not a state
                self._forget()
            raise
        self._generation, self._looked_at = generation, self._monotonic()

    def _roots_of(self, versions: list[KekRecord]) -> dict[str, RootKey]:
        """The further roots that some version names; one that is away leaves its versions lost."""
        named = {version.root_uri for version in versions if version.state is not KeyState.DESTROYED}
        return {uri: _WhenNeeded(open_root) for uri, open_root in self._other_roots.items() if uri in named}

    def _opened(self, stored: list[ServiceKeyRecord]) -> dict[str, Secret]:
        """Every service key whose version opens: the trail goes on when only the others are lost, and the reverse."""
        opened = {}
        for record in stored:
            try:
                with translated_key_errors():
                    opened[record.name] = self._keyring.unwrap(
                        record.wrapped, context=service_key_context(base_name(record.name))
                    )
            except Unavailable:
                continue
        return opened

    def _forget(self) -> None:
        self._keyring.seal()
        self._service_keys = {}


class _WhenNeeded:
    """A root key that is opened at its first use: following a change of states asks no provider and no person.

    One that cannot be opened is not tried again for each of the keys that wait for it.
    """

    def __init__(self, open_root: OpenRoot) -> None:
        self._open_root = open_root
        self._opened: RootKey | None = None
        self._error: KeysError | None = None

    @property
    def uri(self) -> str:
        return self._root().uri

    @property
    def key_id(self) -> KeyId:
        return self._root().key_id

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        return self._root().wrap(secret, context=context, random=random)

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        return self._root().unwrap(wrapped, context=context)

    def check(self) -> None:
        self._root().check()

    def _root(self) -> RootKey:
        if self._error is not None:
            raise self._error
        if self._opened is None:
            try:
                self._opened = self._open_root()
            except KeysError as error:
                self._error = error
                raise
        return self._opened


def base_name(stored_name: str) -> str:
    """The purpose of a service key: ``name_index`` also for its successor, stored as ``name_index.next``."""
    return stored_name.partition(".")[0]
