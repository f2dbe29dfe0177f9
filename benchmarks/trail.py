"""How many events the trail takes in a second, beside bare rows in the same database.

Every event and every bare row is a transaction of its own, durable when it is counted, as in real use. The databases
are a SQLite file and a PostgreSQL server on this machine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.company import benchmark_company, on_each_database
from benchmarks.report import Findings, median, spread
from tests.company import OFFICE_PLACE, Company
from vault.assembly import sequencer_of
from vault.database.engine import reading, transaction
from vault.database.tables.ledger import trail_head, trail_inbox
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor
from vault.worker.running import SEQUENCING_SECONDS

WRITERS = 4
_PAYLOAD_BYTES = 700
"""About what an event's draft and its sealed values take together."""
_MEANING = """
"bare rows": inserts of one row of 700 bytes. "recorded": events as a page read makes them (draft, counters, sealed
personal values). "recorded, sequenced meanwhile": the same while the sequencer, as often as in real use, places them in
the tree and signs, until the last one is in a checkpoint. "sequencer alone": how fast it works off what waits. Rows per
second, the median of the rounds; the ratio is against bare rows with as many writers (threads of one process, so that
Python's lock is in it).
"""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    rounds: int


SIZES = {"full": Size(1000, 3), "quick": Size(300, 1), "smallest": Size(4, 1)}


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []

    def record(database: str, url: str) -> None:
        with benchmark_company(database_url=url) as company:
            rows.extend(_measured(database, company, size))

    left_out = on_each_database(record)
    return Findings("The trail", _MEANING, ("", "rows/s", "from-to", "ratio"), rows, left_out=left_out)


def _measured(database: str, company: Company, size: Size) -> Iterator[list[str]]:
    """Rounds are interleaved, so that a busy machine spoils all rows alike."""
    bare, actor = _bare_table(company), company.signed_in("borrower")
    rates: dict[tuple[str, int], list[float]] = {}
    for _round in range(size.rounds):
        for writers in (1, WRITERS):
            count = size.events // writers * writers
            works: dict[str, Callable[[], float]] = {
                "bare rows": lambda: _seconds_of(writers, count, lambda: _insert(company, bare)),  # noqa: B023
                "recorded": lambda: _seconds_of(writers, count, lambda: _record(company, actor)),  # noqa: B023
                "sequencer alone": lambda: _sequencing_seconds(company),
                "recorded, sequenced meanwhile": lambda: _recorded_and_sequenced(company, actor, writers, count),  # noqa: B023
            }
            for name, work in works.items():
                rates.setdefault((name, writers), []).append(count / work())
    for (name, writers), measured in rates.items():
        ratio = median(measured) / median(rates["bare rows", writers])
        words = f"{database}, {writers} writer{'s' if writers > 1 else ''}: {name}"
        yield [words, f"{median(measured):.0f}", spread(measured, digits=0), f"{ratio:.2f}"]


def _seconds_of(writers: int, count: int, work: Callable[[], None]) -> float:
    """How long ``writers`` threads take for ``count`` times ``work`` together."""
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _event in range(count // writers):
                work()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, name=f"writer {number}") for number in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begun


def _recorded_and_sequenced(company: Company, actor: Actor, writers: int, count: int) -> float:
    ended = threading.Event()
    sequencer = sequencer_of(company.vault)

    def sequence() -> None:
        while not ended.is_set():
            if not sequencer.run_once():
                ended.wait(SEQUENCING_SECONDS)

    thread = threading.Thread(target=sequence, name="sequencer")
    size_before = _tree_size(company)
    begun = time.perf_counter()
    thread.start()
    try:
        _seconds_of(writers, count, lambda: _record(company, actor))
    finally:
        ended.set()
        thread.join()
    company.sequence()
    seconds = time.perf_counter() - begun
    if _tree_size(company) - size_before != count:
        raise RuntimeError("the tree did not grow by what was recorded")
    return seconds


def _sequencing_seconds(company: Company) -> float:
    """Works off what the recording before it left."""
    begun = time.perf_counter()
    company.sequence()
    seconds = time.perf_counter() - begun
    with reading(company.vault.engine) as tx:
        if tx.execute(sa.select(sa.func.count()).select_from(trail_inbox)).scalar_one():
            raise RuntimeError("the sequencer left entries waiting")
    return seconds


def _record(company: Company, actor: Actor) -> None:
    entry = Entry(
        Event.PAGE_READ,
        Outcome.SUCCESS,
        actor=actor.person_id,
        session=actor.session_id,
        dossier=company.dossier_id,
        place=OFFICE_PLACE,
        details={"page": 1, "kind": "image"},
    )
    with transaction(company.vault.engine) as tx:
        company.vault.recorder.append(tx, entry)


def _bare_table(company: Company) -> sa.Insert:
    table = sa.Table(
        "benchmark_rows",
        sa.MetaData(),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    table.create(company.vault.engine)
    return sa.insert(table)


def _insert(company: Company, statement: sa.Insert) -> None:
    with transaction(company.vault.engine) as tx:
        tx.execute(statement, {"payload": bytes(_PAYLOAD_BYTES)})


def _tree_size(company: Company) -> int:
    with reading(company.vault.engine) as tx:
        return int(tx.execute(sa.select(trail_head.c.size)).scalar_one())
