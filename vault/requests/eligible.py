"""Who could decide about a dossier now: its approvers, but for who has another part in the matter."""

from __future__ import annotations

import datetime as dt

from vault.database import dossier_queries, people_queries, request_queries
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.model import DossierId, Duty, Office, PersonId
from vault.people.humans import accounts_of
from vault.requests.steads import decider_of, delegates_of, givers_of


def eligible_deciders(
    tx: Connection, dossier_id: DossierId, *, without: frozenset[PersonId], now: dt.datetime
) -> set[PersonId]:
    """The dossier's approvers and their delegates, without its custodians and without these people, by any account."""
    keepers = _holders(tx, dossier_id, Duty.CUSTODIAN, now)
    approvers = _holders(tx, dossier_id, Duty.APPROVER, now)
    able = {each for each in approvers if not accounts_of(tx, each) & (keepers | without)}
    others = (
        keepers | without | _holders(tx, dossier_id, Duty.AUTHOR, now) | _holders(tx, dossier_id, Duty.BORROWER, now)
    )
    return able | {each for each in delegates_of(tx, able, now=now) if not accounts_of(tx, each) & others}


def deciders_of(tx: Connection, dossier_id: DossierId, *, without: frozenset[PersonId], now: dt.datetime) -> list[str]:
    """Names of the dossier's approvers, those left out who have another part in the matter."""
    return _names(tx, eligible_deciders(tx, dossier_id, without=without, now=now), now)


def suggested_deciders(
    tx: Connection, dossier_id: DossierId, *, without: frozenset[PersonId], now: dt.datetime
) -> list[str]:
    """The same, best first: for whom the fewest requests wait, then who last decided about this dossier.

    Of a person's accounts that could, the best one stands for all: they agree once.
    """
    eligible = eligible_deciders(tx, dossier_id, without=without, now=now)
    last = request_queries.last_deciders(tx, dossier_id)
    people = _able(tx, eligible, now)
    waiting = {
        each.id: request_queries.count_decidable(
            tx, decider_of(tx, each.id), now=now, givers=givers_of(tx, each.id, now=now)
        )
        for each in people
    }
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    people.sort(key=lambda each: each.name)
    people.sort(key=lambda each: last.get(each.id, never), reverse=True)
    people.sort(key=lambda each: waiting[each.id])
    return [each.name for each in _once_each(tx, people)]


def custodians_of(tx: Connection, dossier_id: DossierId, *, now: dt.datetime) -> list[str]:
    """Whom to ask when there is nobody who can decide."""
    return _names(tx, _holders(tx, dossier_id, Duty.CUSTODIAN, now), now)


def _holders(tx: Connection, dossier_id: DossierId, duty: Duty, now: dt.datetime) -> set[PersonId]:
    assignments = dossier_queries.assignments_of_dossier(tx, dossier_id)
    return {each.person_id for each in assignments if each.duty is duty and each.is_active(now)}


def _able(tx: Connection, person_ids: set[PersonId], now: dt.datetime) -> list[PersonRecord]:
    """Those who can act at all."""
    people = people_queries.people_by_id(tx, person_ids).values()
    return [each for each in people if each.works_at(now) and each.office is Office.STAFF]


def _once_each(tx: Connection, people: list[PersonRecord]) -> list[PersonRecord]:
    """The first account of each person, in the same order."""
    seen = set[PersonId]()
    first = []
    for each in people:
        if each.id not in seen:
            seen |= accounts_of(tx, each.id)
            first.append(each)
    return first


def _names(tx: Connection, person_ids: set[PersonId], now: dt.datetime) -> list[str]:
    people = sorted(_able(tx, person_ids, now), key=lambda each: (each.name, each.staff_number))
    return [each.name for each in _once_each(tx, people)]
