"""A process that helps a verification: reads orders, walks over segments, answers.

Started by :mod:`vault.ledger.examiners`. It has the database's address and the trail-reading key from its parent, by
the pipe that is its standard input; it writes nothing but answers, and ends when its parent does: then that pipe is at
its end.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import BinaryIO

from keys.handing_over import take_over
from keys.hygiene import harden_process
from vault.database.engine import Connection, create_engine, reading
from vault.errors import VaultError
from vault.ledger.audit_facts import Walk
from vault.ledger.audit_leaves import check_next
from vault.ledger.audit_tree import Signed
from vault.ledger.audit_values import ValueChecks
from vault.ledger.examiner_frames import Answer, Job, Order, read_frame, write_frame
from vault.ledger.segment import examine

_PAGE_CACHE_KIB = 256
_COLLECT_AFTER = 100_000
"""Objects: a batch makes many that live as long as it does, and hardly one of them is part of a cycle."""


def work(orders: BinaryIO, answers: BinaryIO) -> None:
    """Until the orders end."""
    job = read_frame(orders, Job)
    values = ValueChecks(take_over(orders) if job.has_key else None)
    engine = create_engine(job.database_url, pool_size=1, page_cache_kib=_PAGE_CACHE_KIB)

    def check(tx: Connection, walk: Walk, signed: Signed, most: int) -> bool:
        return check_next(tx, walk, signed, None if job.known.is_tree_only else values, most=most)

    examined = partial(examine, check=check, batch=job.batch)
    while True:
        order = read_frame(orders, Order)
        try:
            with reading(engine) as tx:
                outcome = examined(tx, job.known, order.start, end=order.end)
        except VaultError:  # the database does not answer: whoever asked will see it too
            outcome = None
        write_frame(answers, Answer(outcome))


def main() -> None:
    """What is printed by anything goes to the standard error output, never between answers."""
    harden_process()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)
    try:
        work(sys.stdin.buffer, answers)
    except (EOFError, BrokenPipeError):
        os._exit(0)  # nobody reads any more: nothing is left to be flushed
