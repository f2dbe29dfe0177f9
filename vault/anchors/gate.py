"""Whether this process may sign: only once what is kept outside was seen to agree with the database.

The answer lives in memory and nowhere else. A copy of the database that was put back holds the answer of its own time,
so what is stored cannot be asked; a process that starts has to be shown anew. The gate also remembers the tree that it
last let somebody sign for: a database that is exchanged under a running process shuts it again.

Where nothing outside can be asked, the gate stands open: there is nothing to disagree with.
"""

from __future__ import annotations

import threading

from vault.database.engine import Connection
from vault.database.ledger_sequencing import HeadRow
from vault.errors import Unavailable
from vault.ledger.reader import root_at
from vault.ledger.tree import Frontier

UNPROVEN = "trail.unproven"
BEHIND = "trail.behind_anchor"
DIFFERS = "trail.differs_from_anchor"


class SigningGate:
    """One for each process; safe between threads. ``is_needed``: there is an anchor that can be asked."""

    def __init__(self, *, is_needed: bool) -> None:
        self._lock = threading.Lock()
        self._is_needed = is_needed
        self._code = UNPROVEN if is_needed else ""
        self._agreed: frozenset[str] = frozenset()
        self._seen: tuple[int, bytes] | None = None

    @property
    def is_needed(self) -> bool:
        return self._is_needed

    @property
    def code(self) -> str:
        """'' while it is open, else ``trail.unproven``, ``trail.behind_anchor`` or ``trail.differs_from_anchor``."""
        return self._code

    @property
    def is_open(self) -> bool:
        return not self._code

    def has_agreed(self, anchor: str) -> bool:
        """Whether this anchor was asked since the process started or was last in doubt, and agreed."""
        return anchor in self._agreed

    def agree(self, *anchors: str) -> None:
        """These anchors were asked and agree: it opens, unless it was shut by another one meanwhile."""
        with self._lock:
            self._agreed |= set(anchors)
            if self._code == UNPROVEN:
                self._code = ""

    def reopen(self, *anchors: str) -> None:
        """Every anchor that answers was asked anew and agrees: it opens whatever had shut it."""
        with self._lock:
            self._agreed = frozenset(anchors)
            self._code = ""

    def shut(self, code: str) -> None:
        """Nobody signs until it is opened again."""
        with self._lock:
            self._code, self._agreed, self._seen = code, frozenset(), None

    def require(self, tx: Connection, head: HeadRow) -> None:
        """Unavailable unless this process may sign for a tree that grows from ``head``."""
        if not self._is_needed:
            return
        if self._code:
            raise Unavailable(self._code)
        root = Frontier.from_bytes(head.size, head.edge).root()
        seen = self._seen
        if seen is not None and seen != (head.size, root) and not _is_beginning(tx, seen, head):
            self.shut(UNPROVEN)
            raise Unavailable(UNPROVEN)
        self._seen = (head.size, root)


def _is_beginning(tx: Connection, seen: tuple[int, bytes], head: HeadRow) -> bool:
    size, root = seen
    return size <= head.size and root_at(tx, size) == root
