"""Passwords: what is accepted, and how they are stored (Argon2id PHC strings).

Verifying takes as long for a login that does not exist as for one that does. At most ``parallel`` hashes run at once in
a process, so that many sign-ins cannot take its memory (ASVS 5.0.0 11.4.2).
"""

from __future__ import annotations

import threading
import unicodedata

from keys.primitives import Argon2Profile, hash_password, needs_rehash, verify_password
from vault.clock import RandomBytes
from vault.errors import InputError
from vault.people.common_passwords import COMMON_PASSWORDS

LONGEST_CHARACTERS = 256
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_INITIAL_CHARACTERS = 16


class PasswordHasher:
    """Hashes and verifies under one Argon2 profile. Safe to share between threads."""

    def __init__(self, *, profile: Argon2Profile, random: RandomBytes, parallel: int = 2) -> None:
        self._profile = profile
        self._random = random
        self._turn = threading.BoundedSemaphore(parallel)
        self._dummy = self.hash("no such person")

    def hash(self, password: str) -> str:
        with self._turn:
            return hash_password(_normalised(password), profile=self._profile, random=self._random)

    def verify(self, phc: str | None, password: str) -> bool:
        """Whether it is the password; always False for None, after the same work."""
        with self._turn:
            matches = verify_password(phc or self._dummy, _normalised(password))
        return matches and phc is not None

    def needs_rehash(self, phc: str) -> bool:
        return needs_rehash(phc, profile=self._profile)


def check_new_password(password: str, *, minimum_characters: int, personal: tuple[str, ...]) -> None:
    """InputError ``password.*`` unless the password may be used. ``personal`` words may not be the password."""
    normalised = _normalised(password)
    if len(normalised) < minimum_characters:
        raise InputError("password.too_short", minimum=minimum_characters)
    if len(normalised) > LONGEST_CHARACTERS:
        raise InputError("password.too_long", limit=LONGEST_CHARACTERS)
    folded = normalised.casefold()
    is_personal = any(word and folded == word.casefold() * (len(folded) // len(word)) for word in personal)
    if folded in COMMON_PASSWORDS or len(set(folded)) < 4 or is_personal:
        raise InputError("password.too_common")


def initial_password(random: RandomBytes) -> str:
    """A password to be handed over once and changed at the first sign-in: 79 bits, four groups easy to read out."""
    limit = 256 - 256 % len(_ALPHABET)
    letters: list[str] = []
    while len(letters) < _INITIAL_CHARACTERS:
        letters += [_ALPHABET[byte % len(_ALPHABET)] for byte in random(_INITIAL_CHARACTERS) if byte < limit]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, _INITIAL_CHARACTERS, 4))


def _normalised(password: str) -> str:
    """One spelling for what keyboards and systems compose differently (RFC 8265 OpaqueString uses NFC as well)."""
    return unicodedata.normalize("NFC", password)
