"""How long after its commit an event has its place in the index and a signed checkpoint, while a worker runs.

The worker's loops are those of the product, all of them, as threads of this process.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from benchmarks.company import benchmark_company, on_each_database, on_file, record_page
from benchmarks.report import Findings, Goal, median
from gateway.export_words import ScreenWords
from tests.company import Company
from vault.assembly import sequencer_of
from vault.database import ledger_sequencing
from vault.database.engine import reading
from vault.database.tables.ledger import trail_leaves, trail_search
from vault.model import Actor
from vault.worker.running import SEQUENCING_SECONDS, run_loops, worker_loops

RATE = 50
MOST_SECONDS = 1.0
_POLL_SECONDS = 0.002
_GIVEN_UP_SECONDS = 60.0
_SEED = 20261126
_MEANING = """
From the return of an event's commit until the index has it and the newest checkpoint stands for it, looked for every
2 ms; milliseconds, at the median and at worst. Events come one after the other, at a moment of the worker's pause that
a fixed seed chooses. "beside 50 a second": another thread records a page read every 20 ms meanwhile, which is a page a
second for fifty readers. Writers that record as quickly as they can are faster than one sequencer beside them in the
same process; what then waits is a matter of the rates that the benchmark "trail" has.
"""


@dataclass(frozen=True, slots=True)
class Size:
    events: int
    is_file_only: bool = False
    """Only on SQLite: starting a server takes longer than the smallest measurement."""


SIZES = {"full": Size(500), "quick": Size(60), "smallest": Size(2, is_file_only=True)}


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []

    def sign(database: str, url: str) -> None:
        with benchmark_company(database_url=url) as company:
            actor = company.signed_in("borrower")
            company.sequence()
            with _worker(company):
                for words, rate in (("alone", 0), (f"beside {RATE} a second", RATE)):
                    with _recording(company, actor, rate):
                        delays = _delays(company, actor, size.events)
                    figures = (median(delays) * 1000, max(delays) * 1000)
                    rows.append([f"{database}, {words}", *(f"{figure:.0f}" for figure in figures)])
                    goals.append(Goal(f"{database}, {words}: placed and signed, worst", max(delays), MOST_SECONDS, "s"))

    left_out = on_file(sign) if size.is_file_only else on_each_database(sign)
    return Findings("From commit to checkpoint", _MEANING, ("", "median ms", "worst ms"), rows, goals, left_out)


def _delays(company: Company, actor: Actor, events: int) -> list[float]:
    chosen, delays = random.Random(_SEED), []
    for _event in range(events):
        time.sleep(chosen.uniform(0, SEQUENCING_SECONDS))
        entry_id = record_page(company, actor)
        begun = time.perf_counter()
        while not _is_signed(company, entry_id):
            if time.perf_counter() - begun > _GIVEN_UP_SECONDS:
                raise RuntimeError("an event was not signed within a minute")
            time.sleep(_POLL_SECONDS)
        delays.append(time.perf_counter() - begun)
    return delays


_INDEXED = sa.select(trail_search.c.position).join(trail_leaves, trail_leaves.c.position == trail_search.c.position)


def _is_signed(company: Company, entry_id: str) -> bool:
    with reading(company.vault.engine) as tx:
        position = tx.execute(_INDEXED.where(trail_leaves.c.entry_id == entry_id)).scalar_one_or_none()
        return position is not None and position < ledger_sequencing.newest_checkpoint_size(tx)


@contextlib.contextmanager
def _worker(company: Company) -> Iterator[None]:
    """Everything that a node's worker does; what one of its loops fails with ends the measurement."""
    ended, failures = threading.Event(), list[BaseException]()
    loops = worker_loops(company.vault, sequence=sequencer_of(company.vault).run_once, words=ScreenWords())
    threads = run_loops(loops, stop_event=ended, report=lambda _name, error: failures.append(error))
    with _until_ended(ended, threads, failures):
        yield


@contextlib.contextmanager
def _recording(company: Company, actor: Actor, rate: int) -> Iterator[None]:
    """So many events a second in a thread; none for 0."""
    ended, failures = threading.Event(), list[BaseException]()

    def write() -> None:
        try:
            while not ended.wait(1 / rate):
                record_page(company, actor)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=write, name="writer")] if rate else []
    for thread in threads:
        thread.start()
    with _until_ended(ended, threads, failures):
        yield


@contextlib.contextmanager
def _until_ended(
    ended: threading.Event, threads: list[threading.Thread], failures: list[BaseException]
) -> Iterator[None]:
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]
