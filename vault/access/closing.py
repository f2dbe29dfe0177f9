"""How a view ends, whoever ends it: its key is deleted and the end is recorded, in the caller's transaction."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from vault.database import document_queries, view_queries
from vault.database.engine import Connection
from vault.database.view_queries import ViewRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Reason
from vault.runtime import Vault


class EndCause(enum.Enum):
    """Why a view is over; the value is stored with it and leads to the sentence that the reader sees."""

    DONE = "done"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SESSION_ENDED = "session"
    SUSPENDED = "suspended"
    RIGHT_LOST = "right_lost"
    FAILED = "failed"


def close_views(
    vault: Vault,
    tx: Connection,
    views: Iterable[ViewRecord],
    *,
    cause: EndCause,
    actor: Actor | None = None,
    code: str = "",
    reason: Reason | None = None,
) -> int:
    """Ends each view that has not ended yet; how many did. A revocation is an event of its own."""
    now = vault.clock.now()
    event = Event.VIEW_REVOKED if cause is EndCause.REVOKED else Event.VIEW_ENDED
    ended = 0
    for view in views:
        ended_by = actor.person_id if actor else None
        if not view_queries.end_view(tx, view.id, now=now, cause=cause.value, ended_by=ended_by):
            continue
        ended += 1
        vault.view_marks.discard(view.id)
        document = document_queries.load_document(tx, view.document_id)
        vault.recorder.append(
            tx,
            Entry(
                event,
                Outcome.SUCCESS,
                actor=actor.person_id if actor else None,
                subject_person=view.person_id,
                session=view.session_id,
                dossier=document.dossier_id if document else "",
                document=view.document_id,
                version=view.version_id,
                view=view.id,
                place=actor.place if actor else None,
                reason=reason,
                code=code or cause.value,
                details={"pages": view.pages_delivered},
            ),
        )
    return ended
