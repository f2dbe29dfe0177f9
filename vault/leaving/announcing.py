"""Announcing that somebody leaves, changing it and calling it off. For administrators; each with a reason.

From the announcement on the person is watched (:mod:`vault.policy.leaving`): views that are open end at once where the
policy asks for a grant for each view, and every duty that they hold gets a row in the hand-over. The last day is a day
of the company's: its end is stored as a moment, and everything that lets people in looks at that moment by itself.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, replace

from vault.access.closing import EndCause, close_views
from vault.database import handover_queries, leaving_queries, people_queries, view_queries
from vault.database.engine import Connection
from vault.database.leaving_queries import LeavingRecord
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.leaving.handing_over import find_successor, list_duties, lock_duties, propose_for_all
from vault.leaving.telling import tell_of_leaving
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, Reason, new_id
from vault.notices.kinds import NoticeKind
from vault.policy.document import Policy
from vault.policy.duties import LAST_OF_OFFICE
from vault.policy.leaving import NEXT_STATE, LeavingAct, LeavingState, decide_last_day, end_of_last_day
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LeavingDraft:
    """``successor`` is a login, staff number, full name or id; '' for nobody yet."""

    last_day: dt.date
    successor: str = ""


def announce_leaving(
    vault: Vault, actor: Actor, *, person_id: str, draft: LeavingDraft, reason: ReasonDraft
) -> LeavingRecord:
    """From now on the person is watched. Conflict ``leaving.announced`` if they are already about to leave.

    InputError for the reason, the day or the successor; AccessDenied for oneself and for the last of an office.
    """
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.LEAVING_ANNOUNCED, actor)) as tx:
        lock_duties(vault, tx, person_id)
        people_queries.lock_active(tx, Office.ADMINISTRATOR)
        require_office(tx, actor, Office.ADMINISTRATOR)
        return set_leaving(vault, tx, actor, _person(tx, person_id), draft, reason=checked)


def change_leaving(
    vault: Vault, actor: Actor, *, person_id: str, draft: LeavingDraft, reason: ReasonDraft, revision: int
) -> LeavingRecord:
    """Another day or successor. Conflict ``revision.stale`` if somebody changed it since ``revision``.

    A new successor is proposed wherever nobody has confirmed yet.
    """
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.LEAVING_CHANGED, actor)) as tx:
        lock_duties(vault, tx, person_id)
        people_queries.lock_active(tx, Office.ADMINISTRATOR)
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        before = announced(tx, person.id)
        if before.revision != revision:
            raise Conflict("revision.stale")
        return change_to(vault, tx, actor, person, before, draft, reason=checked)


def call_off_leaving(vault: Vault, actor: Actor, *, person_id: str, reason: ReasonDraft) -> None:
    """The person stays: the watch ends, and what was not handed over stays with them.

    Conflict ``leaving.none``; ``leaving.over`` once the last day is over: then only :func:`restore_person` lets in.
    """
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.LEAVING_CANCELLED, actor)) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR)
        person = _person(tx, person_id)
        if person.id == actor.person_id:
            raise AccessDenied("denied.own_account")
        before = announced(tx, person.id)
        now = vault.clock.now()
        if before.ends_at <= now:
            raise Conflict("leaving.over")
        state = NEXT_STATE[before.state, LeavingAct.CALL_OFF]
        _replace(tx, replace(before, state=state, changed_at=now), before)
        handover_queries.drop_handovers(tx, before.id)
        entry = done_by(
            actor,
            Event.LEAVING_CANCELLED,
            subject_person=person.id,
            reason=checked,
            details={"leaving": before.id},
        )
        vault.recorder.append(tx, entry)
        tell_of_leaving(vault, tx, before, NoticeKind.LEAVING_CANCELLED)


def set_leaving(
    vault: Vault, tx: Connection, actor: Actor, person: PersonRecord, draft: LeavingDraft, *, reason: Reason
) -> LeavingRecord:
    """Announces it in the transaction of an administrator's act, which holds the dossiers' and administrators' rows."""
    now, policy = vault.clock.now(), policy_in_force(tx).policy
    if person.id == actor.person_id:
        raise AccessDenied("denied.own_account")
    if not person.works_at(now) and not handover_queries.lasting_assignments_of(tx, person.id, now=now):
        raise Conflict("leaving.suspended")
    if leaving_queries.announced_leaving(tx, person.id) is not None:
        raise Conflict("leaving.announced")
    code = LAST_OF_OFFICE.get(person.office)
    if code is not None and people_queries.lock_active(tx, person.office) == [person.id]:
        raise AccessDenied(code)
    ends_at = _end_of(draft, policy, now)
    leaving = LeavingRecord(
        id=new_id("l", vault.random),
        person_id=person.id,
        successor_id=_successor(tx, draft, person, now),
        state=LeavingState.ANNOUNCED,
        last_day=draft.last_day,
        timezone=policy.timezone,
        ends_at=ends_at,
        announced_by=actor.person_id,
        announced_at=now,
        changed_at=now,
    )
    leaving_queries.store_leaving(tx, leaving)
    list_duties(vault, tx, actor, leaving)
    _record(vault, tx, actor, Event.LEAVING_ANNOUNCED, leaving, reason)
    if policy.watch.by_approval:
        open_now = view_queries.unended_views(tx, person_id=person.id)
        close_views(vault, tx, open_now, cause=EndCause.RIGHT_LOST, actor=actor)
    tell_of_leaving(vault, tx, leaving, NoticeKind.LEAVING_ANNOUNCED)
    return leaving


def change_to(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    person: PersonRecord,
    before: LeavingRecord,
    draft: LeavingDraft,
    *,
    reason: Reason,
) -> LeavingRecord:
    """Changes it in the transaction of an administrator's act. Conflict ``leaving.over`` after the last day."""
    now, policy = vault.clock.now(), policy_in_force(tx).policy
    if person.id == actor.person_id:
        raise AccessDenied("denied.own_account")
    if before.ends_at <= now:
        raise Conflict("leaving.over")
    after = replace(
        before,
        state=NEXT_STATE[before.state, LeavingAct.CHANGE],
        successor_id=_successor(tx, draft, person, now),
        last_day=draft.last_day,
        timezone=policy.timezone,
        ends_at=_end_of(draft, policy, now),
        changed_at=now,
    )
    _replace(tx, after, before)
    if after.successor_id != before.successor_id:
        propose_for_all(vault, tx, actor, after, instead_of=before.successor_id)
    _record(vault, tx, actor, Event.LEAVING_CHANGED, after, reason)
    tell_of_leaving(vault, tx, after, NoticeKind.LEAVING_CHANGED)
    return replace(after, revision=before.revision + 1)


def announced(tx: Connection, person_id: PersonId) -> LeavingRecord:
    """The leaving of the person; Conflict ``leaving.none`` if they are not about to leave."""
    found = leaving_queries.announced_leaving(tx, person_id)
    if found is None:
        raise Conflict("leaving.none")
    return found


def _person(tx: Connection, person_id: str) -> PersonRecord:
    person = people_queries.lock_person(tx, person_id)
    if person is None:
        raise NotFound(recorded_as="not_found.person")
    return person


def _end_of(draft: LeavingDraft, policy: Policy, now: dt.datetime) -> dt.datetime:
    zone = zoneinfo.ZoneInfo(policy.timezone)
    decision = decide_last_day(draft.last_day, today=now.astimezone(zone).date())
    if not decision.allowed:
        raise InputError(decision.code)
    return end_of_last_day(draft.last_day, zone)


def _successor(tx: Connection, draft: LeavingDraft, person: PersonRecord, now: dt.datetime) -> PersonId | None:
    found = find_successor(tx, draft.successor, leaver=person.id, now=now)
    return found.id if found else None


def _replace(tx: Connection, after: LeavingRecord, before: LeavingRecord) -> None:
    if not leaving_queries.replace_leaving(tx, after, revision=before.revision):
        raise Conflict("revision.stale")


def _record(vault: Vault, tx: Connection, actor: Actor, event: Event, leaving: LeavingRecord, reason: Reason) -> None:
    """Whether there is a successor, not who: that person is named by what they take over."""
    facts: dict[str, str | int] = {
        "leaving": leaving.id,
        "last_day": leaving.last_day.isoformat(),
        "successor": int(leaving.successor_id is not None),
    }
    entry = done_by(actor, event, subject_person=leaving.person_id, reason=reason, details=facts)
    vault.recorder.append(tx, entry)
