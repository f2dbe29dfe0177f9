"""Loans to teams that lose their hold with somebody who leaves: a part of the hand-over list, read as things stand now.

A loan is loose when whoever lent it leaves, since nobody answers for it then, or when only leavers are in its team.
Nothing about it is stored: a custodian of the dossier answers for it from now on or takes it back
(:mod:`vault.filing.lending`), an administrator puts somebody else into the team, and it is in no list any more. The
borrowing of the leaver through teams needs no hand-over: it ends with the person.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, loose_loan_queries, people_queries, team_queries
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.team_queries import Loan
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.dossiers import customer_name_of
from vault.filing.holdings import load_holding, require_duty
from vault.ledger.events import Event
from vault.model import Actor, Classification, DossierId, Duty, Office, PersonId
from vault.people.humans import accounts_of
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LooseLoan:
    """``leaver_name`` is who lent it and leaves, or else who is left in the team and leaves.

    ``customer_name`` is '' unless the person who looks keeps the dossier; ``may_keep`` whether they may answer for it.
    """

    loan_id: str
    dossier_id: DossierId
    reference: str
    customer_name: str
    classification: Classification
    team_name: str
    leaver_name: str
    lender_leaves: bool
    team_is_deserted: bool
    may_keep: bool


def list_loose_loans(vault: Vault, actor: Actor) -> list[LooseLoan]:
    """Those of the dossiers in the person's keeping, by reference."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        loans = loose_loan_queries.leavers_loans_kept_by(tx, actor.person_id, now=now)
        return _loose(vault, tx, loans, now, looking=actor.person_id)


def loose_loans_of(vault: Vault, tx: Connection, leaver: PersonId, *, now: dt.datetime) -> list[LooseLoan]:
    """Those that become loose by this person's leaving, for whoever runs it: by reference, without customers."""
    loans = loose_loan_queries.loans_through(tx, leaver, now=now)
    return _loose(vault, tx, loans, now, looking=None)


def keep_loan(vault: Vault, actor: Actor, *, loan_id: str) -> None:
    """The actor, a custodian of the dossier, answers for the loan from now on; twice is fine.

    NotFound for whoever has no part in the dossier, AccessDenied ``denied.duty`` for other duties and
    ``handover.leaver`` for the leaver by any account; Conflict ``assignment.ended``, or ``loan.held`` where whoever
    lent it does not leave.
    """
    with deciding(vault, denial_of(Event.DOSSIER_LENT, actor)) as tx:
        loan, now = team_queries.load_loan(tx, loan_id), vault.clock.now()
        if loan is None:
            raise NotFound(recorded_as="not_found.loan")
        holding = load_holding(vault, tx, actor, loan.dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        dossier_queries.lock_dossier(tx, loan.dossier_id)
        loan = team_queries.load_loan(tx, loan_id)
        if loan is None or (loan.ends_at is not None and loan.ends_at <= now):
            raise Conflict("assignment.ended")
        if loan.lent_by == actor.person_id and holding.person.leaves_at is None:
            return
        lender = people_queries.load_person(tx, loan.lent_by)
        if holding.person.leaves_at is not None or loan.lent_by in accounts_of(tx, actor.person_id):
            raise AccessDenied("handover.leaver")
        if lender is not None and lender.leaves_at is None:
            raise Conflict("loan.held")
        team_queries.hand_loan_over(tx, loan.id, lent_by=actor.person_id)
        entry = done_by(
            actor,
            Event.DOSSIER_LENT,
            dossier=loan.dossier_id,
            subject_person=loan.lent_by,
            code="kept",
            details={"team": loan.team_id},
        )
        vault.recorder.append(tx, entry)


def _loose(
    vault: Vault, tx: Connection, loans: list[Loan], now: dt.datetime, *, looking: PersonId | None
) -> list[LooseLoan]:
    """``looking`` keeps all of their dossiers."""
    members = {
        team_id: {each.person_id for each in team_queries.lasting_members(tx, team_id, now=now)}
        for team_id in {each.team_id for each in loans}
    }
    ids = {each.lent_by for each in loans}.union(*members.values()) if loans else set()
    people = people_queries.people_by_id(tx, ids | ({looking} if looking else set()))
    teams = {team.id: team.name for team in team_queries.list_teams(tx)} if loans else {}
    dossiers = dossier_queries.load_dossiers(tx, {each.dossier_id for each in loans})
    accounts = accounts_of(tx, looking) if looking else frozenset[PersonId]()
    may_answer = looking is not None and people[looking].leaves_at is None
    found = []
    for loan in loans:
        dossier, lender = dossiers[loan.dossier_id], people[loan.lent_by]
        leavers = _leavers_alone([people[each] for each in sorted(members[loan.team_id])], now)
        lender_leaves = lender.leaves_at is not None
        if dossier.is_shredded or not (lender_leaves or leavers):
            continue
        found.append(
            LooseLoan(
                loan_id=loan.id,
                dossier_id=loan.dossier_id,
                reference=dossier.reference,
                customer_name=customer_name_of(vault, dossier) if looking else "",
                classification=dossier.classification,
                team_name=teams.get(loan.team_id, ""),
                leaver_name=lender.name if lender_leaves else leavers[0].name,
                lender_leaves=lender_leaves,
                team_is_deserted=bool(leavers),
                may_keep=lender_leaves and may_answer and loan.lent_by not in accounts,
            )
        )
    return sorted(found, key=lambda each: (each.reference, each.team_name))


def _leavers_alone(members: list[PersonRecord], now: dt.datetime) -> list[PersonRecord]:
    """Those of the members who leave, if nobody else in the team works here; else nobody."""
    leavers = [each for each in members if each.leaves_at is not None]
    return [] if any(each.works_at(now) and each.leaves_at is None for each in members) else leavers
