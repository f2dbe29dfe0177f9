"""What an entry is found by of its sealed values: session, category of the reason, place. Compared with what opens.

Both ways: the audit compares, and :mod:`vault.trail.reindexing` fills in what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from vault.database.ledger_sequencing import SearchRow
from vault.database.ledger_walking import FoundBy
from vault.ledger.disclosures import DisclosedValue
from vault.ledger.sealed_parts import ACTOR, PARTS, PLACE, REASON, SESSION

_PART = frozenset(PARTS[ACTOR])
"""The values that are sealed together: where one opens, another that is not there was never given."""


def details_of(values: Mapping[str, DisclosedValue]) -> dict[str, str]:
    """The columns of the search row, by the entry's values."""
    return dict(zip(_COLUMNS, _details(values), strict=True))


def has_details(values: Mapping[str, DisclosedValue]) -> bool:
    """Whether what is sealed together with them opened, so that what is not there was never given."""
    return not _PART.isdisjoint(values)


def details_differ(
    row: SearchRow | FoundBy, values: Mapping[str, DisclosedValue], *, detailed_from: int, are_all: bool
) -> bool:
    """Whether the row says anything else than the values. Where not all of them opened, nobody may be able to tell.

    Unknown is right only before ``detailed_from``: recorded when these columns were not there yet.
    """
    if not are_all and _PART.isdisjoint(values):
        return False
    said = (row.session_id, row.reason_category, row.place_zone, row.place_source)
    return said != _details(values) and (said != _UNKNOWN or row.position >= detailed_from)


def _details(values: Mapping[str, DisclosedValue]) -> tuple[str, str, str, str]:
    """In the order of :data:`_COLUMNS`."""
    session, reason, place = values.get(SESSION, ""), values.get(REASON, _NOTHING), values.get(PLACE, _NOTHING)
    reason, place = (each if isinstance(each, dict) else _NOTHING for each in (reason, place))
    return (
        session if isinstance(session, str) else "",
        reason.get("category", ""),
        place.get("zone", ""),
        place.get("source", ""),
    )


_COLUMNS = ("session_id", "reason_category", "place_zone", "place_source")
_UNKNOWN = (None, None, None, None)
_NOTHING: dict[str, str] = {}
