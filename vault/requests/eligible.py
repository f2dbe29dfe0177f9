"""Who could decide about a dossier now: its approvers, but for who has another part in the matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from vault.database import delegation_queries, dossier_queries, link_queries, people_queries, request_queries
from vault.database.delegation_queries import DelegationRecord
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.model import DossierId, Duty, Office, PersonId
from vault.requests.steads import can_approve, decider_of, givers_of


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who holds what on some dossiers now, and who approves in whose stead: all that says who could decide.

    Read for one dossier or for a list of them in equally many statements (:func:`load_deciders`).
    """

    held: Mapping[DossierId, Mapping[Duty, frozenset[PersonId]]]
    accounts: Mapping[PersonId, frozenset[PersonId]]
    delegations: Sequence[DelegationRecord]
    people: Mapping[PersonId, PersonRecord]
    now: dt.datetime

    def eligible(self, dossier_id: DossierId, *, without: frozenset[PersonId]) -> set[PersonId]:
        """The dossier's approvers and their delegates, without its custodians and without these people, by any account.

        A delegate has no other duty on the dossier either.
        """
        held = self.held[dossier_id]
        keepers = held.get(Duty.CUSTODIAN, frozenset())
        able = {each for each in held.get(Duty.APPROVER, ()) if not self.accounts[each] & (keepers | without)}
        others = keepers | without | held.get(Duty.AUTHOR, frozenset()) | held.get(Duty.BORROWER, frozenset())
        return able | {each for each in self._delegates_of(able) if not self.accounts[each] & others}

    def names(self, dossier_id: DossierId, *, without: frozenset[PersonId]) -> list[str]:
        """Names of those who can act at all; of a person's accounts one stands for all: they agree once."""
        people = [self.people[each] for each in self.eligible(dossier_id, without=without)]
        able = sorted((each for each in people if _can_act(each, self.now)), key=_by_name)
        return [each.name for each in _once_each(able, self.accounts)]

    def _delegates_of(self, giver_ids: set[PersonId]) -> set[PersonId]:
        """Who approves in the stead of any of these people now, as far as both can act as approvers at all."""
        return {
            each.delegate_id
            for each in self.delegations
            if each.giver_id in giver_ids
            and can_approve(self.people[each.giver_id], self.now)
            and can_approve(self.people[each.delegate_id], self.now)
        }


def load_deciders(tx: Connection, dossier_ids: Collection[DossierId], *, now: dt.datetime) -> Deciders:
    """What is needed to say who could decide about any of these dossiers."""
    held: dict[DossierId, dict[Duty, frozenset[PersonId]]] = {each: {} for each in dossier_ids}
    for each in dossier_queries.assignments_of_dossiers(tx, dossier_ids):
        if each.is_active(now):
            known = held[each.dossier_id].get(each.duty, frozenset())
            held[each.dossier_id][each.duty] = known | {each.person_id}
    approvers = {person for duties in held.values() for person in duties.get(Duty.APPROVER, ())}
    delegations = delegation_queries.delegations_from(tx, approvers, now=now) if approvers else []
    deciding = approvers | {each.delegate_id for each in delegations}
    return Deciders(
        held=held,
        accounts=link_queries.accounts_by_person(tx, deciding),
        delegations=delegations,
        people=people_queries.people_by_id(tx, deciding),
        now=now,
    )


def eligible_deciders(
    tx: Connection, dossier_id: DossierId, *, without: frozenset[PersonId], now: dt.datetime
) -> set[PersonId]:
    """Who could decide about one dossier, as :meth:`Deciders.eligible`."""
    return load_deciders(tx, [dossier_id], now=now).eligible(dossier_id, without=without)


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
    return [each.name for each in _once_each(people, link_queries.accounts_by_person(tx, eligible))]


def custodians_of(tx: Connection, dossier_id: DossierId, *, now: dt.datetime) -> list[str]:
    """Whom to ask when there is nobody who can decide."""
    return _names(tx, _holders(tx, dossier_id, Duty.CUSTODIAN, now), now)


def _holders(tx: Connection, dossier_id: DossierId, duty: Duty, now: dt.datetime) -> set[PersonId]:
    assignments = dossier_queries.assignments_of_dossier(tx, dossier_id)
    return {each.person_id for each in assignments if each.duty is duty and each.is_active(now)}


def _able(tx: Connection, person_ids: set[PersonId], now: dt.datetime) -> list[PersonRecord]:
    """Those who can act at all."""
    people = people_queries.people_by_id(tx, person_ids).values()
    return [each for each in people if _can_act(each, now)]


def _can_act(person: PersonRecord, now: dt.datetime) -> bool:
    return person.works_at(now) and person.office is Office.STAFF


def _by_name(person: PersonRecord) -> tuple[str, str]:
    return person.name, person.staff_number


def _once_each(people: Iterable[PersonRecord], accounts: Mapping[PersonId, frozenset[PersonId]]) -> list[PersonRecord]:
    """The first account of each person, in the same order."""
    seen = set[PersonId]()
    first = []
    for each in people:
        if each.id not in seen:
            seen |= accounts[each.id]
            first.append(each)
    return first


def _names(tx: Connection, person_ids: set[PersonId], now: dt.datetime) -> list[str]:
    people = sorted(_able(tx, person_ids, now), key=_by_name)
    return [each.name for each in _once_each(people, link_queries.accounts_by_person(tx, person_ids))]
