"""Last numbers by subject for one process, in little memory however many subjects there are.

The newest are in memory; all of them, once they are too many, in a private database of SQLite's own that has no name,
belongs to this process alone and is gone when the process is, however it ends (https://sqlite.org/inmemorydb.html,
"Temporary Databases"). What lies there, ids of documents and handles, stands readable in leaves as well; nothing of a
person.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from vault.errors import Unavailable

MOST_IN_MEMORY = 50_000
"""About 7 MB."""
_CACHE_KIB = 4096


class SpilledCounters:
    """Of a mapping the part that an audit needs. Unavailable ``database.unavailable`` where no temporary file can be
    written. For one thread."""

    def __init__(self, *, most_in_memory: int = MOST_IN_MEMORY) -> None:
        self._most = most_in_memory
        self._recent: dict[str, int] = {}
        self._spilled: sqlite3.Connection | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count if self._spilled is not None else len(self._recent)

    def __contains__(self, subject: str) -> bool:
        return self.get(subject) is not None

    def get(self, subject: str) -> int | None:
        """The last number; None for a subject that has none."""
        found = self._recent.get(subject)
        if found is None and self._spilled is not None:
            row = self._spilled.execute("SELECT last FROM counters WHERE subject = ?", (_key(subject),)).fetchone()
            return int(row[0]) if row else None
        return found

    def __setitem__(self, subject: str, last: int) -> None:
        if self._spilled is not None and subject not in self._recent:
            self._count += self.get(subject) is None
        self._recent[subject] = last
        if len(self._recent) > self._most:
            self._spill()

    def discard(self, subject: str) -> None:
        """No subject any more."""
        if subject in self:
            self._count -= self._spilled is not None
            self._recent.pop(subject, None)
            if self._spilled is not None:
                self._spilled.execute("DELETE FROM counters WHERE subject = ?", (_key(subject),))

    def items(self) -> Iterator[tuple[str, int]]:
        """All of them, by subject in the order of code points. Not to be changed meanwhile."""
        if self._spilled is None:
            yield from sorted(self._recent.items())
            return
        self._spill()
        for subject, last in self._spilled.execute("SELECT subject, last FROM counters ORDER BY subject"):
            yield subject.decode("utf-8", "surrogatepass"), last

    def _spill(self) -> None:
        try:
            if self._spilled is None:
                self._spilled, self._count = _private_database(), len(self._recent)
            rows = ((_key(subject), last) for subject, last in self._recent.items())
            self._spilled.executemany("INSERT OR REPLACE INTO counters (subject, last) VALUES (?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise Unavailable("database.unavailable") from error
        self._recent = {}


def _private_database() -> sqlite3.Connection:
    connection = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KIB}", "temp_store=FILE"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE counters (subject BLOB PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID")
    connection.execute("BEGIN")  # for good: a transaction of its own for each statement would write each one out
    return connection


def _key(subject: str) -> bytes:
    """Bytes, which sort as their code points do; and whatever somebody has written into a leaf is a key."""
    return subject.encode("utf-8", "surrogatepass")
