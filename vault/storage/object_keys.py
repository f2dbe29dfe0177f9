"""The grammar of object keys, checked before a key becomes a path or a URL.

Guarantees that a checked key cannot leave the store, name a hidden or temporary file, or mean two things: lower-case
``[0-9a-z/._-]``, at most 200 characters, every segment beginning with a letter or digit. Keys come from the vault's own
rows, so one that breaks the grammar was altered there: TamperError, not a caller's mistake.
"""

from __future__ import annotations

import re

from vault.errors import TamperError
from vault.storage.port import ObjectKey

LONGEST_KEY_CHARACTERS = 200
LONGEST_RANGE_BYTES = 64 << 20
_KEY = re.compile(r"[0-9a-z][0-9a-z._-]*(?:/[0-9a-z][0-9a-z._-]*)*")


def is_object_key(text: str) -> bool:
    """Whether ``text`` is a key of this grammar."""
    return len(text) <= LONGEST_KEY_CHARACTERS and _KEY.fullmatch(text) is not None


def checked_key(key: ObjectKey) -> ObjectKey:
    """``key`` itself, or TamperError ``object.key``."""
    if not is_object_key(key):
        raise TamperError("object.key")
    return key


def check_range(*, offset: int, length: int) -> None:
    """ValueError for a range that no caller can mean: negative, empty or longer than 64 MiB."""
    if offset < 0 or not 1 <= length <= LONGEST_RANGE_BYTES:
        raise ValueError(f"a range begins at 0 or later and has 1 to {LONGEST_RANGE_BYTES} bytes")
