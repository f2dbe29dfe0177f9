"""What the database is asked for when intents without a result are looked for, by the vocabulary of the trail."""

from __future__ import annotations

from vault.database.intent_queries import Intent
from vault.ledger.canonical import canonical_bytes
from vault.ledger.events import RESULT_FOLLOWS, RESULTS_OF, SAYING_SO

INTENTS = tuple(
    Intent(
        event.value,
        tuple(sorted(each.value for each in results)),
        canonical_bytes(dict(RESULT_FOLLOWS))[1:-1] if event in SAYING_SO else b"",
    )
    for event, results in RESULTS_OF.items()
)
"""A leaf's text holds one member of an object as it stands alone: nothing stands between tokens. No name or value
beside ``details`` can read like it: quotes within a text are written with a backslash."""
