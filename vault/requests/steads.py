"""In whose stead a person decides requests now. The one place that says so: lists, pages and acts all ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from vault.database import delegation_queries, people_queries
from vault.database.delegation_queries import DelegationRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.database.request_queries import Decider, DecisionRecord
from vault.grants.standing import duties_of_human, party_of
from vault.model import Duty, Office, PersonId
from vault.people.humans import accounts_of
from vault.policy.decision import Decision
from vault.policy.delegating import Party, decide_in_stead
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Stead:
    """The delegation by which a person decides, and whether they may."""

    delegation: DelegationRecord
    decision: Decision


def delegations_held(
    tx: Connection, person_id: PersonId, *, now: dt.datetime, lock: bool = False
) -> list[DelegationRecord]:
    """The delegations to this person that hold now; none while either cannot act as an approver at all."""
    found = delegation_queries.delegations_to(tx, person_id, now=now, lock=lock)
    if not found:
        return []
    people = people_queries.people_by_id(tx, {each.giver_id for each in found} | {person_id})
    if not can_approve(people[person_id], now):
        return []
    return [each for each in found if can_approve(people[each.giver_id], now)]


def decider_of(tx: Connection, person_id: PersonId) -> Decider:
    """The person by all of their accounts, for lists of what waits for them."""
    return Decider(person_id, accounts_of(tx, person_id))


def givers_of(tx: Connection, person_id: PersonId, *, now: dt.datetime) -> list[Decider]:
    """Whose requests wait for this person, too."""
    return [decider_of(tx, each.giver_id) for each in delegations_held(tx, person_id, now=now)]


def find_stead(
    vault: Vault,
    tx: Connection,
    delegations: list[DelegationRecord],
    dossier: DossierRecord,
    *,
    requester: PersonId,
    behind: frozenset[PersonId],
    decisions: Collection[DecisionRecord],
) -> Stead | None:
    """By which of one person's ``delegations`` they decide the request, and whether they may; None if by none."""
    decided = frozenset(person for each in decisions for person in each.deciders)
    found: list[Stead] = []
    for each in delegations:
        giver = Party(accounts_of(tx, each.giver_id), duties_of_human(vault, tx, each.giver_id, dossier))
        decision = decide_in_stead(
            delegate=party_of(vault, tx, each.delegate_id, dossier),
            giver=giver,
            requester=requester,
            behind=behind,
            decided=decided,
        )
        if decision.allowed:
            return Stead(each, decision)
        if decision.known:
            found.append(Stead(each, decision))
    return found[0] if found else None


def can_approve(person: PersonRecord, now: dt.datetime) -> bool:
    """Whether the person is active staff and qualified as an approver."""
    return person.works_at(now) and person.office is Office.STAFF and Duty.APPROVER in person.qualifications
