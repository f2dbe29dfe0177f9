"""How fast entries of the trail become a file, by format, and how much memory that takes.

The entries are recorded as page reads make them, then exported by the path that an order takes: read in batches,
opened, written, sealed. Beside it the same leaves read from the database and nothing done with them.
"""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass

from benchmarks.company import benchmark_company
from benchmarks.report import Findings, Goal
from gateway.export_words import ScreenWords
from tests.company import OFFICE_PLACE, REASON, Company
from vault.assembly import sequencer_of
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.database.export_queries import ExportState
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.making import make_next
from vault.trail.own_exports import show_export
from vault.trail.querying import TrailQuery

_MILLION = 1_000_000
_MEBIBYTE = 1 << 20
_SECONDS_FOR_A_MILLION = {ExportFormat.JSONL: 10.0, ExportFormat.CSV: 30.0}
_MOST_MIB = 64.0
_RECORDED_AT_ONCE = 500
_MEANING = """
"leaves read": the same entries read from the database in the same batches, not opened. Each format: counted, ordered,
read, opened, written and sealed into the store. Entries per second; the ratio is against "leaves read". Memory is what
Python allocated at most in a second, slower run, without what libraries take for themselves. Goals are for a million
entries, taken in proportion.
"""


@dataclass(frozen=True, slots=True)
class Size:
    entries: int


SIZES = {"full": Size(100_000), "quick": Size(2_000), "smallest": Size(20)}


def measure(size: Size) -> Findings:
    with benchmark_company() as company:
        _record(company, size.entries)
        bare = _timed_reading(company)
        rows, goals = [["leaves read", f"{bare:.0f}", "1.00", "-"]], []
        words = ScreenWords()
        for wanted in ExportFormat:
            if wanted is ExportFormat.PDF and size.entries > 20_000:
                continue  # a report holds no more
            count, seconds = _exported(company, wanted, words)
            rate = count / seconds
            is_promised = wanted in _SECONDS_FOR_A_MILLION
            most_mib = _most_mib(company, wanted, words) if is_promised else 0.0
            told = f"{most_mib:.1f} MiB" if is_promised else "-"
            rows.append([wanted.value, f"{rate:.0f}", f"{rate / bare:.2f}", told])
            if is_promised:
                limit = _SECONDS_FOR_A_MILLION[wanted]
                goals.append(Goal(f"a million entries as {wanted.value}", _MILLION / rate, limit, "s"))
                goals.append(Goal(f"memory for {wanted.value}", most_mib, _MOST_MIB, "MiB"))
    return Findings("Exports", _MEANING, ("", "entries/s", "ratio", "memory"), rows, goals)


def _record(company: Company, entries: int) -> None:
    actor = company.signed_in("borrower")
    for begin in range(0, entries, _RECORDED_AT_ONCE):
        with transaction(company.vault.engine) as tx:
            for page in range(begin, min(begin + _RECORDED_AT_ONCE, entries)):
                entry = Entry(
                    Event.PAGE_READ,
                    Outcome.SUCCESS,
                    actor=actor.person_id,
                    session=actor.session_id,
                    dossier=company.dossier_id,
                    place=OFFICE_PLACE,
                    details={"page": page},
                )
                company.vault.recorder.append(tx, entry)
    while sequencer_of(company.vault).run_once():
        pass


def _timed_reading(company: Company) -> float:
    count, begun = 0, time.perf_counter()
    with reading(company.vault.engine) as tx:
        for batch in ledger_reading.leaves_from(tx, 0, batch=1_000):
            count += len(batch)
    return count / (time.perf_counter() - begun)


def _most_mib(company: Company, wanted: ExportFormat, words: ScreenWords) -> float:
    tracemalloc.start()
    try:
        _exported(company, wanted, words)
        return tracemalloc.get_traced_memory()[1] / _MEBIBYTE
    finally:
        tracemalloc.stop()


def _exported(company: Company, wanted: ExportFormat, words: ScreenWords) -> tuple[int, float]:
    """How many entries, in how many seconds."""
    begun = time.perf_counter()
    auditor = company.at_keyboard("auditor")
    query = TrailQuery(event=Event.PAGE_READ.value)
    export_id = order_export(company.vault, auditor, query=query, order=ExportOrder(wanted), reason=REASON)
    assert make_next(company.vault, words=words, worker="benchmark")
    seconds = time.perf_counter() - begun
    row = show_export(company.vault, auditor, export_id=export_id)
    assert row.state is ExportState.DONE, row.fault_code
    return row.rows, seconds
