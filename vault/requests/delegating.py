"""Handing one's approving to another person for a time. It cannot be handed on, and ends by itself on its last day.

A delegate decides requests in the giver's stead (:mod:`vault.requests.steads`) and gets nothing else that an approver
has. The giver goes on deciding, too: for one request the two count as one.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, replace

from vault.database import delegation_queries, people_queries
from vault.database.delegation_queries import DelegationRecord
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office, PersonId, new_id
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.people.humans import accounts_of
from vault.policy.delegating import decide_period, decide_receiving
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.requests.steads import can_approve
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """One that holds or will; ``is_given`` says that the person who looks gave it."""

    id: str
    giver_name: str
    delegate_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    has_begun: bool
    is_given: bool


@dataclass(frozen=True, slots=True)
class Delegations:
    """What a person sees; ``may_give`` while they are an approver at all, for ``most_days`` at the longest."""

    rows: list[DelegationRow]
    may_give: bool
    most_days: int


def delegate(
    vault: Vault, actor: Actor, *, to: str, starts_at: dt.datetime | None, ends_at: dt.datetime | None, note: str
) -> str:
    """Hands the actor's approving to who is called ``to`` (login, staff number or name); its id.

    ``starts_at`` None is now; ``ends_at`` is the first moment after the last day. InputError ``delegation.*`` or
    ``assignment.ends_before_start``; Conflict ``delegation.overlaps`` beside another to the same person; AccessDenied
    ``denied.delegating`` for who is no approver.
    """
    reason = check_reason(ReasonDraft("handover", note))
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.DELEGATION_GIVEN, actor)) as tx:
        people_queries.lock_person(tx, actor.person_id)  # so that two at once do not overlap
        giver = require_office(tx, actor, Office.STAFF)
        if not can_approve(giver, now):
            raise AccessDenied("denied.delegating")
        receiver = _receiver(tx, giver, to, now)
        delegation = _delegation(vault, tx, giver, receiver, starts_at=starts_at, ends_at=ends_at)
        delegation_queries.store_delegation(tx, delegation)
        vault.recorder.append(
            tx,
            done_by(
                actor,
                Event.DELEGATION_GIVEN,
                subject_person=receiver.id,
                reason=reason,
                details={"delegation": delegation.id, **_days(tx, delegation)},
            ),
        )
        _tell(vault, tx, delegation, NoticeKind.DELEGATION_BEGUN, {receiver.id})
        return delegation.id


def end_delegation(vault: Vault, actor: Actor, *, delegation_id: str) -> None:
    """By whoever gave it, whoever has it, or a security officer; twice is fine. NotFound for everybody else."""
    with deciding(vault, denial_of(Event.DELEGATION_ENDED, actor)) as tx:
        person = require_office(tx, actor, Office.STAFF, Office.SECURITY_OFFICER)
        found = delegation_queries.load_delegation(tx, delegation_id)
        is_officer = person.office is Office.SECURITY_OFFICER
        if found is None or not (is_officer or person.id in {found.giver_id, found.delegate_id}):
            raise NotFound(recorded_as="not_found.delegation")
        if not delegation_queries.end_delegation(tx, found.id, now=vault.clock.now()):
            return
        entry = done_by(
            actor,
            Event.DELEGATION_ENDED,
            subject_person=found.delegate_id,
            code="ended",
            details={"delegation": found.id},
        )
        vault.recorder.append(tx, entry)
        _tell(vault, tx, found, NoticeKind.DELEGATION_ENDED, {found.giver_id, found.delegate_id} - {person.id})


def list_delegations(vault: Vault, actor: Actor) -> Delegations:
    """The person's own and those to them; a security officer sees everybody's. Ended ones stand in the trail."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, Office.STAFF, Office.SECURITY_OFFICER)
        of = None if person.office is Office.SECURITY_OFFICER else person.id
        found = delegation_queries.unended_delegations(tx, now=now, person_id=of)
        people = people_queries.people_by_id(tx, {each for row in found for each in (row.giver_id, row.delegate_id)})
        return Delegations(
            [_row(each, people, person.id, now) for each in found],
            can_approve(person, now),
            policy_in_force(tx).policy.requests.delegation_days,
        )


def settle_delegations(vault: Vault, tx: Connection) -> int:
    """Tells the delegate of each that has begun, and records and tells of each whose time is over; how many."""
    now = vault.clock.now()
    return sum(_settle(vault, tx, each, now) for each in delegation_queries.due_delegations(tx, now=now))


def _settle(vault: Vault, tx: Connection, found: DelegationRecord, now: dt.datetime) -> bool:
    if found.ends_at > now:
        if not delegation_queries.mark_begun(tx, found.id, now=now):
            return False
        _tell(vault, tx, found, NoticeKind.DELEGATION_BEGUN, {found.delegate_id})
        return True
    if not delegation_queries.end_delegation(tx, found.id, now=now):
        return False
    vault.recorder.append(
        tx,
        Entry(
            Event.DELEGATION_ENDED,
            Outcome.SUCCESS,
            subject_person=found.delegate_id,
            code="over",
            details={"delegation": found.id},
        ),
    )
    _tell(vault, tx, found, NoticeKind.DELEGATION_ENDED, {found.giver_id, found.delegate_id})
    return True


def _receiver(tx: Connection, giver: PersonRecord, words: str, now: dt.datetime) -> PersonRecord:
    spelt = " ".join(words.split())
    found = people_queries.find_people(tx, spelt) if spelt and spelt.isprintable() else []
    if len(found) > 1:
        raise InputError("delegation.ambiguous")
    receiver = people_queries.load_person(tx, found[0]) if found else None
    if receiver is None or not receiver.works_at(now) or receiver.office is not Office.STAFF:
        raise InputError("delegation.to")
    decision = decide_receiving(
        giver=accounts_of(tx, giver.id),
        delegate=accounts_of(tx, receiver.id),
        qualifications=receiver.qualifications,
        leaves=receiver.leaves_at is not None,
    )
    if not decision.allowed:
        raise InputError(decision.code)
    return receiver


def _delegation(
    vault: Vault,
    tx: Connection,
    giver: PersonRecord,
    receiver: PersonRecord,
    *,
    starts_at: dt.datetime | None,
    ends_at: dt.datetime | None,
) -> DelegationRecord:
    now, most_days = vault.clock.now(), policy_in_force(tx).policy.requests.delegation_days
    if ends_at is None:
        raise InputError("assignment.last_day")
    begins = max(starts_at or now, now)
    decision = decide_period(begins, ends_at, now=now, most_days=most_days)
    if not decision.allowed:
        raise InputError(decision.code, limit=most_days)
    others = delegation_queries.unended_delegations(tx, now=now, person_id=giver.id)
    same = [each for each in others if (each.giver_id, each.delegate_id) == (giver.id, receiver.id)]
    if any(each.starts_at < ends_at and begins < each.ends_at for each in same):
        raise Conflict("delegation.overlaps")
    made = DelegationRecord(new_id("u", vault.random), giver.id, receiver.id, begins, ends_at, given_at=now)
    return replace(made, begun_at=now) if begins <= now else made


def _tell(vault: Vault, tx: Connection, found: DelegationRecord, kind: NoticeKind, people: set[PersonId]) -> None:
    tell(vault, tx, people, kind, subject_id=found.giver_id, details=_days(tx, found))


def _days(tx: Connection, found: DelegationRecord) -> dict[str, str]:
    """First and last day, as the company's calendar has them."""
    zone = zoneinfo.ZoneInfo(policy_in_force(tx).policy.timezone)
    last = found.ends_at - dt.timedelta(milliseconds=1)
    return {
        "first_day": found.starts_at.astimezone(zone).date().isoformat(),
        "last_day": last.astimezone(zone).date().isoformat(),
    }


def _row(
    found: DelegationRecord, people: dict[PersonId, PersonRecord], person_id: PersonId, now: dt.datetime
) -> DelegationRow:
    return DelegationRow(
        id=found.id,
        giver_name=people[found.giver_id].name,
        delegate_name=people[found.delegate_id].name,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        has_begun=found.starts_at <= now,
        is_given=found.giver_id == person_id,
    )
