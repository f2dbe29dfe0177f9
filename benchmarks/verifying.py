"""How long a verification of many leaves takes and how much memory, beside hashing and decoding the same leaves.

The command as its user calls it, in processes of its own, on an SQLite file; leaves as recorder and sequencer make them
(:mod:`benchmarks.many_leaves`).
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from dataclasses import dataclass, field

from benchmarks.company import benchmark_company
from benchmarks.many_leaves import LEAVES_A_CHECKPOINT, fill_leaves
from benchmarks.report import Findings, Goal, median, spread
from benchmarks.searching import BEGUN
from benchmarks.watched import Cost, run_watched
from keys.primitives import SigningKey
from tests.company import Company
from vault.custody.keyroom import ServiceKey

PROCESSES = max(2, min(4, len(os.sched_getaffinity(0))))
"""Of each row, the peer's too."""
PROMISED_LEAVES = 10_000_000
TREE_SECONDS, EVERYTHING_SECONDS, MOST_MIB = 60.0, 600.0, 64.0
_MEANING = f"""
"verify": the command `trail verify` with {PROCESSES} helping processes: all leaves, values, counters, index rows,
tree and checkpoints (one for every {LEAVES_A_CHECKPOINT} leaves, their signatures too). "verify the tree": the same
with --tree-only. "hash" and "hash, decode": as many processes, each with its share of the leaves, do nothing but read
them from the same file by SQLite, take SHA-256 of each and, in the second, decode its JSON. Microseconds of wall time
for each leaf, starting and ending of the processes included, median of the rounds; "ratio" is against the peer.
Processor seconds are those of all processes. Resident memory: of the largest helping process, and of the process that
leads above what it has before it looks at the first leaf.
"""


@dataclass(frozen=True, slots=True)
class Size:
    everything: int
    tree: int
    rounds: int


SIZES = {"full": Size(1_000_000, 10_000_000, 3), "quick": Size(100_000, 200_000, 1), "smallest": Size(300, 300, 1)}


@dataclass(slots=True)
class _Row:
    leaves: int
    costs: list[Cost] = field(default_factory=list)

    @property
    def micros(self) -> float:
        return median([each.seconds for each in self.costs]) / self.leaves * 1e6


def measure(size: Size) -> Findings:
    """Rounds are interleaved, so that a busy machine spoils both alike."""
    rows: dict[str, _Row] = {}
    with benchmark_company() as company:
        made = _filled(company, size.everything, with_values=True)
        for _round in range(size.rounds):
            rows.setdefault("verify", _Row(made)).costs.append(_verified(company))
            rows.setdefault("hash, decode", _Row(made)).costs.append(_peers(company, made, work="decode"))
        if size.tree == size.everything:
            _measure_tree(company, made, size, rows)
    if size.tree != size.everything:
        with benchmark_company() as company:
            _measure_tree(company, _filled(company, size.tree, with_values=False), size, rows)
    peers = {"verify": "hash, decode", "verify the tree": "hash"}
    table = [_told(name, row, rows[peers.get(name, name)]) for name, row in rows.items()]
    head = ("", "us a leaf", "from-to s", "CPU-s", "ratio", "leaves", "helper MiB", "growth MiB")
    return Findings("Verifying the trail", _MEANING, head, table, _goals(rows), ["PostgreSQL: the file is SQLite's"])


def _measure_tree(company: Company, made: int, size: Size, rows: dict[str, _Row]) -> None:
    for _round in range(size.rounds):
        rows.setdefault("verify the tree", _Row(made)).costs.append(_verified(company, "--tree-only"))
        rows.setdefault("hash", _Row(made)).costs.append(_peers(company, made, work="hash"))


def _goals(rows: dict[str, _Row]) -> list[Goal]:
    everything, tree = rows["verify"], rows["verify the tree"]
    if everything.leaves < 10_000:
        return []  # starting takes longer than the work
    costs = [*everything.costs, *tree.costs]
    promised = f"{PROMISED_LEAVES:,} leaves, at the pace of"
    return [
        Goal(f"the tree of {promised} {tree.leaves:,}", tree.micros * PROMISED_LEAVES / 1e6, TREE_SECONDS, "s"),
        Goal(
            f"everything of {promised} {everything.leaves:,}",
            everything.micros * PROMISED_LEAVES / 1e6,
            EVERYTHING_SECONDS,
            "s",
        ),
        Goal("memory of a helping process", max(each.helper_mib for each in costs), MOST_MIB, "MiB"),
        Goal("memory that the leading process takes", max(each.growth_mib for each in costs), MOST_MIB, "MiB"),
    ]


def _told(name: str, row: _Row, peer: _Row) -> list[str]:
    costs = row.costs
    return [
        name,
        f"{row.micros:.1f}",
        spread([each.seconds for each in costs], digits=1),
        f"{median([each.processor_seconds for each in costs]):.1f}",
        f"{row.micros / peer.micros:.1f}",
        f"{row.leaves:,}",
        f"{max(each.helper_mib for each in costs):.1f}",
        f"{max(each.growth_mib for each in costs):.1f}",
    ]


def _filled(company: Company, leaves: int, *, with_values: bool) -> int:
    """How many leaves there are then."""
    company.sequence()
    signing = SigningKey.from_secret(company.vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))
    fill_leaves(company.vault.engine, leaves, begun=BEGUN, signing=signing, with_values=with_values)
    with sqlite3.connect(_file(company)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(database.execute("SELECT size FROM trail_head").fetchone()[0])


def _file(company: Company) -> str:
    return str(company.vault.engine.url.database)


def _verified(company: Company, *scope: str) -> Cost:
    config = str(company.directory / "config.toml")
    command = [sys.executable, "-m", "gateway", "--config", config, "trail", "verify", "--json"]
    answer, cost = run_watched([*command, "--processes", str(PROCESSES), *scope])
    if not json.loads(answer)["ok"]:
        raise RuntimeError(f"not sound: {answer[:2000]!r}")
    return cost


def _peers(company: Company, leaves: int, *, work: str) -> Cost:
    """The processes are children of one that waits for them, as those of a verification are."""
    share = [_file(company), str(leaves), str(PROCESSES), work]
    return run_watched([sys.executable, "-m", "benchmarks.hashing_peer", *share])[1]
