"""A verification that runs beside a request, so that whoever waits for it can be told how far it is.

Bounded: one at a time for each ``turn``, for :data:`LONGEST` at most, and no longer than somebody waits for it. It
reads one state of the database and changes nothing but adding its own entry to the trail.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from vault.errors import TooMany, Unavailable
from vault.ledger.audit import VerificationReport
from vault.model import Actor
from vault.runtime import Vault
from vault.trail.verifying import require_auditor, verify_trail

LONGEST = dt.timedelta(minutes=10)
STEP_EVERY = dt.timedelta(seconds=1)
RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: ``done`` of ``total`` checks."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // max(self.total, 1))


class RunningVerification:
    """Begun by :func:`start_verification`. ``steps`` ends when it has ended; then ``report`` answers at once."""

    def __init__(self, vault: Vault, actor: Actor, *, known_checkpoints: Iterable[str]) -> None:
        self._vault = vault
        self._actor = actor
        self._known = tuple(known_checkpoints)
        self._steps: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
        self._result: Future[VerificationReport] = Future()
        self._given_up = threading.Event()
        self._last_step_at: dt.datetime | None = None
        self._ends_at = vault.clock.now() + LONGEST

    def steps(self) -> Iterator[Step]:
        """Each as it is reached, at most one a second; closing the iterator gives the verification up."""
        try:
            while (step := self._steps.get()) is not None:
                yield step
        finally:
            self.give_up()

    def report(self) -> VerificationReport:
        """What was found. Raises what ended the verification early: Unavailable ``trail.verification_too_long``."""
        return self._result.result()

    def give_up(self) -> None:
        """Ends it at its next step; nothing if it has ended."""
        self._given_up.set()

    def run(self, turn: threading.Semaphore) -> None:
        """The work of the thread; gives ``turn`` back."""
        try:
            self._result.set_result(
                verify_trail(self._vault, self._actor, known_checkpoints=self._known, progress=self._note)
            )
        except BaseException as error:  # noqa: BLE001  # raised again by report(), in the thread that asks
            self._result.set_exception(error)
        finally:
            turn.release()
            self._steps.put(None)

    def _note(self, done: int, total: int) -> None:
        now = self._vault.clock.now()
        if self._given_up.is_set():
            raise Unavailable("trail.verification_given_up")
        if now >= self._ends_at:
            raise Unavailable("trail.verification_too_long")
        if self._last_step_at is None or now - self._last_step_at >= STEP_EVERY:
            self._last_step_at = now
            self._steps.put(Step(done, total))


def start_verification(
    vault: Vault, actor: Actor, *, turn: threading.Semaphore, known_checkpoints: Iterable[str] = ()
) -> RunningVerification:
    """Begins it. AccessDenied at once, and TooMany ``trail.verifying`` while another holds the turn."""
    require_auditor(vault, actor)
    running = RunningVerification(vault, actor, known_checkpoints=known_checkpoints)
    if not turn.acquire(blocking=False):
        raise TooMany("trail.verifying", retry_after_seconds=RETRY_SECONDS)
    thread = threading.Thread(target=running.run, args=(turn,), name="verification", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread to be had
        turn.release()
        raise Unavailable from None
    return running
