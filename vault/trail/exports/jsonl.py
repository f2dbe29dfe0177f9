"""JSON lines for programs: one opened entry each, without proofs. Names, ids and codes; no words of a language.

::

    {"index":7,"time":"2026-11-24T09:00:00.000Z","logged":"..","event":"view.opened","outcome":"success","actor":{..},..}

Members that would be empty are absent. The last line says where the entries end and what they amount to, so that a file
that was cut short is known by its lacking. Source: docs/spec/exports.md.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from vault.place import further_evidence
from vault.trail.exports.sheet import Batch, Sheet
from vault.trail.exports.table import utc_time
from vault.trail.rows import TrailRow

_ENCODER = msgspec.json.Encoder()


def write_jsonl(sheet: Sheet, batches: Iterable[Batch]) -> Iterator[bytes]:
    """A line for each entry, and the closing one."""
    for batch in batches:
        yield b"".join(
            _ENCODER.encode(_entry(row, leaf_hash)) + b"\n"
            for row, leaf_hash in zip(batch.rows, batch.hashes, strict=True)
        )
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


def _entry(row: TrailRow, leaf_hash: bytes) -> dict[str, Any]:
    members: dict[str, Any] = {
        "index": row.index,
        "time": utc_time(row.time),
        "logged": utc_time(row.logged),
        "event": row.event.value if row.event else "",
        "outcome": row.outcome.value if row.outcome else "",
        "code": row.code,
        "actor": _person(row.actor_id, row.actor_name, row.actor_staff_number),
        "subject": _person(row.subject_id, row.subject_name, row.subject_staff_number),
        "dossier": _present({"id": row.dossier_id, "reference": row.dossier_reference}),
        "document": row.document_id,
        "version": row.version_id,
        "view": row.view_id,
        "request": row.request_id,
        "session": row.session_id,
        "place": _place(row),
        "reason": _reason(row),
        "details": dict(row.details),
        "hidden": row.hidden,
        "leaf_hash": leaf_hash.hex(),
    }
    return {name: value for name, value in members.items() if value not in ("", {})}


def _person(person_id: str, name: str, staff_number: str) -> dict[str, str]:
    return _present({"id": person_id, "name": name, "staff_number": staff_number})


def _place(row: TrailRow) -> dict[str, str]:
    if row.place is None:
        return {}
    place = row.place
    return _present(
        {
            "address": place.address,
            "known_by": place.source.value,
            "zone": place.zone,
            "declared": place.declared,
            "proxy": place.trusted_proxy,
            **further_evidence(place),
        }
    )


def _reason(row: TrailRow) -> dict[str, str]:
    if row.reason is None:
        return {}
    return _present({"category": row.reason.category.value, "text": row.reason.text, "case": row.reason.case_number})


def _present(members: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in members.items() if value}
