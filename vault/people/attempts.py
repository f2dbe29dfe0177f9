"""How often somebody may try to sign in: counted for a login from an address, and for the address as a whole.

Counted before a password is looked at and in one statement, so that parallel guesses all count (ASVS 5.0.0 6.3.1).
Nobody can lock out others with it: a login is paused at the address that failed and nowhere else, and the pause of a
whole address does not hold for people who signed in from there lately. Those are then told the same as everybody when
their password is wrong, so that it cannot be read off who they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math

from vault.database import people_queries
from vault.database.engine import Connection, transaction
from vault.errors import TooMany
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Place
from vault.runtime import Vault

ADDRESS_ATTEMPTS_FACTOR = 10
"""One address may fail this many times more often than one login from one address."""
AT_HOME = dt.timedelta(days=30)
"""How long ago a person may have signed in from an address to be known there."""


def count_attempt(vault: Vault, login: str, place: Place) -> TooMany | None:
    """Counts one attempt. Raises TooMany ``sign_in.blocked`` where it may not be made.

    What is returned is for somebody known at a paused address: to be raised if their password is wrong.
    """
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        own = _count(vault, tx, _subject(login, place.address), now=now, factor=1)
        whole = _count(vault, tx, _subject("", place.address), now=now, factor=ADDRESS_ATTEMPTS_FACTOR)
        is_at_home = whole is not None and people_queries.has_signed_in_from(
            tx, login=login, address=place.address, since=now - AT_HOME
        )
        until = max([each for each in (own, None if is_at_home else whole) if each is not None], default=None)
        if until is not None:
            vault.recorder.append(tx, Entry(Event.SESSION_REFUSED, Outcome.DENIED, place=place, code="sign_in.blocked"))
    if until is not None:
        raise _blocked(until, now)
    return _blocked(whole, now) if whole is not None else None


def forgive_attempt(tx: Connection, login: str, place: Place) -> None:
    """A right password clears the login's count; the address gets back what this attempt took."""
    people_queries.forget_failures(tx, _subject(login, place.address))
    people_queries.uncount_attempt(tx, _subject("", place.address))


def _count(vault: Vault, tx: Connection, subject: bytes, *, now: dt.datetime, factor: int) -> dt.datetime | None:
    """Until when the subject is paused, with this attempt counted; None if it is not."""
    rules = vault.config.sign_in
    until = people_queries.blocked_until(tx, subject)
    if until is not None and until > now:
        return until
    pause = dt.timedelta(minutes=rules.block_minutes)
    if people_queries.count_attempt(tx, subject, now=now, forget_before=now - pause) <= rules.attempts * factor:
        return None
    people_queries.block_subject(tx, subject, until=now + pause)
    return now + pause


def _blocked(until: dt.datetime, now: dt.datetime) -> TooMany:
    return TooMany("sign_in.blocked", retry_after_seconds=max(1, math.ceil((until - now).total_seconds())))


def _subject(login: str, address: str) -> bytes:
    return hashlib.sha256(f"{login}\0{address}".encode()).digest()
