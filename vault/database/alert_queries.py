"""Days in numbers, alerts, and how far the trail was scored. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from vault.database.tables.alerts import alert_cursor, alert_days, alert_seen, alerts
from vault.database.tables.ledger import trail_search
from vault.database.upserts import insert_or_ignore
from vault.model import PersonId
from vault.policy.alert_facts import DayFacts
from vault.policy.alerting import Line, Score, Totals

NO_DAY = dt.date.min
_LINES = msgspec.json.Decoder(tuple[Line, ...])
_FACTS = msgspec.json.Decoder(DayFacts)


class AlertState(enum.Enum):
    OPEN = "open"
    ESCALATED = "escalated"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything below ``next_position`` was scored; digests were made up to the week that begins on this Monday."""

    next_position: int
    digest_week: dt.date


@dataclass(frozen=True, slots=True)
class TouchRow:
    """An entry of the trail that may change what a day of somebody looks like."""

    position: int
    time: dt.datetime
    event: str
    actor_id: str
    subject_id: str
    dossier_id: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """An entry of one person's day."""

    position: int
    time: dt.datetime
    event: str
    outcome: str
    dossier_id: str
    document_id: str
    session_id: str
    place_zone: str


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One person's day as it was scored last."""

    person_id: PersonId
    day: dt.date
    role: str
    points: int
    facts: DayFacts
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert as stored."""

    id: str
    person_id: PersonId
    day: dt.date
    number: int
    state: AlertState
    points: int
    lines: tuple[Line, ...]
    policy_version: int
    raised_at: dt.datetime
    changed_at: dt.datetime
    revision: int
    decided_by: PersonId | None
    decided_at: dt.datetime | None
    decision_entry: str

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(line.code for line in self.lines if line.is_rule)


def load_cursor(tx: sa.Connection) -> Cursor | None:
    """None while nothing was ever scored."""
    row = tx.execute(sa.select(alert_cursor)).one_or_none()
    return Cursor(row.next_position, dt.date.fromisoformat(row.digest_week)) if row else None


def begin_cursor(tx: sa.Connection) -> None:
    """Makes the row, unless another did."""
    values = {"only": 1, "next_position": 0, "digest_week": NO_DAY.isoformat()}
    insert_or_ignore(tx, alert_cursor, values)


def move_cursor(tx: sa.Connection, cursor: Cursor, *, next_position: int) -> bool:
    """The fence of scoring: False if another has scored since ``cursor`` was read; its row is held until the end."""
    change = sa.update(alert_cursor).where(alert_cursor.c.next_position == cursor.next_position)
    return tx.execute(change.values(next_position=next_position)).rowcount == 1


def move_digest_week(tx: sa.Connection, cursor: Cursor, *, week: dt.date) -> bool:
    """The fence of digests: True for the one that is the first to make those of this week."""
    change = sa.update(alert_cursor).where(alert_cursor.c.digest_week == cursor.digest_week.isoformat())
    return tx.execute(change.values(digest_week=week.isoformat())).rowcount == 1


def touched_from(tx: sa.Connection, position: int, *, limit: int) -> list[TouchRow]:
    """Entries from ``position`` on, in order."""
    table = trail_search.c
    query = sa.select(table.position, table.time, table.event, table.actor_id, table.subject_id, table.dossier_id)
    query = query.where(table.position >= position).order_by(table.position).limit(limit)
    return [TouchRow(*row) for row in tx.execute(query)]


def waits_since(tx: sa.Connection, position: int) -> dt.datetime | None:
    """When the first entry was placed that was not scored yet; None if all were."""
    query = sa.select(trail_search.c.logged).where(trail_search.c.position >= position)
    found: dt.datetime | None = tx.execute(query.order_by(trail_search.c.position).limit(1)).scalar_one_or_none()
    return found


def acts_of(
    tx: sa.Connection, person_id: str, *, first: int, end: int, events: Collection[str], as_subject: bool = False
) -> list[ActRow]:
    """What a person did, or what was done about them, at positions from ``first`` and below ``end``, in order."""
    table = trail_search.c
    whose = table.subject_id if as_subject else table.actor_id
    query = (
        sa.select(
            table.position,
            table.time,
            table.event,
            table.outcome,
            table.dossier_id,
            table.document_id,
            sa.func.coalesce(table.session_id, ""),
            sa.func.coalesce(table.place_zone, ""),
        )
        .where(whose == person_id, table.position >= first, table.position < end, table.event.in_(list(events)))
        .order_by(table.position)
    )
    return [ActRow(*row) for row in tx.execute(query)]


def seen_before(tx: sa.Connection, person_id: str, dossier_ids: Collection[str], *, day: dt.date) -> frozenset[str]:
    """Those of the dossiers that the person opened on an earlier day."""
    table = alert_seen.c
    query = sa.select(table.dossier_id).where(
        table.person_id == person_id, table.dossier_id.in_(list(dossier_ids)), table.first_day < day.isoformat()
    )
    return frozenset(tx.execute(query).scalars())


def note_seen(tx: sa.Connection, person_id: str, dossier_ids: Collection[str], *, day: dt.date) -> None:
    """Remembers when each dossier was first opened by the person."""
    for dossier_id in sorted(dossier_ids):
        values = {"person_id": person_id, "dossier_id": dossier_id, "first_day": day.isoformat()}
        insert_or_ignore(tx, alert_seen, values)


def days_of(tx: sa.Connection, person_id: str, *, begin: dt.date, end: dt.date) -> dict[dt.date, DayFacts]:
    """The person's days from ``begin`` and before ``end`` that have numbers."""
    table = alert_days.c
    query = sa.select(table.day, table.facts).where(
        table.person_id == person_id, table.day >= begin.isoformat(), table.day < end.isoformat()
    )
    return {dt.date.fromisoformat(row.day): _FACTS.decode(row.facts) for row in tx.execute(query)}


def load_day(tx: sa.Connection, person_id: str, day: dt.date) -> DayRecord | None:
    query = sa.select(alert_days).where(alert_days.c.person_id == person_id, alert_days.c.day == day.isoformat())
    row = tx.execute(query).one_or_none()
    return _day(row) if row else None


def load_days(tx: sa.Connection, days: Collection[tuple[str, dt.date]]) -> dict[tuple[str, dt.date], DayRecord]:
    """Of many people and days at once; no entry for a day that has no numbers."""
    wanted = [(person_id, day.isoformat()) for person_id, day in days]
    query = sa.select(alert_days).where(sa.tuple_(alert_days.c.person_id, alert_days.c.day).in_(wanted))
    return {(found.person_id, found.day): found for found in map(_day, tx.execute(query))}


def days_above(tx: sa.Connection, *, begin: dt.date, end: dt.date, points: int) -> list[DayRecord]:
    """Days from ``begin`` and before ``end`` with so many points or more, or with a hard rule; in order."""
    table = alert_days.c
    standing_out = sa.or_(table.points >= points, table.lines != "[]")
    query = sa.select(alert_days).where(table.day >= begin.isoformat(), table.day < end.isoformat(), standing_out)
    return [_day(row) for row in tx.execute(query.order_by(table.day, table.person_id))]


def totals_of_role(
    tx: sa.Connection, role: str, *, is_workday: bool, begin: dt.date, end: dt.date, without: str = ""
) -> Totals:
    """Sums over active days of everybody with these duties, from ``begin`` and before ``end``, but of one person."""
    table = alert_days.c
    sums = (sa.func.count(), sa.func.sum(table.counted), sa.func.sum(table.pages), sa.func.sum(table.first_seen))
    query = sa.select(*sums).where(
        table.role == role,
        table.is_workday == is_workday,
        table.day >= begin.isoformat(),
        table.day < end.isoformat(),
        table.looks > 0,
        table.person_id != without,
    )
    days, looks, pages, first_seen = tx.execute(query).one()
    return Totals(int(days), int(looks or 0), int(pages or 0), int(first_seen or 0))


def store_day(
    tx: sa.Connection, person_id: str, day: dt.date, *, role: str, is_workday: bool, facts: DayFacts, score: Score
) -> None:
    """The day's numbers in place of what was stored of it before."""
    values: dict[str, object] = {
        "is_workday": is_workday,
        "role": role,
        "looks": facts.looks,
        "counted": facts.counted,
        "pages": facts.pages,
        "first_seen": facts.first_seen,
        "points": score.points,
        "facts": msgspec.json.encode(facts).decode(),
        "lines": encode_lines(score.lines),
    }
    key = {"person_id": person_id, "day": day.isoformat()}
    if not insert_or_ignore(tx, alert_days, {**key, **values}):
        change = sa.update(alert_days).where(alert_days.c.person_id == person_id, alert_days.c.day == day.isoformat())
        tx.execute(change.values(**values))


def forget_days_before(tx: sa.Connection, day: dt.date) -> int:
    """Removes the numbers of days that nothing is compared with any more; how many."""
    return tx.execute(sa.delete(alert_days).where(alert_days.c.day < day.isoformat())).rowcount


def newest_alert_of(tx: sa.Connection, person_id: str, day: dt.date) -> AlertRecord | None:
    """The last alert about this day of the person; its row is held until the transaction ends."""
    query = sa.select(alerts).where(alerts.c.person_id == person_id, alerts.c.day == day.isoformat())
    row = tx.execute(query.order_by(alerts.c.number.desc()).limit(1).with_for_update()).one_or_none()
    return _alert(row) if row else None


def store_alert(tx: sa.Connection, alert: AlertRecord) -> None:
    """IntegrityError for a number that this day of the person has already."""
    values = {name: getattr(alert, name) for name in AlertRecord.__slots__}
    values |= {"day": alert.day.isoformat(), "state": alert.state.value, "lines": encode_lines(alert.lines)}
    tx.execute(sa.insert(alerts).values(**values))


def grow_alert(tx: sa.Connection, alert_id: str, score: Score, *, policy_version: int, now: dt.datetime) -> bool:
    """Other lines for an open alert; False if it was decided meanwhile."""
    change = sa.update(alerts).where(alerts.c.id == alert_id, alerts.c.state == AlertState.OPEN.value)
    values = {
        "points": score.points,
        "lines": encode_lines(score.lines),
        "policy_version": policy_version,
        "changed_at": now,
        "revision": alerts.c.revision + 1,
    }
    return tx.execute(change.values(**values)).rowcount == 1


def decide_alert(
    tx: sa.Connection, alert_id: str, *, revision: int, state: AlertState, by: str, now: dt.datetime, entry: str
) -> bool:
    """False if it changed since that revision was read: it was decided, or it has other lines than were read."""
    change = sa.update(alerts).where(alerts.c.id == alert_id, alerts.c.revision == revision)
    values = {
        "state": state.value,
        "decided_by": by,
        "decided_at": now,
        "changed_at": now,
        "decision_entry": entry,
        "revision": alerts.c.revision + 1,
    }
    return tx.execute(change.values(**values)).rowcount == 1


def load_alert(tx: sa.Connection, alert_id: str) -> AlertRecord | None:
    row = tx.execute(sa.select(alerts).where(alerts.c.id == alert_id)).one_or_none()
    return _alert(row) if row else None


def list_alerts(tx: sa.Connection, state: AlertState, *, limit: int, before: str = "") -> list[AlertRecord]:
    """Newest first, at most ``limit``.

    ``before`` is the id of the alert that the page before ended with, whatever state it is in by now; where there is
    none, the list begins anew.
    """
    query = sa.select(alerts).where(alerts.c.state == state.value)
    if before:
        last = tx.execute(sa.select(alerts.c.raised_at).where(alerts.c.id == before)).scalar_one_or_none()
        if last is not None:
            is_behind = sa.or_(alerts.c.raised_at < last, alerts.c.id > before)
            query = query.where(alerts.c.raised_at <= last, is_behind)
    query = query.order_by(alerts.c.raised_at.desc(), alerts.c.id).limit(limit)
    return [_alert(row) for row in tx.execute(query)]


def alerts_of_person(tx: sa.Connection, person_id: str, *, limit: int) -> list[AlertRecord]:
    """Newest first."""
    query = sa.select(alerts).where(alerts.c.person_id == person_id)
    return [_alert(row) for row in tx.execute(query.order_by(alerts.c.raised_at.desc(), alerts.c.id).limit(limit))]


def count_by_state(tx: sa.Connection) -> dict[AlertState, int]:
    """How many there are in each state."""
    query = sa.select(alerts.c.state, sa.func.count()).group_by(alerts.c.state)
    found = {AlertState(state): int(number) for state, number in tx.execute(query)}
    return {state: found.get(state, 0) for state in AlertState}


def count_open(tx: sa.Connection) -> int:
    query = sa.select(sa.func.count()).select_from(alerts).where(alerts.c.state == AlertState.OPEN.value)
    return int(tx.execute(query).scalar_one())


def encode_lines(lines: tuple[Line, ...]) -> str:
    return msgspec.json.encode(lines).decode()


def _day(row: sa.Row[tuple[object, ...]]) -> DayRecord:
    stored = row._mapping
    return DayRecord(
        person_id=PersonId(str(stored["person_id"])),
        day=dt.date.fromisoformat(str(stored["day"])),
        role=str(stored["role"]),
        points=row.points,
        facts=_FACTS.decode(str(stored["facts"])),
        lines=_LINES.decode(str(stored["lines"])),
    )


def _alert(row: sa.Row[tuple[object, ...]]) -> AlertRecord:
    values = {name: row._mapping[name] for name in AlertRecord.__slots__}
    values |= {
        "day": dt.date.fromisoformat(values["day"]),
        "state": AlertState(values["state"]),
        "lines": _LINES.decode(values["lines"]),
    }
    return AlertRecord(**values)
