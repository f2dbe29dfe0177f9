"""Timestamped Ed25519 cosignatures: a witness saw this checkpoint at this second, and no larger one before.

::

    cosignature/v1
    time 1679315147
    <the three lines of the checkpoint>

is what is signed; the signature line is ``— name base64(key id || be64 time || signature)``.
Source: C2SP tlog-cosignature, "Ed25519 signed message".
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import re

from keys.errors import UnwrapError
from keys.primitives import SigningKey, verify_signature
from vault.anchors.vkeys import COSIGNING_KEY, Vkey
from vault.ledger.checkpoint import Checkpoint

_LINE = re.compile(r"— (?P<name>[^\s+]{1,128}) (?P<signature>[A-Za-z0-9+/=]{8,400})")
_BYTES = 4 + 8 + 64


class CosignatureRefused(ValueError):
    """There is no good cosignature of this witness under the checkpoint."""


def cosign(checkpoint: Checkpoint, key: SigningKey, *, name: str, at: dt.datetime) -> str:
    """The signature line, with its line end."""
    seconds = int(at.timestamp())
    signature = key.sign(_message(checkpoint, seconds))
    vkey = Vkey(name, key.public, COSIGNING_KEY)
    content = vkey.key_id + seconds.to_bytes(8, "big") + signature
    return f"— {name} {base64.b64encode(content).decode('ascii')}\n"


def verify_cosignature(checkpoint: Checkpoint, lines: str, *, witness: Vkey) -> dt.datetime:
    """When the witness cosigned, by its own clock; lines of others are passed over, as the specification asks.

    Raises CosignatureRefused where no line is the witness's, or its signature is not good.
    """
    for line in lines.splitlines():
        found = _LINE.fullmatch(line)
        if found is None or found["name"] != witness.name:
            continue
        try:
            content = base64.b64decode(found["signature"], validate=True)
        except binascii.Error:
            continue
        if len(content) != _BYTES or not hmac.compare_digest(content[:4], witness.key_id):
            continue
        seconds = int.from_bytes(content[4:12], "big")
        try:
            verify_signature(witness.public, content[12:], _message(checkpoint, seconds))
            return dt.datetime.fromtimestamp(seconds, dt.UTC)
        except (UnwrapError, OverflowError, ValueError, OSError) as error:
            raise CosignatureRefused("the cosignature is not good") from error
    raise CosignatureRefused("no line of this witness")


def _message(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body()}".encode()
