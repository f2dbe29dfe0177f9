"""Several nodes record and sequence at once, and each is killed again and again: no gap, and nothing acknowledged lost.

Each node is a process of its own with a recorder and a sequencer of its own, on one database. ``VAULT_KILLS`` in the
environment kills so many times instead of a few.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.company import Company, open_company_vault
from tests.faults.conftest import ArenaOf
from tests.faults.recovery import AT_ONCE, NOW, restarted
from vault.assembly import sequencer_of
from vault.clock import FixedClock, system_random
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.errors import Conflict, Unavailable
from vault.ledger.audit import verify_ledger
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import Recorder
from vault.ledger.sequencer import Sequencer

NODES = 4
KILLS = int(os.environ.get("VAULT_KILLS", "6"))
SEED = 20261125
SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 0.05, 0.4
START_SECONDS = 60.0


@dataclass
class Node:
    """A process that records, and what it has said to be durable."""

    number: int
    pid: int = 0
    acknowledged: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None
    is_working: threading.Event = field(default_factory=threading.Event)

    def start(self, ground: Path, person: str) -> None:
        self.is_working.clear()
        receiving, sending = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(receiving)
            be_node(ground, self.number, person, sending)
        os.close(sending)
        self.reader = threading.Thread(target=self._read, args=(receiving,))
        self.reader.start()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        assert self.reader is not None
        self.reader.join()

    def _read(self, receiving: int) -> None:
        with os.fdopen(receiving) as said:
            for line in said:
                self.acknowledged.append(line.strip())
                self.is_working.set()


def be_node(ground: Path, number: int, person: str, sending: int) -> None:
    """Records as quickly as it can and says what is durable; sequences beside. Never returns."""
    log = os.open(ground / f"node-{number}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    try:
        vault = open_company_vault(ground / "config.toml", clock=FixedClock(NOW))
        vault.keyroom.unseal()
        threading.Thread(target=sequence_for_ever, args=(sequencer_of(vault),), daemon=True).start()
        recorder = Recorder(node=f"node-{number}", random=system_random, clock=vault.clock)
        while True:
            with transaction(vault.engine) as tx:
                entry_id = recorder.append(tx, Entry(Event.SESSION_OPENED, Outcome.SUCCESS, actor=person))
            os.write(sending, f"{entry_id}\n".encode())
    except BaseException:  # noqa: BLE001 - whatever it is, the log says it
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def sequence_for_ever(sequencer: Sequencer) -> None:
    while True:
        with contextlib.suppress(Conflict, Unavailable):
            sequencer.run_once()
        time.sleep(0.01)


@contextmanager
def running(nodes: list[Node], ground: Path, person: str) -> Iterator[None]:
    for node in nodes:
        node.start(ground, person)
    try:
        yield
    finally:
        for node in nodes:
            node.kill()


def placed(company: Company) -> dict[str, int]:
    """The index of each entry."""
    with reading(company.vault.engine) as tx:
        batches = list(ledger_reading.leaves_from(tx, 0, batch=1000))
    return {leaf.entry_id: leaf.position for batch in batches for leaf in batch}


def test_nodes_that_are_killed_lose_no_acknowledged_entry_and_leave_no_gap(arena_of: ArenaOf[str]) -> None:
    """Whatever a node has said to be recorded has exactly one place; lanes, people and days count without a hole."""
    arena = arena_of(lambda company: str(company.person("borrower").id))
    ground, chosen = arena.grounds.fresh(), random.Random(SEED)
    nodes = [Node(number) for number in range(NODES)]

    with running(nodes, ground, arena.prepared):
        for _kill in range(KILLS):
            node = chosen.choice(nodes)
            assert node.is_working.wait(START_SECONDS), (ground / f"node-{node.number}.log").read_text()
            time.sleep(chosen.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS))
            node.kill()
            node.start(ground, arena.prepared)
        for node in nodes:
            assert node.is_working.wait(START_SECONDS), (ground / f"node-{node.number}.log").read_text()

    acknowledged = [entry for node in nodes for entry in node.acknowledged]
    assert all(node.acknowledged for node in nodes)
    with restarted(ground, later=AT_ONCE) as company:
        company.sequence()
        found = placed(company)
        with reading(company.vault.engine) as tx:
            key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
            report = verify_ledger(tx, now=company.vault.clock.now(), reading_key=key)
    assert set(acknowledged) <= found.keys()
    assert sorted(found.values()) == list(range(report.size))
    assert (report.unsigned, report.waiting, report.findings) == (0, 0, ())
    arena.grounds.clear(ground)
