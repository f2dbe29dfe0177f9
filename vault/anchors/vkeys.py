"""Verifier keys in the form that other tools take, ``name+hash+base64(type || key)``, parsed strictly.

Source: C2SP signed-note, "Verifier keys"; the types 0x01 (Ed25519, for logs) and 0x04 (Ed25519 cosignatures).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

LOG_KEY = 0x01
COSIGNING_KEY = 0x04

_FORM = re.compile(r"(?P<name>[^\s+]{1,128})\+(?P<hash>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]{44})")


class VkeyRefused(ValueError):
    """The text is no verifier key of the wanted type."""


@dataclass(frozen=True, slots=True)
class Vkey:
    """A name and the public key (32 bytes) that signs under it; ``kind`` is the type byte."""

    name: str
    public: bytes
    kind: int

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def text(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


def parse_vkey(text: str, *, kind: int) -> Vkey:
    """The key, if ``text`` is the one spelling of a key of this type; VkeyRefused otherwise."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise VkeyRefused("not name+hash+key")
    try:
        content = base64.b64decode(found["key"], validate=True)
    except binascii.Error as error:
        raise VkeyRefused("not base64") from error
    if len(content) != 33 or content[0] != kind:
        raise VkeyRefused("a key of another type")
    vkey = Vkey(found["name"], content[1:], kind)
    if vkey.text() != text:
        raise VkeyRefused("the hash is not that of the key")
    return vkey
