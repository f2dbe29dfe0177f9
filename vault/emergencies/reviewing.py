"""Reviewing emergencies: an approver of the dossier closes each as justified or not; none closes by itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, people_queries, request_queries
from vault.database.engine import Connection, reading
from vault.database.request_queries import DecisionRecord, RequestState
from vault.emergencies.telling import tell_reviewed
from vault.errors import Conflict
from vault.filing.dossier_keys import key_for_new_fields
from vault.ledger.events import Event
from vault.model import Actor, Office, Reason, RequestId, new_id
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, finding_tampering, require, require_office
from vault.requests.asking import ids_of
from vault.requests.deciding import NOTE_FIELD
from vault.requests.eligible import load_deciders
from vault.requests.standing import Standing, load_standing
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class UnreviewedRow:
    """An emergency that waits for its review, as a security officer sees it: no title, no customer, no reason."""

    request_id: RequestId
    person_name: str
    staff_number: str
    dossier_reference: str
    opened_at: dt.datetime
    days: int
    """Whole days that it has waited."""
    reviewers: list[str]


def review_emergency(vault: Vault, actor: Actor, *, request_id: str, justified: bool, note: str) -> None:
    """Closes the review with a reason. The same once more is fine; another way Conflict ``emergency.reviewed``.

    By an approver of the dossier who has no other part in the matter, as for every decision (:func:`decide_deciding`).
    """
    reason = check_reason(ReasonDraft("review", note))
    denial = denial_of(Event.EMERGENCY_REVIEWED, actor, request=request_id)
    state = RequestState.JUSTIFIED if justified else RequestState.UNJUSTIFIED
    with finding_tampering(vault, actor, request=request_id), deciding(vault, denial) as tx:
        standing = load_standing(vault, tx, actor, request_id, lock=True)
        require(standing.decision)
        request, own = standing.request, standing.own_decision
        if request.kind is not GrantKind.EMERGENCY:
            raise Conflict("request.closed")
        if own is not None and request.state is state:
            return
        if not request_queries.close_review(tx, request.id, state=state, now=vault.clock.now()):
            raise Conflict("emergency.reviewed")
        _keep(vault, tx, actor, standing, justified=justified, reason=reason)
        entry = done_by(
            actor,
            Event.EMERGENCY_REVIEWED,
            subject_person=request.requester_id,
            reason=reason,
            code=state.value,
            **ids_of(request),
        )
        vault.recorder.append(tx, entry)
        tell_reviewed(vault, tx, request, state)


def list_unreviewed(vault: Vault, actor: Actor) -> list[UnreviewedRow]:
    """Every emergency that nobody has reviewed, oldest first. For security officers; needs no keys."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        found = request_queries.unreviewed(tx)
        dossier_ids = {each.dossier_id for each in found if each.dossier_id}
        references = dossier_queries.references_of(tx, set(dossier_ids))
        deciders = load_deciders(tx, dossier_ids, now=now)
        behind = request_queries.people_behind(tx, [each.document_id for each in found if each.document_id])
        people = people_queries.people_by_id(tx, {each.requester_id for each in found})
    rows = []
    for each in found:
        assert each.dossier_id is not None  # of a document that is known
        assert each.document_id is not None
        person, without = people[each.requester_id], behind.get(each.document_id, frozenset()) | {each.requester_id}
        rows.append(
            UnreviewedRow(
                request_id=each.id,
                person_name=person.name,
                staff_number=person.staff_number,
                dossier_reference=references[each.dossier_id],
                opened_at=each.asked_at,
                days=(now - each.asked_at).days,
                reviewers=deciders.names(each.dossier_id, without=without),
            )
        )
    return rows


def count_unreviewed(vault: Vault, actor: Actor) -> int:
    """How many there are, for the top bar; 0 for who is no security officer."""
    if actor.office is not Office.SECURITY_OFFICER:
        return 0
    with reading(vault.engine) as tx:
        return request_queries.count_unreviewed(tx)


def _keep(vault: Vault, tx: Connection, actor: Actor, standing: Standing, *, justified: bool, reason: Reason) -> None:
    """The review as a decision, its words sealed like those of every decision; a shredded dossier keeps none."""
    decision_id, sealed = new_id("j", vault.random), None
    if not standing.dossier.is_shredded:
        key = key_for_new_fields(vault.keyroom, tx, standing.dossier.id)
        sealed = key.seal_field(NOTE_FIELD, reason.text, owner=decision_id, random=vault.random)
    request_queries.store_decision(
        tx,
        DecisionRecord(
            id=decision_id,
            request_id=standing.request.id,
            decider_id=actor.person_id,
            approved=justified,
            amount=0,
            note_sealed=sealed,
            decided_at=vault.clock.now(),
        ),
    )
