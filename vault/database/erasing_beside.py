"""What lies beside the trail and tells of a person's months: figures and alerts made of its entries, words of theirs.

Functions take the open transaction and never commit. A day is by the person's own calendar, a month of the trail by
UTC: the days that begin with the month are its days here.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.tables.alerts import alert_days, alert_digests, alert_seen, alerts
from vault.database.tables.policies import policy_proposals

OPEN_STATES = ("open", "escalated")


def count_open_alerts(tx: sa.Connection, person_id: str, months: tuple[str, ...]) -> int:
    """Alerts about the person's days of these months that nobody has settled yet."""
    query = sa.select(sa.func.count()).where(alerts.c.person_id == person_id, alerts.c.state.in_(OPEN_STATES))
    return int(tx.execute(query.where(sa.func.substr(alerts.c.day, 1, 7).in_(months))).scalar_one())


def forget_figures(tx: sa.Connection, person_id: str, *, from_month: str, until_month: str) -> int:
    """Deletes what was counted of the person's days of these months, and the alerts of it; how many rows."""
    deleted = 0
    for day in (alert_days.c.day, alert_seen.c.first_day, alert_digests.c.day, alerts.c.day):
        month = sa.func.substr(day, 1, 7)
        theirs = sa.and_(day.table.c.person_id == person_id, month >= from_month, month <= until_month)
        deleted += tx.execute(sa.delete(day.table).where(theirs)).rowcount
    return deleted


def forget_policy_notes(tx: sa.Connection, person_id: str, *, since: dt.datetime, until: dt.datetime) -> None:
    """Empties what the person wrote with proposals of a policy and about them, ``until`` exclusive."""
    proposals = policy_proposals.c
    for author, at, words in (
        (proposals.proposed_by, proposals.proposed_at, "note_sealed"),
        (proposals.decided_by, proposals.decided_at, "decision_sealed"),
    ):
        change = sa.update(policy_proposals).where(author == person_id, at >= since, at < until)
        tx.execute(change.values({words: b""}))
