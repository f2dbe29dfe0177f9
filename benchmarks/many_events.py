"""A trail of many events, made in bulk: search rows and tallies as the sequencer writes them.

A company of 400 people, 2,000 dossiers and 8,000 documents works through as many days as it takes, mostly by day and
on weekdays: people sign in, are granted views, read pages, are now and then refused. Deterministic, so that two runs
measure the same.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.bulk import insert_rows, settle
from vault.database import ledger_sequencing, trail_tallying
from vault.database.engine import Connection, Engine, transaction
from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_head, trail_search, trail_tallies
from vault.ledger.tree import HASH_BYTES, Frontier

PEOPLE, DOSSIERS, DOCUMENTS = 400, 2_000, 8_000
EVENTS_A_DAY = 20_000
BATCH = 20_000
_PLACES = (("Head office", "zone"), ("Branch south", "zone"), ("", "declared"))
_CATEGORIES = ("customer_meeting", "offer", "contract", "service_case", "other")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids that the events are about."""

    people: list[str]
    dossiers: list[str]
    documents: list[str]


def names() -> Names:
    """Always the same ones."""
    return Names(
        [made_id("p", number) for number in range(PEOPLE)],
        [made_id("d", number) for number in range(DOSSIERS)],
        [made_id("f", number) for number in range(DOCUMENTS)],
    )


def made_id(kind: str, number: int) -> str:
    """An id as the vault forms them."""
    digest = hashlib.sha256(f"{kind}{number}".encode()).digest()[:16]
    return kind + base64.b32encode(digest).decode("ascii").rstrip("=").lower()


def fill(engine: Engine, number: int, *, begun: dt.datetime) -> None:
    """Appends ``number`` search rows with their tallies behind what the trail has, and moves its head there."""
    with _without_indexes(engine):
        filler = EventFiller(engine)
        for row in search_rows(filler.position, number, begun=max(filler.logged_at, begun)):
            filler.add(row)
    filler.finish()


class EventFiller:
    """Appends search rows with their tallies behind what the trail has, and at last moves its head there.

    Faster than the sequencer by far: rows go in as they are, tallies once. The leaves are missing, so a verification
    finds nothing but that. ``grows_tree``: the tree grows by as many made-up hashes, so that the sequencer can go on.
    """

    def __init__(self, engine: Engine, *, grows_tree: bool = False) -> None:
        with transaction(engine) as tx:
            head = ledger_sequencing.load_head(tx)
        if head is None:
            raise RuntimeError("the trail has not begun")
        self.position, self.logged_at = head.size, head.logged_at
        self._engine, self._start = engine, head.size
        self._frontier = Frontier.from_bytes(head.size, head.edge) if grows_tree else None
        self._tallies: Counter[tuple[str, str, int]] = Counter()
        self._batch: list[SearchRow] = []

    def add(self, row: SearchRow) -> None:
        """The next row: its position must be :attr:`position`, its time none before :attr:`logged_at`."""
        if row.position != self.position or row.logged < self.logged_at:
            raise ValueError(f"{row.position} is not the next place")
        self.position, self.logged_at = row.position + 1, row.logged
        self._tallies.update(trail_tallying.keys_of(row))
        self._batch.append(row)
        if len(self._batch) == BATCH:
            self._store()

    def finish(self) -> None:
        self._store()
        moved: dict[str, object] = {"size": self.position, "logged_at": self.logged_at, "day_from": self.position}
        if self._frontier is not None:
            moved["edge"] = self._frontier.edge_bytes()
        with transaction(self._engine) as tx:
            _store_tallies(tx, self._tallies)
            head = ledger_sequencing.load_head(tx)
            if head is None or head.size != self._start:
                raise RuntimeError("somebody else has sequenced meanwhile")
            tx.execute(sa.update(trail_head).values(moved))
        settle(self._engine, trail_search, trail_tallies)

    def _store(self) -> None:
        store_search_rows(self._engine, self._batch)
        if self._frontier is not None and self._batch:
            self._frontier.extend(random.randbytes(HASH_BYTES) for _row in self._batch)
        self._batch = []


def search_rows(start: int, number: int, *, begun: dt.datetime) -> Iterator[SearchRow]:
    """The rows, from position ``start`` on."""
    dice, known = random.Random(7), names()
    position, day, made = start, begun, 0
    while made < number:
        is_weekday = day.weekday() < 5
        of_day = min(EVENTS_A_DAY if is_weekday else EVENTS_A_DAY // 20, number - made)
        moments = sorted(_moment(dice, day) for _event in range(of_day))
        acts = _acts(dice, known)
        for moment in moments:
            event, outcome, person, subject, dossier, document, view, session, reason, place = next(acts)
            zone, source = _PLACES[place]
            yield SearchRow(
                position, moment, moment, event, outcome, person, subject, dossier, document, view,
                session, reason, zone, source,
            )  # fmt: skip
            position += 1
        made += of_day
        day += _DAY


def _moment(dice: random.Random, day: dt.datetime) -> dt.datetime:
    """Nearly always in working hours of Shanghai, which begin at midnight of UTC."""
    minutes = dice.triangular(0, 660, 200) if dice.random() < 0.98 else dice.uniform(0, 1439)
    return day + dt.timedelta(milliseconds=int(minutes * 60_000))


_Act = tuple[str, str, str, str, str, str, str, str, str, int]


def _acts(dice: random.Random, known: Names) -> Iterator[_Act]:
    """One session of one person after another: sign-in, some views with their pages, sign-out."""
    serial = dice.randrange(10**9)
    while True:
        person, place = known.people[int(dice.paretovariate(1.2)) % PEOPLE], min(int(dice.expovariate(1.5)), 2)
        serial += 1
        session = made_id("s", serial)
        yield "session.opened", "success", person, "", "", "", "", session, "", place
        for _view in range(dice.randrange(1, 5)):
            number = dice.randrange(DOCUMENTS)
            document, dossier = known.documents[number], known.dossiers[number % DOSSIERS]
            reason = _CATEGORIES[dice.randrange(len(_CATEGORIES))]
            if dice.random() < 0.02:
                yield "view.denied", "denied", person, "", dossier, document, "", session, reason, place
                continue
            serial += 1
            view = made_id("w", serial)
            yield "view.opened", "success", person, "", dossier, document, view, session, reason, place
            yield "view.keyed", "success", person, "", dossier, document, view, session, "", place
            for _page in range(dice.randrange(1, 9)):
                yield "page.read", "success", person, "", dossier, document, view, session, "", place
            yield "view.ended", "success", person, "", dossier, document, view, session, "", place
        if dice.random() < 0.05:
            other = known.people[dice.randrange(PEOPLE)]
            yield "request.decided", "success", person, other, dossier, document, "", session, "offer", place
        yield "session.ended", "success", person, "", "", "", "", session, "", place


def _plain(row: SearchRow) -> tuple[object, ...]:
    """As the driver takes it: times in milliseconds."""
    moment = int(row.logged.timestamp() * 1000)
    values = [getattr(row, name) for name in SearchRow.__slots__]
    return (values[0], moment, moment, *values[3:])


@contextmanager
def _without_indexes(engine: Engine) -> Iterator[None]:
    """Built over all rows at the end, in a fraction of the time that it takes to keep them up to date row by row."""
    indexes = sorted(trail_search.indexes, key=lambda index: str(index.name))
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    yield
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)


def store_search_rows(engine: Engine, rows: list[SearchRow]) -> None:
    """As they are; their tallies are the caller's."""
    insert_rows(engine, trail_search, SearchRow.__slots__, map(_plain, rows))


def _store_tallies(tx: Connection, tallies: Counter[tuple[str, str, int]]) -> None:
    rows = [
        {"kind": kind, "subject": subject, "hour": hour, "number": number}
        for (kind, subject, hour), number in sorted(tallies.items())
    ]
    tx.execute(sa.insert(trail_tallies), rows)
