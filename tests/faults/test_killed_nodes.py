"""Several nodes record and sequence at once, and each is killed again and again: no gap, and nothing acknowledged lost.

``VAULT_KILLS`` in the environment kills so many times instead of a few; so does the benchmark ``killing``.
"""

from __future__ import annotations

import os

from tests.faults.conftest import ArenaOf
from tests.faults.nodes import indexes, kill_nodes
from tests.faults.recovery import AT_ONCE, NOW, restarted
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading
from vault.ledger.audit import verify_ledger

NODES = 4
KILLS = int(os.environ.get("VAULT_KILLS", "6"))


def test_nodes_that_are_killed_lose_no_acknowledged_entry_and_leave_no_gap(arena_of: ArenaOf[str]) -> None:
    """Whatever a node has said to be recorded has exactly one place; lanes, people and days count without a hole."""
    arena = arena_of(lambda company: str(company.person("borrower").id))
    ground = arena.grounds.fresh()

    nodes = kill_nodes(ground, arena.prepared, count=NODES, kills=KILLS, clock=FixedClock(NOW))

    acknowledged = [entry for node in nodes for entry in node.acknowledged]
    assert all(node.acknowledged for node in nodes)
    with restarted(ground, later=AT_ONCE) as company:
        company.sequence()
        found = indexes(company)
        with reading(company.vault.engine) as tx:
            key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
            report = verify_ledger(tx, now=company.vault.clock.now(), reading_key=key)
    assert set(acknowledged) <= found.keys()
    assert sorted(found.values()) == list(range(report.size))
    assert (report.unsigned, report.waiting, report.findings) == (0, 0, ())
    arena.grounds.clear(ground)
