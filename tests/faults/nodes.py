"""Nodes that record and sequence on one database until they are killed, in tests and benchmarks.

Each is a process of its own with a recorder and a sequencer of its own, and says of every entry that it is durable.
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
from vault.assembly import sequencer_of
from vault.clock import Clock, system_random
from vault.database import ledger_reading
from vault.database.engine import reading, transaction
from vault.errors import Conflict, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import Recorder
from vault.ledger.sequencer import Sequencer

SEED = 20261125
SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 0.05, 0.4
START_SECONDS = 60.0


def kill_nodes(ground: Path, person: str, *, count: int, kills: int, clock: Clock) -> list[Node]:
    """Runs ``count`` nodes over the vault in ``ground``, kills one ``kills`` times and starts it again, then kills all.

    Nobody else has the database open meanwhile: nodes are forked from this process.
    """
    chosen = random.Random(SEED)
    nodes = [Node(number, ground, person, clock) for number in range(count)]
    with _running(nodes):
        for _kill in range(kills):
            node = chosen.choice(nodes)
            node.await_work()
            time.sleep(chosen.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS))
            node.kill()
            node.start()
        for node in nodes:
            node.await_work()
    return nodes


def indexes(company: Company) -> dict[str, int]:
    """The index of each entry."""
    with reading(company.vault.engine) as tx:
        batches = list(ledger_reading.leaves_from(tx, 0, batch=1000))
    return {leaf.entry_id: leaf.position for batch in batches for leaf in batch}


@dataclass
class Node:
    """A process that records, and what it has said to be durable."""

    number: int
    ground: Path
    person: str
    clock: Clock
    pid: int = 0
    acknowledged: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None
    is_working: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self.is_working.clear()
        receiving, sending = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(receiving)
            _be_node(self, sending)
        os.close(sending)
        self.reader = threading.Thread(target=self._read, args=(receiving,))
        self.reader.start()

    def await_work(self) -> None:
        """Until it has said of an entry since its last start that it is durable."""
        assert self.is_working.wait(START_SECONDS), self.log.read_text()

    @property
    def log(self) -> Path:
        return self.ground / f"node-{self.number}.log"

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


def _be_node(node: Node, sending: int) -> None:
    """Records as quickly as it can and says what is durable; sequences beside. Never returns."""
    log = os.open(node.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    try:
        vault = open_company_vault(node.ground / "config.toml", clock=node.clock)
        vault.keyroom.unseal()
        threading.Thread(target=_sequence_for_ever, args=(sequencer_of(vault),), daemon=True).start()
        recorder = Recorder(node=f"node-{node.number}", random=system_random, clock=vault.clock)
        while True:
            with transaction(vault.engine) as tx:
                entry_id = recorder.append(tx, Entry(Event.SESSION_OPENED, Outcome.SUCCESS, actor=node.person))
            os.write(sending, f"{entry_id}\n".encode())
    except BaseException:  # noqa: BLE001 - whatever it is, the log says it
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _sequence_for_ever(sequencer: Sequencer) -> None:
    while True:
        with contextlib.suppress(Conflict, Unavailable):
            sequencer.run_once()
        time.sleep(0.01)


@contextmanager
def _running(nodes: list[Node]) -> Iterator[None]:
    for node in nodes:
        node.start()
    try:
        yield
    finally:
        for node in nodes:
            node.kill()
