"""Passwords and passphrases: Argon2id (RFC 9106), parameters stored with each hash as a PHC string.

``$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>``. Leaves to others which passwords are accepted, their
normalisation, and how many are hashed at once.

Why it is safe: 16 random bytes of salt each; the price of ``STANDARD`` is RFC 9106's second recommendation (64 MiB,
three passes), with one lane since lanes run one after the other here. Parameters that come from a stored string are
capped before use, so a forged row cannot ask for all memory. ``TESTING`` is the cheapest legal price and exists for
tests alone: an assembly chooses the profile, no setting does.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from keys.model import KEY_BYTES, RandomBytes, Secret
from keys.primitives.records import random_bytes

SALT_BYTES = 16
MOST_MEMORY_KIB = 1_048_576
MOST_PASSES = 64
MOST_LANES = 16
_NUMBER = "([1-9][0-9]{0,9})"
_PHC = re.compile(
    rf"\$argon2id\$v=19\$m={_NUMBER},t={_NUMBER},p={_NUMBER}\$[A-Za-z0-9+/]{{11,86}}\$[A-Za-z0-9+/]{{22,86}}"
)


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """Memory in KiB, passes over it, and lanes."""

    memory_kib: int
    passes: int
    lanes: int


class Argon2Profile(enum.Enum):
    """Named parameters."""

    STANDARD = Argon2Cost(memory_kib=65_536, passes=3, lanes=1)
    TESTING = Argon2Cost(memory_kib=8, passes=1, lanes=1)


def hash_password(password: str, *, profile: Argon2Profile, random: RandomBytes) -> str:
    """A PHC string with fresh salt."""
    return _argon2(random_bytes(random, SALT_BYTES), profile.value).derive_phc_encoded(_encoded(password))


def verify_password(phc: str, password: str) -> bool:
    """Whether ``password`` is the one behind ``phc``; False also for a string that is malformed or asks too much."""
    if _cost_of(phc) is None:
        return False
    try:
        Argon2id.verify_phc_encoded(_encoded(password), phc)
    except (InvalidKey, ValueError):
        return False
    return True


def needs_rehash(phc: str, *, profile: Argon2Profile) -> bool:
    """Whether ``phc`` was made with other parameters than those of ``profile``, or is no PHC string of ours."""
    return _cost_of(phc) != profile.value


def derive_from_passphrase(passphrase: Secret, *, salt: bytes, profile: Argon2Profile) -> Secret:
    """A 256-bit key from a passphrase and at least 16 bytes of salt; slow on purpose."""
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt has at least {SALT_BYTES} bytes, not {len(salt)}")
    return Secret(_argon2(salt, profile.value).derive(passphrase.reveal()))


def _argon2(salt: bytes, cost: Argon2Cost) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )


def _cost_of(phc: str) -> Argon2Cost | None:
    """The parameters that the string names, or None if it is not ours to verify."""
    fields = _PHC.fullmatch(phc)
    if fields is None:
        return None
    cost = Argon2Cost(int(fields[1]), int(fields[2]), int(fields[3]))
    if cost.memory_kib > MOST_MEMORY_KIB or cost.passes > MOST_PASSES or cost.lanes > MOST_LANES:
        return None
    return cost


def _encoded(password: str) -> bytes:
    # Lone surrogates come from undecodable command-line bytes; they are a wrong password, not a crash.
    return password.encode("utf-8", "surrogatepass")
