"""Views and marked copies without a result: granted, and then nothing was recorded of what came of it. For auditors."""

from __future__ import annotations

from vault.database import intent_queries
from vault.database.engine import Connection, reading
from vault.database.ledger_sequencing import SearchRow
from vault.ledger.audit_whole import INTENT_GRACE
from vault.ledger.events import Event
from vault.model import Actor, Office
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.asking import INTENTS
from vault.trail.rows import TrailRow, rows_of

MOST_ROWS = 100
NEWEST_LOOKED_AT = 20_000
_LOOKED_FOR = ",".join(each.event for each in INTENTS)


def list_unanswered(vault: Vault, actor: Actor) -> list[TrailRow]:
    """Newest first, at most :data:`MOST_ROWS` among the newest :data:`NEWEST_LOOKED_AT` of each.

    Recorded like a search, with the events that were looked at. Entries with ``unanswered`` are of a time when those
    were views alone.

    By the search index: a verification finds the same from the leaves, and in the whole trail.
    """
    with deciding(vault, denial_of(Event.TRAIL_SEARCHED, actor)) as tx:
        require_office(tx, actor, Office.AUDITOR)
        vault.recorder.append(tx, done_by(actor, Event.TRAIL_SEARCHED, details={"intents": _LOOKED_FOR}))
    with reading(vault.engine) as tx:
        return rows_of(vault, tx, _unanswered(vault, tx))


def count_unanswered(vault: Vault, tx: Connection) -> int:
    """How many of those there are, at most :data:`MOST_ROWS`, for operators: a number names nobody."""
    return len(_unanswered(vault, tx))


def _unanswered(vault: Vault, tx: Connection) -> list[SearchRow]:
    return intent_queries.unanswered_intents(
        tx,
        INTENTS,
        before=vault.clock.now() - INTENT_GRACE,
        newest=NEWEST_LOOKED_AT,
        limit=MOST_ROWS,
    )
