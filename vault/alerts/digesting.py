"""The weekly digest of custodians: whose days stood out among the looks at dossiers in their keeping.

Made once for each calendar week, some hours after it is over in every time zone, by whichever node is first. A digest
names people, days, points and how many looks were at the custodian's dossiers; nothing of anybody else's dossiers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from vault.database import alert_digest_queries, alert_queries, dossier_queries, people_queries
from vault.database.alert_digest_queries import DigestRecord
from vault.database.alert_queries import DayRecord
from vault.database.engine import Connection, reading, transaction
from vault.database.policy_queries import policy_in_force
from vault.database.trail_searching import first_position
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, DossierId, Duty, Office, PersonId
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.policy.alert_facts import bounds_of, zone_of
from vault.policy.alerting import Line
from vault.recording import require_office
from vault.runtime import Vault

OVER_EVERYWHERE = dt.timedelta(hours=18)
"""After midnight of UTC: when a week is over in the last time zone, and its days are scored."""
WEEK = dt.timedelta(days=7)
WEEKS_SHOWN = 8
WEEKS_KEPT = 27
"""No baseline looks back further."""


@dataclass(frozen=True, slots=True)
class DigestRow:
    """One person's day that stood out; ``looks`` are documents opened in dossiers of the reader's keeping."""

    week: dt.date
    person_name: str
    staff_number: str
    day: dt.date
    points: int
    looks: int
    lines: tuple[Line, ...]


def digest_once(vault: Vault) -> bool:
    """Makes the digests of the last week, if they were not made; whether it did."""
    now = vault.clock.now()
    monday = (now - OVER_EVERYWHERE).date()
    week = monday - dt.timedelta(days=monday.weekday()) - WEEK
    with reading(vault.engine) as tx:
        cursor = alert_queries.load_cursor(tx)
    if cursor is None or cursor.digest_week >= week:
        return False
    with transaction(vault.engine) as tx:
        if not alert_queries.move_digest_week(tx, cursor, week=week):
            return False
        alert_queries.forget_days_before(tx, week - WEEKS_KEPT * WEEK)
        _make(vault, tx, week)
    return True


def show_digest(vault: Vault, actor: Actor) -> list[DigestRow]:
    """The custodian's own digests of the last weeks, newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        since = vault.clock.now().date() - WEEKS_SHOWN * WEEK
        found = alert_digest_queries.digests_of(tx, actor.person_id, since=since)
        people = people_queries.people_by_id(tx, {each.person_id for each in found})
        days = alert_queries.load_days(tx, {(each.person_id, each.day) for each in found})
        rows = []
        for each in found:
            day = days.get((each.person_id, each.day))
            person = people[each.person_id]
            lines = day.lines if day else ()
            rows.append(
                DigestRow(each.week, person.name, person.staff_number, each.day, each.points, each.looks, lines)
            )
        return rows


def _make(vault: Vault, tx: Connection, week: dt.date) -> None:
    terms = policy_in_force(tx).policy.alerts
    by_custodian: dict[PersonId, list[DigestRecord]] = {}
    for day in alert_queries.days_above(tx, begin=week, end=week + WEEK, points=terms.digest_points):
        if day.points < terms.digest_points and not any(line.is_rule for line in day.lines):
            continue
        for custodian, looks in _looks_by_custodian(vault, tx, day).items():
            record = DigestRecord(week, custodian, day.person_id, day.day, day.points, looks)
            by_custodian.setdefault(custodian, []).append(record)
    for custodian, records in sorted(by_custodian.items()):
        alert_digest_queries.store_digests(tx, records)
        details: dict[str, str | int] = {"day": week.isoformat(), "rows": len(records)}
        entry = Entry(Event.ALERT_DIGESTED, Outcome.SUCCESS, subject_person=custodian, details=details)
        vault.recorder.append(tx, entry)
        tell(vault, tx, [custodian], NoticeKind.ALERT_DIGEST, details={"day": week.isoformat()})


def _looks_by_custodian(vault: Vault, tx: Connection, day: DayRecord) -> Counter[PersonId]:
    """How many documents the person opened that day in dossiers of each custodian of today, but for themselves."""
    person = people_queries.people_by_id(tx, {day.person_id})[day.person_id]
    begin, end = bounds_of(day.day, zone_of(person.timezone))
    first, last = first_position(tx, begin), first_position(tx, end + dt.timedelta(hours=6))
    events = {Event.VIEW_OPENED.value}
    acts = alert_queries.acts_of(tx, person.id, first=first, end=last, events=events)
    opened = {(act.dossier_id, act.document_id) for act in acts if begin <= act.time < end and act.dossier_id}
    now, found = vault.clock.now(), Counter[PersonId]()
    for dossier_id in sorted({dossier for dossier, _document in opened}):
        looks = sum(dossier == dossier_id for dossier, _document in opened)
        for held in dossier_queries.assignments_of_dossier(tx, DossierId(dossier_id)):
            if held.duty is Duty.CUSTODIAN and held.is_active(now) and held.person_id != person.id:
                found[held.person_id] += looks
    return found
