"""Loans to teams that lose their hold with somebody who leaves, as rows; of those that have not ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from vault.database.dossier_queries import held_by
from vault.database.tables.dossiers import dossiers
from vault.database.tables.leaving import leavings
from vault.database.tables.teams import team_loans, team_members
from vault.database.team_queries import Loan, not_over
from vault.model import Duty, PersonId
from vault.policy.leaving import LeavingState

_LEAVERS = sa.select(leavings.c.person_id).where(leavings.c.state == LeavingState.ANNOUNCED.value)


def loans_through(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[Loan]:
    """Those that this person lent, or that are to a team of theirs."""
    return _loans(tx, sa.or_(team_loans.c.lent_by == person_id, _is_to_team_of([person_id], now)), now)


def leavers_loans_kept_by(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[Loan]:
    """Those of dossiers in this person's keeping that a leaver lent, or that are to a team of a leaver's."""
    is_leavers = sa.or_(team_loans.c.lent_by.in_(_LEAVERS), _is_to_team_of(_LEAVERS, now))
    return _loans(tx, sa.and_(is_leavers, _is_kept_by(person_id, now)), now)


def count_to_keep(tx: sa.Connection, person_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime) -> int:
    """How many of those somebody else, not of these accounts, lent and leaves: the person may answer for them."""
    is_others = sa.and_(team_loans.c.lent_by.in_(_LEAVERS), team_loans.c.lent_by.not_in(accounts))
    query = sa.select(sa.func.count()).select_from(team_loans).join(dossiers)
    query = query.where(
        is_others,
        _is_kept_by(person_id, now),
        not_over(team_loans.c.ends_at, now),
        dossiers.c.shredded_at.is_(None),
    )
    return int(tx.execute(query).scalar_one())


def _loans(tx: sa.Connection, which: sa.ColumnElement[bool], now: dt.datetime) -> list[Loan]:
    query = sa.select(team_loans).where(which, not_over(team_loans.c.ends_at, now))
    return [Loan(**row._mapping) for row in tx.execute(query.order_by(team_loans.c.starts_at, team_loans.c.id))]


def _is_to_team_of(people: Collection[PersonId] | sa.Select[tuple[str]], now: dt.datetime) -> sa.ColumnElement[bool]:
    """To a team in which one of them is or will be."""
    theirs = sa.select(team_members.c.team_id).where(
        team_members.c.person_id.in_(people), not_over(team_members.c.ends_at, now)
    )
    return team_loans.c.team_id.in_(theirs)


def _is_kept_by(person_id: PersonId, now: dt.datetime) -> sa.ColumnElement[bool]:
    return team_loans.c.dossier_id.in_(held_by(person_id, Duty.CUSTODIAN, now))
