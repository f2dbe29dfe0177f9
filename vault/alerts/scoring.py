"""Scoring what is new in the trail: one step of the worker, on any number of nodes.

::

    reading   (1) entries from the cursor on; whose days they touch; the numbers of those days
    one transaction
              (2) move the cursor from where it was read    another node was quicker: nothing else happens
              (3) store the numbers, score them
              (4) raise an alert, or let an open one grow, each with its entry

Killed anywhere, nothing has happened or all of it. Numbers are made from the trail anew each time, and an alert is one
row for person, day and number, so nothing is counted or raised twice. Alerts only ask somebody to look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vault.alerts.gathering import ACTED, REFUSED_AT_THE_DOOR, gather_day
from vault.alerts.notifying import tell_office
from vault.database import alert_notice_queries, alert_queries, leaving_queries, people_queries
from vault.database.alert_queries import AlertRecord, AlertState, TouchRow
from vault.database.engine import Connection, reading, transaction
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Office, PersonId, new_id
from vault.notices.kinds import NoticeKind
from vault.policy.alert_facts import DayFacts, day_of, zone_of
from vault.policy.alert_terms import AlertPolicy
from vault.policy.alerting import Feature, Score, Totals, history_of, is_workday, score_day
from vault.policy.document import PolicyInForce
from vault.runtime import Vault

BATCH = 2_000
"""Entries of one step; a few dozen people's days."""
LATEST_ALERT = dt.timedelta(days=14)
"""Of older days only the numbers are kept: nobody is told now of what an upgrade or an outage left unscored."""
MOST_LATE_SECONDS = 7200.0
"""An entry that waits for its scoring longer than this means that no worker scores."""
_FEATURES = {feature.value for feature in Feature}


@dataclass(frozen=True, slots=True)
class _Day:
    """A person's day with its numbers; None for a day so old that only its dossiers are remembered."""

    person: PersonRecord
    day: dt.date
    facts: DayFacts | None
    dossiers: frozenset[str]


def score_once(vault: Vault) -> bool:
    """One step; whether there is more to do at once."""
    with reading(vault.engine) as tx:
        cursor = alert_queries.load_cursor(tx)
        rows = alert_queries.touched_from(tx, cursor.next_position, limit=BATCH) if cursor else []
        days = _gather(vault, tx, rows)  # (1)
    if cursor is None:
        with transaction(vault.engine) as tx:
            alert_queries.begin_cursor(tx)
        return True
    if not rows:
        return False
    with transaction(vault.engine) as tx:
        if not alert_queries.move_cursor(tx, cursor, next_position=rows[-1].position + 1):  # (2)
            return True
        _store_and_raise(vault, tx, days)
    return len(rows) == BATCH


def lateness_seconds(vault: Vault, tx: Connection) -> float:
    """How long the first entry that was not scored has waited; 0 if all were, and before a worker first ran."""
    cursor = alert_queries.load_cursor(tx)
    since = alert_queries.waits_since(tx, cursor.next_position) if cursor else None
    return max(0.0, (vault.clock.now() - since).total_seconds()) if since else 0.0


def _gather(vault: Vault, tx: Connection, rows: list[TouchRow]) -> list[_Day]:
    terms = policy_in_force(tx).policy.alerts
    touched: dict[str, list[TouchRow]] = {}
    for row in rows:
        whose = row.actor_id if row.event in ACTED else row.subject_id if row.event in REFUSED_AT_THE_DOOR else ""
        if whose:
            touched.setdefault(whose, []).append(row)
    people = people_queries.people_by_id(tx, {PersonId(each) for each in touched})
    found = []
    for person_id, own_rows in sorted(touched.items()):
        person = people.get(PersonId(person_id))
        if person is not None:
            found += _days_of(vault, tx, person, own_rows, terms)
    return found


def _days_of(
    vault: Vault, tx: Connection, person: PersonRecord, rows: list[TouchRow], terms: AlertPolicy
) -> list[_Day]:
    zone = zone_of(person.timezone)
    oldest = day_of(vault.clock.now(), zone) - dt.timedelta(weeks=terms.baseline_weeks)
    by_day: dict[dt.date, set[str]] = {}
    for row in rows:
        opened = {row.dossier_id} - {""} if row.event == Event.VIEW_OPENED.value else set()
        by_day.setdefault(day_of(row.time, zone), set()).update(opened)
    found = []
    for day, dossiers in sorted(by_day.items()):
        if day < oldest:
            found.append(_Day(person, day, None, frozenset(dossiers)))
            continue
        campaigns = alert_notice_queries.campaigns_between(tx, day, day)
        found.append(_Day(person, day, *gather_day(tx, person, day, terms=terms, campaigns=campaigns)))
    return found


def _store_and_raise(vault: Vault, tx: Connection, days: list[_Day]) -> None:
    in_force = policy_in_force(tx)
    roles: dict[tuple[str, dt.date], Totals] = {}
    for each in sorted(days, key=lambda found: (found.day, found.person.id)):
        alert_queries.note_seen(tx, each.person.id, each.dossiers, day=each.day)
        if each.facts is None:
            continue
        score = _score(tx, each, each.facts, in_force.policy.alerts, roles)
        alert_queries.store_day(  # (3)
            tx,
            each.person.id,
            each.day,
            role=role_of(each.person),
            is_workday=is_workday(each.day),
            facts=each.facts,
            score=score,
        )
        latest = day_of(vault.clock.now(), zone_of(each.person.timezone)) - LATEST_ALERT
        if score.is_alert(in_force.policy.alerts) and each.day >= latest:
            _raise(vault, tx, each, score, in_force)  # (4)


def role_of(person: PersonRecord) -> str:
    """Whose days a person's are compared with: those of people who could have the same duties."""
    return ",".join(sorted(duty.value for duty in person.qualifications)) or person.office.value


def _score(
    tx: Connection,
    each: _Day,
    facts: DayFacts,
    terms: AlertPolicy,
    roles: dict[tuple[str, dt.date], Totals],
) -> Score:
    begin, role = each.day - dt.timedelta(weeks=terms.baseline_weeks), role_of(each.person)
    if (role, each.day) not in roles:
        kind = is_workday(each.day)
        roles[role, each.day] = alert_queries.totals_of_role(tx, role, is_workday=kind, begin=begin, end=each.day)
    role_today = alert_queries.totals_of_role(
        tx,
        role,
        is_workday=is_workday(each.day),
        begin=each.day,
        end=each.day + dt.timedelta(days=1),
        without=each.person.id,
    )
    history = history_of(
        alert_queries.days_of(tx, each.person.id, begin=begin, end=each.day),
        day=each.day,
        terms=terms,
        role=roles[role, each.day],
        role_today=role_today,
    )
    is_leaving = leaving_queries.announced_leaving(tx, each.person.id) is not None
    excepted = alert_notice_queries.exceptions_in_force(tx, [each.person.id], day=each.day)
    history = replace(history, is_leaving=is_leaving)
    return score_day(facts, history, terms, without=_features(excepted.get(each.person.id, frozenset())))


def _features(codes: frozenset[str]) -> frozenset[Feature]:
    return frozenset(Feature(code) for code in codes if code in _FEATURES)


def _raise(vault: Vault, tx: Connection, each: _Day, score: Score, in_force: PolicyInForce) -> None:
    newest = alert_queries.newest_alert_of(tx, each.person.id, each.day)
    now = vault.clock.now()
    if newest is not None and newest.state is AlertState.OPEN:
        if score.lines == newest.lines:
            return
        grown = alert_queries.grow_alert(tx, newest.id, score, policy_version=in_force.version, now=now)
        if grown and score.rules - newest.rules:
            vault.recorder.append(tx, _entry(Event.ALERT_GROWN, newest.id, each, score))
        return
    if newest is not None and not _goes_beyond(score, newest, in_force.policy.alerts):
        return
    alert = AlertRecord(
        id=new_id("z", vault.random),
        person_id=each.person.id,
        day=each.day,
        number=newest.number + 1 if newest else 1,
        state=AlertState.OPEN,
        points=score.points,
        lines=score.lines,
        policy_version=in_force.version,
        raised_at=now,
        changed_at=now,
        revision=1,
        decided_by=None,
        decided_at=None,
        decision_entry="",
    )
    alert_queries.store_alert(tx, alert)
    vault.recorder.append(tx, _entry(Event.ALERT_RAISED, alert.id, each, score))
    tell_office(vault, tx, Office.SECURITY_OFFICER, NoticeKind.ALERT_RAISED, about=each.person.id, day=each.day)


def _goes_beyond(score: Score, decided: AlertRecord, terms: AlertPolicy) -> bool:
    """Whether somebody must look again, though an alert about this day was decided: what they saw was less."""
    return bool(score.rules - decided.rules) or score.points >= decided.points + terms.alert_points


def _entry(event: Event, alert_id: str, each: _Day, score: Score) -> Entry:
    details: Mapping[str, str | int] = {
        "alert": alert_id,
        "day": each.day.isoformat(),
        "points": score.points,
        "rules": ",".join(sorted(score.rules)) or "none",
    }
    return Entry(event, Outcome.SUCCESS, subject_person=each.person.id, details=details)
