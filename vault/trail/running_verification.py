"""A verification that runs beside a request, so that whoever waits for it can be told how far it is.

Bounded: one at a time for each ``turn``, for :data:`LONGEST` at most, and no longer than somebody waits for it. It
changes nothing but adding its own entry to the trail. At its end the trail is compared with what the anchors hold.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from dataclasses import dataclass

from vault.anchors.checking import AnchorsReport, check_anchors
from vault.errors import TooMany, Unavailable
from vault.ledger.audit_facts import AWAY
from vault.ledger.audit_report import VerificationReport
from vault.model import Actor
from vault.runtime import Vault
from vault.trail.rows import TrailRow
from vault.trail.verifying import Beyond, VerificationOrder, answers_of, require_auditor, verify_trail

LONGEST = dt.timedelta(minutes=10)
STEP_EVERY = dt.timedelta(seconds=1)
RETRY_SECONDS = 30
REPEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: ``done`` of ``total`` checks; None where it cannot be said yet how many seconds are left."""

    done: int
    total: int
    seconds_left: int | None = None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // max(self.total, 1))


class RunningVerification:
    """Begun by :func:`start_verification`. ``steps`` ends when it has ended; then ``report`` answers at once."""

    def __init__(self, vault: Vault, actor: Actor, *, order: VerificationOrder) -> None:
        self._vault = vault
        self._actor = actor
        self._order = order
        self._steps: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
        self._result: Future[VerificationReport] = Future()
        self._given_up = threading.Event()
        self._last_step_at: dt.datetime | None = None
        self._first: tuple[dt.datetime, int] | None = None
        self._ends_at = vault.clock.now() + LONGEST
        self._outside = AnchorsReport()

    def steps(self) -> Iterator[Step]:
        """Each as it is reached, at most one a second; closing the iterator gives the verification up."""
        try:
            last = Step(0, 0)
            while (step := self._next_step(last)) is not None:
                yield (last := step)
        finally:
            self.give_up()

    def _next_step(self, last: Step) -> Step | None:
        """The last one again where none comes for long, as while an anchor is asked."""
        try:
            return self._steps.get(timeout=REPEAT_SECONDS)
        except queue.Empty:
            return last

    def report(self) -> VerificationReport:
        """What was found. Raises what ended the verification early: Unavailable ``trail.verification_too_long``, or
        TamperError ``verification.cut_short``."""
        return self._result.result()

    def outside(self) -> AnchorsReport | None:
        """What was compared with the anchors; None where none is configured. Once ``report`` has answered."""
        return self._outside if self._vault.anchors else None

    def acknowledgements(self, digests: Collection[str]) -> dict[str, TrailRow]:
        """Who answers for the findings with these digests, where somebody does, by the digests."""
        return answers_of(self._vault, digests)

    def give_up(self) -> None:
        """Ends it at its next step; nothing if it has ended."""
        self._given_up.set()

    def run(self, turn: threading.Semaphore) -> None:
        """The work of the thread; gives ``turn`` back."""
        try:
            self._result.set_result(
                verify_trail(
                    self._vault, self._actor, order=self._order, progress=self._note, further=self._compare_outside
                )
            )
        except BaseException as error:  # noqa: BLE001  # raised again by report(), in the thread that asks
            self._result.set_exception(error)
        finally:
            turn.release()
            self._steps.put(None)

    def _compare_outside(self, vault: Vault) -> Beyond:
        """An anchor that cannot be asked is told, and is no fault of the trail."""
        if not vault.anchors:
            return Beyond()
        self._outside = AnchorsReport()
        check_anchors(vault, report=self._outside, go_on=self._go_on)
        found = [each for each in self._outside.findings if each.check != AWAY]
        return Beyond(found, is_whole=not self._outside.away)

    def _go_on(self) -> None:
        """Raises where it is to end."""
        if self._given_up.is_set():
            raise Unavailable("trail.verification_given_up")
        if self._vault.clock.now() >= self._ends_at:
            raise Unavailable("trail.verification_too_long")

    def _note(self, done: int, total: int) -> None:
        now = self._vault.clock.now()
        self._go_on()
        if self._last_step_at is None or now - self._last_step_at >= STEP_EVERY:
            self._last_step_at = now
            self._steps.put(Step(done, total, self._seconds_left(now, done, total)))

    def _seconds_left(self, now: dt.datetime, done: int, total: int) -> int | None:
        """By how fast it went since it was first looked at: a verification may begin in the middle of the trail."""
        if self._first is None:
            self._first = (now, done)
        since, from_done = self._first
        if done <= from_done or now <= since:
            return None
        return round((total - done) * ((now - since).total_seconds() / (done - from_done)))


def start_verification(
    vault: Vault, actor: Actor, *, turn: threading.Semaphore, order: VerificationOrder | None = None
) -> RunningVerification:
    """Begins it. AccessDenied at once, and TooMany ``trail.verifying`` while another holds the turn."""
    require_auditor(vault, actor)
    running = RunningVerification(vault, actor, order=order or VerificationOrder())
    if not turn.acquire(blocking=False):
        raise TooMany("trail.verifying", retry_after_seconds=RETRY_SECONDS)
    thread = threading.Thread(target=running.run, args=(turn,), name="verification", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread to be had
        turn.release()
        raise Unavailable from None
    return running
