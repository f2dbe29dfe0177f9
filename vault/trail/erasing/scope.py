"""What an erasure is about, what it would touch, and what it did: typed, and stored as JSON texts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from vault.database.erasure_queries import ErasureRecord
from vault.policy.erasing import ErasureKind


@dataclass(frozen=True, slots=True)
class ErasureDraft:
    """What is asked for, before any check.

    ``person`` is a login, staff number, full name or id; months are ``2026-11``, both inclusive, '' for no bound.
    ``before`` is the first day (UTC) whose entries stay, for pruning.
    """

    kind: ErasureKind
    person: str = ""
    from_month: str = ""
    until_month: str = ""
    before: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ErasureGrounds:
    """Why, as it was typed: the basis from the closed list, the words, and the number that finds the papers."""

    basis: str
    text: str
    case_number: str


class HoldFound(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hold that stands in the way: on a dossier, or on the person if ``dossier`` is ''."""

    case: str
    dossier: str = ""


class Preflight(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found when it was looked at."""

    months: tuple[str, ...] = ()
    entries: int = 0
    """Entries whose values go, or whose bodies go."""
    months_left: int = 0
    """Months of the person that stay: while there are any, their handle stays theirs."""
    holds: tuple[HoldFound, ...] = ()
    size: int = 0
    """Pruning: entries below this index, as far as it may go."""
    pruned_to: int = 0
    """How far it was pruned before."""
    kept: int = 0
    """Pruning: entries that stay because the trail cannot be verified without them."""
    held: int = 0
    """Pruning: entries that stay because a hold in force forbids touching them."""
    open_alerts: int = 0
    """Alerts about the person that nobody has settled and that would go: a hold on the person keeps them."""
    backups_until: str = ""
    """RFC 3339: if it were done now, backups could hold it until then."""

    @property
    def total(self) -> int:
        """What its progress counts: months of a person, entries of a pruning."""
        return len(self.months) if self.months else self.entries


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done, and until when backups may still hold it."""

    months: int = 0
    entries: int = 0
    handle: int = 0
    """1 if nobody can tell any more whose handle it was."""
    exports: int = 0
    """Exports that ended because they may have held the person's values."""
    figures: int = 0
    """Days, alerts and digests that were made of the person's entries, and went."""
    periods: int = 0
    """Pruning: keys of months that sealed nothing any more."""
    backups_until: str = ""


def preflight_of(erasure: ErasureRecord) -> Preflight:
    return msgspec.json.decode(erasure.preflight, type=Preflight)


def report_of(erasure: ErasureRecord) -> Report | None:
    """None before it is finished."""
    return msgspec.json.decode(erasure.report, type=Report) if erasure.report else None


def encoded(value: Preflight | Report) -> str:
    return msgspec.json.encode(value).decode()


def plain(value: Preflight | Report) -> dict[str, object]:
    """As a dictionary, for whoever writes JSON."""
    return dict(msgspec.to_builtins(value))
