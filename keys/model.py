"""The values that keys are spoken of in: ids, versions, states, secrets and encryption contexts.

Context encoding follows docs/spec/keys.md: a fixed label, then each field length-prefixed (16-bit big endian), so that
no two different lists of fields share an encoding.
"""

from __future__ import annotations

import enum
import hmac
from collections.abc import Callable
from typing import NamedTuple, NewType

RandomBytes = Callable[[int], bytes]
"""``n`` -> n cryptographically random bytes."""

KeyId = NewType("KeyId", bytes)
"""16 random bytes naming a key ring member for ever."""

KeyVersion = NewType("KeyVersion", int)
"""1 .. 2**32 - 1 within one ring; never reused, not even after destruction."""

KEY_ID_BYTES = 16
KEY_BYTES = 32


class KeyState(enum.Enum):
    """Life of one key-encryption-key version (NIST SP 800-57 part 1, section 7, with a scheduled destruction)."""

    PRE_ACTIVE = "pre_active"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"
    COMPROMISED = "compromised"
    DESTROY_SCHEDULED = "destroy_scheduled"
    DESTROYED = "destroyed"


class Secret:
    """Key bytes that do not show themselves.

    ``repr``, ``str``, formatting, pickling and comparison with ``==`` on the bytes are all closed; the one way out is
    :meth:`reveal`, called only inside ``keys`` (a test greps for it). Python may keep copies: short-lived is promised,
    zeroised is not.
    """

    __slots__ = ("_material",)

    def __init__(self, material: bytes) -> None:
        self._material = bytes(material)

    def reveal(self) -> bytes:
        """The bytes themselves. Only ``keys`` may call this."""
        return self._material

    def __len__(self) -> int:
        return len(self._material)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._material, other._material)

    def __hash__(self) -> int:
        raise TypeError("a Secret is not hashable")

    def __repr__(self) -> str:
        return f"<Secret of {len(self._material)} bytes>"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")


def length_prefixed(field: bytes) -> bytes:
    """``field`` behind its 16-bit big-endian length. At most 65,535 bytes; longer raises ValueError."""
    if len(field) > 0xFFFF:
        raise ValueError(f"a context field holds at most 65,535 bytes, not {len(field)}")
    return len(field).to_bytes(2, "big") + field


class EncryptionContext(NamedTuple):
    """What a key or ciphertext is bound to, as canonical bytes: ``label NUL || lp(field) ...``.

    A tuple, since whoever opens the trail makes one for each of millions of entries.
    """

    label: str
    fields: tuple[bytes, ...]

    def encode(self, *, prefix: bytes = b"") -> bytes:
        """The canonical bytes; ``prefix``, of a length fixed by its format, stands between label and fields."""
        return b"".join((self.label.encode("ascii"), b"\0", prefix, *map(length_prefixed, self.fields)))

    def around(self) -> tuple[bytes, bytes]:
        """What stands before a prefix and after it, for whoever encodes with several."""
        return self.label.encode("ascii") + b"\0", b"".join([length_prefixed(field) for field in self.fields])
