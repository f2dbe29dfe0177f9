"""What is sealed beside a batch of leaves, opened together: millions of small steps cost more than what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from keys.errors import UnwrapError
from vault.database.ledger_rows import PeriodRow
from vault.database.ledger_walking import SealedPart
from vault.ledger.disclosures import DisclosureRefused, Said, digests_of_all, read_all
from vault.ledger.values import ValueOpener


class Part(NamedTuple):
    """Of an entry, what was sealed together: disclosures as they were written, what each says, and its digest.

    ``name`` is that of its row: ``actor`` or ``subject``, where nobody wrote another. ``hidden`` is why there are no
    disclosures: ``sealed``, ``erased`` or ``damaged``; else ''.
    """

    name: str
    period_id: str
    hidden: str
    texts: Sequence[bytes] = ()
    said: Sequence[Said] = ()
    digests: Sequence[str] = ()


def open_parts(
    sealed: Sequence[SealedPart], periods: Mapping[str, PeriodRow], opener: ValueOpener | None
) -> dict[str, list[Part]]:
    """The parts of each entry in their order. Without ``opener`` (vault sealed) nothing is opened."""
    texts: list[bytes] = []
    spans: list[slice | str] = []
    for entry_id, _part, period_id, values in sealed:
        begin = len(texts)
        try:
            if opener is not None and period_id in periods:
                texts += opener.pieces(entry_id, periods[period_id], values)
                spans.append(slice(begin, len(texts)))
            else:
                spans.append("sealed" if opener is None else "erased")
        except (UnwrapError, DisclosureRefused):
            spans.append("damaged")
    said, digests = read_all(texts), digests_of_all(texts)
    found: dict[str, list[Part]] = {}
    for (entry_id, name, period_id, _values), span in zip(sealed, spans, strict=True):
        if isinstance(span, str):
            part = Part(name, period_id, span)
        elif None in said[span]:
            part = Part(name, period_id, "damaged")
        else:
            part = Part(name, period_id, "", texts[span], said[span], digests[span])  # type: ignore[arg-type]
        found.setdefault(entry_id, []).append(part)
    return found
