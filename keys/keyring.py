"""Key-encryption keys, by ring and version: what wraps, what unwraps, and what is refused.

Guarantees: a new key is wrapped under the one ACTIVE version of its ring; a record is opened by exactly the key that it
names, if that key's state allows it; keys exist in memory only between :meth:`Keyring.unseal` and :meth:`Keyring.seal`.
Leaves to others: storing :class:`KekRecord` and its counter, and deciding changes of state (:mod:`keys.lifecycle`).

The root provider is asked once for every usable key at unsealing, and never for a wrap or unwrap. Safe between threads.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keys.errors import KeysError, KeysSealed, KeyStateError, KeyUnavailable, UnwrapError
from keys.lifecycle import Use, allows, is_usable
from keys.model import KEY_ID_BYTES, EncryptionContext, KeyId, KeyState, KeyVersion, RandomBytes, Secret
from keys.primitives.records import NONCE_BYTES, new_secret, random_bytes
from keys.recovery import open_recovered, seal_for_recovery
from keys.root.port import RootKey
from keys.wrapping import BEGIN_BYTES, WrappingKey, WrapRecord, kek_context, rewrap_key, unwrap_key, wrap_key

MOST_WRAPS = 2**30
"""Wraps under one version: a quarter of what SP 800-38D 8.3 allows with random nonces, so that no race reaches it."""
_CLAIMED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class KekRecord:
    """One version of a ring's key-encryption key, as it is stored; ``wrapped`` is by the root key."""

    ring: str
    key_id: KeyId
    version: KeyVersion
    state: KeyState
    wrapped: bytes = field(repr=False)
    wraps: int
    root_uri: str = ""
    """Where the root key lives that wrapped it."""
    recovery_sealed: bytes | None = field(default=None, repr=False)
    """The same key sealed to the recovery key (:mod:`keys.recovery`), where there is one."""


@dataclass(frozen=True, slots=True)
class _Unsealed:
    """What is known between unsealing and sealing; replaced whole, never changed."""

    records: Mapping[WrapRecord, KekRecord]
    active: Mapping[str, KekRecord]
    opened: Mapping[WrapRecord, WrappingKey]
    lost: Mapping[WrapRecord, KekRecord]


class Keyring:
    """Wraps and unwraps keys while unsealed; KeysSealed while not."""

    def __init__(self) -> None:
        self._changing = threading.Lock()  # one unsealing or sealing at a time; held while the root provider answers
        self._lock = threading.Lock()  # guards the two below, never held during foreign calls
        self._unsealed: _Unsealed | None = None
        self._wraps: dict[WrapRecord, int] = {}

    @classmethod
    def sealed(cls) -> Keyring:
        """A keyring without keys."""
        return cls()

    @property
    def is_sealed(self) -> bool:
        with self._lock:
            return self._unsealed is None

    def unseal(
        self, root: RootKey, records: Iterable[KekRecord], *, others: Mapping[str, RootKey] | None = None
    ) -> None:
        """Opens every usable version among ``records`` and knows the others by name and state.

        ``others`` are further root keys by the URI that their records name; ``root`` serves the rest. A version that
        does not open beside others that do is one of :attr:`lost_versions`, and everything else works. Called again
        after a change of records, it asks the root provider only for keys it does not hold, and any new failure
        changes nothing, as when none opens at all: KeyStateError for records that contradict one another,
        KeyUnavailable and UnwrapError from the provider.
        """
        with self._changing:
            by_name, active = _checked(list(records))
            opened, lost = _opened(self._unsealed, root, others or {}, by_name)
            with self._lock:
                self._unsealed = _Unsealed(by_name, active, opened, lost)
                self._wraps = {name: max(kek.wraps, self._wraps.get(name, 0)) for name, kek in by_name.items()}

    def seal(self) -> None:
        """Forgets every key."""
        with self._changing, self._lock:
            self._unsealed, self._wraps = None, {}

    @staticmethod
    def create_kek(
        root: RootKey,
        ring: str,
        *,
        version: KeyVersion,
        random: RandomBytes,
        state: KeyState = KeyState.ACTIVE,
        recovery_public: bytes | None = None,
    ) -> KekRecord:
        """A fresh key-encryption key, wrapped by the root key and, where there is one, sealed to the recovery key.

        It is used once stored and unsealed.
        """
        key_id, secret = KeyId(random_bytes(random, KEY_ID_BYTES)), new_secret(random)
        sealed = None
        if recovery_public is not None:
            sealed = seal_for_recovery(recovery_public, secret, ring=ring, key_id=key_id, version=version)
        return KekRecord(
            ring=ring,
            key_id=key_id,
            version=version,
            state=state,
            wrapped=root.wrap(secret, context=kek_context(ring, key_id, version), random=random),
            wraps=0,
            recovery_sealed=sealed,
        )

    @staticmethod
    def prepare_recovery(root: RootKey, record: KekRecord, *, public: bytes) -> bytes:
        """An existing key sealed to a recovery key; opened through the root key, so also one that is suspended."""
        context = kek_context(record.ring, record.key_id, record.version)
        secret = root.unwrap(record.wrapped, context=context)
        return seal_for_recovery(public, secret, ring=record.ring, key_id=record.key_id, version=record.version)

    @staticmethod
    def recover_kek(private: Secret, new: RootKey, record: KekRecord, *, random: RandomBytes) -> KekRecord:
        """The same key under another root key, by the recovery key alone. UnwrapError if it is not sealed to it."""
        if record.recovery_sealed is None:
            raise UnwrapError("a sealed record did not open")
        secret = open_recovered(
            private, record.recovery_sealed, ring=record.ring, key_id=record.key_id, version=record.version
        )
        context = kek_context(record.ring, record.key_id, record.version)
        wrapped = new.wrap(secret, context=context, random=random)
        return replace(record, wrapped=wrapped, root_uri=new.uri)

    @staticmethod
    def move_kek(old: RootKey, new: RootKey, record: KekRecord, *, random: RandomBytes) -> KekRecord:
        """The same key under another root key, opened again by it before it is given out. Errors of both providers."""
        context = kek_context(record.ring, record.key_id, record.version)
        secret = old.unwrap(record.wrapped, context=context)
        wrapped = new.wrap(secret, context=context, random=random)
        if new.unwrap(wrapped, context=context) != secret:
            raise KeyUnavailable(f"the root key at {new.uri} does not give back what it wrapped: do not use it")
        return replace(record, wrapped=wrapped, root_uri=new.uri)

    def wrap(self, ring: str, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        """The wrap record of ``secret`` under the ring's active version; KeyStateError if none, or worn out."""
        return wrap_key(self._claim_wraps(ring, 1), secret, context=context, random=random)

    def unwrap(self, record: bytes, *, context: EncryptionContext, use: Use = Use.UNWRAP) -> Secret:
        """The key in ``record``.

        UnwrapError for altered bytes or another context; KeyUnavailable for a version that nobody knows; KeyStateError
        when the version's state forbids it. ``use=Use.RESEAL`` is for making a new key and new content, the only thing
        that a compromised version is still good for.
        """
        return unwrap_key(_key_of(self._known(), WrapRecord.parse(record), use), record, context=context)

    def rewrapper(self, ring: str, *, random: RandomBytes) -> Callable[[bytes, EncryptionContext], bytes | None]:
        """Wraps the key in a record anew, in the same context, under the ring's active version; for very many keys.

        It answers None for a record that does not open. Also from under a compromised version, so that what it wraps
        opens again until it is resealed. KeyStateError if the ring has no version that wraps, or a record's version may
        not be opened even for that.
        """
        find = _finder(self._known(), Use.RESEAL)
        claimed = self._claims(ring, random)

        def rewrap(record: bytes, context: EncryptionContext) -> bytes | None:
            new, nonce = next(claimed)
            try:
                return rewrap_key(find(record[:BEGIN_BYTES]), new, record, context=context, nonce=nonce)
            except (UnwrapError, KeyUnavailable):
                return None

        return rewrap

    def _claims(self, ring: str, random: RandomBytes) -> Iterator[tuple[WrappingKey, bytes]]:
        """The key that wraps now with a fresh nonce, again and again; counted, and nonces drawn, in blocks."""
        while True:
            new = self._claim_wraps(ring, _CLAIMED_AT_ONCE)
            nonces = random_bytes(random, NONCE_BYTES * _CLAIMED_AT_ONCE)
            for start in range(0, len(nonces), NONCE_BYTES):
                yield new, nonces[start : start + NONCE_BYTES]

    def opens(self, records: Sequence[tuple[bytes, EncryptionContext]], *, use: Use = Use.UNWRAP) -> list[bool]:
        """Whether each opens in its context; KeyStateError if a record's version may not be opened for this use."""
        find, opened = _finder(self._known(), use), []
        for record, context in records:
            try:
                unwrap_key(find(record[:BEGIN_BYTES]), record, context=context)
            except (UnwrapError, KeyUnavailable):
                opened.append(False)
            else:
                opened.append(True)
        return opened

    def active_version(self, ring: str) -> KeyVersion:
        """The version that wraps now; KeyStateError if the ring has none."""
        return _active(self._known(), ring).version

    def next_version(self, ring: str) -> KeyVersion:
        """The number for the ring's next key: above every one there ever was, destroyed ones included."""
        known = (record.version for record in self._known().records.values() if record.ring == ring)
        return KeyVersion(max(known, default=0) + 1)

    def wraps_of(self, ring: str) -> int:
        """Wraps under the ring's active version, as far as this process knows."""
        with self._lock:
            record = _active(_require(self._unsealed), ring)
            return self._wraps[WrapRecord(record.key_id, record.version)]

    @property
    def unavailable_versions(self) -> tuple[KekRecord, ...]:
        """Versions that are known but open nothing, by their state."""
        return tuple(record for record in self._known().records.values() if not is_usable(record.state))

    @property
    def lost_versions(self) -> tuple[KekRecord, ...]:
        """Versions that should open and that their root key did not open: what they wrap cannot be read."""
        return tuple(self._known().lost.values())

    @property
    def versions(self) -> tuple[KekRecord, ...]:
        """Every version as it was when this keyring last looked."""
        return tuple(self._known().records.values())

    def _known(self) -> _Unsealed:
        with self._lock:
            return _require(self._unsealed)

    def _claim_wraps(self, ring: str, count: int) -> WrappingKey:
        """Counts before wrapping: a wrap that fails afterwards costs a number, never the limit."""
        with self._lock:  # the version that is counted is the one that is active now
            unsealed = _require(self._unsealed)
            record = _active(unsealed, ring)
            name = WrapRecord(record.key_id, record.version)
            if name in unsealed.lost:
                raise KeyUnavailable(f"ring {ring} version {record.version} does not open: restore its record")
            if self._wraps[name] + count > MOST_WRAPS:
                raise KeyStateError(f"ring {ring} version {record.version} has wrapped {MOST_WRAPS} keys: rotate it")
            self._wraps[name] += count
            return unsealed.opened[name]


def _key_of(unsealed: _Unsealed, name: WrapRecord, use: Use) -> WrappingKey:
    """Found by the name in the record; the name is authenticated by the unwrap that follows."""
    record = unsealed.records.get(name)
    if record is None:
        raise KeyUnavailable(f"no key {name.key_id.hex()} version {name.version}: restore its record")
    if not allows(record.state, use):
        raise KeyStateError(f"ring {record.ring} version {record.version} is {record.state.value}")
    opened = unsealed.opened.get(name)
    if opened is None:
        raise KeyUnavailable(f"ring {record.ring} version {record.version} does not open: restore its record")
    return opened


def _finder(unsealed: _Unsealed, use: Use) -> Callable[[bytes], WrappingKey]:
    """Looks a key up by how a record begins, each once: in a batch they are few."""

    @functools.cache
    def find(begin: bytes) -> WrappingKey:
        return _key_of(unsealed, WrapRecord.named(begin), use)

    return find


def _opened(
    before: _Unsealed | None, root: RootKey, others: Mapping[str, RootKey], records: Mapping[WrapRecord, KekRecord]
) -> tuple[dict[WrapRecord, WrappingKey], dict[WrapRecord, KekRecord]]:
    """The keys of every usable record, and the records that did not open; the first error if none did."""
    opened, lost = dict[WrapRecord, WrappingKey](), dict[WrapRecord, KekRecord]()
    first_error: KeysError | None = None
    for name, record in records.items():
        if not is_usable(record.state):
            continue
        try:
            opened[name] = _held(before, record) or _open_kek(others.get(record.root_uri, root), record)
        except (KeyUnavailable, UnwrapError) as error:
            if before is not None and name not in before.lost:
                raise  # a provider that is away for a moment takes nothing from a keyring that works
            lost[name], first_error = record, first_error or error
    if first_error is not None and not opened:
        raise first_error
    return opened, lost


def _checked(records: list[KekRecord]) -> tuple[dict[WrapRecord, KekRecord], dict[str, KekRecord]]:
    """The records by name, and the active one of each ring; KeyStateError if two claim one name, number or ring."""
    by_name = {WrapRecord(record.key_id, record.version): record for record in records}
    numbers = {(record.ring, record.version) for record in records}
    if not len(by_name) == len(numbers) == len(records):
        raise KeyStateError("two key versions share a name or a number")
    active_records = [record for record in records if record.state is KeyState.ACTIVE]
    active = {record.ring: record for record in active_records}
    if len(active) != len(active_records):
        raise KeyStateError("a ring has more than one active key version")
    return by_name, active


def _require(unsealed: _Unsealed | None) -> _Unsealed:
    if unsealed is None:
        raise KeysSealed("the vault is sealed: unseal it to open or wrap keys")
    return unsealed


def _active(unsealed: _Unsealed, ring: str) -> KekRecord:
    try:
        return unsealed.active[ring]
    except KeyError:
        raise KeyStateError(f"ring {ring} has no active key version: create one or activate one") from None


def _held(before: _Unsealed | None, record: KekRecord) -> WrappingKey | None:
    """The key that is held already for this record; not if its ring or bytes changed, which only the root can judge."""
    name = WrapRecord(record.key_id, record.version)
    known = before.records.get(name) if before else None
    if before is None or known is None or (known.ring, known.wrapped) != (record.ring, record.wrapped):
        return None
    return before.opened.get(name)


def _open_kek(root: RootKey, record: KekRecord) -> WrappingKey:
    context = kek_context(record.ring, record.key_id, record.version)
    return WrappingKey(record.key_id, record.version, root.unwrap(record.wrapped, context=context))
