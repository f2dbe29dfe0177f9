"""Lending a dossier to a team: the custodian's part. Each member borrows it while they are in the team."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, team_queries
from vault.database.engine import Connection, reading
from vault.database.team_queries import Loan
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.filing.dossiers import customer_name_of
from vault.filing.holdings import load_holding, require_duty
from vault.ledger.events import Event
from vault.model import Actor, DossierId, Duty, PersonId, TeamId, new_id
from vault.people.humans import accounts_of
from vault.people.teams import close_lost_views
from vault.policy.duties import holds_through_teams
from vault.recording import deciding, denial_of, done_by
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LoanRow:
    """A loan that has not ended; ``members`` of the team now."""

    id: str
    team_id: TeamId
    team_name: str
    members: int
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    active: bool


@dataclass(frozen=True, slots=True)
class Lending:
    """What a dossier is lent to, and what it could be lent to. ``customer_name`` is '' while sealed."""

    reference: str
    customer_name: str
    loans: list[LoanRow]
    teams: list[tuple[TeamId, str]]


def show_lending(vault: Vault, actor: Actor, *, dossier_id: str) -> Lending:
    """For the dossier's custodians."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        holding = load_holding(vault, tx, actor, dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        teams = {team.id: team for team in team_queries.list_teams(tx)}
        counts = team_queries.count_members(tx, now=now)
        loans = team_queries.lasting_loans(tx, now=now, dossier_id=dossier_id)
    lent = {each.team_id for each in loans}
    return Lending(
        reference=holding.dossier.reference,
        customer_name=customer_name_of(vault, holding.dossier),
        loans=[
            LoanRow(
                id=each.id,
                team_id=each.team_id,
                team_name=teams[each.team_id].name,
                members=counts.get(each.team_id, 0),
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                active=each.starts_at <= now,
            )
            for each in loans
        ],
        teams=[(team.id, team.name) for team in teams.values() if team.id not in lent],
    )


def lend(
    vault: Vault,
    actor: Actor,
    *,
    dossier_id: str,
    team_id: str,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> str:
    """Lends a dossier in the actor's keeping to a team, from now or later, with or without an end.

    AccessDenied ``duties.conflict`` while a member is custodian or approver of it; Conflict ``assignment.exists``.
    Who lacks the clearance borrows nothing by it: that is asked of each person when they open.
    """
    with deciding(vault, denial_of(Event.DOSSIER_LENT, actor, dossier=dossier_id)) as tx:
        holding = load_holding(vault, tx, actor, dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        dossier_queries.lock_dossier(tx, dossier_id)
        team = team_queries.lock_team(tx, team_id)
        if team is None or team.ended_at is not None:
            raise NotFound("team.unknown", recorded_as="not_found.team")
        now = vault.clock.now()
        start = max(starts_at or now, now)
        if ends_at is not None and ends_at <= start:
            raise InputError("assignment.ends_before_start")
        if team_queries.lasting_loans(tx, now=now, team_id=team.id, dossier_id=dossier_id):
            raise Conflict("assignment.exists")
        _require_no_conflict(tx, holding.dossier.id, team.id, now)
        loan = Loan(new_id("l", vault.random), holding.dossier.id, team.id, start, ends_at, actor.person_id)
        team_queries.store_loan(tx, loan)
        vault.recorder.append(
            tx, done_by(actor, Event.DOSSIER_LENT, dossier=holding.dossier.id, details={"team": team.id})
        )
        return loan.id


def take_back(vault: Vault, actor: Actor, *, loan_id: str) -> DossierId:
    """Ends a loan now, and with it the members' views of the dossier. Conflict ``assignment.ended``."""
    with deciding(vault, denial_of(Event.DOSSIER_RETURNED, actor)) as tx:
        loan = team_queries.load_loan(tx, loan_id)
        if loan is None:
            raise NotFound(recorded_as="not_found.loan")
        holding = load_holding(vault, tx, actor, loan.dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        dossier_queries.lock_dossier(tx, holding.dossier.id)
        now = vault.clock.now()
        if not team_queries.end_loan(tx, loan.id, now=now):
            raise Conflict("assignment.ended")
        vault.recorder.append(
            tx, done_by(actor, Event.DOSSIER_RETURNED, dossier=holding.dossier.id, details={"team": loan.team_id})
        )
        for member in _members(tx, loan.team_id, now):
            close_lost_views(vault, tx, actor, member, {holding.dossier.id})
        return holding.dossier.id


def _members(tx: Connection, team_id: TeamId, now: dt.datetime) -> list[PersonId]:
    return sorted({each.person_id for each in team_queries.lasting_members(tx, team_id, now=now)})


def _require_no_conflict(tx: Connection, dossier_id: DossierId, team_id: TeamId, now: dt.datetime) -> None:
    members = {account for each in _members(tx, team_id, now) for account in accounts_of(tx, each)}
    for each in dossier_queries.assignments_of_dossier(tx, dossier_id):
        is_lasting = each.ends_at is None or each.ends_at > now
        if is_lasting and each.person_id in members and not holds_through_teams(frozenset({each.duty})):
            raise AccessDenied("duties.conflict")
