"""How long a page of the trail's search takes on millions of events, beside a bare read of as many rows by key.

A page is what the use case asks the database: positions by time, the entries of the page, and the bars over time.
Opening the entries' values is another matter, of 50 entries whatever the trail's size.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.company import benchmark_company, on_each_database
from benchmarks.many_events import fill, names
from benchmarks.report import Findings, Goal, median
from tests.company import Company
from vault.database.engine import reading
from vault.database.tables.ledger import trail_head, trail_search
from vault.database.trail_searching import scan
from vault.trail.counting import count_over_time
from vault.trail.querying import criteria_of, parse_query

PAGE = 51
LIMIT_MS = 50.0
ZONE = "Asia/Shanghai"
BEGUN = dt.datetime(2027, 1, 4, tzinfo=dt.UTC)
_MEANING = """
"bare": 51 rows by primary key, newest first, from a random place. Each query: the newest page and a page further back,
alternately, each with its bars, in a transaction of its own. Milliseconds, 95 of 100 are as fast or faster, and the
median; "of bare" is the ratio of the medians.
"""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    repeats: int


SIZES = {"full": Size(10_000_000, 40), "quick": Size(200_000, 20), "smallest": Size(400, 2)}


def queries() -> dict[str, str]:
    """What auditors ask, from everything to what hardly ever happens."""
    known = names()
    person, quiet, other = known.people[1], known.people[300], known.people[2]
    return {
        "everything": "",
        "one week": "time:2027-03-01..2027-03-07",
        "everything a person did": f"actor:{person}",
        "a person on either side, one month": f"person:{quiet} time:2027-02",
        "everyone who saw a document": f"document:{known.documents[5]} event:view.opened,page.read",
        "a dossier without page reads": f"dossier:{known.dossiers[5]} -event:page.read",
        "denied": "outcome:denied",
        "what a person was refused": f"actor:{person} -outcome:success",
        "a family of events": "event:view.*",
        "out of hours": "is:out_of_hours",
        "a person out of hours": f"actor:{person} is:out_of_hours",
        "two people together": f"actor:{person} subject:{other}",
        "a reason from a place": 'reason:contract place:"Branch south"',
        "what never happened": f"actor:{person} event:key.created",
    }


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []

    def search(database: str, url: str) -> None:
        with benchmark_company(database_url=url) as company:
            fill(company.vault.engine, size.events, begun=BEGUN)
            slowest = 0.0
            bare = _milliseconds(size.repeats, lambda turn: _bare_page(company, turn))
            rows.append([f"{database}: bare", f"{bare[0]:.2f}", f"{bare[1]:.2f}", "1.0"])
            for name, line in queries().items():
                p95, middle = _milliseconds(size.repeats, lambda turn, line=line: _page(company, line, turn))  # type: ignore[misc]
                rows.append([f"{database}: {name}", f"{p95:.2f}", f"{middle:.2f}", f"{middle / bare[1]:.1f}"])
                slowest = max(slowest, p95)
            goals.append(Goal(f"{database}, slowest query of {size.events:,} events", slowest, LIMIT_MS, "ms"))

    left_out = on_each_database(search)
    return Findings("Searching the trail", _MEANING, ("", "p95 ms", "median", "of bare"), rows, goals, left_out)


def _milliseconds(repeats: int, work: Callable[[int], None]) -> tuple[float, float]:
    """What 95 of 100 take at most, and the median. The first two turns warm up and are not counted."""
    taken = []
    for turn in range(repeats + 2):
        begun = time.perf_counter()
        work(turn)
        taken.append((time.perf_counter() - begun) * 1000)
    counted = sorted(taken[2:])
    return counted[min(len(counted) * 95 // 100, len(counted) - 1)], median(counted)


def _page(company: Company, line: str, turn: int) -> None:
    with reading(company.vault.engine) as tx:
        criteria = criteria_of(tx, parse_query(line, ZONE, now=BEGUN))
        before = None if turn % 2 else _size(tx) // 2
        scan(tx, criteria, before=before, limit=PAGE)
        count_over_time(tx, criteria, zone=ZONE)


def _bare_page(company: Company, turn: int) -> None:
    with reading(company.vault.engine) as tx:
        before = _size(tx) * (turn + 1) // 100 + PAGE
        query = sa.select(trail_search).where(trail_search.c.position < before)
        tx.execute(query.order_by(trail_search.c.position.desc()).limit(PAGE)).all()


def _size(tx: sa.Connection) -> int:
    return int(tx.execute(sa.select(trail_head.c.size)).scalar_one())
