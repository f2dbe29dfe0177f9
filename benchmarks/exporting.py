"""How fast entries of the trail become a file, by format, how much memory that takes, and how far the log grows.

Made by a process of its own from an SQLite file with leaves as recorder and sequencer make them
(:mod:`benchmarks.many_leaves`), beside the same leaves read from the same file and decoded.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.company import benchmark_company
from benchmarks.many_leaves import fill_leaves
from benchmarks.report import Findings, Goal
from benchmarks.searching import BEGUN
from benchmarks.watched import Cost, run_watched
from keys.primitives import SigningKey
from tests.company import REASON, Company
from vault.custody.keyroom import ServiceKey
from vault.database.export_queries import ExportState
from vault.trail.exporting import ExportOrder, order_export
from vault.trail.exports.formats import ExportFormat
from vault.trail.own_exports import end_export, show_export
from vault.trail.querying import TrailQuery, parse_query

_MILLION = 1_000_000
_SECONDS_FOR_A_MILLION = {ExportFormat.JSONL: 10.0, ExportFormat.CSV: 30.0}
_SOME = "time:2027-01-04..2027-01-06"
_QUERIES = {ExportFormat.JSONL: "", ExportFormat.CSV: "", ExportFormat.XLSX: _SOME, ExportFormat.PROOFS: _SOME}
_MOST_MIB = 64.0
_MEANING = """
"leaves, decoded": a process reads the same leaves from the same file and decodes their JSON. Each format: the worker's
part in an export of every entry, or of three days' (xlsx, proofs): read, opened, written, compared with what was
ordered, sealed into the store. Microseconds of wall time for each entry; "CPU" by processor time; "ratio" of wall time
to the peer's. Resident memory of the process: at most, and above what it had before the export. "log": how large the
write-ahead log of the database was at most.
"""


@dataclass(frozen=True, slots=True)
class Size:
    entries: int


SIZES = {"full": Size(_MILLION), "quick": Size(20_000), "smallest": Size(300)}


def measure(size: Size) -> Findings:
    with benchmark_company() as company:
        entries = _fill(company, size.entries)
        reading = [sys.executable, "-m", "benchmarks.hashing_peer", _file(company), f"{entries}", "1", "decode"]
        _answer, peer = run_watched(reading)
        rows, goals = [_told("leaves, decoded", peer, peer, entries)], list[Goal]()
        for wanted, query in _QUERIES.items():
            count, cost = _exported(company, wanted, query)
            rows.append(_told(wanted.value, cost, peer, count))
            if size.entries >= SIZES["quick"].entries:
                goals += _goals(wanted, cost, count)
    head = ("", "us an entry", "CPU us", "ratio", "entries", "MiB", "growth MiB", "log MiB")
    return Findings("Exports", _MEANING, head, rows, goals, ["PostgreSQL: the file is SQLite's"])


def _goals(wanted: ExportFormat, cost: Cost, count: int) -> list[Goal]:
    goals = [
        Goal(f"memory for {wanted.value}", cost.growth_mib, _MOST_MIB, "MiB"),
        Goal(f"write-ahead log for {wanted.value}", cost.log_mib, _MOST_MIB, "MiB"),
    ]
    if wanted in _SECONDS_FOR_A_MILLION:
        seconds, limit = cost.seconds / count * _MILLION, _SECONDS_FOR_A_MILLION[wanted]
        goals.insert(0, Goal(f"a million entries as {wanted.value}", seconds, limit, "s"))
    return goals


def _told(name: str, cost: Cost, peer: Cost, count: int) -> list[str]:
    micros, by_processor = cost.seconds / count * 1e6, cost.processor_seconds / count * 1e6
    ratio = f"{cost.seconds / peer.seconds:.1f}"
    memory = (f"{cost.most_mib:.0f}", f"{cost.growth_mib:.1f}", f"{cost.log_mib:.1f}")
    return [name, f"{micros:.1f}", f"{by_processor:.1f}", ratio, f"{count:,}", *memory]


def _fill(company: Company, entries: int) -> int:
    """How many leaves there are then."""
    company.sequence()
    signing = SigningKey.from_secret(company.vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    fill_leaves(company.vault.engine, entries, begun=BEGUN, signing=signing)
    with sqlite3.connect(_file(company)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(database.execute("SELECT size FROM trail_head").fetchone()[0])


def _exported(company: Company, wanted: ExportFormat, line: str) -> tuple[int, Cost]:
    """How many entries are in the file, and what the worker took to make it, without its start."""
    vault, auditor = company.vault, company.at_keyboard("auditor")
    query = TrailQuery(*parse_query(line, "UTC", now=BEGUN).terms)
    export_id = order_export(vault, auditor, query=query, order=ExportOrder(wanted), reason=REASON)
    command = [sys.executable, "-m", "benchmarks.export_worker", str(company.directory / "config.toml"), export_id]
    answer, cost = run_watched(command, log=Path(f"{_file(company)}-wal"))
    told = json.loads(answer)
    made = replace(cost, seconds=told["seconds"], processor_seconds=told["processor_seconds"])
    row = show_export(vault, auditor, export_id=export_id)
    if row.state is not ExportState.DONE:
        raise RuntimeError(row.fault_code)
    end_export(vault, auditor, export_id=export_id)
    return row.rows, replace(made, growth_mib=cost.most_mib - told["before_mib"])


def _file(company: Company) -> str:
    return str(company.vault.engine.url.database)
