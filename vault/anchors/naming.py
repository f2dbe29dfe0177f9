"""How a checkpoint is called where it is placed: by its log, its size and its digest, so that no two are called alike.

::

    3f1c..a0/9007199254692780-48211-6b0e..71.checkpoint
    log      inverted size    size  digest

The log stands by the first 16 bytes of its name's SHA-256, since a name may hold slashes. The inverted size (2^53 - 1
less the size, 16 digits) comes first so that a listing in the order of names, the only one that a bucket has, begins
with the newest.
"""

from __future__ import annotations

import hashlib
import re

from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, parse_checkpoint

_MOST = 2**53 - 1
_NAME = re.compile(r"(?P<inverted>[0-9]{16})-(?P<size>[0-9]{1,16})-[0-9a-f]{32}\.checkpoint")
FOLDER = re.compile(r"[0-9a-f]{32}")


def folder_of(origin: str) -> str:
    """The folder of one log."""
    return hashlib.sha256(origin.encode()).hexdigest()[:32]


def name_of(note: str, checkpoint: Checkpoint) -> str:
    """The name of a note in its folder."""
    digest = hashlib.sha256(note.encode()).hexdigest()[:32]
    return f"{_MOST - checkpoint.size:016d}-{checkpoint.size}-{digest}.checkpoint"


def named_note(name: str, content: bytes) -> str:
    """The note, if this is its name; '' otherwise: what stands under another's name is no checkpoint of anybody.

    Else old notes under the names of large sizes would hide the newest one from whoever looks at a few only.
    """
    note = content.decode("utf-8", "replace")
    try:
        return note if name_of(note, parse_checkpoint(note)) == name else ""
    except CheckpointRefused:
        return ""


def is_name(name: str) -> bool:
    """Whether something may be a note by its name."""
    found = _NAME.fullmatch(name)
    return found is not None and int(found["inverted"]) + int(found["size"]) == _MOST
