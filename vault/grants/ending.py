"""How a grant ends, whoever ends it: what is left of it goes, and views opened through a revoked one end."""

from __future__ import annotations

from vault.access.closing import EndCause, close_views
from vault.database import document_queries, dossier_queries, grant_queries, people_queries, view_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.grant_queries import GrantRecord
from vault.errors import Conflict, NotFound
from vault.filing.dossier_keys import key_for_new_fields
from vault.filing.holdings import holding_of
from vault.grants.recording import record_end
from vault.grants.standing import duties_of_human
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, PersonState, Reason
from vault.people.humans import accounts_of
from vault.policy.decision import ALLOWED, Decision
from vault.policy.granting import OVER, GrantState
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import decide_revoking
from vault.recording import deciding, denial_of, finding_tampering, require, require_office
from vault.requests.notifying import tell_revoked
from vault.runtime import Vault

END_NOTE_FIELD = "grant_end_note"
BATCH = 200


def return_grant(vault: Vault, actor: Actor, *, request_id: str) -> None:
    """Gives one's own grant back; twice is fine. NotFound for anybody else's; Conflict ``grant.over`` once it ended."""
    with deciding(vault, denial_of(Event.GRANT_ENDED, actor, request=request_id)) as tx:
        grant = _locked(tx, request_id)
        if grant is None or grant.person_id != actor.person_id:
            raise NotFound(recorded_as="not_found.request")
        if grant.end_cause == GrantState.RETURNED.value:
            return
        state = grant.state(vault.clock.now())
        if grant.ended_at is not None or not _end(vault, tx, grant, GrantState.RETURNED, actor=actor):
            raise Conflict("grant.over", state=state.value)


def revoke_grant(vault: Vault, actor: Actor, *, request_id: str, note: str) -> int:
    """Ends somebody's grant: it opens nothing more, and no further page of a view that was opened through it.

    By an approver of the dossier with no other part in the matter, or a security officer; how many views ended.
    Conflict ``grant.over`` when it had ended before.
    """
    reason = check_reason(ReasonDraft("review", note))
    with (
        finding_tampering(vault, actor, request=request_id),
        deciding(vault, denial_of(Event.GRANT_REVOKED, actor, request=request_id)) as tx,
    ):
        grant = grant_queries.load_grant(tx, request_id)
        if grant is None:
            raise NotFound(recorded_as="not_found.request")
        require(may_revoke(vault, tx, actor, grant))
        ended = _close_views_through(vault, tx, grant, actor, reason)  # views first: whoever opens one holds the quota
        grant = _locked(tx, request_id)
        assert grant is not None
        if not _end(vault, tx, grant, GrantState.REVOKED, actor=actor, reason=reason):
            raise Conflict("grant.over", state=grant.end_cause)
        return ended + _close_views_through(vault, tx, grant, actor, reason)


def may_revoke(vault: Vault, tx: Connection, actor: Actor, grant: GrantRecord) -> Decision:
    """May this person revoke it? A security officer, or whoever could decide about such a request today."""
    person = people_queries.load_person(tx, actor.person_id)
    if person is not None and person.office is Office.SECURITY_OFFICER and person.state is PersonState.ACTIVE:
        return ALLOWED
    document = document_queries.load_document(tx, grant.document_id)
    dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
    if dossier is None:
        raise NotFound(recorded_as="not_found.request")
    holding = holding_of(vault, tx, actor, dossier)
    return decide_revoking(
        accounts=accounts_of(tx, holding.person.id),
        duties=duties_of_human(vault, tx, holding.person.id, dossier),
        requester=grant.person_id,
    )


def revoke_all_grants(vault: Vault, actor: Actor, *, person_id: str, note: str) -> int:
    """Revokes everything that was granted to a person; how many grants there were. For security officers."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.GRANT_REVOKED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        if people_queries.load_person(tx, person_id) is None:
            raise NotFound(recorded_as="not_found.person")
        return end_grants_of(vault, tx, PersonId(person_id), actor=actor, reason=reason)


def count_grants(vault: Vault, actor: Actor, *, person_id: str) -> int:
    """How many grants of the person have not ended. For security officers."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        unended = grant_queries.unended_grants_of_person(tx, PersonId(person_id))
        return sum(each.state(now) not in OVER for each in unended)


def end_grants_of(
    vault: Vault, tx: Connection, person_id: PersonId, *, actor: Actor | None, reason: Reason | None
) -> int:
    """Revokes everything that was granted to a person, with the views opened through it; how many grants there were.

    Without a reason it needs no unsealed keys: there is no note to keep.
    """
    ended = 0
    for each in grant_queries.unended_grants_of_person(tx, person_id):
        _close_views_through(vault, tx, each, actor, reason)
        grant = _locked(tx, each.request_id)
        ended += grant is not None and _end(vault, tx, grant, GrantState.REVOKED, actor=actor, reason=reason)
    return ended


def end_outdated_grants(vault: Vault) -> int:
    """The sweep: ends what its clock has ended; how many."""
    with transaction(vault.engine) as tx:
        outdated = grant_queries.outdated_grants(tx, now=vault.clock.now(), limit=BATCH)
        outdated.sort(key=lambda each: (each.document_id, each.quota_version, each.person_id))  # as openings hold them
        return sum(end_fallen(vault, tx, each, each.state(vault.clock.now())) for each in outdated)


def end_fallen(vault: Vault, tx: Connection, grant: GrantRecord, cause: GrantState) -> bool:
    """Ends a grant that does not hold any more; False if somebody else has ended it meanwhile."""
    view_queries.lock_quota(tx, grant.quota_key)
    return _end(vault, tx, grant, cause)


def _locked(tx: Connection, request_id: str) -> GrantRecord | None:
    """The grant as it is while its quota row is held."""
    grant = grant_queries.load_grant(tx, request_id)
    if grant is None:
        return None
    view_queries.lock_quota(tx, grant.quota_key)
    return grant_queries.load_grant(tx, request_id)


def _end(
    vault: Vault,
    tx: Connection,
    grant: GrantRecord,
    cause: GrantState,
    *,
    actor: Actor | None = None,
    reason: Reason | None = None,
) -> bool:
    now, note = vault.clock.now(), None
    document = document_queries.load_document(tx, grant.document_id)
    if reason is not None and document is not None:
        key = key_for_new_fields(vault.keyroom, tx, document.dossier_id)
        note = key.seal_field(END_NOTE_FIELD, reason.text, owner=grant.request_id, random=vault.random)
    ended_by = actor.person_id if actor else None
    if not grant_queries.end_grant(tx, grant, cause=cause, now=now, ended_by=ended_by, note_sealed=note):
        return False
    dossier_id = document.dossier_id if document else ""
    record_end(vault, tx, grant, cause, actor=actor, reason=reason, dossier=dossier_id)
    if cause is GrantState.REVOKED:
        tell_revoked(vault, tx, grant, dossier_id=dossier_id)
    return True


def _close_views_through(
    vault: Vault, tx: Connection, grant: GrantRecord, actor: Actor | None, reason: Reason | None
) -> int:
    live = [each for each in grant_queries.views_through(tx, grant.request_id) if each.is_live(vault.clock.now())]
    return close_views(vault, tx, live, cause=EndCause.REVOKED, actor=actor, reason=reason)
