"""Hand-overs with all that is decided about them, read together: many cost as many statements as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from vault.database import dossier_queries, leaving_queries, people_queries
from vault.database.dossier_queries import AssignmentRecord, DossierRecord
from vault.database.engine import Connection
from vault.database.handover_queries import HandoverRecord
from vault.database.leaving_queries import LeavingRecord
from vault.database.people_queries import PersonRecord
from vault.model import DossierId, Duty, Office, PersonId
from vault.policy.decision import ALLOWED, Decision, denied
from vault.policy.duties import decide_assignment
from vault.policy.leaving import ConfirmingFacts


@dataclass(frozen=True, slots=True)
class Standing:
    """One hand-over as things stood at ``at``. ``assignment`` is the leaver's, ``held`` what everybody holds there."""

    at: dt.datetime
    handover: HandoverRecord
    leaving: LeavingRecord
    dossier: DossierRecord
    assignment: AssignmentRecord
    held: tuple[AssignmentRecord, ...]
    custodians: frozenset[PersonId]

    def facts(self, person: PersonRecord, accounts: frozenset[PersonId]) -> ConfirmingFacts:
        """What the rules ask about this person, who has these accounts."""
        return ConfirmingFacts(
            accounts=accounts,
            office=person.office,
            leaver=self.leaving.person_id,
            successor=self.handover.successor_id,
            custodians=self.custodians,
            custodian=self.handover.custodian_id,
        )

    def lasting_duties(self, accounts: Collection[PersonId]) -> frozenset[Duty]:
        """What any of these accounts holds on the dossier now or will."""
        return frozenset(
            each.duty
            for each in self.held
            if each.person_id in accounts and (each.ends_at is None or each.ends_at > self.at)
        )


def standing_of(tx: Connection, handover: HandoverRecord, *, now: dt.datetime) -> Standing | None:
    """The hand-over with what belongs to it; None when its dossier is gone."""
    return next(iter(standings_of(tx, [handover], now=now)), None)


def standings_of(tx: Connection, handovers: Sequence[HandoverRecord], *, now: dt.datetime) -> list[Standing]:
    """In the same order, without those whose dossier is gone. At most some thousands: each is a parameter."""
    leavings = leaving_queries.load_leavings(tx, {each.leaving_id for each in handovers})
    dossiers = dossier_queries.load_dossiers(tx, {each.dossier_id for each in handovers})
    held: dict[DossierId, list[AssignmentRecord]] = {each: [] for each in dossiers}
    for assignment in dossier_queries.assignments_of_dossiers(tx, dossiers):
        held[assignment.dossier_id].append(assignment)
    working = _working(tx, (each for theirs in held.values() for each in theirs), now)
    found = []
    for handover in handovers:
        dossier, leaving = dossiers.get(handover.dossier_id), leavings.get(handover.leaving_id)
        if dossier is None or dossier.is_shredded or leaving is None:
            continue
        theirs = tuple(held[dossier.id])
        given_up = next((each for each in theirs if each.id == handover.assignment_id), None)
        if given_up is not None:
            found.append(Standing(now, handover, leaving, dossier, given_up, theirs, working[dossier.id]))
    return found


def working_custodians(tx: Connection, dossier_id: DossierId, *, now: dt.datetime) -> frozenset[PersonId]:
    """Custodians of the dossier who can act now."""
    return _working(tx, dossier_queries.assignments_of_dossier(tx, dossier_id), now).get(dossier_id, frozenset())


def decide_taking(standing: Standing, successor: PersonRecord | None, accounts: frozenset[PersonId]) -> Decision:
    """Could this person, who has these accounts, hold the duty, by the rules of duties and as things stand?"""
    if successor is None:
        return denied("handover.no_successor")
    works = successor.works_at(standing.at) and successor.leaves_at is None
    if not works or successor.id == standing.leaving.person_id:
        return denied("handover.successor_gone")
    if standing.handover.duty in standing.lasting_duties({successor.id}):
        return ALLOWED  # it is theirs already: what remains is the end of the leaver's
    return decide_assignment(
        duty=standing.handover.duty,
        held=standing.lasting_duties(accounts),
        office=successor.office,
        qualifications=successor.qualifications,
        clearance=successor.clearance,
        classification=standing.dossier.classification,
    )


def _working(
    tx: Connection, held: Iterable[AssignmentRecord], now: dt.datetime
) -> dict[DossierId, frozenset[PersonId]]:
    """The custodians of each of these dossiers who can act now."""
    keeping: dict[DossierId, set[PersonId]] = {}
    for each in held:
        keepers = keeping.setdefault(each.dossier_id, set())
        if each.duty is Duty.CUSTODIAN and each.is_active(now):
            keepers.add(each.person_id)
    people = people_queries.people_by_id(tx, {each for keepers in keeping.values() for each in keepers})
    working = {each.id for each in people.values() if each.works_at(now) and each.office is Office.STAFF}
    return {dossier_id: frozenset(keepers & working) for dossier_id, keepers in keeping.items()}
