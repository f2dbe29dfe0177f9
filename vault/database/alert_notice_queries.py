"""What was said beforehand: announced campaigns, and exceptions in their versions."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.alerts import alert_campaign_members, alert_campaigns, alert_exceptions
from vault.model import PersonId


class CampaignState(enum.Enum):
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A drive that makes people open more than usual. No people: everybody; no dossiers: any; never neither."""

    id: str
    state: CampaignState
    first_day: dt.date
    last_day: dt.date
    announced_by: PersonId
    announced_at: dt.datetime
    announcing_entry: str
    decided_by: PersonId | None
    decided_at: dt.datetime | None
    people: frozenset[str] = frozenset()
    dossiers: frozenset[str] = frozenset()

    def covers(self, person_id: str, dossier_id: str, day: dt.date) -> bool:
        """Whether a look of this person at this dossier on their day belongs to it."""
        return (
            self.first_day <= day <= self.last_day
            and (not self.people or person_id in self.people)
            and (not self.dossiers or dossier_id in self.dossiers)
        )


@dataclass(frozen=True, slots=True)
class ExceptionRecord:
    """A feature that gives this person no points up to and including a day; lifted ones end before they were lifted."""

    person_id: PersonId
    feature: str
    version: int
    until_day: dt.date
    is_lifting: bool
    set_by: PersonId
    set_at: dt.datetime
    entry: str


def store_campaign(tx: sa.Connection, campaign: CampaignRecord) -> None:
    values = {name: getattr(campaign, name) for name in CampaignRecord.__slots__ if name not in {"people", "dossiers"}}
    values |= {"state": campaign.state.value, **_days(campaign)}
    tx.execute(sa.insert(alert_campaigns).values(**values))
    members = [("person", each) for each in sorted(campaign.people)]
    members += [("dossier", each) for each in sorted(campaign.dossiers)]
    rows = [{"campaign_id": campaign.id, "kind": kind, "member_id": member} for kind, member in members]
    tx.execute(sa.insert(alert_campaign_members), rows)


def change_campaign(
    tx: sa.Connection,
    campaign_id: str,
    *,
    before: CampaignState,
    after: CampaignState,
    by: str | None = None,
    now: dt.datetime | None = None,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
) -> bool:
    """False if it is not in the state ``before`` any more."""
    table = alert_campaigns.c
    values: dict[str, object] = {"state": after.value}
    values |= {"decided_by": by, "decided_at": now} if by else {}
    values |= {"first_day": first_day.isoformat()} if first_day else {}
    values |= {"last_day": last_day.isoformat()} if last_day else {}
    change = sa.update(alert_campaigns).where(table.id == campaign_id, table.state == before.value)
    return tx.execute(change.values(**values)).rowcount == 1


def load_campaign(tx: sa.Connection, campaign_id: str) -> CampaignRecord | None:
    found = _campaigns(tx, sa.select(alert_campaigns).where(alert_campaigns.c.id == campaign_id))
    return found[0] if found else None


def list_campaigns(tx: sa.Connection, *, limit: int) -> list[CampaignRecord]:
    """Newest first."""
    query = sa.select(alert_campaigns).order_by(alert_campaigns.c.announced_at.desc(), alert_campaigns.c.id)
    return _campaigns(tx, query.limit(limit))


def campaigns_between(tx: sa.Connection, first: dt.date, last: dt.date) -> list[CampaignRecord]:
    """Those confirmed, and those ended for the days before, that have a day among these."""
    table = alert_campaigns.c
    states = [CampaignState.CONFIRMED.value, CampaignState.ENDED.value]
    query = sa.select(alert_campaigns).where(
        table.state.in_(states), table.first_day <= last.isoformat(), table.last_day >= first.isoformat()
    )
    return _campaigns(tx, query)


def store_exception(tx: sa.Connection, exception: ExceptionRecord) -> None:
    """IntegrityError for a version that is there already."""
    values = {name: getattr(exception, name) for name in ExceptionRecord.__slots__}
    tx.execute(sa.insert(alert_exceptions).values(**{**values, "until_day": exception.until_day.isoformat()}))


def newest_exception(tx: sa.Connection, person_id: str, feature: str) -> ExceptionRecord | None:
    table = alert_exceptions.c
    query = sa.select(alert_exceptions).where(table.person_id == person_id, table.feature == feature)
    row = tx.execute(query.order_by(table.version.desc()).limit(1)).one_or_none()
    return _exception(row) if row else None


def list_exceptions(tx: sa.Connection, person_ids: Collection[str] | None = None) -> list[ExceptionRecord]:
    """Every version, newest first, of all people or of these."""
    query = sa.select(alert_exceptions)
    if person_ids is not None:
        query = query.where(alert_exceptions.c.person_id.in_(list(person_ids)))
    table = alert_exceptions.c
    query = query.order_by(table.set_at.desc(), table.person_id, table.feature, table.version.desc())
    return [_exception(row) for row in tx.execute(query)]


def exceptions_in_force(tx: sa.Connection, person_ids: Collection[str], *, day: dt.date) -> dict[str, frozenset[str]]:
    """By person, the features whose newest version holds on this day."""
    newest: dict[tuple[str, str], ExceptionRecord] = {}
    for each in list_exceptions(tx, person_ids):
        key = (each.person_id, each.feature)
        if key not in newest or newest[key].version < each.version:
            newest[key] = each
    found: dict[str, frozenset[str]] = {}
    for (person_id, feature), each in newest.items():
        if day <= each.until_day:
            found[person_id] = found.get(person_id, frozenset()) | {feature}
    return found


def _days(campaign: CampaignRecord) -> dict[str, object]:
    return {"first_day": campaign.first_day.isoformat(), "last_day": campaign.last_day.isoformat()}


def _campaigns(tx: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[CampaignRecord]:
    rows = tx.execute(query).all()
    members: dict[tuple[str, str], set[str]] = {}
    table = alert_campaign_members
    wanted = sa.select(table).where(table.c.campaign_id.in_([row.id for row in rows]))
    for member in tx.execute(wanted):
        members.setdefault((member.campaign_id, member.kind), set()).add(member.member_id)
    return [
        CampaignRecord(
            id=row.id,
            state=CampaignState(row.state),
            first_day=dt.date.fromisoformat(row.first_day),
            last_day=dt.date.fromisoformat(row.last_day),
            announced_by=PersonId(row.announced_by),
            announced_at=row.announced_at,
            announcing_entry=row.announcing_entry,
            decided_by=PersonId(row.decided_by) if row.decided_by else None,
            decided_at=row.decided_at,
            people=frozenset(members.get((row.id, "person"), ())),
            dossiers=frozenset(members.get((row.id, "dossier"), ())),
        )
        for row in rows
    ]


def _exception(row: sa.Row[tuple[object, ...]]) -> ExceptionRecord:
    values = {name: row._mapping[name] for name in ExceptionRecord.__slots__}
    return ExceptionRecord(**{**values, "until_day": dt.date.fromisoformat(values["until_day"])})
