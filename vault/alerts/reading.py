"""Alerts as they are read: the list, and one alert with what the person did around it. Reading one is recorded.

Security officers work them; auditors read along. Shown are times, references, ids, pages and places: no title, content
or reason of a view. A decision's reason comes from its entry in the trail.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from vault.alerts.gathering import ACTED, network_of
from vault.database import alert_queries, dossier_queries, ledger_reading, people_queries
from vault.database.alert_queries import ActRow, AlertRecord, AlertState
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.trail_searching import first_position
from vault.errors import NotFound
from vault.ledger.events import Event
from vault.ledger.reader import open_entries
from vault.model import Actor, Office, PersonId, Reason
from vault.policy.alert_facts import bounds_of, zone_of
from vault.policy.alerting import Line
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.standing import reading_key_of

PAGE_ROWS = 50
MOST_AROUND = 500
READERS = (Office.SECURITY_OFFICER, Office.AUDITOR)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with the names of whom it is about and who decided it."""

    id: str
    person_id: PersonId
    person_name: str
    staff_number: str
    day: dt.date
    state: AlertState
    points: int
    lines: tuple[Line, ...]
    policy_version: int
    raised_at: dt.datetime
    changed_at: dt.datetime
    revision: int
    decided_by: str
    decided_at: dt.datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is AlertState.OPEN

    @property
    def has_rules(self) -> bool:
        return any(line.is_rule for line in self.lines)


@dataclass(frozen=True, slots=True)
class AlertList:
    """At most :data:`PAGE_ROWS` alerts of one state; ``older``: where a next page begins, '' where there are no more.

    ``counts`` are of all alerts, by state.
    """

    rows: list[AlertRow]
    older: str
    counts: dict[AlertState, int]


@dataclass(frozen=True, slots=True)
class AroundRow:
    """A document that the person opened or was refused on the day; ``pages`` were read of it on the whole day."""

    time: dt.datetime
    is_refused: bool
    reference: str
    document_id: str
    pages: int
    place: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """``around`` is cut off at :data:`MOST_AROUND`. ``reason`` is None while the vault is sealed, and if undecided."""

    row: AlertRow
    reason: Reason | None
    timezone: str
    around: tuple[AroundRow, ...]
    is_cut_off: bool
    others: tuple[AlertRow, ...]
    """Other alerts about the same person, newest first."""
    usual_days: int
    """On how many days of the weeks before the person opened something."""


def list_alerts(vault: Vault, actor: Actor, *, state: AlertState = AlertState.OPEN, before: str = "") -> AlertList:
    """The alerts in one state, newest first. ``before`` is the id of the alert that the page before ended with."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        found = alert_queries.list_alerts(tx, state, limit=PAGE_ROWS + 1, before=before)
        shown = found[:PAGE_ROWS]
        older = shown[-1].id if len(found) > PAGE_ROWS else ""
        return AlertList(_rows(tx, shown), older, alert_queries.count_by_state(tx))


def each_alert(vault: Vault, actor: Actor, *, state: AlertState) -> Iterator[AlertRow]:
    """Every alert in one state, newest first: as :func:`list_alerts`, page after page."""
    before, has_more = "", True
    while has_more:
        page = list_alerts(vault, actor, state=state, before=before)
        yield from page.rows
        before, has_more = page.older, bool(page.older)


def revision_of(vault: Vault, actor: Actor, *, alert_id: str) -> int:
    """Which revision of the alert is the present one; 0 for an id that is none, which deciding refuses and records."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        alert = alert_queries.load_alert(tx, alert_id)
        return alert.revision if alert else 0


def count_open(vault: Vault, actor: Actor) -> int:
    """How many alerts wait for a security officer; for anybody else 0."""
    if actor.office is not Office.SECURITY_OFFICER:
        return 0
    with reading(vault.engine) as tx:
        return alert_queries.count_open(tx)


def show_alert(vault: Vault, actor: Actor, *, alert_id: str) -> AlertPage:
    """One alert, for those who may read them: recorded, since it shows what somebody did."""
    with deciding(vault, denial_of(Event.ALERT_READ, actor)) as tx:
        require_office(tx, actor, *READERS)
        alert = load_alert(tx, alert_id)
        details = {"alert": alert.id}
        vault.recorder.append(tx, done_by(actor, Event.ALERT_READ, subject_person=alert.person_id, details=details))
    with reading(vault.engine) as tx:
        person = people_queries.people_by_id(tx, {alert.person_id})[alert.person_id]
        around = _around(tx, person, alert.day)
        begin = alert.day - dt.timedelta(weeks=8)
        others = alert_queries.alerts_of_person(tx, alert.person_id, limit=20)
        return AlertPage(
            row=_rows(tx, [alert])[0],
            reason=reason_of_entry(vault, tx, alert.decision_entry),
            timezone=person.timezone,
            around=tuple(around[:MOST_AROUND]),
            is_cut_off=len(around) > MOST_AROUND,
            others=tuple(_rows(tx, [each for each in others if each.id != alert.id])),
            usual_days=sum(
                facts.looks > 0 for facts in alert_queries.days_of(tx, person.id, begin=begin, end=alert.day).values()
            ),
        )


def load_alert(tx: Connection, alert_id: str) -> AlertRecord:
    """NotFound for an id that is none."""
    alert = alert_queries.load_alert(tx, alert_id)
    if alert is None:
        raise NotFound(recorded_as="not_found.alert")
    return alert


def reason_of_entry(vault: Vault, tx: Connection, entry_id: str) -> Reason | None:
    """The reason that was recorded with an entry; None before it has its place in the trail, and while sealed."""
    leaf = ledger_reading.leaf_of_entry(tx, entry_id) if entry_id else None
    opened = open_entries(tx, [leaf], reading_key=reading_key_of(vault)) if leaf else []
    return opened[0].reason if opened else None


def _rows(tx: Connection, found: list[AlertRecord]) -> list[AlertRow]:
    named = {each.person_id for each in found} | {each.decided_by for each in found if each.decided_by}
    people = people_queries.people_by_id(tx, named)
    return [
        AlertRow(
            id=each.id,
            person_id=each.person_id,
            person_name=people[each.person_id].name,
            staff_number=people[each.person_id].staff_number,
            day=each.day,
            state=each.state,
            points=each.points,
            lines=each.lines,
            policy_version=each.policy_version,
            raised_at=each.raised_at,
            changed_at=each.changed_at,
            revision=each.revision,
            decided_by=people[each.decided_by].name if each.decided_by else "",
            decided_at=each.decided_at,
        )
        for each in found
    ]


def _around(tx: Connection, person: PersonRecord, day: dt.date) -> list[AroundRow]:
    """Each document once, when it was first opened or refused, in order."""
    begin, end = bounds_of(day, zone_of(person.timezone))
    first, last = first_position(tx, begin), first_position(tx, end + dt.timedelta(hours=6))
    acts = alert_queries.acts_of(tx, person.id, first=first, end=last, events=ACTED)
    acts = [act for act in acts if begin <= act.time < end]
    pages = Counter(act.document_id for act in acts if act.event == Event.PAGE_READ.value)
    references = dossier_queries.references_of(tx, {act.dossier_id for act in acts} - {""})
    shown: dict[tuple[str, bool], AroundRow] = {}
    for act in acts:
        is_refused = act.outcome != "success"
        if act.event != Event.PAGE_READ.value and (act.document_id, is_refused) not in shown:
            shown[act.document_id, is_refused] = AroundRow(
                time=act.time,
                is_refused=is_refused,
                reference=references.get(act.dossier_id, ""),
                document_id=act.document_id,
                pages=0 if is_refused else pages[act.document_id],
                place=_place_of(tx, act),
            )
    return list(shown.values())


def _place_of(tx: Connection, act: ActRow) -> str:
    """The zone, or the network where no zone is named: as the scoring tells places apart."""
    if act.place_zone:
        return act.place_zone
    session = people_queries.load_session(tx, act.session_id) if act.session_id else None
    return network_of(session.address) if session else ""
