"""Country and city of a network address, from the operator's location database (MaxMind DB format 2.0).

The file is held in memory whole: one that is cut short while mapped would kill the process that reads it. A file that
changed is read anew at the next look; one that cannot be read leaves what was read before. No look ever raises: an
address that the database does not know, or a database that is not there, gives nothing, and :meth:`Geography.check`
says why. It is evidence of the address only, as good as the operator's source and as old as its build.
"""

from __future__ import annotations

import datetime as dt
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import maxminddb

from vault.errors import VaultError
from vault.place import parse_address

OLD_DAYS = 90
"""Addresses change hands; providers publish anew every week or month."""
MOST_REMEMBERED = 4096
_NAME_CHARACTERS = 80
_COUNTRY_LETTERS = 2
_UNREADABLE = (
    maxminddb.InvalidDatabaseError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    RecursionError,
    struct.error,
)
"""What a file that is none, or is damaged somewhere, makes the reader raise."""


@dataclass(frozen=True, slots=True)
class GeoPlace:
    """``country`` is ISO 3166-1 alpha-2, ``city`` an English name; either may be ''. ``built``: the database's day."""

    country: str
    city: str
    built: str


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: tuple[int, int, int]
    reader: maxminddb.Reader
    built: str
    known: dict[str, GeoPlace | None]


class Geography:
    """The location database of one process. Safe between threads. ``path`` None: there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._loaded: _Loaded | None = None
        self._refused: tuple[int, int, int] | None = None
        self._fault = ""

    @property
    def is_configured(self) -> bool:
        return self._path is not None

    def find(self, address: str) -> GeoPlace | None:
        """What the database says of the address, or None."""
        loaded, parsed = self._current(), parse_address(address)
        if loaded is None or parsed is None:
            return None
        if address not in loaded.known:
            if len(loaded.known) >= MOST_REMEMBERED:
                loaded.known.clear()
            loaded.known[address] = self._look_up(loaded, str(parsed))
        return loaded.known[address]

    def check(self, *, now: dt.datetime) -> tuple[str, str]:
        """Its kind and the day it was built, for operators; '' and '' if none is configured.

        VaultError ``geoip.missing``, ``geoip.damaged`` or ``geoip.old``.
        """
        if self._path is None:
            return "", ""
        loaded = self._current()
        if self._fault:
            raise VaultError(self._fault)
        assert loaded is not None  # else there is a fault
        if (now.date() - dt.date.fromisoformat(loaded.built)).days > OLD_DAYS:
            raise VaultError("geoip.old", day=loaded.built)
        return str(loaded.reader.metadata().database_type), loaded.built

    def _current(self) -> _Loaded | None:
        """The database as its file is now, or as it was last readable."""
        if self._path is None:
            return None
        try:
            facts = self._path.stat()
        except OSError:
            self._fault = "geoip.missing"
            return self._loaded
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        with self._lock:
            if stamp != self._refused and (self._loaded is None or self._loaded.stamp != stamp):
                self._load(self._path, stamp)
            elif self._loaded is not None and self._loaded.stamp == stamp and self._fault == "geoip.missing":
                self._fault = ""
            return self._loaded

    def _load(self, path: Path, stamp: tuple[int, int, int]) -> None:
        try:
            reader = maxminddb.open_database(path, maxminddb.MODE_MEMORY)
            built = dt.datetime.fromtimestamp(reader.metadata().build_epoch, dt.UTC).date().isoformat()
            reader.get("192.0.2.1")  # a tree that leads nowhere is found out now
        except _UNREADABLE:
            self._refused, self._fault = stamp, "geoip.damaged"
        else:
            self._loaded, self._refused, self._fault = _Loaded(stamp, reader, built, {}), None, ""

    def _look_up(self, loaded: _Loaded, address: str) -> GeoPlace | None:
        try:
            record = loaded.reader.get(address)
        except ValueError:  # an IPv6 address in a database of IPv4
            return None
        except _UNREADABLE:
            self._fault = "geoip.damaged"
            return None
        if not isinstance(record, Mapping):
            return None
        country, city = _country_of(record), _city_of(record)
        return GeoPlace(country, city, loaded.built) if country or city else None


def _country_of(record: Mapping[str, Any]) -> str:
    code = _member(record, "country", "iso_code")
    return code if len(code) == _COUNTRY_LETTERS and code.isascii() and code.isupper() else ""


def _city_of(record: Mapping[str, Any]) -> str:
    name = _member(record, "city", "names", "en")
    return "".join(mark for mark in name if mark.isprintable())[:_NAME_CHARACTERS]


def _member(record: Any, *names: str) -> str:
    for name in names:
        record = record.get(name) if isinstance(record, Mapping) else None
    return record if isinstance(record, str) else ""
