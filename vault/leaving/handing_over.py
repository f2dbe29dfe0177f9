"""Handing over what a leaver holds: proposed, confirmed by two people, given to the successor.

::

    (1) listed      a row for each duty, with the successor that was named
    (2) proposed    by a custodian of the dossier or an administrator; whoever had confirmed is asked again
    (3) confirmed   by the successor and by a custodian, in either order, two people
    (4) given       with the second confirmation, in its transaction: by the rules of any duty; the leaver's ends

Every step holds the dossier's row, as every change of duties does: of a confirmation, a last day and a change of the
same duty that come at once each sees what the one before it left.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.database import dossier_queries, handover_queries, people_queries
from vault.database.engine import Connection
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.filing.dossiers import end_duty, give_duty
from vault.leaving.standing import Standing, decide_taking, standing_of, standings_of
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, Reason, new_id
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.people.humans import accounts_of
from vault.policy.leaving import HandoverState, Side, decide_confirming, decide_proposing
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require
from vault.runtime import Vault

_READ_TOGETHER = 500
"""Hand-overs: somebody may have kept thousands of dossiers, and a statement takes so many parameters at most."""


def propose_successor(vault: Vault, actor: Actor, *, handover_id: str, successor: str) -> None:
    """Somebody else is to take this duty over. ``successor`` is a login, staff number, full name or id.

    InputError ``leaving.successor``; AccessDenied by the rule of duties that they could not hold it under.
    """
    with deciding(vault, denial_of(Event.HANDOVER_PROPOSED, actor)) as tx:
        standing, person = _standing_for(vault, tx, actor, handover_id)
        require(decide_proposing(standing.facts(person, accounts_of(tx, person.id))))
        found = find_successor(tx, successor, leaver=standing.leaving.person_id, now=vault.clock.now())
        if found is None:
            raise InputError("leaving.successor")
        require(decide_taking(standing, found, accounts_of(tx, found.id)))
        changed = _asked_anew(standing.handover, found.id, actor.person_id)
        _store(tx, changed)
        _record(vault, tx, actor, Event.HANDOVER_PROPOSED, standing, subject=found.id)
        _tell(vault, tx, standing, {found.id})


def confirm_handover(vault: Vault, actor: Actor, *, handover_id: str, side: Side, successor_id: str = "") -> bool:
    """One of the two confirmations; whether it was the second, and the duty is the successor's now. Twice is fine.

    ``successor_id`` is whom the person saw named, if they saw it. AccessDenied by :func:`decide_confirming` or by the
    rules of duties, NotFound for whoever has no part in it, Conflict ``handover.over`` when it is done, dropped, or the
    duty has ended, and ``handover.changed`` when somebody else is named by now.
    """
    with deciding(vault, denial_of(Event.HANDOVER_CONFIRMED, actor)) as tx:
        standing, person = _standing_for(vault, tx, actor, handover_id)
        if successor_id and successor_id != standing.handover.successor_id:
            raise Conflict("handover.changed")
        require(decide_confirming(standing.facts(person, accounts_of(tx, person.id)), side))
        now, handover = vault.clock.now(), standing.handover
        successor = people_queries.lock_person(tx, handover.successor_id or "")  # rows before the trail, as everybody
        theirs = accounts_of(tx, successor.id) if successor else frozenset[PersonId]()
        require(decide_taking(standing, successor, theirs))
        if side is Side.CUSTODIAN and handover.custodian_id is None:
            handover = replace(handover, custodian_id=person.id, custodian_at=now)
        elif side is Side.SUCCESSOR and handover.successor_at is None:
            handover = replace(handover, successor_at=now)
        else:
            return False
        _record(vault, tx, actor, Event.HANDOVER_CONFIRMED, standing, side=side)
        is_second = handover.custodian_at is not None and handover.successor_at is not None
        if is_second:
            _give(vault, tx, actor, standing)  # (4)
            handover = replace(handover, state=HandoverState.DONE, done_at=now)
        else:
            waits = {successor.id} if side is Side.CUSTODIAN and successor else set(standing.custodians)
            _tell(vault, tx, standing, waits - {person.id})
        _store(tx, handover)
        return is_second


def decline_handover(vault: Vault, actor: Actor, *, handover_id: str, reason: ReasonDraft) -> None:
    """The successor does not take it over, or a custodian does not agree to them: nobody is proposed any more."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.HANDOVER_DECLINED, actor)) as tx:
        standing, person = _standing_for(vault, tx, actor, handover_id)
        facts = standing.facts(person, accounts_of(tx, person.id))
        if standing.handover.successor_id is None:
            raise Conflict("handover.no_successor")
        if facts.successor not in facts.accounts:
            require(decide_confirming(facts, Side.CUSTODIAN))
        _store(tx, _asked_anew(standing.handover, None, actor.person_id))
        _record(vault, tx, actor, Event.HANDOVER_DECLINED, standing, reason=checked)


def lock_duties(vault: Vault, tx: Connection, person_id: str) -> None:
    """Holds the dossiers on which the person has duties, in one order, before anybody's row: as other changes do."""
    held = handover_queries.lasting_assignments_of(tx, PersonId(person_id), now=vault.clock.now())
    for dossier_id in sorted({each.dossier_id for each in held}):
        dossier_queries.lock_dossier(tx, dossier_id)


def list_duties(vault: Vault, tx: Connection, actor: Actor, leaving: LeavingRecord) -> None:
    """(1) in the transaction of the announcement. Whoever could not hold a duty is not proposed for it."""
    now = vault.clock.now()
    for assignment in handover_queries.lasting_assignments_of(tx, leaving.person_id, now=now):
        handover = HandoverRecord(
            id=new_id("h", vault.random),
            leaving_id=leaving.id,
            assignment_id=assignment.id,
            dossier_id=assignment.dossier_id,
            duty=assignment.duty,
            state=HandoverState.OPEN,
            successor_id=None,
            proposed_by=actor.person_id,
        )
        handover_queries.store_handover(tx, handover)
    propose_for_all(vault, tx, actor, leaving, instead_of=None)


def propose_for_all(
    vault: Vault, tx: Connection, actor: Actor, leaving: LeavingRecord, *, instead_of: PersonId | None
) -> None:
    """(2) The leaving's successor wherever nobody confirmed, nobody else was named, and they could hold the duty."""
    now = vault.clock.now()
    successor = people_queries.load_person(tx, leaving.successor_id) if leaving.successor_id else None
    accounts = accounts_of(tx, successor.id) if successor else frozenset[PersonId]()
    untouched = [
        each
        for each in handover_queries.handovers_of(tx, leaving.id, HandoverState.OPEN)
        if each.custodian_id is None and each.successor_at is None and each.successor_id == instead_of
    ]
    for begun in range(0, len(untouched), _READ_TOGETHER):
        for standing in standings_of(tx, untouched[begun : begun + _READ_TOGETHER], now=now):
            may = successor is not None and decide_taking(standing, successor, accounts).allowed
            named = successor.id if successor is not None and may else None
            if named != standing.handover.successor_id:
                _store(tx, _asked_anew(standing.handover, named, actor.person_id))


def find_successor(tx: Connection, words: str, *, leaver: PersonId, now: dt.datetime) -> PersonRecord | None:
    """The person called so; None for no words. InputError ``leaving.successor`` for whoever could take nothing over."""
    spelt = " ".join(words.split())
    if not spelt:
        return None
    found = people_queries.find_people(tx, spelt) if spelt.isprintable() else []
    if len(found) > 1:
        raise InputError("leaving.successor_ambiguous")
    successor = people_queries.load_person(tx, found[0]) if found else None
    if successor is None or successor.id == leaver or successor.office is not Office.STAFF:
        raise InputError("leaving.successor")
    if not successor.works_at(now) or successor.leaves_at is not None:
        raise InputError("leaving.successor")
    return successor


def _standing_for(vault: Vault, tx: Connection, actor: Actor, handover_id: str) -> tuple[Standing, PersonRecord]:
    """The open hand-over with its dossier's row held, and the person who acts as they stand now."""
    person = people_queries.load_person(tx, actor.person_id)
    now = vault.clock.now()
    if person is None or not person.works_at(now):
        raise AccessDenied("denied.suspended")
    found = handover_queries.load_handover(tx, handover_id)
    if found is None:
        raise NotFound(recorded_as="not_found.handover")
    dossier_queries.lock_dossier(tx, found.dossier_id)
    current = handover_queries.load_handover(tx, handover_id)
    standing = standing_of(tx, current, now=now) if current is not None else None
    if standing is None:
        raise NotFound(recorded_as="not_found.handover")
    if not _has_part(standing, person):
        raise NotFound(recorded_as="denied.duty")
    ended = standing.assignment.ends_at is not None and standing.assignment.ends_at <= now
    if standing.handover.state is not HandoverState.OPEN or ended:
        raise Conflict("handover.over")
    return standing, person


def _has_part(standing: Standing, person: PersonRecord) -> bool:
    return (
        person.office is Office.ADMINISTRATOR
        or person.id == standing.handover.successor_id
        or person.id in standing.custodians
    )


def _give(vault: Vault, tx: Connection, actor: Actor, standing: Standing) -> None:
    """(4) For as long as the leaver would have had it. The new duty first: the dossier always has a custodian."""
    successor = people_queries.load_person(tx, standing.handover.successor_id or "")
    assert successor is not None  # decided a moment ago, in this transaction
    if standing.handover.duty not in standing.lasting_duties({successor.id}):
        give_duty(
            vault,
            tx,
            actor,
            standing.dossier,
            successor.id,
            standing.handover.duty,
            starts_at=standing.assignment.starts_at,
            ends_at=standing.assignment.ends_at,
        )
    end_duty(vault, tx, actor, standing.assignment)
    _record(vault, tx, actor, Event.HANDOVER_FINISHED, standing, subject=successor.id)


def _asked_anew(handover: HandoverRecord, successor: PersonId | None, by: PersonId) -> HandoverRecord:
    return replace(
        handover,
        successor_id=successor,
        proposed_by=by,
        custodian_id=None,
        custodian_at=None,
        successor_at=None,
    )


def _store(tx: Connection, handover: HandoverRecord) -> None:
    if not handover_queries.replace_handover(tx, handover):
        raise Conflict("handover.over")


def _tell(vault: Vault, tx: Connection, standing: Standing, person_ids: set[PersonId]) -> None:
    tell(
        vault,
        tx,
        person_ids,
        NoticeKind.HANDOVER_WAITS,
        dossier_id=standing.dossier.id,
        subject_id=standing.leaving.person_id,
    )


def _record(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    event: Event,
    standing: Standing,
    *,
    subject: PersonId | None = None,
    side: Side | None = None,
    reason: Reason | None = None,
) -> None:
    facts: dict[str, str | int] = {"handover": standing.handover.id, "duty": standing.handover.duty.value}
    if side is not None:
        facts["side"] = side.value
    entry = done_by(
        actor,
        event,
        subject_person=subject or standing.leaving.person_id,
        dossier=standing.dossier.id,
        reason=reason,
        details=facts,
    )
    vault.recorder.append(tx, entry)
