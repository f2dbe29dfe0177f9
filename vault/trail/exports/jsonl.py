"""JSON lines for programs: one opened entry each, without proofs. Names, ids and codes; no words of a language.

::

    {"index":7,"time":"2026-11-24T09:00:00.000Z","logged":"..","event":"view.opened","outcome":"success","actor":{..},..}

Members that would be empty are absent. The last line says where the entries end and what they amount to, so that a file
that was cut short is known by its lacking. Source: docs/spec/exports.md.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from vault.ledger.reader import OpenedEntry
from vault.model import Place, Reason
from vault.place import further_evidence
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import utc_time
from vault.trail.rows import EntryNames

_ENCODER = msgspec.json.Encoder()
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


class _Person(msgspec.Struct, frozen=True):
    id: str
    name: str | UnsetType = UNSET
    staff_number: str | UnsetType = UNSET


class _Dossier(msgspec.Struct, frozen=True):
    id: str
    reference: str | UnsetType = UNSET


class _Reason(msgspec.Struct, frozen=True):
    category: str
    text: str | UnsetType
    case: str | UnsetType


class _Line(msgspec.Struct, frozen=True):
    """The members in their order."""

    index: int
    time: str
    logged: str
    event: str
    outcome: str
    code: str | UnsetType
    actor: _Person | UnsetType
    subject: _Person | UnsetType
    dossier: _Dossier | UnsetType
    document: str | UnsetType
    version: str | UnsetType
    view: str | UnsetType
    request: str | UnsetType
    session: str | UnsetType
    place: msgspec.Raw | UnsetType
    reason: _Reason | UnsetType
    details: dict[str, str | int] | UnsetType
    hidden: str | UnsetType
    leaf_hash: str


def write_jsonl(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A line for each entry, and the closing one."""
    for batch in batches:
        names = _Names(batch.names)
        lines = [_line(entry, hashed, names) for entry, hashed in zip(batch.entries, batch.hashes, strict=True)]
        yield _ENCODER.encode_lines(lines)
    end = {
        "end": {
            "export": sheet.export_id,
            "origin": sheet.origin,
            "checkpoint": sheet.size,
            "root": base64.b64encode(sheet.root).decode("ascii"),
            "rows": sheet.rows,
            "digest": sheet.digest.hex(),
        }
    }
    yield _ENCODER.encode(end) + b"\n"


class _Names:
    """What stands for people and dossiers, made once for each of them in a batch."""

    def __init__(self, names: EntryNames) -> None:
        self._people = {
            str(person.id): _Person(person.id, person.name or UNSET, person.staff_number or UNSET)
            for person in names.people.values()
        }
        self._dossiers = {each: _Dossier(each, reference or UNSET) for each, reference in names.references.items()}

    def person(self, person_id: str) -> _Person | UnsetType:
        return (self._people.get(person_id) or _Person(person_id)) if person_id else UNSET

    def dossier(self, dossier_id: str) -> _Dossier:
        return self._dossiers.get(dossier_id) or _Dossier(dossier_id)


def _line(entry: OpenedEntry, leaf_hash: bytes, names: _Names) -> _Line:
    """Members in their order and not by name: naming them takes as long again."""
    fact = entry.facts.get
    dossier = fact("dossier")
    return _Line(
        entry.position,
        _instant(fact("time"), entry.time),
        _instant(fact("logged"), entry.logged),
        str(fact("event")),
        str(fact("outcome")),
        _text(fact("code")),
        names.person(entry.actor),
        names.person(entry.subject),
        names.dossier(str(dossier)) if dossier else UNSET,
        _text(fact("document")),
        _text(fact("version")),
        _text(fact("view")),
        _text(fact("request")),
        entry.session or UNSET,
        _place(entry.place) if entry.place else UNSET,
        _reason(entry.reason) if entry.reason else UNSET,
        entry.details or UNSET,
        entry.hidden or UNSET,
        leaf_hash.hex(),
    )


def _text(fact: object) -> str | UnsetType:
    return str(fact) if fact else UNSET


def _instant(text: object, moment: dt.datetime) -> str:
    """The moment in UTC: the leaf's own text, which was read as that moment, where it has the form that is promised."""
    return text if isinstance(text, str) and _INSTANT.fullmatch(text) else utc_time(moment)


@lru_cache(maxsize=4096)
def _place(place: Place) -> msgspec.Raw:
    """As it is written; remembered, since people come from the same places again and again."""
    members = {
        "address": place.address,
        "known_by": place.source.value,
        "zone": place.zone,
        "declared": place.declared,
        "proxy": place.trusted_proxy,
        **further_evidence(place),
    }
    return msgspec.Raw(_ENCODER.encode({name: value for name, value in members.items() if value}))


def _reason(reason: Reason) -> _Reason:
    return _Reason(reason.category.value, reason.text or UNSET, reason.case_number or UNSET)
