"""The evidence pack as an export: docs/spec/evidence-pack.md, of everything about one person or one document.

Like the bundle inside it, it waits for a checkpoint that covers its closing entry: Unavailable, and the worker tries
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.database.engine import reading
from vault.errors import InputError, Unavailable
from vault.evidence.subject import PackOrder, named, subject_of
from vault.evidence.writing import PackStyle, is_closed, pack_bytes
from vault.ledger.bundle.layout import LeftOut
from vault.policy.agreements import Language
from vault.runtime import Vault
from vault.trail.exports.ordered import OrderedExport
from vault.trail.querying import text_of


def pack_pieces(vault: Vault, order: OrderedExport, left_out: list[LeftOut]) -> Iterator[bytes]:
    """The zip in pieces. Unavailable ``trail.no_checkpoint`` until the closing entry is signed for; TamperError."""
    export, subject = order.record, subject_of(order.query)
    if subject is None:  # it was refused when it was ordered
        raise InputError("evidence.subject")
    with reading(vault.engine) as tx:
        subject = named(tx, subject)
    pack = PackOrder(
        subject=subject,
        query=text_of(order.query, zone=export.timezone),
        criteria=order.criteria,
        pin=order.pin,
        closing=export.closing,
        ordered_by=export.person_id,
        ordered_by_name=order.sheet.ordered_by,
        reason=order.reason,
        ordered_at=export.created_at,
    )
    if not is_closed(vault, pack):
        raise Unavailable("trail.no_checkpoint")
    style = PackStyle(order.sheet.words, Language.of_locale(export.locale), export.timezone)
    yield from pack_bytes(vault, pack, style=style, left_out=left_out)
