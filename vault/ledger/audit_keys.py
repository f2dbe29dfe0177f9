"""The audit of keys that leaves name: each epoch follows the one before, begins where it may, and was handed over.

A rotation without a handover is allowed, since a key is also replaced because it is lost; then only somebody who is
trusted can say that the next one is the log's own, and whoever verifies is told. A handover that is there must be good.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from keys.errors import UnwrapError
from keys.primitives import verify_signature
from vault.ledger.checkpoint import handover_text


class NamedKey(NamedTuple):
    """A signing key in base64, the name of the log then, and the size from which on it signs; None if not known."""

    key: str
    origin: str
    from_size: int | None = None


def begins_from(position: int, details: Mapping[str, Any]) -> int | None:
    """The size that the leaf at ``position`` says its key signs from; None if that is no size."""
    from_size = details.get("from", position + 1)
    return from_size if isinstance(from_size, int) else None


def faults_of_rotation(
    keys: Mapping[int, NamedKey], *, origin: str, position: int, epoch: int, details: Mapping[str, Any]
) -> list[str]:
    """What is wrong with a ``trail.key_rotated`` leaf after which ``epoch`` begins: the words of findings."""
    before = keys.get(epoch - 1)
    if before is None or epoch in keys:
        return ["epoch.order"]
    faults, from_size = [], begins_from(position, details)
    if from_size is None or not (before.from_size or 0) < from_size <= position + 1:
        faults.append("epoch.from")
    if "handover" in details and not _is_handed_over(before, origin, epoch, details):
        faults.append("epoch.handover")
    return faults


def _is_handed_over(before: NamedKey, origin: str, epoch: int, details: Mapping[str, Any]) -> bool:
    try:
        public = base64.b64decode(str(details.get("key", "")), validate=True)
        signature = base64.b64decode(str(details["handover"]), validate=True)
        text = handover_text(origin, epoch=epoch, public=public)
        verify_signature(base64.b64decode(before.key, validate=True), signature, text)
    except (binascii.Error, ValueError, UnwrapError):
        return False
    return True
