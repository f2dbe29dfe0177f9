"""What the trail says happened, counted, and whether the rows of the business tables say the same (I5, I7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database import ledger_reading
from vault.database.document_queries import VersionState
from vault.database.engine import Connection
from vault.database.tables.custody import key_versions
from vault.database.tables.dossiers import assignments, document_versions, dossiers
from vault.database.tables.people import people, sessions
from vault.database.tables.requests import released_copies
from vault.database.tables.views import views
from vault.ledger.canonical import parse_object
from vault.ledger.events import Event, Outcome

HOLDS_PAGES = {VersionState.SUBMITTED, VersionState.LIVE, VersionState.REPLACED}
_SUBJECTS = ("dossier", "document", "version", "view", "request")


@dataclass(frozen=True)
class TrailFacts:
    """How often each successful event stands in the trail, in all and by what it was about."""

    by_event: Counter[Event]
    by_subject: Counter[tuple[Event, str]]

    def about(self, event: Event, subject: str) -> int:
        return self.by_subject[(event, subject)]


def facts_of_trail(tx: Connection) -> TrailFacts:
    """Every leaf, and every entry that waits to become one."""
    by_event: Counter[Event] = Counter()
    by_subject: Counter[tuple[Event, str]] = Counter()
    leaves = [leaf.leaf for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
    for encoded in (*leaves, *ledger_reading.waiting_drafts(tx)):
        facts = parse_object(encoded)
        if facts["outcome"] == Outcome.SUCCESS.value:
            event = Event(str(facts["event"]))
            by_event[event] += 1
            by_subject.update((event, str(facts[name])) for name in _SUBJECTS if name in facts)
    return TrailFacts(by_event, by_subject)


def differences(tx: Connection, facts: TrailFacts) -> Iterator[str]:
    """Everything that stands in a row and not in the trail, or the other way round."""
    yield from _views(tx, facts)
    yield from _copies(tx, facts)
    yield from _versions(tx, facts)
    yield from _counts(tx, facts)


def _views(tx: Connection, facts: TrailFacts) -> Iterator[str]:
    rows = {view.id: view for view in tx.execute(sa.select(views))}
    for view in rows.values():
        ends = facts.about(Event.VIEW_ENDED, view.id) + facts.about(Event.VIEW_REVOKED, view.id)
        for what, in_trail, in_row in (
            ("was opened", facts.about(Event.VIEW_OPENED, view.id), 1),
            ("has ended", ends, int(view.ended_at is not None)),
            ("was returned", facts.about(Event.VIEW_CLAIM_RETURNED, view.id), int(view.claim_returned)),
        ):
            if in_trail != in_row:
                yield f"I7 view {view.id} {what} {in_trail} times in the trail, {in_row} in its row"
        if view.wrapped_key is not None and facts.about(Event.VIEW_KEYED, view.id) != 1:
            yield f"I7 view {view.id} has a key that the trail does not know of"
        pages = facts.about(Event.PAGE_READ, view.id)
        if pages != view.pages_delivered:
            yield f"I5 view {view.id} counts {view.pages_delivered} pages, the trail {pages}"
    opened = {subject for event, subject in facts.by_subject if event is Event.VIEW_OPENED and subject.startswith("w")}
    for subject in opened - rows.keys():
        yield f"I7 view {subject} was opened in the trail and has no row"


def _copies(tx: Connection, facts: TrailFacts) -> Iterator[str]:
    """Once swept: a download that is taken has come to a file, and to one."""
    for copy in tx.execute(sa.select(released_copies)):
        delivered = facts.about(Event.COPY_DELIVERED, copy.id)
        if delivered != int(copy.downloaded_at is not None and copy.release_entry is None):
            yield f"I7 copy {copy.id} was delivered {delivered} times in the trail, its row says otherwise"
        if delivered > facts.about(Event.COPY_RELEASED, copy.id):
            yield f"I7 copy {copy.id} was delivered without a release"


def _versions(tx: Connection, facts: TrailFacts) -> Iterator[str]:
    """A refused version may have been submitted or have yielded to an earlier copy of the same content."""
    for version in tx.execute(sa.select(document_versions)):
        state = VersionState(version.state)
        if state is VersionState.REFUSED:
            continue
        for event, wanted in {
            Event.DOCUMENT_SUBMITTED: int(state is not VersionState.PENDING),
            Event.DOCUMENT_CONVERTED: int(state in HOLDS_PAGES),
            Event.DOCUMENT_FILED: int(state in {VersionState.LIVE, VersionState.REPLACED}),
        }.items():
            found = facts.about(event, version.id)
            if found != wanted:
                yield f"I7 version {version.id} is {state.value}, but {event.value} stands {found} times in the trail"


def _counts(tx: Connection, facts: TrailFacts) -> Iterator[str]:
    for event, table in {
        Event.SESSION_OPENED: sessions,
        Event.PERSON_CREATED: people,
        Event.DOSSIER_CREATED: dossiers,
        Event.DOSSIER_ASSIGNED: assignments,
        Event.KEY_CREATED: key_versions,
    }.items():
        rows = int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
        if facts.by_event[event] != rows:
            yield f"I7 {rows} rows of {table.name}, but {facts.by_event[event]} times {event.value}"
