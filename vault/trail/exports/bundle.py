"""The evidence bundle as an export: docs/spec/bundle.md, of exactly the query, pinned to the size that was looked at.

Unlike a table it is proven against the first checkpoint that covers its closing entry too (ADR 0016), so it waits for
that: Unavailable, and the worker tries again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from keys.primitives import SigningKey
from vault.anchors.receipts import fault_of_receipt
from vault.custody.keyroom import ServiceKey
from vault.database import people_queries
from vault.database.engine import reading
from vault.database.export_queries import ExportRecord
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.layout import BundleOrder, LeftOut
from vault.ledger.bundle.writing import write_bundle
from vault.model import Reason, ReasonCategory
from vault.runtime import Vault
from vault.trail.exports.sheet import Sheet
from vault.trail.querying import TrailQuery, names_of, text_of
from vault.trail.standing import reading_key_of

_LOCALE_OF_TAG = {"en": "en", "zh-Hans": "zh_Hans_CN"}


def bundle_pieces(
    vault: Vault,
    export: ExportRecord,
    sheet: Sheet,
    *,
    query: TrailQuery,
    reason_text: str,
    criteria: SearchCriteria,
    left_out: list[LeftOut],
) -> Iterator[bytes]:
    """The zip in pieces. Unavailable ``trail.no_checkpoint`` until the closing entry is signed for; TamperError."""
    order = _order(vault, export, sheet, query, reason_text)
    return bundle_of(vault, order, criteria=criteria, below=export.size, closing=export.closing, left_out=left_out)


def bundle_of(
    vault: Vault,
    order: BundleOrder,
    *,
    criteria: SearchCriteria,
    below: int,
    closing: str,
    left_out: list[LeftOut],
) -> Iterator[bytes]:
    """The same of any order, up to ``below`` entries. To ``left_out`` is added what was damaged and stays out."""
    members = write_bundle(
        vault.engine,
        order,
        criteria=criteria,
        below=below,
        closing=closing,
        reading_key=reading_key_of(vault),
        signing_key=SigningKey.from_secret(vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING)),
        receipt_fault=partial(fault_of_receipt, vault.anchors),
        left_out=left_out,
    )
    return zip_bytes(members)


def _order(vault: Vault, export: ExportRecord, sheet: Sheet, query: TrailQuery, reason_text: str) -> BundleOrder:
    with reading(vault.engine) as tx:
        names = names_of(tx, query)
        person = people_queries.load_person(tx, export.person_id)
    words = {
        tag: " · ".join(
            sheet.words.query(query, names, locale=locale, timezone=export.timezone)
            or [sheet.words.phrase("everything", locale=locale)]
        )
        for tag, locale in _LOCALE_OF_TAG.items()
    }
    return BundleOrder(
        query=text_of(query, zone=export.timezone),
        words=words,
        person_id=export.person_id,
        person_name=person.name if person else "",
        reason=Reason(ReasonCategory(export.category), reason_text, export.case_number),
        ordered_at=export.created_at,
    )
