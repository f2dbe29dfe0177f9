"""An export as it was ordered: what whoever writes its file needs to know of it beside the entries."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass

from keys.model import Secret
from vault.database import exposure_queries, people_queries
from vault.database.engine import reading
from vault.database.export_queries import ExportRecord
from vault.database.policy_queries import policy_in_force
from vault.database.trail_criteria import SearchCriteria
from vault.errors import TamperError
from vault.leaving.looking_back import out_since
from vault.model import Classification, PersonId, Reason, ReasonCategory
from vault.policy.document import Policy
from vault.runtime import Vault
from vault.trail.exports.formats import ExportHeaders
from vault.trail.exports.pinned import Pin, pin_of_size
from vault.trail.exports.sheet import ExportWords, ExposureBasis, Sheet
from vault.trail.exports.stored import open_asked
from vault.trail.language_times import bounds_of
from vault.trail.query import Field
from vault.trail.querying import QueryNames, TrailQuery, criteria_of, names_of


@dataclass(frozen=True, slots=True)
class OrderedExport:
    """The row of an export, and what it says once it is opened: what was asked for, why, and up to which checkpoint."""

    record: ExportRecord
    query: TrailQuery
    criteria: SearchCriteria
    reason: Reason
    pin: Pin
    sheet: Sheet


def open_order(vault: Vault, export: ExportRecord, dek: Secret, words: ExportWords) -> OrderedExport:
    """What was ordered. TamperError where the row was altered or its checkpoint is gone."""
    query, reason_text = open_asked(export, dek)
    with reading(vault.engine) as tx:
        pin = pin_of_size(tx, export.size)
        criteria, names = criteria_of(tx, query), names_of(tx, query)
        policy = policy_in_force(tx).policy
        person = people_queries.load_person(tx, export.person_id)
    if pin is None:
        raise TamperError("trail.checkpoint")
    reason = Reason(ReasonCategory(export.category), reason_text, export.case_number)
    sheet = Sheet(
        export_id=export.id,
        origin=pin.checkpoint.origin,
        size=pin.checkpoint.size,
        root=pin.checkpoint.root,
        note=pin.note,
        public=pin.public,
        signed_at=pin.signed_at,
        rows=export.rows,
        digest=export.digest,
        ordered_by=f"{person.name} ({person.staff_number})" if person else export.person_id,
        ordered_at=export.created_at,
        locale=export.locale,
        zone=zoneinfo.ZoneInfo(export.timezone),
        headers=ExportHeaders(export.headers),
        filters=words.query(query, names, locale=export.locale, timezone=export.timezone),
        category=reason.category,
        case_number=reason.case_number,
        words=words,
        fonts=vault.mark_fonts,
        exposure=_exposure(vault, export, query, names, policy),
    )
    return OrderedExport(export, query, criteria, reason, pin, sheet)


def _exposure(
    vault: Vault, export: ExportRecord, query: TrailQuery, names: QueryNames, policy: Policy
) -> ExposureBasis:
    """Whom and which time a report is about."""
    person_id = query.the(Field.PERSON)
    since, until = bounds_of(query.the(Field.TIME)) if query.the(Field.TIME) else (None, None)

    ordered = until or export.created_at
    with reading(vault.engine) as tx:
        left_at = out_since(tx, PersonId(person_id), now=ordered)

    def classes(dossier_ids: set[str]) -> Mapping[str, Classification]:
        with reading(vault.engine) as tx:
            return exposure_queries.classes_of(tx, dossier_ids)

    return ExposureBasis(
        person_id=person_id,
        person_words=" · ".join(names.people.get(person_id, (person_id,))),
        policy=policy,
        since=since or export.created_at,
        until=ordered,
        out_since=left_at,
        classes=classes,
    )
