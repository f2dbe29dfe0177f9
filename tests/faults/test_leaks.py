"""A thousand failing operations leave no thread, descriptor, temporary file or connection behind (I15)."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.company import Company
from tests.faults.acts import ACTS, Act, give_many_views
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects, open_connections, watched_vault, watching_files
from tests.faults.failures import failing
from tests.faults.recovery import restarted
from vault.errors import Unavailable

NAMES = ("open a view", "read a text", "hand in", "list dossiers", "found a dossier")
OPERATIONS = 1_000
SEED = 20261124


def remains(company: Company) -> dict[str, object]:
    """What a process can leave behind."""
    root = company.vault.config.storage.directory
    unfinished = root / ".unfinished" if root else Path("/nowhere")
    return {
        "threads": threading.active_count(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "connections": open_connections(company.vault.engine),
        "spool": sorted(company.vault.spool.iterdir()),
        "unfinished": sorted(unfinished.iterdir()) if unfinished.exists() else [],
    }


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing may wait for the garbage collector to be given back."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def prepared_act(company: Company) -> None:
    give_many_views(company)


def test_thousand_failing_operations_leave_nothing(arena_of: ArenaOf[None]) -> None:
    """Each fails at a place that chance has chosen, by a seed that is told."""
    arena = arena_of(prepared_act)
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    acts = [act for act in ACTS if act.name in NAMES]
    with restarted(arena.grounds.fresh()) as company, watching_files(Effects(failing(company.vault.engine))) as effects:
        effects.with_questions = True
        effects.kinds = ("sql", "commit", "store", "file: write", "file: fsync", "file: link", "file: mkdir")
        company.vault = watched_vault(company.vault, effects)
        prepared = {act.name: act.prepare(company, number) for number, act in enumerate(acts)}
        lengths = {act.name: _length(company, act, prepared[act.name], effects) for act in acts}
        with without_collector():
            before, failures = remains(company), 0
            while failures < OPERATIONS:
                act = chance.choice(acts)
                if act.name == "hand in":  # what was taken once is not put again
                    prepared[act.name] = act.prepare(company, 1_000 + failures)
                effects.arm(chance.randint(1, lengths[act.name]), lasting=chance.choice((1, 1_000)))
                try:
                    act.perform(company, prepared[act.name])
                except Unavailable:
                    failures += 1
                finally:
                    effects.disarm()
            after = remains(company)
    assert after == before


def _length(company: Company, act: Act, prepared: object, effects: Effects) -> int:
    """How many calls the operation makes."""
    effects.arm(1_000_000)
    act.perform(company, prepared)
    effects.disarm()
    return effects.count
