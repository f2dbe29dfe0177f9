"""How many events the trail takes in a second, beside the raw insert of the same rows in the same tables.

Every event and every set of raw rows is a transaction of its own, durable when it is counted, as in real use. The
databases are a SQLite file and a PostgreSQL server on this machine. On the server the comparison is made once more
with a disk that takes 5 ms longer for each commit: ``strace`` delays the server's own ``fdatasync``, which is called
as ever.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.company import benchmark_company, on_each_database, record_page
from benchmarks.report import Findings, Goal, median, spread
from tests.company import Company
from vault.assembly import sequencer_of
from vault.database.engine import reading, transaction
from vault.database.tables.ledger import trail_disclosures, trail_head, trail_inbox
from vault.model import Actor
from vault.worker.running import SEQUENCING_SECONDS

WRITERS = 4
WRITERS_OF_A_SLOW_DISK = 8
SLOW_DISK_MICROSECONDS = 5_000
LEAST_OF_RAW = 0.75
LEAST_ON_A_SLOW_DISK = 2.0
_RAW = "raw rows"
_TRACER_BEGINS_SECONDS = 1.0
_MEANING = """
"raw rows": the very rows that an event leaves, its draft and its sealed values, inserted with values known beforehand.
"recorded": events as a page read makes them: number, draft, sealed personal values. "recorded, sequenced meanwhile":
the same while the sequencer, as often as in real use, places them in the tree and signs, until the last one is in a
checkpoint. "sequencer alone": how fast it works off what waits. Events per second, the median of the rounds; the ratio
is against raw rows with as many writers (threads of one process, so that Python's lock is in it). "slow disk": each
commit takes 5 ms longer; there the ratio is against one raw writer, since the question is what a node gains by
committing for several people at once, which PostgreSQL does for whoever comes at the same time. SQLite commits one
after the other.
"""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    rounds: int


SIZES = {"full": Size(1000, 5), "quick": Size(300, 1), "smallest": Size(4, 1)}


@dataclass(frozen=True, slots=True)
class _RawRows:
    """The rows of one event; each insert gives them an id of its own."""

    inbox: dict[str, Any]
    disclosures: list[dict[str, Any]]


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []
    left_out: list[str] = []

    def record(database: str, url: str) -> None:
        with benchmark_company(database_url=url) as company:
            actor = company.signed_in("borrower")
            rates = _measured(company, actor, size)
            rows.extend(_told(database, rates))
            ratio = median(rates["recorded", 1]) / median(rates[_RAW, 1])
            goals.append(Goal(f"{database}: events beside raw rows, one writer", ratio, LEAST_OF_RAW, "of raw", True))
            if database == "PostgreSQL":
                _measure_slow_disk(company, actor, size, rows, goals, left_out)

    left_out += on_each_database(record)
    return Findings("The trail", _MEANING, ("", "events/s", "from-to", "ratio"), rows, goals, left_out)


_Rates = dict[tuple[str, int], list[float]]


def _measured(company: Company, actor: Actor, size: Size) -> _Rates:
    """Rounds are interleaved, so that a busy machine spoils all rows alike."""
    raw, rates = _raw_rows(company, actor), _Rates()
    for _round in range(size.rounds):
        for writers in (1, WRITERS):
            count = size.events // writers * writers
            works: dict[str, Callable[[], float]] = {
                _RAW: lambda: _raw_seconds(company, writers, count, raw),  # noqa: B023
                "recorded": lambda: _seconds_of(writers, count, lambda: record_page(company, actor)),  # noqa: B023
                "sequencer alone": lambda: _sequencing_seconds(company),
                "recorded, sequenced meanwhile": lambda: _recorded_and_sequenced(company, actor, writers, count),  # noqa: B023
            }
            for name, work in works.items():
                rates.setdefault((name, writers), []).append(count / work())
    return rates


def _told(database: str, rates: _Rates, *, beside: int = 0) -> Iterator[list[str]]:
    """``beside`` is how many raw writers everything is compared with; 0: as many as the row itself has."""
    for (name, writers), measured in rates.items():
        ratio = median(measured) / median(rates[_RAW, beside or writers])
        words = f"{database}, {writers} writer{'s' if writers > 1 else ''}: {name}"
        yield [words, f"{median(measured):.0f}", spread(measured, digits=0), f"{ratio:.2f}"]


def _measure_slow_disk(
    company: Company, actor: Actor, size: Size, rows: list[list[str]], goals: list[Goal], left_out: list[str]
) -> None:
    raw, rates = _raw_rows(company, actor), _Rates()
    company.vault.engine.dispose()  # the delay is for connections made from now on
    try:
        with _slow_disk(company):
            for _round in range(size.rounds):
                count = max(size.events // 2 // WRITERS_OF_A_SLOW_DISK, 1) * WRITERS_OF_A_SLOW_DISK
                for writers in (1, WRITERS_OF_A_SLOW_DISK):
                    rates.setdefault((_RAW, writers), []).append(count / _raw_seconds(company, writers, count, raw))
                    seconds = _seconds_of(writers, count, lambda: record_page(company, actor))
                    rates.setdefault(("recorded", writers), []).append(count / seconds)
    except _NoSlowDisk as missing:
        left_out.append(f"a slow disk: {missing}")
        return
    finally:
        company.vault.engine.dispose()
    rows.extend(_told("PostgreSQL on a slow disk", rates, beside=1))
    ratio = median(rates["recorded", WRITERS_OF_A_SLOW_DISK]) / median(rates[_RAW, 1])
    claim = f"PostgreSQL on a slow disk: events of {WRITERS_OF_A_SLOW_DISK} writers beside one raw writer"
    goals.append(Goal(claim, ratio, LEAST_ON_A_SLOW_DISK, "of raw", at_least=True))


class _NoSlowDisk(Exception):
    """The server's disk cannot be slowed here."""


@contextlib.contextmanager
def _slow_disk(company: Company) -> Iterator[None]:
    """Every process that the server starts meanwhile takes 5 ms longer for each ``fdatasync``."""
    tracer = shutil.which("strace")
    if tracer is None:
        raise _NoSlowDisk("strace is not installed")
    with reading(company.vault.engine) as tx:
        directory = str(tx.execute(sa.text("SHOW data_directory")).scalar_one())
    company.vault.engine.dispose()
    pid = Path(directory, "postmaster.pid").read_text(encoding="ascii").split()[0]
    delay = f"inject=fdatasync:delay_exit={SLOW_DISK_MICROSECONDS}"
    command = [tracer, "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync", "-e", delay, "-p", pid]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        time.sleep(_TRACER_BEGINS_SECONDS)
        if process.poll() is not None:
            raise _NoSlowDisk("strace may not look at the server here")
        yield
    finally:
        process.terminate()
        process.communicate()


def _raw_rows(company: Company, actor: Actor) -> _RawRows:
    """As one event leaves them."""
    record_page(company, actor)
    with reading(company.vault.engine) as tx:
        newest = sa.select(trail_inbox).order_by(trail_inbox.c.id.desc()).limit(1)
        inbox = dict(tx.execute(newest).one()._mapping)
        sealed = sa.select(trail_disclosures).where(trail_disclosures.c.entry_id == inbox["entry_id"])
        disclosures = [dict(row._mapping) for row in tx.execute(sealed)]
    company.sequence()
    return _RawRows({name: value for name, value in inbox.items() if name != "id"}, disclosures)


_INBOX_ROW, _DISCLOSURE = sa.insert(trail_inbox).inline(), sa.insert(trail_disclosures)


def _raw_seconds(company: Company, writers: int, count: int, raw: _RawRows) -> float:
    """Inserts them ``count`` times and takes them out again, which is not counted."""
    numbers = itertools.count(1)

    def insert() -> None:
        entry_id = f"raw{next(numbers):024d}"
        with transaction(company.vault.engine) as tx:
            tx.execute(_INBOX_ROW, raw.inbox | {"entry_id": entry_id})
            tx.execute(_DISCLOSURE, [each | {"entry_id": entry_id} for each in raw.disclosures])

    seconds = _seconds_of(writers, count, insert)
    with transaction(company.vault.engine) as tx:
        for table in (trail_inbox, trail_disclosures):
            tx.execute(sa.delete(table).where(table.c.entry_id.like("raw%")))
    return seconds


def _seconds_of(writers: int, count: int, work: Callable[[], object]) -> float:
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
        _seconds_of(writers, count, lambda: record_page(company, actor))
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


def _tree_size(company: Company) -> int:
    with reading(company.vault.engine) as tx:
        return int(tx.execute(sa.select(trail_head.c.size)).scalar_one())
