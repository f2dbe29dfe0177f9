"""Sends a range of entries once more: to a monitor that lost them, or was set up later.

Over a connection of its own, beside the feed and without touching its cursor. Lines are the same as the first time,
with people as they are known now, so a monitor tells them by ``index``. Recorded, with who and why, before one leaves.
"""

from __future__ import annotations

from collections.abc import Callable

from vault.config import FeedConfig
from vault.database.engine import reading
from vault.errors import InputError
from vault.feed.collecting import collect
from vault.feed.encoding import encode
from vault.feed.outputs.port import Output
from vault.feed.sending import BATCH, reading_key_for
from vault.feed.setup import source_of
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.standing import signed_size


def replay(
    vault: Vault,
    actor: Actor,
    feed: FeedConfig,
    *,
    output: Output,
    start: int,
    end: int | None,
    reason: ReasonDraft,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Sends the entries from ``start`` up to and with ``end`` (None: all that are signed); how many.

    InputError for the reason or a range that is none, AccessDenied for anybody but an auditor, Sealed for a feed that
    tells ids while the vault is sealed, Unavailable when the output does not take them: it may then be run again.
    """
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.FEED_REPLAYED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        size = signed_size(tx)
        last = size - 1 if end is None else end
        if not 0 <= start <= last < size:
            raise InputError("feed.range", last=size - 1)
        key = reading_key_for(vault, feed)
        details: dict[str, str | int] = {"feed": feed.name, "from": start, "to": last}
        vault.recorder.append(tx, done_by(actor, Event.FEED_REPLAYED, reason=checked, details=details))
    for first in range(start, last + 1, BATCH):
        beyond = min(first + BATCH, last + 1)
        with reading(vault.engine) as tx:
            source = source_of(vault, tx)
            entries = collect(tx, first, beyond, reading_key=key, now=vault.clock.now())
        output.send(encode(entries, feed=feed, source=source))
        if progress is not None:
            progress(beyond - start, last + 1 - start)
    return last + 1 - start
