"""Checkpoints in the C2SP forms: tlog-checkpoint inside signed-note, Ed25519.

::

    example.com/dossier-vault      origin
    42                             size of the tree
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root hash
    <empty line>
    — example.com/dossier-vault Az3grlgtzPICa5OS8npVmf1M...OAYQ8=     signature

The parser is strict: another spelling of the same facts is refused. Source: C2SP signed-note, tlog-checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass

from keys.errors import UnwrapError
from keys.primitives import SigningKey, verify_signature

_ED25519 = b"\x01"
_NOTE = re.compile(
    r"(?P<origin>[^\s+]{1,128})\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n"
    r"— (?P<name>[^\s+]{1,128}) (?P<signature>[A-Za-z0-9+/]{90,92}={0,2})\n"
)


_BODY = re.compile(r"(?P<origin>[^\s+]{1,128})\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n")


class CheckpointRefused(ValueError):
    """The text is no checkpoint of this trail, or its signature is not good."""


class BadSignature(CheckpointRefused):
    """It claims a key that is known, and that key has not signed it: somebody made it up or altered it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A size and a root that a log stands by."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed, with its last line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


def key_hash(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """The key in the form that other tools take: ``name+hash+base64(type || key)``."""
    return f"{name}+{key_hash(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode('ascii')}"


def parse_verifier_key(text: str) -> tuple[str, bytes]:
    """Name and public half of a key in the form of :func:`verifier_key`; CheckpointRefused for any other spelling."""
    name, _, rest = text.strip().partition("+")
    try:
        typed = base64.b64decode(rest.partition("+")[2], validate=True)
    except binascii.Error as error:
        raise CheckpointRefused("not the key of a log") from error
    if verifier_key(name, typed[1:]) != text.strip() or len(typed) != 1 + 32:
        raise CheckpointRefused("not the key of a log")
    return name, typed[1:]


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> str:
    """The signed note."""
    return sign_note(checkpoint.body(), checkpoint.origin, key)


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """``text`` with one signature line of ``name``. What it says must begin so that it is taken for nothing else."""
    signature = key_hash(name, key.public) + key.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(signature).decode('ascii')}\n"


def handover_text(origin: str, *, epoch: int, public: bytes) -> bytes:
    """What the key of one epoch signs to hand over to that of the next, ``public``.

    Never to be taken for a checkpoint, whose second line is a number.
    """
    return f"{origin}\nepoch {epoch}\n{base64.b64encode(public).decode('ascii')}\n".encode()


def open_checkpoint(note: str, *, origin: str, public: bytes) -> Checkpoint:
    """The checkpoint in ``note``, if it is of ``origin`` and signed by ``public``; CheckpointRefused otherwise."""
    checkpoint, signature = _parse(note)
    if checkpoint.origin != origin:
        raise CheckpointRefused("of another log")
    if not hmac.compare_digest(signature[:4], key_hash(origin, public)):
        raise CheckpointRefused("signed by another key")
    try:
        verify_signature(public, signature[4:], checkpoint.body().encode())
    except UnwrapError:
        raise BadSignature("signature is not good") from None
    return checkpoint


def parse_checkpoint(note: str) -> Checkpoint:
    """What the text claims, if it has the form of a checkpoint; CheckpointRefused. Its signature is not looked at."""
    return _parse(note)[0]


def parse_body(body: str) -> Checkpoint:
    """The checkpoint in the three lines that are signed; CheckpointRefused for any other text."""
    match = _BODY.fullmatch(body)
    if match is None:
        raise CheckpointRefused("not the three lines of a checkpoint")
    try:
        root = base64.b64decode(match["root"], validate=True)
    except binascii.Error as error:
        raise CheckpointRefused("not base64") from error
    checkpoint = Checkpoint(match["origin"], int(match["size"]), root)
    if len(root) != 32 or checkpoint.body() != body:
        raise CheckpointRefused("not the one spelling of a checkpoint")
    return checkpoint


def _parse(note: str) -> tuple[Checkpoint, bytes]:
    match = _NOTE.fullmatch(note)
    if match is None or match["name"] != match["origin"]:
        raise CheckpointRefused("not a checkpoint with one signature of its own log")
    try:
        root = base64.b64decode(match["root"], validate=True)
        signature = base64.b64decode(match["signature"], validate=True)
    except binascii.Error as error:
        raise CheckpointRefused("not base64") from error
    checkpoint = Checkpoint(match["origin"], int(match["size"]), root)
    canonical = base64.b64encode(signature).decode("ascii") == match["signature"]
    if len(root) != 32 or len(signature) != 4 + 64 or not canonical or not note.startswith(checkpoint.body()):
        raise CheckpointRefused("not the one spelling of a checkpoint")
    return checkpoint, signature
