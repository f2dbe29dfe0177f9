"""A receipt: one entry's exact leaf, its place, the way to the signed root. Kept by anybody, checked without the vault.

C2SP *tlog-proof*, version 1; ``extra`` is the leaf::

    c2sp.org/tlog-proof@v1
    extra eyJfc2QiOlsi...                 the leaf in base64
    index 7
    sB3...=                               its inclusion proof, leaf to root, a hash a line
    <empty line>
    example.com/dossier-vault             the checkpoint, as it was signed
    ...

The parser is strict: a receipt has one spelling, so that one that was altered in any byte is refused. It names nobody:
the leaf has digests where a person's values are (docs/spec/trail.md, "Receipt").
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vault.database.ledger_reading import EpochRow
from vault.ledger.canonical import MAX_LEAF_BYTES, NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, key_hash
from vault.ledger.epochs import open_under_epochs
from vault.ledger.proofs import MAX_PROOF_HASHES, ProofRefused, verify_inclusion
from vault.ledger.tree import leaf_hash

TITLE = "c2sp.org/tlog-proof@v1"
MOST_BYTES = 2 * MAX_LEAF_BYTES + 64 * (MAX_PROOF_HASHES + 16)
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_RECEIPT = re.compile(
    rf"{re.escape(TITLE)}\nextra (?P<leaf>{_BASE64})\nindex (?P<index>0|[1-9][0-9]{{0,15}})\n"
    rf"(?P<proof>(?:[A-Za-z0-9+/]{{43}}=\n){{0,{MAX_PROOF_HASHES}}})\n(?P<note>[^\n](?s:.*))"
)
_VERIFIER_KEY = re.compile(r"(?P<name>[^\s+]{1,128})\+(?P<hash>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]{44})")


class ReceiptRefused(ValueError):
    """The receipt does not show what it is said to show; the message says which step failed.

    ``code`` is the same for people: ``verification.receipt_form``, ``.._checkpoint`` or ``.._entry``.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        step = message.partition(":")[0]
        self.code = f"verification.receipt_{step if step in {'checkpoint', 'entry'} else 'form'}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose every step was good."""

    index: int
    leaf: bytes
    checkpoint: Checkpoint


def write_receipt(leaf: bytes, *, index: int, proof: Sequence[bytes], note: str) -> str:
    """The receipt of the leaf at ``index``, proven up to the checkpoint in ``note``."""
    lines = [TITLE, f"extra {_encoded(leaf)}", f"index {index}", *map(_encoded, proof), "", note]
    return "\n".join(lines)


def open_receipt(text: str, *, epochs: Sequence[EpochRow]) -> Receipt:
    """The receipt in ``text``; ReceiptRefused at the first step that fails.

    (1) its one spelling; (2) the checkpoint is signed by the key of its epoch, which the caller knows from elsewhere;
    (3) the leaf's hash leads to the signed root at ``index``; (4) the leaf is canonical and says the same index.
    """
    found = _RECEIPT.fullmatch(text) if len(text) <= MOST_BYTES else None  # (1)
    if found is None:
        raise ReceiptRefused("not a receipt")
    leaf, proof = _decoded(found["leaf"]), [_decoded(line) for line in found["proof"].splitlines()]
    try:
        checkpoint = open_under_epochs(found["note"], epochs)  # (2)
    except CheckpointRefused as error:
        raise ReceiptRefused(f"checkpoint: {error}") from error
    index = int(found["index"])
    try:
        verify_inclusion(leaf_hash(leaf), proof, index=index, size=checkpoint.size, root=checkpoint.root)  # (3)
        facts = parse_object(leaf)  # (4)
    except (ProofRefused, NotCanonical) as error:
        raise ReceiptRefused(f"entry: {error}") from error
    if facts.get("index") != index:
        raise ReceiptRefused("entry: a leaf of another place")
    return Receipt(index, leaf, checkpoint)


def epoch_of_key(verifier_key: str) -> EpochRow:
    """The key ``name+hash+base64(type || key)`` as the only epoch there is; ReceiptRefused if it is no such key."""
    found = _VERIFIER_KEY.fullmatch(verifier_key)
    public = _decoded(found["key"])[1:] if found else b""
    if found is None or len(public) != 32 or key_hash(found["name"], public).hex() != found["hash"]:
        raise ReceiptRefused("not a verifier key")
    return EpochRow(number=1, public=public, from_size=0, origin=found["name"])


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _decoded(text: str) -> bytes:
    """The bytes of the one base64 spelling."""
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ReceiptRefused("not base64") from error
    if _encoded(content) != text:
        raise ReceiptRefused("not the one spelling of base64")
    return content
