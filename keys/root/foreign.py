"""What root keys outside this process have in common: the record that names them, the time they may take, their errors.

``02 | key id 16 | what the provider gave``. The id says which root key it was, so that an operator who points at
another one reads so. It is a digest of the name that the provider gives the key for ever (an ARN, a token's serial and
key id, a mount and key name), and proves nothing: the provider's own authenticated encryption does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

from keys.errors import KeyUnavailable, UnwrapError
from keys.model import KEY_BYTES, KEY_ID_BYTES, KeyId, Secret

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
LONGEST_WRAP_BYTES = 8192
_FORM = b"\x02"
_GIVEN_AT = len(_FORM) + KEY_ID_BYTES

Given = TypeVar("Given")


def key_id_of(provider: str, *names: str) -> KeyId:
    """The id of the key that the provider calls so."""
    return KeyId(
        hashlib.sha256("\0".join(("vault.foreign-root.v1", provider, *names)).encode()).digest()[:KEY_ID_BYTES]
    )


def pack(key_id: KeyId, given: bytes) -> bytes:
    """The record of what a provider wrapped."""
    return _FORM + key_id + given


def unpack(key_id: KeyId, wrapped: bytes) -> bytes:
    """What the provider gave. UnwrapError for another form, KeyUnavailable for another root key's record."""
    if not _GIVEN_AT < len(wrapped) <= LONGEST_WRAP_BYTES or wrapped[: len(_FORM)] != _FORM:
        raise UnwrapError("a sealed record did not open")
    named = KeyId(wrapped[len(_FORM) : _GIVEN_AT])
    if named != key_id:
        remedy = "give the vault the root key it was made with"
        raise KeyUnavailable(f"wrapped by root key {named.hex()}, not by {key_id.hex()}: {remedy}")
    return wrapped[_GIVEN_AT:]


def opened(material: bytes) -> Secret:
    """A key that a provider unwrapped; UnwrapError if it is none."""
    if len(material) != KEY_BYTES:
        raise UnwrapError("a sealed record did not open")
    return Secret(material)


def options_of(query: str, *, allowed: frozenset[str]) -> dict[str, str]:
    """The options of a root URI, each at most once; KeyUnavailable for one that is not known."""
    found = parse_qs(query, keep_blank_values=True, strict_parsing=bool(query))
    unknown = sorted(found.keys() - allowed)
    if unknown or any(len(values) != 1 for values in found.values()):
        known = ", ".join(sorted(allowed))
        raise KeyUnavailable(f"the root key's URI has options that cannot be used: write each of {known} once at most")
    return {name: values[0] for name, values in found.items()}


def private_text(path: str, *, what: str) -> str:
    """The one line of a file that its owner alone may read: a token, a PIN. KeyUnavailable with a remedy."""
    try:
        file = Path(path)
        if file.stat().st_mode & 0o077:
            raise KeyUnavailable(f"the file with the {what} may be read by others: chmod 600 {path}")
        return file.read_text(encoding="utf-8").strip()
    except OSError as exc:
        raise KeyUnavailable(f"the file with the {what} cannot be read ({exc.strerror}): {path}") from exc
    except UnicodeDecodeError as exc:
        raise KeyUnavailable(f"the file with the {what} is no text: {path}") from exc


def asking(call: Callable[[], Given], translate: Callable[[Exception], Exception]) -> Given:
    """The provider's answer; whatever foreign exception comes instead is translated, none gets out."""
    try:
        return call()
    except (KeyUnavailable, UnwrapError):
        raise
    except Exception as exc:
        raise translate(exc) from exc
