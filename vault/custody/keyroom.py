"""The keys that are unsealed in this process, and nothing else in memory between requests.

Sealed: the keyring is empty; sign-in and the trail work, nothing opens. Unsealed: key-encryption keys and the service
keys are held; dossier keys and DEKs are never kept, they live for one use.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable

from keys.keyring import Keyring
from keys.model import KeyVersion, Secret
from keys.root.port import RootKey
from keys.wrapping import service_key_context
from vault.clock import RandomBytes
from vault.custody.translation import translated_key_errors
from vault.database import key_queries
from vault.database.engine import Connection, Engine, reading
from vault.errors import Sealed

SERVICE_RING = "service"
TRAIL_RING = "trail"


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
    """Unseals and seals; afterwards gives the keyring and the service keys. Safe to share between threads."""

    def __init__(self, *, engine: Engine, root_key: Callable[[], RootKey], random: RandomBytes) -> None:
        self._engine = engine
        self._root_key = root_key
        self._random = random
        self._lock = threading.Lock()
        self._keyring = Keyring.sealed()
        self._service_keys: dict[ServiceKey, Secret] = {}

    @property
    def keyring(self) -> Keyring:
        return self._keyring

    @property
    def is_sealed(self) -> bool:
        return self._keyring.is_sealed

    def unseal(self) -> None:
        """Opens every usable key version through the root provider, once each. Sealed stays sealed on any error."""
        with self._lock:
            if not self.is_sealed:
                return
            with reading(self._engine) as tx:
                versions = key_queries.list_key_versions(tx)
                stored = {record.name: record for record in key_queries.list_service_keys(tx)}
            if not versions:
                raise Sealed("keys.not_initialised")
            keyring = Keyring.sealed()
            with translated_key_errors():
                keyring.unseal(self._root_key(), versions)
                opened = {
                    name: keyring.unwrap(stored[name.value].wrapped, context=service_key_context(name.value))
                    for name in ServiceKey
                    if name.value in stored
                }
            self._keyring, self._service_keys = keyring, opened

    def seal(self) -> None:
        """Forgets every key. Views that are open fail at their next page until the vault is unsealed again."""
        with self._lock:
            self._keyring.seal()
            self._service_keys = {}

    def require_unsealed(self) -> None:
        """Raises Sealed while sealed."""
        if self.is_sealed:
            raise Sealed

    def service_key(self, name: ServiceKey) -> Secret:
        """The key, or Sealed."""
        try:
            return self._service_keys[name]
        except KeyError:
            raise Sealed from None

    def count_wrap(self, tx: Connection, ring: str) -> None:
        """Keeps the wrap counter of the ring's active version in the database, in the caller's transaction."""
        version: KeyVersion = self._keyring.active_version(ring)
        key_queries.count_wraps(tx, ring, version=version, more=1)
