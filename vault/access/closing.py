"""How a view ends, whoever ends it: its key is deleted and the end is recorded, in the caller's transaction.

A view that ends before it was given its key, since its opening was cut off or is still under way, never showed
anything: its intent is answered with view.failed and its claim returns, whatever it was that ended it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

from vault.database import document_queries, grant_queries, view_queries
from vault.database.engine import Connection
from vault.database.view_queries import ViewRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Reason, new_id
from vault.runtime import Vault

CUT_OFF = "opening.cut_off"


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
    ended = 0
    for view in views:
        ended_by = actor.person_id if actor else None
        now = vault.clock.now()
        keyless = view_queries.end_keyless_view(tx, view.id, now=now, cause=cause.value, ended_by=ended_by)
        if not keyless and not view_queries.end_view(tx, view.id, now=now, cause=cause.value, ended_by=ended_by):
            continue
        ended += 1
        vault.view_marks.discard(view.id)
        if keyless:
            answer = answer_to(actor, view, Event.VIEW_FAILED, Outcome.FAILED, code=code or CUT_OFF)
            vault.recorder.append(tx, answer)
        vault.recorder.append(tx, _end_of(tx, view, cause=cause, actor=actor, code=code, reason=reason))
        if keyless:
            return_claim(vault, tx, view, code=code or CUT_OFF, actor=actor)
    return ended


def fail_view(vault: Vault, tx: Connection, view: ViewRecord, *, code: str, actor: Actor | None) -> None:
    """Ends a view that could not be given its key, and returns its claim if no page ever left."""
    close_views(vault, tx, [view], cause=EndCause.FAILED, actor=actor, code=code)
    return_claim(vault, tx, view, code=code, actor=actor)


def return_claim(vault: Vault, tx: Connection, view: ViewRecord, *, code: str, actor: Actor | None) -> bool:
    """Returns the view's claim and records it; False if a page had left or it was returned before."""
    returned = view_queries.return_claim(tx, view, freed_key=new_id("k", vault.random))
    if returned:
        grant_queries.give_back(tx, view)
        vault.recorder.append(tx, answer_to(actor, view, Event.VIEW_CLAIM_RETURNED, Outcome.SUCCESS, code=code))
    return returned


def answer_to(actor: Actor | None, view: ViewRecord, event: Event, outcome: Outcome, *, code: str = "") -> Entry:
    """An entry about a view that answers its opening."""
    return Entry(
        event,
        outcome,
        actor=actor.person_id if actor else None,
        subject_person=view.person_id,
        session=view.session_id,
        document=view.document_id,
        version=view.version_id,
        view=view.id,
        place=actor.place if actor else None,
        code=code,
        intent=view.opening_entry,
    )


def _end_of(
    tx: Connection, view: ViewRecord, *, cause: EndCause, actor: Actor | None, code: str, reason: Reason | None
) -> Entry:
    document = document_queries.load_document(tx, view.document_id)
    return Entry(
        Event.VIEW_REVOKED if cause is EndCause.REVOKED else Event.VIEW_ENDED,
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
    )
