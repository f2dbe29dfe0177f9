"""What every format is told of an export beside its entries: who asked, for what, up to where, and in which words.

The vault knows codes and moments; words belong to the gateway, which hands them in as :class:`ExportWords`.
"""

from __future__ import annotations

import datetime as dt
import enum
import zoneinfo
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from vault.ledger.bundle.layout import LeftOut
from vault.ledger.events import Event
from vault.ledger.reader import OpenedEntry
from vault.marking.fonts import FontSet
from vault.model import Classification
from vault.policy.document import Policy
from vault.trail.exports.formats import ExportHeaders
from vault.trail.querying import QueryNames, TrailQuery
from vault.trail.rows import EntryNames, TrailRow, row_of


class ExportWords(Protocol):
    """Words in the auditor's language; ``locale`` is ``en`` or ``zh_Hans_CN``."""

    def column(self, name: str, *, locale: str) -> str:
        """The header of a column, by its stable name."""

    def value(self, value: enum.Enum, *, locale: str) -> str:
        """An event, outcome, kind of place or category of a reason."""

    def fact(self, event: Event | None, name: str, value: str | int, *, locale: str) -> tuple[str, str]:
        """What a fact of an entry's details is called, and its value in words; each as it is where it has none."""

    def told(self, code: str, *, locale: str) -> str:
        """What somebody was told for the code of a denial or failure; '' if nothing of its own."""

    def code(self, code: str, *, locale: str) -> str:
        """What a code says of an outcome, in a few words; '' where there are none, as of most errors."""

    def left_out(self, each: LeftOut, *, locale: str) -> str:
        """What a bundle lacks, and why."""

    def hidden(self, code: str, *, locale: str) -> str:
        """Why values of an entry are not shown; '' for ''."""

    def sentence(self, row: TrailRow, *, locale: str) -> str:
        """The whole entry as one sentence."""

    def phrase(self, name: str, *, locale: str, **values: str | int) -> str:
        """A line of the report."""

    def query(self, query: TrailQuery, names: QueryNames, *, locale: str, timezone: str) -> list[str]:
        """What was asked for, a filter each; empty for everything."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries in rising order, with the hash of each leaf; ``names`` and ``paths`` where the format needs them."""

    entries: list[OpenedEntry]
    hashes: list[bytes]
    names: EntryNames = field(default_factory=EntryNames)
    paths: list[list[bytes]] = field(default_factory=list)

    def rows(self) -> Iterator[TrailRow]:
        """The entries as they are shown, for formats that people read."""
        return (row_of(entry, self.names) for entry in self.entries)


def _no_classes(_dossier_ids: set[str]) -> Mapping[str, Classification]:
    return {}


@dataclass(frozen=True, slots=True)
class ExposureBasis:
    """What a report about one person rests on beside the entries: the policy, and the classes that dossiers have now.

    ``until`` is when it was ordered, ``since`` the beginning of what was asked for. ``out_since`` is when the person's
    work here had ended, if it had: their weeks are counted back from there.
    """

    person_id: str
    person_words: str
    policy: Policy
    since: dt.datetime
    until: dt.datetime
    out_since: dt.datetime | None
    classes: Callable[[set[str]], Mapping[str, Classification]] = _no_classes


@dataclass(frozen=True, slots=True)
class Sheet:
    """The facts of one export. ``note`` is the checkpoint of ``size`` leaves as it is signed, ``key`` who signed it."""

    export_id: str
    origin: str
    size: int
    root: bytes
    note: str
    public: bytes
    signed_at: dt.datetime
    rows: int
    digest: bytes
    ordered_by: str
    ordered_at: dt.datetime
    locale: str
    zone: zoneinfo.ZoneInfo
    headers: ExportHeaders
    filters: list[str]
    category: enum.Enum
    case_number: str
    words: ExportWords
    fonts: FontSet
    exposure: ExposureBasis
    """For reports about a person; empty for whatever else."""


class Writer(Protocol):
    """A format: the file, in pieces of any length, made while the batches are read. Memory is that of few batches."""

    def __call__(self, sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]: ...
