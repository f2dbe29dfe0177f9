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
from itertools import islice

import sqlalchemy as sa

from vault.database import ledger_sequencing, trail_tallying
from vault.database.engine import Connection, Engine, transaction
from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_head, trail_search, trail_tallies

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
    """Appends ``number`` search rows with their tallies behind what the trail has, and moves its head there.

    Faster than the sequencer by far: rows go in as they are, tallies once, indexes last. The leaves are missing, so a
    verification finds nothing but that.
    """
    with transaction(engine) as tx:
        head = ledger_sequencing.load_head(tx)
        if head is None:
            raise RuntimeError("the trail has not begun")
        start, logged = head.size, max(head.logged_at, begun)
    tallies: Counter[tuple[str, str, int]] = Counter()
    with _without_indexes(engine):
        rows = search_rows(start, number, begun=logged)
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                tallies.update(trail_tallying.keys_of(row))
            store_search_rows(engine, batch)
            logged = batch[-1].logged
    with transaction(engine) as tx:
        _store_tallies(tx, tallies)
        moved = ledger_sequencing.load_head(tx)
        if moved is None or moved.size != start:
            raise RuntimeError("somebody else has sequenced meanwhile")
        tx.execute(sa.update(trail_head).values(size=start + number, logged_at=logged, day_from=start + number))
    _settle(engine)


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
    """As they are; their tallies are the caller's.

    By COPY on PostgreSQL, by the driver's own loop on SQLite: no statement is built for each row.
    """
    columns = ", ".join(SearchRow.__slots__)
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        if engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY trail_search ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                for row in rows:
                    copy.write_row(_plain(row))
        else:
            places = ", ".join("?" * len(SearchRow.__slots__))
            cursor.executemany(f"INSERT INTO trail_search ({columns}) VALUES ({places})", map(_plain, rows))


def _store_tallies(tx: Connection, tallies: Counter[tuple[str, str, int]]) -> None:
    rows = [
        {"kind": kind, "subject": subject, "hour": hour, "number": number}
        for (kind, subject, hour), number in sorted(tallies.items())
    ]
    tx.execute(sa.insert(trail_tallies), rows)


def _settle(engine: Engine) -> None:
    """What autovacuum does by itself in an hour of real life."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {trail_search.name}, {trail_tallies.name}")
