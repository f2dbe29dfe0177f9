"""The processes that help one verification: they walk over segments beside it, each its own, some ahead of it.

Whatever becomes of one of them, the verification goes on: a segment without an answer is walked over by itself. They
are started by the interpreter anew, not forked, since whoever verifies may have threads; are in a process group of
their own, so that Ctrl-C is for the one who decides; and end with their pipes, also when this process is killed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from keys.handing_over import hand_over
from keys.model import Secret
from vault.ledger.examiner_frames import Answer, Job, Order, read_frame, write_frame
from vault.ledger.segment import SEGMENT, Examined, Known

LEAST = 8 * SEGMENT
"""Fewer leaves are walked over sooner than other processes have started."""
BATCH = 256
TREE_BATCH = 2_048
"""Of a leaf for the tree nothing is kept but its hash; each batch has a statement for every level of the tree."""
_AHEAD = 2
"""Segments each process may be ahead: their outcomes wait in memory."""
_ROOT = Path(__file__).parents[2]
_LAUNCHER = "import sys; sys.path.insert(0, sys.argv[1]); from vault.ledger.examiner import main; main()"


@dataclass(frozen=True, slots=True)
class Help:
    """How a verification is helped: by how many processes, which find the database there. Tests take small segments."""

    processes: int
    database_url: str = field(repr=False)
    segment: int = SEGMENT
    least: int = LEAST


class Examiners:
    """Used as a context, in one thread."""

    def __init__(self, help_: Help, known: Known, *, reading_key: Secret | None, start: int, end: int) -> None:
        """For the leaves from ``start`` to before ``end``, in whole segments; the rest is nobody's."""
        self._segment = help_.segment
        self._start, self._end = start, start + (end - start) // help_.segment * help_.segment
        self._next = start
        self._taken_to = start
        self._outcomes: dict[int, Examined | None] = {}
        self._changed = threading.Condition()
        self._is_closed = False
        self._left = min(help_.processes, (self._end - start) // help_.segment)
        self._ahead = self._left * _AHEAD * help_.segment
        batch = TREE_BATCH if known.is_tree_only else BATCH
        self._job = Job(help_.database_url, known, batch, has_key=reading_key is not None)
        self._reading_key = reading_key
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        try:
            for _number in range(self._left):
                self._processes.append(_started())
            for process in self._processes:
                thread = threading.Thread(target=self._serve, args=(process,), name="examiner", daemon=True)
                thread.start()
                self._threads.append(thread)
        except BaseException:  # Ctrl-C does not wait for the context to be entered
            self._end_all()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._end_all()

    def _end_all(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.wait()

    def next_border(self, position: int) -> int:
        """Where the segment that ``position`` lies in ends; ``position`` itself where nobody helps."""
        if not self._start <= position < self._end:
            return position
        return position + self._segment - (position - self._start) % self._segment

    def outcome(self, position: int) -> Examined | None:
        """Of the segment that begins there, waiting for it; None where there is none or it needs another look."""
        if not self._start <= position < self._end or (position - self._start) % self._segment:
            return None
        with self._changed:
            self._taken_to = position
            self._changed.notify_all()
            self._changed.wait_for(lambda: position in self._outcomes or not self._left)
            return self._outcomes.pop(position, None)

    def _serve(self, process: subprocess.Popen[bytes]) -> None:
        """One thread for each process: gives orders, takes answers."""
        orders, answers = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        begun = None
        with suppress(OSError, EOFError, ValueError):
            write_frame(orders, self._job)
            if self._reading_key is not None:
                hand_over(self._reading_key, orders)
            while (begun := self._next_segment()) is not None:
                write_frame(orders, Order(begun, begun + self._segment))
                self._put(begun, read_frame(answers, Answer).outcome)
        for pipe in (orders, answers):
            with suppress(OSError):
                pipe.close()
        with self._changed:
            self._left -= 1
            if begun is not None:
                self._outcomes.setdefault(begun, None)
            self._changed.notify_all()

    def _next_segment(self) -> int | None:
        """The next that nobody has begun, once it is near enough; None when there is none."""

        def may_begin() -> bool:
            return self._is_closed or self._next >= self._end or self._next - self._taken_to < self._ahead

        with self._changed:
            self._changed.wait_for(may_begin)
            if self._is_closed or self._next >= self._end:
                return None
            begun, self._next = self._next, self._next + self._segment
            return begun

    def _put(self, start: int, outcome: Examined | None) -> None:
        with self._changed:
            self._outcomes[start] = outcome
            self._changed.notify_all()


def _started() -> subprocess.Popen[bytes]:
    """Nothing that somebody gave is in the arguments; the database's address and the key come through the pipe."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-c", _LAUNCHER, str(_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
