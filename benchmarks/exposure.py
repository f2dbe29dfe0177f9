"""How long it takes to show what somebody saw, with thousands of views by one person among those of everybody.

The whole use case: deciding, its entry in the trail, counting by dossier, reasons and places, ranking, weeks.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.company import benchmark_company, on_each_database
from benchmarks.report import Findings, Goal, median
from tests.company import Company
from vault.database.engine import transaction
from vault.database.tables.dossiers import documents, dossiers
from vault.database.tables.ledger import trail_search
from vault.database.tables.views import views
from vault.leaving.exposure import show_exposure
from vault.model import new_id

LIMIT_SECONDS = 2.0
DAYS = 365
BATCH = 2_000
_MEANING = """
One person with so many views of documents in so many dossiers, a page and a reason each, and three times as many by
another person. Seconds for the whole use case; the slowest of the repeats and the median.
"""


@dataclass(frozen=True, slots=True)
class Size:
    views: int
    dossiers: int
    repeats: int


SIZES = {"full": Size(10_000, 1_000, 10), "quick": Size(3_000, 400, 5), "smallest": Size(40, 4, 2)}


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []

    def show(database: str, url: str) -> None:
        with benchmark_company(database_url=url, with_document=True) as company:
            company.open_and_read(company.signed_in("borrower"))
            company.sequence()
            _fill(company, size)
            taken = [_seconds(company, size) for _ in range(size.repeats + 1)][1:]  # the first warms up
            rows.append([database, f"{max(taken):.2f}", f"{median(taken):.2f}"])
            goals.append(Goal(f"{database}, {size.views:,} views of one person", max(taken), LIMIT_SECONDS, "s"))

    left_out = on_each_database(show)
    return Findings("What somebody saw", _MEANING, ("", "slowest s", "median s"), rows, goals, left_out)


def _seconds(company: Company, size: Size) -> float:
    begun = time.perf_counter()
    found = show_exposure(company.vault, company.at_keyboard("auditor"), person_id=company.ids["borrower"], days=DAYS)
    taken = time.perf_counter() - begun
    if found.views != size.views + 1:
        raise AssertionError(f"{found.views} views were found")
    return taken


def _fill(company: Company, size: Size) -> None:
    """Rows as the use cases leave them, copied from one that they made, under other ids and at other times."""
    random, now = company.vault.random, company.vault.clock.now()
    with transaction(company.vault.engine) as tx:
        dossier = dict(tx.execute(sa.select(dossiers).limit(1)).one()._mapping)
        document = dict(tx.execute(sa.select(documents).limit(1)).one()._mapping)
        view = dict(tx.execute(sa.select(views).limit(1)).one()._mapping)
        entry = dict(tx.execute(sa.select(trail_search).where(trail_search.c.event == "view.opened")).first()._mapping)  # type: ignore[union-attr]
        ids = [(new_id("d", random), new_id("f", random)) for _ in range(size.dossiers)]
        tx.execute(
            sa.insert(dossiers), [dossier | {"id": one, "reference": f"B{at:07}"} for at, (one, _) in enumerate(ids)]
        )
        tx.execute(sa.insert(documents), [document | {"id": each, "dossier_id": one} for one, each in ids])
    people = [company.ids["borrower"]] * size.views + [company.ids["other"]] * (size.views * 3)
    for first in range(0, len(people), BATCH):
        copies, entries = [], []
        for at, person in enumerate(people[first : first + BATCH], start=first):
            dossier_id, document_id = ids[at % len(ids)]
            opened = now - dt.timedelta(minutes=at * (DAYS - 1) * 1440 // len(people))
            copies.append(
                view
                | {"id": new_id("w", random), "person_id": person, "document_id": document_id, "opened_at": opened}
                | {"idempotency_key": f"filled-{at}"}
            )
            entries.append(
                entry
                | {"position": 1_000_000 + at, "actor_id": person, "dossier_id": dossier_id, "time": opened}
                | {"document_id": document_id}
            )
        with transaction(company.vault.engine) as tx:
            tx.execute(sa.insert(views), copies)
            tx.execute(sa.insert(trail_search), entries)
