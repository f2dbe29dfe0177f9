"""The evidence pack as an export: docs/spec/evidence-pack.md, of everything about one person or one document.

Like the bundle inside it, it waits for a checkpoint that covers its closing entry: Unavailable, and the worker tries
again.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.database.engine import reading
from vault.database.export_queries import ExportRecord
from vault.database.trail_criteria import SearchCriteria
from vault.errors import InputError, TamperError, Unavailable
from vault.evidence.subject import PackOrder, named, subject_of
from vault.evidence.writing import PackStyle, is_closed, pack_bytes
from vault.ledger.bundle.layout import LeftOut
from vault.model import Reason, ReasonCategory
from vault.policy.agreements import Language
from vault.runtime import Vault
from vault.trail.exports.pinned import pin_of_size
from vault.trail.exports.sheet import Sheet
from vault.trail.querying import TrailQuery, text_of


def pack_pieces(
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
    subject = subject_of(query)
    if subject is None:  # it was refused when it was ordered
        raise InputError("evidence.subject")
    with reading(vault.engine) as tx:
        pin = pin_of_size(tx, export.size)
        subject = named(tx, subject)
    if pin is None:
        raise TamperError("trail.checkpoint")
    order = PackOrder(
        subject=subject,
        query=text_of(query, zone=export.timezone),
        criteria=criteria,
        pin=pin,
        closing=export.closing,
        ordered_by=export.person_id,
        ordered_by_name=sheet.ordered_by,
        reason=Reason(ReasonCategory(export.category), reason_text, export.case_number),
        ordered_at=export.created_at,
    )
    if not is_closed(vault, order):
        raise Unavailable("trail.no_checkpoint")
    style = PackStyle(sheet.words, Language.of_locale(export.locale), export.timezone)
    yield from pack_bytes(vault, order, style=style, left_out=left_out)
