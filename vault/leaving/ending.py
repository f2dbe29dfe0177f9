"""The end of a leaving: what is open is ended with one act, and on the last day the person is out everywhere.

::

    (1) suspended   if they still work here: views and sessions end, as with any suspension
    (2) withdrawn   their requests that wait, and what was granted to them
    (3) duties      each ends in a transaction of its own that holds its dossier's row
    (4) finished    the leaving is ended, and recorded

Whether a person is in is asked of the moment itself wherever anybody comes in, so nothing waits for these steps. Killed
anywhere, the next sweep goes on with the first step that is left; two nodes that do the same find it done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vault.access.closing import EndCause, close_views
from vault.database import (
    dossier_queries,
    handover_queries,
    leaving_queries,
    people_queries,
    request_queries,
    view_queries,
)
from vault.database.engine import Connection, reading, transaction
from vault.database.leaving_queries import LeavingRecord
from vault.database.request_queries import RequestRecord, RequestState
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.dossiers import end_duty
from vault.grants.ending import end_grants_of
from vault.leaving.announcing import announced
from vault.leaving.standing import working_custodians
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, DossierId, Duty, Office, PersonId, PersonState, Reason, ReasonCategory
from vault.people.signing_in import end_sessions_of
from vault.policy.leaving import NEXT_STATE, HandoverState, LeavingAct, ends_on_last_day
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.requests.notifying import settle_deciders
from vault.runtime import Vault

BATCH = 50
_LAST_DAY = Reason(category=ReasonCategory.HANDOVER, text="The last day is over.")


@dataclass(frozen=True, slots=True)
class EndedNow:
    """How many of each were open."""

    views: int
    sessions: int
    requests: int
    grants: int


def end_what_is_open(vault: Vault, actor: Actor, *, person_id: str, reason: ReasonDraft) -> EndedNow:
    """Ends views, sessions and waiting requests of somebody who is about to leave; they may sign in again.

    For administrators. Conflict ``leaving.none`` for anybody who is not about to leave.
    """
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.LEAVING_RESTRICTED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        leaving = _leaving_of_other(tx, actor, person_id)
        ended = _end_open(vault, tx, actor, leaving.person_id)
        facts: dict[str, str | int] = {
            "leaving": leaving.id,
            "views": ended.views,
            "sessions": ended.sessions,
            "requests": ended.requests,
            "grants": ended.grants,
        }
        entry = done_by(
            actor, Event.LEAVING_RESTRICTED, subject_person=leaving.person_id, reason=checked, details=facts
        )
        vault.recorder.append(tx, entry)
    return ended


def leave_now(vault: Vault, actor: Actor, *, person_id: str, reason: ReasonDraft) -> None:
    """The last day is over as of this moment. For administrators and security officers."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.LEAVING_CHANGED, actor)) as tx:
        people_queries.lock_active(tx, Office.ADMINISTRATOR)
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        before = _leaving_of_other(tx, actor, person_id)
        now = vault.clock.now()
        if before.ends_at > now:
            after = replace(before, state=NEXT_STATE[before.state, LeavingAct.END_NOW], ends_at=now, changed_at=now)
            if not leaving_queries.replace_leaving(tx, after, revision=before.revision):
                raise Conflict("revision.stale")
            facts: dict[str, str | int] = {"leaving": before.id, "now": 1}
            entry = done_by(
                actor, Event.LEAVING_CHANGED, subject_person=before.person_id, reason=checked, details=facts
            )
            vault.recorder.append(tx, entry)
        _suspend(vault, tx, actor, before.person_id, reason=checked)
    end_leavings(vault)


def end_leavings(vault: Vault) -> int:
    """Goes on with every leaving whose last day is over; how many were finished. For the sweep."""
    with reading(vault.engine) as tx:
        due = leaving_queries.due_leavings(tx, now=vault.clock.now(), limit=BATCH)
    return sum(_end(vault, leaving) for leaving in due)


def _end(vault: Vault, leaving: LeavingRecord) -> bool:
    with transaction(vault.engine) as tx:
        _suspend(vault, tx, None, leaving.person_id, reason=_LAST_DAY)  # (1)
        _withdraw_requests(vault, tx, None, leaving.person_id)  # (2)
        end_grants_of(vault, tx, leaving.person_id, actor=None, reason=None)
    with reading(vault.engine) as tx:
        held = handover_queries.lasting_assignments_of(tx, leaving.person_id, now=vault.clock.now())
    for assignment in held:  # (3)
        with transaction(vault.engine) as tx:
            _end_duty(vault, tx, assignment.id, assignment.dossier_id)
    with transaction(vault.engine) as tx:  # (4)
        current = leaving_queries.load_leaving(tx, leaving.id)
        now = vault.clock.now()
        if current is None or (current.state, LeavingAct.FINISH) not in NEXT_STATE or current.ends_at > now:
            return False
        state = NEXT_STATE[current.state, LeavingAct.FINISH]
        after = replace(current, state=state, ended_at=now, changed_at=now)
        if not leaving_queries.replace_leaving(tx, after, revision=current.revision):
            return False
        left = _drop_ended(vault, tx, leaving.id)
        facts: dict[str, str | int] = {"leaving": leaving.id, "custodian_needed": left}
        entry = Entry(Event.LEAVING_ENDED, Outcome.SUCCESS, subject_person=leaving.person_id, details=facts)
        vault.recorder.append(tx, entry)
    return True


def _suspend(vault: Vault, tx: Connection, actor: Actor | None, person_id: PersonId, *, reason: Reason) -> None:
    """(1) Not through :mod:`vault.people.accounts`: nobody suspends here, a date does, and no rule may hold it up."""
    person = people_queries.lock_person(tx, person_id)
    if person is None or person.state is not PersonState.ACTIVE:
        return
    changed = replace(person, state=PersonState.SUSPENDED)
    if not people_queries.replace_person(tx, changed, revision=person.revision):
        raise Conflict("revision.stale")
    views = view_queries.unended_views(tx, person_id=person_id)
    close_views(vault, tx, views, cause=EndCause.SUSPENDED, actor=actor)
    end_sessions_of(vault, tx, actor, person_id=person_id, cause="left")
    entry = Entry(
        Event.PERSON_SUSPENDED,
        Outcome.SUCCESS,
        actor=actor.person_id if actor else None,
        session=actor.session_id if actor else "",
        place=actor.place if actor else None,
        subject_person=person_id,
        reason=reason,
        code="left",
    )
    vault.recorder.append(tx, entry)


def _end_open(vault: Vault, tx: Connection, actor: Actor, person_id: PersonId) -> EndedNow:
    now = vault.clock.now()
    views = view_queries.unended_views(tx, person_id=person_id)
    ended = close_views(vault, tx, views, cause=EndCause.REVOKED, actor=actor, reason=_restricted())
    sessions = len(people_queries.list_live_sessions(tx, person_id, now=now))
    end_sessions_of(vault, tx, actor, person_id=person_id, cause="ended_by_office")
    grants = end_grants_of(vault, tx, person_id, actor=actor, reason=None)
    return EndedNow(ended, sessions, _withdraw_requests(vault, tx, actor, person_id), grants)


def _restricted() -> Reason:
    return Reason(category=ReasonCategory.HANDOVER, text="What was open is ended before the last day.")


def _withdraw_requests(vault: Vault, tx: Connection, actor: Actor | None, person_id: PersonId) -> int:
    """(2) With what was granted to them; grants end with the views opened through them."""
    end_grants_of(vault, tx, person_id, actor=actor, reason=None)
    waiting = request_queries.open_requests_by(tx, person_id, now=vault.clock.now())
    return sum(_withdraw(vault, tx, actor, request) for request in waiting)


def _withdraw(vault: Vault, tx: Connection, actor: Actor | None, request: RequestRecord) -> bool:
    now = vault.clock.now()
    if not request_queries.close_request(tx, request.id, state=RequestState.WITHDRAWN, now=now):
        return False
    entry = Entry(
        Event.REQUEST_WITHDRAWN,
        Outcome.SUCCESS,
        actor=actor.person_id if actor else None,
        session=actor.session_id if actor else "",
        place=actor.place if actor else None,
        subject_person=request.requester_id,
        dossier=request.dossier_id or "",
        document=request.document_id or "",
        request=request.id,
        code="left",
    )
    vault.recorder.append(tx, entry)
    settle_deciders(vault, tx, request)
    return True


def _end_duty(vault: Vault, tx: Connection, assignment_id: str, dossier_id: DossierId) -> None:
    """(3) With the row held, as it stands now: it may have been handed over a moment ago."""
    dossier_queries.lock_dossier(tx, dossier_id)
    assignment = dossier_queries.load_assignment(tx, assignment_id)
    if assignment is None:
        return
    others = working_custodians(tx, dossier_id, now=vault.clock.now()) - {assignment.person_id}
    if ends_on_last_day(assignment.duty, other_custodians=bool(others)):
        end_duty(vault, tx, None, assignment)


def _drop_ended(vault: Vault, tx: Connection, leaving_id: str) -> int:
    """What ended without a successor is dropped; how many dossiers still wait for a custodian."""
    left = 0
    for handover in handover_queries.handovers_of(tx, leaving_id, HandoverState.OPEN):
        assignment = dossier_queries.load_assignment(tx, handover.assignment_id)
        now = vault.clock.now()
        lasts = assignment is not None and (assignment.ends_at is None or assignment.ends_at > now)
        if lasts and handover.duty is Duty.CUSTODIAN:
            left += 1
            continue
        handover_queries.replace_handover(tx, replace(handover, state=HandoverState.DROPPED))
    return left


def _leaving_of_other(tx: Connection, actor: Actor, person_id: str) -> LeavingRecord:
    person = people_queries.lock_person(tx, person_id)
    if person is None:
        raise NotFound(recorded_as="not_found.person")
    if person.id == actor.person_id:
        raise AccessDenied("denied.own_account")
    return announced(tx, person.id)
