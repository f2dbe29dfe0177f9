"""What a person did in a day, from the trail: its search index, and for refusals the code in the leaf.

A day's numbers are a function of the trail, however often and by whichever node they are made.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Iterable

from vault.database import alert_queries, dossier_queries, ledger_reading, people_queries, team_queries
from vault.database.alert_notice_queries import CampaignRecord
from vault.database.alert_queries import ActRow
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.database.trail_searching import first_position
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event
from vault.model import DossierId, Duty, PersonState
from vault.place import parse_address
from vault.policy.alert_facts import (
    DayEvents,
    DayFacts,
    Opening,
    PageRead,
    Refusal,
    SessionPlace,
    bounds_of,
    device_of,
    facts_of,
    zone_of,
)
from vault.policy.alert_terms import AlertPolicy

ACTED = frozenset({Event.VIEW_OPENED.value, Event.VIEW_DENIED.value, Event.PAGE_READ.value})
"""What a person's day is made of."""
REFUSED_AT_THE_DOOR = frozenset({Event.SESSION_REFUSED.value})
OUTSIDE_CODES = frozenset(
    {
        "denied.not_assigned",
        "denied.not_borrower",
        "denied.assignment_ended",
        "denied.assignment_not_started",
        "denied.clearance",
        "not_found.document",
    }
)
"""Why a view was refused, where the person had no business with the document."""
LATEST_LOGGING = dt.timedelta(hours=6)
"""An act gets its place in the trail within a second; after so long it is no more looked for in its day."""
_LEAVES = 500


def gather_day(
    tx: Connection,
    person: PersonRecord,
    day: dt.date,
    *,
    terms: AlertPolicy,
    campaigns: Iterable[CampaignRecord],
) -> tuple[DayFacts, frozenset[str]]:
    """The numbers of the day, and which dossiers were opened in it."""
    zone = zone_of(person.timezone)
    begin, end = bounds_of(day, zone)
    first, last = first_position(tx, begin), first_position(tx, end + LATEST_LOGGING)
    acts = alert_queries.acts_of(tx, person.id, first=first, end=last, events=ACTED)
    acts = [act for act in acts if begin <= act.time < end]
    opened = [act for act in acts if act.event == Event.VIEW_OPENED.value and act.outcome == "success"]
    dossiers = frozenset(act.dossier_id for act in opened if act.dossier_id)
    events = DayEvents(
        openings=_openings(tx, person, opened, day, list(campaigns)),
        pages=[PageRead(act.time, act.document_id) for act in acts if act.event == Event.PAGE_READ.value],
        refusals=_refusals(tx, [act for act in acts if act.event == Event.VIEW_DENIED.value]),
        blocked_sign_ins=_blocked_sign_ins(tx, person, first, last, begin, end),
        sessions=_sessions(tx, opened),
    )
    facts = facts_of(
        events,
        zone=zone,
        seen_before=alert_queries.seen_before(tx, person.id, dossiers, day=day),
        settling=dt.timedelta(days=terms.settling_days),
        rush=dt.timedelta(minutes=terms.copied_minutes),
    )
    return facts, dossiers


def network_of(address: str) -> str:
    """The network of an address, for a place that no zone names: a new address in it is no new place."""
    parsed = parse_address(address)
    if parsed is None:
        return "?"
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False))


def _openings(
    tx: Connection, person: PersonRecord, opened: list[ActRow], day: dt.date, campaigns: list[CampaignRecord]
) -> list[Opening]:
    dossiers = sorted({DossierId(act.dossier_id) for act in opened})
    since: dict[str, list[tuple[dt.datetime, dt.datetime | None]]] = {}
    for held in dossier_queries.assignments_of_person_on(tx, person.id, dossiers):
        if held.duty is Duty.BORROWER:
            since.setdefault(held.dossier_id, []).append((held.starts_at, held.ends_at))
    for loan in team_queries.borrowings_of_person_on(tx, person.id, dossiers):
        since.setdefault(loan.dossier_id, []).append((loan.starts_at, loan.ends_at))
    return [
        Opening(
            time=act.time,
            document=act.document_id,
            dossier=act.dossier_id,
            session=act.session_id,
            assigned_at=_assigned_at(since.get(act.dossier_id, []), act.time),
            in_campaign=any(each.covers(person.id, act.dossier_id, day) for each in campaigns),
        )
        for act in opened
    ]


def _assigned_at(held: list[tuple[dt.datetime, dt.datetime | None]], moment: dt.datetime) -> dt.datetime | None:
    """Since when the dossier was theirs, by their first assignment to it: to be assigned anew makes nothing new."""
    is_held = any(starts <= moment and (ends is None or moment < ends) for starts, ends in held)
    return min(starts for starts, _ends in held) if is_held else None


def _refusals(tx: Connection, acts: list[ActRow]) -> list[Refusal]:
    found = []
    for start in range(0, len(acts), _LEAVES):
        batch = acts[start : start + _LEAVES]
        leaves = ledger_reading.load_leaves(tx, [act.position for act in batch])
        codes = {position: _code_of(leaf.leaf) for position, leaf in leaves.items()}
        found += [Refusal(act.time, act.document_id, codes.get(act.position, "") in OUTSIDE_CODES) for act in batch]
    return found


def _code_of(leaf: bytes) -> str:
    """The code of a denial; '' where the leaf was removed by age or cannot be read: verification says that."""
    try:
        return str(parse_object(leaf).get("code", ""))
    except NotCanonical:
        return ""


def _blocked_sign_ins(
    tx: Connection, person: PersonRecord, first: int, last: int, begin: dt.datetime, end: dt.datetime
) -> int:
    if PersonState.SUSPENDED not in {person.state, person.state_at(begin)}:
        return 0
    acts = alert_queries.acts_of(tx, person.id, first=first, end=last, events=REFUSED_AT_THE_DOOR, as_subject=True)
    return sum(begin <= act.time < end for act in acts)


def _sessions(tx: Connection, opened: list[ActRow]) -> dict[str, SessionPlace]:
    found = {}
    for act in opened:
        if act.session_id in found:
            continue
        session = people_queries.load_session(tx, act.session_id)
        if session is not None:
            place = act.place_zone or network_of(session.address)
            found[act.session_id] = SessionPlace(place, device_of(session.user_agent))
    return found
