"""The columns that CSV and XLSX have in common. Names are stable; a column is added at the end and never changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
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
    value: Callable[[Sheet, TrailRow, bytes], Value]
    width: int = 14


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
    return json.dumps(dict(row.details), ensure_ascii=False, sort_keys=True) if row.details else ""


def _event(sheet: Sheet, row: TrailRow, _hash: bytes) -> str:
    return sheet.words.value(row.event, locale=sheet.locale) if row.event else ""


def _outcome(sheet: Sheet, row: TrailRow, _hash: bytes) -> str:
    return sheet.words.value(row.outcome, locale=sheet.locale) if row.outcome else ""


def _place_known(sheet: Sheet, row: TrailRow, _hash: bytes) -> str:
    return sheet.words.value(row.place.source, locale=sheet.locale) if row.place else ""


def _evidence(row: TrailRow, name: str) -> str:
    return further_evidence(row.place).get(name, "") if row.place else ""


def _category(sheet: Sheet, row: TrailRow, _hash: bytes) -> str:
    return sheet.words.value(row.reason.category, locale=sheet.locale) if row.reason else ""


COLUMNS: tuple[Column, ...] = (
    Column("index", lambda _sheet, row, _hash: row.index, 9),
    Column("time", lambda _sheet, row, _hash: row.time, 28),
    Column("time_utc", lambda _sheet, row, _hash: row.time, 24),
    Column("logged_utc", lambda _sheet, row, _hash: row.logged, 24),
    Column("event", _event, 24),
    Column("event_code", lambda _sheet, row, _hash: row.event.value if row.event else "", 20),
    Column("outcome", _outcome),
    Column("outcome_code", lambda _sheet, row, _hash: row.outcome.value if row.outcome else ""),
    Column("code", lambda _sheet, row, _hash: row.code, 20),
    Column("actor", lambda _sheet, row, _hash: row.actor_name, 20),
    Column("actor_staff_number", lambda _sheet, row, _hash: row.actor_staff_number),
    Column("actor_id", lambda _sheet, row, _hash: row.actor_id),
    Column("subject", lambda _sheet, row, _hash: row.subject_name, 20),
    Column("subject_staff_number", lambda _sheet, row, _hash: row.subject_staff_number),
    Column("subject_id", lambda _sheet, row, _hash: row.subject_id),
    Column("dossier", lambda _sheet, row, _hash: row.dossier_reference),
    Column("dossier_id", lambda _sheet, row, _hash: row.dossier_id),
    Column("document_id", lambda _sheet, row, _hash: row.document_id),
    Column("version_id", lambda _sheet, row, _hash: row.version_id),
    Column("view_id", lambda _sheet, row, _hash: row.view_id),
    Column("request_id", lambda _sheet, row, _hash: row.request_id),
    Column("session_id", lambda _sheet, row, _hash: row.session_id),
    Column("place", lambda _sheet, row, _hash: row.place.label if row.place else "", 20),
    Column("place_known_by", _place_known),
    Column("address", lambda _sheet, row, _hash: row.place.address if row.place else "", 16),
    Column("proxy", lambda _sheet, row, _hash: row.place.trusted_proxy if row.place else "", 16),
    Column("country", lambda _sheet, row, _hash: row.place.country if row.place else ""),
    Column("city", lambda _sheet, row, _hash: row.place.city if row.place else "", 16),
    Column("position", lambda _sheet, row, _hash: _evidence(row, "position"), 16),
    Column("position_accuracy_m", lambda _sheet, row, _hash: _evidence(row, "accuracy_m")),
    Column("reason_category", _category, 18),
    Column("reason", lambda _sheet, row, _hash: row.reason.text if row.reason else "", 50),
    Column("case_number", lambda _sheet, row, _hash: row.reason.case_number if row.reason else ""),
    Column("details", lambda _sheet, row, _hash: details_of(row), 30),
    Column("hidden", lambda sheet, row, _hash: sheet.words.hidden(row.hidden, locale=sheet.locale), 18),
    Column("leaf_hash", lambda _sheet, _row, leaf_hash: leaf_hash.hex(), 20),
    Column("in_words", lambda sheet, row, _hash: sheet.words.sentence(row, locale=sheet.locale), 80),
)
LOCAL_TIMES = frozenset({"time"})
"""Columns whose moments are written in the auditor's zone; all others are in UTC."""
