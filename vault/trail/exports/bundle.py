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
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle.archive import zip_bytes
from vault.ledger.bundle.layout import BundleOrder, LeftOut
from vault.ledger.bundle.writing import write_bundle
from vault.runtime import Vault
from vault.trail.exports.ordered import OrderedExport
from vault.trail.querying import names_of, text_of
from vault.trail.standing import reading_key_of

_LOCALE_OF_TAG = {"en": "en", "zh-Hans": "zh_Hans_CN"}


def bundle_pieces(vault: Vault, order: OrderedExport, left_out: list[LeftOut]) -> Iterator[bytes]:
    """The zip in pieces. Unavailable ``trail.no_checkpoint`` until the closing entry is signed for; TamperError."""
    below, closing = order.record.size, order.record.closing
    return bundle_of(
        vault, _bundle_order(vault, order), criteria=order.criteria, below=below, closing=closing, left_out=left_out
    )


def bundle_of(
    vault: Vault,
    order: BundleOrder,
    *,
    criteria: SearchCriteria,
    below: int,
    closing: str,
    left_out: list[LeftOut],
) -> Iterator[bytes]:
    """The same of any order, up to ``below`` entries.

    To ``left_out`` is added what it lacks of what anchors were given and gave back.
    """
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


def _bundle_order(vault: Vault, order: OrderedExport) -> BundleOrder:
    export, query, words = order.record, order.query, order.sheet.words
    with reading(vault.engine) as tx:
        names = names_of(tx, query)
        person = people_queries.load_person(tx, export.person_id)
    return BundleOrder(
        query=text_of(query, zone=export.timezone),
        words={
            tag: " · ".join(
                words.query(query, names, locale=locale, timezone=export.timezone)
                or [words.phrase("everything", locale=locale)]
            )
            for tag, locale in _LOCALE_OF_TAG.items()
        },
        person_id=export.person_id,
        person_name=person.name if person else "",
        reason=order.reason,
        ordered_at=export.created_at,
    )
