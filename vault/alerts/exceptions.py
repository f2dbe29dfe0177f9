"""Exceptions: what gives a person no points for a while, with a reason. Every version stays, whoever set or lifted it.

Only features can be excepted; hard rules hold for everybody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.alerts.reading import reason_of_entry
from vault.database import alert_notice_queries, people_queries
from vault.database.alert_notice_queries import ExceptionRecord
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.errors import AccessDenied, Conflict, InputError
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, Reason
from vault.people.humans import same_human
from vault.policy.alert_facts import day_of, zone_of
from vault.policy.alerting import Feature
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault

READERS = (Office.SECURITY_OFFICER, Office.AUDITOR)
_FEATURES = {feature.value for feature in Feature}


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One version; ``is_in_force`` for the newest one while it lasts. ``is_lifting`` if it ended the one before."""

    person_id: PersonId
    person_name: str
    staff_number: str
    feature: str
    version: int
    until_day: dt.date
    set_by: str
    set_at: dt.datetime
    is_in_force: bool
    is_lifting: bool
    reason: Reason | None


def set_exception(
    vault: Vault, actor: Actor, *, person: str, feature: str, until_day: dt.date | None, note: str
) -> None:
    """Sets or changes one, up to and including a day. InputError ``exception.*``; never for oneself."""
    reason = check_reason(ReasonDraft("other", note))
    with deciding(vault, denial_of(Event.EXCEPTION_SET, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        subject = _find(tx, person)
        if same_human(tx, actor.person_id, subject.id):
            raise AccessDenied("denied.own_exception")
        if feature not in _FEATURES:
            raise InputError("exception.feature")
        today = day_of(vault.clock.now(), zone_of(actor.timezone))
        longest = policy_in_force(tx).policy.alerts.exception_days
        if until_day is None or not today <= until_day <= today + dt.timedelta(days=longest):
            raise InputError("exception.until", limit=longest)
        _store(vault, tx, actor, subject, feature, until_day=until_day, event=Event.EXCEPTION_SET, reason=reason)


def lift_exception(vault: Vault, actor: Actor, *, person_id: str, feature: str, note: str) -> None:
    """Lifts the one in force: from today on the feature gives points again. Conflict if there is none."""
    reason = check_reason(ReasonDraft("other", note))
    with deciding(vault, denial_of(Event.EXCEPTION_LIFTED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        newest = alert_notice_queries.newest_exception(tx, person_id, feature)
        today = day_of(vault.clock.now(), zone_of(actor.timezone))
        if newest is None or newest.until_day < today:
            raise Conflict("exception.lifted")
        subject = people_queries.people_by_id(tx, {newest.person_id})[newest.person_id]
        yesterday = today - dt.timedelta(days=1)
        _store(vault, tx, actor, subject, feature, until_day=yesterday, event=Event.EXCEPTION_LIFTED, reason=reason)


def list_exceptions(vault: Vault, actor: Actor) -> list[ExceptionRow]:
    """Every version, newest first."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        found = alert_notice_queries.list_exceptions(tx)
        people = people_queries.people_by_id(tx, {each for row in found for each in (row.person_id, row.set_by)})
        newest = {(row.person_id, row.feature): row.version for row in sorted(found, key=lambda row: row.version)}
        today = day_of(vault.clock.now(), zone_of(actor.timezone))
        return [
            ExceptionRow(
                person_id=row.person_id,
                person_name=people[row.person_id].name,
                staff_number=people[row.person_id].staff_number,
                feature=row.feature,
                version=row.version,
                until_day=row.until_day,
                set_by=people[row.set_by].name,
                set_at=row.set_at,
                is_in_force=newest[row.person_id, row.feature] == row.version and today <= row.until_day,
                is_lifting=row.is_lifting,
                reason=reason_of_entry(vault, tx, row.entry),
            )
            for row in found
        ]


def _store(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    subject: PersonRecord,
    feature: str,
    *,
    until_day: dt.date,
    event: Event,
    reason: Reason,
) -> None:
    """A further version, with its entry. Two at once: one holds, the other is Conflict by the key."""
    newest = alert_notice_queries.newest_exception(tx, subject.id, feature)
    version = newest.version + 1 if newest else 1
    details = {"feature": feature, "to": until_day.isoformat(), "version": version}
    entry = done_by(actor, event, subject_person=subject.id, reason=reason, details=details)
    record = ExceptionRecord(
        person_id=subject.id,
        feature=feature,
        version=version,
        until_day=until_day,
        is_lifting=event is Event.EXCEPTION_LIFTED,
        set_by=actor.person_id,
        set_at=vault.clock.now(),
        entry=vault.recorder.append(tx, entry),
    )
    alert_notice_queries.store_exception(tx, record)


def _find(tx: Connection, typed: str) -> PersonRecord:
    word = typed.strip()
    found = people_queries.find_person_by_login(tx, word) or people_queries.find_person_by_staff_number(tx, word)
    if found is None:
        raise InputError("exception.person")
    return found
