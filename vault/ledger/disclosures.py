"""Salted commitments to personal values, in the disclosure form of RFC 9901 (SD-JWT, section 4.2).

A disclosure is base64url(JSON [salt, name, value]); the leaf carries base64url(SHA-256(disclosure)) in ``_sd``. The
salt is 128 random bits, so that a digest says nothing about a value that can be guessed. Digests are sorted, so their
says nothing either. The JSON is in the trail's canonical form; a reader hashes the disclosure as it stands.
"""

from __future__ import annotations

import binascii
import hashlib
import re
import string
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from vault.clock import RandomBytes
from vault.ledger.canonical import MAX_LEAF_BYTES, CanonicalValue, NotCanonical, canonical_bytes, parse_canonical

DisclosedValue: TypeAlias = "str | Mapping[str, str]"

SALT_BYTES = 16
DIGEST_ALGORITHM = "sha-256"


class DisclosureRefused(ValueError):
    """The text is not a disclosure in the trail's form."""


class Disclosure(NamedTuple):
    """One disclosed value, with the text that was committed to. A tuple, since exports and audits make millions."""

    name: str
    value: DisclosedValue
    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def make_disclosure(name: str, value: DisclosedValue, *, random: RandomBytes) -> Disclosure:
    """A fresh disclosure; strings are brought to NFC first."""
    composed = _composed(value)
    members: list[CanonicalValue] = [_base64url(random(SALT_BYTES)), name, composed]
    return Disclosure(name, composed, _base64url(canonical_bytes(members)))


def parse_disclosure(text: str) -> Disclosure:
    """The disclosure in ``text``, or DisclosureRefused."""
    try:
        content = _from_base64url(text)
        if len(content) > MAX_LEAF_BYTES:
            raise NotCanonical(f"{len(content)} bytes, more than {MAX_LEAF_BYTES}")
        usual = _USUAL.fullmatch(content)
        if usual is not None:
            return Disclosure(usual[1].decode("ascii"), _checked_value(parse_canonical(usual[2])), text)
        members = parse_canonical(content)
    except DisclosureRefused:
        raise
    except ValueError as exc:
        raise DisclosureRefused("not canonical JSON in base64url") from exc
    if not isinstance(members, list) or len(members) != 3:
        raise DisclosureRefused("not [salt, name, value]")
    salt, name, value = members
    if not isinstance(salt, str) or len(salt) < 22 or not isinstance(name, str):
        raise DisclosureRefused("no salt of 128 bits or no name")
    return Disclosure(name, _checked_value(value), text)


_USUAL = re.compile(rb'\["[A-Za-z0-9_-]{22,64}","([a-z_]{1,32})",([^\s].*)\]', re.DOTALL)
_USUAL_AFTER_SALT = re.compile(rb'([a-z_]{1,32})",([^\s].*)\]', re.DOTALL)
"""Salt and name in letters that have one spelling: such a disclosure is canonical exactly if its value is."""


Said: TypeAlias = "tuple[str, DisclosedValue]"
"""Name and value."""


def read_all(texts: Sequence[bytes]) -> list[Said | None]:
    """What each of very many disclosures says, None where :func:`parse_disclosure` raises.

    Of nearly every one the salt ends after 27 bytes, which are 36 characters of base64: what follows comes again and
    again and is read once. Salts are looked at together.
    """
    if not _have_usual_salts(texts):
        return [_said_or_none(text) for text in texts]
    return [_said_after_salt(text[_SALTED:]) or _said_or_none(text) for text in texts]


def digests_of_all(texts: Sequence[bytes]) -> list[str]:
    """:func:`digest_of` each. A digest and a zero byte are 44 characters of base64, of which the last is no part."""
    sha256 = hashlib.sha256
    digests = b"\0".join([*[sha256(text).digest() for text in texts], b""])
    encoded = binascii.b2a_base64(digests, newline=False).translate(_URL_SAFE).decode("ascii")
    return [encoded[start : start + DIGEST_CHARACTERS] for start in range(0, len(encoded), DIGEST_CHARACTERS + 1)]


def _have_usual_salts(texts: Sequence[bytes]) -> bool:
    """Whether each begins with ``["``, 22 characters of a salt, and ``","``, as :func:`make_disclosure` writes it."""
    heads = b"".join([text[:_SALTED] for text in texts])
    try:
        salted = binascii.a2b_base64(heads.translate(_FROM_URL_SAFE), strict_mode=True)
    except binascii.Error:
        return False
    number, length = len(texts), _SALTED // 4 * 3
    return (
        len(salted) == number * length
        and all(salted[place::length] == mark * number for place, mark in _AROUND_SALT)
        and len(salted.translate(None, _SALT_CHARACTERS)) == number * len(_AROUND_SALT)
    )


def _said_or_none(text: bytes) -> Said | None:
    try:
        disclosure = parse_disclosure(text.decode("ascii"))
    except ValueError:
        return None
    return disclosure.name, disclosure.value


def _said_after_salt(rest: bytes) -> Said | None:
    """Of a disclosure with a usual salt, what stands behind it; None where that needs another look."""
    return _remembered_after_salt(rest) if len(rest) <= _LONGEST_REMEMBERED else None


@lru_cache(maxsize=2048)
def _remembered_after_salt(rest: bytes) -> Said | None:
    """Since people, sessions and places come again and again; nobody changes what is given out."""
    try:
        usual = _USUAL_AFTER_SALT.fullmatch(_from_base64url(rest.decode("ascii")))
        return (usual[1].decode("ascii"), _checked_value(parse_canonical(usual[2]))) if usual else None
    except ValueError:
        return None


def digest_of(text: str) -> str:
    """The commitment to a disclosure: base64url(SHA-256(ASCII of its text)), RFC 9901 section 4.2.3."""
    return _base64url(hashlib.sha256(text.encode("ascii")).digest())


def is_committed(disclosure: Disclosure, digests: list[str]) -> bool:
    """Whether one of the leaf's digests is that of this disclosure. Both are public: nothing is told by the time."""
    return disclosure.digest in digests


def _checked_value(value: CanonicalValue) -> DisclosedValue:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        members = {name: member for name, member in value.items() if isinstance(member, str)}
        if len(members) == len(value):
            return members
    raise DisclosureRefused("a value that is neither text nor an object of texts")


def _composed(value: DisclosedValue) -> DisclosedValue:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return {name: unicodedata.normalize("NFC", member) for name, member in value.items()}


_SALTED = 36
_AROUND_SALT = ((0, b"["), (1, b'"'), (24, b'"'), (25, b","), (26, b'"'))
_SALT_CHARACTERS = (string.ascii_letters + string.digits + "_-").encode()
_LONGEST_REMEMBERED = 512
DIGEST_CHARACTERS = 43
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
_LAST_OF = (b"", b"", b"AQgw", b"AEIMQUYcgkosw048")
"""By what is left of a length divided by four: the last characters whose unused bits are zero."""


def _base64url(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).rstrip(b"=").translate(_URL_SAFE).decode("ascii")


def _from_base64url(text: str) -> bytes:
    """The content, in the one spelling that it has: no padding, no other alphabet, no bits that mean nothing."""
    try:
        encoded = text.encode("ascii")
        content = binascii.a2b_base64(encoded.translate(_FROM_URL_SAFE) + b"=" * (-len(encoded) % 4), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if len(encoded) % 4 and encoded[-1] not in _LAST_OF[len(encoded) % 4]:
        raise ValueError("not the one base64url spelling")
    return content
