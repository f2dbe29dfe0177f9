"""Teams as rows. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from vault.database.tables.teams import team_loans, team_members, teams
from vault.model import DossierId, Duty, PersonId, TeamId


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """One team as stored; ``ended_at`` when nobody is in it any more for good."""

    id: TeamId
    name: str
    name_folded: str
    created_at: dt.datetime
    created_by: PersonId
    revision: int
    ended_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Who is in a team, from when, and until when if that is known."""

    id: str
    team_id: TeamId
    person_id: PersonId
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    added_by: PersonId


@dataclass(frozen=True, slots=True)
class Loan:
    """A dossier lent to a team."""

    id: str
    dossier_id: DossierId
    team_id: TeamId
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    lent_by: PersonId


@dataclass(frozen=True, slots=True)
class TeamBorrowing:
    """A person borrows a dossier through a team: while both membership and loan last."""

    dossier_id: DossierId
    team_id: TeamId
    person_id: PersonId
    starts_at: dt.datetime
    ends_at: dt.datetime | None


# Built once, since every page of every view asks it.
_BORROWING = sa.select(
    team_loans.c.dossier_id,
    team_loans.c.team_id,
    team_members.c.person_id,
    team_members.c.starts_at.label("member_from"),
    team_members.c.ends_at.label("member_until"),
    team_loans.c.starts_at.label("lent_from"),
    team_loans.c.ends_at.label("lent_until"),
).join(team_members, team_members.c.team_id == team_loans.c.team_id)
_OF_PERSON_ON = _BORROWING.where(
    team_members.c.person_id == sa.bindparam("person_id"),
    team_loans.c.dossier_id.in_(sa.bindparam("dossier_ids", expanding=True)),
)


def borrowings_of_person_on(
    tx: sa.Connection, person_id: PersonId, dossier_ids: Collection[DossierId]
) -> list[TeamBorrowing]:
    """What the person borrows, borrowed or will borrow of these dossiers through teams."""
    rows = tx.execute(_OF_PERSON_ON, {"person_id": person_id, "dossier_ids": list(dossier_ids)})
    return [each for each in (_borrowing(row._mapping) for row in rows) if each is not None]


def borrowings_of_dossier(tx: sa.Connection, dossier_id: str) -> list[TeamBorrowing]:
    """Everybody to whom the dossier is, was or will be lent through a team."""
    rows = tx.execute(_BORROWING.where(team_loans.c.dossier_id == dossier_id))
    return [each for each in (_borrowing(row._mapping) for row in rows) if each is not None]


def dossiers_lent_to(person_id: PersonId, *, now: dt.datetime, begun: bool = False) -> sa.Select[tuple[str]]:
    """Ids of dossiers that the person borrows through a team now or will; a part of a larger query.

    ``begun`` leaves out what only begins later.
    """
    query = (
        sa.select(team_loans.c.dossier_id)
        .join(team_members, team_members.c.team_id == team_loans.c.team_id)
        .where(team_members.c.person_id == person_id)
        .where(not_over(team_members.c.ends_at, now), not_over(team_loans.c.ends_at, now))
    )
    return query.where(team_members.c.starts_at <= now, team_loans.c.starts_at <= now) if begun else query


def borrowers_through_teams(dossiers: sa.CTE, *, now: dt.datetime) -> sa.Select[tuple[str, str]]:
    """Who is in a team to which one of these dossiers is lent now, as person and duty; a part of a larger query."""
    return (
        sa.select(team_members.c.person_id, sa.literal(Duty.BORROWER.value).label("duty"))
        .join(team_loans, team_loans.c.team_id == team_members.c.team_id)
        .join(dossiers, dossiers.c.dossier_id == team_loans.c.dossier_id)
        .where(team_members.c.starts_at <= now, not_over(team_members.c.ends_at, now))
        .where(team_loans.c.starts_at <= now, not_over(team_loans.c.ends_at, now))
    )


def store_team(tx: sa.Connection, team: TeamRecord) -> None:
    tx.execute(sa.insert(teams).values(**asdict(team)))


def load_team(tx: sa.Connection, team_id: str) -> TeamRecord | None:
    row = tx.execute(sa.select(teams).where(teams.c.id == team_id)).one_or_none()
    return TeamRecord(**row._mapping) if row else None


def lock_team(tx: sa.Connection, team_id: str) -> TeamRecord | None:
    """The team, its row held until the transaction ends: who joins it and what is lent to it cannot cross."""
    row = tx.execute(sa.select(teams).where(teams.c.id == team_id).with_for_update()).one_or_none()
    return TeamRecord(**row._mapping) if row else None


def find_team(tx: sa.Connection, name_folded: str) -> TeamRecord | None:
    row = tx.execute(sa.select(teams).where(teams.c.name_folded == name_folded)).one_or_none()
    return TeamRecord(**row._mapping) if row else None


def list_teams(tx: sa.Connection) -> list[TeamRecord]:
    """Those that have not ended, by name."""
    rows = tx.execute(sa.select(teams).where(teams.c.ended_at.is_(None)).order_by(teams.c.name_folded))
    return [TeamRecord(**row._mapping) for row in rows]


def names_of_teams(tx: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """What these teams are called now, or were when they ended."""
    rows = tx.execute(sa.select(teams.c.id, teams.c.name).where(teams.c.id.in_(sorted(ids)))) if ids else ()
    return {str(team_id): str(name) for team_id, name in rows}


def count_members(tx: sa.Connection, *, now: dt.datetime) -> dict[TeamId, int]:
    """How many people are in each team now."""
    within = sa.and_(team_members.c.starts_at <= now, not_over(team_members.c.ends_at, now))
    query = sa.select(team_members.c.team_id, sa.func.count(sa.distinct(team_members.c.person_id))).where(within)
    return {TeamId(team_id): number for team_id, number in tx.execute(query.group_by(team_members.c.team_id))}


def replace_name(tx: sa.Connection, team: TeamRecord, *, name: str, name_folded: str) -> bool:
    """False if somebody changed it meanwhile."""
    change = sa.update(teams).where(teams.c.id == team.id, teams.c.revision == team.revision)
    return tx.execute(change.values(name=name, name_folded=name_folded, revision=team.revision + 1)).rowcount == 1


def end_team(tx: sa.Connection, team: TeamRecord, *, now: dt.datetime) -> None:
    """Its members leave, its loans end; its name stays taken, so that no later team is mistaken for it."""
    change = {"ended_at": now, "revision": team.revision + 1}
    tx.execute(sa.update(teams).where(teams.c.id == team.id).values(**change))
    for table in (team_members, team_loans):
        lasting = sa.and_(table.c.team_id == team.id, not_over(table.c.ends_at, now))
        tx.execute(sa.update(table).where(lasting).values(ends_at=now))


def store_membership(tx: sa.Connection, membership: Membership) -> None:
    tx.execute(sa.insert(team_members).values(**asdict(membership)))


def lasting_members(tx: sa.Connection, team_id: TeamId, *, now: dt.datetime) -> list[Membership]:
    """Who is in the team or will be."""
    query = sa.select(team_members).where(team_members.c.team_id == team_id, not_over(team_members.c.ends_at, now))
    return [Membership(**row._mapping) for row in tx.execute(query.order_by(team_members.c.starts_at))]


def end_memberships(tx: sa.Connection, team_id: TeamId, person_id: PersonId, *, now: dt.datetime) -> int:
    """Of this person, now and to come; how many there were."""
    lasting = sa.and_(
        team_members.c.team_id == team_id,
        team_members.c.person_id == person_id,
        not_over(team_members.c.ends_at, now),
    )
    return tx.execute(sa.update(team_members).where(lasting).values(ends_at=now)).rowcount


def store_loan(tx: sa.Connection, loan: Loan) -> None:
    tx.execute(sa.insert(team_loans).values(**asdict(loan)))


def load_loan(tx: sa.Connection, loan_id: str) -> Loan | None:
    row = tx.execute(sa.select(team_loans).where(team_loans.c.id == loan_id)).one_or_none()
    return Loan(**row._mapping) if row else None


def lasting_loans(tx: sa.Connection, *, now: dt.datetime, team_id: str = "", dossier_id: str = "") -> list[Loan]:
    """Of one team, of one dossier, or of both; those that have not ended."""
    query = sa.select(team_loans).where(not_over(team_loans.c.ends_at, now))
    if team_id:
        query = query.where(team_loans.c.team_id == team_id)
    if dossier_id:
        query = query.where(team_loans.c.dossier_id == dossier_id)
    return [Loan(**row._mapping) for row in tx.execute(query.order_by(team_loans.c.starts_at))]


def hand_loan_over(tx: sa.Connection, loan_id: str, *, lent_by: PersonId) -> None:
    """Somebody else answers for the loan from now on."""
    tx.execute(sa.update(team_loans).where(team_loans.c.id == loan_id).values(lent_by=lent_by))


def end_loan(tx: sa.Connection, loan_id: str, *, now: dt.datetime) -> bool:
    change = sa.update(team_loans).where(team_loans.c.id == loan_id, not_over(team_loans.c.ends_at, now))
    return tx.execute(change.values(ends_at=now)).rowcount == 1


def not_over(ends_at: sa.Column[dt.datetime], now: dt.datetime) -> sa.ColumnElement[bool]:
    """That a membership or a loan has not ended; a part of a larger query."""
    return sa.or_(ends_at.is_(None), ends_at > now)


def _borrowing(stored: sa.RowMapping) -> TeamBorrowing | None:
    """The time in which both last; None where they never meet."""
    starts_at = max(stored["member_from"], stored["lent_from"])
    ends = [each for each in (stored["member_until"], stored["lent_until"]) if each is not None]
    ends_at = min(ends) if ends else None
    if ends_at is not None and ends_at <= starts_at:
        return None
    return TeamBorrowing(
        DossierId(stored["dossier_id"]), TeamId(stored["team_id"]), PersonId(stored["person_id"]), starts_at, ends_at
    )
