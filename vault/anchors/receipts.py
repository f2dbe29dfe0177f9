"""Whether what is stored of an anchor's answer is still an answer to its note, as whoever is handed it would look.

Unlike ``Anchor.check_receipt`` of a time stamp this asks for no certificates: those that are configured now need not
be those of an old stamp. A cosignature is held against the witness's key as it is configured.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable

from vault.anchors.port import Anchor, AnchorKind
from vault.anchors.timestamp import is_stamp_over
from vault.database.anchoring_reading import AnchoringRow

_LINE = re.compile(r"— [^\s+]+ (?P<signature>[A-Za-z0-9+/]+={0,2})\n")


def fault_of_receipt(anchors: Iterable[Anchor], row: AnchoringRow) -> str:
    """``token``: it is no time stamp over the note. ``cosignature``: it is not the witness's, or has not the form.

    '' if it is good, and for other kinds of anchors, which hold their evidence themselves. Of a witness that is not
    configured any more only the form is looked at.
    """
    if row.kind == AnchorKind.TIMESTAMP.value:
        return "" if is_stamp_over(row.note, row.receipt) else "token"
    if row.kind != AnchorKind.WITNESS.value:
        return ""
    witnesses = [each for each in anchors if each.name == row.anchor and each.kind is AnchorKind.WITNESS]
    is_good = are_signature_lines(row.receipt) and not any(
        each.check_receipt(row.note, row.receipt) for each in witnesses
    )
    return "" if is_good else "cosignature"


def are_signature_lines(receipt: bytes) -> bool:
    """Whether it is one line or more as a signed note has them (C2SP signed-note), each in its one spelling."""
    try:
        lines = receipt.decode("utf-8").splitlines(keepends=True)
        found = [_LINE.fullmatch(each) for each in lines]
        return bool(found) and all(each is not None and _is_canonical(each["signature"]) for each in found)
    except UnicodeDecodeError:
        return False


def _is_canonical(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode("ascii") == text
    except binascii.Error:
        return False
