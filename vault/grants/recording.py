"""What the trail says of a grant's beginning and end; a grant goes by the id of its request."""

from __future__ import annotations

from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Reason
from vault.policy.granting import GrantState
from vault.runtime import Vault


def record_given(vault: Vault, tx: Connection, grant: GrantRecord, *, actor: Actor, dossier: str) -> None:
    """What was granted, by the decision of whoever was the last of those who had to agree."""
    vault.recorder.append(
        tx,
        Entry(
            Event.GRANT_GIVEN,
            Outcome.SUCCESS,
            actor=actor.person_id,
            subject_person=grant.person_id,
            session=actor.session_id,
            place=actor.place,
            dossier=dossier,
            document=grant.document_id,
            request=grant.request_id,
            details={"kind": grant.kind.value, "amount": grant.amount, "lasts_days": grant.lasts_days},
        ),
    )


def record_end(
    vault: Vault,
    tx: Connection,
    grant: GrantRecord,
    cause: GrantState,
    *,
    actor: Actor | None,
    reason: Reason | None,
    dossier: str,
) -> None:
    """How it ended, with what of it was used."""
    vault.recorder.append(
        tx,
        Entry(
            Event.GRANT_REVOKED if cause is GrantState.REVOKED else Event.GRANT_ENDED,
            Outcome.SUCCESS,
            actor=actor.person_id if actor else None,
            subject_person=grant.person_id,
            session=actor.session_id if actor else "",
            place=actor.place if actor else None,
            dossier=dossier,
            document=grant.document_id,
            request=grant.request_id,
            reason=reason,
            code=cause.value,
            details={"kind": grant.kind.value, "amount": grant.amount, "used": grant.used},
        ),
    )
