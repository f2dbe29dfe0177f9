"""What an export's file lacks, as its row keeps it for whoever ordered it: JSON, None where it lacks nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vault.ledger.bundle.layout import LeftOut


def write_left_out(left_out: Sequence[LeftOut]) -> str | None:
    """For the row."""
    return msgspec.json.encode(left_out).decode() if left_out else None


def read_left_out(stored: str | None) -> tuple[LeftOut, ...]:
    """From the row; nothing of what this program has not written."""
    try:
        return msgspec.json.decode(stored, type=tuple[LeftOut, ...]) if stored else ()
    except msgspec.DecodeError:
        return ()
