"""Leaving as its people see it: one page for whoever runs it, and for custodian and successor what waits for them.

Administrators and security officers see dossiers by reference and class, never a customer. A custodian sees the names
of the customers in their keeping, a successor none before the duty is theirs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import (
    exposure_queries,
    handover_queries,
    leaving_queries,
    people_queries,
    request_queries,
    submission_queries,
    view_queries,
)
from vault.database.engine import Connection, reading
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord, SeenCount
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import InputError
from vault.filing.dossiers import customer_name_of
from vault.leaving.handing_over import Standing, decide_taking, standing_of
from vault.leaving.loans import LooseLoan, loose_loans_of
from vault.leaving.telling import people_to_tell
from vault.model import Actor, Classification, DossierId, Duty, Office, PersonId
from vault.people.directory import PersonRow, show_person
from vault.people.humans import accounts_of
from vault.people.signing_in import SessionRow, session_rows
from vault.policy.document import WatchPolicy
from vault.policy.exposure import Weeks, weigh_weeks
from vault.policy.leaving import HandoverState, LeavingState, Side, decide_confirming
from vault.recording import require_office
from vault.requests.steads import decider_of
from vault.runtime import Vault

MOST_LEAVINGS = 200


@dataclass(frozen=True, slots=True)
class LeavingRow:
    """One leaving in a list. ``open_handovers`` are duties that nobody took over yet."""

    id: str
    person_id: PersonId
    person_name: str
    staff_number: str
    successor_name: str
    state: LeavingState
    last_day: dt.date
    is_over: bool
    open_handovers: int


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One duty to be handed over. ``fault`` is why the one who is named could not take it, '' if they can.

    ``sides`` are those on which the person who looks may confirm now; ``customer_name`` '' unless they may know it.
    """

    id: str
    leaving_id: str
    dossier_id: DossierId
    reference: str
    customer_name: str
    classification: Classification
    duty: Duty
    state: HandoverState
    leaver_name: str
    last_day: dt.date
    successor_name: str
    custodian_name: str
    custodian_at: dt.datetime | None
    successor_at: dt.datetime | None
    fault: str
    needs_custodian: bool
    is_custodian: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class OpenThings:
    """What a leaver has open and owes: ``to_decide`` requests and ``to_file`` submissions wait for them."""

    sessions: list[SessionRow]
    views: int
    requests: int
    to_decide: int
    to_file: int


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """All about one person's leaving. ``leaving`` is None as long as nothing is announced."""

    person: PersonRow
    leaving: LeavingRecord | None
    successor_name: str
    is_over: bool
    watch: WatchPolicy
    timezone: str
    days: int
    seen: SeenCount
    weeks: Weeks
    handovers: list[HandoverRow]
    loans: list[LooseLoan]
    """To teams, which need somebody else who answers for them, or other members."""
    open: OpenThings
    told: int
    is_self: bool


def list_leavings(vault: Vault, actor: Actor) -> list[LeavingRow]:
    """Everybody about to leave, the next first, then those who left. For the three offices."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)
        found = leaving_queries.list_leavings(tx, limit=MOST_LEAVINGS)
        ids = {each.person_id for each in found} | {each.successor_id for each in found if each.successor_id}
        people = people_queries.people_by_id(tx, ids)
        open_of = handover_queries.count_open_handovers(tx, [each.id for each in found])
    return [
        LeavingRow(
            id=each.id,
            person_id=each.person_id,
            person_name=people[each.person_id].name,
            staff_number=people[each.person_id].staff_number,
            successor_name=people[each.successor_id].name if each.successor_id else "",
            state=each.state,
            last_day=each.last_day,
            is_over=each.ends_at <= now,
            open_handovers=open_of.get(each.id, 0),
        )
        for each in found
    ]


def show_leaving(vault: Vault, actor: Actor, *, person_id: str) -> LeavingPage:
    """The page of one person. For administrators and security officers; NotFound for nobody."""
    person, now = show_person(vault, actor, person_id=person_id), vault.clock.now()
    with reading(vault.engine) as tx:
        looking = require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        policy = policy_in_force(tx).policy
        since = now - dt.timedelta(days=policy.exposure.days)
        leaving = leaving_queries.newest_leaving(tx, person.id)
        if leaving is not None and leaving.state is LeavingState.CALLED_OFF:
            leaving = None
        successor = people_queries.load_person(tx, leaving.successor_id or "") if leaving else None
        rows = handover_queries.handovers_of(tx, leaving.id) if leaving else []
        opened = exposure_queries.opened_at(tx, person.id, since=since)
        return LeavingPage(
            person=person,
            leaving=leaving,
            successor_name=successor.name if successor else "",
            is_over=leaving is not None and leaving.ends_at <= now,
            watch=policy.watch,
            timezone=policy.timezone,
            days=policy.exposure.days,
            seen=leaving_queries.count_seen(tx, person.id, since=since),
            weeks=weigh_weeks(opened, days=policy.exposure.days, now=now),
            handovers=_rows(vault, tx, rows, looking, now),
            loans=loose_loans_of(vault, tx, person.id, now=now) if leaving else [],
            open=_open_things(vault, tx, person.id, now),
            told=len(people_to_tell(vault, tx, leaving)) if leaving else 0,
            is_self=person.id == actor.person_id,
        )


def find_person(vault: Vault, actor: Actor, *, words: str) -> PersonId:
    """Whoever is called so: login, staff number, full name or id. For the three offices.

    InputError ``trail.person`` or ``trail.person_ambiguous`` for nobody or several.
    """
    spelt = " ".join(words.split())
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR)
        found = people_queries.find_people(tx, spelt) if spelt.isprintable() else []
    if len(found) != 1:
        raise InputError("trail.person_ambiguous" if found else "trail.person")
    return found[0]


def list_handovers(vault: Vault, actor: Actor) -> list[HandoverRow]:
    """What is handed over to the person, or out of dossiers in their keeping; by reference."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, Office.STAFF)
        return _rows(vault, tx, handover_queries.open_handovers_for(tx, person.id, now=now), person, now)


def count_to_confirm(vault: Vault, actor: Actor) -> int:
    """How many wait for the person's own confirmation, as :func:`handover_queries.count_unconfirmed` says."""
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, Office.STAFF)
        accounts = accounts_of(tx, person.id)
        return handover_queries.count_unconfirmed(tx, person.id, accounts, now=vault.clock.now())


def _rows(
    vault: Vault, tx: Connection, handovers: list[HandoverRecord], looking: PersonRecord, now: dt.datetime
) -> list[HandoverRow]:
    standings = [standing for each in handovers if (standing := standing_of(tx, each, now=now)) is not None]
    named = {
        person_id
        for each in standings
        for person_id in (each.leaving.person_id, each.handover.successor_id, each.handover.custodian_id)
        if person_id is not None
    }
    people = people_queries.people_by_id(tx, named)
    accounts = accounts_of(tx, looking.id)
    return [_row(vault, tx, each, people, looking, accounts, now) for each in standings]


def _row(
    vault: Vault,
    tx: Connection,
    standing: Standing,
    people: dict[PersonId, PersonRecord],
    looking: PersonRecord,
    accounts: frozenset[PersonId],
    now: dt.datetime,
) -> HandoverRow:
    handover, keeps = standing.handover, looking.id in standing.custodians
    successor = people.get(handover.successor_id) if handover.successor_id else None
    custodian = people.get(handover.custodian_id) if handover.custodian_id else None
    is_open = handover.state is HandoverState.OPEN
    fault = decide_taking(tx, standing, successor, now=now).code if is_open and successor else ""
    return HandoverRow(
        id=handover.id,
        leaving_id=handover.leaving_id,
        dossier_id=handover.dossier_id,
        reference=standing.dossier.reference,
        customer_name=customer_name_of(vault, standing.dossier) if keeps else "",
        classification=standing.dossier.classification,
        duty=handover.duty,
        state=handover.state,
        leaver_name=people[standing.leaving.person_id].name,
        last_day=standing.leaving.last_day,
        successor_name=successor.name if successor else "",
        custodian_name=custodian.name if custodian else "",
        custodian_at=handover.custodian_at,
        successor_at=handover.successor_at,
        fault=fault,
        needs_custodian=is_open and not standing.custodians,
        is_custodian=keeps,
        sides=_sides(standing, looking, accounts) if is_open and not fault else (),
    )


def _sides(standing: Standing, looking: PersonRecord, accounts: frozenset[PersonId]) -> tuple[Side, ...]:
    """Those that are not confirmed yet and that this person may confirm."""
    confirmed = {Side.CUSTODIAN: standing.handover.custodian_at, Side.SUCCESSOR: standing.handover.successor_at}
    facts = standing.facts(looking, accounts)
    return tuple(side for side in Side if confirmed[side] is None and decide_confirming(facts, side).allowed)


def _open_things(vault: Vault, tx: Connection, person_id: PersonId, now: dt.datetime) -> OpenThings:
    views = [each for each in view_queries.unended_views(tx, person_id=person_id) if each.is_live(now)]
    return OpenThings(
        sessions=session_rows(vault, tx, person_id, current=""),
        views=len(views),
        requests=len(request_queries.open_requests_by(tx, person_id, now=now)),
        to_decide=request_queries.count_decidable(tx, decider_of(tx, person_id), now=now),
        to_file=submission_queries.count_waiting_for(tx, person_id, accounts_of(tx, person_id), now=now),
    )
