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
    link_queries,
    loose_loan_queries,
    people_queries,
)
from vault.database.engine import Connection, reading
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord, SeenCount
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import InputError
from vault.filing.dossiers import customer_name_of
from vault.leaving.loans import LooseLoan, loose_loans_of
from vault.leaving.looking_back import out_since
from vault.leaving.open_things import OpenThings, open_things_of
from vault.leaving.standing import Standing, decide_taking, standings_of
from vault.leaving.telling import people_to_tell
from vault.model import Actor, Classification, DossierId, Duty, Office, PersonId
from vault.people.directory import PersonRow, show_person
from vault.people.humans import accounts_of
from vault.people.linking import LinkedAccount, other_accounts_of
from vault.policy.document import WatchPolicy
from vault.policy.exposure import Weeks, weigh_weeks
from vault.policy.leaving import HandoverState, LeavingState, Side, decide_confirming
from vault.recording import require_office
from vault.runtime import Vault

MOST_LEAVINGS = 200
PAGE_ROWS = 25


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
    successor_id: PersonId | None
    successor_name: str
    custodian_name: str
    custodian_at: dt.datetime | None
    successor_at: dt.datetime | None
    fault: str
    needs_custodian: bool
    is_custodian: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A part of a list of hand-overs, by reference; the next begins behind the id ``next``, '' if there is none."""

    rows: list[HandoverRow]
    next: str


@dataclass(frozen=True, slots=True)
class HandoverDesk:
    """One of a person's two lists of hand-overs, with the numbers of both.

    ``waiting`` is how many wait for the person's own confirmation, ``others`` how many for somebody else's.
    ``leavers`` are the names of those who hand over something out of the person's keeping, by leaving.
    """

    waits: bool
    page: HandoverPage
    waiting: int
    others: int
    leavers: dict[str, str]


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
    out_since: dt.datetime | None
    """Since when they are out: ``days`` and ``weeks`` go back from there; None for who works here, then from now."""
    handovers: HandoverPage
    is_open: bool
    """Whether ``handovers`` are those that nobody took over yet, or those that are done or dropped."""
    open_number: int
    closed_number: int
    loans: list[LooseLoan]
    """To teams, which need somebody else who answers for them, or other members."""
    open: OpenThings
    told: int
    is_self: bool
    others: list[LinkedAccount]
    """The person's other accounts, whose leaving is announced for itself."""


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


def show_leaving(
    vault: Vault,
    actor: Actor,
    *,
    person_id: str,
    is_open: bool | None = None,
    behind: str = "",
    most: int = PAGE_ROWS,
) -> LeavingPage:
    """The page of one person. For administrators and security officers; NotFound for nobody.

    Of the hand-overs those that are open or those that are not; open ones as long as there are any, if nobody says.
    """
    person, now = show_person(vault, actor, person_id=person_id), vault.clock.now()
    with reading(vault.engine) as tx:
        looking = require_office(tx, actor, Office.ADMINISTRATOR, Office.SECURITY_OFFICER)
        policy = policy_in_force(tx).policy
        left_at = out_since(tx, person.id, now=now)
        since = (left_at or now) - dt.timedelta(days=policy.exposure.days)
        leaving = leaving_queries.newest_leaving(tx, person.id)
        if leaving is not None and leaving.state is LeavingState.CALLED_OFF:
            leaving = None
        successor = people_queries.load_person(tx, leaving.successor_id or "") if leaving else None
        numbers = handover_queries.count_by_state(tx, leaving.id) if leaving else dict.fromkeys(HandoverState, 0)
        shows_open = bool(numbers[HandoverState.OPEN]) if is_open is None else is_open
        states = [HandoverState.OPEN] if shows_open else [HandoverState.DONE, HandoverState.DROPPED]
        rows = handover_queries.handovers_of(tx, leaving.id, *states, after=behind, most=most + 1) if leaving else []
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
            weeks=weigh_weeks(opened, days=policy.exposure.days, until=left_at or now),
            out_since=left_at,
            handovers=_page(vault, tx, rows, looking, now, most),
            is_open=shows_open,
            open_number=numbers[HandoverState.OPEN],
            closed_number=numbers[HandoverState.DONE] + numbers[HandoverState.DROPPED],
            loans=loose_loans_of(vault, tx, person.id, now=now) if leaving else [],
            open=open_things_of(vault, tx, person.id, now=now),
            told=len(people_to_tell(vault, tx, leaving)) if leaving else 0,
            is_self=person.id == actor.person_id,
            others=other_accounts_of(tx, person.id),
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


def show_handovers(
    vault: Vault, actor: Actor, *, waits: bool | None = None, behind: str = "", most: int = PAGE_ROWS
) -> HandoverDesk:
    """What is handed over to the person, or out of dossiers in their keeping.

    Either what waits for their own confirmation or the rest; what waits, as long as anything does, if nobody says.
    """
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, Office.STAFF)
        accounts = accounts_of(tx, person.id)
        waiting, others = handover_queries.count_open_for(tx, person.id, accounts, now=now)
        shows_waiting = bool(waiting) or not others if waits is None else waits
        found = handover_queries.open_handovers_for(
            tx, person.id, accounts, waits=shows_waiting, now=now, after=behind, most=most + 1
        )
        leavers = handover_queries.leavers_out_of_keeping(tx, person.id, accounts, now=now)
        people = people_queries.people_by_id(tx, set(leavers.values()))
        return HandoverDesk(
            waits=shows_waiting,
            page=_page(vault, tx, found, person, now, most),
            waiting=waiting,
            others=others,
            leavers={each: people[person_id].name for each, person_id in leavers.items()},
        )


def count_to_confirm(vault: Vault, actor: Actor) -> int:
    """How many hand-overs wait for the person's own confirmation, and loans for somebody who answers for them."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, Office.STAFF)
        accounts = accounts_of(tx, person.id)
        handovers = handover_queries.count_unconfirmed(tx, person.id, accounts, now=now)
        loans = loose_loan_queries.count_to_keep(tx, person.id, accounts, now=now) if not person.leaves_at else 0
        return handovers + loans


def _page(
    vault: Vault, tx: Connection, handovers: list[HandoverRecord], looking: PersonRecord, now: dt.datetime, most: int
) -> HandoverPage:
    """Rows of the first ``most`` of these: one more says that the list goes on."""
    standings = standings_of(tx, handovers[:most], now=now)
    named = {
        person_id
        for each in standings
        for person_id in (each.leaving.person_id, each.handover.successor_id, each.handover.custodian_id)
        if person_id is not None
    }
    people = people_queries.people_by_id(tx, named)
    accounts = link_queries.accounts_by_person(tx, named | {looking.id})
    rows = [_row(vault, each, people, looking, accounts) for each in standings]
    return HandoverPage(rows, handovers[most - 1].id if len(handovers) > most else "")


def _row(
    vault: Vault,
    standing: Standing,
    people: dict[PersonId, PersonRecord],
    looking: PersonRecord,
    accounts: dict[PersonId, frozenset[PersonId]],
) -> HandoverRow:
    handover, keeps = standing.handover, looking.id in standing.custodians
    successor = people.get(handover.successor_id) if handover.successor_id else None
    custodian = people.get(handover.custodian_id) if handover.custodian_id else None
    is_open = handover.state is HandoverState.OPEN
    fault = decide_taking(standing, successor, accounts[successor.id]).code if is_open and successor else ""
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
        successor_id=handover.successor_id,
        successor_name=successor.name if successor else "",
        custodian_name=custodian.name if custodian else "",
        custodian_at=handover.custodian_at,
        successor_at=handover.successor_at,
        fault=fault,
        needs_custodian=is_open and not standing.custodians,
        is_custodian=keeps,
        sides=_sides(standing, looking, accounts[looking.id]) if is_open and not fault else (),
    )


def _sides(standing: Standing, looking: PersonRecord, accounts: frozenset[PersonId]) -> tuple[Side, ...]:
    """Those that are not confirmed yet and that this person may confirm."""
    confirmed = {Side.CUSTODIAN: standing.handover.custodian_at, Side.SUCCESSOR: standing.handover.successor_at}
    facts = standing.facts(looking, accounts)
    return tuple(side for side in Side if confirmed[side] is None and decide_confirming(facts, side).allowed)
