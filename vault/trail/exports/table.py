"""The columns that CSV and XLSX have in common. Names are stable; a column is added at the end and never changes."""

from __future__ import annotations

import datetime as dt
import enum
import json
from dataclasses import dataclass

from vault.place import further_evidence
from vault.trail.exports.formats import ExportHeaders
from vault.trail.exports.sheet import Sheet
from vault.trail.rows import TrailRow

Value = str | int | dt.datetime
"""An empty text for nothing. Moments are aware; the column says in which zone they are written."""


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` is that of a spreadsheet, in characters."""

    name: str
    width: int = 14


_DETAILS = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def header_of(sheet: Sheet, column: Column) -> str:
    """What stands over the column."""
    if sheet.headers is ExportHeaders.CODES:
        return column.name
    return sheet.words.column(column.name, locale=sheet.locale)


def local_time(sheet: Sheet, moment: dt.datetime) -> str:
    """RFC 3339 in the auditor's zone, with its offset."""
    return moment.astimezone(sheet.zone).isoformat(timespec="milliseconds")


def utc_time(moment: dt.datetime) -> str:
    """RFC 3339 in UTC."""
    at = moment if moment.tzinfo is dt.UTC else moment.astimezone(dt.UTC)
    return at.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def details_of(row: TrailRow) -> str:
    """The leaf's details as JSON; '' for none."""
    return _DETAILS.encode(dict(row.details)) if row.details else ""


COLUMNS: tuple[Column, ...] = (
    Column("index", 9),
    Column("time", 28),
    Column("time_utc", 24),
    Column("logged_utc", 24),
    Column("event", 24),
    Column("event_code", 20),
    Column("outcome"),
    Column("outcome_code"),
    Column("code", 20),
    Column("actor", 20),
    Column("actor_staff_number"),
    Column("actor_id"),
    Column("subject", 20),
    Column("subject_staff_number"),
    Column("subject_id"),
    Column("dossier"),
    Column("dossier_id"),
    Column("document_id"),
    Column("version_id"),
    Column("view_id"),
    Column("request_id"),
    Column("session_id"),
    Column("place", 20),
    Column("place_known_by"),
    Column("address", 16),
    Column("proxy", 16),
    Column("country"),
    Column("city", 16),
    Column("position", 16),
    Column("position_accuracy_m"),
    Column("reason_category", 18),
    Column("reason", 50),
    Column("case_number"),
    Column("details", 30),
    Column("hidden", 18),
    Column("leaf_hash", 20),
    Column("in_words", 80),
)
LOCAL_TIMES = frozenset({"time"})
"""Columns whose moments are written in the auditor's zone; all others are in UTC."""


def values_of(sheet: Sheet, row: TrailRow, leaf_hash: bytes) -> tuple[Value, ...]:
    """What stands in each of :data:`COLUMNS`, in their order."""
    place, reason = row.place, row.reason
    evidence = further_evidence(place) if place else {}
    return (
        row.index,
        row.time,
        row.time,
        row.logged,
        _words(sheet, row.event),
        row.event.value if row.event else "",
        _words(sheet, row.outcome),
        row.outcome.value if row.outcome else "",
        row.code,
        row.actor_name,
        row.actor_staff_number,
        row.actor_id,
        row.subject_name,
        row.subject_staff_number,
        row.subject_id,
        row.dossier_reference,
        row.dossier_id,
        row.document_id,
        row.version_id,
        row.view_id,
        row.request_id,
        row.session_id,
        place.label if place else "",
        _words(sheet, place.source if place else None),
        place.address if place else "",
        place.trusted_proxy if place else "",
        place.country if place else "",
        place.city if place else "",
        evidence.get("position", ""),
        evidence.get("accuracy_m", ""),
        _words(sheet, reason.category if reason else None),
        reason.text if reason else "",
        reason.case_number if reason else "",
        details_of(row),
        sheet.words.hidden(row.hidden, locale=sheet.locale),
        leaf_hash.hex(),
        sheet.words.sentence(row, locale=sheet.locale),
    )


def _words(sheet: Sheet, value: enum.Enum | None) -> str:
    return sheet.words.value(value, locale=sheet.locale) if value else ""
