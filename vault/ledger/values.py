"""Sealing the personal values of an entry, and opening them for whoever has the trail-reading key.

The values of one entry are a JSON list of disclosures, sealed to the key of a person and month (docs/spec/keys.md,
"Box of a series"). A process begins a series for each such key that it needs and ends it after :data:`SERIES_LASTS`:
what its memory could give away is what it recorded itself in that time. Values that were sealed in a box of
their own open as before.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from keys.errors import UnwrapError
from keys.model import EncryptionContext, RandomBytes, Secret
from keys.primitives import BoxKey, BoxSeries, OpenedSeries, encapsulation_of, open_sealed_to, open_secret_sealed_to
from vault.database.ledger_rows import PeriodRow
from vault.ledger.disclosures import Disclosure, DisclosureRefused

PERIOD_LABEL = "vault.trail-period.v1"
SERIES_LABEL = "vault.trail-series.v1"
DISCLOSURE_LABEL = "vault.trail-disclosure.v1"
SERIES_LASTS = dt.timedelta(hours=1)
MOST_SERIES = 2048
MOST_OPENED = 512
"""Keys of months and of series, each kind, that whoever opens remembers: about 1 and 3 KB each. In the order of time a
series is needed for an hour, and a person's entries mostly stand near one another."""
_Name = TypeVar("_Name")
_Known = TypeVar("_Known")


def period_context(period_id: str) -> EncryptionContext:
    """What a period's private key is bound to."""
    return EncryptionContext(PERIOD_LABEL, (period_id.encode(),))


def series_context(period_id: str) -> EncryptionContext:
    """What a series of sealed values is bound to."""
    return EncryptionContext(SERIES_LABEL, (period_id.encode(),))


def disclosure_context(entry_id: str, period_id: str) -> EncryptionContext:
    """What an entry's sealed values are bound to."""
    return EncryptionContext(DISCLOSURE_LABEL, (entry_id.encode(), period_id.encode()))


@dataclass(frozen=True, slots=True)
class _Running:
    series: BoxSeries
    begun: dt.datetime


class ValueSealer:
    """Seals for one process. Safe between threads. ``random`` must never repeat, in tests neither."""

    def __init__(self, random: RandomBytes) -> None:
        self._random = random
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()

    def seal(self, disclosures: list[Disclosure], period: PeriodRow, *, entry_id: str, now: dt.datetime) -> bytes:
        """The values of one entry, sealed to the period's key."""
        texts = '["' + '", "'.join([each.text for each in disclosures]) + '"]'  # JSON: base64url needs no escapes
        with self._lock:
            series = self._series(period, now)
            return series.seal(texts.encode(), context=disclosure_context(entry_id, period.id), random=self._random)

    def _series(self, period: PeriodRow, now: dt.datetime) -> BoxSeries:
        running = self._running.get(period.id)
        if running is not None and not running.series.is_spent and abs(now - running.begun) < SERIES_LASTS:
            return running.series
        self._forget_old(now)
        begun = _Running(BoxSeries(period.public, context=series_context(period.id), random=self._random), now)
        self._running[period.id] = begun
        return begun.series

    def _forget_old(self, now: dt.datetime) -> None:
        """Whatever has lasted long enough, and the oldest where there are too many."""
        kept = [(name, each) for name, each in self._running.items() if abs(now - each.begun) < SERIES_LASTS]
        self._running = dict(kept[-(MOST_SERIES - 1) :])


class ValueOpener:
    """Opens sealed values with the trail-reading key, and remembers the keys that it needed. For one thread."""

    def __init__(self, reading_key: Secret) -> None:
        self._reading_key = reading_key
        self._period_keys: dict[str, tuple[Secret, BoxKey]] = {}
        self._series: dict[tuple[str, bytes], OpenedSeries] = {}

    def pieces(self, entry_id: str, period: PeriodRow, sealed: bytes) -> list[bytes]:
        """The disclosures in one sealed part as they were written; whether they are any is not looked at.

        UnwrapError or DisclosureRefused if it is not what was sealed. Nearly always there is nothing to decode.
        """
        opened = self._opened(entry_id, period, sealed)
        pieces = opened[2:-2].split(b'", "')
        if opened[:2] == b'["' and opened[-2:] == b'"]' and b'"' not in b"".join(pieces) and b"\\" not in opened:
            return pieces
        return [text.encode() for text in _texts(opened)]

    def _opened(self, entry_id: str, period: PeriodRow, sealed: bytes) -> bytes:
        context = disclosure_context(entry_id, period.id)
        encapsulated = encapsulation_of(sealed)
        if encapsulated is None:
            return open_sealed_to(self._period_key(period)[0], sealed, context=context)
        return self._series_of(period, encapsulated).open(sealed, context=context)

    def _period_key(self, period: PeriodRow) -> tuple[Secret, BoxKey]:
        known = _recalled(self._period_keys, period.id)
        if known is None:
            context = period_context(period.id)
            private = open_secret_sealed_to(self._reading_key, period.private_sealed, context=context)
            try:
                known = (private, BoxKey(private))
            except ValueError as error:  # whoever can write the database can seal anything as a period's key
                raise UnwrapError("not the key of a period") from error
            _remember(self._period_keys, period.id, known)
        return known

    def _series_of(self, period: PeriodRow, encapsulated: bytes) -> OpenedSeries:
        name = (period.id, encapsulated)
        known = _recalled(self._series, name)
        if known is None:
            known = OpenedSeries(self._period_key(period)[1], encapsulated, context=series_context(period.id))
            _remember(self._series, name, known)
        return known


def _recalled(known: dict[_Name, _Known], name: _Name) -> _Known | None:
    """What is remembered under the name, which is the one that was needed last from now on."""
    value = known.pop(name, None)
    if value is not None:
        known[name] = value
    return value


def _remember(known: dict[_Name, _Known], name: _Name, value: _Known) -> None:
    """Bounded: the one that was not needed for longest makes room."""
    if len(known) >= MOST_OPENED:
        known.pop(next(iter(known)))
    known[name] = value


_TEXTS = msgspec.json.Decoder(list[str])


def _texts(opened: bytes) -> list[str]:
    """Sealing proves no sender: anybody who can write the database can seal whatever they like."""
    try:
        return _TEXTS.decode(opened)
    except (msgspec.MsgspecError, ValueError) as error:
        raise DisclosureRefused("not a list of disclosures") from error
