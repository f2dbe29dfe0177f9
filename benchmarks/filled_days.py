"""A year of views, day by day: sessions, views, quotas, the rows that the trail is searched by, and days in numbers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from benchmarks.bulk import insert_records, insert_rows
from benchmarks.many_events import EventFiller
from benchmarks.register import Register
from benchmarks.simulated_company import PersonDay
from tests.company import Company
from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.alerts import alert_days
from vault.database.tables.people import sessions
from vault.database.tables.views import view_quotas, views
from vault.database.view_queries import ViewRecord
from vault.ledger.events import Event
from vault.model import EntryId, PlaceSource, ReasonCategory, SessionId, VersionId, ViewId, new_id
from vault.policy.alert_facts import DayFacts
from vault.policy.alerting import is_workday

BATCH = 20_000
_LEASE = dt.timedelta(minutes=15)
_CATEGORIES = tuple(each.value for each in ReasonCategory)


@dataclass(slots=True)
class _Batch:
    """Records of some days, and the rows of the trail that go with them, by their time."""

    sessions: list[dict[str, object]] = field(default_factory=list)
    views: list[ViewRecord] = field(default_factory=list)
    days: list[dict[str, object]] = field(default_factory=list)
    acts: list[tuple[ViewRecord, str, str]] = field(default_factory=list)


def fill_days(company: Company, register: Register) -> int:
    """Writes the simulated days; how many views there were. Days on which nobody did anything leave nothing."""
    filler = EventFiller(company.vault.engine, grows_tree=True)
    used: Counter[tuple[int, int]] = Counter()
    batch, number = _Batch(), 0
    for day, people in register.company.days():
        for person_day in people:
            number += _add(company, register, batch, person_day, day + register.later, used)
        for row in _trail_rows(batch, filler):
            filler.add(row)
        batch.acts = []
        if len(batch.views) >= BATCH:
            _store(company, batch)
            batch = _Batch()
    _store(company, batch)
    filler.finish()
    quotas = [
        (register.people[person], register.documents[document], 0, times, 0)
        for (person, document), times in sorted(used.items())
    ]
    columns = ("person_id", "document_id", "version_number", "used", "granted")
    insert_rows(company.vault.engine, view_quotas, columns, quotas)
    return number


def _add(
    company: Company,
    register: Register,
    batch: _Batch,
    person_day: PersonDay,
    day: dt.date,
    used: Counter[tuple[int, int]],
) -> int:
    random, number = company.vault.random, person_day.person.number
    person_id, events = register.people[number], person_day.events
    known = {}
    for name, seen in events.sessions.items():
        known[name] = SessionId(new_id("s", random))
        began = dt.datetime.combine(day, dt.time(7), dt.UTC)
        batch.sessions.append(
            {
                "id": known[name],
                "token_digest": random(32),
                "person_id": person_id,
                "address": f"10.1.{number // 250}.{number % 250}",
                "user_agent": seen.device,
                "created_at": began,
                "last_seen_at": began,
                "expires_at": began + dt.timedelta(hours=12),
                "ended_at": began + dt.timedelta(hours=12),
                "end_cause": "expired",
            }
        )
    pages = Counter(page.document for page in events.pages)
    for opening in events.openings:
        dossier, document = (int(each) for each in opening.document[1:].split("-"))
        place = register.document_at(dossier, document)
        used[number, place] += 1
        view = ViewRecord(
            id=ViewId(new_id("w", random)),
            person_id=person_id,
            session_id=known[opening.session],
            document_id=register.documents[place],
            version_id=VersionId(register.versions[place]),
            quota_version=0,
            idempotency_key=f"filled-{len(batch.views)}-{number}-{day}",
            number=used[number, place],
            allowed=100,
            opened_at=opening.time + register.later,
            expires_at=opening.time + register.later + _LEASE,
            wrapped_key=None,
            place_label=events.sessions[opening.session].place,
            pages_delivered=pages.pop(opening.document, 1),
            claim_returned=False,
            ended_at=opening.time + register.later + _LEASE,
            end_cause="expired",
            ended_by=None,
            opening_entry=EntryId(new_id("e", random)),
            pack_object="",
            day=day.isoformat(),
            day_class=register.class_of(dossier).value,
        )
        batch.views.append(view)
        batch.acts.append((view, register.dossiers[dossier], _CATEGORIES[place % len(_CATEGORIES)]))
    facts = DayFacts(looks=len(events.openings), pages=len(events.pages))
    batch.days.append(
        {
            "person_id": person_id,
            "day": day,
            "is_workday": is_workday(day),
            "role": person_day.person.role,
            "looks": facts.looks,
            "counted": facts.counted,
            "pages": facts.pages,
            "first_seen": 0,
            "points": 0,
            "facts": msgspec.json.encode(facts).decode(),
            "lines": "[]",
        }
    )
    return len(events.openings)


def _trail_rows(batch: _Batch, filler: EventFiller) -> Iterator[SearchRow]:
    """One for each view that was opened; none logged before the one before it."""
    for view, dossier_id, reason in sorted(batch.acts, key=lambda act: act[0].opened_at):
        logged = max(view.opened_at, filler.logged_at)
        yield SearchRow(
            filler.position, view.opened_at, logged, Event.VIEW_OPENED.value, "success", view.person_id, "", dossier_id,
            view.document_id, view.id, view.session_id, reason, view.place_label, PlaceSource.ZONE.value,
        )  # fmt: skip


def _store(company: Company, batch: _Batch) -> None:
    engine = company.vault.engine
    insert_records(engine, sessions, batch.sessions)
    insert_records(engine, views, batch.views)
    insert_records(engine, alert_days, batch.days)
