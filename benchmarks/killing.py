"""Whether nodes that are killed again and again lose an acknowledged event or leave a gap, on both databases.

The nodes are those of the fault tests (:mod:`tests.faults.nodes`): processes that record as quickly as they can,
sequence and sign, and say of each event that it is durable once its transaction was committed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.company import benchmark_company, on_each_database, on_file
from benchmarks.report import Findings, Goal
from tests.company import Company
from tests.faults.nodes import indexes, kill_nodes
from vault.clock import SystemClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading
from vault.ledger.audit import verify_ledger

_MEANING = """
Nodes are processes that record, sequence and sign on one database, each killed by SIGKILL after 0.05 to 0.4 s of work
and started again, the one that is killed chosen by a fixed seed; in the end all are killed at once, and a process that
starts then sequences what is left. "acknowledged": events that a node has said to be durable. "lost": those of them
without a place in the trail. "gaps": indexes that are missing. "findings": of a verification of everything that is
there, counters of lanes, people and days among it, and what was left without place or signature. Seconds of wall time,
starts included.
"""
_HEAD = ("", "kills", "acknowledged", "lost", "gaps", "findings", "seconds")


@dataclass(frozen=True, slots=True)
class Size:
    nodes: int
    kills: int
    is_file_only: bool = False
    """Only on SQLite: starting a server takes longer than the smallest measurement."""


SIZES = {"full": Size(4, 100), "quick": Size(4, 20), "smallest": Size(2, 1, is_file_only=True)}


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []

    def kill(database: str, url: str) -> None:
        with benchmark_company(database_url=url) as company:
            begun = time.perf_counter()
            acknowledged = _killed(company, size)
            seconds = time.perf_counter() - begun
            lost, gaps, findings = _looked_at(company, acknowledged)
        counts = (size.kills, len(acknowledged), lost, gaps, findings)
        rows.append([f"{database}, {size.nodes} nodes", *map(str, counts), f"{seconds:.0f}"])
        goals.extend(
            Goal(f"{database}: {claim}", count, 0, "of them")
            for claim, count in (("acknowledged events lost", lost), ("gaps", gaps), ("findings", findings))
        )

    left_out = on_file(kill) if size.is_file_only else on_each_database(kill)
    return Findings("Killed nodes", _MEANING, _HEAD, rows, goals, left_out)


def _killed(company: Company, size: Size) -> set[str]:
    company.sequence()
    person = str(company.person("borrower").id)
    company.vault.engine.dispose()  # no connection of this process goes on in a forked one
    nodes = kill_nodes(company.directory, person, count=size.nodes, kills=size.kills, clock=SystemClock())
    return {entry for node in nodes for entry in node.acknowledged}


def _looked_at(company: Company, acknowledged: set[str]) -> tuple[int, int, int]:
    company.sequence()
    found = indexes(company)
    with reading(company.vault.engine) as tx:
        key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        report = verify_ledger(tx, now=company.vault.clock.now(), reading_key=key)
    gaps = len(set(range(report.size)) ^ set(found.values()))
    return len(acknowledged - found.keys()), gaps, len(report.findings) + report.waiting + report.unsigned
