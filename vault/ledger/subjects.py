"""Whose an entry is: the handle that stands for a person in leaves, and the key pair of the person's month.

Remembered by each process, since nearly every event needs both. What is remembered can be out of date at any time: a
month's key is erased by law. So whoever uses it has the database confirm it in the statement that records, and
:meth:`SubjectBook.forget` follows where it does not.

A transaction that makes one lets nobody know before it is committed. Others that need the same wait for it where they
would make it themselves: first at the handle, then at the periods in the order of people's ids. Who was told before
could go past and hold what the first one comes to next, and each would wait for the other. That is the order within
one entry: of two transactions with entries of several people who are all new, PostgreSQL may still have to end one,
which is Unavailable and can be done again.
"""

from __future__ import annotations

import base64
import datetime as dt
import threading
import weakref
from collections.abc import Iterable
from typing import TypeVar

from keys.primitives import generate_box_keypair, seal_secret_to
from vault.clock import RandomBytes
from vault.database import ledger_appending
from vault.database.engine import Connection, running_transaction
from vault.database.ledger_rows import PeriodRow
from vault.errors import Unavailable
from vault.ledger.values import period_context
from vault.model import new_id

MOST_REMEMBERED = 4096
_Key = TypeVar("_Key")
_Known = TypeVar("_Known")


class SubjectBook:
    """Handles and periods, found, made and remembered. Safe between threads."""

    def __init__(self, random: RandomBytes) -> None:
        self._random = random
        self._handles: dict[str, str] = {}
        self._periods: dict[tuple[str, str], PeriodRow] = {}
        self._makers = weakref.WeakSet[object]()
        self._lock = threading.Lock()

    def handle(self, tx: Connection, person: str) -> str:
        """A random name for the person, by which their entries are counted; '' for nobody."""
        if not person:
            return ""
        remembered = self._handles.get(person)
        if remembered is not None:
            return remembered
        found = ledger_appending.find_handle(tx, person)
        if found is None:
            fresh = base64.b32encode(self._random(16)).decode("ascii").rstrip("=").lower()
            self._makes(tx)
            ledger_appending.store_handle(tx, person, fresh)
            found = ledger_appending.find_handle(tx, person)
        if found is None:
            raise Unavailable("database.unavailable")
        self._remember(tx, self._handles, person, found)
        return found

    def period(self, tx: Connection, person: str, now: dt.datetime) -> PeriodRow:
        """The key pair of the person's running month."""
        month = now.strftime("%Y-%m")
        remembered = self._periods.get((person, month))
        if remembered is not None:
            return remembered
        found = ledger_appending.find_period(tx, person, month)
        if found is None:
            self._makes(tx)
            ledger_appending.store_period(tx, self._new_period(tx, person, month))
            found = ledger_appending.find_period(tx, person, month)
        if found is None:
            raise Unavailable("database.unavailable")
        self._remember(tx, self._periods, (person, month), found)
        return found

    def forget(self, people: Iterable[str]) -> None:
        """Nothing of them is remembered any more."""
        gone = set(people)
        with self._lock:
            for person in gone:
                self._handles.pop(person, None)
            for key in [key for key in self._periods if key[0] in gone]:
                self._periods.pop(key, None)

    def _makes(self, tx: Connection) -> None:
        """From now on the transaction may see what nobody else does."""
        with self._lock:
            self._makers.add(running_transaction(tx))

    def _remember(self, tx: Connection, book: dict[_Key, _Known], key: _Key, known: _Known) -> None:
        """Unless nobody else may see it yet. Bounded: what was remembered first makes room."""
        with self._lock:
            if running_transaction(tx) in self._makers:
                return
            if len(book) >= MOST_REMEMBERED:
                book.pop(next(iter(book)))
            book[key] = known

    def _new_period(self, tx: Connection, person: str, month: str) -> PeriodRow:
        reading_public = ledger_appending.reading_public(tx)
        if reading_public is None:
            raise Unavailable("vault.not_initialised")
        private, public = generate_box_keypair(self._random)
        period_id = new_id("m", self._random)
        sealed = seal_secret_to(reading_public, private, context=period_context(period_id))
        return PeriodRow(id=period_id, person_id=person, month=month, public=public, private_sealed=sealed)
